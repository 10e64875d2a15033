"""Tests of changing one value of a JSON document: it must give what reading the whole text anew gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.package import jsonsplice, jsontext
from spkcore.package.jsonsplice import spliced
from spkcore.package.jsontext import JsonDocument, parse, read

CONTAINERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)
NEW = st.one_of(
    st.text(max_size=5).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.integers().map(str),
    st.sampled_from(
        ["true", "1.5e3", '"\t"', '"a', "nope", "01", "", " 1", "1 ", "[1]", '"\\u0041\\q"', '"\udc80"', "1,2"]
    ),
)
GAPS = st.sampled_from(["", "", " ", "\n", "\r\n  ", " // a\n", "/* b, ] */"])
SCALARS = frozenset({"string", "number", "boolean", "null"})


def written(value: Any, draw: Any) -> str:
    """JSON with blanks, comments and commas too many, and texts with raw tabs."""

    def items(texts: list[str]) -> str:
        inside = ",".join(draw(GAPS) + text + draw(GAPS) for text in texts)
        return inside + ("," if texts and draw(st.booleans()) else "")

    if isinstance(value, list):
        return "[" + items([written(item, draw) for item in value]) + "]"
    if isinstance(value, dict):
        pairs = [json.dumps(name) + draw(GAPS) + ":" + draw(GAPS) + written(item, draw) for name, item in value.items()]
        return "{" + items(pairs) + "}"
    return '"\ta"' if value == "" else json.dumps(value, ensure_ascii=draw(st.booleans()))


def assert_same(found: JsonDocument, expected: JsonDocument) -> None:
    assert found.text == expected.text
    assert found.root == expected.root
    assert found.problems == expected.problems


@given(st.data(), CONTAINERS, NEW, st.sampled_from(["", "", "", "\ufeff", '"x" ']))
@settings(max_examples=100)
def test_the_same_as_reading_it_all(data: st.DataObject, value: Any, new: str, head: str) -> None:
    document = read(head + written(value, data.draw))
    nodes = [node for _, node in document.walk()]
    node = data.draw(st.sampled_from(nodes))
    text = document.text[: node.start] + new + document.text[node.end :]
    assert_same(spliced(document, node.start, node.end, new), read(text))


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> JsonDocument:
        raise AssertionError("the whole text was read")

    monkeypatch.setattr(jsonsplice, "parse", refuse)


@pytest.mark.usefixtures("no_reading")
@pytest.mark.parametrize("text", ['[{"a": 1, "b": ["x", 2]}, "y"]', '[{"b": ["x\t"], },\n "y\t", /* c */ 3]'])
@pytest.mark.parametrize("new", ['"longer text"', "5", "false"])
def test_a_plain_value_for_another_one_needs_no_reading(text: str, new: str) -> None:
    document = read(text)
    changed = 0
    for pointer, node in document.walk():
        is_whole = not any(
            node.start <= document.offset(found.line, found.column) < node.end for found in document.problems
        )
        if node.kind in SCALARS and is_whole:
            found = spliced(document, node.start, node.end, new)
            assert_same(found, read(found.text))
            assert found.value() != document.value(), pointer
            changed += 1
    assert changed >= 1


def test_what_was_spliced_is_known_to_the_next_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    document = parse('["one", "two", 3.25]')
    made = spliced(document, 1, 6, '"one more"')
    assert parse('["one more", "two", 3.25]') is made
    for number in range(40):
        parse(f"[{number}, 3.25]")
    assert parse('["one more", "two", 3.25]') is not made
    assert len(jsontext._memory._known) <= 16


def test_lists_of_problems_that_are_full_are_made_anew() -> None:
    text = "[" + ", ".join(['"\t"'] * 150 + ['"end"']) + "]"
    document = read(text)
    at = text.index('"end"')
    assert_same(spliced(document, at, at + 5, "1"), read(text.replace('"end"', "1")))
    assert_same(spliced(document, 1, 4, "1"), read(text.replace('"\t"', "1", 1)))
