"""Whole captures over OpenSSH's sshd and sudo: Package Center installs, the package comes home, nothing stays."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import SH, AgentSetup, Engine
from spkcore.nas.capture import Capture, CaptureRequest, CaptureResult, Until
from spkcore.nas.events import CaptureEvent, FileCaught, Ready, Step, StepChanged
from tests.integration.capture.packagecenter import URL, Install, md5
from tests.integration.conftest import Connector
from tests.integration.nasbench.nas import BenchNas, wait_until

pytestmark = pytest.mark.integration

QUICK = AgentSetup("", (), stable_milliseconds=500, gone=2, idle=1)


@pytest.fixture(scope="module")
def bench(nas: BenchNas) -> BenchNas:
    """A NAS of DSM 7.2."""
    return nas


@pytest.fixture
def clean(bench: BenchNas) -> Iterator[None]:
    """Fails when a test leaves something of ours on the NAS."""
    yield
    assert leftovers(bench) == []


def leftovers(bench: BenchNas) -> list[str]:
    """Our folders, copies in shares, and processes on the NAS."""
    folders = [str(path) for path in bench.path("/volume1/@tmp").glob("spkcap-*")]
    copies = [
        str(path) for share in ("homes/alice", "public") for path in bench.path(f"/volume1/{share}").glob("*spk*")
    ]
    return folders + copies + [command for command in bench.processes().values() if "spkcap" in command]


def install(bench: BenchNas, plan: Install) -> subprocess.Popen[str]:
    """Start an installation on the NAS."""
    command = [sys.executable, "-m", "tests.integration.capture.packagecenter", str(bench.path("/"))]
    fields = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    return subprocess.Popen([*command, json.dumps(fields)], stdout=subprocess.PIPE, text=True)


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


@pytest.fixture
def start(bench: BenchNas, log_in: Connector, tmp_path: Path) -> Callable[..., Run]:
    def start_capture(
        engine: Engine | None = None, until: Until = Until.PACKAGE, context: TaskContext | None = None
    ) -> Run:
        session = log_in(bench)
        request = CaptureRequest(("/volume1",), tmp_path / "home", until, 0.8, engine, agent=QUICK)
        return Run(lambda on_event: Capture(session, request, context or TaskContext(), on_event))

    return start_capture


@pytest.mark.parametrize("dsm", [6, 7])
@pytest.mark.parametrize("engine", [None, SH], ids=["python", "sh"])
def test_a_package_is_captured_verified_named_and_the_nas_is_clean(
    bench: BenchNas, start: Callable[..., Run], tmp_path: Path, clean: None, dsm: int, engine: Engine | None
) -> None:
    run = start(engine)
    run.ready()
    with install(bench, Install(dsm=dsm, files=40, name=f"Tool{dsm}")) as process:
        result = run.finish()
        written = json.loads(process.communicate()[0])
    [file] = result.files
    assert file.path == tmp_path / "home" / f"Tool{dsm}-1.2-0003-noarch.spk"
    assert (file.md5, file.complete) == (written["spk"], True)
    assert md5(file.path.read_bytes()) == written["spk"]
    [package] = result.packages
    assert (package.package, package.version, package.spk) == (f"Tool{dsm}", "1.2-0003", file.path)
    assert package.url == URL.format(name=f"Tool{dsm}", version="1.2-0003")
    assert result.unpacked is not None
    assert any(path.name == "install_uifile" for path in result.unpacked.rglob("*"))
    assert result.warnings == ()
    kept = {path.name for path in (tmp_path / "home").iterdir()}
    assert kept == {file.path.name, result.unpacked.name}
    assert run.steps[:2] == [Step.PREPARING, Step.WAITING]
    assert Step.COMPLETE in run.steps
    assert run.steps[-4:] == [Step.PULLING, Step.VERIFYING, Step.CLEANING, Step.DONE]
    assert any(isinstance(event, FileCaught) for event in run.events)
