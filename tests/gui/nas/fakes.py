"""A stand-in for the engine behind the NAS windows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gui.nas.engine import Connection, Controls, NasLook
from gui.nas.outcome import CaptureOutcome
from gui.nas.plan import CapturePlan
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas.events import CaptureEvent
from spkcore.nas.facts import Volume
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.hostkeys import HostKeyQuestion
from spkcore.nas.login import Login
from spkcore.nas.offers import Offer
from spkcore.nas.orphans import Leftover, Orphan
from spkcore.nas.session import Target

VOLUMES = (Volume("/volume1", "btrfs", 4 << 40, 1 << 40), Volume("/volume2", "ext4", 2 << 40, 300 << 30))


@dataclass
class FakeConnection:
    """An open connection that knows whether it was closed."""

    target: Target
    closed: threading.Event = field(default_factory=threading.Event)
    log_lines: tuple[str, ...] = ("12:00:00 Connect to nas",)

    @property
    def is_alive(self) -> bool:
        return not self.closed.is_set()

    def close(self) -> None:
        self.closed.set()


CaptureScript = Callable[[Path, Controls, TaskContext], CaptureOutcome]
ConnectScript = Callable[[Target, Login, Callable[[HostKeyQuestion], bool], TaskContext], None]


class FakeEngine:
    """Carries out what the test put into `on_connect`, in the worker thread, as the real engine would."""

    def __init__(self) -> None:
        self.on_connect: ConnectScript | None = None
        self.on_capture: CaptureScript | None = None
        self.look_error: SpkError | None = None
        self.orphans: tuple[Orphan, ...] = ()
        self.leftovers: tuple[Leftover, ...] = ()
        self.volumes: tuple[Volume, ...] = VOLUMES[:1]
        self.major = 7
        self.plans: list[CapturePlan] = []
        self.on_offers: Callable[[TaskContext], tuple[Offer, ...]] | None = None
        self.taken: list[Orphan] = []
        self.removed: list[Orphan] = []
        self.attempts = 0
        self.connections: list[FakeConnection] = []
        self.forgotten: list[tuple[str, int]] = []
        self.threads: list[int] = []

    def connect(
        self, target: Target, login: Login, confirm: Callable[[HostKeyQuestion], bool], context: TaskContext
    ) -> FakeConnection:
        self.attempts += 1
        self.threads.append(threading.get_ident())
        if self.on_connect is not None:
            self.on_connect(target, login, confirm, context)
        connection = FakeConnection(target)
        self.connections.append(connection)
        return connection

    def forget_host_key(self, host: str, port: int) -> None:
        self.forgotten.append((host, port))

    def connect_demo(self, context: TaskContext) -> FakeConnection:
        self.connections.append(FakeConnection(Target("demo", "demo")))
        return self.connections[-1]

    def look(self, connection: Connection, context: TaskContext) -> NasLook:
        if self.look_error is not None:
            raise self.look_error
        return NasLook("DS920+, DSM 7.2.1-69057", self.volumes, self.orphans, self.leftovers, self.major)

    def offers(self, connection: Connection, context: TaskContext) -> tuple[Offer, ...]:
        assert self.on_offers is not None
        return self.on_offers(context)

    def addresses(self, connection: Connection, look: NasLook, context: TaskContext) -> tuple[PackageUrl, ...]:
        return (PackageUrl("https://x.example/a.spk", source="synopkg.log"),)

    def capture(
        self, connection: Connection, plan: CapturePlan, controls: Controls, context: TaskContext
    ) -> CaptureOutcome:
        assert self.on_capture is not None
        self.plans.append(plan)
        return self.on_capture(plan.folder, controls, context)

    def take_orphans(
        self,
        connection: Connection,
        orphans: Sequence[Orphan],
        plan: CapturePlan,
        on_event: Callable[[CaptureEvent], None],
        context: TaskContext,
    ) -> CaptureOutcome:
        self.taken.extend(orphans)
        return CaptureOutcome(())

    def remove_orphans(self, connection: Connection, orphans: Sequence[Orphan], context: TaskContext) -> None:
        self.removed.extend(orphans)
