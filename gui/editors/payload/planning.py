"""Carries out edits of many files: small ones at once, large ones are worked out in the background; one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from gui.app.context import AppContext
from gui.qt.tasks import Task
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Change, Edit, Entries

SMALL = 300
"""Entries whose attributes are worked out while the window waits; it may take a read of each file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One undo step to be. `make` works the change out from the package's entries; `size` is how many it touches."""

    text: str
    size: int
    make: Callable[[Entries], Change]


class Planner(QObject):
    """What cannot be done is said by the notifier."""

    done = Signal()
    """A plan was carried out, or failed."""

    def __init__(self, document: Document, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._context = context
        self._waiting: dict[Task, tuple[Plan, int]] = {}

    def carry_out(self, plan: Plan) -> None:
        """Push the change of `plan`, now or once it is worked out."""
        if plan.size > SMALL:
            work = partial(_make, plan, dict(self._document.entries))
            task = self._context.tasks.start("payload", plan.text, work)
            self._waiting[task] = (plan, self._document.revision)
            task.finished.connect(self._on_made)
            task.failed.connect(self._on_failed)
            task.ended.connect(self._on_ended)
            return
        try:
            self._document.push(plan.make(self._document.entries), plan.text)
        except SpkError as error:
            self._context.notifier.error(error)
        self.done.emit()

    @Slot(object)
    def _on_made(self, change: object) -> None:
        plan, revision = self._waiting[self._task()]
        if isinstance(change, Change):
            fresh = change if revision == self._document.revision else rebased(change, self._document)
            self._document.push(fresh, plan.text)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._context.notifier.error(error)

    @Slot()
    def _on_ended(self) -> None:
        self._waiting.pop(self._task(), None)
        self.done.emit()

    def _task(self) -> Task:
        task = self.sender()
        assert isinstance(task, Task)
        return task


def _make(plan: Plan, entries: Entries, context: TaskContext) -> Change:
    context.check()
    return plan.make(entries)


def rebased(change: Change, document: Document) -> Change:
    """`change` as an edit of the package as it is now."""
    edits = tuple(Edit(edit.path, document.entries.get(edit.path), edit.after) for edit in change.edits)
    return Change(edits, change.merge_key, change.place)
