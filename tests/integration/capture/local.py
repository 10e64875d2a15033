"""Runs agents and our root commands on this computer, below a folder that stands for the NAS's root."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import Agent, AgentSetup, Engine, RootShell, new_session, start_agent
from spkcore.nas.events import AgentEvent, Done, Ready
from spkcore.nas.process import Result
from tests.integration.capture.packagecenter import md5
from tests.integration.nasbench.nas import wait_until

PYTHON_2 = Path("/root/.pyenv/versions/2.7.18/bin/python2.7")
"""One place where a Python 2.7 may be found; SPK_PYTHON2 names another."""


Event = TypeVar("Event", bound=AgentEvent)


class LocalProcess:
    """A process with the face of `RemoteProcess`. `usage` is filled by `wait`."""

    def __init__(self, command: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._input = self.process.stdin.fileno()
        self._output = self.process.stdout.fileno()
        # The numbers of closed files are given anew: a reader that went on would take another process's lines.
        self._guard = threading.Lock()
        self._is_closed = False
        self.seconds = 0.0
        self.written = 0

    @property
    def stderr(self) -> str:
        return ""

    def write(self, data: bytes) -> None:
        """Feed it."""
        with self._guard, contextlib.suppress(BrokenPipeError):
            while data and not self._is_closed:
                data = data[os.write(self._input, data) :]

    def lines(self, while_waiting: Callable[[], None] | None = None) -> Iterator[str]:
        """Its output, line by line."""
        rest = b""
        while True:
            if while_waiting is not None:
                while_waiting()
            piece = self._piece()
            if piece is None:
                continue
            if not piece:
                return
            *complete, rest = (rest + piece).split(b"\n")
            for line in complete:
                yield line.decode("utf-8", "surrogateescape")

    def _piece(self) -> bytes | None:
        """What has come; None while nothing has, nothing at the end and after hanging up."""
        with self._guard:
            if self._is_closed:
                return b""
            return os.read(self._output, 65536) if select.select([self._output], [], [], 0.05)[0] else None

    def close(self) -> None:
        """Hang up, as sshd does."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._guard:
            self._is_closed = True
            self.process.stdin.close()
            self.process.stdout.close()

    def wait(self) -> None:
        """Wait for its end; take its CPU seconds and the bytes that it and its children wrote."""
        _pid, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = usage.ru_utime + usage.ru_stime
        self.written = usage.ru_oublock * 512


class LocalRoot:
    """Runs commands here. `path` is the search path: busybox's applets stand for an old NAS."""

    def __init__(self, path: str | None = None) -> None:
        self._environment = {"PATH": path or os.environ["PATH"]}
        self.started: list[LocalProcess] = []

    def start(self, command: str, context: TaskContext | None = None) -> LocalProcess:
        """Start a command."""
        self.started.append(LocalProcess(command, self._environment))
        return self.started[-1]

    def execute(
        self, command: str, stdin: bytes = b"", timeout: float = 60.0, context: TaskContext | None = None
    ) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
            env=self._environment,
        )
        return Result(done.returncode, done.stdout, done.stderr.decode())

    def kill(self) -> None:
        """End everything that was started here."""
        for started in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.process.pid, signal.SIGKILL)
            started.close()
            if started.process.returncode is None:
                started.wait()


class LocalAgent:
    """An agent on this computer, its events collected by a thread of their own."""

    def __init__(self, root: LocalRoot, engine: Engine, setup: AgentSetup) -> None:
        shell: RootShell = root
        self.agent: Agent = start_agent(shell, engine, setup)
        self.process = root.started[-1]
        self.events: list[AgentEvent] = []
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()
        self.wait_for(Ready)

    def _collect(self) -> None:
        try:
            for event in self.agent.events(lambda: None):
                self.events.append(event)
        except Exception as error:  # noqa: BLE001 - looked at by the test's thread
            self.error = error

    def wait_for(self, kind: type[AgentEvent], seconds: float = 15) -> None:
        """Wait for an event of this kind."""
        self.wait_until(lambda: self.of(kind), seconds)

    def wait_until(self, condition: Callable[[], object], seconds: float = 15) -> None:
        """Wait for a condition, or for the agent's end."""
        wait_until(lambda: condition() or not self._thread.is_alive(), seconds)

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of one kind so far."""
        return [event for event in list(self.events) if isinstance(event, kind)]

    def finish(self) -> Done:
        """Let it end; returns its last event."""
        self.agent.stop()
        return self.ended()

    def ended(self, seconds: float = 30) -> Done:
        """Wait for its end by itself."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()
        assert self.error is None, self.error
        self.process.wait()
        done = self.events[-1]
        assert isinstance(done, Done)
        return done


def local_setup(root: Path, **changes: Any) -> AgentSetup:
    """A setup for the volumes below `root`."""
    volumes = tuple(f"/{path.name}" for path in sorted(root.glob("volume*")))
    return AgentSetup(new_session(), volumes, tree_root=str(root), **changes)


def caught(root: Path, setup: AgentSetup) -> dict[str, str]:
    """MD5 → path of everything that was caught."""
    found = {}
    for volume in setup.volumes:
        tree = root / volume[1:] / f"@tmp/spkcap-{setup.session}/tree"
        for path in tree.rglob("*"):
            if path.is_file() and not path.is_symlink():
                found[md5(path.read_bytes())] = path.relative_to(tree).as_posix()
    return found


def busybox_path(folder: Path) -> str:
    """A search path on which there is nothing but busybox."""
    program = shutil.which("busybox")
    assert program is not None
    folder.mkdir()
    for name in subprocess.run([program, "--list"], check=True, capture_output=True, text=True).stdout.split():
        (folder / name).symlink_to(program)
    return str(folder)


def find_python_2() -> str | None:
    """A Python 2.7 with ctypes, if there is one."""
    for path in (os.environ.get("SPK_PYTHON2", ""), str(PYTHON_2), shutil.which("python2.7") or ""):
        if path and Path(path).exists():
            return path
    return None
