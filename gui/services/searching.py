"""Searches and replaces in the open package, and renames it: worked out in the background, made as one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from gui.models.sourcetext import shown
from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from gui.services.expressions import finder
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Change
from spkcore.package.project import Package
from spkcore.package.renaming import RenamePlace, RenamePlan, plan_rename, rename_package
from spkcore.package.search import Hit, Query, replace, search

SEARCH_LANE = "search"


class Searching(QObject):
    """One search at a time; a newer one takes the place of the one before."""

    found = Signal(object)
    """list[Hit]: of the query that was asked for last."""
    planned = Signal(object)
    """RenamePlan"""
    replaced = Signal(int)
    """So many places hold the new text now."""
    failed = Signal(str)
    """Why not, in one sentence."""
    refused = Signal(str)
    """Why nothing was replaced, in one sentence."""

    def __init__(self, document: Document, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._tasks = tasks
        self._task: Task | None = None

    def search(self, query: Query) -> None:
        """Look for `query` in the package as it is now."""
        self._begin(tr("Search"), partial(_search, self.document.package.snapshot(), query))

    def plan_rename(self) -> None:
        """Look for every place that names the package."""
        self._begin(tr("Look for the package ID"), partial(_plan, self.document.package.snapshot()))

    def stop(self) -> None:
        """Forget the search that runs."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def replace(self, query: Query, hits: Sequence[Hit], text: str) -> None:
        """Put `text` in the place of `hits` as one undo step: `replaced` or `refused` tells what came of it."""
        title = tr("Replace {n} place", "Replace {n} places", n=len(hits))
        self._edit(
            title, partial(replace, self.document.package.snapshot().entries, query, tuple(hits), text), len(hits)
        )

    def rename(self, places: Sequence[RenamePlace], name: str) -> None:
        """Call the package `name` in these places, as one undo step: `replaced` or `refused` tells what came of it."""
        title = tr("Rename the package to {name}", name=name)
        entries = self.document.package.snapshot().entries
        self._edit(title, partial(rename_package, entries, tuple(places), name), len(places))

    def _edit(self, title: str, make: Callable[[], Change], count: int) -> None:
        """Thousands of files are read for that, so the window does not wait."""
        self._begin(title, partial(_planned, make, title, count, self.document.revision))

    def _push(self, planned: _Planned) -> None:
        if planned.revision != self.document.revision:
            self.refused.emit(tr("The package was edited meanwhile. Try it again."))
            return
        self.document.push(planned.change, planned.title)
        self.replaced.emit(planned.count)

    def _begin(self, title: str, work: Callable[[TaskContext], object]) -> None:
        self.stop()
        task = self._task = self._tasks.start(SEARCH_LANE, title, work, hidden=True)
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        if self.sender() is not self._task:
            return
        self._task = None
        if isinstance(result, RenamePlan):
            self.planned.emit(result)
        elif isinstance(result, _Planned):
            self._push(result)
        elif isinstance(result, _Refusal):
            self.refused.emit(_sentence(result.error))
        else:
            self.found.emit(result)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self.sender() is self._task and isinstance(error, SpkError):
            self._task = None
            self.failed.emit(_sentence(error))


@dataclass(frozen=True, slots=True)
class _Planned:
    """An edit that was worked out for this revision of the document."""

    change: Change
    title: str
    count: int
    revision: int


@dataclass(frozen=True, slots=True)
class _Refusal:
    error: SpkError


def _planned(
    make: Callable[[], Change], title: str, count: int, revision: int, _context: TaskContext
) -> _Planned | _Refusal:
    try:
        return _Planned(make(), title, count, revision)
    except SpkError as error:
        return _Refusal(error)


def _sentence(error: SpkError) -> str:
    where = f" ({shown(error.where)})" if error.where else ""
    return f"{error.what}{where}. {error.what_to_do}".strip()


def _search(package: Package, query: Query, context: TaskContext) -> list[Hit]:
    return list(search(package.entries, query, context, finder(query)))


def _plan(package: Package, context: TaskContext) -> RenamePlan:
    return plan_rename(package.entries, context)
