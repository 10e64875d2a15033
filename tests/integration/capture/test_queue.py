"""A queue of packages with pauses that are longer than the quiet time after which a capture ends."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import agents
from spkcore.nas import capture as capture_module
from spkcore.nas.agents import AgentSetup
from spkcore.nas.capture import Capture, CaptureRequest
from spkcore.nas.queue import _BUSY
from tests.integration.capture.local import LocalRoot, busybox_path
from tests.integration.capture.packagecenter import Install
from tests.integration.capture.runs import Run, install, leftovers
from tests.integration.conftest import Connector
from tests.integration.nasbench.nas import BenchNas, wait_until

pytestmark = pytest.mark.integration

QUICK = AgentSetup("", (), stable_milliseconds=300, gone=4, idle=1)
LOCK = "/run/synopkg/lock/Second.lock"


@contextlib.contextmanager
def package_center(nas: BenchNas) -> Iterator[None]:
    """What is there before: its programs, a service that always runs, a lock file that nobody holds."""
    for folder in ("/run/synopkg/lock", "/run/tools"):
        nas.path(folder).mkdir(parents=True, exist_ok=True)
    nas.path("/run/synopkg/lock/Old.lock").touch()  # a file alone is no lock
    shutil.copy("/usr/bin/sleep", nas.path("/run/tools/synopkg"))
    shutil.copy("/usr/bin/sleep", nas.path("/run/tools/synopkgd"))
    daemon = inside(nas, "exec /run/tools/synopkgd 600")
    try:
        yield
    finally:
        end(daemon)
        for folder in ("/run/synopkg", "/run/tools"):
            shutil.rmtree(nas.path(folder))


def inside(nas: BenchNas, command: str) -> subprocess.Popen[bytes]:
    """Start a command among the processes of the NAS."""
    enter = ["nsenter", "--target", str(nas.pid), "--mount", "--pid", "--root", "--wd"]
    return subprocess.Popen([*enter, "/bin/sh", "-c", command], start_new_session=True)


def end(started: subprocess.Popen[bytes]) -> None:
    """End a command with its children."""
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()


COMMANDS = {
    "process": "exec /run/tools/synopkg 600",
    "lock": f"exec flock {LOCK} sleep 600",
}


@pytest.mark.parametrize(("sign", "expected"), [("none", 1), ("process", 2), ("lock", 2)])
def test_a_pause_in_the_queue_does_not_end_the_capture(
    nas: BenchNas, log_in: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str, expected: int
) -> None:
    """Without any sign of work the capture ends with the first package: nobody could know of a second one."""
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)
    with package_center(nas):
        wanted = CaptureRequest(("/volume1",), tmp_path / "home", settle=0.4, agent=QUICK)
        session = log_in(nas)
        run = Run(lambda on_event: Capture(session, wanted, TaskContext(), on_event))
        run.ready()
        at_work = inside(nas, COMMANDS[sign]) if sign in COMMANDS else None
        queue = [Install(files=5, name="First", seed=1, pause=5.0), Install(files=5, name="Second", seed=2)]
        with install(nas, *queue[:expected]) as process:
            process.wait()
        if at_work is not None:
            assert run.result is None
            end(at_work)
        result = run.finish()
    assert [file.path.name.partition("-")[0] for file in result.files] == ["First", "Second"][:expected]
    assert leftovers(nas) == []


def test_what_only_looks_busy_is_not_waited_for_for_ever(
    nas: BenchNas, log_in: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)
    monkeypatch.setattr(capture_module, "MOST_QUIET_SECONDS", 2.0)
    with package_center(nas):
        session = log_in(nas)
        wanted = CaptureRequest(("/volume1",), tmp_path / "home", settle=0.4, agent=QUICK)
        run = Run(lambda on_event: Capture(session, wanted, TaskContext(), on_event))
        run.ready()
        hanging = inside(nas, COMMANDS["process"])
        with install(nas, Install(files=5)) as process:
            assert len(run.finish().files) == 1
            process.wait()
        end(hanging)
    assert "not waited for" in "\n".join(session.log.lines)


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_every_shell_sees_locks_that_are_held_and_processes_that_run(tmp_path: Path, shell: str) -> None:
    path = busybox_path(tmp_path / "applets") if shell == "busybox" else None
    program = f"{path}/sh" if path else shutil.which(shell)
    held, free = tmp_path / "held.lock", tmp_path / "free.lock"
    free.touch()
    name = f"synopkg-{os.getpid()}"  # other shells are tried at the same time
    shutil.copy("/usr/bin/sleep", tmp_path / name)
    lock = subprocess.Popen(["flock", held, tmp_path / name, "600"], start_new_session=True)
    script = shlex.split(agents.named_command(_BUSY, "spkcap-busy", [f"{tmp_path}/*.lock", name]))
    try:
        wait_until(lambda: any(is_called(path, name) for path in Path("/proc").glob("[0-9]*/comm")))
        said = LocalRoot(path).execute(shlex.join([str(program), *script[1:]])).text.splitlines()
    finally:
        end(lock)
    assert said[0] == f"lock {held}"
    assert [line.partition(" ")[0] for line in said] == ["lock", "process"]


def is_called(path: Path, name: str) -> bool:
    """Whether a process has this name."""
    try:
        return path.read_text("ascii", errors="replace").strip() == name
    except OSError:
        return False
