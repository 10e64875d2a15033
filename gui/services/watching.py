"""Notices when another program changes the package folder, and tells real changes from our own saves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from spkcore.base.tasks import TaskContext
from spkcore.package.entries import FileContent, Kind
from spkcore.package.project import Package, open_package

LANE = "watch"
_DELAY = 500
"""Milliseconds of quiet before the folder is compared: editors and git write many files at once."""
_MOST = 400
"""Folders and files that are watched; more would cost handles without telling more."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What differs on disk: the package as it is there now, and the paths."""

    package: Package
    paths: frozenset[str]


class Watching(QObject):
    """Watches the folder of one document."""

    changed_outside = Signal(object)
    """Outside"""

    def __init__(self, document: Document, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self._task: Task | None = None
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(self._on_disk_changed)
        self._watcher.fileChanged.connect(self._on_disk_changed)
        document.saved.connect(self.watch)
        document.moved.connect(self.watch)
        self.watch()

    @Slot()
    def watch(self) -> None:
        """Watch what the package consists of now."""
        old = [*self._watcher.files(), *self._watcher.directories()]
        if old:
            self._watcher.removePaths(old)
        wanted = _places(self._document.package)
        self._watcher.addPaths([str(path) for path in wanted])

    def stop(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._watcher.blockSignals(True)
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot()
    def look(self) -> None:
        """Compare the folder with what we know of it, in the background."""
        if self._task is not None:
            self._timer.start()
            return
        work = partial(_compare, self._document.package.snapshot())
        self._task = self._tasks.start(LANE, tr("Look at the folder"), work, hidden=True)
        self._task.finished.connect(self._on_compared)
        self._task.failed.connect(self._on_failed)

    @Slot(str)
    def _on_disk_changed(self, _path: str) -> None:
        self._timer.start()

    @Slot(object)
    def _on_compared(self, outside: object) -> None:
        self._task = None
        if isinstance(outside, Outside) and outside.paths and self._is_still_true(outside):
            self.changed_outside.emit(outside)

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        self._task = None

    def _is_still_true(self, outside: Outside) -> bool:
        """Whether no save of ours happened between the look and now."""
        return bool(_differing(self._document.package, outside.package))


def _places(package: Package) -> list[Path]:
    folder = package.folder
    folders = [folder, *(folder / path for path, entry in package.saved.items() if entry.kind is Kind.DIRECTORY)]
    files = [folder / path for path, entry in package.saved.items() if entry.kind is Kind.FILE]
    return [path for path in _first(_MOST, [*folders, *files]) if path.exists()]


def _first(count: int, paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=_depth)[:count]


def _depth(path: Path) -> int:
    return len(path.parts)


def _compare(known: Package, context: TaskContext) -> Outside:
    fresh = open_package(known.folder, context)
    return Outside(fresh, _differing(known, fresh))


def _differing(known: Package, fresh: Package) -> frozenset[str]:
    ours, theirs = _marks(known), _marks(fresh)
    return frozenset(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))


def _marks(package: Package) -> dict[str, tuple[object, ...]]:
    """What tells two states of a file apart without reading it: kind, size, moment of the last write."""
    marks: dict[str, tuple[object, ...]] = {}
    for path, entry in package.saved.items():
        moment = entry.content.mtime_ns if isinstance(entry.content, FileContent) else 0
        marks[path] = (entry.kind, entry.size, moment, entry.target)
    return marks
