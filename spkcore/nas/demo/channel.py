"""The two ends of a command on the demo NAS: its input, read as shells read it, and its output."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import paramiko

_POLL_SECONDS = 0.05


class HungUpError(Exception):
    """The client is gone; nobody sees the output any more."""


class CommandChannel:
    """One command's channel. `stopping` is set when the demo NAS ends."""

    def __init__(self, channel: paramiko.Channel, stopping: threading.Event) -> None:
        self._channel = channel
        self._stopping = stopping
        self._buffer = bytearray()
        self._ended = False
        channel.settimeout(_POLL_SECONDS)

    @property
    def has_ended(self) -> bool:
        """Whether the input is over and used up."""
        return self._ended and not self._buffer

    def read_line(self, timeout: float | None = None) -> bytes | None:
        """One line without its end; None if there is no whole line within `timeout` seconds, or none any more."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (position := self._buffer.find(b"\n")) < 0:
            if not self._fill(deadline):
                return None
        line = bytes(self._buffer[:position])
        del self._buffer[: position + 1]
        return line

    def read_exactly(self, size: int) -> bytes:
        """`size` bytes, or fewer at the end of the input."""
        while len(self._buffer) < size and self._fill(None):
            pass
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def wait_for_end(self) -> None:
        """Drop all input until it ends."""
        while self._fill(None):
            self._buffer.clear()

    def write(self, data: bytes) -> None:
        """Put out `data`. Raises `HungUpError`."""
        self._send_all(data, error=False)

    def write_error(self, data: bytes) -> None:
        """Put out `data` as an error text. Raises `HungUpError`."""
        self._send_all(data, error=True)

    def finish(self, code: int) -> None:
        """End the command with this exit code."""
        with contextlib.suppress(OSError, EOFError):
            self._channel.send_exit_status(code)
            self._channel.shutdown_write()
            self._channel.close()

    def _fill(self, deadline: float | None) -> bool:
        """Wait for more input; False at its end or at the deadline."""
        while not self._ended:
            try:
                data = self._channel.recv(1 << 16)
            except TimeoutError:
                if self._stopping.is_set() or (deadline is not None and time.monotonic() >= deadline):
                    return False
                continue
            if data:
                self._buffer += data
                return True
            self._ended = True
        return False

    def _send_all(self, data: bytes, *, error: bool) -> None:
        send = self._channel.send_stderr if error else self._channel.send
        sent = 0
        while sent < len(data):
            try:
                count = send(data[sent : sent + (1 << 15)])
            except TimeoutError:
                count = -1
            except OSError as problem:
                raise HungUpError from problem
            if count == 0 or self._stopping.is_set():
                raise HungUpError
            sent += max(count, 0)
