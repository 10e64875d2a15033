"""Runs the capture behind the workspace: the connection, the task, the reports; no widgets."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal, Slot

from gui.app.context import AppContext
from gui.nas.asking import Questions
from gui.nas.capturestate import CaptureOutcome, CaptureState
from gui.nas.engine import Connection, Controls, NasEngine, NasLook
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.settings import Setting
from spkcore.base.errors import SpkError
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas.capture import CaptureLostError
from spkcore.nas.errors import ConnectionLostError, NotAdministratorError, SudoRefusedError
from spkcore.nas.events import CaptureEvent

CAPTURE_FOLDER = Setting("capture_folder", "")
"""Where captured files go; empty: a folder in the user's documents."""

_REFRESH_MILLISECONDS = 100
_MOST_REPORTS = 5_000
"""Reports shown per refresh: about 20 milliseconds of work."""
_USELESS_AFTER = (ConnectionLostError, CaptureLostError, SudoRefusedError, NotAdministratorError)
"""After these the connection is of no use any more: sudo is not asked twice."""


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """One capture as the worker thread sees it. Reports pile up in `inbox` until the GUI thread takes them."""

    engine: NasEngine
    questions: Questions
    connection: Connection
    look: NasLook
    folder: Path
    stop: threading.Event = field(default_factory=threading.Event)
    inbox: deque[CaptureEvent] = field(default_factory=deque)

    def run(self, context: TaskContext) -> CaptureOutcome:
        """Carry it out."""
        self.questions.cancelled = context.cancelled
        controls = Controls(self.inbox.append, self.stop)
        return self.engine.capture(self.connection, self.look, self.folder, controls, context)


@dataclass(frozen=True, slots=True)
class OrphanJob(CaptureJob):
    """Brings home what earlier captures left on the NAS."""

    def run(self, context: TaskContext) -> CaptureOutcome:
        self.questions.cancelled = context.cancelled
        return self.engine.take_orphans(self.connection, self.look.orphans, self.folder, self.inbox.append, context)

    def remove(self, context: TaskContext) -> None:
        """Remove it there instead."""
        self.questions.cancelled = context.cancelled
        self.engine.remove_orphans(self.connection, self.look.orphans, context)


@dataclass(frozen=True, slots=True)
class Looking:
    """Learns what the NAS is, in a worker thread."""

    engine: NasEngine
    questions: Questions
    connection: Connection

    def run(self, context: TaskContext) -> NasLook:
        """Look."""
        self.questions.cancelled = context.cancelled
        return self.engine.look(self.connection, context)


@dataclass(frozen=True, slots=True)
class Closing:
    """Hangs up in a worker thread: the other side may be slow to notice."""

    connection: Connection

    def run(self, _context: TaskContext) -> None:
        """Close the connection."""
        self.connection.close()


class CaptureController(QObject):
    """Owns the connection and at most one capture. `state` is what there is to show."""

    stage_changed = Signal()
    """Another page has to be shown: stage, connection or folder changed."""
    refreshed = Signal(object)
    """list[RowChange]: the live picture changed."""
    logged = Signal(str)
    package_ready = Signal(object)
    """Path of the captured package."""

    def __init__(self, context: AppContext, engine: NasEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = engine
        self.questions = Questions(self)
        self.state = CaptureState(context.clock)
        self.connection: Connection | None = None
        self.look: NasLook | None = None
        self._connecting: Task | None = None
        self._job: CaptureJob | None = None
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def engine(self) -> NasEngine:
        """What does the work."""
        return self._engine

    @property
    def is_connecting(self) -> bool:
        """Whether the demo NAS is being started, or a NAS is being looked at."""
        return self._connecting is not None

    @property
    def is_capturing(self) -> bool:
        """Whether a capture runs."""
        return self._task is not None

    @property
    def folder(self) -> Path:
        """Where captured files go."""
        chosen = self._context.settings.get(CAPTURE_FOLDER)
        if chosen:
            return Path(chosen)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents or Path.home()) / "SPK Creator" / "Captured"

    def set_folder(self, folder: Path) -> None:
        """Let captured files go there."""
        self._context.settings.put(CAPTURE_FOLDER, str(folder))
        self.stage_changed.emit()

    @Slot(object)
    def take_connection(self, connection: Connection) -> None:
        """Use this connection from now on."""
        self._hang_up()
        self._use(connection, demo=False)

    @Slot()
    def connect_demo(self) -> None:
        """Start the demo NAS and connect to it."""
        if self._connecting is not None:
            return
        self._hang_up()
        task = self._context.tasks.start("nas:demo", tr("Start the demo NAS"), self._engine.connect_demo, hidden=True)
        self._connecting = task
        task.logged.connect(self._on_logged)
        task.finished.connect(self._on_demo_connected)
        task.failed.connect(self._context.notifier.error)
        task.ended.connect(self._on_connecting_ended)
        self.stage_changed.emit()

    @Slot()
    def hang_up(self) -> None:
        """Close the connection; a running capture is cancelled."""
        self.cancel()
        self.questions.refuse_all()
        self._hang_up()
        self.stage_changed.emit()

    def shut_down(self) -> None:
        """The program ends and its tasks are over: close the connection at once, and with it the demo NAS."""
        self.questions.refuse_all()
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    @Slot()
    def start(self) -> None:
        """Start a capture on the connected NAS."""
        if self.connection is not None and self.look is not None:
            job = CaptureJob(self._engine, self.questions, self.connection, self.look, self.folder)
            self._run(job, tr("Capture a package from {place}", place=self.state.place))

    @Slot()
    def take_orphans(self) -> None:
        """Bring home what earlier captures left on the NAS."""
        if self.connection is not None and self.look is not None:
            job = OrphanJob(self._engine, self.questions, self.connection, self.look, self.folder)
            self.look = replace(self.look, orphans=())
            self._run(job, tr("Fetch an earlier capture from {place}", place=self.state.place))

    @Slot()
    def remove_orphans(self) -> None:
        """Remove what earlier captures left on the NAS."""
        if self.connection is None or self.look is None:
            return
        job = OrphanJob(self._engine, self.questions, self.connection, self.look, self.folder)
        self.look = replace(self.look, orphans=())
        title = tr("Remove an earlier capture from {place}", place=self.state.place)
        task = self._context.tasks.start(f"nas:{self.connection.target.host}", title, job.remove)
        task.failed.connect(self._context.notifier.error)
        self.stage_changed.emit()

    def _run(self, job: CaptureJob, title: str) -> None:
        if self._task is not None:
            return
        self._job = job
        self.state.begin()
        self._task = self._context.tasks.start(f"nas:{job.connection.target.host}", title, job.run)
        self._task.progressed.connect(self._on_progressed)
        self._task.logged.connect(self._on_logged)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)
        self._task.cancelled.connect(self._on_cancelled)
        self._timer.start()
        self.stage_changed.emit()

    @Slot()
    def stop(self) -> None:
        """End the catching and bring what was caught."""
        if self._job is not None:
            self.state.stop()
            self._job.stop.set()
            self.refreshed.emit([])

    @Slot()
    def cancel(self) -> None:
        """End the capture and bring nothing."""
        if self._task is not None:
            self.state.stop()
            self._task.cancel()
            self.questions.refuse_all()
            self.refreshed.emit([])

    @Slot()
    def reset(self) -> None:
        """Back to the first page."""
        if self._task is None:
            self.state.reset()
            self.stage_changed.emit()

    def _use(self, connection: Connection, *, demo: bool) -> None:
        self.connection = connection
        self.state.is_demo = demo
        self.state.place = tr("Demo NAS") if demo else connection.target.place
        self.state.connected = True
        self._look_at(connection)
        self.reset()

    def _look_at(self, connection: Connection) -> None:
        place = connection.target.host
        title = tr("Look at {place}", place=place)
        looking = Looking(self._engine, self.questions, connection)
        task = self._context.tasks.start(f"nas:{place}", title, looking.run, hidden=True)
        self._connecting = task
        task.logged.connect(self._on_logged)
        task.finished.connect(self._on_looked)
        task.failed.connect(self._on_look_failed)
        task.cancelled.connect(self._hang_up)
        task.ended.connect(self._on_connecting_ended)

    @Slot()
    def _hang_up(self) -> None:
        connection, self.connection = self.connection, None
        self.look = None
        if self._connecting is not None:
            self._connecting.cancel()
        self.state.connected = self.state.is_demo = False
        self.state.place = self.state.nas_title = ""
        if connection is not None:
            title = tr("Disconnect from {place}", place=connection.target.place)
            self._context.tasks.start("hang-up", title, Closing(connection).run, hidden=True)

    @Slot(object)
    def _on_looked(self, look: NasLook) -> None:
        if self.connection is not None:
            self.look = look
            self.state.nas_title = look.title

    @Slot(object)
    def _on_look_failed(self, error: SpkError) -> None:
        self._hang_up()
        self._context.notifier.error(error)

    @Slot(object)
    def _on_demo_connected(self, connection: Connection) -> None:
        self._use(connection, demo=True)

    @Slot()
    def _on_connecting_ended(self) -> None:
        if self._connecting is not None and self._connecting.state.is_over:
            self._connecting = None
        self.stage_changed.emit()

    @Slot()
    def _on_tick(self) -> None:
        self._take_reports(_MOST_REPORTS)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        self.state.progress(progress)

    @Slot(str)
    def _on_logged(self, line: str) -> None:
        self.logged.emit(line)

    @Slot(object)
    def _on_finished(self, outcome: CaptureOutcome) -> None:
        self._take_reports()
        self.state.finish(outcome)
        self._end()
        if outcome.package is not None and outcome.package.readable:
            self.package_ready.emit(outcome.package.path)

    @Slot(object)
    def _on_failed(self, error: SpkError) -> None:
        self._take_reports()
        self.state.fail(error)
        if isinstance(error, _USELESS_AFTER):
            self._hang_up()
        self._end()

    @Slot()
    def _on_cancelled(self) -> None:
        self._take_reports()
        self.state.fail(None)
        self._end()

    def _take_reports(self, most: int | None = None) -> None:
        """Show what has come in, or a portion of it: a package may have fifty thousand files."""
        assert self._job is not None
        inbox = self._job.inbox
        count = len(inbox) if most is None else min(len(inbox), most)
        events = [inbox.popleft() for _ in range(count)]
        self.refreshed.emit(self.state.apply(events))

    def _end(self) -> None:
        self._timer.stop()
        self._task = None
        self._job = None
        self.stage_changed.emit()
