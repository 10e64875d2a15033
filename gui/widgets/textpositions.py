"""Converts between positions in Python strings (characters) and in Qt documents (UTF-16 units)."""

from __future__ import annotations

import bisect
import re

_WIDE = re.compile("[\U00010000-\U0010ffff]")


class TextPositions:
    """The positions of one text. Cheap while the text has no character outside the basic plane."""

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [found.start() for found in _WIDE.finditer(text)]
        self._wide_units = [at + count for count, at in enumerate(self._wide)]

    def to_units(self, index: int) -> int:
        """The Qt position of the character at `index`."""
        return index + bisect.bisect_left(self._wide, index)

    def to_index(self, units: int) -> int:
        """The index of the character at the Qt position `units`."""
        return units - bisect.bisect_left(self._wide_units, units)


def common_edges(old: str, new: str) -> tuple[int, int]:
    """The number of characters that both texts share at their start, and then at their end.

    Doubles its stride instead of looking at every character: a keystroke in a large file costs microseconds.
    """
    head = _common_prefix(old, new)
    shortest = min(len(old), len(new)) - head
    tail = _common_prefix(old[::-1][:shortest], new[::-1][:shortest])
    return head, tail


def _common_prefix(left: str, right: str) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
