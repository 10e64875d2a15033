"""A command that runs on the NAS: its input, its output and its end. Never on a terminal."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors

if TYPE_CHECKING:
    import paramiko

_PIECE = 1 << 18
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Result:
    """What a command gave: its exit code (-1: ended by a signal), its output, and its error text."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """The output as text; bytes that are no UTF-8 survive as surrogates."""
        return self.out.decode("utf-8", errors="surrogateescape")


class _Signal(threading.Event):
    """Set by either of two buffers; a buffer that runs empty must not clear what the other one set."""

    def clear(self) -> None:
        """What the buffers call: nothing."""

    def rearm(self) -> None:
        """What the waiting side calls, before it looks at the buffers."""
        super().clear()


class RemoteProcess:
    """A running command. Reading and writing may happen in two threads; nothing else is shared.

    Every call that waits raises `Cancelled` when the context is cancelled, `ConnectionLostError` when the network
    breaks.
    """

    def __init__(self, channel: paramiko.Channel, place: str, context: TaskContext) -> None:
        self.context = context
        self._channel = channel
        self.place = place
        self._stderr = bytearray()
        self._signal = _Signal()
        channel.settimeout(_POLL_SECONDS)
        channel.in_buffer.set_event(self._signal)
        channel.in_stderr_buffer.set_event(self._signal)

    @property
    def stderr(self) -> str:
        """The error text so far."""
        self._drain_stderr()
        return self._stderr.decode("utf-8", errors="replace")

    def write(self, data: bytes) -> None:
        """Feed the command's standard input. What a command that has ended does not take any more is dropped: its end
        shows when its output is read."""
        view = memoryview(data)
        while view:
            self.context.check()
            try:
                sent = self._channel.send(bytes(view[:32768]))
            except TimeoutError:
                continue
            except (OSError, EOFError):
                sent = 0
            if sent == 0 and self._channel.get_transport().is_active():
                return
            if sent == 0:
                raise errors.ConnectionLostError(self.place)
            view = view[sent:]

    def close_stdin(self) -> None:
        """Let the command see the end of its input."""
        try:
            self._channel.shutdown_write()
        except (OSError, EOFError) as error:
            raise errors.ConnectionLostError(self.place) from error

    def read(self, size: int, while_waiting: Callable[[], None] | None = None) -> bytes:
        """Up to `size` bytes of output, as soon as there are any; b"" at its end.

        `while_waiting` is called about five times a second as long as nothing comes.
        """
        while True:
            self._signal.rearm()
            self._drain_stderr()
            ended = self._has_ended
            if self._channel.recv_ready():
                return self._channel.recv(size)
            if ended:
                self._require_orderly_end()
                return b""
            self._pause(while_waiting)

    def read_exactly(self, size: int) -> bytes:
        """`size` bytes, or fewer at the end of the output."""
        pieces = []
        while size > 0:
            piece = self.read(min(size, _PIECE))
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def lines(self, while_waiting: Callable[[], None] | None = None) -> Iterator[str]:
        """The output line by line, without line ends; bytes that are no UTF-8 survive as surrogates."""
        rest = b""
        while piece := self.read(_PIECE, while_waiting):
            *complete, rest = (rest + piece).split(b"\n")
            for line in complete:
                yield line.decode("utf-8", errors="surrogateescape")
        if rest:
            yield rest.decode("utf-8", errors="surrogateescape")

    def wait_for_stderr(self, texts: Sequence[str], timeout: float) -> str:
        """Wait until one of `texts` appears in the error text; it and all before it is taken out. Returns "" if the
        command ends without any. Raises `NasTimeoutError`."""
        deadline = time.monotonic() + timeout
        while True:
            self._signal.rearm()
            ended = self._has_ended
            self._drain_stderr()
            found = self._cut_stderr(texts)
            if found or ended:
                return found
            if time.monotonic() >= deadline:
                raise errors.NasTimeoutError(self.place, "waiting for sudo")
            self._pause(None)

    def wait(self, timeout: float) -> int:
        """The exit code; -1 if a signal ended the command. Unread output is dropped. Raises `NasTimeoutError`."""
        deadline = time.monotonic() + timeout
        while not self._channel.status_event.wait(_POLL_SECONDS):
            self.context.check()
            while self._channel.recv_ready():
                self._channel.recv(_PIECE)
            self._drain_stderr()
            if time.monotonic() >= deadline:
                raise errors.NasTimeoutError(self.place, "waiting for a command")
        self._require_orderly_end()
        self._drain_stderr()
        return self._channel.exit_status

    def close(self) -> None:
        """Hang up: sshd closes the command's input and output."""
        with contextlib.suppress(OSError, EOFError):
            self._channel.close()

    @property
    def _has_ended(self) -> bool:
        return bool(self._channel.eof_received or self._channel.closed)

    def _drain_stderr(self) -> None:
        while self._channel.recv_stderr_ready():
            self._stderr += self._channel.recv_stderr(_PIECE)

    def _cut_stderr(self, texts: Sequence[str]) -> str:
        for text in texts:
            _before, found, after = bytes(self._stderr).partition(text.encode("utf-8"))
            if found:
                self._stderr = bytearray(after)
                return text
        return ""

    def _pause(self, while_waiting: Callable[[], None] | None) -> None:
        self.context.check()
        self._signal.wait(_POLL_SECONDS)
        if while_waiting is not None:
            while_waiting()

    def _require_orderly_end(self) -> None:
        transport = self._channel.get_transport()
        if self._channel.exit_status == -1 and not self._channel.eof_received and not transport.is_active():
            raise errors.ConnectionLostError(self.place)
