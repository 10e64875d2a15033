"""Reads packages forward, without writing anything: their members, their INFO and what lies in their payload."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spkcore.archive.identify import Identity, identify
from spkcore.archive.streams import CHUNK, Decompressed, Peekable, ProgressReader, Readable, compression_of, unreadable
from spkcore.archive.tarstream import EndMark, Member, TarDamageError, TarReader, tar_members
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.package.info import Info

PAYLOAD_MEMBER = "package.tgz"
INFO_MEMBER = "INFO"

MAX_TEXT = 4 << 20
"""Bytes of INFO that are read into memory; real ones are below 1 MB even with a picture inside."""


@dataclass(frozen=True, slots=True)
class PayloadSummary:
    """What package.tgz holds: its compression ("gzip", "xz" or "none"), its entries and the bytes of their files."""

    compression: str
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an .spk holds. Only `identity` is filled where the file is no readable package."""

    identity: Identity
    info: dict[str, str]
    members: tuple[Member, ...] = ()
    payload: PayloadSummary | None = None
    warnings: tuple[str, ...] = ()


class Archive:
    """An open .spk, read forward once."""

    def __init__(self, identity: Identity, stream: Readable, where: str, context: TaskContext) -> None:
        self.identity = identity
        self.context = context
        self.warnings: list[str] = []
        self.end = EndMark.WHOLE
        """How its tar ends, known once all members were read."""
        self._where = where
        self._outer = Decompressed(stream, identity.outer, where) if identity.outer != "none" else None
        self._stream: Readable = self._outer or stream

    def members(self) -> Iterator[tuple[Member, Readable | None]]:
        """Each outer member; files with a stream that lives until the next step. Raises `UnreadableError`.

        That only the end mark is missing is a warning: DSM's tar reads such a file.
        """
        reader = TarReader(self._stream, self._where)
        try:
            while (member := reader.next()) is not None:
                self.context.check()
                yield member, reader if member.kind == "file" else None
        except TarDamageError as error:
            if not error.lacks_mark:
                raise
        self.end = reader.end
        if self._outer is not None:
            self.drain(self._outer, self._where)
            # The checksum of the compressed data proves that nothing else is missing.
            self.end = EndMark.SHORT if reader.end is EndMark.MISSING else reader.end
        if self.end.note:
            self.warnings.append(f"{self._where}: {self.end.note}")

    def payload(self, stream: Readable) -> Payload:
        """What is in `stream`, the bytes of the member package.tgz."""
        return Payload(stream, f"{self._where}: {PAYLOAD_MEMBER}", self)

    def drain(self, stream: Decompressed, where: str) -> None:
        """Read to the end, so that the checksum behind the data is verified."""
        while stream.read(CHUNK):
            pass
        if stream.has_trailing_bytes:
            self.warnings.append(f"{where}: there are foreign bytes behind the compressed data; they are ignored")


class Payload:
    """The payload of an open .spk, read forward once. `count` is the number of tar bytes read so far."""

    def __init__(self, stream: Readable, where: str, archive: Archive) -> None:
        peekable = Peekable(stream)
        self.compression = compression_of(peekable.peek(6))
        self.where = where
        if self.compression == "bzip2":
            raise UnreadableError("The payload is compressed with bzip2", where, "No DSM takes it; use gzip or xz.")
        self._archive = archive
        self._unpacked = Decompressed(peekable, self.compression, where) if self.compression != "none" else None
        self._stream: Readable = self._unpacked or peekable

    @property
    def count(self) -> int:
        """Bytes decompressed so far; 0 for an uncompressed payload."""
        return self._unpacked.count if self._unpacked is not None else 0

    def members(self) -> Iterator[tuple[Member, Readable | None]]:
        """Each entry; files with a stream that lives until the next step. Raises `UnreadableError`."""
        for item in tar_members(self._stream, self.where):
            self._archive.context.check()
            yield item
        if self._unpacked is not None:
            self._archive.drain(self._unpacked, self.where)


@contextlib.contextmanager
def open_archive(path: Path, context: TaskContext) -> Iterator[Archive]:
    """Open the package at `path`. Progress counts its bytes.

    Raises `UnreadableError` with the explanation of `identify` when it is no readable package.
    """
    identity = identify(path)
    if not identity.readable:
        raise UnreadableError(identity.explanation, str(path), identity.advice)
    try:
        stream = path.open("rb", buffering=0)
    except OSError as error:
        raise unreadable(path, error) from error
    with stream:
        yield Archive(identity, ProgressReader(stream, identity.size, context), path.name, context)


def inspect(path: Path, context: TaskContext, on_entry: Callable[[Member], None] | None = None) -> Inspection:
    """What is in the .spk at `path`; every payload entry goes to `on_entry` as it is read, and nowhere else.

    Memory stays constant whatever the size. Raises `UnreadableError` when the file is damaged on the way.
    """
    identity = identify(path)
    if not identity.readable:
        return Inspection(identity, {})
    members: list[Member] = []
    info: dict[str, str] = {}
    payload: PayloadSummary | None = None
    with open_archive(path, context) as archive:
        for member, stream in archive.members():
            members.append(member)
            if stream is None:
                continue
            if member.path == INFO_MEMBER:
                info = Info.parse(stream.read(MAX_TEXT)).as_dict()
            elif member.path == PAYLOAD_MEMBER:
                payload = _summary(archive.payload(stream), on_entry)
        return Inspection(identity, info, tuple(members), payload, tuple(archive.warnings))


def _summary(payload: Payload, on_entry: Callable[[Member], None] | None) -> PayloadSummary:
    entries = 0
    size = 0
    for member, _ in payload.members():
        entries += 1
        size += member.size
        if on_entry is not None:
            on_entry(member)
    return PayloadSummary(payload.compression, entries, size)
