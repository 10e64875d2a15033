"""Whole captures against the bench NAS, and what they leave there."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict

from spkcore.nas.capture import Capture, CaptureResult
from spkcore.nas.events import CaptureEvent, Ready, Step, StepChanged
from tests.integration.capture.packagecenter import Install
from tests.integration.nasbench.nas import BenchNas, wait_until


def leftovers(bench: BenchNas) -> list[str]:
    """Our folders, copies in shares, and processes on the NAS."""
    folders = [
        str(path)
        for number in range(1, bench.options.volumes + 1)
        for path in bench.path(f"/volume{number}/@tmp").glob("spkcap-*")
    ]
    copies = [
        str(path) for share in ("homes/alice", "public") for path in bench.path(f"/volume1/{share}").glob("*spk*")
    ]
    return folders + copies + [command for command in bench.processes().values() if "spkcap" in command]


def install(bench: BenchNas, *plans: Install) -> subprocess.Popen[str]:
    """Start an installation on the NAS, or several of them one after the other."""
    plan = asdict(plans[0]) if len(plans) == 1 else [asdict(plan) for plan in plans]
    command = [sys.executable, "-m", "tests.integration.capture.packagecenter", str(bench.path("/"))]
    return subprocess.Popen([*command, json.dumps(plan)], stdout=subprocess.PIPE, text=True)


class Run:
    """A capture that runs in a thread of its own, as in the window."""

    def __init__(self, capture: Callable[[Callable[[CaptureEvent], None]], Capture]) -> None:
        self.events: list[CaptureEvent] = []
        self.capture = capture(self.events.append)
        self.result: CaptureResult | None = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self.capture.run()
        except BaseException as error:  # noqa: BLE001 - carried over to the test's thread
            self.error = error

    def wait_for(self, condition: Callable[[CaptureEvent], bool], seconds: float = 20) -> None:
        """Wait for an event, or for the end of the capture."""
        wait_until(lambda: any(map(condition, list(self.events))) or not self._thread.is_alive(), seconds)

    def ready(self) -> None:
        """Wait until the agent watches."""
        self.wait_for(lambda event: isinstance(event, Ready))
        assert self.error is None, self.error

    def finish(self, seconds: float = 60) -> CaptureResult:
        """The result, once it is there."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result

    @property
    def steps(self) -> list[Step]:
        return [event.step for event in self.events if isinstance(event, StepChanged)]
