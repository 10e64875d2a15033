"""Finding and replacing in a text, without widgets."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

Range = tuple[int, int]
MOST = 10_000
"""Results that are counted and marked; more help nobody and cost time."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `needle` is a regular expression when `regex` is set."""

    needle: str
    regex: bool = False
    case: bool = False
    words: bool = False

    def compiled(self) -> re.Pattern[str]:
        """The expression. Raises `re.error` when the user's expression is none."""
        source = self.needle if self.regex else re.escape(self.needle)
        if self.words:
            source = rf"(?<!\w)(?:{source})(?!\w)"
        return re.compile(source, re.MULTILINE | (re.NOFLAG if self.case else re.IGNORECASE))

    def problem(self) -> str:
        """Why the expression cannot be used; empty when it can."""
        try:
            self.compiled()
        except re.error as error:
            return str(error)
        return ""

    def find_all(self, text: str) -> list[Range]:
        """Every place, at most `MOST`; empty matches are left out."""
        if not self.needle or self.problem():
            return []
        found: list[Range] = []
        for match in self.compiled().finditer(text):
            if match.end() > match.start():
                found.append(match.span())
            if len(found) == MOST:
                break
        return found

    def replaced(self, text: str, replacement: str) -> tuple[str, int]:
        r"""`text` with every place replaced, and how many there were. In a regular expression \1 stands for a group.

        Raises `re.error` when the replacement names a group that is not there.
        """
        count = 0

        def exchange(match: re.Match[str]) -> str:
            nonlocal count
            if match.end() == match.start():
                return match.group()
            count += 1
            return match.expand(replacement) if self.regex else replacement

        return self.compiled().sub(exchange, text), count

    def replaced_one(self, text: str, place: Range, replacement: str) -> str | None:
        """What belongs at `place` instead; None when that is no match. Raises `re.error` like `replaced`."""
        match = self.compiled().match(text, place[0])
        if match is None or match.span() != place:
            return None
        return match.expand(replacement) if self.regex else replacement


def neighbour(found: list[Range], selection: Range, *, backwards: bool) -> int | None:
    """The index of the result after (before) the selection, going round at the end; None when there is none."""
    if not found:
        return None
    if backwards:
        return (bisect.bisect_left(found, selection) - 1) % len(found)
    at = bisect.bisect_right(found, (selection[0], selection[1]))
    return at % len(found)
