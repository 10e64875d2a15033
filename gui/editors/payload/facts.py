"""What is found out about the files of the payload in the background: what they are, and which hold a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.app.context import AppContext
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.document import Document
from spkcore.base.tasks import TaskContext
from spkcore.package.entries import PAYLOAD, Content, Entry, Kind
from spkcore.package.executables import Proposal, Role, proposals, read_head, role_of
from spkcore.package.filetext import FileText, file_text

Known = dict[str, tuple[Content | None, Role]]
"""Path → the content that was read, and what it is."""

_LANE = "payload-facts"
_SEARCH_LANE = "payload-search"
_REST = 400
"""Milliseconds without a change before the files are looked at."""


class PayloadFacts(QObject):
    """Looks at files whose bytes are new, when nothing was edited for a moment. `stop` before it goes."""

    roles_changed = Signal()
    found = Signal(object)
    """frozenset[str]: the files that hold the text that was searched for."""

    def __init__(self, document: Document, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._context = context
        self.roles: dict[str, Role] = {}
        self._known: Known = {}
        self._looking: Task | None = None
        self._searching: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST)
        self._timer.timeout.connect(self._look)

    def look_soon(self) -> None:
        """Something changed."""
        self._timer.start()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._timer.stop()
        for task in (self._looking, self._searching):
            if task is not None:
                task.cancel()

    def proposals(self) -> list[Proposal]:
        """The programs that are not executable, as far as is known."""
        return proposals(self._document.entries, self.roles)

    def search(self, text: str) -> None:
        """Find the text files that hold `text`, upper and lower case alike; the last search wins."""
        if self._searching is not None:
            self._searching.cancel()
        work = partial(_search, self._document.package.snapshot().entries, text)
        self._searching = self._context.tasks.start(_SEARCH_LANE, tr("Search in the payload"), work, hidden=True)
        self._searching.finished.connect(self._on_found)

    @Slot()
    def _look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        work = partial(_look, self._document.package.snapshot().entries, self._known)
        self._looking = self._context.tasks.start(_LANE, tr("Look at the files of the payload"), work, hidden=True)
        self._looking.finished.connect(self._on_looked)

    @Slot(object)
    def _on_looked(self, known: object) -> None:
        if isinstance(known, dict) and self.sender() is self._looking:
            self._looking = None
            self._known = known
            self.roles = {path: role for path, (_, role) in self._known.items()}
            self.roles_changed.emit()

    @Slot(object)
    def _on_found(self, paths: object) -> None:
        if self.sender() is self._searching:
            self._searching = None
            self.found.emit(paths)


def _look(entries: Mapping[str, Entry], known: Known, context: TaskContext) -> Known:
    """The roles of all files of the payload; `known` spares those whose bytes were read before."""
    found: Known = {}
    for path, entry in _files(entries):
        context.check()
        content, role = known.get(path, (None, Role.DATA))
        if content is None or content is not entry.content:
            role = role_of(path, read_head(entry))
        found[path] = (entry.content, role)
    return found


def _search(entries: Mapping[str, Entry], text: str, context: TaskContext) -> frozenset[str]:
    needle = text.casefold()
    found = set()
    for path, entry in _files(entries):
        context.check()
        file = file_text(entry)
        if isinstance(file, FileText) and needle in file.text.casefold():
            found.add(path)
    return frozenset(found)


def _files(entries: Mapping[str, Entry]) -> Iterable[tuple[str, Entry]]:
    below = PAYLOAD + "/"
    return ((path, entry) for path, entry in entries.items() if entry.kind is Kind.FILE and path.startswith(below))
