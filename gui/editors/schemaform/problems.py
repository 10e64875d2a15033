"""The problems of a JSON part by their places, for forms that show them at fields; knows no widgets."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from spkcore.checks.engine import Problem


class ProblemsAt:
    """The problems of one part; `field` of each is a JSON pointer, or empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.all = tuple(problems)

    def at(self, pointer: str) -> list[Problem]:
        """Those of exactly this place."""
        return [problem for problem in self.all if problem.field == pointer]

    def within(self, pointer: str) -> list[Problem]:
        """Those of this place and of all below it."""
        return [problem for problem in self.all if is_within(problem.field, pointer)]

    def elsewhere(self, pointer: str, places: Collection[str]) -> list[Problem]:
        """Those within `pointer` that are in none of `places`, which are below it."""
        inside = self.within(pointer)
        return [problem for problem in inside if not any(is_within(problem.field, place) for place in places)]


def is_within(field: str, pointer: str) -> bool:
    """Whether the place `field` is `pointer` or lies below it."""
    return field == pointer or field.startswith(pointer + "/")
