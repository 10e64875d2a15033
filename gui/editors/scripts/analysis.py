"""Reads all scripts of the open package in the background, so that editors can say what a name means."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from spkcore.base.tasks import TaskContext
from spkcore.checks.scriptmap import ScriptMap, script_map
from spkcore.checks.subject import Subject
from spkcore.package.project import Package

_LANE = "scripts"
_DELAY = 300
"""Milliseconds without an edit before the scripts are read again."""
_FOLDERS = ("scripts/", "WIZARD_UIFILES/")
_ENDS = (".sh", ".cgi")


class ScriptAnalysis(QObject):
    """One for each document, shared by its editors. `map` is what was found last; it may be a moment old."""

    changed = Signal()

    def __init__(self, document: Document, tasks: TaskRunner) -> None:
        super().__init__(document)
        self._document = document
        self._tasks = tasks
        self._task: Task | None = None
        self.map = ScriptMap()
        self.revision = -1
        """The revision of the document that `map` is about."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self.read_now)
        document.changed.connect(self._on_document_changed)
        tasks.destroyed.connect(self._timer.stop)  # the program ends, and documents may live a moment longer

    @classmethod
    def of(cls, document: Document, tasks: TaskRunner) -> ScriptAnalysis:
        """The one of this document; made, and started, for the first editor that asks."""
        found = document.findChild(cls)
        if not isinstance(found, cls):
            found = cls(document, tasks)
            found.read_now()
        return found

    @Slot()
    def read_now(self) -> None:
        """Read the scripts as they are now; a reading that still runs is stopped."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
        work = partial(_read, self._document.package.snapshot(), self._document.revision)
        self._task = self._tasks.start(_LANE, tr("Read the scripts"), work, hidden=True)
        self._task.finished.connect(self._on_read)

    @Slot(object)
    def _on_read(self, result: tuple[int, ScriptMap]) -> None:
        self._task = None
        self.revision, self.map = result
        self.changed.emit()

    @Slot(object)
    def _on_document_changed(self, paths: frozenset[str]) -> None:
        if any(path.startswith(_FOLDERS) or path.endswith(_ENDS) or path in self.map.scripts for path in paths):
            self._timer.start()


def _read(package: Package, revision: int, context: TaskContext) -> tuple[int, ScriptMap]:
    return revision, script_map(Subject.of(package.entries, context=context, quick=True))
