"""Works out quick fixes in the background and carries them out as one undo step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import TaskRunner
from gui.services.document import Document
from gui.services.notifier import Notifier
from gui.services.planning import Planning
from gui.services.validation import Validation
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import Options, Problem
from spkcore.checks.mending import Mended, mend
from spkcore.checks.overrides import Override
from spkcore.checks.preview import FilePreview, preview
from spkcore.checks.rulebook import rules
from spkcore.package.project import Package

FIX_LANE = "fix"


@dataclass(frozen=True, slots=True)
class FixPlan:
    """Fixes that were worked out and not yet made: what would change, for the preview, and at which revision."""

    title: str
    mended: Mended
    previews: tuple[FilePreview, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be mended, as `mend` wants it."""

    title: str
    chosen: Collection[str] | None
    problem: Problem | None
    options: Options
    overrides: tuple[Override, ...]


class Fixing(QObject):
    """Plans one set of fixes at a time; `planned` brings the plan, `carry_out` makes it an undo step."""

    planned = Signal(object)
    """FixPlan: at least one problem can be mended."""

    def __init__(
        self,
        document: Document,
        validation: Validation,
        tasks: TaskRunner,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._validation = validation
        self._notifier = notifier
        self._planning = Planning(tasks, notifier, FIX_LANE, tr("Work out fixes"), self)
        self._planning.planned.connect(self._on_planned)

    def plan_problem(self, problem: Problem) -> None:
        """Plan the fix of one problem."""
        self._plan(rules()[problem.rule].mend, problem=problem)

    def plan_rules(self, chosen: Collection[str]) -> None:
        """Plan the fixes of all problems of these rules."""
        names = sorted(chosen)
        title = rules()[names[0]].mend if len(names) == 1 else tr("Fix problems")
        self._plan(title, chosen=frozenset(chosen))

    def plan_all(self) -> None:
        """Plan every fix that takes no decision."""
        self._plan(tr("Fix problems"))

    def carry_out(self, plan: FixPlan) -> None:
        """Make the planned change as one undo step. A plan about an older state of the package is made anew."""
        if plan.revision != self._document.revision:
            self._notifier.inform(tr("The package has changed meanwhile. Look at the fixes again."))
            return
        self._document.push(plan.mended.change, plan.title)

    def _plan(self, title: str, *, chosen: Collection[str] | None = None, problem: Problem | None = None) -> None:
        overrides = self._validation.settings.overrides
        wish = _Wish(title, chosen, problem, self._validation.options(), overrides)
        self._planning.start(partial(_work_out, self._document.package.snapshot(), self._document.revision, wish))

    @Slot(object)
    def _on_planned(self, plan: object) -> None:
        if not isinstance(plan, FixPlan):
            return
        if plan.mended.change.is_empty:
            self._notifier.inform(tr("There is nothing that can be fixed without a decision of yours."))
        else:
            self.planned.emit(plan)


def _work_out(package: Package, revision: int, wish: _Wish, context: TaskContext) -> FixPlan:
    mended = mend(
        package.entries,
        context,
        chosen=wish.chosen,
        problem=wish.problem,
        options=wish.options,
        overrides=wish.overrides,
    )
    return FixPlan(wish.title, mended, tuple(preview(mended.change)), revision)
