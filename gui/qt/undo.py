"""Puts changes of a package on a QUndoStack: merging of what is typed, texts, and the place to show afterwards."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from spkcore.package.changes import Change

MERGE_PAUSE = 2.0
"""Seconds without typing after which the next keystroke is an undo step of its own."""

Apply = Callable[[Change], None]


class MergeWindow:
    """Decides whether the next change may join the last one: a pause or `interrupt` says no."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = float("-inf")
        self._epoch = 0

    def touch(self) -> int:
        """The number of the current burst of typing; two changes with the same number may merge."""
        now = self._clock()
        if now - self._last > MERGE_PAUSE:
            self._epoch += 1
        self._last = now
        return self._epoch

    def interrupt(self) -> None:
        """The focus went elsewhere: what comes next is a new undo step."""
        self._epoch += 1


class ChangeCommand(QUndoCommand):
    """One undo step. `apply` carries a change out on the package and tells everybody."""

    def __init__(self, change: Change, text: str, apply: Apply, epoch: int) -> None:
        super().__init__(text)
        self.change = change
        self.epoch = epoch
        self._apply = apply

    def id(self) -> int:
        """Equal for changes that may merge; -1 never merges."""
        return zlib.crc32(self.change.merge_key.encode()) & 0x3FFFFFFF if self.change.merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, ChangeCommand):
            return False
        if other.epoch != self.epoch or other.change.merge_key != self.change.merge_key:
            return False
        self.change = self.change.then(other.change)
        self.setObsolete(self.change.is_empty)
        return True

    def redo(self) -> None:
        self._apply(self.change)

    def undo(self) -> None:
        self._apply(self.change.inverse())
