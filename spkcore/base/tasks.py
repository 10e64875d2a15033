"""How engine functions report progress, log lines and notice that they were cancelled, without knowing who listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from spkcore.base.errors import Cancelled

_REPORT_INTERVAL = 0.05
"""Seconds between two progress reports: 20 a second look fluid and flood nobody."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One progress report. `total` is 0 while it is unknown; both count `unit` ("bytes", "files" or "")."""

    done: int
    total: int
    text: str = ""
    unit: str = "bytes"

    @property
    def fraction(self) -> float | None:
        """0.0 to 1.0, or None while the total is unknown."""
        return min(self.done / self.total, 1.0) if self.total else None


class TaskContext:
    """What a long engine function gets from its caller.

    Every call of `progress` and `check` raises `Cancelled` once `cancel` was called from any thread. Reports are
    throttled, never go backwards within one total, and the last one of a total is always delivered.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        on_log: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._on_log = on_log
        self._clock = clock
        self._cancelled = threading.Event()
        self._last_time = float("-inf")
        self._last = Progress(0, 0)

    @property
    def cancelled(self) -> threading.Event:
        """Set once the task is cancelled: to wait on instead of sleeping."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the task to stop; safe from any thread."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise `Cancelled` if the task was cancelled."""
        if self._cancelled.is_set():
            raise Cancelled

    def progress(self, done: int, total: int = 0, text: str = "", unit: str = "bytes") -> None:
        """Report progress; raises `Cancelled` if the task was cancelled."""
        self.check()
        if self._on_progress is None:
            return
        last = self._last
        same_phase = (total, text) == (last.total, last.text)
        now = self._clock()
        if same_phase and done < last.done:
            return
        if same_phase and now - self._last_time < _REPORT_INTERVAL and done != total:
            return
        self._last_time = now
        self._last = Progress(done, total, text, unit)
        self._on_progress(self._last)

    def log(self, line: str) -> None:
        """Add one line to the task's log."""
        if self._on_log is not None:
            self._on_log(line)


def quiet() -> TaskContext:
    """A context nobody listens to."""
    return TaskContext()
