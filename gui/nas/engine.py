"""What the NAS windows need of the engine, and the engine behind it; tests put a fake one in its place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gui.nas.capturestate import CaptureOutcome, ResultFile
from gui.qt.i18n import tr
from spkcore.archive.identify import identify
from spkcore.base.errors import SpkError, UsageError
from spkcore.base.tasks import TaskContext
from spkcore.nas.capture import Capture, CapturedFile, CapturedPackage, CaptureRequest, CaptureResult, take_orphan
from spkcore.nas.events import CaptureEvent
from spkcore.nas.facts import read_facts
from spkcore.nas.hostkeys import HostKeyQuestion, HostKeys
from spkcore.nas.login import Login
from spkcore.nas.orphans import Orphan, find_orphans, remove_orphan
from spkcore.nas.session import Session, Target, connect
from spkcore.nas.sessionlog import SessionLog


class Connection(Protocol):
    """An open connection, as far as the windows look at it."""

    @property
    def target(self) -> Target:
        """Which NAS, which user."""

    def close(self) -> None:
        """Hang up; safe to call twice and from any thread."""


@dataclass(frozen=True, slots=True)
class NasLook:
    """What a connected NAS is: "DS920+, DSM 7.2.1-69057", its volumes, and what earlier captures left on it."""

    title: str
    volumes: tuple[str, ...]
    orphans: tuple[Orphan, ...] = ()


EventSink = Callable[[CaptureEvent], None]


@dataclass(frozen=True, slots=True)
class Controls:
    """The two ends of a running capture: `on_event` hears its reports in worker threads, `stop` ends the catching."""

    on_event: EventSink
    stop: threading.Event = field(default_factory=threading.Event)


class NasEngine(Protocol):
    """Everything that happens outside the window. Methods with a context run in worker threads and raise `SpkError`
    and `Cancelled`."""

    def connect(
        self, target: Target, login: Login, confirm: Callable[[HostKeyQuestion], bool], context: TaskContext
    ) -> Connection:
        """Connect, with one login attempt."""

    def connect_demo(self, context: TaskContext) -> Connection:
        """Start the demo NAS inside this program and connect to it; closing the connection ends it."""

    def forget_host_key(self, host: str, port: int) -> None:
        """Drop the saved host keys of a NAS. Raises `WriteError`."""

    def look(self, connection: Connection, context: TaskContext) -> NasLook:
        """Learn what the NAS is, and that the user is its administrator."""

    def capture(
        self,
        connection: Connection,
        look: NasLook,
        folder: Path,
        controls: Controls,
        context: TaskContext,
    ) -> CaptureOutcome:
        """One capture into `folder`. The NAS is cleaned whatever happens."""

    def take_orphans(
        self,
        connection: Connection,
        orphans: Sequence[Orphan],
        folder: Path,
        on_event: EventSink,
        context: TaskContext,
    ) -> CaptureOutcome:
        """Bring home what earlier captures left on the NAS."""

    def remove_orphans(self, connection: Connection, orphans: Sequence[Orphan], context: TaskContext) -> None:
        """Remove what earlier captures left on the NAS."""


class _Relay:
    """Hands the lines of a session's log to whatever task uses the session just now."""

    def __init__(self) -> None:
        self.context = TaskContext()

    def __call__(self, line: str) -> None:
        self.context.log(line)


@dataclass(frozen=True, slots=True)
class NasConnection:
    """A session with what belongs to it. `close_server` ends the demo NAS."""

    session: Session
    relay: _Relay
    close_server: Callable[[], None] | None = None

    @property
    def target(self) -> Target:
        """Which NAS, which user."""
        return self.session.target

    def use(self, context: TaskContext) -> Session:
        """The session, working for this task: its log lines go there, and cancelling the task stops its commands."""
        self.relay.context = context
        self.session.context = context
        return self.session

    def close(self) -> None:
        """Hang up, and end the demo NAS."""
        self.session.close()
        if self.close_server is not None:
            self.close_server()


class RealEngine:
    """The engine of the real program. `home` is the folder for the program's own files; `demo_pace` is how long, in
    seconds, the demo NAS takes for each phase of its install."""

    def __init__(self, home: Path, demo_pace: float = 1.5) -> None:
        self._demo_pace = demo_pace
        self._host_keys = HostKeys(home / "known_hosts")

    def connect(
        self, target: Target, login: Login, confirm: Callable[[HostKeyQuestion], bool], context: TaskContext
    ) -> NasConnection:
        relay = _Relay()
        relay.context = context
        session = connect(target, login, self._host_keys, confirm, context, log=SessionLog(relay))
        return NasConnection(session, relay)

    def connect_demo(self, context: TaskContext) -> NasConnection:
        from spkcore.nas.demo.nas import DemoNas

        relay = _Relay()
        relay.context = context
        nas = DemoNas(pace=self._demo_pace)
        nas.start()
        try:
            return NasConnection(nas.connect(context, SessionLog(relay)), relay, nas.close)
        except BaseException:
            nas.close()
            raise

    def forget_host_key(self, host: str, port: int) -> None:
        self._host_keys.forget(host, port)

    def look(self, connection: Connection, context: TaskContext) -> NasLook:
        session = _real(connection).use(context)
        facts = read_facts(session)
        volumes = tuple(volume.path for volume in facts.volumes)
        return NasLook(facts.title, volumes, find_orphans(session.root, volumes))

    def capture(
        self,
        connection: Connection,
        look: NasLook,
        folder: Path,
        controls: Controls,
        context: TaskContext,
    ) -> CaptureOutcome:
        request = CaptureRequest(look.volumes, folder)
        capture = Capture(_real(connection).use(context), request, context, controls.on_event)
        _Stopper(controls.stop, capture).start()
        try:
            return outcome_of(capture.run())
        finally:
            controls.stop.set()

    def take_orphans(
        self,
        connection: Connection,
        orphans: Sequence[Orphan],
        folder: Path,
        on_event: EventSink,
        context: TaskContext,
    ) -> CaptureOutcome:
        session = _real(connection).use(context)
        outcomes = [outcome_of(take_orphan(session, orphan, folder, context, on_event)) for orphan in orphans]
        files = tuple(file for outcome in outcomes for file in outcome.files)
        return CaptureOutcome(files, tuple(warning for outcome in outcomes for warning in outcome.warnings))

    def remove_orphans(self, connection: Connection, orphans: Sequence[Orphan], context: TaskContext) -> None:
        session = _real(connection).use(context)
        for orphan in orphans:
            problem = remove_orphan(session.root, orphan)
            if problem:
                raise SpkError("The folder could not be removed", orphan.folder, problem)


class _Stopper(threading.Thread):
    """Passes the user's Stop on to the capture; ends with it."""

    def __init__(self, stop: threading.Event, capture: Capture) -> None:
        super().__init__(daemon=True, name="capture-stop")
        self._stop_wanted = stop
        self._capture = capture

    def run(self) -> None:
        self._stop_wanted.wait()
        self._capture.stop()


def outcome_of(result: CaptureResult) -> CaptureOutcome:
    """What the result page shows of a result. Looks at the first bytes of each package."""
    packages = {package.spk: package for package in result.packages if package.spk is not None}
    files = [_result_file(file, packages.get(file.path)) for file in result.files]
    if result.unpacked is not None and not any(file.path == result.unpacked for file in files):
        title = tr("What Package Center unpacked")
        files.append(ResultFile(result.unpacked, title, 0, complete=True, is_package=False, readable=False))
    return CaptureOutcome(tuple(files), result.warnings, result.seconds)


def _result_file(file: CapturedFile, package: CapturedPackage | None) -> ResultFile:
    is_package = package is not None or file.path.suffix == ".spk"
    return ResultFile(
        path=file.path,
        title=f"{package.package} {package.version}".strip() if package is not None else "",
        size=file.size,
        complete=file.complete,
        is_package=is_package,
        readable=is_package and file.complete and identify(file.path).readable,
        url=package.url if package is not None else "",
    )


def _real(connection: Connection) -> NasConnection:
    if not isinstance(connection, NasConnection):
        raise UsageError("This connection is not one of a NAS", type(connection).__name__)
    return connection
