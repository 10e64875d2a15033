"""The demo NAS as the program uses it: start it, connect to it, let it install a package, end it."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from spkcore.base.tasks import TaskContext
from spkcore.nas.demo.commands import Machine
from spkcore.nas.demo.packagecenter import DemoPackageCenter
from spkcore.nas.demo.tree import USER, DemoTree
from spkcore.nas.hostkeys import HostKeys
from spkcore.nas.login import KnownLogin
from spkcore.nas.session import Session, Target, connect
from spkcore.nas.sessionlog import SessionLog

if TYPE_CHECKING:
    from spkcore.nas.demo.server import DemoServer

_HEAD_START_SECONDS = 1.0
"""Between the moment when everything is watched and the demo install: time to see the waiting step."""


class DemoNas:
    """A NAS in this process: `with DemoNas() as nas: session = nas.connect(context)`.

    It listens on the loopback address, on a free port, with a password and a host key of this run. Package Center
    installs its demo package by itself when a capture begins, unless `automatic` is off: turn it off before a capture
    for which the NAS will be told to download. `pace` is the length in seconds of each phase of an install.
    """

    def __init__(self, *, automatic: bool = True, pace: float = 1.5) -> None:
        self.automatic = automatic
        self._pace = pace
        self._stopping = threading.Event()
        self._ordered = threading.Event()
        self._installs: list[threading.Thread] = []
        self._tree: DemoTree | None = None
        self._server: DemoServer | None = None
        self.login = KnownLogin(secrets.token_urlsafe(12))

    def __enter__(self) -> DemoNas:
        self.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def start(self) -> None:
        """Listen. Nothing is left on this computer after `close`."""
        from spkcore.nas.demo.server import DemoServer

        self._tree = DemoTree()
        machine = Machine(self._tree, self.login.known_password or "", self._on_capture, self._on_order)
        self._server = DemoServer(machine, self._stopping)
        self.host_keys.add(self.target.host, self.target.port, self._server.host_key)

    @property
    def target(self) -> Target:
        """Where to connect."""
        assert self._server is not None
        return Target("127.0.0.1", USER, self._server.port)

    @property
    def host_keys(self) -> HostKeys:
        """A store that knows this run's host key."""
        assert self._tree is not None
        return HostKeys(self._tree.root / "known_hosts")

    @property
    def tree(self) -> DemoTree:
        """The NAS's files."""
        assert self._tree is not None
        return self._tree

    def connect(self, context: TaskContext, log: SessionLog | None = None) -> Session:
        """A session of the demo user, who is an administrator."""
        return connect(self.target, self.login, self.host_keys, _never_asked, context, log=log)

    def install_package(self, head_start: float = 0.0) -> None:
        """Let Package Center install the demo package, in the background, after `head_start` seconds."""
        thread = threading.Thread(target=self._install, args=(head_start,), daemon=True, name="demo-install")
        self._installs.append(thread)
        thread.start()

    def close(self) -> None:
        """End every connection and remove the NAS's files; safe to call twice."""
        self._stopping.set()
        if self._server is not None:
            self._server.close()
        for thread in self._installs:
            thread.join()
        if self._tree is not None:
            self._tree.close()

    def _on_order(self, folder: Path) -> None:
        """The NAS is told to download its package: it installs none by itself then."""
        self._ordered.set()
        thread = threading.Thread(target=self._download, args=(folder,), daemon=True, name="demo-download")
        self._installs.append(thread)
        thread.start()

    def _download(self, folder: Path) -> None:
        DemoPackageCenter(self.tree, self._stopping, self._pace).download(folder)

    def _on_capture(self) -> None:
        self._ordered.clear()
        if self.automatic:
            self.install_package(min(_HEAD_START_SECONDS, self._pace))

    def _install(self, head_start: float) -> None:
        if not self._stopping.wait(head_start) and not self._ordered.is_set():
            DemoPackageCenter(self.tree, self._stopping, self._pace).install()


def _never_asked(_question: object) -> bool:
    return False
