"""A package folder becomes an .spk: one pass over the payload, verified by reading it again, then renamed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import BinaryIO

from deflate import crc32

from spkcore.archive.compress import BlockWriter, Method, Part, gzip_method, plain_method, xz_method
from spkcore.archive.layout import Item, outer_items, payload_items
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER
from spkcore.archive.tarheaders import END_OF_ARCHIVE, padding, tar_header
from spkcore.archive.verify import Expected, Fingerprint, PayloadVerifier, verify_package
from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.files import atomic_write
from spkcore.base.tasks import TaskContext
from spkcore.package.attributes import ArchiveFacts, default_mode
from spkcore.package.clutter import ClutterKind, clutter_kind
from spkcore.package.entries import PACKED_PAYLOAD, PAYLOAD, Attributes, Content, Entry, FileContent, Kind
from spkcore.package.info import Info
from spkcore.package.project import Package

FIXED_MOMENT = 1_577_836_800
"""2020-01-01: the mtime of everything that came without one, so that the same inputs give the same bytes."""

_DISK_BLOCK = 4096
_FIRST_KILOBYTES = 6
"""The DSM whose `extractsize` counts kilobytes; older ones count bytes (spk-format.md 1.4)."""

_NO_CHECKSUM = "0" * 32
_OUTER_BLOCK = 1 << 18

_Source = io.FileIO | BinaryIO | io.BytesIO


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build. `compression` is "gzip", "xz", "none" or None: as the package came, else gzip.

    `fast` trades size for speed: a quicker compressor, and a verification that compares every byte on disk with what
    was written but does not decompress the payload again.
    """

    compression: str | None = None
    fast: bool = False


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A built package. `checksum` is the MD5 of package.tgz, `extractsize` as INFO says it (see there for its unit);
    `md5` and `sha256` are of the whole file of `size` bytes."""

    path: Path
    size: int
    md5: str
    sha256: str
    checksum: str
    extractsize: int
    payload_entries: int
    seconds: float


def build_package(package: Package, output: Path, options: BuildOptions, context: TaskContext) -> BuildResult:
    """Build `package` to the file `output`, which is replaced only once the new file is verified.

    Raises `UsageError` when INFO is missing, the payload is still packed, or `output` is a folder or would become a
    part of the package,
    `UnreadableError` when a file of the package cannot be read or changes meanwhile, `WriteError` when the output
    cannot be written. A cancelled build leaves nothing behind.
    """
    started = time.perf_counter()
    _require_free_place(package, output)
    _require_unpacked_payload(package)
    builder = _Builder(dict(package.entries), package.archive, options, context)
    with atomic_write(output) as stream:
        expected = builder.write(stream)
        stream.flush()
        digests = verify_package(Path(stream.name), expected, context)
    return BuildResult(
        output,
        digests.size,
        digests.md5,
        digests.sha256,
        expected.checksum,
        builder.extractsize,
        expected.payload.entries,
        time.perf_counter() - started,
    )


def default_name(package: Package) -> str:
    """The file name that Synology's toolkit would choose: `<package>-<arch>-<version>.spk`, for noarch without arch.

    Several platforms become `multi`, as their list would make no name.
    """
    entry = package.entries.get(INFO_MEMBER)
    info = Info.parse(package.content(INFO_MEMBER)) if entry is not None and entry.kind is Kind.FILE else Info()
    platforms = info.get("arch", "noarch").split()
    platform = "multi" if len(platforms) > 1 else "".join(platforms)
    parts = (info.get("package") or package.folder.name, "" if platform == "noarch" else platform, info.get("version"))
    name = "-".join(part for part in parts if part)
    return re.sub(r'[<>:"/\\|?*\x00-\x1f\s\ud800-\udfff]+', "_", name) + ".spk"


def _require_unpacked_payload(package: Package) -> None:
    """A folder with package.tgz instead of the folder package would make a package without any payload."""
    if any(item.kind is ClutterKind.PACKED_PAYLOAD for item in package.clutter):
        raise UsageError(
            "The payload of this folder is still packed",
            str(package.folder / PACKED_PAYLOAD),
            f'Unpack it into a folder "{PAYLOAD}" beside INFO, then build again.',
        )


def _require_free_place(package: Package, output: Path) -> None:
    """Raise `UsageError` for an output that would take the place of a file of the package, or become one."""
    if output.is_dir():
        raise UsageError("The output is a folder", str(output), "Give the name of a file that ends in .spk.")
    with contextlib.suppress(ValueError):  # it lies elsewhere
        inner = _true_place(output.parent).joinpath(output.name).relative_to(_true_place(package.folder)).as_posix()
        if inner in package.entries or clutter_kind(inner, is_folder=False) is None:
            raise UsageError(
                "The output would become a part of the package",
                str(output),
                "Give the name of a file outside the package folder.",
            )


def _true_place(folder: Path) -> Path:
    """Where a folder is, links followed; where a system cannot tell (very long paths under Wine), as it is named."""
    try:
        return folder.resolve()
    except OSError:
        return folder.absolute()


def computed_info(data: bytes, unpacked_size: int, checksum: str) -> tuple[bytes, int]:
    """INFO with its two computed keys set, every other byte as it was; and the value of extractsize."""
    info = Info.parse(data)
    match = re.match(r"\s*(\d+)", info.get("os_min_ver") or info.get("firmware"))
    in_kilobytes = match is not None and int(match[1]) >= _FIRST_KILOBYTES
    extractsize = unpacked_size // 1024 if in_kilobytes else unpacked_size
    return info.set("checksum", checksum).set("extractsize", str(extractsize)).to_bytes(), extractsize


@dataclass(slots=True)
class _Builder:
    """One build: knows what goes where, and what the finished file must look like."""

    entries: dict[str, Entry]
    facts: ArchiveFacts
    options: BuildOptions
    context: TaskContext
    extractsize: int = 0
    _moment: int = field(init=False)
    _total: int = field(init=False)
    _done: int = 0

    def __post_init__(self) -> None:
        info = self.entries.get(INFO_MEMBER)
        if info is None or info.content is None:
            raise UsageError("The package has no file INFO", INFO_MEMBER, "Add it; every package needs one.")
        self._moment = _fixed_moment()
        self._total = sum(entry.size for entry in self.entries.values())

    def write(self, stream: BinaryIO) -> Expected:
        """Write the whole file; INFO and the header of package.tgz are filled in at the end."""
        items = outer_items(self.entries, self.facts)
        payload = payload_items(self.entries, self.facts)
        unpacked = sum(_disk_size(item.entry) for item in payload)
        raw_info = _content(items[0]).read() if items[0] else b""
        expected = Expected()
        for item in items:
            if item is None:
                self._write_payload(stream, payload, expected)
            elif item.path == INFO_MEMBER:
                data, self.extractsize = computed_info(raw_info, unpacked, _NO_CHECKSUM)
                self._write_info(stream, item, data)
                expected.members.append((item.name, len(data)))
            else:
                self._write_outer(stream, item)
                expected.members.append((item.name.rstrip("/"), item.entry.size))
        stream.write(END_OF_ARCHIVE)
        stream.seek(0)
        assert items[0] is not None
        self._write_info(stream, items[0], computed_info(raw_info, unpacked, expected.checksum)[0])
        return expected

    def _write_info(self, stream: BinaryIO, item: Item, data: bytes) -> None:
        attributes = replace(self._attributes(item, b""), pax=())
        stream.write(tar_header(item.name, Kind.FILE, len(data), attributes))
        stream.write(data + padding(len(data)))

    def _write_outer(self, stream: BinaryIO, item: Item) -> None:
        size = item.entry.size
        with _open(_content(item)) if item.entry.kind is Kind.FILE else io.BytesIO() as source:
            attributes = replace(self._attributes(item, self._head(item, source)), pax=())
            stream.write(tar_header(item.name, item.entry.kind, size, attributes, item.target))
            block = memoryview(bytearray(_OUTER_BLOCK))
            stream.writelines(self._parts(source, size, item.path, repeat(block)))
        stream.write(padding(size))

    def _write_payload(self, stream: BinaryIO, items: list[Item], expected: Expected) -> None:
        attributes = self._dated(self.facts.payload_member or Attributes(0o644))
        place = stream.tell()
        header = tar_header(PAYLOAD_MEMBER, Kind.FILE, 0, attributes)
        stream.write(header)
        if self.options.fast:
            sink = _HashingSink(stream, None)
            self._write_entries(items, sink, expected.payload)
        else:
            with PayloadVerifier(Path(stream.name), stream.tell(), self.context) as verifier:
                sink = _HashingSink(stream, verifier)
                self._write_entries(items, sink, expected.payload)
                verifier.finish(expected.payload)
        stream.write(padding(sink.size))
        end = stream.tell()
        final = tar_header(PAYLOAD_MEMBER, Kind.FILE, sink.size, attributes)
        assert len(final) == len(header)
        stream.seek(place)
        stream.write(final)
        stream.seek(end)
        expected.checksum = sink.checksum
        expected.payload_crc = sink.crc
        expected.members.append((PAYLOAD_MEMBER, sink.size))

    def _write_entries(self, items: list[Item], sink: _HashingSink, seen: Fingerprint) -> None:
        with BlockWriter(self._method(), sink.write) as writer:
            for item in items:
                if item.entry.kind is Kind.FILE:
                    self._write_file(item, writer, seen)
                else:
                    attributes = self._attributes(item, b"")
                    writer.write(tar_header(item.name, item.entry.kind, 0, attributes, item.target))
                    seen.add(item.name, item.entry.kind, 0, attributes.mode)
            writer.write(END_OF_ARCHIVE)

    def _write_file(self, item: Item, writer: BlockWriter, seen: Fingerprint) -> None:
        size = item.entry.size
        with _open(_content(item)) as source:
            attributes = self._attributes(item, self._head(item, source))
            writer.write(tar_header(item.name, Kind.FILE, size, attributes))
            for part in self._parts(source, size, item.path, iter(writer.room, None)):
                writer.advance(len(part))
        writer.write(padding(size))
        seen.add(item.name, Kind.FILE, size, attributes.mode)

    def _head(self, item: Item, source: _Source) -> bytes:
        """The first bytes of a file whose mode is chosen by them."""
        if item.entry.attributes is not None:
            return b""
        head = source.read(4)
        source.seek(0)
        return head or b""

    def _parts(self, source: _Source, size: int, path: str, rooms: Iterator[memoryview]) -> Iterator[memoryview]:
        """Exactly `size` bytes, each part read straight into the next of `rooms`.

        Raises `UnreadableError` when the file has more or fewer bytes, or cannot be read.
        """
        left = size
        would_see_more = False
        while left:
            room = next(rooms)[: left + 1]
            would_see_more = len(room) > left
            got = _read_into(source, room, path)
            if not 0 < got <= left:
                raise _changed(path)
            left -= got
            self._done += got
            self.context.progress(self._done, self._total, "Building")
            yield room[:got]
        if not would_see_more and source.read(1):
            raise _changed(path)

    def _attributes(self, item: Item, head: bytes) -> Attributes:
        return self._dated(item.entry.attributes or Attributes(default_mode(item.path, item.entry.kind, head)))

    def _dated(self, attributes: Attributes) -> Attributes:
        return attributes if attributes.mtime is not None else replace(attributes, mtime=self._moment)

    def _method(self) -> Method:
        compression = self.options.compression or self.facts.payload_compression or "gzip"
        if compression == "gzip":
            return gzip_method(fast=self.options.fast)
        if compression == "xz":
            return xz_method(fast=self.options.fast)
        if compression == "none":
            return plain_method()
        raise UsageError("This compression is unknown", compression, "Choose gzip or xz.")


class _HashingSink:
    """Where package.tgz goes: counted and hashed on its way into the file, where a verifier may follow it."""

    def __init__(self, stream: BinaryIO, verifier: PayloadVerifier | None) -> None:
        self._stream = stream
        self._verifier = verifier
        self._md5 = hashlib.md5(usedforsecurity=False)
        self.size = 0
        self.crc = 0

    def write(self, part: Part) -> None:
        self._stream.write(part)
        if self._verifier is not None:
            self._stream.flush()
            self._verifier.grow(len(part))
        self._md5.update(part)
        self.crc = crc32(part, self.crc)
        self.size += len(part)

    @property
    def checksum(self) -> str:
        """MD5 of everything so far, in lower-case hexadecimal."""
        return self._md5.hexdigest()


def _content(item: Item) -> Content:
    if item.entry.content is None:
        raise UnreadableError("The package has lost the content of a file", item.path, "Open the package again.")
    return item.entry.content


def _open(content: Content) -> _Source:
    """The content unbuffered where it is a plain file: blocks are read straight into place."""
    if not isinstance(content, FileContent):
        return content.open()
    try:
        return io.FileIO(os.fspath(content.place))
    except OSError:
        return content.open()  # raises what a person can understand


def _read_into(source: _Source, room: memoryview, path: str) -> int:
    try:
        return source.readinto(room) or 0  # type: ignore[union-attr]  # BinaryIO hides readinto, all streams have it
    except OSError as error:
        raise UnreadableError(
            f"The file could not be read ({error.strerror or error})", path, "Check the drive, then build again."
        ) from error


def _changed(path: str) -> UnreadableError:
    return UnreadableError(
        "The file changed while the package was built", path, "Wait until nothing writes to it, then build again."
    )


def _fixed_moment() -> int:
    """SOURCE_DATE_EPOCH as reproducible-builds.org defines it, else our own constant."""
    text = os.environ.get("SOURCE_DATE_EPOCH") or str(FIXED_MOMENT)
    if not text.isdecimal():
        raise UsageError("SOURCE_DATE_EPOCH is no whole number of seconds", text, "Set it to seconds since 1970.")
    return int(text)


def _disk_size(entry: Entry) -> int:
    """What the entry takes on the NAS's disk, as `du` counts it."""
    if entry.kind is Kind.DIRECTORY:
        return _DISK_BLOCK
    return -(-entry.size // _DISK_BLOCK) * _DISK_BLOCK
