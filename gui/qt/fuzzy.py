"""Fuzzy search in short texts: letters in order, word starts and runs first."""

from __future__ import annotations

from collections.abc import Sequence

_RUN, _WORD, _START = 6, 8, 10


def best_matches(pattern: str, texts: Sequence[str]) -> list[int]:
    """The positions of the texts that match, best first; with an empty pattern all, in their order."""
    wanted = "".join(pattern.casefold().split())
    if not wanted:
        return list(range(len(texts)))
    scored = [(score(wanted, text), position) for position, text in enumerate(texts)]
    matching = [(-value, position) for value, position in scored if value > 0]
    return [position for _value, position in sorted(matching)]


def score(wanted: str, text: str) -> int:
    """How well `wanted` (folded, without spaces) fits `text`; 0 when a letter is missing."""
    folded = text.casefold()
    starts = [at for at, letter in enumerate(folded) if letter == wanted[0]]
    return max((_score_from(wanted, folded, start) for start in starts), default=0)


def _score_from(wanted: str, folded: str, start: int) -> int:
    total, at, previous = 0, start, -2
    for letter in wanted:
        at = folded.find(letter, at)
        if at < 0:
            return 0
        total += 1
        if at == previous + 1:
            total += _RUN
        if at == 0 or not folded[at - 1].isalnum():
            total += _START if at == 0 else _WORD
        previous, at = at, at + 1
    return max(total * 4 - len(folded) // 4, 1)
