"""Opens what the user chose or dropped, in the background, and says why something cannot be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.loading import INFO, Loaded, load, load_folder, load_unpacking, remove_scratch
from spkcore.base.tasks import TaskContext

LANE = "open"


class Opener(QObject):
    """One opening at a time; a new one cancels the one before."""

    started = Signal(object)
    """Task: to show its progress."""
    loaded = Signal(object)
    """Loaded"""
    refused = Signal(object)
    """SpkError"""
    cancelled = Signal()

    def __init__(self, tasks: TaskRunner, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._home = home
        self._task: Task | None = None
        self._is_unwanted = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being opened."""
        return self._task is not None

    def open(self, path: Path) -> None:
        """Open a package folder, an INFO file, or an .spk."""
        self._start(path, partial(load, path.absolute(), self._home))

    def open_interrupted(self, folder: Path, source: Path | None) -> None:
        """Open a package folder that a crash left; `source` is the .spk if it is a scratch folder."""
        self._start(source or folder, partial(load_folder, folder, source))

    def open_unpacking(self, folder: Path) -> None:
        """Unpack the payload of a package folder, and open it."""
        self._start(folder, partial(load_unpacking, folder))

    def _start(self, path: Path, work: Callable[[TaskContext], Loaded]) -> None:
        self.cancel()
        task = self._tasks.start(LANE, tr("Open {name}", name=path.name or str(path)), work)
        self._task = task
        self._is_unwanted = False
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.started.emit(task)

    @Slot()
    def cancel(self) -> None:
        """Stop an opening that is on its way."""
        if self._task is not None:
            self._is_unwanted = True
            self._task.cancel()

    @Slot(object)
    def _on_finished(self, loaded: object) -> None:
        is_wanted = self._is_current() and not self._is_unwanted
        if is_wanted:
            self._task = None
            self.loaded.emit(loaded)
            return
        # It was ready at the very moment of the click on Cancel.
        if isinstance(loaded, Loaded) and loaded.source is not None:
            remove = partial(_remove, loaded.package.folder, self._home)
            self._tasks.start("scratch", tr("Tidy up"), remove, hidden=True, essential=True)
        self._on_cancelled()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self._is_current():
            self._task = None
            self.refused.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        if self._is_current():
            self._task = None
            self.cancelled.emit()

    def _is_current(self) -> bool:
        return self.sender() is self._task


def _remove(folder: Path, home: Path, _context: TaskContext) -> None:
    remove_scratch(folder, home)


def drop_answer(paths: Sequence[Path]) -> tuple[Path | None, str]:
    """What a drop of `paths` on the window would open, and the sentence to show while it hovers.

    Looks at names only, so that it is quick enough for every move of the mouse.
    """
    if not paths:
        return None, tr("Only files and folders of this computer can be dropped here.")
    if len(paths) > 1:
        return None, tr("Drop one package at a time.")
    path = paths[0]
    if path.is_dir():
        return path, tr("Open the package folder “{name}”", name=path.name)
    if path.name == INFO:
        return path, tr("Open the package folder “{name}”", name=path.parent.name)
    if path.suffix.lower() == ".spk":
        return path, tr("Open the package “{name}”", name=path.name)
    return None, tr("“{name}” is no package folder, no .spk and no INFO file.", name=path.name)
