"""Tests for translated texts: reading section:key, and adding texts without touching the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.package.texts import Texts, reference

TEXT = b'[app]\r\ntitle="Sample"\r\n; note\r\n\r\n[menu]\r\nstart = Start\r\nnothing\r\n'


def test_reading() -> None:
    found = Texts.parse(TEXT)
    assert {key: (row.value, row.line) for key, row in found.texts.items()} == {
        "app:title": ("Sample", 2),
        "menu:start": ("Start", 6),
    }
    assert found.unread == (7,)
    assert "app:title" in found
    assert found.get("app:none") == ""


@given(st.text("[]=\"'; \r\nab:", max_size=60))
def test_every_file_survives(text: str) -> None:
    assert Texts.parse(text.encode()).to_bytes() == text.encode()


@pytest.mark.parametrize(
    ("before", "added", "after"),
    [
        (TEXT, {"app:desc": "x"}, TEXT.replace(b'"Sample"\r\n; note\r\n', b'"Sample"\r\n; note\r\ndesc="x"\r\n')),
        (b"[a]\nb=1", {"a:c": "2"}, b'[a]\nb=1\nc="2"\n'),
        (b"[a]\nb=1\n", {"z:c": "2", "z:d": "3"}, b'[a]\nb=1\n\n[z]\nc="2"\nd="3"\n'),
        (b"", {"z:c": "2"}, b'[z]\nc="2"\n'),
    ],
)
def test_adding_texts(before: bytes, added: dict[str, str], after: bytes) -> None:
    assert Texts.parse(before).with_texts(added).to_bytes() == after


@pytest.mark.parametrize(
    ("text", "found"), [("app:title", True), ("My app: the best", False), ("http://x/y", False), ("plain", False)]
)
def test_references(text: str, found: bool) -> None:
    assert bool(reference(text)) is found
