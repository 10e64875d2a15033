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


TWICE = b'\xef\xbb\xbf[a]\r\nk="1"\r\n[b]\r\nk="2"\r\n[a]\r\nk="3"\r\n\xe9=1\r\n'


def test_a_text_that_is_there_twice_goes_and_changes_its_name_whole() -> None:
    found = Texts.parse(TWICE)
    assert found.get("a:k") == "3"
    assert found.without("a:k").to_bytes() == TWICE.replace(b'k="1"\r\n', b"").replace(b'k="3"\r\n', b"")
    assert found.renamed("a:k", "z").to_bytes() == TWICE.replace(b'k="1"', b'z="1"').replace(b'k="3"', b'z="3"')


def test_edits_keep_the_byte_order_mark_and_odd_bytes() -> None:
    found = Texts.parse(TWICE)
    assert found.with_value("a:k", "x").to_bytes() == TWICE.replace(b'"3"', b'"x"')
    assert found.with_texts({"b:n": "y"}).to_bytes() == TWICE.replace(b'k="2"\r\n', b'k="2"\r\nn="y"\r\n')
