"""Runs the capture behind the workspace: the connection, the task, the reports; no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.app.context import AppContext
from gui.nas.asking import Questions
from gui.nas.capturestate import Aim, CaptureState, Stage
from gui.nas.engine import Connection, NasEngine, NasLook
from gui.nas.jobs import CaptureJob, Closing, FetchJob, Looking, ReadingLists, Removing
from gui.nas.logtexts import stamped
from gui.nas.outcome import CaptureOutcome
from gui.nas.plan import CAPTURE_FOLDER, CAPTURE_OPEN, CapturePlan, OptionStore, capture_folder
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from spkcore.base.errors import SpkError
from spkcore.base.tasks import Progress
from spkcore.nas.capture import CaptureLostError
from spkcore.nas.errors import ConnectionLostError, NotAdministratorError, SudoRefusedError
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.orphans import Orphan

_REFRESH_MILLISECONDS = 100
_MOST_REPORTS = 5_000
"""Reports shown per refresh: about 20 milliseconds of work."""
_USELESS_AFTER = (ConnectionLostError, CaptureLostError, SudoRefusedError, NotAdministratorError)
"""After these the connection is of no use any more: sudo is not asked twice."""


class CaptureController(QObject):
    """Owns the connection and at most one capture. `state` is what there is to show."""

    stage_changed = Signal()
    """Another page has to be shown: stage, connection or folder changed."""
    refreshed = Signal(object)
    """list[RowChange]: the live picture changed."""
    logged = Signal(str)
    package_ready = Signal(object)
    """Path of the captured package."""
    refused = Signal(str)
    """Title of the NAS that let the user in, but not work as administrator."""
    addresses_found = Signal(object)
    """tuple[PackageUrl, ...]"""

    def __init__(self, context: AppContext, engine: NasEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = engine
        self.questions = Questions(self)
        self.state = CaptureState(context.clock)
        self.options = OptionStore(context.settings)
        self.plan: CapturePlan | None = None
        self._starts_at_once = False
        self.connection: Connection | None = None
        self.look: NasLook | None = None
        self._connecting: Task | None = None
        self._reading: Task | None = None
        self._job: CaptureJob | None = None
        self._task: Task | None = None
        self._said = ""
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
        return capture_folder(self._context.settings)

    def set_folder(self, folder: Path) -> None:
        """Let captured files go there."""
        self._context.settings.put(CAPTURE_FOLDER, str(folder))
        self.stage_changed.emit()

    @Slot(object)
    def take_connection(self, connection: Connection) -> None:
        """Use this connection from now on."""
        self._hang_up()
        self._use(connection, demo=False)

    def drop_dead_connection(self) -> bool:
        """Whether the connection had broken, as over night; then there is none any more, and nothing waits for it."""
        dead = self.connection is not None and not self.connection.is_alive and self._task is None
        if dead:
            self._hang_up()
            self.stage_changed.emit()
        return dead

    def start_when_ready(self) -> None:
        """Start as soon as the connected NAS was looked at, unless an earlier capture waits there for a decision."""
        self._starts_at_once = True
        self._start_if_ready()

    @Slot()
    def connect_demo(self) -> None:
        """Start the demo NAS and connect to it."""
        if self._connecting is not None:
            return
        self._hang_up()
        task = self._context.tasks.start("nas:demo", tr("Start the demo NAS"), self._engine.connect_demo, hidden=True)
        self._connecting = task
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
        place = self.state.place
        if self.drop_dead_connection():
            self._context.notifier.error(ConnectionLostError(place))
        else:
            self._capture(Aim.PACKAGE_CENTER)

    @Slot()
    def take_leftovers(self) -> None:
        """Bring home what Package Center itself left on the NAS."""
        self._capture(Aim.FOUND, leftovers=True)

    def resume(self, orphans: Sequence[Orphan]) -> None:
        """Go on with an earlier capture that still runs on the NAS."""
        self._forget_orphans(orphans)
        self._capture(Aim.RESUMED, resume=orphans[0], more=tuple(_volume_of(orphan) for orphan in orphans))

    def capture_offer(self, offer: PackageUrl, *, installs: bool) -> None:
        """Let the NAS download a package of its list, or install it, and catch it."""
        self._capture(Aim.INSTALL if installs else Aim.DOWNLOAD, offer=offer, installs=installs)

    def take_orphans(self, orphans: Sequence[Orphan]) -> None:
        """Bring home what earlier captures left on the NAS."""
        plan = self._make_plan()
        if self.connection is not None and plan is not None:
            self._forget_orphans(orphans)
            job = FetchJob(self._engine, self.questions, self.connection, plan, orphans=tuple(orphans))
            self._run(job, Aim.FOUND, tr("Fetch an earlier capture from {place}", place=self.state.place))

    def remove_orphans(self, orphans: Sequence[Orphan]) -> None:
        """Remove what earlier captures left on the NAS."""
        if self.connection is None:
            return
        job = Removing(self._engine, self.questions, self.connection, tuple(orphans))
        self._forget_orphans(orphans)
        title = tr("Remove an earlier capture from {place}", place=self.state.place)
        task = self._context.tasks.start(f"nas:{self.connection.target.host}", title, job.run)
        task.logged.connect(self._on_logged)
        task.failed.connect(self._context.notifier.error)
        task.failed.connect(self._on_not_removed)
        self.stage_changed.emit()

    @Slot()
    def read_addresses(self) -> None:
        """Find the addresses of packages in the NAS's lists and logs; `addresses_found` brings them."""
        if self.connection is None or self.look is None or self._task is not None or self._reading is not None:
            return
        job = ReadingLists(self._engine, self.questions, self.connection, self.look)
        title = tr("Read the package lists of {place}", place=self.state.place)
        task = self._context.tasks.start(f"nas:{self.connection.target.host}", title, job.run)
        task.logged.connect(self._on_logged)
        task.finished.connect(self.addresses_found)
        task.failed.connect(self._context.notifier.error)
        task.ended.connect(self._on_lists_read)
        self._reading = task
        self.stage_changed.emit()

    @property
    def is_reading(self) -> bool:
        """Whether the NAS's package lists are being read."""
        return self._reading is not None

    @Slot()
    def _on_lists_read(self) -> None:
        self._reading = None
        self.stage_changed.emit()

    def _capture(
        self,
        aim: Aim,
        *,
        more: tuple[str, ...] = (),
        leftovers: bool = False,
        resume: Orphan | None = None,
        offer: PackageUrl | None = None,
        installs: bool = False,
    ) -> None:
        plan = self._make_plan()
        if self.connection is None or plan is None:
            return
        volumes = (*plan.volumes, *(volume for volume in more if volume not in plan.volumes))
        plan = replace(plan, volumes=volumes, leftovers=leftovers, resume=resume, offer=offer, installs=installs)
        job = CaptureJob(self._engine, self.questions, self.connection, plan)
        self._run(job, aim, tr("Capture a package from {place}", place=self.state.place))

    def _make_plan(self) -> CapturePlan | None:
        """The plan that the settings make; None before the NAS was looked at."""
        if self.connection is None or self.look is None:
            return None
        volumes = self.options.volumes(self.connection.target.place, self.look.volumes)
        return CapturePlan(volumes, self.folder, self.options.read())

    def _forget_orphans(self, orphans: Sequence[Orphan]) -> None:
        if self.look is not None:
            left = tuple(orphan for orphan in self.look.orphans if orphan not in orphans)
            self.look = replace(self.look, orphans=left)

    def _run(self, job: CaptureJob, aim: Aim, title: str) -> None:
        if self._task is not None:
            return
        self._job = job
        self.plan = job.plan
        self.state.begin(aim, job.plan.offer.package if job.plan.offer is not None else "")
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
            self.state.cancel()
            self._task.cancel()
            self.questions.refuse_all()
            self.refreshed.emit([])

    @Slot()
    def reset(self) -> None:
        """Back to the first page. What lies on the NAS may be something else by now."""
        if self._task is not None:
            return
        self.state.reset()
        self.stage_changed.emit()
        if self.connection is not None and self._connecting is None:
            self._start_looking(self.connection).finished.connect(self._on_looked_again)

    def _use(self, connection: Connection, *, demo: bool) -> None:
        self.connection = connection
        self.state.is_demo = demo
        self.state.place = tr("Demo NAS") if demo else connection.target.place
        self.state.connected = True
        for line in connection.log_lines:
            self.logged.emit(line)
        self._look_at(connection)
        self.reset()

    def _start_looking(self, connection: Connection) -> Task:
        place = connection.target.host
        looking = Looking(self._engine, self.questions, connection)
        task = self._context.tasks.start(f"nas:{place}", tr("Look at {place}", place=place), looking.run, hidden=True)
        task.logged.connect(self._on_logged)
        return task

    def _look_at(self, connection: Connection) -> None:
        self._connecting = task = self._start_looking(connection)
        task.finished.connect(self._on_looked)
        task.failed.connect(self._on_look_failed)
        task.cancelled.connect(self._hang_up)
        task.ended.connect(self._on_connecting_ended)

    @Slot()
    def _hang_up(self) -> None:
        connection, self.connection = self.connection, None
        self.look = None
        self._starts_at_once = False
        if self._connecting is not None:
            self._connecting.cancel()
        self.state.connected = self.state.is_demo = False
        self.state.place = self.state.nas_title = ""
        if connection is not None:
            title = tr("Disconnect from {place}", place=connection.target.place)
            self.logged.emit(stamped(title))
            self._context.tasks.start("hang-up", title, Closing(connection).run, hidden=True)

    @Slot(object)
    def _on_looked(self, look: NasLook) -> None:
        if self.connection is not None:
            self.look = look
            self.state.nas_title = look.title

    @Slot(object)
    def _on_looked_again(self, look: NasLook) -> None:
        if self.connection is not None and self.state.stage is Stage.SETUP:
            self.look = look
            self.stage_changed.emit()

    @Slot()
    def _on_not_removed(self) -> None:
        """What could not be removed is still there: look again, so that it is offered again."""
        if self.state.stage is Stage.SETUP:
            self.reset()

    @Slot(object)
    def _on_look_failed(self, error: SpkError) -> None:
        self._note_refusal(error)
        self._hang_up()
        self._context.notifier.error(error)

    def _note_refusal(self, error: SpkError) -> None:
        """The session log tells how it ended. A password that sudo refused is not tried again by itself."""
        self.logged.emit(stamped(error.what))
        if isinstance(error, SudoRefusedError | NotAdministratorError):
            self.refused.emit(self.state.place)

    @Slot(object)
    def _on_demo_connected(self, connection: Connection) -> None:
        self._use(connection, demo=True)

    @Slot()
    def _on_connecting_ended(self) -> None:
        if self._connecting is not None and self._connecting.state.is_over:
            self._connecting = None
        self.stage_changed.emit()
        self._start_if_ready()

    def _start_if_ready(self) -> None:
        if not self._starts_at_once or self._connecting is not None or self.look is None:
            return
        self._starts_at_once = False
        if not self.look.orphans and self.state.stage is Stage.SETUP:
            self.start()

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
        if outcome.opens is not None and self._context.settings.get(CAPTURE_OPEN):
            self.package_ready.emit(outcome.opens)

    @Slot(object)
    def _on_failed(self, error: SpkError) -> None:
        self._note_refusal(error)
        self._take_reports()
        self.state.fail(error)
        if isinstance(error, _USELESS_AFTER):
            self._hang_up()
        self._end()

    @Slot()
    def _on_cancelled(self) -> None:
        self._take_reports()
        self.logged.emit(stamped(tr("The capture was cancelled")))
        self.state.fail(None)
        self._end()

    def _take_reports(self, most: int | None = None) -> None:
        """Show what has come in, or a portion of it: a package may have fifty thousand files."""
        assert self._job is not None
        inbox = self._job.inbox
        count = len(inbox) if most is None else min(len(inbox), most)
        events = [inbox.popleft() for _ in range(count)]
        changes = self.state.apply(events)
        self._say(self.state.headline)
        self.refreshed.emit(changes)

    def _say(self, headline: str) -> None:
        """The task panel tells what happens, too; while files come, it counts them itself."""
        if self._task is not None and headline != self._said and not self.state.is_pulling:
            self._task.say(headline)
        self._said = headline

    def _end(self) -> None:
        self._timer.stop()
        self._task = None
        self._job = None
        self.stage_changed.emit()


def _volume_of(orphan: Orphan) -> str:
    """The volume that the folder of a capture is on."""
    return orphan.folder.partition("/@tmp/")[0]
