"""Downloads files over one SFTP channel with many requests in flight: one large one or thousands of small ones."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from spkcore.nas import errors
from spkcore.nas.sftp import BLOCK, CLOSE, DATA, HANDLE, OPEN, READ, STATUS, STATUS_OK, Sftp, open_for_reading, status

_IN_FLIGHT = 64
_REFILL = 48
"""Requests go out in batches of at least 16: one packet and one wake-up on the NAS instead of sixteen."""


class Receiver(Protocol):
    """Where the bytes of one file go."""

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Take `data`, which begins at byte `offset`; offsets may come out of order."""

    def finish(self) -> None:
        """All bytes are there."""


@dataclass(slots=True)
class Download:
    """One file: its absolute path, its size in bytes as the NAS told it, where it goes. `start` bytes are there."""

    path: str
    size: int
    receiver: Receiver
    start: int = 0


@dataclass(slots=True)
class _Open:
    """A file that is being read."""

    download: Download
    handle: bytes = b""
    asked: int = 0
    received: int = 0
    again: list[tuple[int, int]] = field(default_factory=list)

    @property
    def wants_more(self) -> bool:
        return bool(self.handle) and (self.asked < self.download.size or bool(self.again))

    def next_range(self) -> tuple[int, int]:
        if self.again:
            return self.again.pop()
        offset = self.asked
        length = min(BLOCK, self.download.size - offset)
        self.asked += length
        return offset, length


class Pipeline:
    """One run of downloads. Raises what `Sftp` raises, and `TransferDamagedError` for a file that shrank meanwhile; the
    channel is of no use after an error."""

    def __init__(self, sftp: Sftp, downloads: Iterable[Download], on_bytes: Callable[[int], None]) -> None:
        self._sftp = sftp
        self._waiting = deque(downloads)
        self._on_bytes = on_bytes
        self._reading: deque[_Open] = deque()
        self._pending: dict[int, tuple[int, _Open, int, int]] = {}

    def run(self) -> None:
        """Download everything; `on_bytes` hears the number of new bytes after each batch."""
        while self._pending or self._waiting or self._reading:
            if len(self._pending) <= _REFILL:
                self._refill()
            self._sftp.flush()
            self._on_bytes(sum(self._take(*answer) for answer in self._sftp.receive_all()))

    def _refill(self) -> None:
        while len(self._pending) < _IN_FLIGHT:
            if self._reading:
                self._ask_for_data(self._reading[0])
            elif self._waiting:
                download = self._waiting.popleft()
                file = _Open(download, asked=download.start, received=download.start)
                self._ask(OPEN, open_for_reading(file.download.path), file)
            else:
                return

    def _ask_for_data(self, file: _Open) -> None:
        offset, length = file.next_range()
        self._ask(READ, file.handle + struct.pack(">QI", offset, length), file, offset, length)
        if not file.wants_more:
            self._reading.popleft()

    def _ask(self, kind: int, payload: bytes, file: _Open, offset: int = 0, length: int = 0) -> None:
        self._pending[self._sftp.request(kind, payload)] = (kind, file, offset, length)

    def _take(self, kind: int, number: int, payload: bytes) -> int:
        """Take one answer; returns how many bytes of a file it brought."""
        asked, file, offset, length = self._pending.pop(number, (0, None, 0, 0))
        if file is None:
            raise errors.SftpFailedError(5, "an answer to no question", self._sftp.place)
        if kind == DATA and asked == READ:
            return self._take_data(file, offset, length, payload)
        if kind == HANDLE and asked == OPEN:
            file.handle = payload
            self._continue(file)
        elif kind == STATUS and asked != OPEN:
            self._take_status(asked, file, payload)
        else:
            code, message = status(payload)
            raise errors.SftpFailedError(code, message, file.download.path)
        return 0

    def _take_data(self, file: _Open, offset: int, length: int, payload: bytes) -> int:
        data = memoryview(payload)[4:]
        if not data:
            raise errors.TransferDamagedError(file.download.path)
        file.download.receiver.write(offset, data)
        file.received += len(data)
        if len(data) < length:
            if not file.wants_more:
                self._reading.append(file)
            file.again.append((offset + len(data), length - len(data)))
        elif file.received == file.download.size:
            self._ask(CLOSE, file.handle, file)
        return len(data)

    def _take_status(self, asked: int, file: _Open, payload: bytes) -> None:
        code, message = status(payload)
        if asked == READ:
            raise errors.TransferDamagedError(file.download.path)
        if code != STATUS_OK:
            raise errors.SftpFailedError(code, message, file.download.path)
        file.download.receiver.finish()

    def _continue(self, file: _Open) -> None:
        if file.download.size > file.download.start:
            self._reading.append(file)
        else:
            self._ask(CLOSE, file.handle, file)
