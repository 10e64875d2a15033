"""Fixes: at once or after a look, from the panel, the margin, the menu and the field; and undo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.fix_preview import FixPreviewDialog
from gui.editors.info.view import InfoEditor
from gui.editors.text.base import CodePartEditor
from gui.windows.problempanel import ProblemPanel
from spkcore.package.changes import remove
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, collect, page_of, press
from tests.gui.problems.conftest import (
    SCRIPT,
    choose,
    dialog_of,
    document_of,
    edit,
    notes,
    run,
    shown_rules,
)


def test_one_fix_is_made_at_once_and_the_toast_takes_it_back(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    document = document_of(program)
    before = document.content(SCRIPT)
    choose(panel, "S003")
    press(panel.table, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: b"\r" not in document.content(SCRIPT), timeout=20_000)
    toast = program.window.toast
    assert toast.message == "1 problem fixed"
    qtbot.waitUntil(lambda: "S003" not in shown_rules(panel), timeout=20_000)
    click(toast.action_button)
    assert document.content(SCRIPT) == before
    assert not toast.isVisible()


def test_the_toast_does_not_undo_something_else(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    document = document_of(program)
    choose(panel, "S003")
    click(panel.details.fix)
    qtbot.waitUntil(lambda: b"\r" not in document.content(SCRIPT), timeout=20_000)
    edit(document, "LICENSE", b"newer\n")
    click(program.window.toast.action_button)
    assert document.content("LICENSE") == b"newer\n"
    assert "Something else was changed" in notes(program)


def test_all_fixes_are_shown_before_they_are_made(
    qapp: QApplication, program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    document = document_of(program)
    click(panel.filter_bar.fix_all)
    dialog = dialog_of(program, qtbot, FixPreviewDialog)
    assert isinstance(dialog, FixPreviewDialog)
    files = [dialog.files.item(at).text() for at in range(dialog.files.count())]
    assert {"INFO", SCRIPT} <= set(files)
    assert "conf/privilege" not in files, "that takes a decision"
    dialog.files.setCurrentRow(files.index("INFO"))
    assert "+ maintainer_url=" in dialog.view.diff.toPlainText()
    dialog.files.setCurrentRow(files.index(SCRIPT))
    count = document.content(SCRIPT).count(b"\r\n")
    said = [label.text() for label in dialog.view.findChildren(QLabel) if label.isVisible()]
    assert f"Changed: the ends of {count} lines become LF" in said
    index = document.stack.index()
    click(dialog.make)
    assert document.stack.index() == index + 1
    assert b"\r" not in document.content(SCRIPT)
    document.stack.undo()
    assert b"\r" in document.content(SCRIPT)
    collect(qapp)
    assert program.window.findChildren(FixPreviewDialog) == []


def test_esc_closes_the_preview_and_changes_nothing(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    document = document_of(program)
    index = document.stack.index()
    choose(panel, "P003")
    click(panel.details.fix)
    dialog = dialog_of(program, qtbot, FixPreviewDialog)
    assert dialog.accessibleName() or dialog.windowTitle()
    press(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert document.stack.index() == index


def test_all_of_a_kind_are_fixed_together(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    document = document_of(program)
    edit(document, "scripts/preinst", b"#!/bin/sh\r\nexit 0\r\n")
    qtbot.waitUntil(lambda: shown_rules(panel).count("S003") == 2, timeout=20_000)
    choose(panel, "S003")
    assert panel.details.fix_kind.text() == "Fix all 2 of this kind…"
    click(panel.details.fix_kind)
    dialog = dialog_of(program, qtbot, FixPreviewDialog)
    assert isinstance(dialog, FixPreviewDialog)
    assert dialog.files.count() == 2
    click(dialog.make)
    assert b"\r" not in document.content("scripts/preinst") + document.content(SCRIPT)
    assert program.window.toast.message == "2 problems fixed"


def test_a_fix_that_takes_no_decision_is_not_offered_for_what_has_none(
    program: Program, panel: ProblemPanel, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    document = document_of(program)
    edit(document, "INFO", document.content("INFO").replace(b"version=", b"#version="))
    qtbot.waitUntil(lambda: "I001" in shown_rules(panel), timeout=20_000)
    choose(panel, "I001")
    assert not panel.details.fix.isVisible()
    run(program, "problems.fix")
    assert "There is no quick fix for this." in notifier.informed[-1]


def test_ctrl_dot_in_a_script_fixes_the_line_of_the_caret(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    page = page_of(program)
    page.show_place(SCRIPT, line=1)
    assert isinstance(page.editor, CodePartEditor)
    press(page.editor.pane.editor, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: b"\r" not in document_of(program).content(SCRIPT), timeout=20_000)


def test_a_mark_in_the_margin_explains_and_fixes(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    page = page_of(program)
    page.show_place(SCRIPT, line=1)
    assert isinstance(page.editor, CodePartEditor)
    qtbot.waitUntil(lambda: page.editor is not None and bool(page.editor.problems_here()), timeout=20_000)
    page.editor.pane.editor.mark_clicked.emit(1, QPoint(10, 10))
    menu = next(item for item in page.editor.findChildren(QMenu) if item.isVisible())
    fixes = {action.text(): action for action in menu.actions() if action.isEnabled()}
    assert "Fix: Use LF line ends" in fixes
    fixes["Why? Show it in the problems"].trigger()
    assert panel.current is not None
    assert panel.current.problem.path == SCRIPT
    menu.hide()


def test_the_context_menu_of_a_script_has_its_fix_on_top(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    page = page_of(program)
    page.show_place(SCRIPT, line=1)
    assert isinstance(page.editor, CodePartEditor)
    menu = QMenu(page.editor)
    menu.addAction(QAction("Cut", menu))
    page.editor.pane.editor.menu_opening.emit(menu, 1)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[0] == "Fix: Use LF line ends"
    after = ["Cut", "Compare with the saved file…", "Set or remove bookmark", "Fold or unfold"]
    assert texts[texts.index("Cut") :] == after
    menu.deleteLater()


def test_a_field_of_info_offers_its_fix_below(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    page = page_of(program)
    problem = next(row.problem for row in panel.model.rows if row.problem.rule == "I025")
    page.show_problem(problem)
    assert isinstance(page.editor, InfoEditor)
    row = page.editor.form.row(problem.field)
    assert problem.message in row.error.text()
    assert row.control.focus_widget().property("state") == "warning"
    assert page.editor.problems_here() == [problem]
    button = next(item for item in row.fixes.findChildren(QPushButton) if item.isVisible())
    click(button)
    qtbot.waitUntil(lambda: b"maintainer_url=" in document_of(program).content("INFO"), timeout=20_000)


def test_an_editor_without_marks_says_it_above(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    document, page = document_of(program), page_of(program)
    document.push(remove(document.entries, ["PACKAGE_ICON.PNG"]), "Remove the icon")
    qtbot.waitUntil(lambda: "G001" in shown_rules(panel), timeout=20_000)
    page.show_part("PACKAGE_ICON.PNG")
    assert page.part_problems.isVisible()
    assert "is missing" in page.part_problems.text.text()
    click(page.part_problems.why)
    assert panel.current is not None
    assert panel.current.problem.rule == "G001"
    click(page.part_problems.fix)
    qtbot.waitUntil(lambda: "PACKAGE_ICON.PNG" in document.entries, timeout=20_000)
    qtbot.waitUntil(lambda: not page.part_problems.isVisible(), timeout=20_000)
    page.show_part(SCRIPT)
    assert not page.part_problems.isVisible()
