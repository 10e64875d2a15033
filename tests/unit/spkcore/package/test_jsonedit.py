"""Tests for spkcore.package.jsonedit: the value changes as asked, the rest of the text does not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.package import jsonedit
from spkcore.package.jsontext import JsonDocument, join_pointer, parse, split_pointer
from tests.unit.spkcore.package.test_jsontext import scalars, values

containers = st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=4), values, max_size=4)
layouts = st.sampled_from([{"indent": None}, {"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}])


def outside(before: str, after: str, start: int, end: int) -> bool:
    """Whether `after` differs from `before` between `start` and `end` only."""
    return after.startswith(before[:start]) and after.endswith(before[end:])


def pick(data: st.DataObject, document: JsonDocument, kinds: set[str]) -> str:
    pointers = [pointer for pointer, node in document.walk() if node.kind in kinds]
    assume(pointers)
    return data.draw(st.sampled_from(pointers))


def model(value: Any, pointer: str) -> Any:
    for token in split_pointer(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


@given(st.data(), containers, layouts, values)
@settings(max_examples=100)
def test_insert(data: st.DataObject, value: Any, layout: dict[str, Any], new: Any) -> None:
    document = parse(json.dumps(value, ensure_ascii=False, **layout))
    pointer = pick(data, document, {"object", "array"})
    target = model(value, pointer)
    index = data.draw(st.none() | st.integers(0, len(target)))
    node = document.node(pointer)
    assert node is not None
    if isinstance(target, list):
        edited = jsonedit.insert_item(document, pointer, new, index)
        target.insert(len(target) if index is None else index, new)
    else:
        name = data.draw(st.text(max_size=4).filter(lambda text: text not in target))
        edited = jsonedit.insert_member(document, pointer, name, new, index)
        target[name] = new
        parent = edited.node(pointer)
        assert parent is not None
        assert list(parent.value()).index(name) == (len(target) - 1 if index is None else index)
    assert edited.problems == ()
    assert edited.value() == value
    assert outside(document.text, edited.text, node.start + 1, node.end - 1)


@given(st.data(), containers, layouts)
@settings(max_examples=100)
def test_remove(data: st.DataObject, value: Any, layout: dict[str, Any]) -> None:
    document = parse(json.dumps(value, **layout))
    pointer = data.draw(st.sampled_from([pointer for pointer, _ in document.walk()]))
    assume(pointer)
    tokens = split_pointer(pointer)
    holder = model(value, join_pointer("", *tokens[:-1]))
    del holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]]
    edited = jsonedit.remove(document, pointer)
    assert edited.problems == ()
    assert edited.value() == value
    if layout.get("indent") and "/" not in pointer[1:]:
        assert edited.text == json.dumps(value, **layout)


@given(st.data(), containers, layouts, values)
@settings(max_examples=100)
def test_set_value(data: st.DataObject, value: Any, layout: dict[str, Any], new: Any) -> None:
    document = parse(json.dumps(value, **layout))
    pointer, node = data.draw(st.sampled_from(list(document.walk())))
    edited = jsonedit.set_value(document, pointer, new)
    expected = copy.deepcopy({"": value})
    holder = model(expected, join_pointer("", "", *split_pointer(pointer)[:-1]) if pointer else "")
    token = split_pointer(pointer)[-1] if pointer else ""
    holder[int(token) if isinstance(holder, list) else token] = new
    assert json.dumps(edited.value()) == json.dumps(expected[""])
    assert edited.problems == ()
    assert outside(document.text, edited.text, node.start, node.end)


@given(st.data(), st.lists(scalars, min_size=1, max_size=5), layouts)
@settings(max_examples=50)
def test_move(data: st.DataObject, value: list[Any], layout: dict[str, Any]) -> None:
    document = parse(json.dumps({"a": value}, **layout))
    places = st.integers(0, len(value) - 1)
    index, new_index = data.draw(places), data.draw(places)
    edited = jsonedit.move(document, "/a", index, new_index)
    value.insert(new_index, value.pop(index))
    assert edited.text == json.dumps({"a": value}, **layout)


@given(st.text(max_size=6))
@settings(max_examples=30)
def test_rename(name: str) -> None:
    assume(name not in {"b", "a"})
    edited = jsonedit.rename_member(parse('{ "a" : 1.0,"b":2}'), "/a", name)
    assert edited.value() == {name: 1.0, "b": 2}
    assert edited.text.endswith(' : 1.0,"b":2}')


def loosely(value: Any, draw: Any) -> str:
    """`value` as text with blanks and comments between all tokens, and perhaps commas behind the last items."""

    def gap() -> str:
        return str(draw(st.sampled_from(["", "", "", " ", "\n", "\r\n  ", " // a\n", "/* b, ] */", "\n\t// c\n\t"])))

    def items(texts: list[str]) -> str:
        trailing = "," + gap() if texts and draw(st.booleans()) else ""
        return gap() + ",".join(gap() + text + gap() for text in texts) + trailing

    if isinstance(value, list):
        return "[" + items([loosely(item, draw) for item in value]) + "]"
    if isinstance(value, dict):
        return "{" + items([json.dumps(k) + gap() + ":" + gap() + loosely(v, draw) for k, v in value.items()]) + "}"
    return json.dumps(value)


@given(st.data(), containers)
@settings(max_examples=100)
def test_any_layout_survives_edits(data: st.DataObject, value: Any) -> None:
    document = parse(loosely(value, data.draw))
    assert document.is_readable
    assert document.value() == value
    pointer = data.draw(st.sampled_from([pointer for pointer, _ in document.walk()]))
    removed = document
    if pointer:
        tokens = split_pointer(pointer)
        rest = copy.deepcopy(value)
        holder = model(rest, join_pointer("", *tokens[:-1]))
        del holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]]
        removed = jsonedit.remove(document, pointer)
        assert removed.is_readable, removed.text
        assert removed.value() == rest
    pointer = pick(data, removed, {"object", "array"})
    expected = removed.value()
    target = model(expected, pointer)
    if isinstance(target, list):
        index = data.draw(st.integers(0, len(target)))
        edited = jsonedit.insert_item(removed, pointer, {"new": []}, index)
        target.insert(index, {"new": []})
    else:
        edited = jsonedit.set_value(removed, join_pointer(pointer, "new"), {"new": []})
        target["new"] = {"new": []}
    assert edited.value() == expected
    assert edited.is_readable, edited.text


COMMENTED = '{\r\n\t// first\r\n\t"a": 1, // about a\r\n\t"n": 1.0,\r\n\t"z": [1, 2, 3] // last\r\n}\r\n'


def test_comments_and_line_ends_survive() -> None:
    document = parse(COMMENTED)
    assert jsonedit.remove(document, "/a").text == COMMENTED.replace('"a": 1, // about', "// about")
    assert jsonedit.remove(document, "/z").text == (
        '{\r\n\t// first\r\n\t"a": 1, // about a\r\n\t"n": 1.0 // last\r\n}\r\n'
    )
    assert jsonedit.set_value(document, "/y/x", True).text == COMMENTED.replace(
        "3] //", '3],\r\n\t"y": {\r\n\t\t"x": true\r\n\t} //'
    )
    assert jsonedit.set_value(document, "/z", [4]).text == COMMENTED.replace("[1, 2, 3]", "[4]")
    assert jsonedit.set_value(document, "/n", 1).text == COMMENTED.replace("1.0", "1")
    assert jsonedit.set_value(document, "/n", 1.0) is document


def test_removing_behind_a_line_comment_never_joins_lines() -> None:
    text = "[1, // one\n2 ]"
    edited = jsonedit.remove(parse(text), "/1")
    assert edited.value() == [1]
    assert edited.is_readable


def test_a_trailing_comma_is_used() -> None:
    assert jsonedit.insert_item(parse("[\n  1,\n]"), "", 2).text == "[\n  1,\n  2\n]"
    assert jsonedit.remove(parse("[1, 2,]"), "/1").text == "[1,]"


def test_duplicate_names() -> None:
    document = parse('{"a": 1, "a": 2, "b": 3}')
    assert jsonedit.set_value(document, "/a", 5).text == '{"a": 1, "a": 5, "b": 3}'
    assert jsonedit.remove(document, "/a").text == '{"b": 3}'


def test_new_members_into_empty_places() -> None:
    assert jsonedit.set_value(parse('{\n    "a": {}\n}\n'), "/a/b", "x").text == (
        '{\n    "a": {\n        "b": "x"\n    }\n}\n'
    )
    assert jsonedit.set_value(parse("{}"), "/a/b", 1).text == '{"a": {"b": 1}}'
    assert jsonedit.set_value(parse(""), "/a", 1).text == '{"a": 1}'
    assert jsonedit.insert_item(parse("[ /* none */ ]\n"), "", 1).value() == [1]


def test_undecodable_bytes_stay_and_half_pairs_are_escaped() -> None:
    assert jsonedit.set_value(parse("[0]"), "/0", "\udce9\ud800").text == '["\udce9\\ud800"]'


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: jsonedit.remove(document, ""),
        lambda document: jsonedit.remove(document, "/x"),
        lambda document: jsonedit.insert_item(document, "", 1),
        lambda document: jsonedit.insert_member(document, "/a", "x", 1),
        lambda document: jsonedit.insert_member(document, "", "a", 1),
        lambda document: jsonedit.rename_member(document, "/a", "b"),
        lambda document: jsonedit.rename_member(document, "/a/0", "b"),
        lambda document: jsonedit.move(document, "/a", 0, 2),
        lambda document: jsonedit.set_value(document, "/a/5/x", 1),
        lambda document: jsonedit.remove(parse(document.text + "x"), "/a"),
    ],
)
def test_impossible_edits_are_refused(edit: Any) -> None:
    with pytest.raises(UsageError):
        edit(parse('{"a": [1, 2], "b": 3}'))
