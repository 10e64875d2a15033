"""Says what a file is, by its bytes, and what can be done with it."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from spkcore.archive.streams import Decompressed, Readable, compression_of, unreadable
from spkcore.archive.synology import expected_size, is_synology_archive
from spkcore.archive.tarstream import EndMark, TarDamageError, TarReader, tar_members
from spkcore.base.errors import UnreadableError

_LOOK_AHEAD = 64 << 20
"""Bytes that are decompressed to find INFO: a package.tgz may lie in front of it."""

_TAR_BLOCK = 512

_NEEDED = frozenset({"INFO", "package.tgz"})
"""What a tar without an end mark must hold to count as a package: more may have been cut off."""


class ArchiveKind(StrEnum):
    """What a file is; the values are those of `spk inspect --json`."""

    SPK = "spk"
    SIGNED = "signed-spk"
    COMPRESSED = "compressed-spk"
    SYNOLOGY = "synology-archive"
    FOLDER = "folder"
    PAYLOAD = "payload"
    TAR = "tar"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    BZIP2 = "bzip2"
    WEB_PAGE = "web-page"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file is. `explanation` and `advice` are one or two plain sentences each.

    `outer` is what the whole file is packed with: "none", "gzip" or "xz". `size` is in bytes. `is_complete` is None
    where only reading everything could tell.
    """

    kind: ArchiveKind
    explanation: str
    advice: str
    outer: str = "none"
    size: int = 0
    is_complete: bool | None = None

    @property
    def readable(self) -> bool:
        """Whether the file is a package that can be listed and unpacked."""
        return self.kind in {ArchiveKind.SPK, ArchiveKind.SIGNED, ArchiveKind.COMPRESSED}


_AGAIN = "Download or copy the file again, and compare its size and checksum with the source's."
_NOT_A_PACKAGE = "Choose a file whose name ends in .spk, from a package source or captured from a NAS."

_TEXTS: dict[ArchiveKind, tuple[str, str]] = {
    ArchiveKind.SPK: ("This is a Synology package (.spk).", "It can be opened, edited and built again."),
    ArchiveKind.SIGNED: (
        "This is a Synology package with a signature, as DSM 5.1 to 6 use it.",
        "It can be opened. The signature no longer fits once anything is changed; DSM 7 ignores it.",
    ),
    ArchiveKind.COMPRESSED: (
        "This is a Synology package that is compressed as a whole.",
        "It can be opened. DSM 6 and older install it, DSM 7 refuses it; a build writes it uncompressed.",
    ),
    ArchiveKind.SYNOLOGY: (
        "This is an original Synology package: an encrypted and signed container, made by Synology for DSM 7.",
        (
            "Keep the file as it is: it installs on a NAS that fits. Its content can only be seen from what Package "
            "Center unpacks while it installs; capture that from a NAS."
        ),
    ),
    ArchiveKind.FOLDER: ("This is a folder.", "Open it as a package folder."),
    ArchiveKind.PAYLOAD: (
        "This is a compressed tar without the file INFO: probably package.tgz, the payload of a package.",
        "Open the .spk that it comes from, or drop its files on the payload of an open package.",
    ),
    ArchiveKind.TAR: (
        "This is a tar archive, but it holds no file INFO at its top, so it is no package.",
        "Check that it was not packed with a folder around it.",
    ),
    ArchiveKind.DAMAGED: ("This file is damaged.", _AGAIN),
    ArchiveKind.TRUNCATED: ("This file is incomplete: its end is missing.", _AGAIN),
    ArchiveKind.EMPTY: ("This file is empty.", _AGAIN),
    ArchiveKind.ZIP: ("This is a ZIP file, not a package.", "Unpack it; a package may be inside."),
    ArchiveKind.RAR: ("This is a RAR file, not a package.", "Unpack it; a package may be inside."),
    ArchiveKind.SEVEN_ZIP: ("This is a 7-Zip file, not a package.", "Unpack it; a package may be inside."),
    ArchiveKind.BZIP2: (
        "This file is compressed with bzip2, which no DSM takes for packages.",
        "Unpack it with another program; a package or its payload may be inside.",
    ),
    ArchiveKind.WEB_PAGE: (
        "This is a web page or a text from a server, not a package.",
        "The download failed or needed a login. Open the file in a text editor to see the server's message.",
    ),
    ArchiveKind.UNKNOWN: ("This is not a package.", _NOT_A_PACKAGE),
}

_FOREIGN = (
    (ArchiveKind.ZIP, (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")),
    (ArchiveKind.RAR, (b"Rar!\x1a\x07",)),
    (ArchiveKind.SEVEN_ZIP, (b"7z\xbc\xaf\x27\x1c",)),
)

_PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"{", b"http/1.", b"404 ", b"403 ")


def identify(path: Path) -> Identity:
    """What the file or folder at `path` is. Raises `UnreadableError` only when it cannot be opened."""
    if path.is_dir():
        return _identity(ArchiveKind.FOLDER)
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            return _identify_stream(stream, size)
    except OSError as error:
        raise unreadable(path, error) from error


def _identify_stream(stream: BinaryIO, size: int) -> Identity:
    head = stream.read(_TAR_BLOCK)
    stream.seek(0)
    if not head:
        return _identity(ArchiveKind.EMPTY, is_complete=False)
    if is_synology_archive(head):
        return _synology(stream, size)
    compression = compression_of(head)
    if compression == "bzip2":
        return _identity(ArchiveKind.BZIP2, size=size)
    if compression != "none":
        return _compressed(stream, compression, size)
    kind = _foreign_kind(head)
    return _identity(kind, size=size) if kind else _plain(stream, head, size)


def _foreign_kind(head: bytes) -> ArchiveKind | None:
    for kind, magics in _FOREIGN:
        if head.startswith(magics):
            return kind
    return ArchiveKind.WEB_PAGE if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE_STARTS) else None


def _synology(stream: BinaryIO, size: int) -> Identity:
    expected = expected_size(stream)
    if expected is None or expected == size:
        return _identity(ArchiveKind.SYNOLOGY, size=size, is_complete=None if expected is None else True)
    explanation, advice = _TEXTS[ArchiveKind.SYNOLOGY]
    state = f"It is not whole: {size:,} of {expected:,} bytes are here."
    return Identity(ArchiveKind.SYNOLOGY, f"{explanation} {state}", f"{_AGAIN} {advice}", size=size, is_complete=False)


def _compressed(stream: BinaryIO, compression: str, size: int) -> Identity:
    names: list[str] = []
    try:
        for member, _ in tar_members(_Window(Decompressed(stream, compression, ""), _LOOK_AHEAD), ""):
            names.append(member.path)
            if member.path == "INFO":
                break
    except UnreadableError as error:
        if not names:
            return _broken_compression(error, compression, size)
    is_package = "INFO" in names or "package.tgz" in names
    kind = ArchiveKind.COMPRESSED if is_package else ArchiveKind.PAYLOAD
    return _identity(kind, outer=compression, size=size)


class _Window:
    """The first bytes of a stream: a small file may unpack to more than anybody wants to wait for."""

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data


def _broken_compression(error: UnreadableError, compression: str, size: int) -> Identity:
    is_cut_off = "cut off" in error.what or (isinstance(error, TarDamageError) and error.is_cut_off)
    kind = ArchiveKind.TRUNCATED if is_cut_off else ArchiveKind.DAMAGED
    explanation = f"This file starts like a {compression} archive, but no tar can be read from it. {error.what}."
    return Identity(kind, explanation, _AGAIN, outer=compression, size=size, is_complete=False)


def _plain(stream: BinaryIO, head: bytes, size: int) -> Identity:
    if not _is_tar(head):
        is_page = all(byte >= 0x20 or byte in b"\t\r\n\f" for byte in head)
        return _identity(ArchiveKind.WEB_PAGE if is_page else ArchiveKind.UNKNOWN, size=size)
    try:
        names, end = _names(stream)
    except TarDamageError as error:
        kind = ArchiveKind.TRUNCATED if error.is_cut_off else ArchiveKind.DAMAGED
        explanation = f"{_TEXTS[kind][0]} {error.what} ({error.where})."
        return Identity(kind, explanation, _AGAIN, size=size, is_complete=False)
    if "INFO" not in names:
        kind = ArchiveKind.TAR
    else:
        kind = ArchiveKind.SIGNED if "syno_signature.asc" in names else ArchiveKind.SPK
    identity = _identity(kind, size=size, is_complete=None if end is EndMark.MISSING else True)
    return replace(identity, explanation=f"{identity.explanation} {end.note}".rstrip())


def _is_tar(head: bytes) -> bool:
    """Whether the first block is a tar header: by its magic, or by its checksum where a v7 tar has no magic.

    A block of zeros counts too: an empty tar, or a download whose space is reserved but not filled.
    """
    if head[257:262] == b"ustar" or not any(head):
        return True
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _names(stream: BinaryIO) -> tuple[set[str], EndMark]:
    """The clean names of all members, and how the tar ends; the data of large members is skipped by seeking.

    Raises `TarDamageError`, also for a missing end mark where INFO or package.tgz is missing with it.
    """
    reader = TarReader(stream, "plain tar")
    names: set[str] = set()
    try:
        while (member := reader.next()) is not None:
            names.add(member.path)
    except TarDamageError as error:
        if not error.lacks_mark or not names >= _NEEDED:
            raise
    if not names:
        raise TarDamageError("There is nothing in it but zeros", "at its start", is_cut_off=True)
    return names, reader.end


def _identity(kind: ArchiveKind, *, outer: str = "none", size: int = 0, is_complete: bool | None = None) -> Identity:
    explanation, advice = _TEXTS[kind]
    return Identity(kind, explanation, advice, outer, size, is_complete)
