"""At the start: finds the packages that a crash interrupted, and leads back to their unsaved changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from gui.app.context import AppContext
from gui.qt.i18n import tr
from gui.services.loading import load_folder, remove_scratch
from gui.services.opener import LANE
from gui.services.sessions import OpenPackage
from gui.services.workbench import Workbench
from spkcore.base.tasks import TaskContext
from spkcore.package.journal import journal_path


@dataclass(frozen=True, slots=True)
class _Found:
    packages: tuple[OpenPackage, ...]


class Recovery(QObject):
    """Runs once."""

    def __init__(self, context: AppContext, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._context = context
        self._bench = workbench

    def start(self, open_found: bool) -> None:
        """Look; with `open_found` the first interrupted package is opened, and its changes are offered there."""
        interrupted = self._bench.sessions.interrupted()
        if not interrupted:
            return
        work = partial(_look, tuple(interrupted), self._context.home)
        task = self._context.tasks.start(LANE, tr("Look for unsaved changes"), work, hidden=True)
        if open_found:
            task.finished.connect(self._on_looked)

    @Slot(object)
    def _on_looked(self, found: object) -> None:
        if not isinstance(found, _Found) or not found.packages or self._bench.current is not None:
            return
        first = found.packages[0]
        source = Path(first.source) if first.source else None
        work = partial(load_folder, Path(first.folder), source)
        task = self._context.tasks.start(LANE, tr("Open {name}", name=Path(first.folder).name), work)
        task.finished.connect(self._on_loaded)

    @Slot(object)
    def _on_loaded(self, loaded: object) -> None:
        if self._bench.current is None:
            self._bench.show_loaded(loaded)


def _look(packages: tuple[OpenPackage, ...], home: Path, context: TaskContext) -> _Found:
    with_work = []
    for package in packages:
        context.check()
        folder = Path(package.folder)
        if journal_path(folder).is_file():
            with_work.append(package)
        elif package.source:
            remove_scratch(folder, home)
    return _Found(tuple(with_work))
