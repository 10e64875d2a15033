"""Opening a package folder: one pass over the disk, joined with attributes.json; never writes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from spkcore.base import files
from spkcore.base.errors import UnreadableError
from spkcore.base.longpaths import long_path, long_text, plain_path
from spkcore.base.tasks import TaskContext
from spkcore.package.attributes import Stored, attributes_path, ignore_path, read_attributes
from spkcore.package.clutter import Clutter, ClutterKind, clutter_kind
from spkcore.package.entries import OWN_FOLDER, PACKED_PAYLOAD, PAYLOAD, Attributes, Entry, FileContent, Kind
from spkcore.package.names import DiskNames
from spkcore.package.state import Package

_FILES_PER_REPORT = 500
_BLOCK = 1 << 20
_LONGEST_TARGET = 1000
"""Characters; Linux takes 4,095 bytes, and macOS 1,023."""


def open_package(folder: Path, context: TaskContext) -> Package:
    """Open the package folder `folder`. Nothing is written, and links are never followed.

    What attributes.json lists keeps its attributes; files gone from disk are gone. Symbolic links and empty folders
    that it lists stay, because not every file system, and no git, can hold them: they go when they are removed here
    or with the folder above them. Raises `UnreadableError` for a folder that is no package.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links and rename drives
    _require_package(folder)
    stored = read_attributes(folder)
    scan = Scan(folder, stored, context)
    scan.walk()
    scan.add_what_disks_cannot_hold()
    scan.check_hard_links()
    names = _names_of_existing(stored.names, scan.entries)
    return Package(
        folder,
        scan.entries,
        archive=stored.facts,
        clutter=tuple(sorted(_judged(scan), key=lambda item: item.path)),
        names=names,
        exec_bits=stored.exec_bits,
    )


def keeps_exec_bits(folder: Path) -> bool:
    """Whether the file system of `folder` tells executable files from others (false on Windows and on FAT)."""
    if not files.POSIX:
        return False
    for probe in (attributes_path(folder), ignore_path(folder)):  # never executable where the bit means something
        if probe.exists():
            return not probe.stat().st_mode & 0o111
    return False


class Scan:
    """One walk over a package folder, or a part of it, collecting entries and clutter."""

    def __init__(self, folder: Path, stored: Stored, context: TaskContext) -> None:
        self.entries: dict[str, Entry] = {}
        self.clutter: list[Clutter] = []
        self._folder = folder
        self._stored = stored
        self._context = context
        self._true_names = stored.names.true_names()
        self._listed = _with_parents(stored.entries)
        self._exec_bits = stored.exec_bits and keeps_exec_bits(folder)
        self._seen = 0

    def walk(self, *, with_payload: bool = True) -> None:
        """Collect everything, or everything but what is in the payload."""
        pending = [("", str(self._folder))]
        while pending:
            parent, place = pending.pop()
            renamed = self._true_names.get(parent, {})
            for item in _items(place):
                name = renamed.get(item.name, item.name)
                child = f"{parent}/{name}" if parent else name
                if self._take(child, item) and (with_payload or child != PAYLOAD):
                    pending.append((child, item.path))

    def _take(self, path: str, item: os.DirEntry[str]) -> bool:
        """Collect one file or folder; returns whether it is a folder to walk into."""
        if path == OWN_FOLDER:
            return False
        self._report()
        status = _status(item)
        is_folder = stat.S_ISDIR(status.st_mode)
        kind = None if path in self._listed else clutter_kind(path, is_folder)
        if kind is None and not is_ordinary(status):
            kind = ClutterKind.UNKNOWN
        if kind is not None:
            disk_path = plain_path(Path(item.path)).relative_to(self._folder).as_posix()
            self.clutter.append(Clutter(disk_path, kind, is_folder))
            return False
        self.entries[path] = self.entry_at(path, long_text(item.path), status)
        return is_folder

    def add_what_disks_cannot_hold(self) -> None:
        """Add the listed links and empty folders whose place on disk is empty."""
        listed_parents = {path.rpartition("/")[0] for path in self._stored.entries}
        for path in sorted(self._stored.entries):
            entry = self._stored.entries[path]
            is_empty_folder = entry.kind is Kind.DIRECTORY and path not in listed_parents
            if path in self.entries or not (entry.kind is Kind.SYMLINK or is_empty_folder):
                continue
            if self._has_folder_above(path):
                self.entries[path] = entry

    def _has_folder_above(self, path: str) -> bool:
        parent = path.rpartition("/")[0]
        above = self.entries.get(parent)
        return not parent or (above is not None and above.kind is Kind.DIRECTORY)

    def check_hard_links(self) -> None:
        """Make a plain file of every hard link whose file no longer has the bytes of its target."""
        links = {path: entry for path, entry in self.entries.items() if entry.kind is Kind.HARDLINK}
        for path, entry in links.items():
            target = links.get(entry.target) or self.entries.get(entry.target)
            if target is not None and _same_bytes(entry, target):
                self.entries[path] = replace(entry, content=None)
            else:
                self.entries[path] = replace(entry, kind=Kind.FILE, target="")

    def entry_at(self, path: str, place: str, status: os.stat_result) -> Entry:
        """The entry `path`, that lies on disk at `place`."""
        listed = self._stored.entries.get(path)
        if stat.S_ISLNK(status.st_mode):
            return _joined(listed, Entry(Kind.SYMLINK, target=_link_target(place)))
        if stat.S_ISDIR(status.st_mode):
            return _joined(listed, Entry(Kind.DIRECTORY))
        content = FileContent(place, status.st_size, status.st_mtime_ns)
        if listed is not None and listed.kind is Kind.SYMLINK and _is_stand_in(content, listed.target):
            return listed
        if listed is not None and listed.kind is Kind.HARDLINK:
            return replace(listed, content=content)
        entry = _joined(listed, Entry(Kind.FILE, content=content))
        return self._with_disk_exec_bit(entry, status.st_mode)

    def _with_disk_exec_bit(self, entry: Entry, disk_mode: int) -> Entry:
        old = entry.attributes
        if old is None or not self._exec_bits or bool(old.mode & 0o100) == bool(disk_mode & 0o100):
            return entry
        return replace(entry, attributes=with_exec(old, executable=bool(disk_mode & 0o100)))

    def _report(self) -> None:
        self._seen += 1
        if self._seen % _FILES_PER_REPORT == 0:
            self._context.progress(self._seen, text="Reading the package folder", unit="files")


def with_exec(attributes: Attributes, *, executable: bool) -> Attributes:
    """The attributes with execute bits for everyone who may read, or for nobody."""
    readers = (attributes.mode & 0o444) >> 2
    mode = attributes.mode | readers | 0o100 if executable else attributes.mode & ~0o111
    return replace(attributes, mode=mode)


def is_inner_link(path: str, target: str) -> bool:
    """Whether the symbolic link `path` is relative and stays inside the payload, or inside the package outside it.

    Only such links are made on disk, so a text that no file system takes for a link is none either.

    A ".." behind a name is refused: the name may be a link itself, and then ".." leads elsewhere than it reads.
    """
    if not 0 < len(target) <= _LONGEST_TARGET:
        return False
    if target.startswith("/") or "\\" in target or ":" in target.partition("/")[0]:
        return False
    names = target.split("/")
    if ".." in names[sum(1 for _ in takewhile({"..", "."}.__contains__, names)) :]:
        return False
    parts = path.split("/")[:-1]
    floor = 1 if parts and parts[0] == PAYLOAD else 0
    for part in target.split("/"):
        if part == "..":
            if len(parts) <= floor:
                return False
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return True


def is_package_folder(folder: Path) -> bool:
    """Whether `folder` holds anything that a package folder has at its top."""
    return any(long_path(folder / name).exists() for name in ("INFO", PAYLOAD, "scripts"))


def _require_package(folder: Path) -> None:
    if not long_path(folder).is_dir():
        raise UnreadableError("There is no such folder", str(folder), "Choose the folder of a package.")
    if not is_package_folder(folder):
        raise UnreadableError(
            "This folder is no package: it has neither INFO nor package nor scripts",
            str(folder),
            "Choose the folder that holds the file INFO, or make a new package.",
        )


def _items(place: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(long_text(place)) as listing:
            return sorted(listing, key=lambda item: item.name)
    except OSError as error:
        raise _unreadable(place, error) from error


def _status(item: os.DirEntry[str]) -> os.stat_result:
    try:
        return item.stat(follow_symlinks=False)
    except OSError as error:
        raise _unreadable(item.path, error) from error


def _unreadable(place: str, error: OSError) -> UnreadableError:
    return UnreadableError(
        f"This part of the package cannot be read ({error.strerror or error})",
        place,
        "Check that you may read it and that the drive is connected, then open the package again.",
    )


def _judged(scan: Scan) -> list[Clutter]:
    """The clutter; a package.tgz is no stale copy of the payload where there is no other payload."""
    if PAYLOAD in scan.entries:
        return scan.clutter
    return [
        replace(item, kind=ClutterKind.PACKED_PAYLOAD) if item.path == PACKED_PAYLOAD else item for item in scan.clutter
    ]


def is_ordinary(status: os.stat_result) -> bool:
    """Whether this is a file, a folder or a link: no device, pipe or socket, and no junction of Windows."""
    mode = status.st_mode
    is_junction = getattr(status, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)) and not is_junction


def _joined(listed: Entry | None, found: Entry) -> Entry:
    """What was found on disk, with what attributes.json knows about an entry of the same kind."""
    if listed is None or listed.kind is not found.kind:
        return found
    return Entry(found.kind, listed.attributes, found.content, found.target, listed.position, listed.archive_name)


def _link_target(place: str) -> str:
    target = os.readlink(place)  # noqa: PTH115 - Path.readlink would rewrite "./x" as "x"
    return target.replace("\\", "/") if not files.POSIX else target


def _is_stand_in(content: FileContent, target: str) -> bool:
    """Whether git for Windows put a text file here in place of the link."""
    data = target.encode("utf-8", "surrogateescape")
    return content.size == len(data) and content.read() == data


def _same_bytes(entry: Entry, target: Entry) -> bool:
    first, second = entry.content, target.content
    if not isinstance(first, FileContent) or not isinstance(second, FileContent) or first.size != second.size:
        return False
    if first.path.samefile(second.path):
        return True
    with first.open() as one, second.open() as other:
        while block := one.read(_BLOCK):
            if block != other.read(_BLOCK):
                return False
    return True


def _with_parents(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        current = path
        while current and current not in found:
            found.add(current)
            current = current.rpartition("/")[0]
    return found


def _names_of_existing(names: DiskNames, entries: Iterable[str]) -> DiskNames:
    existing = set(entries)
    differing = {path: name for path, name in names.differing.items() if path in existing}
    return DiskNames(differing, existing)
