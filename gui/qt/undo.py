"""The undo stack of a document: steps are changes as data; what is typed merges, and texts say what is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from spkcore.package.changes import Change

MERGE_PAUSE = 2.0
"""Seconds without typing after which the next keystroke is an undo step of its own."""

NEVER = -1
"""The clean index when no step leads to what is on disk."""


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


@dataclass(frozen=True, slots=True)
class Step:
    """One undo step: `text` says what was done, `epoch` in which burst of typing."""

    change: Change
    text: str
    epoch: int = 0

    def takes(self, later: Step) -> bool:
        """Whether `later` goes on with what this one began."""
        key = self.change.merge_key
        return bool(key) and key == later.change.merge_key and self.epoch == later.epoch


class UndoStack(QObject):
    """Behaves as QUndoStack and has its names, but its steps are data.

    A QUndoCommand made in Python has two owners. Python's garbage collector may delete it while the stack still points
    to it, which ended the program; and what was merged away stayed until the package was closed: the whole text, once
    for each keystroke.
    """

    carry_out = Signal(object)
    """Change: apply it to the package now."""
    changed = Signal()
    """There is something else to undo or to redo."""
    clean_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._index = 0
        self._clean = 0

    def push(self, step: Step) -> None:
        """Carry the step out and put it on top, or join it to the last one. What was undone is forgotten."""
        self.carry_out.emit(step.change)
        del self._steps[self._index :]
        if self._clean > self._index:
            self._clean = NEVER
        last = self._steps[-1] if self._steps else None
        if last is None or self._index == self._clean or not last.takes(step):
            self._steps.append(step)
            self._go_to(self._index + 1)
            return
        merged = last.change.then(step.change)
        if merged.is_empty:
            self._steps.pop()
            self._go_to(self._index - 1)
        else:
            self._steps[-1] = Step(merged, last.text, last.epoch)
            self.changed.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last step back, if there is one."""
        if self.canUndo():
            index = self._index - 1
            self.carry_out.emit(self._steps[index].change.inverse())
            self._go_to(index)

    @Slot()
    def redo(self) -> None:
        """Carry the step that was undone out again, if there is one."""
        if self.canRedo():
            index = self._index + 1
            self.carry_out.emit(self._steps[index - 1].change)
            self._go_to(index)

    def clear(self) -> None:
        """Forget all steps; the state now counts as that on disk."""
        if not self._steps:
            return
        was_clean = self.isClean()
        self._steps.clear()
        self._index = self._clean = 0
        self.changed.emit()
        if not was_clean:
            self.clean_changed.emit(self.isClean())

    def setClean(self) -> None:
        """The state now is that on disk."""
        was_clean = self.isClean()
        self._clean = self._index
        if not was_clean:
            self.clean_changed.emit(self.isClean())

    def resetClean(self) -> None:
        """No state that undo and redo lead to is that on disk."""
        was_clean = self.isClean()
        self._clean = NEVER
        if was_clean:
            self.clean_changed.emit(self.isClean())

    def isClean(self) -> bool:
        """Whether the state now is that on disk."""
        return self._index == self._clean

    def count(self) -> int:
        """How many steps there are, with those that were undone."""
        return len(self._steps)

    def index(self) -> int:
        """How many steps there are to undo."""
        return self._index

    def canUndo(self) -> bool:
        """Whether there is a step to undo."""
        return self._index > 0

    def canRedo(self) -> bool:
        """Whether there is a step to redo."""
        return self._index < len(self._steps)

    def undoText(self) -> str:
        """What would be undone; empty if nothing."""
        return self._steps[self._index - 1].text if self.canUndo() else ""

    def redoText(self) -> str:
        """What would be done again; empty if nothing."""
        return self._steps[self._index].text if self.canRedo() else ""

    def _go_to(self, index: int) -> None:
        was_clean = self.isClean()
        self._index = index
        self.changed.emit()
        if self.isClean() != was_clean:
            self.clean_changed.emit(self.isClean())
