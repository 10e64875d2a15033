"""The text of any file of a package in the encoding that it has, and back; or why a file has none."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import StrEnum

from spkcore.base.errors import UnreadableError
from spkcore.package.entries import Entry, Kind
from spkcore.package.parts import LARGEST_TEXT

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_HEAD = 4096
"""Bytes in which most files that are no text show it, so that nobody reads all of a program."""


class NoText(StrEnum):
    """Why a file has no text."""

    BINARY = "binary"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    """It begins like UTF-16 and does not go on like it."""


@dataclass(frozen=True, slots=True)
class FileText:
    """A text, a byte order mark included, with what its file is written in."""

    text: str
    codec: str = "utf-8"

    def encode(self, text: str) -> bytes:
        """The bytes of the file once it holds `text`. Raises `UnicodeEncodeError`."""
        return text.encode(self.codec, "surrogateescape" if self.codec == "utf-8" else "strict")


def file_text(entry: Entry) -> FileText | NoText | None:
    """The text of UTF-8 (other bytes survive as surrogates), and of UTF-16 with a byte order mark, as Notepad
    ("Unicode") and PowerShell write it. None for what has no bytes: folders, links, empty files."""
    content = entry.content
    if entry.kind is not Kind.FILE or content is None or not content.size:
        return None
    try:
        with content.open() as stream:
            head = stream.read(_HEAD)
        codec = _UTF16.get(head[:2], "utf-8")
        if codec == "utf-8" and b"\0" in head:
            return NoText.BINARY
        if content.size > LARGEST_TEXT:
            return NoText.TOO_LARGE
        return _decoded(content.read(), codec)
    except UnreadableError:
        return NoText.UNREADABLE


def _decoded(data: bytes, codec: str) -> FileText | NoText:
    if codec == "utf-8":
        return NoText.BINARY if b"\0" in data else FileText(data.decode("utf-8", "surrogateescape"))
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return NoText.DAMAGED
    return NoText.BINARY if "\0" in text else FileText(text, codec)
