"""One SSH connection to a NAS: opened with one login attempt, used for every command and file until it is closed."""

from __future__ import annotations

import contextlib
import errno
import logging
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from spkcore.base.errors import NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors, waiting
from spkcore.nas.hostkeys import HostKeyQuestion, HostKeys, KnownKey
from spkcore.nas.login import Authentication, Login, Secrets
from spkcore.nas.process import RemoteProcess, Result
from spkcore.nas.sessionlog import SessionLog
from spkcore.nas.sudo import Root

if TYPE_CHECKING:
    import paramiko

    from spkcore.nas.sftp import Sftp

__all__ = ["Login", "RemoteProcess", "Result", "Session", "Target", "connect"]

T = TypeVar("T")

CONNECT_SECONDS = 10.0
BANNER_SECONDS = 15.0
NEGOTIATION_SECONDS = 30.0
CHANNEL_SECONDS = 30.0
_KEEPALIVE_SECONDS = 15
_CLOSE_SECONDS = 5.0
_VANISHED_MILLISECONDS = 45_000


@dataclass(frozen=True, slots=True)
class Target:
    """Which NAS, which user."""

    host: str
    user: str
    port: int = 22

    @property
    def place(self) -> str:
        """How messages name it: "user@host", with the port unless it is 22."""
        return f"{self.user}@{self.host}" + ("" if self.port == 22 else f":{self.port}")


class Session:
    """An open connection. Use as a context manager, or call `close`.

    `context` is the default of every call; give a call its own to let it run after a cancel (cleaning up) or
    to cancel it alone. `root` runs commands as root, `log` tells what was done.
    """

    def __init__(
        self,
        open_transport: Callable[[TaskContext], paramiko.Transport],
        target: Target,
        secrets_: Secrets,
        context: TaskContext,
        log: SessionLog,
    ) -> None:
        self.target = target
        self.context = context
        self.log = log
        self.user_id = -1
        self._open = open_transport
        self._transport = open_transport(context)
        self.root = Root(self, secrets_)

    @property
    def is_alive(self) -> bool:
        """Whether the connection still stands, as far as this computer knows."""
        return self._transport.is_active()

    def execute(
        self, command: str, stdin: bytes = b"", timeout: float = 60.0, context: TaskContext | None = None
    ) -> Result:
        """Run `command` in the user's shell to its end, at most `timeout` seconds. Raises what `finish` raises."""
        return finish(self.start(command, context), stdin, timeout)

    def start(self, command: str, context: TaskContext | None = None) -> RemoteProcess:
        """Start `command` in the user's shell, without a terminal. The caller closes it."""
        self.log.add(f"{self.target.user}: {command}")
        return self.start_unlogged(command, context)

    def start_unlogged(self, command: str, context: TaskContext | None = None) -> RemoteProcess:
        """As `start`, for callers that write their own log line."""
        used = context or self.context
        channel = self.open_channel(lambda channel: channel.exec_command(command), used)
        return RemoteProcess(channel, self.target.place, used)

    def sftp(self, context: TaskContext | None = None) -> Sftp:
        """A new SFTP channel; the caller closes it. Raises `SftpUnavailableError`."""
        from spkcore.nas.sftp import open_sftp

        return open_sftp(self, context or self.context)

    def open_channel(self, request: Callable[[paramiko.Channel], None], context: TaskContext) -> paramiko.Channel:
        """A session channel on which `request` was made.

        Raises `ChannelRefusedError`, `ConnectionLostError`, `NasTimeoutError`, `Cancelled`.
        """
        import paramiko

        from spkcore.nas.inbox import Inbox

        def run() -> paramiko.Channel:
            channel = self._transport.open_session(timeout=CHANNEL_SECONDS)
            # Nothing comes before the request.
            channel.in_buffer = Inbox()  # type: ignore[assignment]  # it has the face of paramiko's
            request(channel)
            return channel

        try:
            return waiting.call(run, context, CHANNEL_SECONDS, _close_channel)
        except TimeoutError as error:
            raise errors.NasTimeoutError(self.target.place, "opening a channel") from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            if self.is_alive:
                raise errors.ChannelRefusedError(self.target.place, str(error)) from error
            raise errors.ConnectionLostError(self.target.place) from error

    def reconnect(self, context: TaskContext | None = None) -> None:
        """Open the connection again after it broke: the same NAS, known by its host key, and the same secrets.

        Whoever holds this session can go on with it. Raises what `connect` raises.
        """
        self._transport.close()
        self.log.add(f"Connect to {self.target.place} again")
        self._transport = self._open(context or self.context)

    def close(self) -> None:
        """Hang up; safe to call twice and from any thread."""
        self._transport.close()
        self._transport.join(_CLOSE_SECONDS)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def look_around(self) -> None:
        """Learn whether the account has a usable shell, and its user id. Raises `NotAdministratorError`."""
        token = secrets.token_hex(8)
        result = self.execute(f"echo {token}; id -u")
        lines = result.text.split()
        if token not in lines or not lines[-1].isdigit():
            raise errors.NotAdministratorError(self.target.place, self.target.user)
        self.user_id = int(lines[-1])


def finish(process: RemoteProcess, stdin: bytes, timeout: float) -> Result:
    """Feed `process`, read its output to the end and close it.

    Raises `NasTimeoutError`, `ConnectionLostError`, `Cancelled`.
    """
    deadline = time.monotonic() + timeout

    def check_time() -> None:
        if time.monotonic() >= deadline:
            raise errors.NasTimeoutError(process.place, "waiting for a command")

    try:
        if stdin:
            process.write(stdin)
        process.close_stdin()
        pieces = list(iter(lambda: process.read(1 << 18, check_time), b""))
        code = process.wait(max(deadline - time.monotonic(), 1.0))
        return Result(code, b"".join(pieces), process.stderr)
    finally:
        process.close()


def connect(
    target: Target,
    login: Login,
    host_keys: HostKeys,
    confirm_host_key: Callable[[HostKeyQuestion], bool],
    context: TaskContext,
    *,
    log: SessionLog | None = None,
) -> Session:
    """Open a connection: find the NAS, check its host key, log in once.

    `confirm_host_key` is asked, in this thread, at the first connection to a NAS; a changed key is refused before any
    password goes out. Raises the errors of `spkcore.nas.errors`, and `Cancelled`.
    """
    log = log or SessionLog()
    log.add(f"Connect to {target.place}")
    known_secrets = Secrets(login, log)

    def log_in(used: TaskContext) -> paramiko.Transport:
        transport = _open_transport(target, used)
        try:
            _negotiate(transport, target, host_keys, used)
            _check_host_key(transport, target, host_keys, confirm_host_key, log)
            Authentication(transport, target.user, known_secrets, used, target.place).run()
        except BaseException:
            transport.close()
            raise
        transport.set_keepalive(_KEEPALIVE_SECONDS)
        log.add(f"Connected: {transport.remote_version}, {transport.host_key_type}")
        return transport

    session = Session(log_in, target, known_secrets, context, log)
    try:
        session.look_around()
    except BaseException:
        session.close()
        raise
    return session


def _open_transport(target: Target, context: TaskContext) -> paramiko.Transport:
    from spkcore.nas.inbox import ReadAhead
    from spkcore.nas.transport import NasTransport

    # Errors reach the user as ours; without a handler Python would print paramiko's own to the console as well.
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    try:
        connection = waiting.call(
            lambda: socket.create_connection((target.host, target.port), CONNECT_SECONDS),
            context,
            2 * CONNECT_SECONDS,
            socket.socket.close,
        )
    except UnicodeError as error:
        raise errors.NameNotFoundError(target.host) from error
    except OSError as error:
        raise _connection_error(target, error) from error
    # Requests are small: without this each batch may wait for the acknowledgement of the one before.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Linux would wait a quarter of an hour for a NAS that vanished; Windows gives up in time by itself.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _VANISHED_MILLISECONDS)
    return NasTransport(ReadAhead(connection))  # type: ignore[arg-type]  # it passes on what it does not do itself


def _connection_error(target: Target, error: OSError) -> NasError:
    if isinstance(error, socket.gaierror):
        return errors.NameNotFoundError(target.host)
    if isinstance(error, ConnectionRefusedError):
        return errors.RefusedError(target.place)
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return errors.NasTimeoutError(target.place, "connecting")
    return errors.UnreachableError(target.place, error.strerror or str(error))


def _negotiate(transport: paramiko.Transport, target: Target, host_keys: HostKeys, context: TaskContext) -> None:
    import paramiko

    transport.banner_timeout = BANNER_SECONDS
    transport.handshake_timeout = NEGOTIATION_SECONDS
    transport.auth_timeout = 2 * NEGOTIATION_SECONDS
    options = transport.get_security_options()
    # AES-GCM checks what it decrypts in one go; with the others, Python computes a digest for every packet.
    options.ciphers = sorted(options.ciphers, key=lambda name: "gcm" not in name)
    _prefer_known_algorithms(transport, host_keys.known(target.host, target.port))
    started = time.monotonic()
    try:
        waiting.call(transport.start_client, context, BANNER_SECONDS + NEGOTIATION_SECONDS, _nothing)
    except TimeoutError as error:
        raise errors.NasTimeoutError(target.place, "negotiating") from error
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise errors.AlgorithmsTooOldError(target.place, str(error)) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        if time.monotonic() - started >= BANNER_SECONDS:
            raise errors.NasTimeoutError(target.place, "waiting for its greeting") from error
        raise errors.NotSshError(target.place, target.port) from error


def _prefer_known_algorithms(transport: paramiko.Transport, known: tuple[KnownKey, ...]) -> None:
    """Ask for the kind of key we know first: a NAS has several, and another one would look like a changed key."""
    algorithms = {key.algorithm for key in known}
    options = transport.get_security_options()
    options.key_types = sorted(options.key_types, key=lambda name: _key_algorithm(name) not in algorithms)


def _key_algorithm(signature: str) -> str:
    """The algorithm in the key for the algorithm of the signature: RSA keys sign in several ways."""
    return "ssh-rsa" if signature.startswith("rsa-sha2-") else signature


def _check_host_key(
    transport: paramiko.Transport,
    target: Target,
    host_keys: HostKeys,
    confirm: Callable[[HostKeyQuestion], bool],
    log: SessionLog,
) -> None:
    shown = transport.get_remote_server_key()
    key = KnownKey(shown.get_name(), shown.asbytes())
    known = host_keys.known(target.host, target.port)
    log.add(f"Host key: {key.algorithm} {key.fingerprint}")
    if transport.host_key_type == "ssh-rsa":
        log.add("Note: this NAS proves its identity with SHA-1 only, which is outdated; update DSM if you can")
    if key in known:
        return
    if known:
        raise errors.HostKeyChangedError(target.place, key.fingerprint)
    if not confirm(HostKeyQuestion(target.host, target.port, key.algorithm, key.fingerprint)):
        raise errors.HostKeyRejectedError(target.place)
    host_keys.add(target.host, target.port, key)


def _close_channel(channel: paramiko.Channel) -> None:
    with contextlib.suppress(OSError, EOFError):
        channel.close()


def _nothing(_value: object) -> None:
    """A negotiation that nobody waits for any more ends with its transport."""
