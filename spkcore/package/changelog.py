"""The changelog of a package: its entries by version, and how one of them becomes the line of INFO."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(
    r"^(?:#+\s*|={2,}\s*)?(?:v(?:ersion)?\.?\s*)?\[?(?P<version>\d+(?:[._-]\d+)+|\d+(?=\s*[:(]|\s*$))\]?"
    r"\s*(?:[:=,–—-].*|\(.*|\d{4}.*)?$",
    re.IGNORECASE,
)
"""A line that begins a version: "1.4.0", "## [1.4.0] - 2024-05-01", "Version 2.0-0003:", "v1.2 (beta)"."""
_CLOSING = re.compile(r"\]?(?:\s*(?::|=+)$)?")
"""What belongs to the form of a heading behind the version; dates and words do not."""
_RULE = re.compile(r"^[-=~*_]{3,}\s*$")
_BULLET = re.compile(r"^\s*[-*•]\s*")


@dataclass(frozen=True, slots=True)
class Release:
    """One entry: the version as it stands there (empty for text before the first), and its lines without the heading,
    without blank lines around them."""

    version: str
    lines: tuple[str, ...]


def releases(text: str) -> list[Release]:
    """The entries in the order of the file. A file without any heading is one entry without a version."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        match = _HEADING.match(line.strip()) if not _BULLET.match(line) else None
        if match:
            found.append((match["version"], []))
        elif not _RULE.match(line):
            found[-1][1].append(line.rstrip())
    entries = [Release(version, _trimmed(lines)) for version, lines in found]
    return [entry for entry in entries if entry.version or entry.lines]


def info_text(entry: Release) -> str:
    """The entry as the value of INFO's changelog: one line with `<br>`, bullets as dashes, no double quotes, which
    a value of INFO cannot hold (spk-format.md 2.1)."""
    lines = (_BULLET.sub("- ", line).strip() for line in entry.lines)
    return "<br>".join(lines).replace('"', "'")


def with_entry(text: str, version: str) -> str:
    """The changelog with an empty entry for `version` on top, in the way the file writes its headings; the text itself
    where the newest entry is that version."""
    known = releases(text)
    if known and version in {known[0].version, known[0].version.replace("_", "-")}:
        return text
    heading = next((line for line in text.splitlines() if _is_heading(line)), "")
    match = _HEADING.match(heading.strip()) if heading else None
    line = version
    if match:
        start, _, rest = heading.rstrip().partition(match["version"])
        closing = _CLOSING.match(rest)
        line = start + version + (closing.group() if closing else "")
    bullet = next((found.group() for found in map(_BULLET.match, text.splitlines()) if found), "- ")
    return f"{line}\n{bullet}\n\n{text}" if text.strip() else f"{line}\n{bullet}\n"


def _is_heading(line: str) -> bool:
    return not _BULLET.match(line) and bool(_HEADING.match(line.strip()))


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return tuple(lines[start:end])
