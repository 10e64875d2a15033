"""Reads an .spk for the checks: once, forward, without unpacking it to disk.

It is lenient: what unpacking refuses (unsafe names, devices, two members of one name, a damaged payload) is noted for
the rules and left out, or the last one counts. Small files are kept in memory, as far as rules read them; of the
others only the first bytes, the size and the header are known.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from spkcore.archive.identify import ArchiveKind, Identity, identify
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER, Archive
from spkcore.archive.streams import CHUNK, ProgressReader, Readable, unreadable
from spkcore.archive.tarstream import Member, TarDamageError
from spkcore.archive.unpacking import Limits
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.checks.subject import HEAD, SpkFacts, Subject, Unread
from spkcore.checks.targets import Targets
from spkcore.package.desktop import DEFINITIONS, desktop_folders
from spkcore.package.entries import OWN_FOLDER, PAYLOAD, BytesContent, Content, Entry, Kind
from spkcore.package.info import Info
from spkcore.package.parts import LARGEST_TEXT

_LISTED = frozenset({ArchiveKind.SPK, ArchiveKind.SIGNED, ArchiveKind.COMPRESSED, ArchiveKind.TAR})
_LOST = frozenset(
    {ArchiveKind.DAMAGED, ArchiveKind.TRUNCATED, ArchiveKind.EMPTY, ArchiveKind.WEB_PAGE, ArchiveKind.UNKNOWN}
)
_LARGEST_KEPT = 512 << 10
"""Bytes of a payload file that is kept whole."""
_MOST_KEPT = 96 << 20
"""Bytes of all files that are kept whole; further ones are known by their first bytes only."""
_LIMITS = Limits()
_DEEPEST_PATH = 250
_KEPT_ENDINGS = (".sc", ".cgi", ".sh", ".conf", ".json", ".yaml", ".yml", ".service", ".js", ".php", ".py", ".pl")
_KEPT_NAMES = ("/strings", *(f"/{name}" for name in DEFINITIONS))
"""Files of desktop folders, for archives that name them in an INFO behind the payload."""


def read_spk(path: Path, context: TaskContext, targets: Targets | None = None) -> Subject:
    """The package in the file `path`, as the rules see it.

    A file that is another known kind of archive becomes a package without entries: a rule says so. Raises
    `UnreadableError` when the file is cut off, damaged, or nothing that anybody could take for a package.
    """
    identity = identify(path)
    if identity.kind in _LOST:
        raise UnreadableError(identity.explanation, str(path), identity.advice)
    if identity.kind not in _LISTED:
        return Subject.of({}, targets, SpkFacts(identity), context)
    try:
        stream = path.open("rb", buffering=0)
    except OSError as error:
        raise unreadable(path, error) from error
    with stream:
        archive = Archive(identity, ProgressReader(stream, identity.size, context), path.name, context)
        reader = _Reader(identity)
        reader.read(archive)
    return Subject.of(reader.entries, targets, reader.facts(), context)


@dataclass
class _Reader:
    """Collects the entries and the facts of one .spk."""

    identity: Identity
    entries: dict[str, Entry] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    payload_members: list[Member] = field(default_factory=list)
    folders: tuple[str, ...] = ()
    kept: int = 0
    compression: str = ""
    md5: str = ""
    size: int = 0
    unpacked: int = 0
    error: str = ""
    lacks_mark: bool = False

    def read(self, archive: Archive) -> None:
        """Read everything. Raises `UnreadableError` when the outer tar is damaged, or is no package in its numbers."""
        for member, stream in archive.members():
            self.members.append(member)
            if len(self.members) > _LIMITS.max_entries:
                raise UnreadableError("The archive holds too many entries", member.name, "It is no package.")
            if stream is not None and member.path == PAYLOAD_MEMBER:
                self._read_payload(archive, stream, member)
            elif member.path.split("/")[0] not in {PAYLOAD, OWN_FOLDER}:
                self._read_outer(member, stream)

    def facts(self) -> SpkFacts:
        """What only the .spk tells."""
        return SpkFacts(
            identity=self.identity,
            members=tuple(self.members),
            payload_members=tuple(self.payload_members),
            payload_compression=self.compression,
            payload_md5=self.md5,
            payload_size=self.size,
            unpacked_size=self.unpacked,
            payload_error=self.error,
            payload_lacks_mark=self.lacks_mark,
        )

    def _read_outer(self, member: Member, stream: Readable | None) -> None:
        content = self._content(member, stream, LARGEST_TEXT) if stream is not None else None
        self._add(member.path, member, content)
        if member.path == INFO_MEMBER and content is not None:
            self.folders = desktop_folders(Info.parse(_bytes(content)))

    def _read_payload(self, archive: Archive, stream: Readable, member: Member) -> None:
        self._forget_payload()
        self.entries[PAYLOAD] = Entry(Kind.DIRECTORY)
        self.size = member.size
        digest = _Digest(stream)
        try:
            payload = archive.payload(digest)
            self.compression = payload.compression
            for inner, content in payload.members():
                self._require_within_limits(archive)
                self._add_inner(inner, content)
        except UnreadableError as error:
            # The checksum of the compressed data proves that nothing is missing; an uncompressed one proves nothing.
            is_whole = isinstance(error, TarDamageError) and error.lacks_mark and self.compression != "none"
            self.lacks_mark = is_whole
            self.error = "" if is_whole else error.what
        while digest.read(CHUNK):
            archive.context.check()
        self.md5 = digest.hexdigest()

    def _forget_payload(self) -> None:
        """Of two members package.tgz the last one counts, as for tar."""
        if PAYLOAD in self.entries:
            self.entries = {path: entry for path, entry in self.entries.items() if path.split("/")[0] != PAYLOAD}
        self.payload_members.clear()
        self.unpacked = 0
        self.compression = self.error = ""
        self.lacks_mark = False

    def _require_within_limits(self, archive: Archive) -> None:
        limit = max(_LIMITS.ratio_free_bytes, _LIMITS.max_ratio * archive.identity.size)
        if self.unpacked > min(limit, _LIMITS.max_bytes) or len(self.payload_members) >= _LIMITS.max_entries:
            raise UnreadableError("It unpacks to more than any package needs", PAYLOAD_MEMBER, "Do not install it.")

    def _add_inner(self, member: Member, stream: Readable | None) -> None:
        self.payload_members.append(member)
        self.unpacked += member.size
        path = f"{PAYLOAD}/{member.path}" if member.path else PAYLOAD
        content: Content | None = None
        if stream is not None:
            content = self._content(member, stream, _LARGEST_KEPT if self._is_kept(path) else 0)
        self._add(path, member, content)

    def _is_kept(self, path: str) -> bool:
        return path.lower().endswith(_KEPT_ENDINGS) or path.endswith(_KEPT_NAMES) or _is_below(path, self.folders)

    def _content(self, member: Member, stream: Readable, limit: int) -> Content:
        """The bytes of a member, or only the first ones where there are more than `limit`, or too many are kept."""
        if member.size > limit or self.kept + member.size > _MOST_KEPT:
            return Unread(member.size, _whole(stream, min(HEAD, member.size)))
        self.kept += member.size
        return BytesContent(_whole(stream, member.size))

    def _add(self, path: str, member: Member, content: Content | None) -> None:
        kind = member.entry_kind
        if kind is None or not path or _is_unsafe(path) or (path == PAYLOAD and kind is not Kind.DIRECTORY):
            return
        self._add_folders_above(path)
        target = member.target
        if kind is Kind.HARDLINK:
            inner = posixpath.normpath(target)
            target = f"{PAYLOAD}/{inner}" if path.startswith(PAYLOAD + "/") else inner
        self.entries[path] = Entry(kind, member.attributes, content, target)

    def _add_folders_above(self, path: str) -> None:
        """The folders that no member names: unpacking makes them, too."""
        parent = path.rpartition("/")[0]
        if parent and parent not in self.entries:
            self._add_folders_above(parent)
            self.entries[parent] = Entry(Kind.DIRECTORY)


class _Digest:
    """A stream that takes the MD5 of what is read from it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._md5 = hashlib.md5(usedforsecurity=False)  # the checksum that INFO names is an MD5

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._md5.update(data)
        return data

    def hexdigest(self) -> str:
        """The MD5 of everything read so far."""
        return self._md5.hexdigest()


def _whole(stream: Readable, size: int) -> bytes:
    pieces = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _is_unsafe(path: str) -> bool:
    """Whether a name leads out of the package, or is deeper than any NAS takes."""
    pieces = path.split("/")
    return path.startswith(("/", PAYLOAD + "//")) or ".." in pieces or len(pieces) > _DEEPEST_PATH


def _bytes(content: Content) -> bytes:
    return content.data if isinstance(content, BytesContent) else b""


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path.startswith(folder + "/") for folder in folders)
