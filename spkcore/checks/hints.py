"""Finds in scripts what DSM 7 does in another way: root's jobs that resource workers do, and folders that moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spkcore.base.reference import table
from spkcore.checks.subject import Subject

_COMMENT = re.compile(r"^\s*(#|:\s)")


@dataclass(frozen=True, slots=True)
class Hint:
    """One line of a script, and what DSM 7 has instead. `worker` is the resource worker that does it, or empty."""

    path: str
    line: int
    column: int
    what: str
    why: str
    instead: str
    worker: str = ""


@dataclass(frozen=True, slots=True)
class _Pattern:
    match: re.Pattern[str]
    instead: str
    worker: str
    why: str


_ROOT = "Scripts of DSM 7 run as the package's user and may not do this."
_MOVED = "DSM 7 keeps the package's files in other folders, with other rights."


def script_hints(subject: Subject) -> list[Hint]:
    """The hints for all scripts of the package, in the order of the files."""
    return [hint for path in subject.scripts for hint in _hints(path, subject.text(path))]


def _hints(path: str, text: str) -> Iterator[Hint]:
    for number, line in enumerate(text.splitlines(), start=1):
        if _COMMENT.match(line):
            continue
        for pattern in _patterns():
            match = pattern.match.search(line)
            if match is not None:
                what = f"The script says: {line.strip()[:120]}"
                yield Hint(path, number, match.start() + 1, what, pattern.why, pattern.instead, pattern.worker)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    facts = table("migration")
    workers = [_Pattern(re.compile(row["match"]), row["instead"], row["name"], _ROOT) for row in facts["workers"]]
    paths = [_Pattern(re.compile(row["match"]), row["instead"], "", _MOVED) for row in facts["paths"]]
    return (*workers, *paths)
