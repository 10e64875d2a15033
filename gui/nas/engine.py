"""What the NAS windows need of the engine, and the engine behind it; tests put a fake one in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from spkcore.base.tasks import TaskContext
from spkcore.nas.hostkeys import HostKeyQuestion, HostKeys
from spkcore.nas.login import Login
from spkcore.nas.session import Session, Target, connect
from spkcore.nas.sessionlog import SessionLog


class Connection(Protocol):
    """An open connection: `spkcore.nas.session.Session`, as far as the windows look at it."""

    @property
    def target(self) -> Target: ...

    def close(self) -> None:
        """Hang up; safe to call twice and from any thread."""


class NasEngine(Protocol):
    """Everything that happens outside the window. Methods with a context run in worker threads."""

    def connect(
        self, target: Target, login: Login, confirm: Callable[[HostKeyQuestion], bool], context: TaskContext
    ) -> Connection:
        """Connect once. Raises the errors of spkcore.nas.errors and `Cancelled`."""

    def forget_host_key(self, host: str, port: int) -> None:
        """Drop the saved host keys of a NAS. Raises `WriteError`."""


class RealEngine:
    """The engine of the real program. `home` is the folder for the program's own files."""

    def __init__(self, home: Path) -> None:
        self._host_keys = HostKeys(home / "known_hosts")

    def connect(
        self, target: Target, login: Login, confirm: Callable[[HostKeyQuestion], bool], context: TaskContext
    ) -> Session:
        return connect(target, login, self._host_keys, confirm, context, log=SessionLog(context.log))

    def forget_host_key(self, host: str, port: int) -> None:
        self._host_keys.forget(host, port)
