"""Turns what is done to the payload tree into changes; knows no widgets."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package import payload
from spkcore.package.changes import Change, remove, rename
from spkcore.package.entries import PAYLOAD, Kind

DRAG_BYTES = 64 * 1024 * 1024
DRAG_FILES = 2000
"""What can be dragged out of the window at once: files are written when the drag starts, and that must be quick."""


class PayloadPresenter:
    """Every method but the questions pushes one undo step, or raises `SpkError` and changes nothing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._drag_folder: Path | None = None

    # ------------------------------------------------------------------------------------------ edits

    def rename(self, path: str, name: str) -> str:
        """Give a file or folder another name; returns its new path."""
        if "/" in name or name in {"", ".", ".."}:
            raise UsageError("This is not a usable name", name, "Use a name without '/', and not '.' or '..'.")
        new = f"{path.rpartition('/')[0]}/{name}"
        self.document.push(rename(self.document.entries, path, new), tr("Rename {name}", name=_name(path)))
        return new

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files and folders with everything in them."""
        self.document.push(remove(self.document.entries, paths), tr("Remove {what}", what=_names(paths)))

    def move(self, paths: Sequence[str], folder: str) -> None:
        """Move files and folders into a folder of the payload."""
        self.document.push(
            payload.move_into(self.document.entries, paths, folder), tr("Move {what}", what=_names(paths))
        )

    def new_folder(self, folder: str) -> str:
        """Make an empty folder and return its path."""
        path = payload.unique_name(self.document.entries, folder, tr("New folder"))
        self.document.push(payload.make_folder_entry(self.document.entries, path), tr("New folder"))
        return path

    def copy(self, paths: Sequence[str], folder: str) -> None:
        """Copy files and folders into a folder of the payload; a taken name gets a number."""
        there = [path for path in paths if path in self.document.entries]
        if not there:
            raise UsageError(tr("There is nothing to paste"), folder, tr("Copy files of this package first."))
        change = payload.copy_into(self.document.entries, there, folder)
        self.document.push(change, tr("Copy {what}", what=_names(there)))

    def added(self, change: Change, sources: Sequence[Path]) -> None:
        """Take over what `adding` made."""
        self.document.push(change, tr("Add {what}", what=_names([source.as_posix() for source in sources])))

    # ------------------------------------------------------------------------------------------ work for tasks

    def adding(self, sources: Sequence[Path], folder: str, context: TaskContext) -> Change:
        """Look at dropped files and folders; runs in the background on a copy of the package."""
        return payload.add_from_disk(self._snapshot.entries, folder, sources, context)

    def exporting(self, paths: Sequence[str], folder: Path, context: TaskContext) -> list[Path]:
        """Write files and folders to the disk; runs in the background."""
        return payload.export(self._snapshot.entries, paths, folder, context)

    def prepare(self) -> None:
        """Take the copy that background work sees."""
        self._snapshot = self.document.package.snapshot()

    def drag_out(self, paths: Sequence[str]) -> list[Path]:
        """Write what is dragged to a temporary folder, so that Explorer can take it; nothing when it is too much.

        Raises `SpkError` when a file cannot be read or written.
        """
        entries = self.document.entries
        inner = [path for root in payload.outermost(paths) for path in payload.descendants(entries, root)]
        if len(inner) > DRAG_FILES or sum(entries[path].size for path in inner) > DRAG_BYTES:
            return []
        if self._drag_folder is None:
            self._drag_folder = Path(tempfile.mkdtemp(prefix="spkcreator-drag-"))
            atexit.register(shutil.rmtree, self._drag_folder, ignore_errors=True)
        place = Path(tempfile.mkdtemp(dir=self._drag_folder))
        return payload.export(entries, paths, place, quiet())

    # ------------------------------------------------------------------------------------------ questions

    def is_empty(self) -> bool:
        """Whether there is nothing in the payload."""
        return not any(path.startswith(PAYLOAD + "/") for path in self.document.entries)

    def is_file(self, path: str) -> bool:
        """Whether it can be opened in an editor."""
        entry = self.document.entries.get(path)
        return entry is not None and entry.kind is not Kind.DIRECTORY

    def total(self) -> payload.Total:
        """Bytes and files of the payload."""
        return payload.folder_totals(self.document.entries).get(PAYLOAD, payload.Total())


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _names(paths: Sequence[str]) -> str:
    return _name(paths[0]) if len(paths) == 1 else tr("{n} item", "{n} items", n=len(paths))
