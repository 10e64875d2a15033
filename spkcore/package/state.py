"""The open package: what it holds now, what is saved on disk, and what is known about the archive it came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from spkcore.base.errors import Obstacle, UnreadableError, WriteError
from spkcore.base.longpaths import long_path
from spkcore.package import changes
from spkcore.package.attributes import ArchiveFacts
from spkcore.package.changes import Change
from spkcore.package.clutter import Clutter
from spkcore.package.entries import Content, Entry, Kind
from spkcore.package.names import DiskNames

_LONGEST_LINK_CHAIN = 40

Stamp = tuple[int, int]
"""Size in bytes and modification time in nanoseconds of a file on disk."""


class Package:
    """One package, open for editing. `entries` changes only through `apply`, `saved` only through saving."""

    def __init__(
        self,
        folder: Path,
        entries: Mapping[str, Entry],
        *,
        archive: ArchiveFacts | None = None,
        clutter: tuple[Clutter, ...] = (),
        names: DiskNames | None = None,
        exec_bits: bool = False,
    ) -> None:
        """A package whose `entries` are on disk as they are; see `open_package` and `from_entries`."""
        self.folder = folder
        self.archive = archive or ArchiveFacts()
        self.clutter = clutter
        self.names = names or DiskNames()
        self.exec_bits = exec_bits
        """Whether the files on disk carry the execute bits of the entries."""
        self.stamps: dict[str, Stamp] = {}
        """Path → stamp of saved files whose content is not a `FileContent`."""
        self._entries = dict(entries)
        self._saved = dict(entries)
        self._changed: set[str] = set()

    @classmethod
    def from_entries(cls, folder: Path, entries: Mapping[str, Entry], archive: ArchiveFacts | None = None) -> Package:
        """A new package that will live in `folder` (which need not exist) once it is saved."""
        package = cls(folder, {}, archive=archive)
        package.apply(changes.put({}, entries))
        return package

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The current state, all edits applied; a live, read-only view."""
        return MappingProxyType(self._entries)

    @property
    def saved(self) -> Mapping[str, Entry]:
        """The state on disk; a live, read-only view."""
        return MappingProxyType(self._saved)

    @property
    def is_dirty(self) -> bool:
        """Whether anything differs from what is on disk."""
        return bool(self._changed)

    @property
    def changed(self) -> frozenset[str]:
        """The paths that differ from what is on disk."""
        return frozenset(self._changed)

    def apply(self, change: Change) -> frozenset[str]:
        """Carry `change` out; returns the touched paths."""
        entries, saved = self._entries, self._saved.get
        others = []
        for path, _before, after in change.edits:  # one loop without a call for each: there may be 50,000
            if after is None:
                entries.pop(path, None)
            else:
                entries[path] = after
            if after is not saved(path):
                others.append(path)
        paths = change.paths
        self._changed -= paths
        self._changed.update([path for path in others if _differ(entries.get(path), saved(path))])
        return paths

    def snapshot(self) -> Package:
        """A copy for background work: later edits do not reach it. It shares the contents, not the mappings."""
        twin = Package(
            self.folder,
            self._entries,
            archive=self.archive,
            clutter=self.clutter,
            names=self.names,
            exec_bits=self.exec_bits,
        )
        twin._saved = dict(self._saved)
        twin._changed = set(self._changed)
        twin.stamps = dict(self.stamps)
        return twin

    def content_of(self, path: str) -> Content:
        """Where the bytes of the file `path` are; hard links are followed.

        Raises `UnreadableError` when there is no such file.
        """
        entry = self._entries.get(self.final_target(path))
        if entry is None or entry.content is None:
            raise UnreadableError("The package has no such file", path, "Choose a file of the package.")
        return entry.content

    def final_target(self, path: str) -> str:
        """`path`, or where its hard links lead in the end."""
        for _ in range(_LONGEST_LINK_CHAIN):
            entry = self._entries.get(path)
            if entry is None or entry.kind is not Kind.HARDLINK:
                break
            path = entry.target
        return path

    def content(self, path: str) -> bytes:
        """The bytes of the file `path`. Raises `UnreadableError`."""
        return self.content_of(path).read()

    def text(self, path: str) -> str:
        """The file `path` as UTF-8; other bytes become lone surrogates, and `encode_text` brings them back."""
        return self.content(path).decode("utf-8", "surrogateescape")

    def disk_path(self, path: str) -> Path:
        """Where the saved entry `path` lies on disk."""
        return long_path(self.folder / self.names.disk_path(path))

    def note_saved(self, path: str, entry: Entry | None, stamp: Stamp | None = None) -> None:
        """Remember that the disk now holds `entry` at `path` (None: nothing). For saving only."""
        self.stamps.pop(path, None)
        if entry is None:
            self._saved.pop(path, None)
        else:
            self._saved[path] = entry
        if stamp is not None:
            self.stamps[path] = stamp
        self._compare(path)

    def replace_entry(self, path: str, entry: Entry) -> None:
        """Exchange an entry for one with the same bytes that lie elsewhere. For saving only."""
        self._entries[path] = entry
        self._compare(path)

    def move_to(self, folder: Path, names: DiskNames, *, exec_bits: bool) -> None:
        """Everything as it is now is saved in `folder`. For saving only."""
        self.folder = folder
        self.names = names
        self.exec_bits = exec_bits
        self.clutter = ()
        self.stamps.clear()
        self._saved = dict(self._entries)
        self._changed.clear()

    def adopt_saved(self, snapshot: Package, before: Mapping[str, Entry]) -> None:
        """`snapshot`, a copy of this package that held `before`, was saved: what it knows of the disk holds here too.

        For a save in the background; what was edited here meanwhile stays unsaved.
        """
        self.folder, self.names, self.exec_bits = snapshot.folder, snapshot.names, snapshot.exec_bits
        self.stamps = dict(snapshot.stamps)
        for path, entry in snapshot._entries.items():
            if before.get(path) is not entry and self._entries.get(path) is before.get(path):
                self._entries[path] = entry
        self._saved = dict(snapshot._saved)
        for path in self._saved.keys() | self._entries.keys() | self._changed:
            self._compare(path)

    def _compare(self, path: str) -> None:
        if _differ(self._entries.get(path), self._saved.get(path)):
            self._changed.add(path)
        else:
            self._changed.discard(path)


def _differ(entry: Entry | None, other: Entry | None) -> bool:
    return entry is not other and (entry is None or other is None or entry != other)


def encode_text(text: str) -> bytes:
    """The inverse of `Package.text`."""
    return text.encode("utf-8", "surrogateescape")


def stamp_of(place: Path) -> Stamp:
    """The stamp of the file `place`. Raises `OSError`."""
    status = place.stat()
    return status.st_size, status.st_mtime_ns


def folder_gone(folder: Path) -> WriteError:
    """The error of a package whose folder was there and is not any more: nothing of it is made again."""
    return WriteError(
        "The package folder is gone",
        str(folder),
        "Bring it back (is the drive connected?), or save the package into another folder.",
        Obstacle.GONE,
    )
