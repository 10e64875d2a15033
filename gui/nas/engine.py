"""What the NAS windows need of the engine, and the engine behind it; tests put a fake one in its place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gui.nas.outcome import CaptureOutcome, join_outcomes, outcome_of
from gui.nas.plan import CapturePlan
from spkcore.base.errors import SpkError, UsageError
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import AgentSetup
from spkcore.nas.capture import Capture, CaptureRequest, take_orphan
from spkcore.nas.catalogue import NasDownload
from spkcore.nas.events import CaptureEvent
from spkcore.nas.facts import Volume, read_facts
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.hostkeys import HostKeyQuestion, HostKeys
from spkcore.nas.login import Login
from spkcore.nas.offers import Offer, read_addresses, read_offers
from spkcore.nas.order import Order, OrderedCapture
from spkcore.nas.orphans import Leftover, Orphan, find_leftovers, find_orphans, remove_orphan
from spkcore.nas.session import Session, Target, connect
from spkcore.nas.sessionlog import SessionLog
from spkcore.nas.synopkg import Installation


class Connection(Protocol):
    """An open connection, as far as the windows look at it."""

    @property
    def target(self) -> Target:
        """Which NAS, which user."""

    @property
    def is_alive(self) -> bool:
        """Whether it still stands, as far as this computer knows."""

    @property
    def log_lines(self) -> tuple[str, ...]:
        """What was done on the NAS so far."""

    def close(self) -> None:
        """Hang up; safe to call twice and from any thread."""


@dataclass(frozen=True, slots=True)
class NasLook:
    """What a connected NAS is: "DS920+, DSM 7.2.1-69057", its volumes, what earlier captures left on it, and the
    package files that Package Center itself left. `major` is the first number of the DSM version, 0 if unknown."""

    title: str
    volumes: tuple[Volume, ...]
    orphans: tuple[Orphan, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    major: int = 7

    @property
    def downloads_without_installing(self) -> bool:
        """Whether its Package Center can download a package and leave it at that."""
        return self.major >= 7


if TYPE_CHECKING:
    from spkcore.nas.demo.nas import DemoNas

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

    def offers(self, connection: Connection, context: TaskContext) -> tuple[Offer, ...]:
        """What Package Center of the NAS offers."""

    def addresses(self, connection: Connection, look: NasLook, context: TaskContext) -> tuple[PackageUrl, ...]:
        """The addresses of packages in the NAS's lists and logs."""

    def capture(
        self, connection: Connection, plan: CapturePlan, controls: Controls, context: TaskContext
    ) -> CaptureOutcome:
        """One capture. The NAS is cleaned whatever happens."""

    def take_orphans(
        self,
        connection: Connection,
        orphans: Sequence[Orphan],
        plan: CapturePlan,
        on_event: EventSink,
        context: TaskContext,
    ) -> CaptureOutcome:
        """Bring home what earlier captures left on the NAS, into the folder of `plan`."""

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
    """A session with what belongs to it: `demo` is the demo NAS, if that is where it leads."""

    session: Session
    relay: _Relay
    demo: DemoNas | None = None

    @property
    def target(self) -> Target:
        """Which NAS, which user."""
        return self.session.target

    @property
    def is_alive(self) -> bool:
        """Whether it still stands, as far as this computer knows."""
        return self.session.is_alive

    @property
    def log_lines(self) -> tuple[str, ...]:
        """What was done on the NAS so far."""
        return self.session.log.lines

    def use(self, context: TaskContext) -> Session:
        """The session, working for this task: its log lines go there, and cancelling the task stops its commands."""
        self.relay.context = context
        self.session.context = context
        return self.session

    def close(self) -> None:
        """Hang up, and end the demo NAS."""
        self.session.close()
        if self.demo is not None:
            self.demo.close()


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
            return NasConnection(nas.connect(context, SessionLog(relay)), relay, nas)
        except BaseException:
            nas.close()
            raise

    def forget_host_key(self, host: str, port: int) -> None:
        self._host_keys.forget(host, port)

    def look(self, connection: Connection, context: TaskContext) -> NasLook:
        session = _real(connection).use(context)
        facts = read_facts(session)
        paths = [volume.path for volume in facts.volumes]
        found = find_orphans(session.root, paths), find_leftovers(session.root, paths)
        return NasLook(facts.title, facts.volumes, *found, facts.major)

    def offers(self, connection: Connection, context: TaskContext) -> tuple[Offer, ...]:
        return read_offers(_real(connection).use(context), context)

    def addresses(self, connection: Connection, look: NasLook, context: TaskContext) -> tuple[PackageUrl, ...]:
        volumes = [volume.path for volume in look.volumes]
        return read_addresses(_real(connection).use(context), volumes, context)

    def capture(
        self, connection: Connection, plan: CapturePlan, controls: Controls, context: TaskContext
    ) -> CaptureOutcome:
        real, request = _real(connection), _request_of(plan)
        session = real.use(context)
        order = _order_of(session, plan)
        if real.demo is not None:
            real.demo.automatic = not isinstance(order, NasDownload)
        capture: Capture | OrderedCapture
        if order is None:
            capture = Capture(session, request, context, controls.on_event)
        else:
            capture = OrderedCapture(session, request, order, context, controls.on_event)
        _Stopper(controls.stop, capture).start()
        try:
            return outcome_of(capture.run())
        finally:
            controls.stop.set()

    def take_orphans(
        self,
        connection: Connection,
        orphans: Sequence[Orphan],
        plan: CapturePlan,
        on_event: EventSink,
        context: TaskContext,
    ) -> CaptureOutcome:
        session = _real(connection).use(context)
        return join_outcomes(
            outcome_of(take_orphan(session, orphan, plan.folder, context, on_event)) for orphan in orphans
        )

    def remove_orphans(self, connection: Connection, orphans: Sequence[Orphan], context: TaskContext) -> None:
        session = _real(connection).use(context)
        for orphan in orphans:
            problem = remove_orphan(session.root, orphan)
            if problem:
                raise SpkError("The folder could not be removed", orphan.folder, problem)


class _Stopper(threading.Thread):
    """Passes the user's Stop on to the capture; ends with it."""

    def __init__(self, stop: threading.Event, capture: Capture | OrderedCapture) -> None:
        super().__init__(daemon=True, name="capture-stop")
        self._stop_wanted = stop
        self._capture = capture

    def run(self) -> None:
        self._stop_wanted.wait()
        self._capture.stop()


def _request_of(plan: CapturePlan) -> CaptureRequest:
    options = plan.options
    return CaptureRequest(
        plan.volumes,
        plan.folder,
        until=plan.until,
        prefer=options.way,
        take_leftovers=plan.leftovers,
        agent=AgentSetup("", (), low_space=options.space << 20),
        resume=plan.resume,
        known=(plan.offer,) if plan.offer is not None else (),
        keep=options.keep,
    )


def _order_of(session: Session, plan: CapturePlan) -> Order | None:
    """What the NAS is told to do, if anything."""
    if plan.offer is None:
        return None
    return Installation(session, plan.offer.package) if plan.installs else NasDownload(session, plan.offer)


def _real(connection: Connection) -> NasConnection:
    if not isinstance(connection, NasConnection):
        raise UsageError("This connection is not one of a NAS", type(connection).__name__)
    return connection
