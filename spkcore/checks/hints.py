"""Finds in scripts what DSM 7 does in another way: root's jobs that resource workers do, and folders that moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from spkcore.base.reference import table
from spkcore.checks.memory import memory
from spkcore.checks.rules.scripts_base import is_aware, script, shell_scripts
from spkcore.checks.shell import Command, Expansion, Place, ShellScript, Word
from spkcore.checks.subject import Subject

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Hint:
    """One line of a script, and what DSM 7 has instead. `needs_root` tells what fails on DSM 7 from what only lies
    elsewhere there."""

    path: str
    line: int
    column: int
    what: str
    why: str
    instead: str
    needs_root: bool = False


@dataclass(frozen=True, slots=True)
class _Pattern:
    match: re.Pattern[str]
    instead: str


_ROOT = "DSM 7 runs the scripts of packages as the package's own user, who may not do this."
_MOVED = "DSM 7 keeps the package's files in other folders, with other rights."


def script_hints(subject: Subject) -> list[Hint]:
    """The hints for all shell scripts of the package, in the order of the files.

    Lines that know about DSM versions or users are left out: they were made for several generations.
    """
    found: list[Hint] = []
    for path in shell_scripts(subject):
        subject.context.check()
        found.extend(memory.get(("hints", path), subject.entries.get(path), partial(_hints, subject, path)))
    return found


def rendered(shell: ShellScript, word: Word) -> str:
    """A word as it is known: constants put in, other variables as $NAME, what is only known at run time as "…"."""
    return "".join(_piece(part) for part in shell.parts(word))


def _piece(part: str | Expansion | None) -> str:
    if isinstance(part, Expansion):
        return f"${part.name}"
    return "…" if part is None else part


def _hints(subject: Subject, path: str) -> tuple[Hint, ...]:
    shell = script(subject, path)
    by_line: dict[int, list[Hint]] = {}
    for hint in _of_script(shell, path):
        by_line.setdefault(hint.line, []).append(hint)
    return tuple(hint for line in sorted(by_line) for hint in _gravest(by_line[line]))


def _gravest(hints: list[Hint]) -> list[Hint]:
    """Where a line needs root, it is of no use to hear that its folders moved, too."""
    grave = [hint for hint in hints if hint.needs_root] or hints
    return list({hint.instead: hint for hint in reversed(grave)}.values())[::-1]


def _of_script(shell: ShellScript, path: str) -> Iterator[Hint]:
    for command in shell.commands:
        if not is_aware(shell, command):
            yield from _of_command(shell, path, command)
    paths = _patterns("paths")
    for item in shell.assignments:
        if item.value is not None and not item.guards:
            yield from _matches(shell, path, item.place, item.value.text, paths)


def _of_command(shell: ShellScript, path: str, command: Command) -> Iterator[Hint]:
    words = [*command.words, *(item.target for item in command.redirections if item.target is not None)]
    text = " ".join([shell.program(command), *(rendered(shell, word) for word in words[1:])])
    yield from _matches(shell, path, command.place, text, _patterns("workers"), needs_root=True)
    yield from _matches(shell, path, command.place, " ".join(word.text for word in words), _patterns("paths"))


def _matches(
    shell: ShellScript, path: str, place: Place, text: str, patterns: tuple[_Pattern, ...], *, needs_root: bool = False
) -> Iterator[Hint]:
    for pattern in patterns:
        if pattern.match.search(text):
            line = shell.data.decode("utf-8", "replace").split("\n")[place.line - 1].strip()
            what = f"The script says: {line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}"
            why = _ROOT if needs_root else _MOVED
            yield Hint(path, place.line, place.column, what, why, pattern.instead, needs_root)


@cache
def _patterns(kind: str) -> tuple[_Pattern, ...]:
    return tuple(_Pattern(re.compile(row["match"]), row["instead"]) for row in table("migration")[kind])
