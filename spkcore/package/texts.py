"""Translated texts of the desktop folder: texts/<language>/strings, kept line by line (spk-format.md 5.5).

A text is known as section:key. An edit adds or changes lines and leaves every other byte alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spkcore.package.findings import decode, encode

FOLDER = "texts"
NAME = "strings"
DEFAULT_LANGUAGE = "enu"
"""The language that DSM falls back to, and that all others are compared with."""

_BOM = "\ufeff"
_LINES = re.compile(r"(?P<text>[^\n]*?)(?P<end>\r?\n|\Z)")
_SECTION = re.compile(r"\s*\[(?P<name>[^\]]+)\]\s*")
_ENTRY = re.compile(r"\s*(?P<key>[^\s=\[\];#]+)\s*=\s*(?P<rest>.*?)\s*")
_REFERENCE = re.compile(r"(?P<section>[A-Za-z0-9_.-]+):(?P<key>[A-Za-z0-9_.-]+)")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line that gives a text: its number from 1, and the value without its quotes."""

    line: int
    value: str


class Texts:
    """A strings file. Immutable: edits give a new one."""

    __slots__ = ("_bom", "_lines", "texts", "unread")

    def __init__(self, lines: tuple[tuple[str, str], ...] = (), bom: str = "") -> None:
        self._lines = lines
        self._bom = bom
        self.texts, self.unread = _read(lines)

    @classmethod
    def parse(cls, data: bytes) -> Texts:
        """Read a strings file. Never fails: `unread` holds the numbers of the lines that say nothing to DSM."""
        text = decode(data)
        bom = _BOM if text.startswith(_BOM) else ""
        matches = _LINES.finditer(text.removeprefix(_BOM))
        return cls(tuple((m["text"], m["end"]) for m in matches if m["text"] or m["end"]), bom)

    def __contains__(self, reference: str) -> bool:
        return reference in self.texts

    def get(self, reference: str) -> str:
        """The text of "section:key"; "" when it is not there."""
        found = self.texts.get(reference)
        return found.value if found else ""

    def to_bytes(self) -> bytes:
        """The file."""
        return encode(self._bom + "".join(text + end for text, end in self._lines))

    def with_texts(self, added: Mapping[str, str]) -> Texts:
        """With these texts ("section:key" and value) behind the last one of their section, or in a new section."""
        lines = list(self._lines)
        end = next((end for _, end in lines if end), "\n")
        for reference, value in added.items():
            section, _, key = reference.partition(":")
            if lines and not lines[-1][1]:
                lines[-1] = (lines[-1][0], end)
            at = _end_of_section(lines, section)
            if at < 0:
                lines.extend([("", end)] if lines and lines[-1][0].strip() else [])
                lines.append((f"[{section}]", end))
                at = len(lines)
            lines.insert(at, (f'{key}="{value}"', end))
        return Texts(tuple(lines), self._bom)

    def with_value(self, reference: str, value: str) -> Texts:
        """With `value` for "section:key", in its line where it has one."""
        known = self.texts.get(reference)
        if known is None:
            return self.with_texts({reference: value})
        lines = list(self._lines)
        text, end = lines[known.line - 1]
        head = text[: text.index("=") + 1]
        blank = text[len(head) : len(text) - len(text[len(head) :].lstrip())]
        lines[known.line - 1] = (f'{head}{blank}"{value}"', end)
        return Texts(tuple(lines), self._bom)

    def without(self, reference: str) -> Texts:
        """Without "section:key", also where the file has it more than once."""
        gone = set(self._lines_of(reference))
        return Texts(tuple(line for at, line in enumerate(self._lines, start=1) if at not in gone), self._bom)

    def renamed(self, reference: str, key: str) -> Texts:
        """With another key in the same section for "section:key", also where the file has it more than once."""
        old, lines = reference.partition(":")[2], list(self._lines)
        for number in self._lines_of(reference):
            text, end = lines[number - 1]
            lines[number - 1] = (text.replace(old, key, 1), end)
        return Texts(tuple(lines), self._bom)

    def _lines_of(self, reference: str) -> list[int]:
        return [found.line for name, found in _entries(self._lines) if name == reference]


def value_problem(value: str) -> str:
    """Why a value cannot stand in a strings file; empty when it can (U-rules: one line, no double quotes)."""
    if "\n" in value or "\r" in value:
        return "A text is one line."
    return "A text cannot hold double quotes." if '"' in value else ""


def reference(text: str) -> str:
    """`text` where it has the form section:key; "" for plain text."""
    return text if _REFERENCE.fullmatch(text) else ""


def _read(lines: tuple[tuple[str, str], ...]) -> tuple[dict[str, TextLine], tuple[int, ...]]:
    found, unread = {}, []
    for name, line in _entries(lines):
        if name:
            found[name] = line
        else:
            unread.append(line.line)
    return found, tuple(unread)


def _entries(lines: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, TextLine]]:
    """Every line that gives a text, with its "section:key"; the name is empty for lines that say nothing."""
    section = ""
    for number, (text, _) in enumerate(lines, start=1):
        stripped = text.strip()
        opened, entry = _SECTION.fullmatch(text), _ENTRY.fullmatch(text)
        if opened:
            section = opened["name"].strip()
        elif entry and section and not stripped.startswith((";", "#")):
            yield f"{section}:{entry['key']}", TextLine(number, _unquoted(entry["rest"]))
        elif stripped and stripped[0] not in ";#":
            yield "", TextLine(number, text)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _end_of_section(lines: list[tuple[str, str]], section: str) -> int:
    """Where the next line of a section goes; -1 where there is no such section."""
    inside, end = False, -1
    for index, (text, _) in enumerate(lines):
        opened = _SECTION.fullmatch(text)
        if opened:
            inside = opened["name"].strip() == section
        if inside and text.strip():
            end = index + 1
    return end
