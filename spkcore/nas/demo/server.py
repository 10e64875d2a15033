"""The SSH server of the demo NAS, on the loopback address only."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from spkcore.nas.demo.channel import CommandChannel, HungUpError
from spkcore.nas.demo.commands import Machine, run_command
from spkcore.nas.demo.sftp import ShareService
from spkcore.nas.demo.tree import USER
from spkcore.nas.hostkeys import KnownKey
from spkcore.nas.transport import NasTransport

_JOIN_SECONDS = 5.0


class DemoServer:
    """Listens from its creation to `close`; each connection and each command has a thread of its own."""

    def __init__(self, machine: Machine, stopping: threading.Event) -> None:
        self._machine = machine
        self._stopping = stopping
        self._key = paramiko.ECDSAKey.generate()
        self._transports: list[_DemoTransport] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True, name="demo-nas")
        self._thread.start()

    @property
    def host_key(self) -> KnownKey:
        """What clients will see."""
        return KnownKey(self._key.get_name(), self._key.asbytes())

    def close(self) -> None:
        """Hang up on everybody."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            # Wakes the accepting thread on every system, which closing alone does not.
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._thread.join(_JOIN_SECONDS)
        self._listener.close()
        for transport in self._transports:
            transport.close()
            transport.join(_JOIN_SECONDS)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            if self._stopping.is_set():
                connection.close()
                return
            # Whoever hung up already, or no thread could be had for, must not end the service for the others.
            with contextlib.suppress(OSError, RuntimeError, paramiko.SSHException):
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transports = [known for known in self._transports if known.is_alive()]
        transport = _DemoTransport(connection)
        transport.local_version = "SSH-2.0-DemoNAS"
        transport.add_server_key(self._key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, ShareService, self._machine.tree)
        self._transports.append(transport)
        # With an event the negotiation goes on in the transport's thread; a client that breaks off ends only that.
        transport.start_server(threading.Event(), _Doorman(self._machine, self._stopping, transport.accepted))


class _DemoTransport(NasTransport):
    """One connection.

    Commands start once the client knows that they were accepted: one that ends before would look refused.
    """

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.accepted: list[threading.Thread] = []

    def _send_user_message(self, data: paramiko.Message) -> None:
        super()._send_user_message(data)
        if threading.current_thread() is self:
            while self.accepted:
                self.accepted.pop().start()


class _Doorman(paramiko.ServerInterface):
    """What paramiko asks about one connection."""

    def __init__(self, machine: Machine, stopping: threading.Event, accepted: list[threading.Thread]) -> None:
        self._machine = machine
        self._stopping = stopping
        self._accepted = accepted

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        matches = secrets.compare_digest(password.encode(), self._machine.password.encode())
        return AUTH_SUCCESSFUL if matches and username == USER else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        text = command.decode("utf-8", errors="surrogateescape")
        thread = threading.Thread(target=self._run, args=(channel, text), daemon=True, name="demo-command")
        self._accepted.append(thread)
        return True

    def _run(self, channel: paramiko.Channel, command: str) -> None:
        ends = CommandChannel(channel, self._stopping)
        code = 1
        try:
            code = run_command(self._machine, ends, command)
        except HungUpError:
            pass
        except OSError as error:
            with contextlib.suppress(HungUpError):
                ends.write_error(f"sh: {error}\n".encode())
        finally:
            ends.finish(code)
