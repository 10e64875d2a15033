"""What can be done about the problems of one place of an editor, as actions of a menu."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.editors.base import Editor
from gui.models.problemtexts import fix_text
from gui.qt.i18n import tr
from spkcore.checks.engine import Problem

_LONGEST = 70
"""Letters of a message in a menu."""


def add_problem_actions(menu: QMenu, editor: Editor, problems: Sequence[Problem]) -> None:
    """Put the fixes of `problems`, and the way to the list of all problems, on top of `menu`."""
    if not problems:
        return
    first = next(iter(menu.actions()), None)
    actions = [*_fixes(menu, editor, problems), _show(menu, editor, problems[0])]
    if first is None:
        menu.addActions(actions)
        return
    menu.insertActions(first, actions)
    menu.insertSeparator(first)


def open_problem_menu(place: QPoint, editor: Editor, problems: Sequence[Problem]) -> None:
    """Say what is wrong there and offer the fixes."""
    menu = QMenu(editor)
    for problem in problems:
        text = problem.message if len(problem.message) <= _LONGEST else problem.message[:_LONGEST].rstrip() + "…"
        menu.addAction(text.replace("&", "&&")).setEnabled(False)
    menu.addSeparator()
    menu.addActions([*_fixes(menu, editor, problems), _show(menu, editor, problems[0])])
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place)


def _fixes(menu: QMenu, editor: Editor, problems: Sequence[Problem]) -> list[QAction]:
    """One for each kind: a fix mends all of its kind in a file."""
    kinds = {(problem.rule, problem.field): problem for problem in problems if fix_text(problem)}
    return [
        menu_action(menu, tr("Fix: {what}", what=fix_text(problem)), partial(_want_fix, editor, problem))
        for problem in kinds.values()
    ]


def _show(menu: QMenu, editor: Editor, problem: Problem) -> QAction:
    return menu_action(menu, tr("Why? Show it in the problems"), partial(_want_problem, editor, problem))


def menu_action(menu: QMenu, text: str, act: partial[None]) -> QAction:
    """An action of `menu` that calls `act` with whether it is checked."""
    action = QAction(text, menu)
    action.triggered.connect(act)
    return action


def _want_fix(editor: Editor, problem: Problem, _checked: bool = False) -> None:
    editor.fix_wanted.emit(problem)


def _want_problem(editor: Editor, problem: Problem, _checked: bool = False) -> None:
    editor.problem_wanted.emit(problem)
