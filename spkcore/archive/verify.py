"""Reads a built .spk again and compares it, from disk, with what was meant to be written."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from deflate import crc32

from spkcore.archive.identify import ArchiveKind, Identity
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER, Archive
from spkcore.archive.streams import CHUNK, ProgressReader, Readable
from spkcore.base.errors import UnreadableError, WriteError
from spkcore.base.tasks import TaskContext
from spkcore.package.info import Info

_MAX_PENDING = 8
_PATIENCE_SECONDS = 1.0


@dataclass(slots=True)
class Fingerprint:
    """What stands for the list of a payload's entries: their number, their bytes, and a CRC over the list."""

    entries: int = 0
    bytes: int = 0
    crc: int = 0

    def add(self, name: str, kind: str, size: int, mode: int) -> None:
        """Count one entry."""
        self.entries += 1
        self.bytes += size
        line = f"{name.rstrip('/')}\0{kind}\0{size}\0{mode}"
        self.crc = zlib.crc32(line.encode("utf-8", "surrogateescape"), self.crc)


@dataclass(slots=True)
class Expected:
    """What a built file must hold: its members (name without a slash behind, size), the list of its payload, and the
    bytes of package.tgz by their CRC-32 as they went to disk, from which `checksum` was taken."""

    members: list[tuple[str, int]] = field(default_factory=list)
    payload: Fingerprint = field(default_factory=Fingerprint)
    checksum: str = ""
    payload_crc: int = 0


@dataclass(frozen=True, slots=True)
class Digests:
    """Size in bytes and hashes of the whole file."""

    size: int
    md5: str
    sha256: str


def verify_package(path: Path, expected: Expected, context: TaskContext) -> Digests:
    """Read the whole file at `path` once, from disk; its payload was read by a `PayloadVerifier` before.

    Raises `WriteError` when it is not what was to be written.
    """
    size = path.stat().st_size
    with path.open("rb", buffering=0) as stream, _Hasher("md5") as md5, _Hasher("sha256") as sha256:
        source = _Tee(ProgressReader(stream, size, context, "Verifying"), (md5, sha256))
        try:
            _compare(_archive(source, context), expected)
        except UnreadableError as error:
            raise _wrong(error.what, error.where) from error
        _drain(source)
        return Digests(size, md5.hexdigest(), sha256.hexdigest())


class PayloadVerifier:
    """Reads package.tgz from disk, in a thread, while another one is still writing it.

    Use as a context manager; leaving it early stops the reading.
    """

    def __init__(self, path: Path, start: int, context: TaskContext) -> None:
        self._path = path
        self._start = start
        self._context = context
        self._state = threading.Condition()
        self._written = 0
        self._has_ended = False
        self._pool = ThreadPoolExecutor(1, "verify")
        self._seen = self._pool.submit(self._read_entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._pool.shutdown()

    def grow(self, size: int) -> None:
        """`size` more bytes are in the file."""
        with self._state:
            self._written += size
            self._state.notify()

    def finish(self, expected: Fingerprint) -> None:
        """Everything is written. Raises `WriteError` when the file does not hold the expected entries."""
        self._end()
        try:
            seen = self._seen.result()
        except UnreadableError as error:
            raise _wrong(error.what, error.where) from error
        if seen != expected:
            raise _wrong("its payload does not hold the entries of the package", PAYLOAD_MEMBER)

    def available(self, position: int) -> int:
        """Waits until there are bytes behind `position`; how many there are, 0 at the end. Raises `Cancelled`."""
        with self._state:
            # Ctrl+C may come before __exit__ can be reached; a thread that waits for ever keeps the program alive.
            while not self._state.wait_for(partial(self._has_news, position), _PATIENCE_SECONDS):
                self._context.check()
            return self._written - position

    def _has_news(self, position: int) -> bool:
        return self._has_ended or self._written > position

    def _end(self) -> None:
        with self._state:
            self._has_ended = True
            self._state.notify()

    def _read_entries(self) -> Fingerprint:
        seen = Fingerprint()
        with self._path.open("rb", buffering=0) as stream:
            stream.seek(self._start)
            source = _Growing(stream, self)
            for entry, _ in _archive(source, self._context).payload(source).members():
                seen.add(entry.name, entry.kind, entry.size, entry.mode)
        return seen


class _Growing:
    """The written part of a file, read as it grows."""

    def __init__(self, stream: BinaryIO | FileIO, verifier: PayloadVerifier) -> None:
        self._stream = stream
        self._verifier = verifier
        self._position = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._verifier.available(self._position)))
        self._position += len(data)
        return data


def _archive(source: Readable, context: TaskContext) -> Archive:
    return Archive(Identity(ArchiveKind.SPK, "", ""), source, "the new file", context)


def _compare(archive: Archive, expected: Expected) -> None:
    members: list[tuple[str, int]] = []
    promised = ""
    crc = 0
    for member, stream in archive.members():
        members.append((member.name.rstrip("/"), member.size))
        if member.path == INFO_MEMBER and stream is not None:
            promised = Info.parse(stream.read(member.size)).get("checksum")
        elif member.path == PAYLOAD_MEMBER and stream is not None:
            while data := stream.read(CHUNK):
                crc = crc32(data, crc)
    if archive.warnings:
        raise _wrong(archive.warnings[0], INFO_MEMBER)
    if members != expected.members:
        raise _wrong("its members are not those of the package", INFO_MEMBER)
    if promised != expected.checksum or crc != expected.payload_crc:
        raise _wrong("the checksum of package.tgz does not fit", PAYLOAD_MEMBER)


def _drain(source: Readable) -> None:
    while source.read(CHUNK):
        pass


def _wrong(what: str, where: str) -> WriteError:
    return WriteError(
        f"The new file failed its verification and was dropped: {what}",
        where,
        "Check the drive and build again; if it happens again, report it as a bug.",
    )


class _Hasher:
    """A hash taken in a thread of its own, in order, never far behind the reader."""

    def __init__(self, name: str) -> None:
        self._hash = hashlib.new(name, usedforsecurity=False)
        self._pool = ThreadPoolExecutor(1, name)
        self._pending: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def feed(self, data: bytes) -> None:
        """Hash these bytes soon."""
        self._pending.append(self._pool.submit(self._hash.update, data))
        if len(self._pending) > _MAX_PENDING:
            self._pending.popleft().result()

    def hexdigest(self) -> str:
        """The hash of everything fed."""
        while self._pending:
            self._pending.popleft().result()
        return self._hash.hexdigest()


class _Tee:
    """A stream whose bytes are hashed as they are read."""

    def __init__(self, stream: Readable, hashers: tuple[_Hasher, ...]) -> None:
        self._stream = stream
        self._hashers = hashers

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        for hasher in self._hashers:
            hasher.feed(data)
        return data
