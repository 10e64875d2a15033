"""Saving a package as a full copy into another folder, where it lives from then on."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from spkcore.base import files
from spkcore.base.errors import Cancelled, SpkError, UsageError, WriteError
from spkcore.base.files import make_folder, write_error
from spkcore.base.longpaths import long_path
from spkcore.base.tasks import TaskContext
from spkcore.package.attributes import own_folder, write_attributes
from spkcore.package.buildtargets import copy_targets
from spkcore.package.contents import copy_content
from spkcore.package.entries import BytesContent, Entry, FileContent, Kind
from spkcore.package.journal import clear_journal
from spkcore.package.names import DiskNames
from spkcore.package.saving import require_empty, save_package
from spkcore.package.scanning import is_inner_link, keeps_exec_bits
from spkcore.package.state import Package, stamp_of
from spkcore.package.trash import link_or_copy, set_exec_bit


def save_package_as(package: Package, folder: Path, context: TaskContext) -> None:
    """Write the whole package, unsaved edits included, into the new or empty `folder`; the package then lives there.

    The old folder stays as it was last saved. Raises `UsageError` when `folder` is neither empty nor the folder of
    this package, `WriteError`, `UnreadableError` or `Cancelled`; then nothing is left in `folder`.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links and rename drives
    if folder == package.folder:
        save_package(package, context)
        return
    _require_other_place(package, folder)
    copy = _Copy(package, folder, context)
    was_there = folder.exists()
    try:
        copy.run()
    except (SpkError, Cancelled):
        _clean_up(folder, was_there=was_there)
        raise
    old_folder = package.folder
    copy.take_over()
    with contextlib.suppress(WriteError):  # the old folder may be read-only; the copy is complete
        clear_journal(old_folder)


class _Copy:
    """One full copy."""

    def __init__(self, package: Package, folder: Path, context: TaskContext) -> None:
        self._package = package
        self._folder = folder
        self._context = context
        self._names = DiskNames()
        self._exec_bits = False

    def run(self) -> None:
        """Write everything; the package itself is not touched."""
        entries = self._package.entries
        own_folder(self._folder)
        copy_targets(self._package.folder, self._folder)
        for number, path in enumerate(sorted(entries), 1):
            self._context.progress(number, len(entries) + 1, "Copying the package", unit="files")
            try:
                self._write(path, entries[path])
            except OSError as error:
                raise write_error(self._place(path), error) from error
        for path, entry in entries.items():
            if entry.kind is Kind.HARDLINK:
                self._link(path, entry)
        self._exec_bits = keeps_exec_bits(self._folder)
        write_attributes(self._folder, entries, self._package.archive, self._names, exec_bits=self._exec_bits)

    def take_over(self) -> None:
        """The package lives in the new folder from now on."""
        moved: set[int] = set()
        package = self._package
        stamps = {}
        for path, entry in list(package.entries.items()):
            place = self._place(path)
            content = entry.content
            if isinstance(content, FileContent) and id(content) not in moved:
                content.relocate(place)
                content.mtime_ns = place.stat().st_mtime_ns
                moved.add(id(content))
            elif isinstance(content, FileContent):
                package.replace_entry(path, replace(entry, content=FileContent.of(place)))
            elif entry.kind is Kind.FILE:
                stamps[path] = stamp_of(place)
        package.move_to(self._folder, self._names, exec_bits=self._exec_bits)
        package.stamps.update(stamps)

    def _place(self, path: str) -> Path:
        return long_path(self._folder / self._names.disk_path(path))

    def _write(self, path: str, entry: Entry) -> None:
        place = long_path(self._folder / self._names.claim(path))
        if entry.kind is Kind.DIRECTORY:
            make_folder(place)
        elif entry.kind is Kind.FILE:
            make_folder(place.parent)
            copy_content(entry.content or BytesContent(b""), place, self._context)
            set_exec_bit(place, entry)
        elif entry.kind is Kind.SYMLINK and files.POSIX and is_inner_link(path, entry.target):
            make_folder(place.parent)
            place.symlink_to(entry.target)

    def _link(self, path: str, entry: Entry) -> None:
        place = self._place(path)
        target = self._package.final_target(path)
        if self._package.entries.get(target, entry).kind is not Kind.FILE:
            return
        make_folder(place.parent)
        try:
            link_or_copy(self._place(target), place)
        except OSError as error:
            raise write_error(place, error) from error


def _require_other_place(package: Package, folder: Path) -> None:
    require_empty(folder)
    if folder.is_relative_to(package.folder):
        raise UsageError("A package cannot be saved inside itself", str(folder), "Choose a folder beside it.")


def _clean_up(folder: Path, *, was_there: bool) -> None:
    """Remove what was written; the folder was missing or empty before."""
    if not was_there:
        shutil.rmtree(folder, ignore_errors=True)
    elif folder.is_dir():
        for item in list(folder.iterdir()):
            if item.is_dir() and not item.is_symlink():
                shutil.rmtree(item, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    item.unlink()
