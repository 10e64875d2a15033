"""What of the problems is shown: filtered by severity, part and text, in the order of a column; knows no widgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gui.models.problems import PLACE, RULE, SEVERITIES, ProblemRow, place_text
from spkcore.checks.engine import Problem
from spkcore.checks.overrides import Override

Owner = Callable[[str], str]
"""The path of the part that shows a path; "" for the package as a whole."""


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """`part` is None for all parts, "" for the package as a whole. `text` are words that must all occur."""

    severities: frozenset[str] = frozenset(SEVERITIES)
    part: str | None = None
    text: str = ""
    with_accepted: bool = False

    @property
    def hides_something(self) -> bool:
        """Whether it may leave out a problem that counts."""
        return self.part is not None or bool(self.text.strip()) or len(self.severities) < len(SEVERITIES)


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column, and whether the other way round."""

    column: int = 0
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows to show, and how many problems of each severity there would be with all severities on."""

    rows: tuple[ProblemRow, ...]
    counts: Mapping[str, int]


def rows_of(problems: Iterable[Problem], accepted: Iterable[tuple[Problem, Override]] = ()) -> list[ProblemRow]:
    """The rows of a check's result: those that count, and then the accepted ones."""
    return [*map(ProblemRow, problems), *(ProblemRow(problem, override) for problem, override in accepted)]


def shown_rows(rows: Sequence[ProblemRow], wanted: ProblemFilter, owner: Owner, sorting: Sorting = Sorting()) -> Shown:
    """The rows that `wanted` lets through, in order."""
    words = wanted.text.casefold().split()
    found = [
        row
        for row in rows
        if (row.override is None or wanted.with_accepted)
        and (wanted.part is None or owner(row.problem.path) == wanted.part)
        and (not words or _has_words(row, words))
    ]
    counts = Counter(row.severity for row in found if row.override is None)
    chosen = [row for row in found if row.severity in wanted.severities]
    key = _KEYS.get(sorting.column, _worst_first)
    return Shown(tuple(sorted(chosen, key=key, reverse=sorting.descending)), counts)


def parts_with_problems(rows: Iterable[ProblemRow], owner: Owner) -> list[str]:
    """The parts that have problems, in the order in which these come."""
    return list(dict.fromkeys(owner(row.problem.path) for row in rows))


def _has_words(row: ProblemRow, words: Sequence[str]) -> bool:
    problem = row.problem
    reason = row.override.reason if row.override is not None else ""
    text = f"{problem.message}\n{place_text(problem)}\n{problem.field}\n{problem.rule}\n{reason}".casefold()
    return all(word in text for word in words)


Key = tuple[object, ...]


def _worst_first(row: ProblemRow) -> Key:
    return row.override is not None, SEVERITIES.index(row.severity), *_by_place(row)


def _by_place(row: ProblemRow) -> Key:
    return row.problem.path, row.problem.line, row.problem.column, row.problem.rule


def _by_rule(row: ProblemRow) -> Key:
    return row.problem.rule, *_by_place(row)


_KEYS: Mapping[int, Callable[[ProblemRow], Key]] = {PLACE: _by_place, RULE: _by_rule}
