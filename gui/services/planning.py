"""Works out one plan at a time in the background: a newer one stops the older one, which is heard of no more."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.tasks import Task, TaskRunner
from gui.services.notifier import Notifier
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext


class Planning(QObject):
    """Plans on one lane, under one title that no task row shows."""

    planned = Signal(object)
    """What the work gave."""
    failed = Signal()
    """No plan comes; the user is told why."""

    def __init__(self, tasks: TaskRunner, notifier: Notifier, lane: str, title: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._notifier = notifier
        self._lane = lane
        self._title = title
        self._task: Task | None = None

    def start(self, work: Callable[[TaskContext], object]) -> None:
        """Work it out; `planned` or `failed` comes, unless it is cancelled before."""
        self.cancel()
        self._task = self._tasks.start(self._lane, self._title, work, hidden=True)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Stop working out."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot(object)
    def _on_finished(self, plan: object) -> None:
        if self.sender() is self._task:
            self._task = None
            self.planned.emit(plan)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self.sender() is self._task:
            self._task = None
            self.failed.emit()
            if isinstance(error, SpkError):
                self._notifier.error(error)
