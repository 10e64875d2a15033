"""Runs engine functions on lanes of worker threads; every signal is emitted in the GUI thread."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from shiboken6 import isValid

from spkcore.base.errors import Cancelled, SpkError
from spkcore.base.tasks import Progress, TaskContext

Result = TypeVar("Result")


class TaskState(StrEnum):
    """Where a task is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more."""
        return self not in {TaskState.WAITING, TaskState.RUNNING}


class TaskCrashError(SpkError):
    """A bug ended the task. `report` is the traceback."""

    exit_code = 70

    def __init__(self, title: str, error: BaseException) -> None:
        super().__init__(
            f"Something went wrong inside the program ({type(error).__name__}: {error})",
            title,
            "Your work is not affected; please report it with the log of this task.",
        )
        self.report = "".join(traceback.format_exception(error))


class Task(QObject):
    """One piece of work that runs on a lane. It lives in the GUI thread, and so do all its signals.

    Connecting after `TaskRunner.start` is safe: nothing is emitted before control is back in the event loop.
    Exactly one of `finished`, `failed` and `cancelled` comes, and `ended` after it.
    """

    state_changed = Signal()
    progressed = Signal(object)
    """Progress"""
    logged = Signal(str)
    finished = Signal(object)
    """What the function returned."""
    failed = Signal(object)
    """SpkError (TaskCrashError for a bug)"""
    cancelled = Signal()
    ended = Signal()

    _reported = Signal(str, object)

    def __init__(
        self,
        lane: str,
        title: str,
        function: Callable[[TaskContext], object],
        parent: QObject,
        *,
        hidden: bool = False,
        essential: bool = False,
    ) -> None:
        super().__init__(parent)
        self.lane = lane
        self.title = title
        self.hidden = hidden
        self.essential = essential
        self.state = TaskState.WAITING
        self.progress = Progress(0, 0)
        self.log_lines: list[str] = []
        self.result: object = None
        self.error: SpkError | None = None
        self._function = function
        self._context = TaskContext(self._report_progress, self._report_log)
        # Emitted by the worker, received here in the GUI thread: receivers of the public signals need no care.
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._context.cancel)  # nobody waits any more

    def cancel(self) -> None:
        """Ask it to stop; `cancelled` comes once it did."""
        self._context.cancel()

    def say(self, text: str) -> None:
        """Show what it does just now where nothing can be counted; called in the GUI thread by who knows better."""
        if not self.state.is_over:
            self.progress = Progress(0, 0, text, "")
            self.progressed.emit(self.progress)

    def run(self) -> None:
        """Carry the work out; called in the worker thread."""
        try:
            self._context.check()
            self._report("running")
            result = self._function(self._context)
        except Cancelled:
            self._report("cancelled")
        except SpkError as error:
            self._report("failed", error)
        except BaseException as error:  # noqa: BLE001 - the one place where a worker's bug becomes a report
            self._report("failed", TaskCrashError(self.title, error))
        else:
            self._report("finished", result)

    def _report(self, kind: str, value: object = None) -> None:
        """Tell the GUI thread; it may have let go of the task, between any two lines of the worker."""
        try:
            self._reported.emit(kind, value)
        except RuntimeError:
            if isValid(self):
                raise

    def _report_progress(self, progress: Progress) -> None:
        self._report("progress", progress)

    def _report_log(self, line: str) -> None:
        self._report("log", line)

    @Slot(str, object)
    def _on_reported(self, kind: str, value: object) -> None:
        if kind == "progress" and isinstance(value, Progress):
            self.progress = value
            self.progressed.emit(value)
        elif kind == "log":
            self.log_lines.append(str(value))
            self.logged.emit(str(value))
        elif kind == "running":
            self._enter(TaskState.RUNNING)
        else:
            self._end(kind, value)

    def _end(self, kind: str, value: object) -> None:
        if kind == "finished":
            self.result = value
            self._enter(TaskState.DONE)
            self.finished.emit(value)
        elif isinstance(value, SpkError):
            self.error = value
            self._enter(TaskState.FAILED)
            self.failed.emit(value)
        else:
            self._enter(TaskState.CANCELLED)
            self.cancelled.emit()
        self.ended.emit()

    def _enter(self, state: TaskState) -> None:
        self.state = state
        self.state_changed.emit()


class TaskRunner(QObject):
    """Starts tasks. Tasks of one lane run one after the other, lanes run beside each other.

    Lanes in use: "open", "save:<folder>", "build:<output>", "check", "journal", "nas:<host>", "preview".
    """

    task_started = Signal(object)
    """Task; not sent for hidden ones."""
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[str, QThreadPool] = {}
        self._running: list[Task] = []

    def start(
        self,
        lane: str,
        title: str,
        function: Callable[[TaskContext], Result],
        *,
        hidden: bool = False,
        essential: bool = False,
    ) -> Task:
        """Queue `function` on `lane`. `hidden` tasks (validation, journal) get no row in the task panel; `essential`
        ones are short and carried out even when the program ends."""
        task = Task(lane, title, function, self, hidden=hidden, essential=essential)
        task.ended.connect(self._on_task_ended)
        self._running.append(task)
        self._pool(lane).start(_Job(task))
        if not hidden:
            self.task_started.emit(task)
        self.busy_changed.emit()
        return task

    def running(self) -> list[Task]:
        """The tasks that are waiting or running and that the user knows of."""
        return [task for task in self._running if not task.hidden]

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits or runs, hidden tasks included."""
        return not self._running

    def cancel_all(self) -> None:
        """Ask every task to stop, but for the essential ones."""
        for task in self._running:
            if not task.essential:
                task.cancel()

    def wait(self, milliseconds: int = 30_000) -> bool:
        """Wait until the worker threads are idle; for the end of the program and of tests."""
        idle = [pool.waitForDone(milliseconds) for pool in self._lanes.values()]
        return all(idle)

    def _pool(self, lane: str) -> QThreadPool:
        pool = self._lanes.get(lane)
        if pool is None:
            pool = self._lanes[lane] = QThreadPool(self)
            pool.setMaxThreadCount(1)
            pool.setExpiryTimeout(5_000)
        return pool

    @Slot()
    def _on_task_ended(self) -> None:
        over = [task for task in self._running if task.state.is_over]
        self._running = [task for task in self._running if not task.state.is_over]
        for task in over:
            if task.hidden:  # the others stay for the task panel
                task.deleteLater()
        self.busy_changed.emit()


class _Job(QRunnable):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def run(self) -> None:
        self._task.run()
