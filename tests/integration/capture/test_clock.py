"""The clock on the wall jumps by hours, as when a NAS or a PC asks for the time after its start."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import AgentSetup
from spkcore.nas.capture import Capture, CaptureRequest
from spkcore.nas.events import PackageSeen, PackageState, Tick
from tests.integration.capture.conftest import Starter
from tests.integration.capture.local import caught, find_python_2
from tests.integration.capture.packagecenter import Install, md5
from tests.integration.capture.runs import Run, install, leftovers
from tests.integration.conftest import Connector
from tests.integration.nasbench.nas import BenchNas, wait_until

pytestmark = pytest.mark.integration

HOURS = 5 * 3600
KINDS = ["python3", "dash", "busybox", *(["python2"] if find_python_2() else [])]


class WallClock:
    """A clock of the programs that `start` starts from now on; `jump` sets it, for those that run, too."""

    def __init__(self, folder: Path, start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("a C compiler makes the clock that can be set")
        library, self._file = folder / "wallclock.so", folder / "offset"
        source = Path(__file__).with_name("wallclock.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
        self._file.write_text("0", "ascii")
        self.environment = {"LD_PRELOAD": str(library), "WALL_CLOCK": str(self._file)}
        engine = start.engine

        def with_clock(kind: str) -> object:
            shell, program = engine(kind)
            shell._environment.update(self.environment)
            return shell, program

        monkeypatch.setattr(start, "engine", with_clock)

    def jump(self, seconds: int) -> None:
        """Set the clock this far off the true time."""
        new = self._file.with_name("offset.new")
        new.write_text(str(seconds), "ascii")
        new.replace(self._file)

    def date(self) -> float:
        """What a program sees that asks for the time."""
        shown = subprocess.run(
            ["date", "+%s"], env=os.environ | self.environment, check=True, capture_output=True, text=True
        )
        return float(shown.stdout)


@pytest.fixture
def wall_clock(tmp_path: Path, start: Starter, monkeypatch: pytest.MonkeyPatch) -> WallClock:
    """A clock that can be set for the agents alone."""
    return WallClock(tmp_path, start, monkeypatch)


@pytest.mark.parametrize("kind", KINDS)
def test_an_agent_lives_on_and_knows_what_grows(root: Path, start: Starter, wall_clock: WallClock, kind: str) -> None:
    """Time limit, heartbeat and idle time are shorter than the jumps; files are dated hours off as well."""
    agent = start(kind, root, ttl=3000, gone=600, idle=600, stable_milliseconds=600)
    place = root / "volume1/@tmp/synopkg/download.x"
    place.mkdir(parents=True)
    package = place / "@SYNOPKG_DOWNLOAD_X"
    size = 0
    for jump in (HOURS, -HOURS, 0):
        wall_clock.jump(jump)
        assert abs(wall_clock.date() - time.time() - jump) < 60
        before = len(agent.of(PackageSeen))
        size += 1000
        package.write_bytes(b"x" * size)
        os.utime(package, (time.time() + jump,) * 2)

        def seen(first: int = before) -> list[tuple[int, PackageState]]:
            return [(event.size, event.state) for event in agent.of(PackageSeen)[first:]]

        stable = (size, PackageState.STABLE)
        agent.wait_until(partial(is_in, stable, seen))
        assert seen()[-2:] == [(size, PackageState.GROWING), (size, PackageState.STABLE)]
    (place / "later").write_bytes(b"later")
    wait_until(lambda: md5(b"later") in caught(root, agent.agent.setup))
    ticks = len(agent.of(Tick))
    agent.wait_until(lambda: len(agent.of(Tick)) > ticks)
    assert max(tick.seconds for tick in agent.of(Tick)) < 600
    assert agent.finish().reason == "stop"


def is_in(wanted: object, found: Callable[[], list[tuple[int, PackageState]]]) -> bool:
    """Whether it has come."""
    return wanted in found()


@pytest.mark.parametrize("jump", [HOURS, -HOURS])
def test_a_whole_capture_does_not_mind_the_clock_of_the_pc(
    nas: BenchNas, log_in: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    true_time, offset = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: true_time() + offset)
    wanted = CaptureRequest(("/volume1",), tmp_path / "home", settle=0.6, agent=AgentSetup("", (), idle=1))
    session = log_in(nas)
    run = Run(lambda on_event: Capture(session, wanted, TaskContext(), on_event))
    run.ready()
    with install(nas, Install(files=10, filler=4_000_000, rate=4e6)) as process:
        run.wait_for(lambda event: isinstance(event, PackageSeen))
        offset = jump
        result = run.finish()
        process.wait()
    assert [file.complete for file in result.files] == [True]
    assert leftovers(nas) == []
