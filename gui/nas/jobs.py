"""The pieces of work that the capture workspace hands to worker threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gui.nas.asking import Questions
from gui.nas.engine import Connection, Controls, NasEngine, NasLook
from gui.nas.outcome import CaptureOutcome
from gui.nas.plan import CapturePlan
from spkcore.base.tasks import TaskContext
from spkcore.nas.events import CaptureEvent
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.offers import Offer
from spkcore.nas.orphans import Orphan


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """One capture as the worker thread sees it. Reports pile up in `inbox` until the GUI thread takes them."""

    engine: NasEngine
    questions: Questions
    connection: Connection
    plan: CapturePlan
    stop: threading.Event = field(default_factory=threading.Event)
    inbox: deque[CaptureEvent] = field(default_factory=deque)

    def run(self, context: TaskContext) -> CaptureOutcome:
        """Carry it out."""
        self.questions.cancelled = context.cancelled
        controls = Controls(self.inbox.append, self.stop)
        return self.engine.capture(self.connection, self.plan, controls, context)


@dataclass(frozen=True, slots=True)
class FetchJob(CaptureJob):
    """Brings home what earlier captures left on the NAS."""

    orphans: tuple[Orphan, ...] = ()

    def run(self, context: TaskContext) -> CaptureOutcome:
        self.questions.cancelled = context.cancelled
        return self.engine.take_orphans(self.connection, self.orphans, self.plan, self.inbox.append, context)


@dataclass(frozen=True, slots=True)
class Removing:
    """Removes what earlier captures left on the NAS."""

    engine: NasEngine
    questions: Questions
    connection: Connection
    orphans: Sequence[Orphan]

    def run(self, context: TaskContext) -> None:
        """Remove it."""
        self.questions.cancelled = context.cancelled
        self.engine.remove_orphans(self.connection, self.orphans, context)


@dataclass(frozen=True, slots=True)
class Looking:
    """Learns what the NAS is, or what it offers."""

    engine: NasEngine
    questions: Questions
    connection: Connection

    def run(self, context: TaskContext) -> NasLook:
        """Look at the NAS."""
        self.questions.cancelled = context.cancelled
        return self.engine.look(self.connection, context)

    def offers(self, context: TaskContext) -> tuple[Offer, ...]:
        """Read its list."""
        self.questions.cancelled = context.cancelled
        return self.engine.offers(self.connection, context)


@dataclass(frozen=True, slots=True)
class ReadingLists:
    """Finds the addresses of packages in the NAS's lists and logs."""

    engine: NasEngine
    questions: Questions
    connection: Connection
    look: NasLook

    def run(self, context: TaskContext) -> tuple[PackageUrl, ...]:
        """Read them."""
        self.questions.cancelled = context.cancelled
        return self.engine.addresses(self.connection, self.look, context)


@dataclass(frozen=True, slots=True)
class Closing:
    """Hangs up: the other side may be slow to notice."""

    connection: Connection

    def run(self, _context: TaskContext) -> None:
        """Close the connection."""
        self.connection.close()
