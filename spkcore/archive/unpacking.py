"""Puts the members of an archive on disk, one after the other, and refuses or neutralises what is unsafe."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from spkcore.archive.streams import CHUNK, Readable
from spkcore.archive.tarstream import Member, clean_path, shown
from spkcore.base import files
from spkcore.base.errors import UnreadableError
from spkcore.package.entries import Attributes, Entry, FileContent, Kind
from spkcore.package.names import DiskNames
from spkcore.package.scanning import is_inner_link

_LONGEST_PATH = 4000
"""Characters; Linux, and so every NAS, takes 4,095 bytes."""

_DEEPEST_PATH = 250
"""Folders in folders; real payloads have fewer than 50."""

_DRIVE_OR_BACKSLASH = re.compile(r"^[A-Za-z]:|\\")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may unpack to. `max_ratio` (unpacked to packed bytes) counts only beyond `ratio_free_bytes`."""

    max_bytes: int = 64 << 30
    max_entries: int = 1_000_000
    max_ratio: int = 250
    ratio_free_bytes: int = 1 << 30


class Unpacker:
    """Writes members below one folder and collects their entries.

    Symbolic links are made last (`make_links`), so nothing can be written through them. `implied` are the folders that
    no member named.
    """

    def __init__(self, folder: Path, packed_size: int, limits: Limits, archive: str) -> None:
        self.entries: dict[str, Entry] = {}
        self.names = DiskNames()
        self.implied: set[str] = set()
        self.warnings: list[str] = []
        self._root = _long_path(folder)
        self._limits = limits
        self._archive = archive
        self._most_bytes = min(limits.max_bytes, max(limits.ratio_free_bytes, limits.max_ratio * packed_size))
        self._bytes = 0
        self._count = 0

    def add(
        self,
        path: str,
        member: Member,
        stream: Readable | None,
        *,
        position: int,
        archive_name: str = "",
        root: str = "",
    ) -> None:
        """Unpack `member` as the entry `path`; hard links point to paths below `root`.

        Raises `UnreadableError` naming the member when it is unsafe, or damaged on the way.
        """
        kind = self._require_safe(path, member)
        self._count += 1
        if self._count > self._limits.max_entries:
            raise self._unsafe("The archive holds too many entries", member)
        entry = Entry(kind, member.attributes, None, member.target, position, archive_name)
        if kind is Kind.DIRECTORY:
            self._require_folder(path, member)
            self.add_folder(path, entry)
            return
        self._make_parents(path, member)
        self._replace_earlier(path, member)
        if kind is Kind.FILE and stream is not None:
            self._write_file(path, member, stream)
            self.entries[path] = entry
        elif kind is Kind.HARDLINK:
            self._link(path, entry, member, root)
        else:
            self._keep_link(path, entry, member)

    def add_folder(self, path: str, entry: Entry) -> None:
        """Make the folder `path` unless it is there; its attributes are those of `entry`."""
        if path not in self.entries:
            parent = path.rpartition("/")[0]
            if parent and parent not in self.entries:
                self.add_folder(parent, Entry(Kind.DIRECTORY))
                self.implied.add(parent)
            Path(self._disk(path)).mkdir()
        self.implied.discard(path)
        self.entries[path] = entry

    def make_links(self) -> None:
        """Make the symbolic links that stay inside, where the system has them; the others live in attributes.json."""
        if not files.POSIX:
            return
        for path, entry in self.entries.items():
            if entry.kind is Kind.SYMLINK and is_inner_link(path, entry.target):
                Path(self._disk(path)).symlink_to(entry.target)

    def _require_safe(self, path: str, member: Member) -> Kind:
        kind = member.entry_kind
        if kind is None:
            what = "member of an unknown type" if member.kind == "unknown" else member.kind
            raise self._unsafe(f"The archive holds a {what}, which no package needs", member)
        if path.startswith("/"):
            raise self._unsafe("The archive holds an absolute name", member)
        if ".." in path.split("/"):
            raise self._unsafe("The archive holds a name that leads out of the folder", member)
        if len(path) > _LONGEST_PATH or path.count("/") > _DEEPEST_PATH:
            raise self._unsafe("The archive holds a name that is too long, or too deep, for any NAS", member)
        if _DRIVE_OR_BACKSLASH.search(member.name):
            self.warnings.append(f"{member.name}: a backslash or a drive letter in the name; stored under a safe name")
        return kind

    def _unsafe(self, what: str, member: Member) -> UnreadableError:
        return UnreadableError(
            what,
            f"{self._archive}: {shown(member.name)}",
            "Nothing was unpacked. If you trust the file, unpack it with another program.",
        )

    def _make_parents(self, path: str, member: Member) -> None:
        parent = path.rpartition("/")[0]
        if not parent:
            return
        self._require_folder(parent, member)
        if parent not in self.entries:
            self.add_folder(parent, Entry(Kind.DIRECTORY))
            self.implied.add(parent)

    def _require_folder(self, path: str, member: Member) -> None:
        """Raise unless `path` and everything above it are folders, or free."""
        while path:
            existing = self.entries.get(path)
            if existing is not None:
                if existing.kind is not Kind.DIRECTORY:
                    raise self._unsafe("The archive puts a member below a file or a link", member)
                return  # what is above a folder was looked at when it was made
            path = path.rpartition("/")[0]

    def _replace_earlier(self, path: str, member: Member) -> None:
        earlier = self.entries.pop(path, None)
        if earlier is None:
            return
        if earlier.kind is Kind.DIRECTORY:
            raise self._unsafe("The archive puts a file in the place of a folder", member)
        self.warnings.append(f"{member.name}: the name occurs twice; the last one counts, as for tar")
        Path(self._disk(path)).unlink(missing_ok=True)

    def _write_file(self, path: str, member: Member, stream: Readable) -> None:
        self._bytes += member.size
        if self._bytes > self._most_bytes:
            raise self._unsafe(f"The archive unpacks to more than {self._most_bytes:,} bytes", member)
        disk = self._disk(path)
        left = member.size
        with FileIO(disk, "x") as file:
            while left:
                data = stream.read(min(left, CHUNK))
                if not data:
                    raise self._unsafe("The archive is cut off within a file", member)
                file.write(data)
                left -= len(data)
        _dress(disk, member.attributes)

    def _link(self, path: str, entry: Entry, member: Member, root: str) -> None:
        target = root + clean_path(member.target)
        pointed = self.entries.get(target)
        if pointed is None or pointed.kind is Kind.DIRECTORY or target == path:
            raise self._unsafe(f"The archive holds a hard link to {member.target}, which is no file of it", member)
        if pointed.kind is Kind.SYMLINK:
            entry = Entry(Kind.SYMLINK, entry.attributes, None, pointed.target, entry.position, entry.archive_name)
            self._keep_link(path, entry, member)
            return
        source, disk = self._disk(target), self._disk(path)
        try:
            os.link(source, disk)
        except OSError:  # FAT and some network drives have no hard links
            self._bytes += FileContent.of(Path(source)).size
            if self._bytes > self._most_bytes:
                raise self._unsafe("The archive unpacks to too many bytes", member) from None
            shutil.copy2(source, disk)
        self.entries[path] = Entry(Kind.HARDLINK, entry.attributes, None, target, entry.position, entry.archive_name)

    def _keep_link(self, path: str, entry: Entry, member: Member) -> None:
        self.names.claim(path)
        self.entries[path] = entry
        if not is_inner_link(path, entry.target):
            self.warnings.append(
                f"{member.name}: a link that leaves the package ({entry.target}); kept, but not followed"
            )

    def _disk(self, path: str) -> str:
        return f"{self._root}{os.sep}{self.names.claim(path).replace('/', os.sep)}"


def _dress(disk: str, attributes: Attributes) -> None:
    """Give the file the execute bits and the time of the archive, as far as the disk can hold them."""
    if os.name == "posix":
        os.chmod(disk, attributes.mode & 0o777 | 0o600)  # noqa: PTH101 - called for every file
    if attributes.mtime is not None:
        with contextlib.suppress(OSError, OverflowError):
            os.utime(disk, (attributes.mtime, attributes.mtime))


def _long_path(folder: Path) -> str:
    """The folder as Windows takes it for paths beyond 260 characters."""
    text = str(folder)
    if os.name != "nt" or text.startswith("\\\\"):
        return text
    return f"\\\\?\\{text}"
