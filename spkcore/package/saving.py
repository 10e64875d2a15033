"""Saving an open package: only what differs, file by file, each one either old or new on disk at any moment.

The order makes a failure in the middle harmless: after every file the package knows that this one is saved, so saving
again goes on from there. Bytes that are taken away go to the trash, and the contents that undo may bring back follow.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from spkcore.base import files
from spkcore.base.errors import Cancelled, SpkError, UsageError, WriteError
from spkcore.base.files import clear_read_only, make_folder, replace_file, write_bytes, write_error
from spkcore.base.longpaths import long_path
from spkcore.base.tasks import TaskContext
from spkcore.package.attributes import ArchiveFacts, attributes_path, attributes_text, own_folder
from spkcore.package.clutter import is_system_junk
from spkcore.package.contents import copy_content
from spkcore.package.entries import OWN_FOLDER, BytesContent, Content, Entry, FileContent, Kind
from spkcore.package.journal import clear_journal
from spkcore.package.names import collision_key
from spkcore.package.scanning import is_inner_link, keeps_exec_bits
from spkcore.package.state import Package, folder_gone, stamp_of
from spkcore.package.trash import Trash, link_or_copy, set_exec_bit


def save_package(package: Package, context: TaskContext) -> None:
    """Write what differs from the disk; afterwards `saved == entries` and nothing is dirty.

    Raises `WriteError` naming the file that is locked or does not fit: what was written until then stays, the package
    stays dirty, and saving again continues. Files that are no entries are never touched.
    """
    if not package.is_dirty:
        clear_journal(package.folder)
        return
    _require_own_folder(package)
    saver = _Saver(package, context)
    try:
        _run(saver, package)
    except (SpkError, Cancelled):
        with contextlib.suppress(WriteError):  # the first error is the one to show
            saver.write_attributes()
        raise
    saver.write_attributes()
    packed = {package.names.disk_path(path) for path in package.saved} if package.clutter else set()
    package.clutter = tuple(item for item in package.clutter if item.path not in packed)
    clear_journal(package.folder)


def unprotect(package: Package) -> None:
    """Take the read-only mark from the files that the next save replaces. Raises `WriteError`."""
    for path in package.changed & package.saved.keys():
        clear_read_only(package.disk_path(path))


def _run(saver: _Saver, package: Package) -> None:
    try:
        saver.run()
    except OSError as error:
        raise write_error(Path(error.filename or package.folder), error) from error


class _Saver:
    """One run of saving."""

    def __init__(self, package: Package, context: TaskContext) -> None:
        self._package = package
        self._context = context
        self._trash = Trash(package.folder)
        self._names = package.names.copy()
        package.names = self._names  # snapshots keep the old one
        self._changed = sorted(package.changed)
        self._owners = {
            id(entry.content): path for path, entry in package.saved.items() if isinstance(entry.content, FileContent)
        }
        self._replaced: set[str] = set()
        self._done = 0

    def run(self) -> None:
        """Every step; see the module."""
        own_folder(self._package.folder)
        self._clear_the_way()
        entries = self._package.entries
        for path in self._changed:
            entry = entries.get(path)
            if entry is not None and entry.kind is Kind.DIRECTORY:
                self._install_folder(path, entry)
        for path in self._changed:
            entry = entries.get(path)
            if entry is not None and entry.kind is Kind.FILE:
                self._report(path)
                self._install_file(path, entry)
        self._install_links()
        for path in reversed(self._changed):
            if path not in entries and path in self._package.saved:
                self._report(path)
                self._take_away(path)

    def write_attributes(self) -> None:
        """Make attributes.json say what is on disk now."""
        package = self._package
        if not own_folder(package.folder).is_dir():
            return
        exec_bits = keeps_exec_bits(package.folder)
        if exec_bits and not package.exec_bits:
            self._bring_exec_bits_to_disk()
        package.exec_bits = exec_bits
        text = attributes_text(package.saved, package.archive, self._names, exec_bits=exec_bits)
        path = attributes_path(package.folder)
        is_empty = text == attributes_text({}, ArchiveFacts(), None, exec_bits=exec_bits)
        old = path.read_bytes() if path.exists() else None
        if text != old and not (is_empty and old is None):
            write_bytes(path, text)

    def _bring_exec_bits_to_disk(self) -> None:
        for path, entry in self._package.saved.items():
            if entry.kind is Kind.FILE and entry.attributes is not None:
                set_exec_bit(self._package.disk_path(path), entry)

    def _report(self, path: str) -> None:
        self._done += 1
        self._context.progress(self._done, len(self._changed) + 1, f"Saving {path}", unit="files")

    def _clear_the_way(self) -> None:
        """Take away first what stands where something of another kind, or a name of other case, is to come."""
        saved, entries = self._package.saved, self._package.entries
        new_keys = {collision_key(path) for path in self._changed if path not in saved}
        blocked_folders: set[str] = set()
        doomed = []
        for path in self._changed:
            before, after = saved.get(path), entries.get(path)
            if before is None:
                continue
            is_in_the_way = (
                collision_key(path) in new_keys or _is_below(path, blocked_folders)
                if after is None
                else (before.kind is Kind.DIRECTORY) != (after.kind is Kind.DIRECTORY)
            )
            if is_in_the_way:
                doomed.append(path)
                if before.kind is Kind.DIRECTORY:
                    blocked_folders.add(path)
        for path in reversed(doomed):
            self._take_away(path)

    def _take_away(self, path: str) -> None:
        entry = self._package.saved[path]
        place = self._package.disk_path(path)
        if entry.kind is Kind.DIRECTORY:
            self._remove_folder(place)
        elif entry.kind is Kind.FILE or not place.is_symlink():
            self._move_to_trash(place, entry)
        else:
            _unlink(place)
        self._package.note_saved(path, None)
        self._names.forget(path)

    def _move_to_trash(self, place: Path, entry: Entry) -> None:
        if not os.path.lexists(place):
            return
        content = entry.content
        new_place = self._trash.move(place)
        if isinstance(content, FileContent) and content.path == place:
            content.relocate(new_place)

    def _remove_folder(self, place: Path) -> None:
        """Remove a folder, if nothing but junk of operating systems is left in it."""
        if not place.is_dir():
            return
        left = list(place.iterdir())
        if any(not is_system_junk(item.name) for item in left):
            return
        for item in left:
            self._trash.move(item)
        try:
            place.rmdir()
        except OSError as error:
            raise write_error(place, error) from error

    def _install_folder(self, path: str, entry: Entry) -> None:
        make_folder(self._package.folder / self._names.claim(path))
        self._package.note_saved(path, entry)

    def _install_file(self, path: str, entry: Entry) -> None:
        place = long_path(self._package.folder / self._names.claim(path))
        content: Content = entry.content or BytesContent(b"")
        if not (isinstance(content, FileContent) and content.path == place and place.exists()):
            make_folder(place.parent)
            entry = self._write_file(path, place, entry, content)
            self._replaced.add(path)
        else:
            set_exec_bit(place, entry)
        self._note_file(path, entry, place)

    def _write_file(self, path: str, place: Path, entry: Entry, content: Content) -> Entry:
        """Bring the bytes to `place`; returns the entry, with a content of its own if another entry keeps the old."""
        staged = self._stage(content, place)
        set_exec_bit(staged, entry, place)
        is_shared = self._is_kept_elsewhere(content)
        self._replace(path, staged, place)
        if not isinstance(content, FileContent):
            return entry
        if is_shared:
            entry = replace(entry, content=FileContent.of(place))
            self._package.replace_entry(path, entry)
        else:
            content.relocate(place)
            content.mtime_ns = place.stat().st_mtime_ns
        self._owners[id(entry.content)] = path
        return entry

    def _note_file(self, path: str, entry: Entry, place: Path) -> None:
        stamp = None if isinstance(entry.content, FileContent) else stamp_of(place)
        self._package.note_saved(path, entry, stamp)

    def _is_kept_elsewhere(self, content: Content) -> bool:
        """Whether the bytes lie in the file of another entry that stays."""
        owner = self._owners.get(id(content))
        if owner is None:
            return False
        entry = self._package.entries.get(owner)
        return entry is not None and entry.content is content

    def _stage(self, content: Content, place: Path) -> Path:
        """A file on the drive of the package that holds the bytes and may be renamed away."""
        staged = self._trash.new_place(place.name)
        if not isinstance(content, FileContent):
            write_bytes(staged, content.read())
            return staged
        if self._trash.holds(content.path):
            return content.path
        owner = self._owners.get(id(content))
        is_ours = owner is not None and content.path == self._package.disk_path(owner)
        if not is_ours or owner is None or self._is_kept_elsewhere(content):
            copy_content(content, staged, self._context)
            return staged
        if owner not in self._package.entries:
            return content.path
        try:
            link_or_copy(content.path, staged)  # its old place is about to get another file
        except OSError as error:
            raise write_error(content.path, error) from error
        return staged

    def _replace(self, path: str, staged: Path, place: Path) -> None:
        """Rename `staged` to `place`, where the entry `path` lies, and keep what was there."""
        before = self._package.saved.get(path)
        old = before.content if before is not None else None
        kept = None
        if place.is_file() and not place.is_symlink() and self._is_only_copy(path, place, before):
            kept = self._trash.keep_copy(place)
        try:
            replace_file(staged, place)
        except OSError as error:
            if kept is not None:
                kept.unlink(missing_ok=True)
            raise write_error(place, error) from error
        if kept is not None and isinstance(old, FileContent):
            old.relocate(kept)

    def _is_only_copy(self, path: str, place: Path, before: Entry | None) -> bool:
        """Whether the bytes at `place` are nowhere else: an old content, or what another program put there."""
        if before is None:
            return True
        if isinstance(before.content, FileContent):
            return before.content.path == place
        return before.kind is Kind.FILE and self._package.stamps.get(path) != stamp_of(place)

    def _install_links(self) -> None:
        changed = set(self._changed)
        for path, entry in list(self._package.entries.items()):
            if entry.kind is Kind.SYMLINK and path in changed:
                self._install_symlink(path, entry)
            elif entry.kind is Kind.HARDLINK and (
                path in changed or self._package.final_target(path) in self._replaced
            ):
                self._install_hard_link(path, entry)

    def _install_symlink(self, path: str, entry: Entry) -> None:
        place = long_path(self._package.folder / self._names.claim(path))
        before = self._package.saved.get(path)
        if files.POSIX and is_inner_link(path, entry.target):
            make_folder(place.parent)
            staged = self._trash.new_place(place.name)
            try:
                staged.symlink_to(entry.target)
            except OSError as error:
                raise write_error(place, error) from error
            self._replace(path, staged, place)
        elif place.is_symlink():
            _unlink(place)
        else:
            self._move_to_trash(place, before or entry)
        self._package.note_saved(path, entry)

    def _install_hard_link(self, path: str, entry: Entry) -> None:
        place = long_path(self._package.folder / self._names.claim(path))
        target = self._package.disk_path(self._package.final_target(path))
        if target.is_file() and not (place.exists() and place.samefile(target)):
            make_folder(place.parent)
            staged = self._trash.new_place(place.name)
            try:
                link_or_copy(target, staged)
            except OSError as error:
                raise write_error(place, error) from error
            self._replace(path, staged, place)
        self._package.note_saved(path, entry)


def _require_own_folder(package: Package) -> None:
    if not package.saved:
        require_empty(package.folder)
    elif not _holds_a_package(package):
        raise folder_gone(package.folder)


def _holds_a_package(package: Package) -> bool:
    """Not when there is nothing left but what somebody made again for the journal."""
    folder = long_path(package.folder)
    if not folder.is_dir():
        return False
    has_files = any(entry.kind is Kind.FILE for entry in package.saved.values())
    return not has_files or any(item.name != OWN_FOLDER for item in folder.iterdir())


def require_empty(folder: Path) -> None:
    """Raise `UsageError` unless a new package may be made in `folder`: missing, or empty."""
    if not folder.exists():
        return
    if not folder.is_dir() or any(item.name != OWN_FOLDER for item in folder.iterdir()):
        raise UsageError("The folder is not empty", str(folder), "Choose a new or an empty folder for the package.")


def _is_below(path: str, folders: set[str]) -> bool:
    while path and folders:
        path = path.rpartition("/")[0]
        if path in folders:
            return True
    return False


def _unlink(place: Path) -> None:
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        raise write_error(place, error) from error
