"""Port files (.sc): the ports of a package for DSM's firewall, kept line by line (spk-format.md 5.4).

An edit changes one line and leaves every other byte alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.package.findings import decode, encode

ENDING = ".sc"
PROTOCOLS = ("tcp", "udp")

_LINES = re.compile(r"(?P<text>[^\n]*?)(?P<end>\r?\n|\Z)")
_SECTION = re.compile(r"\s*\[(?P<name>[^\]]*)\]?.*")
_ENTRY = re.compile(r"(?P<head>\s*(?P<key>[^\s=\[\];#]+)\s*=\s*)(?P<rest>.*)")
_RANGE = re.compile(r"(\d{1,5})(?::(\d{1,5}))?")
_GUIDE_NAME = re.compile(r"[A-Za-z0-9.\\-]+")


@dataclass(frozen=True, slots=True)
class Ports:
    """What a port list says: ranges of ports, both ends included, and the protocols ("tcp", "udp")."""

    ranges: tuple[tuple[int, int], ...]
    protocols: tuple[str, ...]

    def __contains__(self, port: int) -> bool:
        return any(low <= port <= high for low, high in self.ranges)

    def __str__(self) -> str:
        ports = ",".join(str(low) if low == high else f"{low}:{high}" for low, high in self.ranges)
        return ports if self.protocols == PROTOCOLS else f"{ports}/{','.join(self.protocols)}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `section` is the section it opens, `key` and `value` what it sets; `column` is where
    the section's name or the value starts, from 1. `quote` is the quote round the value, `is_closed` whether it ends.
    """

    text: str
    end: str
    section: str | None = None
    key: str = ""
    value: str = ""
    column: int = 1
    quote: str = ""
    is_closed: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether it is blank or a comment."""
        stripped = self.text.strip()
        return not stripped or stripped[0] in ";#"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Service:
    """One section: its name and place, and the values of its keys with their places."""

    name: str
    place: Place
    values: dict[str, str]
    places: dict[str, Place]

    @property
    def ports(self) -> Ports | None:
        """The ports that the package listens on; None where there are none, or they cannot be read."""
        return parse_ports(self.values.get("dst.ports", ""))


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the writing. `kind` is "line", "outside", "quote", "twice", "name", "empty-name", "unknown",
    "missing", "ports", "range" or "yes-no"; `section` and `key` say where, `value` is what stands there."""

    kind: str
    place: Place
    section: str = ""
    key: str = ""
    value: str = ""


class PortFile:
    """A port file. Immutable: edits give a new one."""

    __slots__ = ("lines",)

    def __init__(self, lines: tuple[Line, ...] = ()) -> None:
        self.lines = lines

    @classmethod
    def parse(cls, data: bytes) -> PortFile:
        """Read a port file. Never fails: what cannot be read is kept, and `flaws` names it."""
        matches = _LINES.finditer(decode(data))
        return cls(tuple(_read(m["text"], m["end"]) for m in matches if m["text"] or m["end"]))

    def to_bytes(self) -> bytes:
        """The file; the same bytes that were parsed where nothing was edited."""
        return encode("".join(line.text + line.end for line in self.lines))

    def services(self) -> list[Service]:
        """The sections in their order; of a key given twice, the last one counts."""
        found: list[Service] = []
        for number, line in enumerate(self.lines, start=1):
            if line.section is not None:
                found.append(Service(line.section, Place(number, line.column), {}, {}))
            elif line.key and found:
                found[-1].values[line.key] = line.value
                found[-1].places[line.key] = Place(number, line.column)
        return found

    def set(self, section: str, key: str, value: str) -> PortFile:
        """Give a key of a section this value, on its line or on a new one at the end of the section.

        Raises `UsageError` for a section that is not there, and for a value with a line break or a double quote.
        """
        if re.search(r'[\r\n"]', value):
            raise UsageError("A value of a port file is one line without double quotes", key, "Take them out.")
        start, end = self._span(section)
        for index in range(end - 1, start, -1):
            line = self.lines[index]
            if line.key == key:
                return self if line.value == value else self._with(index, index + 1, (_written(line, value),))
        while end > start + 1 and self.lines[end - 1].is_silent:
            end -= 1
        before = self.lines[end - 1]
        new_line = before.end or self._line_end()
        added = (replace(before, end=new_line), _read(f'{key}="{value}"', before.end))
        return self._with(end - 1, end, added)

    def rename(self, section: str, name: str) -> PortFile:
        """With another name for a section. Raises `UsageError` when it is not there or the new one is taken."""
        if name != section and any(line.section == name for line in self.lines):
            raise UsageError("There is already a section of this name", name, "Choose another name.")
        index, _ = self._span(section)
        line = self.lines[index]
        text = line.text[: line.column - 1] + name + line.text[line.column - 1 + len(section) :]
        return self._with(index, index + 1, (_read(text, line.end),))

    def unset(self, section: str, key: str) -> PortFile:
        """Without this key of a section, if it is there. Raises `UsageError` for a section that is not there."""
        start, end = self._span(section)
        found = self
        for index in range(end - 1, start, -1):
            if self.lines[index].key == key:
                found = found._with(index, index + 1, ())
        return found

    def add(self, section: str, values: Mapping[str, str]) -> PortFile:
        """With a new section at the end. Raises `UsageError` when there is one of this name, or for a bad value."""
        if any(line.section == section for line in self.lines):
            raise UsageError("There is already a section of this name", section, "Choose another name.")
        end = self._line_end()
        lines = list(self.lines)
        if lines and not lines[-1].end:
            lines[-1] = replace(lines[-1], end=end)
        if lines and lines[-1].text.strip():
            lines.append(Line("", end))
        found = PortFile((*lines, _read(f"[{section}]", end)))
        for key, value in values.items():
            found = found.set(section, key, value)
        return found

    def remove(self, section: str) -> PortFile:
        """Without a section; the comments right above it go, too. Raises `UsageError` when it is not there."""
        start, end = self._span(section)
        while end > start + 1 and self.lines[end - 1].is_silent and end < len(self.lines):
            end -= 1
        first = start
        while first and self.lines[first - 1].text.strip() and self.lines[first - 1].is_silent:
            first -= 1
        if end < len(self.lines) and not self.lines[end].text.strip():
            end += 1
        return self._with(first, end, ())

    def flaws(self) -> list[Flaw]:
        """What is wrong with the writing, in the order of the file (spk-format.md 5.4)."""
        found = [*self._line_flaws(), *self._service_flaws()]
        return sorted(found, key=lambda flaw: (flaw.place.line, flaw.place.column))

    def _line_flaws(self) -> Iterator[Flaw]:
        section = ""
        for number, line in enumerate(self.lines, start=1):
            section = line.section if line.section is not None else section
            place = Place(number, line.column)
            if line.section is None and not line.key and not line.is_silent:
                yield Flaw("line", Place(number, 1), section, value=line.text.strip())
            elif not line.is_closed:
                yield Flaw("quote", place, section, line.key, line.value)
            elif line.key and not any(item.section is not None for item in self.lines[:number]):
                yield Flaw("outside", Place(number, 1), key=line.key)

    def _service_flaws(self) -> Iterator[Flaw]:
        seen: set[str] = set()
        for service in self.services():
            if service.name in seen:
                yield Flaw("twice", service.place, service.name)
            elif not service.name.strip():
                yield Flaw("empty-name", service.place)
            elif re.search(r"\s", service.name):
                yield Flaw("name", service.place, service.name, value=service.name)
            seen.add(service.name)
            yield from _value_flaws(service)

    def _span(self, section: str) -> tuple[int, int]:
        starts = [index for index, line in enumerate(self.lines) if line.section is not None]
        for index, following in zip(starts, [*starts[1:], len(self.lines)], strict=True):
            if self.lines[index].section == section:
                return index, following
        raise UsageError("There is no such section in the port file", section, "Add the section first.")

    def _with(self, start: int, end: int, lines: tuple[Line, ...]) -> PortFile:
        return PortFile((*self.lines[:start], *lines, *self.lines[end:]))

    def _line_end(self) -> str:
        return next((line.end for line in self.lines if line.end), "\n")


def port_keys() -> dict[str, dict[str, Any]]:
    """The keys of a section, as resources/reference/ports.toml describes them."""
    keys: dict[str, dict[str, Any]] = table("ports")["keys"]
    return keys


def first_service(package: str, title: str, port: str = "") -> bytes:
    """A new port file with one service, named after the package, that listens on `port` (8080 without one)."""
    values = {"title": title.replace('"', "'"), "desc": title.replace('"', "'"), "port_forward": "yes"}
    name = re.sub(r"[^A-Za-z0-9.-]", "-", package) or "service"
    ports = f"{port if parse_ports(port) else '8080'}/tcp"
    return PortFile().add(name, {**values, "dst.ports": ports}).to_bytes()


def free_name(file: PortFile, wanted: str) -> str:
    """`wanted`, with a number where the file has a section of this name."""
    names = {service.name for service in file.services()}
    return next(
        name for number in range(1, len(names) + 2) if (name := f"{wanted}{number if number > 1 else ''}") not in names
    )


def is_guide_name(name: str) -> bool:
    """Whether the section's name has only the characters that the guide allows."""
    return _GUIDE_NAME.fullmatch(name) is not None


def parse_ports(text: str) -> Ports | None:
    """The ports in "6000,7000:8000/tcp,udp"; without a protocol, both. None where it cannot be read or is out of
    range; blanks are not read."""
    numbers, slash, names = text.partition("/")
    protocols = tuple(names.split(",")) if slash else PROTOCOLS
    if len(set(protocols)) != len(protocols) or not set(protocols) <= set(PROTOCOLS):
        return None
    ranges = []
    for item in numbers.split(","):
        match = _RANGE.fullmatch(item)
        if match is None:
            return None
        low, high = int(match[1]), int(match[2] or match[1])
        if not 1 <= low <= high <= table("ports")["limits"]["highest"]:
            return None
        ranges.append((low, high))
    return Ports(tuple(ranges), protocols)


def repaired_ports(text: str) -> str:
    """`text` as DSM reads it, where only the writing is wrong: blanks, a dash for a colon, capital letters, the
    protocol behind each port. An empty text where it says nothing that can be written, or more than one line can."""
    compact = re.sub(r"\s+", "", text).lower().replace("-", ":")
    compact = re.sub(r"[,;]+", ",", compact).strip(",")
    if parse_ports(compact):
        return compact
    pieces = re.findall(r"([\d:,]+)/((?:tcp|udp)(?:,(?:tcp|udp))*)(?:,|$)", compact)
    if not pieces or "".join(f"{ports}/{names}," for ports, names in pieces) != compact + ",":
        return ""
    by_ports: dict[str, list[str]] = {}
    for ports, names in pieces:
        by_ports.setdefault(ports, []).extend(names.split(","))
    protocols = {tuple(sorted(set(names))) for names in by_ports.values()}
    if len(protocols) != 1:
        return ""
    joined = f"{','.join(by_ports)}/{','.join(protocols.pop())}"
    return joined if parse_ports(joined) else ""


def _read(text: str, end: str) -> Line:
    if text.strip().startswith((";", "#")) or not text.strip():
        return Line(text, end)
    section = _SECTION.fullmatch(text)
    if section:
        column = section.start("name") + 1
        return Line(text, end, section=section["name"], column=column, is_closed="]" in text)
    entry = _ENTRY.fullmatch(text)
    if entry is None:
        return Line(text, end)
    rest, column = entry["rest"], len(entry["head"]) + 1
    quote = rest[:1] if rest[:1] in {'"', "'"} else ""
    if not quote:
        return Line(text, end, key=entry["key"], value=rest.strip(), column=column)
    closing = rest.find(quote, 1)
    value = rest[1:closing] if closing > 0 else rest[1:]
    return Line(text, end, None, entry["key"], value, column + 1, quote, is_closed=closing > 0)


def _written(line: Line, value: str) -> Line:
    """`line` with another value, and the text behind it kept."""
    start = line.column - 1 - len(line.quote)
    behind = line.text[line.column - 1 + len(line.value) + len(line.quote) :] if line.is_closed else ""
    return _read(f'{line.text[:start]}"{value}"{behind}', line.end)


def _value_flaws(service: Service) -> Iterator[Flaw]:
    keys = port_keys()
    for key, value in service.values.items():
        row, place = keys.get(key), service.places[key]
        if row is None:
            yield Flaw("unknown", place, service.name, key, value)
        elif row["type"] == "yes-no" and value not in {"yes", "no"}:
            yield Flaw("yes-no", place, service.name, key, value)
        elif row["type"] == "ports" and parse_ports(value) is None:
            yield Flaw("ports" if not _is_out_of_range(value) else "range", place, service.name, key, value)
    for key, row in keys.items():
        if row["needed"] and key not in service.values:
            yield Flaw("missing", service.place, service.name, key)


def _is_out_of_range(text: str) -> bool:
    """Whether it is well written, but a port is 0, above the highest one, or a range runs backwards."""
    numbers, slash, names = text.partition("/")
    protocols = set(names.split(",")) if slash else set(PROTOCOLS)
    return protocols <= set(PROTOCOLS) and all(re.fullmatch(r"\d+(:\d+)?", item) for item in numbers.split(","))
