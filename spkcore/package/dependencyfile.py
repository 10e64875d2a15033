"""conf/PKG_DEPS and conf/PKG_CONX, kept line by line: an edit leaves every other byte alone (spk-format.md 5.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.package.findings import decode, encode
from spkcore.package.version import DsmVersion, is_version, parse_dsm_version

NEEDS = "conf/PKG_DEPS"
CONFLICTS = "conf/PKG_CONX"

_LINES = re.compile(r"(?P<text>[^\n]*?)(?P<end>\r?\n|\Z)")
_SECTION = re.compile(r"(?P<before>\s*\[\s*)(?P<name>[^\]]*?)(?P<after>\s*\]\s*(?:[;#].*)?)")
_ENTRY = re.compile(r"(?P<head>\s*(?P<key>[^\s=\[\];#]+)\s*=\s*)(?P<value>.*?)(?P<tail>\s*(?:[;#].*)?)")
_CONDITION = re.compile(r"(>=|<)(\S+)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `section` is the package it opens; `key` and `value` are what it sets, `head` and
    `tail` the text round the value."""

    text: str
    end: str
    section: str | None = None
    key: str = ""
    value: str = ""
    head: str = ""
    tail: str = ""


class DependencyFile:
    """One of the two files: a section for each package. Immutable: edits give a new one."""

    __slots__ = ("lines",)

    def __init__(self, lines: tuple[Line, ...] = ()) -> None:
        self.lines = lines

    @classmethod
    def parse(cls, data: bytes) -> DependencyFile:
        """Read the file. Never fails: what cannot be read is kept."""
        matches = _LINES.finditer(decode(data))
        return cls(tuple(_read(m["text"], m["end"]) for m in matches if m["text"] or m["end"]))

    def to_bytes(self) -> bytes:
        """The file; the same bytes that were parsed where nothing was edited."""
        return encode("".join(line.text + line.end for line in self.lines))

    def packages(self) -> tuple[str, ...]:
        """The packages that have a section, each once, in order."""
        return tuple(dict.fromkeys(line.section for line in self.lines if line.section is not None))

    def values(self, package: str) -> dict[str, str]:
        """What is said of a package; of a key given twice, the last one counts."""
        return {self.lines[index].key: self.lines[index].value for index in self._entries(package)}

    def set(self, package: str, key: str, value: str) -> DependencyFile:
        """Give a key of a package this value; an empty value takes the key away. The section is made where it is
        missing. Raises `UsageError` for a name or a value that the file cannot hold."""
        if re.search(r"[\r\n;#]", value):
            raise UsageError("A value of this file is a version", f"{package} {key}", "Take ; and # out.")
        places = [index for index in self._entries(package) if self.lines[index].key == key]
        if not value:
            return DependencyFile(tuple(line for at, line in enumerate(self.lines) if at not in places))
        if places:
            old = self.lines[places[-1]]
            if old.value == value:
                return self
            new = replace(old, text=f"{old.head}{value}{old.tail}", value=value)
            return self._with(places[-1], places[-1] + 1, (new,))
        whole = self.add(package)
        start, end = whole._span(package)
        while end > start + 1 and not whole.lines[end - 1].key:
            end -= 1
        return whole._insert(end, f"{key}={value}")

    def add(self, package: str) -> DependencyFile:
        """With a section for the package at the end. Raises `UsageError` for a name that a section cannot have."""
        if package in self.packages():
            return self
        _require_name(package)
        return self._insert(len(self.lines), f"[{package}]")

    def remove(self, package: str) -> DependencyFile:
        """Without the sections of the package. Comments behind their last line stay: they belong to what follows."""
        gone: set[int] = set()
        for at, line in enumerate(self.lines):
            if line.section == package:
                entries = [index for index in self._span_at(at) if self.lines[index].key]
                gone.update(range(at, max(entries, default=at) + 1))
        return DependencyFile(tuple(line for at, line in enumerate(self.lines) if at not in gone))

    def rename(self, package: str, new: str) -> DependencyFile:
        """With another package in place of this one. Raises `UsageError` when `new` has a section already, or is no
        name for one."""
        _require_name(new)
        if new in self.packages():
            raise UsageError("The file has a section for this package already", new, "Change that one instead.")
        return DependencyFile(tuple(_renamed(line, new) if line.section == package else line for line in self.lines))

    def _entries(self, package: str) -> list[int]:
        starts = [at for at, line in enumerate(self.lines) if line.section == package]
        return [index for start in starts for index in self._span_at(start) if self.lines[index].key]

    def _span(self, package: str) -> tuple[int, int]:
        start = next(at for at, line in enumerate(self.lines) if line.section == package)
        return start, max(self._span_at(start), default=start) + 1

    def _span_at(self, start: int) -> range:
        """The lines below the section that starts there."""
        end = start + 1
        while end < len(self.lines) and self.lines[end].section is None:
            end += 1
        return range(start + 1, end)

    def _insert(self, index: int, text: str) -> DependencyFile:
        end = next((line.end for line in self.lines if line.end), "\n")
        lines = list(self.lines)
        if index == len(lines) and lines and not lines[-1].end:
            lines[-1] = replace(lines[-1], end=end)
        lines.insert(index, _read(text, end))
        return DependencyFile(tuple(lines))

    def _with(self, start: int, end: int, lines: tuple[Line, ...]) -> DependencyFile:
        return DependencyFile((*self.lines[:start], *lines, *self.lines[end:]))


def keys_for(low: DsmVersion, high: DsmVersion) -> tuple[str, ...]:
    """The keys that some DSM from `low` to `high` reads, in the order of the table."""
    return tuple(key for key, text in table("pkg_deps")["keys"].items() if _overlaps(text, low, high))


def key_problem(key: str, value: str) -> str:
    """Why a value does not fit its key, as a sentence; empty when it does."""
    if not value or key not in table("pkg_deps")["keys"]:
        return ""
    if key.startswith("pkg_"):
        return "" if is_version(value) else f"'{value}' is no version: use numbers joined by dots and dashes."
    return "" if parse_dsm_version(value) else f"'{value}' is no DSM version. Write it as 7.2-64570."


def _overlaps(text: str, low: DsmVersion, high: DsmVersion) -> bool:
    inside = True
    for sign, bound in _CONDITION.findall(text):
        version = parse_dsm_version(bound)
        if version is not None:
            inside = inside and (high >= version if sign == ">=" else low < version)
    return inside


def _read(text: str, end: str) -> Line:
    section, entry = _SECTION.fullmatch(text), _ENTRY.fullmatch(text)
    if section:
        return Line(text, end, section=section["name"])
    if entry:
        return Line(text, end, key=entry["key"], value=entry["value"], head=entry["head"], tail=entry["tail"])
    return Line(text, end)


def _renamed(line: Line, new: str) -> Line:
    match = _SECTION.fullmatch(line.text)
    return replace(line, text=match["before"] + new + match["after"] if match else line.text, section=new)


def _require_name(name: str) -> None:
    if not name.strip() or re.search(r"[\[\]\r\n]", name):
        raise UsageError("This is no package ID", name, "Write the package ID, such as MariaDB10.")
