"""Brings the open package, its check and its fixes together with the problems panel; does what commands on them say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QDialog, QMenu, QPlainTextEdit, QWidget

from gui.app.context import AppContext
from gui.dialogs.accept import AcceptDialog
from gui.dialogs.fix_preview import FixPreviewDialog
from gui.models.problemtexts import fix_text, rule_of
from gui.models.verdicttexts import summary
from gui.qt.i18n import tr
from gui.services.fixing import FixPlan
from gui.services.workbench import OpenDocument
from gui.widgets.verdictstrip import VerdictChip
from gui.windows.bottompanel import BottomPanel
from gui.windows.packagepage import PackagePage
from gui.windows.toast import Toast
from spkcore.checks.engine import Problem
from spkcore.checks.overrides import CheckSettings, Override

_Change = Callable[[CheckSettings, Override], CheckSettings]


class ProblemDesk(QObject):
    """Follows one package at a time. A fix that takes a decision, and every fix of several problems, is shown first."""

    changed = Signal()
    """The problems are others than before."""
    panel_wanted = Signal()
    """The list of problems is to be seen."""

    def __init__(
        self, panel: BottomPanel, chip: VerdictChip, toast: Toast, context: AppContext, window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self._panel = panel
        self._chip = chip
        self._toast = toast
        self._context = context
        self._current: OpenDocument | None = None
        self._page: PackagePage | None = None
        self._dialog: QDialog | None = None
        self._is_direct = False
        self._connect()

    def attach(self, current: OpenDocument, page: PackagePage) -> None:
        """Work on this package."""
        self._current, self._page = current, page
        problems = self._panel.problems
        problems.set_owner(page.sidebar.model.owner)
        problems.choices.show_settings(current.validation.settings)
        page.part_shown.connect(problems.set_shown_part)
        page.fix_wanted.connect(self.fix)
        page.problem_wanted.connect(self.show_problem)
        page.package_problems_wanted.connect(self._on_package_wanted)
        current.validation.problems_changed.connect(self._show_problems)
        current.validation.verdict_changed.connect(self._show_verdict)
        current.validation.settings_changed.connect(self._show_settings)
        current.fixing.planned.connect(self._on_planned)
        self._show_problems()
        self._show_verdict()

    def detach(self) -> None:
        """Let go of it; nothing of it may arrive any more."""
        current, self._current, self._page = self._current, None, None
        if current is None:
            return
        current.validation.problems_changed.disconnect(self._show_problems)
        current.validation.verdict_changed.disconnect(self._show_verdict)
        current.validation.settings_changed.disconnect(self._show_settings)
        current.fixing.planned.disconnect(self._on_planned)
        if self._dialog is not None:
            self._dialog.reject()
        self._panel.problems.set_owner(str)
        self._show_problems()
        self._show_verdict()

    # --- commands -------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Look for problems at once, and show them."""
        if self._current is not None:
            self._current.validation.check_now()
            self.panel_wanted.emit()

    def step(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) of the problems that the panel shows."""
        problem = self._panel.problems.step(direction)
        if problem is None:
            is_clean = self._current is None or not self._current.validation.problems
            text = tr("No problems found") if is_clean else tr("Nothing matches the filter of the problems")
            self._context.notifier.inform(text)
        else:
            self._go_to(problem)

    def fix_here(self) -> None:
        """Mend the problem at the caret or field; while the focus is elsewhere, the selected one."""
        here = self._problems_at_focus()
        selected = self._panel.problems.current
        if not here and selected is not None and selected.override is None:
            here = (selected.problem,)
        fixable = _different([problem for problem in here if fix_text(problem)])
        if len(fixable) > 1:
            self._offer(fixable)
        elif fixable:
            self.fix(fixable[0])
        elif here:
            self._context.notifier.inform(tr("There is no quick fix for this."), rule_of(here[0]).fix)
        else:
            self._context.notifier.inform(tr("Select a problem first."))

    def fix_all(self) -> None:
        """Work out everything that takes no decision, to be looked at."""
        if self._current is not None:
            self._is_direct = False
            self._current.fixing.plan_all()

    @Slot(object)
    def fix(self, problem: Problem) -> None:
        """Mend one problem: at once, or after a look where its fix takes a decision."""
        if self._current is not None:
            self._is_direct = not rule_of(problem).mend_alone
            self._current.fixing.plan_problem(problem)

    @Slot(str)
    def fix_kind(self, rule: str) -> None:
        """Work out the fixes of all problems of a rule, to be looked at."""
        if self._current is not None:
            self._is_direct = False
            self._current.fixing.plan_rules({rule})

    def accept_selected(self) -> None:
        """Ask why the selected problems do not count."""
        selected = [row.problem for row in self._panel.problems.table.selected_rows() if row.override is None]
        if selected:
            self.accept(selected)
        else:
            self._context.notifier.inform(tr("Select a problem first."))

    @Slot(object)
    def accept(self, problems: Sequence[Problem]) -> None:
        """Ask why these do not count."""
        if self._current is not None:
            dialog = AcceptDialog(problems, self._window)
            dialog.chosen.connect(self._on_accepted)
            self._open(dialog)

    @Slot(object)
    def show_problem(self, problem: Problem) -> None:
        """Show it in the panel, and its place in the editor."""
        self.panel_wanted.emit()
        self._panel.problems.select(problem)
        self._go_to(problem)

    # --- what comes back ------------------------------------------------------------------------------------------

    @Slot()
    def _show_problems(self) -> None:
        validation = self._current.validation if self._current is not None else None
        problems = validation.problems if validation is not None else ()
        accepted = validation.accepted if validation is not None else ()
        is_known = validation is None or validation.has_result
        self._panel.problems.set_problems(problems, accepted, is_known=is_known)
        self._panel.show_problems_tab(len(problems))
        self.changed.emit()

    @Slot()
    def _show_verdict(self) -> None:
        verdicts = self._current.validation.verdicts if self._current is not None else ()
        self._panel.problems.set_verdicts(verdicts)
        self._chip.show_chip(summary(verdicts))

    @Slot()
    def _show_settings(self) -> None:
        if self._current is not None:
            self._panel.problems.choices.show_settings(self._current.validation.settings)

    @Slot(object)
    def _on_planned(self, plan: FixPlan) -> None:
        if self._is_direct:
            self._carry_out(plan)
            return
        dialog = FixPreviewDialog(plan, self._context.theme, self._window)
        dialog.chosen.connect(self._carry_out)
        self._open(dialog)

    @Slot(object)
    def _carry_out(self, plan: FixPlan) -> None:
        if self._current is None:
            return
        stack = self._current.document.stack
        before = stack.index()
        self._current.fixing.carry_out(plan)
        if stack.index() == before:
            return  # the package had changed meanwhile, and the user was told
        count = max(len(plan.mended.fixed), 1)
        text = tr("{n} problem fixed", "{n} problems fixed", n=count)
        self._toast.show_action(text, tr("Undo"), partial(self._undo, stack.index()))

    def _undo(self, index: int) -> None:
        """Take the fix back, unless something else was done since."""
        if self._current is None:
            return
        stack = self._current.document.stack
        if stack.index() == index:
            stack.undo()
        else:
            self._context.notifier.inform(tr("Something else was changed since. Use Undo in the menu Edit."))

    @Slot(object)
    def _on_accepted(self, overrides: Sequence[Override]) -> None:
        self._change_overrides(CheckSettings.with_override, overrides, tr("Accepted"))

    @Slot(object)
    def _count_again(self, overrides: Sequence[Override]) -> None:
        self._change_overrides(CheckSettings.without_override, overrides, tr("It counts again"))

    def _change_overrides(self, change: _Change, overrides: Sequence[Override], text: str) -> None:
        """Change the choices by each of these, and offer to take it back."""
        if self._current is None:
            return
        before = self._current.validation.settings
        self._current.validation.set_settings(reduce(change, overrides, before))
        self._toast.show_action(text, tr("Undo"), partial(self._take_back, before.overrides))

    def _take_back(self, overrides: tuple[Override, ...]) -> None:
        if self._current is not None:
            self._set_settings(replace(self._current.validation.settings, overrides=overrides))

    @Slot(object)
    def _set_settings(self, settings: CheckSettings) -> None:
        if self._current is not None:
            self._current.validation.set_settings(settings)

    @Slot(object)
    def _go_to(self, problem: Problem) -> None:
        if self._page is not None:
            self._page.show_problem(problem)

    @Slot()
    def _on_package_wanted(self) -> None:
        self.panel_wanted.emit()
        self._panel.problems.show_part("")

    # --- inner ----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        problems = self._panel.problems
        problems.activated.connect(self._go_to)
        problems.fix_wanted.connect(self.fix)
        problems.fix_kind_wanted.connect(self.fix_kind)
        problems.fix_all_wanted.connect(self.fix_all)
        problems.accept_wanted.connect(self.accept)
        problems.count_wanted.connect(self._count_again)
        problems.choices.chosen.connect(self._set_settings)
        problems.strip.problem_wanted.connect(self.show_problem)
        self._chip.problem_wanted.connect(self.show_problem)

    def _problems_at_focus(self) -> Sequence[Problem]:
        editor = self._page.editor if self._page is not None else None
        is_there = editor is not None and _holds(editor, self._window.focusWidget())
        return editor.problems_here() if editor is not None and is_there else ()

    def _offer(self, problems: Sequence[Problem]) -> None:
        """Let the user choose between the fixes of one place."""
        menu = QMenu(self._window)
        for problem in problems:
            action = menu.addAction(tr("Fix: {what}", what=fix_text(problem)))
            action.setToolTip(problem.message)
            action.triggered.connect(partial(self._fix_offered, problem))
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(_menu_place(self._window.focusWidget()))

    def _fix_offered(self, problem: Problem, _checked: bool = False) -> None:
        self.fix(problem)

    def _open(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None


def _holds(editor: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and editor.isAncestorOf(focused)


def _menu_place(focused: QWidget | None) -> QPoint:
    """Below the caret of a text, else at the pointer."""
    if isinstance(focused, QPlainTextEdit):
        return focused.viewport().mapToGlobal(focused.cursorRect().bottomLeft())
    return focused.mapToGlobal(focused.rect().bottomLeft()) if focused is not None else QCursor.pos()


def _different(problems: Sequence[Problem]) -> list[Problem]:
    """One of each kind: a fix mends all of its kind in a file."""
    return list({(item.rule, item.path, item.field): item for item in problems}.values())
