"""Tests for spkcore.package.jsontext: what is read, where it stands, and what is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.package.jsontext import MAX_PROBLEMS, JsonDocument, join_pointer, parse, split_pointer

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
@settings(max_examples=100)
def test_reads_what_json_writes(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    document = parse(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    assert document.value() == value
    assert document.problems == ()


@given(st.text(st.sampled_from('{}[]",:\\ntu1.e- \n/*\u00a0\x0b'), max_size=30))
@settings(max_examples=100)
def test_any_text_is_read_to_its_end_without_failing(text: str) -> None:
    document = parse(text)
    try:
        expected = json.loads(text, strict=False)
    except ValueError:
        return
    assert document.value() == expected


def rules(document: JsonDocument) -> list[tuple[str, int, int]]:
    return [(problem.rule, problem.line, problem.column) for problem in document.problems]


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [
        ('{"a": "x\ny\t"}', {"a": "x\ny\t"}, [("json-lenient", 1, 9)]),
        ("\ufeff[1]", [1], [("json-lenient", 1, 1)]),
        ("[1, // one\n 2]", [1, 2], [("json-lenient", 1, 5)]),
        ("/* head */ {}", {}, [("json-lenient", 1, 1)]),
        ('{"a": 1,}', {"a": 1}, [("json-lenient", 1, 8)]),
        ('{"a": 1\n "b": 2}', {"a": 1, "b": 2}, [("json-syntax", 1, 8)]),
        ("[1 2]", [1, 2], [("json-syntax", 1, 3)]),
        ("[1,,2]", [1, 2], [("json-syntax", 1, 4)]),
        ("{a: 1}", {"a": 1}, [("json-syntax", 1, 2)]),
        ('{"a" 1}', {"a": 1}, [("json-syntax", 1, 5)]),
        ('{"a", "b" "c": 1}', {"a": None, "b": None, "c": 1}, [("json-syntax", 1, n) for n in (5, 10, 11)]),
        ('{"a": }', {"a": None}, [("json-syntax", 1, 7)]),
        ('{"a": yes}', {"a": "yes"}, [("json-syntax", 1, 7)]),
        ("[01]", ["01"], [("json-syntax", 1, 2)]),
        ('["\\d"]', ["\\d"], [("json-syntax", 1, 3)]),
        ('["open', ["open"], [("json-syntax", 1, 2), ("json-syntax", 1, 1)]),
        ("[1}", [1], [("json-syntax", 1, 3)]),
        ("[1] x", [1], [("json-syntax", 1, 5)]),
        ("", None, [("json-syntax", 1, 1)]),
        ("\n  // nothing\n", None, [("json-lenient", 2, 3), ("json-syntax", 3, 1)]),
        ('{"a": 1, "a": 2}', {"a": 2}, []),
        ('["\\ud83d\\ude00\\u00e9"]', ["😀é"], []),
        ("[\udce9]", ["\udce9"], [("json-lenient", 1, 2), ("json-syntax", 1, 2)]),
    ],
)
def test_lenience_and_recovery(text: str, value: Any, problems: list[tuple[str, int, int]]) -> None:
    document = parse(text)
    assert document.value() == value
    assert sorted(rules(document)) == sorted(problems)
    assert document.is_readable is (value is not None and "json-syntax" not in str(problems))


def test_deep_nesting_is_reported_and_survived() -> None:
    document = parse("[" * 5000)
    assert not document.is_readable
    assert any("deeply" in problem.message for problem in document.problems)


def test_problems_are_capped_but_an_error_behind_many_notes_counts() -> None:
    notes = "[" + '"a\n",' * 500
    document = parse(notes + "oops]")
    assert len(document.problems) == MAX_PROBLEMS + 1
    assert not document.is_readable
    assert len(parse("[" + "1 " * 5000 + "]").problems) == MAX_PROBLEMS


TEXT = '{\n  "a": [1, {"b/c": "x"}],\n  "é": {}\n}'


def test_positions_and_pointers() -> None:
    document = parse(TEXT)
    assert document.position("/a/1/b~1c") == (2, 20)
    assert document.position("/a/1/b~1c", of_name=True) == (2, 13)
    assert document.position("/é") == (3, 8)
    assert document.position("/nowhere/1") == (1, 1)
    assert document.node("/a/01") is None
    assert document.line_column(document.offset(3, 8)) == (3, 8)
    assert split_pointer(join_pointer("", "a/b", 3, "~")) == ["a/b", "3", "~"]


def test_every_value_is_found_again_by_its_place() -> None:
    document = parse(TEXT)
    walked = list(document.walk())
    assert [pointer for pointer, _ in walked] == ["", "/a", "/a/0", "/a/1", "/a/1/b~1c", "/é"]
    for pointer, node in walked:
        assert document.node(pointer) is node
        assert document.pointer_at(node.start) == pointer
    assert document.pointer_at(TEXT.index("b/c")) == "/a/1/b~1c"
