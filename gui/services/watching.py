"""Notices when another program changes the package folder, and takes over or overrules what it wrote."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from spkcore.base.tasks import TaskContext
from spkcore.package.entries import PAYLOAD, Kind
from spkcore.package.project import Package, external_changes, reload_paths

LANE = "watch"
_DELAY = 500
"""Milliseconds of quiet before the folder is compared: editors and git write many files at once."""
_MOST = 400
"""Folders and files that are watched; more would cost handles without telling more."""


class Watching(QObject):
    """Watches the folder of one document, its payload left out."""

    changed_outside = Signal(object)
    """frozenset[str]: the paths that are not on disk what we know of them."""
    lost = Signal()
    """The package folder is gone, or cannot be read any more."""

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
        document.saved.connect(self._on_saved)
        self.watch()

    def watch(self) -> None:
        """Watch what the package consists of now."""
        self._unwatch()
        self._watcher.addPaths([str(path) for path in _places(self._document.package)])

    def _unwatch(self) -> None:
        old = [*self._watcher.files(), *self._watcher.directories()]
        if old:
            self._watcher.removePaths(old)

    def stop(self) -> None:
        """Stop watching, and let go of the folders: on Windows what is watched cannot be deleted."""
        self._timer.stop()
        self._watcher.directoryChanged.disconnect(self._on_disk_changed)
        self._watcher.fileChanged.disconnect(self._on_disk_changed)
        self._unwatch()
        self._drop_look()

    def reload(self, paths: frozenset[str]) -> None:
        """Take what is on disk at `paths`, as one undo step."""
        document = self._document
        document.push(reload_paths(document.package, paths), tr("Reload from disk"))
        if not document.package.is_dirty:
            document.stack.setClean()
        self.watch()

    def keep(self, paths: frozenset[str]) -> None:
        """Keep what is in the window; the next save overwrites what is on disk."""
        change = reload_paths(self._document.package, paths)
        if not change.is_empty:
            self._document.stack.resetClean()
        self.watch()

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

    def _drop_look(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot(str)
    def _on_disk_changed(self, path: str) -> None:
        folder = self._document.folder
        # The folder above is watched only because no system tells a folder that it was renamed or removed.
        if path != str(folder.parent) or not folder.is_dir():
            self._timer.start()

    @Slot()
    def _on_saved(self) -> None:
        self._drop_look()
        self.watch()

    @Slot(object)
    def _on_compared(self, paths: object) -> None:
        if self.sender() is not self._task:
            return
        self._task = None
        if isinstance(paths, frozenset) and paths:
            self.changed_outside.emit(paths)

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        if self.sender() is self._task:
            self._task = None
            self.lost.emit()


def _places(package: Package) -> list[Path]:
    outer = [(path, entry) for path, entry in package.saved.items() if not path.startswith(f"{PAYLOAD}/")]
    folders = [package.disk_path(path) for path, entry in outer if entry.kind is Kind.DIRECTORY]
    files = [package.disk_path(path) for path, entry in outer if entry.kind is Kind.FILE]
    return [path for path in [package.folder, package.folder.parent, *folders, *files][:_MOST] if path.exists()]


def _compare(package: Package, _context: TaskContext) -> frozenset[str]:
    return external_changes(package)
