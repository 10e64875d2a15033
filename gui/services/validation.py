"""Checks the open package in the background while it is edited: debounced, and never with stale results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import Problem, find_problems
from spkcore.package.project import Package

LANE = "check"
DEBOUNCE = 300
"""Milliseconds without an edit before the check runs."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    revision: int
    problems: tuple[Problem, ...]


class Validation(QObject):
    """Holds the problems of one document."""

    problems_changed = Signal()

    def __init__(self, document: Document, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self._task: Task | None = None
        self.problems: Sequence[Problem] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.check_now)
        document.changed.connect(self._on_document_changed)

    def of(self, path: str) -> list[Problem]:
        """The problems of one part, and of what lies below it."""
        below = path + "/"
        return [problem for problem in self.problems if problem.path == path or problem.path.startswith(below)]

    @Slot()
    def check_now(self) -> None:
        """Check the package as it is now; a check that still runs is stopped."""
        self._timer.stop()
        self.stop()
        work = partial(_check, self._document.package.snapshot(), self._document.revision)
        self._task = self._tasks.start(LANE, tr("Check the package"), work, hidden=True)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)

    def stop(self) -> None:
        """Stop a check that runs, and one that is due."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot(object)
    def _on_document_changed(self, _paths: object) -> None:
        self._timer.start()

    @Slot(object)
    def _on_finished(self, outcome: object) -> None:
        self._task = None
        if not isinstance(outcome, _Outcome) or outcome.revision != self._document.revision:
            return
        if outcome.problems != self.problems:
            self.problems = outcome.problems
            self.problems_changed.emit()

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        self._task = None


def _check(package: Package, revision: int, context: TaskContext) -> _Outcome:
    return _Outcome(revision, tuple(find_problems(package, context)))
