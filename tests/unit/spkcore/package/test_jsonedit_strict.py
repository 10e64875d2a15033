"""Tests for making lenient JSON strict, and for putting missing commas in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.package.jsonedit import strict, with_missing_commas
from spkcore.package.jsontext import parse

LENIENT = '\ufeff{ // a, "b"\n "a": [1, 2, /* , */ ], "b": "raw\n\ttab // stays \\" , }", /*x*/\n "c": "\udce9",\n}\n'


def test_strict_keeps_the_values_and_the_layout() -> None:
    found = strict(parse(LENIENT))
    assert found.text == '{\n "a": [1, 2 ], "b": "raw\\n\\ttab // stays \\" , }",\n "c": "é"\n}\n'
    assert found.problems == ()
    assert json.loads(found.text) == parse(LENIENT).value() | {"c": "é"}


def test_a_text_with_errors_is_left_alone() -> None:
    document = parse('{"a" 1, // x\n}')
    assert strict(document) is document


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('{"a": 1\n "b": [1 2]}', '{"a": 1,\n "b": [1, 2]}'),
        ('{"a": 1\n "b" 2}', '{"a": 1\n "b" 2}'),
        ('{"a": 1', '{"a": 1'),
        ('{"a": 1}', '{"a": 1}'),
        ("", ""),
    ],
)
def test_missing_commas(text: str, mended: str) -> None:
    assert with_missing_commas(parse(text)).text == mended


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab,/*", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_strict_text_stays_as_it_is(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    assert strict(parse(text)).text == text
