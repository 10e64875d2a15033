"""Tests of what text editors say about the saved file and about problems: bars, comparing, the line below the text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.dialogs.compare_saved import CompareDialog
from gui.editors.text.base import CodePartEditor
from gui.services.document import Document
from gui.widgets.codeeditor import CodeEditor
from gui.widgets.codemargin import Bar, Mark
from gui.widgets.codepane import CodePane
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Problem, Severity
from spkcore.package.changes import set_content
from spkcore.package.project import save_package
from tests.gui.conftest import click, press
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

LICENSE = b"Do what you like.\nAnd be kind.\nAlways.\n"


@pytest.fixture
def editor(opened: Opener, document: Document) -> CodePartEditor:
    """A saved text of three lines."""
    document.push(set_content(document.entries, "LICENSE", LICENSE), "x")
    _save(document)
    made = opened("LICENSE")
    assert isinstance(made, CodePartEditor)
    return made


def _save(document: Document) -> None:
    save_package(document.package, quiet())
    document.mark_saved(document.revision)


def _bars(editor: CodePartEditor) -> list[Bar | None]:
    return [editor.pane.editor.margin.bar_at(line) for line in (1, 2, 3)]


def _type_at(editor: CodeEditor, line: int, text: str) -> None:
    editor.go_to(line)
    QTest.keyClicks(editor, text)


def _menu(editor: CodeEditor) -> QMenu:
    return next(menu for menu in editor.findChildren(QMenu) if menu.isVisible())


def test_edited_lines_have_a_bar_until_they_are_undone(
    editor: CodePartEditor, document: Document, qtbot: QtBot
) -> None:
    _type_at(editor.pane.editor, 2, "X")
    qtbot.waitUntil(lambda: _bars(editor) == [None, Bar("changed", 2, 1), None])
    document.stack.undo()
    qtbot.waitUntil(lambda: _bars(editor) == [None, None, None])


def test_saving_takes_the_bars_away(editor: CodePartEditor, document: Document, qtbot: QtBot) -> None:
    _type_at(editor.pane.editor, 1, "X")
    qtbot.waitUntil(lambda: _bars(editor)[0] is not None)
    _save(document)
    qtbot.waitUntil(lambda: _bars(editor)[0] is None)


def test_a_comparison_that_was_ready_when_the_file_was_saved_is_not_shown(
    editor: CodePartEditor, document: Document, context: AppContext, qtbot: QtBot
) -> None:
    _type_at(editor.pane.editor, 1, "X")
    editor.saved_changes._compare()
    assert context.tasks.wait()  # the worker is through, and its word is on its way
    _save(document)
    editor.saved_changes._compare()
    qtbot.waitUntil(lambda: context.tasks.is_idle)
    assert _bars(editor) == [None, None, None]


def test_a_click_on_the_bar_takes_one_change_back(editor: CodePartEditor, document: Document, qtbot: QtBot) -> None:
    code = editor.pane.editor
    _type_at(code, 1, "X")
    _type_at(code, 3, "Y")
    qtbot.waitUntil(lambda: _bars(editor)[0] is not None and _bars(editor)[2] is not None)
    margin = code.margin
    line = code.cursorRect().center().y()
    code.grab()  # lays the lines out
    QTest.mouseClick(margin, Qt.MouseButton.LeftButton, pos=QPoint(margin.width() - 1, line))
    take_back, compare = [action for action in _menu(code).actions() if action.text()]
    assert "Compare" in compare.text()
    take_back.trigger()
    _menu(code).close()
    assert document.content("LICENSE") == b"X" + LICENSE
    document.stack.undo()
    assert document.content("LICENSE") == b"X" + LICENSE.replace(b"Always", b"YAlways")


def test_comparing_shows_both_and_brings_the_saved_file_back(
    editor: CodePartEditor, document: Document, qtbot: QtBot
) -> None:
    _type_at(editor.pane.editor, 2, "X")
    menu = QMenu(editor)
    editor.saved_changes.add_actions(menu, 1)
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: bool(editor.findChildren(CompareDialog)))
    (dialog,) = editor.findChildren(CompareDialog)
    shown = dialog.view.diff.toPlainText()
    assert "- And be kind." in shown
    assert "+ XAnd be kind." in shown
    click(dialog.revert_button)
    assert document.content("LICENSE") == LICENSE


def test_the_comparison_closes_by_escape(editor: CodePartEditor, document: Document, qtbot: QtBot) -> None:
    _type_at(editor.pane.editor, 2, "X")
    editor.saved_changes.compare()
    qtbot.waitUntil(lambda: bool(editor.findChildren(CompareDialog)))
    (dialog,) = editor.findChildren(CompareDialog)
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert document.content("LICENSE") != LICENSE


def test_the_line_below_the_text_says_what_is_wrong_at_the_caret(editor: CodePartEditor) -> None:
    remarks = editor.pane.remarks
    assert not remarks.isVisible()
    problem = Problem("S020", Severity.WARNING, "LICENSE", 2, 1, "This line is odd.")
    editor.set_problems([problem])
    assert remarks.isVisible()
    assert remarks.message.text().startswith("1 problem")
    editor.pane.editor.go_to(2)
    assert remarks.message.text() == "This line is odd."
    editor.set_problems([])
    assert not remarks.isVisible()


def test_the_line_below_offers_the_fix(editor: CodePartEditor) -> None:
    wanted: list[Problem] = []
    editor.fix_wanted.connect(wanted.append)
    problem = Problem("S001", Severity.ERROR, "LICENSE", 1, 1, "Windows line ends.", fixable=True)
    editor.set_problems([problem])
    assert editor.pane.remarks.fix_button.isVisible()
    click(editor.pane.remarks.fix_button)
    assert wanted == [problem]
    editor.pane.editor.go_to(3)
    assert not editor.pane.remarks.fix_button.isVisible()


def test_resting_on_a_line_tells_its_problem(qtbot: QtBot) -> None:
    pane = CodePane("shell", "Text")
    qtbot.addWidget(pane)
    pane.resize(600, 300)
    pane.editor.set_text("echo $x\n")
    pane.editor.set_marks([Mark(1, 6, "info", "Quote this.")])
    pane.show()
    pane.hover.set_explain(_place)
    place = pane.editor.cursorRect().center() + QPoint(2, 0)
    assert pane.hover.text_at(place) == "1:1\n\nQuote this."
    viewport = pane.editor.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, place, viewport.mapToGlobal(place)))
    assert QToolTip.text() == "1:1\n\nQuote this."
    QToolTip.hideText()


def _place(line: int, column: int) -> str:
    return f"{line}:{column}"
