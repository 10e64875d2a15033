"""The trash inside a package folder: old bytes of files that saving removed or replaced, so that undo still works."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from spkcore.base import files
from spkcore.base.files import make_folder, write_error
from spkcore.base.longpaths import long_path, plain_path
from spkcore.package.attributes import own_folder
from spkcore.package.clutter import ClutterKind
from spkcore.package.entries import OWN_FOLDER, Entry, FileContent
from spkcore.package.state import Package

_LONGEST_TRASH_NAME = 80


class Trash:
    """The folder .spkcreator/trash of one package folder. It lies on the drive of the package: moving is renaming."""

    def __init__(self, folder: Path) -> None:
        self.folder = trash_folder(folder)
        self._package_folder = folder

    def new_place(self, name: str) -> Path:
        """A path in the trash that is free, for a file called `name`."""
        own_folder(self._package_folder)
        make_folder(self.folder)
        return long_path(self.folder / f"{secrets.token_hex(6)}-{name[:_LONGEST_TRASH_NAME]}")

    def move(self, path: Path) -> Path:
        """Move the file or folder `path` into the trash; returns where it is now. Raises `WriteError`."""
        place = self.new_place(path.name)
        try:
            path.rename(place)
        except OSError as error:
            raise write_error(path, error) from error
        return place

    def keep_copy(self, path: Path) -> Path:
        """Keep the bytes that `path` has now, without taking it away; returns where they are. Raises `WriteError`."""
        place = self.new_place(path.name)
        try:
            link_or_copy(path, place)
        except OSError as error:
            raise write_error(path, error) from error
        return place

    def holds(self, path: Path) -> bool:
        """Whether `path` lies in this trash."""
        return plain_path(path.parent) == plain_path(self.folder)


def trash_folder(folder: Path) -> Path:
    """The trash of the package folder `folder`."""
    return long_path(folder / OWN_FOLDER / "trash")


def link_or_copy(source: Path, place: Path) -> None:
    """A hard link where the file system can, else a copy. Raises `OSError`."""
    try:
        place.hardlink_to(source)
    except OSError:
        shutil.copy2(source, place)


def discard_trash(package: Package) -> None:
    """Delete the trash of the package, but for what its entries still need. To be called when no undo step can need
    it any more: after opening (once a journal is recovered or declined) and when closing."""
    needed = {entry.content.path for entry in package.entries.values() if isinstance(entry.content, FileContent)}
    folder = trash_folder(package.folder)
    if not folder.is_dir():
        return
    for item in list(folder.iterdir()):
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item, ignore_errors=True)
        elif item not in needed:
            with contextlib.suppress(OSError):  # locked: it goes the next time
                item.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def remove_clutter(package: Package, kind: ClutterKind = ClutterKind.OLDER_TOOL) -> tuple[str, ...]:
    """Move the clutter of one kind into the trash; returns the paths that were moved. Raises `WriteError`.

    What was moved before an error stays moved.
    """
    trash = Trash(package.folder)
    moved = []
    for item in package.clutter:
        if item.kind is not kind:
            continue
        if os.path.lexists(package.folder / item.path):
            trash.move(package.folder / item.path)
        moved.append(item.path)
        package.clutter = tuple(other for other in package.clutter if other.path != item.path)
    return tuple(moved)


def set_exec_bit(place: Path, entry: Entry, replaced: Path | None = None) -> None:
    """Give the file the user-execute bit of its entry, or without attributes the mode of the file it replaces."""
    if not files.POSIX:
        return
    mode = place.stat().st_mode & 0o777
    if entry.attributes is not None:
        wanted = mode | 0o111 if entry.attributes.mode & 0o100 else mode & ~0o111
    elif replaced is not None and replaced.exists():
        wanted = replaced.stat().st_mode & 0o777
    else:
        return
    if wanted != mode:
        place.chmod(wanted)
