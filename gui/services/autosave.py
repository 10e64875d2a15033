"""Writes the journal of unsaved edits every few seconds and when the program loses the focus."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from gui.qt.application import running_application
from gui.qt.i18n import tr
from gui.qt.tasks import TaskRunner
from gui.services.document import Document
from gui.services.settings import AUTOSAVE_SECONDS, Settings
from spkcore.base.tasks import TaskContext
from spkcore.package.journal import clear_journal, write_journal
from spkcore.package.project import Package

LANE = "journal"


class Autosave(QObject):
    """Keeps the journal of one document up to date."""

    def __init__(
        self, document: Document, tasks: TaskRunner, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self._settings = settings
        self._written = document.revision
        self._is_on = True
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.write)
        self._apply_interval()
        settings.changed.connect(self._on_setting_changed)
        running_application().applicationStateChanged.connect(self._on_state_changed)

    @Slot()
    def write(self) -> None:
        """Write the journal now, in the background, if anything changed since the last time."""
        document = self._document
        if not self._is_on or document.revision == self._written:
            return
        self._written = document.revision
        work = partial(_write, document.package.snapshot(), document.is_dirty)
        self._tasks.start(LANE, tr("Keep unsaved edits"), work, hidden=True, essential=True)

    def write_at_once(self) -> None:
        """Write the journal in this thread: for a crash, when there may be no other chance."""
        if self._is_on and self._document.is_dirty:
            write_journal(self._document.package.snapshot())

    def stop(self) -> None:
        """Leave the journal as it is from now on: the document goes away, or belongs to another window."""
        self._is_on = False
        self._timer.stop()

    def forget(self) -> None:
        """Remove the journal: what it holds was saved, or given up."""
        work = partial(_clear, self._document.package.snapshot())
        self._tasks.start(LANE, tr("Forget unsaved edits"), work, hidden=True, essential=True)

    def _apply_interval(self) -> None:
        seconds = self._settings.get(AUTOSAVE_SECONDS)
        self._timer.setInterval(max(seconds, 1) * 1000)
        if seconds and self._is_on:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == AUTOSAVE_SECONDS.key:
            self._apply_interval()

    @Slot(Qt.ApplicationState)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive and self._settings.get(AUTOSAVE_SECONDS):
            self.write()


def _write(package: Package, dirty: bool, _context: TaskContext) -> None:
    if dirty:
        write_journal(package)
    else:
        clear_journal(package.folder)


def _clear(package: Package, _context: TaskContext) -> None:
    clear_journal(package.folder)
