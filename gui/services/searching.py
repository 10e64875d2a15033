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
from spkcore.package.filetext import NoText
from spkcore.package.project import Package
from spkcore.package.renaming import RenamePlace, RenamePlan, plan_rename, rename_package
from spkcore.package.search import Hit, Query, replace, search

SEARCH_LANE = "search"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What `query` found in the package as it was at `revision`, and which files have no text to look at, and why."""

    query: Query
    hits: tuple[Hit, ...]
    skipped: tuple[tuple[str, NoText], ...]
    revision: int


class Searching(QObject):
    """One search at a time; a newer one takes the place of the one before. An edit is carried through: what is to be
    looked for meanwhile waits for its end."""

    found = Signal(object)
    """SearchResult: of the query that was asked for last."""
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
        self.is_editing = False
        """An edit is being worked out; `replaced` or `refused` ends that."""
        self._waiting: Query | None = None

    def search(self, query: Query) -> None:
        """Look for `query` in the package as it is now, or once the edit is done that is being worked out."""
        if self.is_editing:
            self._waiting = query
            return
        package = self.document.package.snapshot()
        self._begin(tr("Search"), partial(_search, package, query, self.document.revision))

    def plan_rename(self) -> None:
        """Look for every place that names the package."""
        self._begin(tr("Look for the package ID"), partial(_plan, self.document.package.snapshot()))

    def forget(self) -> None:
        """Nobody waits for the search any more; an edit goes on."""
        self._waiting = None
        if not self.is_editing:
            self.stop()

    def stop(self) -> None:
        """Forget the search that runs, and the edit: nothing is changed."""
        self.is_editing, self._waiting = False, None
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
        self.is_editing = True

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
        self._task, self.is_editing = None, False
        if isinstance(result, RenamePlan):
            self.planned.emit(result)
        elif isinstance(result, _Planned):
            self._push(result)
        else:
            self.found.emit(result)
        self._go_on()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self.sender() is not self._task or not isinstance(error, SpkError):
            return
        told = self.refused if self.is_editing else self.failed
        self._task, self.is_editing = None, False
        told.emit(_sentence(error))
        self._go_on()

    def _go_on(self) -> None:
        """Look for what was asked for during an edit, unless whoever heard of its end looks for something already."""
        query, self._waiting = self._waiting, None
        if query is not None and self._task is None:
            self.search(query)


@dataclass(frozen=True, slots=True)
class _Planned:
    """An edit that was worked out for this revision of the document."""

    change: Change
    title: str
    count: int
    revision: int


def _planned(make: Callable[[], Change], title: str, count: int, revision: int, _context: TaskContext) -> _Planned:
    return _Planned(make(), title, count, revision)


def _sentence(error: SpkError) -> str:
    where = f" ({shown(error.where)})" if error.where else ""
    return f"{error.what}{where}. {error.what_to_do}".strip()


def _search(package: Package, query: Query, revision: int, context: TaskContext) -> SearchResult:
    skipped: dict[str, NoText] = {}
    hits = tuple(search(package.entries, query, context, finder(query), skipped.__setitem__))
    return SearchResult(query, hits, tuple(skipped.items()), revision)


def _plan(package: Package, context: TaskContext) -> RenamePlan:
    return plan_rename(package.entries, context)
