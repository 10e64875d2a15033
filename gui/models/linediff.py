"""How the lines of a text differ from what is saved, and the text with one difference taken back; knows no widgets."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
_MOST_LINES = 4000
"""Lines between the first and the last difference that are compared with each other; more are one difference."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines that differ. `kind` is ADDED, CHANGED or REMOVED; `first` counts from 1 in the text of now,
    `count` are its lines there (0 where lines were removed), `before` the lines that are saved."""

    kind: str
    first: int
    count: int
    before: tuple[str, ...]


def hunks(saved: str, now: str) -> list[Hunk]:
    """The differences, from top to bottom."""
    before, after = saved.split("\n"), now.split("\n")
    head = _equal(before, after)
    tail = _equal(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return []
    if len(old) + len(new) > _MOST_LINES:
        return [_hunk(old, head, len(new))]
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_hunk(old[a:b], head + c, d - c) for tag, a, b, c, d in codes if tag != "equal"]


def taken_back(now: str, hunk: Hunk) -> str:
    """The text with the saved lines in the place of this difference."""
    lines = now.split("\n")
    start = hunk.first - 1
    return "\n".join([*lines[:start], *hunk.before, *lines[start + hunk.count :]])


def _equal(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same at the start."""
    shorter = min(len(one), len(other))
    return next((index for index in range(shorter) if one[index] != other[index]), shorter)


def _hunk(before: list[str], start: int, count: int) -> Hunk:
    kind = CHANGED if before and count else ADDED if count else REMOVED
    return Hunk(kind, start + 1, count, tuple(before))
