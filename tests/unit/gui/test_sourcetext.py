"""Tests that a text file survives being shown and edited, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.models.sourcetext import decode, is_binary

ROUGH_BYTES = st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r\n", b"\r", b"\xff", b"\xe2\x80\xa8", b"\xee\xb8\x8d", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80"]
    )
).map(b"".join)

PLAIN_BYTES = st.lists(st.sampled_from([b"a", b"b", b"\n", b"\r\n"])).map(b"".join)


@settings(max_examples=100, deadline=None)
@given(st.one_of(ROUGH_BYTES, st.binary()))
def test_every_file_comes_back_as_it_was(data: bytes) -> None:
    assert decode(data).encode() == data


@settings(max_examples=100, deadline=None)
@given(ROUGH_BYTES)
def test_what_is_shown_has_no_character_that_the_text_document_would_change(data: bytes) -> None:
    assert not set("\r\u2028\u2029\ufeff") & set(decode(data).text)


@settings(max_examples=100, deadline=None)
@given(PLAIN_BYTES, st.integers(0, 30), st.integers(0, 10), st.sampled_from(["", "x", "\n", "x\ny\n"]))
def test_an_edit_changes_the_shown_text_to_exactly_what_was_typed(data: bytes, at: int, cut: int, typed: str) -> None:
    source = decode(data)
    edited = source.text[:at] + typed + source.text[at + cut :]
    assert decode(source.with_text(edited).encode()).text == edited


@pytest.mark.parametrize(
    ("before", "shown", "after"),
    [
        (b"a\r\nb\r\n", "a\nB\n", b"a\r\nB\r\n"),
        (b"a\r\nb\nc\r\nd", "a\nb\nC\nd", b"a\r\nb\nC\r\nd"),
        (b"a\r\nb\nc\r\nd", "a\nb\nnew\nc\nd", b"a\r\nb\nnew\nc\r\nd"),
        (b"a\r\nb\nc\r\nd", "b\nc\nd", b"b\nc\r\nd"),
        (b"a\r\nb\nc", "", b""),
        (b"\xef\xbb\xbfa=\xff\n", "b=\ueeff\n", b"\xef\xbb\xbfb=\xff\n"),
    ],
)
def test_lines_keep_their_own_ends(before: bytes, shown: str, after: bytes) -> None:
    assert decode(before).with_text(shown).encode() == after


def test_the_crlf_repair_changes_only_line_ends() -> None:
    source = decode(b"a\r\n\xffb\nc\r\n")
    assert source.has_crlf
    assert source.with_lf().encode() == b"a\n\xffb\nc\n"


def test_a_nul_makes_a_file_binary() -> None:
    assert is_binary(b"\x7fELF\0")
    assert not is_binary("é".encode())
