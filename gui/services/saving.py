"""Saves the open package in the background, in its folder or in a new one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from gui.services.notifier import Notifier
from spkcore.base.errors import Obstacle, UnreadableError, WriteError
from spkcore.base.tasks import TaskContext
from spkcore.package.entries import Entry
from spkcore.package.project import Package, save_package, save_package_as, unprotect

SAVE_LANE = "save:"
"""With the package folder behind it."""


class Saving(QObject):
    """One save at a time. Editing goes on meanwhile; what is edited after the click stays unsaved."""

    saved = Signal()
    failed = Signal(object)
    """SpkError"""
    abandoned = Signal()
    """The user did not choose a folder, or cancelled."""

    def __init__(
        self, document: Document, tasks: TaskRunner, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self._notifier = notifier
        self._task: Task | None = None
        self._revision = 0
        self._snapshot: Package | None = None
        self._folder: Path | None = None
        self._before: Mapping[str, Entry] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a save is on its way."""
        return self._task is not None

    def save(self) -> None:
        """Save in place; a package without a folder of its own is given one first."""
        if self._document.is_scratch:
            self.save_as()
        elif self._task is None:
            self._start(None)

    def try_again(self, *, unprotecting: bool = False) -> None:
        """Repeat the save that failed, to the same place; on request without the read-only marks that were in its
        way."""
        if self._task is None:
            self._start(self._folder, unprotecting=unprotecting)

    def save_as(self) -> None:
        """Ask for a folder and save a full copy there; the document lives there afterwards."""
        source = self._document.scratch_source
        start = source.parent if source else self._document.folder.parent
        self._notifier.choose_folder(tr("Choose an empty or new folder for the package"), start, self._on_folder)

    def _on_folder(self, folder: Path) -> None:
        if self._task is None:
            self._start(self._target(folder))

    def _target(self, folder: Path) -> Path:
        """An empty folder is used as it is; in any other one the package gets a folder of its own."""
        if not folder.exists() or not any(folder.iterdir()):
            return folder
        return folder / self._document.folder.name

    def _start(self, folder: Path | None, *, unprotecting: bool = False) -> None:
        document = self._document
        self._folder = folder
        document.break_merging()
        self._revision = document.revision
        self._snapshot = document.package.snapshot()
        self._before = dict(self._snapshot.entries)
        work = partial(_save, self._snapshot, folder, unprotecting)
        task = self._tasks.start(f"{SAVE_LANE}{document.folder}", tr("Save {name}", name=document.folder.name), work)
        self._task = task
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)

    @Slot(object)
    def _on_finished(self, _result: object) -> None:
        self._task = None
        if self._snapshot is not None:
            self._document.take_over_saved(self._snapshot, self._before, self._revision)
        self._snapshot = None
        self.saved.emit()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._task = None
        self.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._task = None
        self.abandoned.emit()


def _save(package: Package, folder: Path | None, unprotecting: bool, context: TaskContext) -> None:
    if unprotecting:
        unprotect(package)
    if folder is None:
        save_package(package, context)
    else:
        _save_as(package, folder, context)


def _save_as(package: Package, folder: Path, context: TaskContext) -> None:
    try:
        save_package_as(package, folder, context)
    except UnreadableError as error:
        if package.folder.is_dir():
            raise
        raise WriteError(
            tr("Not everything can be copied: some files lie in the package folder, and that is gone"),
            str(package.folder),
            tr("Connect its drive again, and try again."),
            Obstacle.GONE,
        ) from error
