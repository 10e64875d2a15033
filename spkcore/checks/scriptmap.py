"""Where the scripts of a package define and use functions and variables, across the files that they read in."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from spkcore.checks.memory import memory
from spkcore.checks.rules.scripts_base import payload_scripts, script, shell_scripts
from spkcore.checks.shell import Command, Function, Place, ShellScript, Word
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package.answers import Answer, answers
from spkcore.package.scripts import variables

_LARGEST_SOURCED = 64 << 10
"""Bytes of a file of the payload that is read when a script reads it in."""


class SymbolKind(StrEnum):
    """What a name stands for."""

    FUNCTION = "function"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function or a variable."""

    kind: SymbolKind
    name: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a symbol stands. Lines and columns count characters from 1; `text` is the line, `function` the
    function around it (empty outside of all)."""

    symbol: Symbol
    path: str
    line: int
    column: int
    text: str
    is_definition: bool = False
    function: str = ""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A function of one script: where it is defined, the comment above it, and where all scripts call it."""

    definition: Occurrence
    about: str
    calls: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class ScriptFacts:
    """One script: what stands in it, and the files that it reads in as far as the package has them."""

    path: str
    occurrences: tuple[Occurrence, ...]
    abouts: Mapping[str, str]
    reads: tuple[Word, ...]
    shell: ShellScript


@dataclass(frozen=True)
class ScriptMap:
    """All scripts of a package at one moment. `reads` says which files each one reads in, `environment` which
    variables come from DSM or a wizard, `answers` where the wizards ask for them."""

    scripts: Mapping[str, ScriptFacts] = field(default_factory=dict)
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    environment: frozenset[str] = frozenset()
    answers: tuple[Answer, ...] = ()

    def prepare(self) -> None:
        """Find out now what would be found out at the first question."""
        _ = self._by_symbol, self._families

    def uses(self, symbol: Symbol, path: str) -> list[Occurrence]:
        """Where the symbol that stands in the script `path` stands in all scripts that share it, definitions first
        within each script, the own script first."""
        found = self._by_symbol.get((symbol, self._family(symbol, path)), ())
        return sorted(found, key=lambda item: (item.path != path, item.path, item.line, item.column))

    def definitions(self, symbol: Symbol, path: str) -> list[Occurrence]:
        """Where it is defined: in the own script, in those that it reads in, or in those that read it in."""
        found = [item for item in self.uses(symbol, path) if item.is_definition]
        near = self.read_by(path)
        return sorted(found, key=lambda item: near.index(item.path) if item.path in near else len(near))

    def answer(self, name: str) -> Answer | None:
        """The field of a wizard that asks for this variable."""
        return next((item for item in self.answers if item.name == name), None)

    def has_function(self, name: str, path: str) -> bool:
        """Whether the script `path` can know a function of this name."""
        return bool(self.definitions(Symbol(SymbolKind.FUNCTION, name), path))

    def outline(self, path: str) -> list[OutlineItem]:
        """The functions of a script, from top to bottom."""
        facts = self.scripts.get(path)
        if facts is None:
            return []
        found = (item for item in facts.occurrences if item.is_definition)
        functions = (item for item in found if item.symbol.kind is SymbolKind.FUNCTION)
        return [OutlineItem(item, facts.abouts.get(item.symbol.name, ""), self._calls(item)) for item in functions]

    def read_by(self, path: str) -> list[str]:
        """The script itself and all that it reads in, the nearest first."""
        found = [path]
        for current in found:
            found.extend(item for item in self.reads.get(current, ()) if item not in found)
        return found

    def _calls(self, definition: Occurrence) -> tuple[Occurrence, ...]:
        return tuple(item for item in self.uses(definition.symbol, definition.path) if not item.is_definition)

    def _family(self, symbol: Symbol, path: str) -> str:
        """Who shares a symbol of the script `path`: all scripts a variable of the environment, its family the rest."""
        is_everywhere = symbol.kind is SymbolKind.VARIABLE and symbol.name in self.environment
        return "" if is_everywhere else self._families.get(path, path)

    @cached_property
    def _by_symbol(self) -> Mapping[tuple[Symbol, str], list[Occurrence]]:
        found: dict[tuple[Symbol, str], list[Occurrence]] = {}
        for facts in self.scripts.values():
            for item in facts.occurrences:
                found.setdefault((item.symbol, self._family(item.symbol, item.path)), []).append(item)
        return found

    @cached_property
    def _families(self) -> Mapping[str, str]:
        """The scripts that read each other in share their names: each with the first of its family."""
        first = {path: path for path in self.scripts}
        for path, others in self.reads.items():
            for other in others:
                one, two = first.get(path, path), first.get(other, other)
                if one != two:
                    first.update({item: one for item, head in first.items() if head == two})
        return first


def script_map(subject: Subject) -> ScriptMap:
    """The map of a package; what was found out about a script is remembered. Raises `Cancelled`."""
    paths = [*shell_scripts(subject), *payload_scripts(subject)]
    known = frozenset(variable.name for variable in variables("scripts/helper", subject.entries))
    found: dict[str, ScriptFacts] = {}
    for path in paths:
        subject.context.check()
        found[path] = _facts(subject, path)
    for path in _sourced_payload(subject, found):
        found[path] = _facts(subject, path)
    _connect_calls(found)
    reads = {path: tuple(_files_read(facts, found)) for path, facts in found.items()}
    made = ScriptMap(found, reads, known, tuple(answers(subject.entries)))
    made.prepare()
    return made


def _sourced_payload(subject: Subject, found: Mapping[str, ScriptFacts]) -> list[str]:
    """The files of the payload that scripts read in, whatever they are called and start with."""
    tails = tuple({tail for facts in found.values() for word in facts.reads if (tail := _tail(facts, word))})
    paths = (path for path in subject.payload.files if path.endswith(tails) and path not in found) if tails else ()
    return [path for path in paths if subject.entries[path].size <= _LARGEST_SOURCED]


def _tail(facts: ScriptFacts, word: Word) -> str:
    """The known end of the path that is read in: "/lib/functions.sh" of "$SYNOPKG_PKGDEST/lib/functions.sh"."""
    last = facts.shell.parts(word)[-1:]
    return "/" + last[0].lstrip("./") if last and isinstance(last[0], str) else ""


def _facts(subject: Subject, path: str) -> ScriptFacts:
    entry = subject.entries.get(path)
    return memory.get(("script facts", path), entry, lambda: _read(path, script(subject, path)))


def _read(path: str, shell: ShellScript) -> ScriptFacts:
    lines = shell.data.decode("utf-8", "surrogateescape").split("\n")
    reader = _Reader(path, shell, lines, _Around(shell.functions))
    found = sorted(reader.all(), key=lambda item: (item.line, item.column))
    abouts = {item.name: _comment_above(lines, item.place.line) for item in shell.functions}
    return ScriptFacts(path, tuple(dict.fromkeys(found)), abouts, tuple(shell.sourced()), shell)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Collects what stands in one script. Commands count as calls of functions of any script: those that are none
    are taken out when all scripts are known."""

    path: str
    shell: ShellScript
    lines: list[str]
    functions: _Around

    def all(self) -> Iterator[Occurrence]:
        for function in self.shell.functions:
            yield self.made(SymbolKind.FUNCTION, function.name, function.place, is_definition=True)
        for command in self.shell.commands:
            yield from self.calls(command)
        for assignment in self.shell.assignments:
            yield self.made(SymbolKind.VARIABLE, assignment.name, assignment.place, is_definition=True)
        for expansion in self.shell.expansions:
            yield self.made(SymbolKind.VARIABLE, expansion.name, expansion.place)

    def calls(self, command: Command) -> Iterator[Occurrence]:
        words = command.words[:1] if command.name != "trap" else command.words[1:2]
        for word in words:
            name = word.literal
            if name and "/" not in name:
                yield self.made(SymbolKind.FUNCTION, name, word.place)

    def made(self, kind: SymbolKind, name: str, place: Place, *, is_definition: bool = False) -> Occurrence:
        text = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        column = text.find(name, place.column - 1) + 1 or place.column
        around = self.functions.name_at(place.start)
        return Occurrence(Symbol(kind, name), self.path, place.line, column, text, is_definition, around)


class _Around:
    """Tells at once which function a place stands in, however many there are."""

    def __init__(self, functions: Sequence[Function]) -> None:
        opened: list[str] = []
        edges = [(item.place.start + 1, 1, item.name) for item in functions]
        edges += [(item.place.end, 0, item.name) for item in functions]
        self._offsets = [0]
        self._names = [""]
        for offset, opens, name in sorted(edges):
            opened.append(name) if opens else opened.pop()
            self._offsets.append(offset)
            self._names.append(opened[-1] if opened else "")

    def name_at(self, offset: int) -> str:
        """The innermost function around this byte; nothing outside of all."""
        return self._names[bisect_right(self._offsets, offset) - 1]


def _comment_above(lines: list[str], line: int) -> str:
    """The lines of comment right above a line (from 1), as one text."""
    found: list[str] = []
    for index in range(line - 2, -1, -1):
        stripped = lines[index].strip()
        if not stripped.startswith("#") or stripped.startswith(("#!", "# shellcheck")):
            break
        found.append(stripped.lstrip("#").strip())
    return " ".join(reversed([text for text in found if text]))


def _connect_calls(found: dict[str, ScriptFacts]) -> None:
    """Keep those commands only that are functions of some script."""
    names = {function.name for facts in found.values() for function in facts.shell.functions}
    for path, facts in found.items():
        kept = tuple(item for item in facts.occurrences if _is_symbol(item.symbol, names))
        found[path] = ScriptFacts(path, kept, facts.abouts, facts.reads, facts.shell)


def _is_symbol(symbol: Symbol, functions: set[str]) -> bool:
    return symbol.kind is SymbolKind.VARIABLE or symbol.name in functions


def _files_read(facts: ScriptFacts, known: Mapping[str, ScriptFacts]) -> Iterator[str]:
    """The scripts of the package that a script reads in: beside it by name, else in the payload by the path's end."""
    for word in facts.reads:
        name = facts.shell.file_name(word)
        beside = [f"{posixpath.dirname(facts.path)}/{name}", f"scripts/{name}"]
        tail = _tail(facts, word)
        payload = (path for path in known if tail and path.startswith(PAYLOAD_PREFIX) and path.endswith(tail))
        hit = next((path for path in beside if name and path in known), None) or next(payload, None)
        if hit is not None and hit != facts.path:
            yield hit
