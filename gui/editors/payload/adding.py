"""Adds files and folders from the disk to the payload: looked at in the background, one undo step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.app.context import AppContext
from gui.editors.payload.planning import rebased
from gui.editors.payload.presenter import PayloadPresenter
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.notifier import Choice, Question
from spkcore.base.errors import SpkError
from spkcore.package.changes import Change


class Adder(QObject):
    """Errors are said by the notifier."""

    added = Signal(str)
    """The first path that was added."""
    replace_wanted = Signal(str, object)
    """The payload folder, and the Path of the folder whose content it shall get."""

    def __init__(self, presenter: PayloadPresenter, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._document: Document = presenter.document
        self._context = context
        self._sources: Sequence[Path] = ()
        self._revision = -1

    def add(self, folder: str, sources: Sequence[Path]) -> None:
        """Add these to the payload folder."""
        self._sources = sources
        self._revision = self._document.revision
        self._presenter.prepare()
        work = partial(self._presenter.adding, sources, folder)
        task = self._context.tasks.start("payload", tr("Add files to the payload"), work)
        task.finished.connect(self._on_added)
        task.failed.connect(self._on_failed)

    @Slot(list, str)
    def drop(self, sources: list[Path], folder: str) -> None:
        """Add what was dropped. A folder that is dropped on one of the same name may be meant to replace it."""
        name = folder.rpartition("/")[2]
        if len(sources) != 1 or sources[0].name != name or not sources[0].is_dir():
            self.add(folder, sources)
            return
        question = Question(
            tr("Replace the content of {name}?", name=name),
            tr("You can look at what changes before anything does. Adding puts the folder into the other one."),
            (Choice("replace", tr("Replace…")), Choice("add", tr("Add")), Choice("", tr("Cancel"))),
            cancel="",
        )
        self._context.notifier.ask(question, partial(self._on_answered, folder, sources))

    def _on_answered(self, folder: str, sources: list[Path], answer: str) -> None:
        if answer == "replace":
            self.replace_wanted.emit(folder, sources[0])
        elif answer == "add":
            self.add(folder, sources)

    @Slot(object)
    def _on_added(self, change: object) -> None:
        """What was edited while the files were looked at must not be lost: then the change is made anew."""
        if isinstance(change, Change):
            fresh = change if self._revision == self._document.revision else rebased(change, self._document)
            self._presenter.added(fresh, self._sources)
            if fresh.place:
                self.added.emit(fresh.place)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._context.notifier.error(error)
