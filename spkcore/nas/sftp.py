"""SFTP version 3, spoken directly over an SSH channel, with many requests in flight.

paramiko's own client makes one object and one wake-up per request and reaches a third of OpenSSH's speed
(performance reference, chapter 2). Protocol: draft-ietf-secsh-filexfer-02. Paths are absolute: relative ones killed
the server of older DSM (capture reference, chapter 3.3).
"""

from __future__ import annotations

import contextlib
import stat
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors

if TYPE_CHECKING:
    import paramiko

    from spkcore.nas.session import Session

BLOCK = 32768
"""Bytes per read or write: what every server takes; larger ones were slower."""
OPEN, CLOSE, READ = 3, 4, 5
STATUS, HANDLE, DATA = 101, 102, 103
STATUS_OK, STATUS_EOF = 0, 1
_INIT, _VERSION, _WRITE, _OPENDIR, _READDIR = 1, 2, 6, 11, 12
_REMOVE, _MKDIR, _RMDIR, _STAT, _RENAME = 13, 14, 15, 17, 18
_NAME, _ATTRS = 104, 105
_OPEN_READ, _OPEN_WRITE, _OPEN_CREATE, _OPEN_TRUNCATE = 1, 2, 8, 16
_HAS_SIZE, _HAS_OWNER, _HAS_MODE, _HAS_TIMES = 1, 2, 4, 8
_ANSWER_SECONDS = 60.0
_GREETING_SECONDS = 20.0
_POLL_SECONDS = 0.2
_LARGEST_ANSWER = 1 << 20

NO_SUCH_FILE = 2
PERMISSION_DENIED = 3


@dataclass(frozen=True, slots=True)
class RemoteEntry:
    """A file or folder as SFTP shows it: its name (of a listing) or path, its size in bytes, its POSIX mode."""

    name: str
    size: int
    mode: int

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder (a link to one, in listings, is not)."""
        return stat.S_ISDIR(self.mode)


class Sftp:
    """One SFTP channel; for one thread at a time. Use as a context manager, or call `close`.

    Every call raises `SftpFailedError` when the NAS refuses it, `ConnectionLostError`, `NasTimeoutError` and
    `Cancelled`.
    """

    def __init__(self, channel: paramiko.Channel, place: str, context: TaskContext) -> None:
        self.context = context
        self.place = place
        self._channel = channel
        self._received = bytearray()
        self._outgoing = bytearray()
        self._last_id = 0
        self._answer_seconds = _ANSWER_SECONDS
        channel.settimeout(_POLL_SECONDS)

    def greet(self) -> None:
        """Agree on version 3. Raises `SftpUnavailableError`."""
        self._answer_seconds = _GREETING_SECONDS
        self._outgoing += struct.pack(">IBI", 5, _INIT, 3)
        try:
            self.flush()
            kind, version, _payload = self.receive()
        except (errors.ConnectionLostError, errors.NasTimeoutError) as error:
            raise errors.SftpUnavailableError(self.place, "the service ended at once") from error
        if kind != _VERSION or version < 3:
            raise errors.SftpUnavailableError(self.place, "the service speaks another version")
        self._answer_seconds = _ANSWER_SECONDS

    def stat(self, path: str) -> RemoteEntry:
        """What is at `path`; links are followed."""
        kind, payload = self._ask(_STAT, text(path), path)
        if kind != _ATTRS:
            raise self._confused(path)
        size, mode, _end = _attributes(payload, 0)
        return RemoteEntry(path, size, mode)

    def list(self, path: str) -> list[RemoteEntry]:
        """What is in the folder `path`, without "." and ".."."""
        handle = self._open_handle(_OPENDIR, text(path), path)
        found: list[RemoteEntry] = []
        while True:
            kind, payload = self._ask(_READDIR, handle, path, allow_end=True)
            if kind != _NAME:
                break
            found.extend(entry for entry in _names(payload) if entry.name not in {".", ".."})
        self._ask(CLOSE, handle, path)
        return found

    def make_folder(self, path: str, mode: int = 0o700) -> None:
        """Create the folder `path`."""
        self._ask(_MKDIR, text(path) + struct.pack(">II", _HAS_MODE, mode), path)

    def remove_folder(self, path: str) -> None:
        """Remove the empty folder `path`."""
        self._ask(_RMDIR, text(path), path)

    def remove(self, path: str) -> None:
        """Remove the file `path`."""
        self._ask(_REMOVE, text(path), path)

    def rename(self, old: str, new: str) -> None:
        """Move `old` to `new`, which must not exist."""
        self._ask(_RENAME, text(old) + text(new), old)

    def write_file(self, path: str, data: bytes, mode: int = 0o600) -> None:
        """Create or replace the small file `path`."""
        flags = _OPEN_WRITE | _OPEN_CREATE | _OPEN_TRUNCATE
        handle = self._open_handle(OPEN, text(path) + struct.pack(">III", flags, _HAS_MODE, mode), path)
        for offset in range(0, len(data), BLOCK):
            piece = data[offset : offset + BLOCK]
            self._ask(_WRITE, handle + struct.pack(">QI", offset, len(piece)) + piece, path)
        self._ask(CLOSE, handle, path)

    def read_file(self, path: str) -> bytes:
        """All bytes of the small file `path`."""
        handle = self._open_handle(OPEN, open_for_reading(path), path)
        pieces = bytearray()
        while True:
            request = handle + struct.pack(">QI", len(pieces), BLOCK)
            kind, payload = self._ask(READ, request, path, allow_end=True)
            if kind != DATA:
                break
            pieces += payload[4:]
        self._ask(CLOSE, handle, path)
        return bytes(pieces)

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError, EOFError):
            self._channel.close()

    def __enter__(self) -> Sftp:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def request(self, kind: int, payload: bytes) -> int:
        """Put one request into the outgoing batch; returns its id."""
        self._last_id = (self._last_id + 1) & 0xFFFFFFFF
        self._outgoing += struct.pack(">IBI", len(payload) + 5, kind, self._last_id)
        self._outgoing += payload
        return self._last_id

    def flush(self) -> None:
        """Send the batch."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        sent = 0
        while sent < len(data):
            self.context.check()
            try:
                count = self._channel.send(data[sent:])
            except TimeoutError:
                continue
            except (OSError, EOFError) as error:
                raise errors.ConnectionLostError(self.place) from error
            sent += count

    def receive(self) -> tuple[int, int, bytes]:
        """The next answer: its kind, its id, its payload."""
        while (answer := self._cut_answer(0)) is None:
            self._fill()
        del self._received[: answer[3]]
        return answer[:3]

    def receive_all(self) -> Iterator[tuple[int, int, bytes]]:
        """Wait for at least one answer and yield all that are there."""
        position = 0
        while (answer := self._cut_answer(position)) is None:
            self._fill()
        while answer is not None:
            position = answer[3]
            yield answer[:3]
            answer = self._cut_answer(position)
        del self._received[:position]

    def _cut_answer(self, start: int) -> tuple[int, int, bytes, int] | None:
        """Kind, id and payload of the answer that begins at `start`, and where the next one begins."""
        received = self._received
        if len(received) - start < 9:
            return None
        length, kind, number = struct.unpack_from(">IBI", received, start)
        if not 5 <= length <= _LARGEST_ANSWER:
            raise errors.SftpUnavailableError(self.place, "it answers with something else than SFTP")
        end = start + 4 + length
        if len(received) < end:
            return None
        with memoryview(received) as view:
            return kind, number, bytes(view[start + 9 : end]), end

    def _fill(self) -> None:
        deadline = time.monotonic() + self._answer_seconds
        while True:
            self.context.check()
            try:
                data = self._channel.recv(1 << 21)
            except TimeoutError as error:
                if time.monotonic() >= deadline:
                    raise errors.NasTimeoutError(self.place, "SFTP") from error
                continue
            if not data:
                raise errors.ConnectionLostError(self.place)
            self._received += data
            return

    def _ask(self, kind: int, payload: bytes, path: str, *, allow_end: bool = False) -> tuple[int, bytes]:
        """Send one request and wait for its answer."""
        number = self.request(kind, payload)
        self.flush()
        answer, answered, data = self.receive()
        if answered != number:
            raise self._confused(path)
        if answer == STATUS:
            code, message = status(data)
            if code != STATUS_OK and not (allow_end and code == STATUS_EOF):
                raise errors.SftpFailedError(code, message, path)
        return answer, data

    def _open_handle(self, kind: int, payload: bytes, path: str) -> bytes:
        answer, data = self._ask(kind, payload, path)
        if answer != HANDLE:
            raise self._confused(path)
        return data

    def _confused(self, path: str) -> errors.SftpFailedError:
        return errors.SftpFailedError(5, "unexpected answer", path)


def open_sftp(session: Session, context: TaskContext) -> Sftp:
    """The SFTP service of `session`. Raises `SftpUnavailableError`, `ConnectionLostError`, `Cancelled`."""
    session.log.add("Open SFTP")
    try:
        channel = session.open_channel(_ask_for_sftp, context)
    except errors.ChannelRefusedError as error:
        raise errors.SftpUnavailableError(session.target.place, "the NAS refused the service") from error
    sftp = Sftp(channel, session.target.place, context)
    try:
        sftp.greet()
    except BaseException:
        sftp.close()
        raise
    return sftp


def text(value: str) -> bytes:
    """A string of the protocol. Paths keep bytes that are no UTF-8."""
    encoded = value.encode("utf-8", errors="surrogateescape")
    return struct.pack(">I", len(encoded)) + encoded


def open_for_reading(path: str) -> bytes:
    """The payload of a request that opens `path` for reading."""
    return text(path) + struct.pack(">II", _OPEN_READ, 0)


def status(payload: bytes) -> tuple[int, str]:
    """Code and message of a status answer."""
    code = int.from_bytes(payload[:4], "big")
    length = int.from_bytes(payload[4:8], "big")
    return code, payload[8 : 8 + length].decode("utf-8", errors="replace") or f"code {code}"


def _ask_for_sftp(channel: paramiko.Channel) -> None:
    channel.invoke_subsystem("sftp")


def _names(payload: bytes) -> Iterator[RemoteEntry]:
    (count,) = struct.unpack_from(">I", payload)
    position = 4
    for _ in range(count):
        name, position = _string(payload, position)
        _long_name, position = _string(payload, position)
        size, mode, position = _attributes(payload, position)
        yield RemoteEntry(name.decode("utf-8", errors="surrogateescape"), size, mode)


def _string(payload: bytes, position: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">I", payload, position)
    end = position + 4 + length
    return payload[position + 4 : end], end


def _attributes(payload: bytes, position: int) -> tuple[int, int, int]:
    """Size and mode (0 where not told), and where the attributes end."""
    (flags,) = struct.unpack_from(">I", payload, position)
    position += 4
    size = mode = 0
    if flags & _HAS_SIZE:
        (size,) = struct.unpack_from(">Q", payload, position)
        position += 8
    if flags & _HAS_OWNER:
        position += 8
    if flags & _HAS_MODE:
        (mode,) = struct.unpack_from(">I", payload, position)
        position += 4
    if flags & _HAS_TIMES:
        position += 8
    return size, mode, position
