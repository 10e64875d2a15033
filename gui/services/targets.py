"""The build targets of the open package: those in its folder, and the one that waits for the next save."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import TaskRunner
from gui.services.document import Document
from gui.services.notifier import Notifier
from gui.services.saving import SAVE_LANE
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.checks.migrate import is_for_dsm6
from spkcore.package.buildtargets import BuildTarget, list_targets, remove_target, write_target


class BuildTargets(QObject):
    """A target that a migration keeps is written when the migrated package is saved. It goes again with the first save
    of the package for DSM 6, after the migration was undone: so the folder never holds a target without its migration,
    and a package without a folder of its own gets it with its first save."""

    changed = Signal()

    def __init__(
        self, document: Document, tasks: TaskRunner, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self._notifier = notifier
        self._kept: tuple[BuildTarget, ...] = ()
        self._promised: BuildTarget | None = None
        self._doomed: BuildTarget | None = None
        self._is_dsm6 = False
        self.damage: SpkError | None = None
        """Why the targets in the folder cannot be read."""
        document.changed.connect(self._on_changed)
        document.saved.connect(self._on_saved)
        document.moved.connect(self._read)
        self._read()

    @property
    def targets(self) -> tuple[BuildTarget, ...]:
        """What the package can be built for beside itself, by name."""
        promised, doomed = self._promised, self._doomed
        gone = {item.name for item in (promised,) if item is not None}
        others = [item for item in self._kept if item.name not in gone and item != doomed]
        if promised is not None and not self._is_dsm6:
            others.append(promised)
        return tuple(sorted(others, key=lambda item: item.name))

    def named(self, name: str) -> BuildTarget | None:
        """The target of this name."""
        return next((item for item in self.targets if item.name == name), None)

    def promise(self, target: BuildTarget | None) -> None:
        """Keep this target, or none, once the package is saved; call it after the migration was made. What an earlier
        migration promised, which was undone since, is forgotten."""
        if self._promised is not None and self._promised != target:
            self._doomed = self._promised
        self._promised = target
        self._is_dsm6 = is_for_dsm6(self._document.entries)
        self.changed.emit()

    @Slot()
    def _read(self) -> None:
        """On the lane of saving, which writes targets: what is read later must be heard later."""
        folder = self._document.folder
        work = partial(_list, folder)
        task = self._tasks.start(f"{SAVE_LANE}{folder}", tr("Read the build targets"), work, hidden=True)
        task.finished.connect(self._on_read)
        task.failed.connect(self._on_read_failed)

    @Slot(object)
    def _on_read(self, found: object) -> None:
        if isinstance(found, tuple):
            self._kept, self.damage = found, None
            self.changed.emit()

    @Slot(object)
    def _on_read_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._kept, self.damage = (), error
            self.changed.emit()

    @Slot(object)
    def _on_changed(self, paths: frozenset[str]) -> None:
        if self._promised is None or "INFO" not in paths:
            return
        before, self._is_dsm6 = self._is_dsm6, is_for_dsm6(self._document.entries)
        if before != self._is_dsm6:
            self.changed.emit()

    @Slot()
    def _on_saved(self) -> None:
        kept = None if self._is_dsm6 else self._promised
        gone = [item for item in (self._promised, self._doomed) if item is not None and item is not kept]
        if kept is None and not gone:
            return
        folder = self._document.folder
        work = partial(_settle, folder, kept, tuple(gone))
        title = tr("Keep the build targets")
        task = self._tasks.start(f"{SAVE_LANE}{folder}", title, work, hidden=True, essential=True)
        task.finished.connect(self._on_read)
        task.failed.connect(self._on_settle_failed)

    @Slot(object)
    def _on_settle_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._notifier.error(error)


def _list(folder: Path, _context: TaskContext) -> tuple[BuildTarget, ...]:
    return list_targets(folder)


def _settle(
    folder: Path, kept: BuildTarget | None, gone: tuple[BuildTarget, ...], _context: TaskContext
) -> tuple[BuildTarget, ...]:
    """Only what a migration wrote goes: a target that somebody edited since stays."""
    for target in gone:
        if target in list_targets(folder):
            remove_target(folder, target.name)
    if kept is not None:
        write_target(folder, kept)
    return list_targets(folder)
