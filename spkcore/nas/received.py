"""Files as they arrive: written beside their final name, hashed on the way, renamed when they are whole.

A transfer that was cut leaves what it has as `.<name>.part`; the next one goes on from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from spkcore.base.files import windows_safe, write_error
from spkcore.nas import errors

_PIECE = 1 << 20
_PIECES_WAITING = 16
_WORTH_RESUMING = 1 << 20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file to pull: its name relative to the folder on the NAS ("tree/x.spk"), its bytes, its MD5 in hex.

    An empty MD5 is not checked.
    """

    name: str
    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """One file that arrived whole: its name on the NAS, where it lies now, its bytes, its MD5 in hex."""

    name: str
    path: Path
    size: int
    md5: str


class _Writer(threading.Thread):
    """Hashes and writes the large pieces of one file, beside the thread that speaks with the network."""

    def __init__(self, stream: BinaryIO, digest: hashlib._Hash | None) -> None:
        super().__init__(daemon=True, name="writer")
        self._stream = stream
        self._digest = digest
        self._pieces: queue.Queue[bytes | bytearray | None] = queue.Queue(_PIECES_WAITING)
        self._error: OSError | None = None
        self.start()

    def run(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if self._error is None:
                try:
                    self._stream.write(piece)
                except OSError as error:
                    self._error = error
                if self._digest is not None:
                    self._digest.update(piece)

    def put(self, piece: bytes | bytearray) -> None:
        """Hand over the next bytes. Raises what an earlier write raised."""
        self._check()
        self._pieces.put(piece)

    def close(self) -> None:
        """Wait until everything is written. Raises what a write raised."""
        if self.is_alive():
            self._pieces.put(None)
            self.join()
        self._check()

    def _check(self) -> None:
        if self._error is not None:
            raise self._error


class PartFile:
    """A file on its way to `path`. `start` bytes of it are there already, if the caller has found them good.

    Raises `WriteError` when the disk refuses, `TransferDamagedError` when it is not what the NAS has.
    """

    def __init__(self, path: Path, expected: RemoteFile, start: int = 0) -> None:
        self.path = path
        self._expected = expected
        self._part = part_of(path)
        self._hash = hashlib.md5(usedforsecurity=False) if expected.md5 else None
        self._position = start
        self._in_order = True
        self._piece = bytearray()
        self._writer: _Writer | None = None
        try:
            self._stream = self._opened(start)
        except OSError as error:
            raise write_error(path, error) from error

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Take `data`, which begins at byte `offset`."""
        try:
            if offset != self._position:
                self._flush()
                self._in_order = False
                self._stream.seek(offset)
            self._position = offset + len(data)
            if not self._in_order:
                self._stream.write(data)
                return
            self._piece += data
            if len(self._piece) >= _PIECE:
                self._hand_over()
        except OSError as error:
            raise write_error(self.path, error) from error

    def finish(self) -> None:
        """Everything is there: check it and give it its name."""
        try:
            self._flush()
            self._stream.close()
            size = self._position if self._in_order else self._part.stat().st_size
            if size != self._expected.size or self._md5() != self._expected.md5:
                raise errors.TransferDamagedError(self._expected.name)
            self._part.replace(self.path)
        except OSError as error:
            raise write_error(self.path, error) from error

    def suspend(self) -> None:
        """Keep what arrived for the next time, if it came in order; nothing else is worth going on with."""
        with contextlib.suppress(OSError):
            self._flush()
        with contextlib.suppress(OSError):
            self._stream.close()
        if not self._in_order:
            self.discard()

    def discard(self) -> None:
        """Remove what arrived, unless it is finished."""
        with contextlib.suppress(OSError):
            self._flush()
        with contextlib.suppress(OSError):
            self._stream.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _hand_over(self) -> None:
        """Small files never come here: a thread for each of them would cost more than it saves."""
        if self._writer is None:
            self._writer = _Writer(self._stream, self._hash)
        self._writer.put(self._piece)
        self._piece = bytearray()

    def _flush(self) -> None:
        """Write what waits, and wait for it."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()
        if self._piece:
            piece, self._piece = self._piece, bytearray()
            self._stream.write(piece)
            if self._hash is not None:
                self._hash.update(piece)

    def _opened(self, start: int) -> BinaryIO:
        """Most files come into folders that are there already: among thousands, looking first would cost most."""
        if start:
            stream = self._part.open("r+b")
            for piece in _first_pieces(stream, start):
                if self._hash is not None:
                    self._hash.update(piece)
            stream.truncate(start)
            stream.seek(start)
            return stream
        try:
            return self._part.open("wb")
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self._part.open("wb")

    def _md5(self) -> str:
        """The sum of what arrived; read again if it came out of order, not computed if nobody knows what it must be."""
        if self._hash is None:
            return ""
        if not self._in_order:
            with self._part.open("rb") as stream:
                self._hash = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False))
        return self._hash.hexdigest()


class LazyPartFile:
    """A `PartFile` that is opened with its first byte, so that thousands of waiting files cost nothing.

    `start` is where an earlier transfer stopped: set it only to what the NAS has confirmed.
    """

    def __init__(self, path: Path, expected: RemoteFile) -> None:
        self.path = path
        self.expected = expected
        self.start = 0
        self._part: PartFile | None = None
        self.is_finished = False

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Take `data`, which begins at byte `offset`."""
        self._opened().write(offset, data)

    def finish(self) -> None:
        """Everything is there."""
        self._opened().finish()
        self.is_finished = True

    def discard(self) -> None:
        """Remove what arrived, unless it is finished; it can be begun anew."""
        self.start = 0
        if self._part is not None and not self.is_finished:
            part, self._part = self._part, None
            part.discard()

    def suspend(self) -> None:
        """Keep what arrived for the next time, unless it is finished."""
        if self._part is not None and not self.is_finished:
            part, self._part = self._part, None
            part.suspend()

    def pulled(self) -> Pulled:
        """What it is now that it has arrived."""
        return Pulled(self.expected.name, self.path, self.expected.size, self.expected.md5)

    def is_here(self) -> bool:
        """Whether an earlier transfer has brought the whole file."""
        try:
            if not self.expected.md5 or self.path.stat().st_size != self.expected.size:
                return False
            with self.path.open("rb") as stream:
                return file_md5(stream, self.expected.size) == self.expected.md5
        except OSError:
            return False

    def part(self) -> tuple[int, str]:
        """How many bytes an earlier transfer has left, and their MD5; (0, "") if it is not worth going on with."""
        try:
            size = part_of(self.path).stat().st_size
            if not _WORTH_RESUMING <= size <= self.expected.size:
                return 0, ""
            with part_of(self.path).open("rb") as stream:
                return size, file_md5(stream, size)
        except OSError:
            return 0, ""

    def _opened(self) -> PartFile:
        if self._part is None:
            self._part = PartFile(self.path, self.expected, self.start)
        return self._part


def part_of(path: Path) -> Path:
    """Where the bytes of a file lie while it arrives."""
    return path.with_name(f".{path.name[:100]}.part")


def file_md5(stream: BinaryIO, size: int) -> str:
    """The MD5 of the first `size` bytes."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in _first_pieces(stream, size):
        digest.update(piece)
    return digest.hexdigest()


def _first_pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(min(_PIECE, size))):
        yield piece
        size -= len(piece)


def name_lines(files: Iterable[RemoteFile]) -> bytes:
    """The names, one per line, as `tar -T` and `xargs` on the NAS take them: none begins with a dash."""
    return b"".join(f"./{file.name}\n".encode(errors="surrogateescape") for file in files)


@contextlib.contextmanager
def arriving(folder: Path, files: Sequence[RemoteFile], *, resumable: bool = False) -> Iterator[list[LazyPartFile]]:
    """Each file on its way below `folder`, under its own name, changed only where Windows could not hold it.

    What is not finished at the end is removed; if it is `resumable`, a lost connection leaves a part to go on with.
    """
    taken: set[str] = set()
    local = [LazyPartFile(folder / _local_name(file.name, taken), file) for file in files]
    try:
        yield local
    except (errors.ConnectionLostError, errors.NasTimeoutError):
        for file in local if resumable else ():
            file.suspend()
        raise
    finally:
        for file in local:
            file.discard()


def _local_name(name: str, taken: set[str]) -> str:
    parts = [windows_safe(part) for part in PurePosixPath(name).parts if part not in {"/", "..", "."}]
    local = "/".join(parts) or "unnamed"
    plain, number = local, 1
    while local.lower() in taken:
        number += 1
        local = f"{plain} ({number})"
    taken.add(local.lower())
    return local
