"""Migrates the open package to DSM 7: plans in the background, one undo step, and the list of what is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from gui.services.notifier import Notifier
from gui.services.planning import Planning
from gui.services.targets import BuildTargets
from spkcore.base.tasks import TaskContext
from spkcore.checks.migrate import (
    DSM6_TARGET,
    Migration,
    Todo,
    checklist,
    dsm6_target,
    is_for_dsm6,
    left_to_do,
    migrate,
)
from spkcore.checks.preview import FilePreview, preview
from spkcore.package.buildtargets import BuildTarget
from spkcore.package.changes import apply
from spkcore.package.project import Package

LANE = "migrate"
DEBOUNCE = 500
"""Milliseconds without an edit before the list of what is left is made anew."""


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """A migration that was worked out and not yet made. `target` builds the package for DSM 6 as it was; there is none
    for a package that is for DSM 7 already."""

    to: str
    migration: Migration
    previews: tuple[FilePreview, ...]
    target: BuildTarget | None
    revision: int


class Migrating(QObject):
    """Plans one migration at a time. After one was made, `todos` follows the package."""

    planned = Signal(object)
    """MigrationPlan"""
    failed = Signal()
    """No plan comes; the user was told why."""
    todos_changed = Signal()

    def __init__(
        self,
        document: Document,
        targets: BuildTargets,
        tasks: TaskRunner,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._targets = targets
        self._tasks = tasks
        self._planning = Planning(tasks, notifier, LANE, tr("Work out the migration"), self)
        self._planning.planned.connect(self.planned)
        self._planning.failed.connect(self.failed)
        self._list_task: Task | None = None
        self._done: set[tuple[str, str, str]] = set()
        self.to = ""
        """The DSM version that `todos` is about; empty while no list is kept."""
        self.is_undone = False
        """Whether the package is for DSM 6 again, so that nothing is left to do for DSM 7."""
        self.todos: tuple[Todo, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self._look_again)
        document.changed.connect(self._on_document_changed)

    # --- the migration --------------------------------------------------------------------------------------------

    def plan(self, to: str) -> None:
        """Work out the migration to DSM `to`; `planned` brings it. One that is still worked out is stopped."""
        self._planning.start(partial(_plan, self._document.package.snapshot(), self._document.revision, to))

    def cancel(self) -> None:
        """Stop working out."""
        self._planning.cancel()

    @property
    def has_target(self) -> bool:
        """Whether a build target for DSM 6 is kept already."""
        return self._targets.named(DSM6_TARGET) is not None

    def carry_out(self, plan: MigrationPlan, *, keep_dsm6: bool) -> bool:
        """Make the migration as one undo step, and keep its list. False when the package has changed since it was
        planned: then it is planned anew."""
        if plan.revision != self._document.revision:
            self.plan(plan.to)
            return False
        self._document.push(plan.migration.change, tr("Migrate to DSM 7"))
        if plan.target is not None:
            self._targets.promise(plan.target if keep_dsm6 else None)
        self.keep_list(plan)
        return True

    # --- what is left ---------------------------------------------------------------------------------------------

    def keep_list(self, plan: MigrationPlan) -> None:
        """Follow what is left of this migration from now on."""
        self.to = plan.to
        self.is_undone = False
        self._done.clear()
        self._take(plan.migration.todos)

    def forget_list(self) -> None:
        """Stop following what is left."""
        self._timer.stop()
        self.to = ""
        self._done.clear()
        self._take(())

    def is_done(self, todo: Todo) -> bool:
        """Whether the user ticked it off."""
        return _identity(todo) in self._done

    def set_done(self, todo: Todo, *, done: bool) -> None:
        """Tick it off, or take that back."""
        if done:
            self._done.add(_identity(todo))
        else:
            self._done.discard(_identity(todo))
        self.todos_changed.emit()

    @property
    def open_count(self) -> int:
        """How many are neither gone nor ticked off."""
        return sum(not self.is_done(todo) for todo in self.todos)

    def markdown(self) -> str:
        """The list as text."""
        return checklist(self.todos, [todo for todo in self.todos if self.is_done(todo)])

    def stop(self) -> None:
        """The package goes away."""
        self._timer.stop()
        self.cancel()
        if self._list_task is not None:
            self._list_task.cancel()
            self._list_task = None

    def _take(self, todos: tuple[Todo, ...]) -> None:
        self.todos = todos
        self.todos_changed.emit()

    @Slot(object)
    def _on_document_changed(self, paths: frozenset[str]) -> None:
        if not self.to:
            return
        if "INFO" in paths:
            self.is_undone = is_for_dsm6(self._document.entries)
        if self.is_undone:
            self._timer.stop()
            self._take(())
        else:
            self._timer.start()

    @Slot()
    def _look_again(self) -> None:
        if self._list_task is not None:
            self._list_task.cancel()
        work = partial(_left, self._document.package.snapshot(), self.to)
        self._list_task = self._tasks.start(LANE, tr("See what is left to do"), work, hidden=True)
        self._list_task.finished.connect(self._on_listed)

    @Slot(object)
    def _on_listed(self, todos: object) -> None:
        if self.sender() is not self._list_task:  # it was ready when it was stopped
            return
        self._list_task = None
        if isinstance(todos, tuple) and self.to and not self.is_undone and todos != self.todos:
            self._take(todos)


def _identity(todo: Todo) -> tuple[str, str, str]:
    """What makes it the same thing to do when lines above it come and go."""
    return todo.path, todo.field, todo.what


def _plan(package: Package, revision: int, to: str, context: TaskContext) -> MigrationPlan:
    before = package.entries
    migration = migrate(before, to, context)
    target = None
    if is_for_dsm6(before):
        after = dict(before)
        apply(after, migration.change)
        target = dsm6_target(after, before)
    return MigrationPlan(to, migration, tuple(preview(migration.change)), target, revision)


def _left(package: Package, to: str, context: TaskContext) -> tuple[Todo, ...]:
    return left_to_do(package.entries, to, context)
