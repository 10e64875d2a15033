"""Bytes of a text file as the text that an editor shows, and back, without losing a byte that was not edited."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_ESCAPES = 0xEE00
"""Byte 0xNN that has no character of its own is shown as the private character U+EENN."""

_UNSHOWABLE = re.compile("[\uee00-\ueeff\u2028\u2029\ufdd0\ufdd1\ufeff]|\r(?!\n)")
"""Characters that Qt's text document would change or that stand for escaped bytes: escaped themselves."""

_ESCAPED = re.compile("[\uee00-\ueeff]+")
_LINE_END = re.compile("\r?\n")


@dataclass(frozen=True, slots=True)
class SourceText:
    r"""The text of a file with "\n" between lines, and what is needed to write the same bytes again.

    `ends` holds the line end of every line but the last ("\n" or "\r\n"), or only one when all are the same.
    """

    text: str
    ends: tuple[str, ...] = ("\n",)
    bom: bool = False

    @property
    def is_mixed(self) -> bool:
        """Whether the file has both kinds of line ends."""
        return len(self.ends) > 1

    @property
    def has_crlf(self) -> bool:
        """Whether any line ends as Windows ends lines."""
        return "\r\n" in self.ends

    def encode(self) -> bytes:
        """The bytes of the file."""
        if self.is_mixed:
            lines = self.text.split("\n")
            joined = "".join(line + end for line, end in zip(lines, (*self.ends, ""), strict=True))
        else:
            joined = self.text if self.ends[0] == "\n" else self.text.replace("\n", self.ends[0])
        return (_BOM if self.bom else b"") + _ESCAPED.sub(_to_surrogates, joined).encode("utf-8", "surrogateescape")

    def with_text(self, text: str) -> SourceText:
        """The file once its shown text is `text`: lines that stay keep their ends, new ones take one from above."""
        if not self.is_mixed:
            return SourceText(text, self.ends, self.bom)
        return SourceText(text, _carried_ends(self, text), self.bom)

    def with_lf(self) -> SourceText:
        """The same text with every line ended by LF."""
        return SourceText(self.text, ("\n",), self.bom)


def decode(data: bytes) -> SourceText:
    """The text of `data`, read as UTF-8; bytes that are none become private characters and survive."""
    bom = data.startswith(_BOM)
    raw = data[len(_BOM) :] if bom else data
    text = _UNSHOWABLE.sub(_escape, raw.decode("utf-8", "surrogateescape"))
    text = re.sub("[\udc80-\udcff]", _from_surrogate, text)
    if "\r" not in text:
        return SourceText(text, ("\n",), bom)
    ends = tuple(_LINE_END.findall(text))
    uniform = ends if len(set(ends)) > 1 else ends[:1]
    return SourceText(text.replace("\r\n", "\n"), uniform, bom)


def shown(text: str) -> str:
    """`text`, decoded with surrogateescape, as an editor shows it (for messages that quote a file)."""
    return decode(text.encode("utf-8", "surrogateescape")).text


def is_binary(head: bytes) -> bool:
    """Whether bytes that start like this are no text for people: they hold a NUL."""
    return b"\0" in head


def _escape(match: re.Match[str]) -> str:
    return "".join(chr(_ESCAPES + byte) for byte in match.group().encode("utf-8"))


def _from_surrogate(match: re.Match[str]) -> str:
    return chr(_ESCAPES + ord(match.group()) - 0xDC00)


def _to_surrogates(match: re.Match[str]) -> str:
    raw = bytes(ord(character) - _ESCAPES for character in match.group())
    return raw.decode("utf-8", "surrogateescape")


def _carried_ends(old: SourceText, text: str) -> tuple[str, ...]:
    before, after = old.text.split("\n"), text.split("\n")
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    ends = list(old.ends)
    kept_head = ends[: min(head, len(after) - 1)]
    kept_tail = ends[len(ends) - max(tail - 1, 0) :]
    changed = ends[head : len(ends) - len(kept_tail)]
    missing = len(after) - 1 - len(kept_head) - len(kept_tail)
    filler = (changed or kept_head or kept_tail or ["\n"])[-1]
    middle = (changed + [filler] * missing)[:missing]
    return _uniform(tuple(kept_head + middle + kept_tail))


def _uniform(ends: tuple[str, ...]) -> tuple[str, ...]:
    if not ends:
        return ("\n",)
    return ends if len(set(ends)) > 1 else ends[:1]
