"""Patterns of JavaScript, tried with Python."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.package.jsregex import UntriedError, can_be_tried, matches, translated


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("/^[\\w _-]+$/", "my share-1", True),
        ("/^[\\w _-]+$/", "my/share", False),
        ("/^[\\w]+$/", "größe", False),
        ("/^\\d+$/", "٣", False),
        ("/a$/", "a\n", False),
        ("/a$/m", "a\nb", True),
        ("/^A$/i", "a", True),
        ("/a.b/", "a\nb", False),
        ("/a.b/s", "a\nb", True),
        ("/^a\\/b$/", "a/b", True),
        ("/[[&&~~]/", "[", True),
        ("/^[--9]$/", ".", True),
        ("/^[+--]$/", ",", True),
        ("/^[a-]$/", "-", True),
        ("/^[^]$/", "\n", True),
        ("/[]/", "x", False),
        ("/^\\u00e4\\x41$/", "äA", True),
        ("/^[\\u{1F600}]?\\u{1F600}$/u", "😀", True),
        ("/^(?<x>a)\\k<x>$/", "aa", True),
        ("/\\bcat\\b/", "a cat!", True),
        ("/\\bcat\\b/", "concat", False),
        ("/o\\Bn/", "con", True),
        ("/^\\s$/", "\ufeff", True),
        ("/^[\\s\\S]$/", "ä", True),
        ("/^[\\D]$/", "4", False),
        ("/^\\-\\_\\e$/", "-_e", True),
        ("/(?=.*[A-Z])(?=.*\\d)^.{4,}$/", "aB3x", True),
        ("/(?=.*[A-Z])(?=.*\\d)^.{4,}$/", "ab3x", False),
    ],
)
def test_matching(expression: str, text: str, expected: bool) -> None:
    assert matches(expression, text) is expected


@pytest.mark.parametrize("expression", ["^a$", "/(/", "/a/q", "/a/gg", "/\\p{L}/u", "/(?<=a+)b/", "/\\u{FFFFFF}/u", ""])
def test_what_cannot_be_tried(expression: str) -> None:
    assert not can_be_tried(expression)
    with pytest.raises(UntriedError):
        matches(expression, "a")


@given(st.text(max_size=12))
def test_any_text_is_tried_or_refused_without_a_warning(body: str) -> None:
    if can_be_tried(f"/{body}/"):
        assert isinstance(matches(f"/{body}/", "abc"), bool)


@given(st.text(min_size=1, max_size=8))
def test_escaped_text_finds_itself(text: str) -> None:
    body = re.sub(r"[\\^$.*+?()\[\]{}|/]", lambda match: "\\" + match[0], text)

    assert matches(f"/^{body}$/", text)


def test_flags_for_other_engines() -> None:
    assert translated("/a/gim").flags == "im"
