"""What the taskbar button shows: progress of long work, errors, waiting for an answer; and the jump list."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.qt.application import running_application
from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner, TaskState
from gui.services.desktop import BarState, Desktop, JumpItem
from gui.services.recents import Recent
from spkcore.base.tasks import TaskContext

_DELAY = 400
"""Milliseconds of work before the button shows it: opening a small package shall not make it flicker."""
LONG_SECONDS = 3.0
"""Work that took longer calls the user back when it ends behind other windows."""


class TaskbarProgress(QObject):
    """Shows the newest of the tasks that the user knows of."""

    def __init__(self, tasks: TaskRunner, desktop: Desktop, clock: Callable[[], float], window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._desktop = desktop
        self._clock = clock
        self._window = window
        self._began: dict[Task, float] = {}
        self._has_failed = False
        self._is_waiting = False
        self._shown = (BarState.NONE, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._show)
        tasks.task_started.connect(self._on_started)
        running_application().applicationStateChanged.connect(self._on_state_changed)

    @Slot()
    def wait_for_user(self) -> None:
        """The work has a question: it goes on when the user has answered."""
        self._is_waiting = True
        self._call_user()
        self._show()

    @Slot(object)
    def _on_started(self, task: Task) -> None:
        self._began[task] = self._clock()
        task.progressed.connect(self._on_progressed)
        task.ended.connect(self._on_ended)
        if not self._timer.isActive():
            self._timer.start()

    @Slot(object)
    def _on_progressed(self, _progress: object) -> None:
        self._is_waiting = False
        if not self._timer.isActive():
            self._show()

    @Slot()
    def _on_ended(self) -> None:
        over = [task for task in self._began if task.state.is_over]
        for task in over:
            seconds = self._clock() - self._began.pop(task)
            self._note_end(task, seconds)
        self._is_waiting = False
        self._show()

    def _note_end(self, task: Task, seconds: float) -> None:
        if _is_in_front() or task.state is TaskState.CANCELLED:
            return
        if task.state is TaskState.FAILED:
            self._has_failed = True
        if seconds >= LONG_SECONDS:
            self._call_user()

    def _call_user(self) -> None:
        if not _is_in_front():
            self._desktop.flash(self._window)

    @Slot(Qt.ApplicationState)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._has_failed:
            self._has_failed = False
            self._show()

    @Slot()
    def _show(self) -> None:
        state, fraction = self._state()
        wanted = (state, int(fraction * 100))
        if wanted != self._shown:
            self._shown = wanted
            self._desktop.set_progress(self._window, state, fraction)

    def _state(self) -> tuple[BarState, float]:
        if not self._began:
            return (BarState.ERROR, 1.0) if self._has_failed else (BarState.NONE, 0.0)
        fraction = next(reversed(self._began)).progress.fraction
        if self._is_waiting:
            return BarState.PAUSED, 1.0 if fraction is None else fraction
        return (BarState.BUSY, 0.0) if fraction is None else (BarState.NORMAL, fraction)


class JumpList(QObject):
    """Keeps the jump list equal to the recent packages.

    It is a list of our own, and not the one that Windows fills from opened files: that one holds only files whose
    type is registered for this program, and no folders at all, but packages are mostly folders.
    """

    def __init__(self, context: AppContext, desktop: Desktop, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._desktop = desktop
        context.recents.changed.connect(self.update)

    @Slot()
    def update(self) -> None:
        """Write it again, in the background."""
        recent = tuple(_jump(item) for item in self._context.recents.all())
        tasks = (JumpItem(tr("New window"), "--new-window", tr("Look at a second package beside the first")),)
        work = partial(_write, self._desktop, tr("Recent packages"), recent, tasks)
        self._context.tasks.start("jump list", tr("Update the jump list"), work, hidden=True)


def _jump(recent: Recent) -> JumpItem:
    title = f"{recent.title} {recent.version}".strip()
    return JumpItem(title, subprocess.list2cmdline([recent.path]), recent.path)


def _write(
    desktop: Desktop, category: str, recent: tuple[JumpItem, ...], tasks: tuple[JumpItem, ...], _context: TaskContext
) -> None:
    desktop.set_jump_list(category, recent, tasks)


def _is_in_front() -> bool:
    return running_application().applicationState() is Qt.ApplicationState.ApplicationActive
