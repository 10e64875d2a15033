"""The problems panel as a person uses it: look at a problem, filter, step, go there, copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.editors.info.view import InfoEditor
from gui.editors.text.base import CodePartEditor
from gui.models.problems import place_text
from gui.windows.problempanel import ProblemPanel
from spkcore.checks.engine import Problem, Severity
from spkcore.checks.rulebook import rules
from tests.gui.conftest import Opened, click, page_of, press, type_text
from tests.gui.problems.conftest import (
    SCRIPT,
    choose,
    document_of,
    edit,
    notes,
    run,
    shown_rules,
    wait_until_checked,
)


def test_the_selected_problem_is_explained_beside_the_table(panel: ProblemPanel) -> None:
    problem = choose(panel, "S003")
    rule = rules()["S003"]
    details = panel.details
    assert details.message.text() == problem.message
    assert (details.why.text(), details.how.text()) == (rule.why, rule.fix)
    assert "Every DSM" in details.facts.text()
    assert rule.source in details.facts.text()
    assert details.fix.text() == "Fix: Use LF line ends"
    assert details.place.text() == "scripts/postinst, line 1"
    click(panel.filter_bar.details)
    assert not details.isVisible()


def test_a_narrow_window_explains_below_the_table(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    assert panel.splitter.orientation() is Qt.Orientation.Horizontal
    program.window.resize(820, 950)
    program.window.rows.setSizes([1, 900])
    qtbot.waitUntil(lambda: panel.splitter.orientation() is Qt.Orientation.Vertical)
    assert panel.details.isVisible()


def test_a_narrow_and_low_window_keeps_the_explanation_beside_the_table(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    program.window.resize(820, 400)
    qtbot.waitUntil(lambda: panel.width() < 900)
    assert panel.splitter.orientation() is Qt.Orientation.Horizontal
    qtbot.waitUntil(lambda: panel.table.viewport().height() >= 2 * panel.table.rowHeight(0))


def test_a_long_place_gives_way_instead_of_making_the_explanation_scroll_sideways(
    panel: ProblemPanel, qtbot: QtBot
) -> None:
    far = Problem("S003", Severity.ERROR, "scripts/" + "a-long-name/" * 12 + "R&D.sh", 3, 1, "Wrong.")
    panel.set_problems([far])
    panel.table.selectRow(0)
    area = panel.details.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    assert panel.details.place.text() == panel.details.place.toolTip() == place_text(far)


def test_a_problem_that_the_filter_hides_is_selected_when_it_is_asked_for(panel: ProblemPanel, qtbot: QtBot) -> None:
    problem = choose(panel, "S003")
    type_text(panel.filter_bar.text, "P003")
    qtbot.waitUntil(lambda: set(shown_rules(panel)) == {"P003"})
    assert panel.select(problem)
    assert panel.current is not None
    assert panel.current.problem == problem


def test_a_cleared_filter_shows_no_button_to_clear_it(panel: ProblemPanel, qtbot: QtBot) -> None:
    field = panel.filter_bar.text
    button = field.findChild(QToolButton)
    assert isinstance(button, QToolButton)
    type_text(field, "P003")
    qtbot.waitUntil(lambda: button.property("opacity") != 0 and button.isEnabled())
    panel.filter_bar.clear_filter()
    qtbot.waitUntil(lambda: not button.isVisible() or button.property("opacity") == 0)


def test_tab_goes_from_a_field_to_its_fix_and_from_the_verdict_to_the_choices(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    page = page_of(program)
    problem = next(row.problem for row in panel.model.rows if row.problem.rule == "I025")
    page.show_problem(problem)
    assert isinstance(page.editor, InfoEditor)
    row = page.editor.form.row(problem.field)
    fix = next(item for item in row.fixes.findChildren(QPushButton) if item.isVisible())
    reached = []
    for _ in range(3):
        press(_focused(program), Qt.Key.Key_Tab)
        reached.append(_focused(program))
    assert reached == [row.rename_button, row.remove_button, fix]
    panel.strip.chips[0].setFocus()
    press(panel.strip.chips[0], Qt.Key.Key_Tab)
    assert program.window.focusWidget() is panel.choices.profile


def test_copying_nothing_leaves_the_clipboard_alone(panel: ProblemPanel) -> None:
    QGuiApplication.clipboard().setText("kept")
    panel.table.clearSelection()
    press(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "kept"


def test_nothing_is_called_clean_before_it_was_looked_at(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    panel.set_problems((), is_known=False)
    assert panel.looking.isVisible()
    panel.set_problems(())
    assert panel.clean.isVisible()


def test_severities_part_and_text_filter_and_can_be_cleared(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    bar = panel.filter_bar
    everything = shown_rules(panel)
    assert bar.severities["error"].text() == str(sum(row.severity == "error" for row in panel.model.rows))
    click(bar.severities["warning"])
    qtbot.waitUntil(lambda: "I025" not in shown_rules(panel))
    click(bar.severities["warning"])
    bar.part.setFocus()
    QTest.keyClicks(bar.part, SCRIPT)
    qtbot.waitUntil(lambda: {row.problem.path for row in panel.model.rows} == {SCRIPT})
    type_text(bar.text, "no such words")
    qtbot.waitUntil(panel.nothing.isVisible)
    click(next(item for item in panel.nothing.findChildren(QPushButton) if item.isVisible()))
    qtbot.waitUntil(lambda: shown_rules(panel) == everything)
    assert bar.text.text() == ""
    assert bar.part.currentIndex() == 0


def test_the_shown_part_follows_the_editor(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    panel.filter_bar.part.setCurrentIndex(1)
    page_of(program).show_part("conf/privilege")
    qtbot.waitUntil(lambda: {row.problem.path for row in panel.model.rows} == {"conf/privilege"})
    page_of(program).show_part("INFO")
    qtbot.waitUntil(lambda: {row.problem.path for row in panel.model.rows} == {"INFO"})


def test_f8_steps_through_what_is_visible_only(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    type_text(panel.filter_bar.text, "postinst")
    qtbot.waitUntil(lambda: {row.problem.path for row in panel.model.rows} == {SCRIPT})
    seen = set()
    for _ in range(panel.model.rowCount() + 1):
        press(program.window, Qt.Key.Key_F8)
        assert panel.current is not None
        seen.add(panel.current.problem.path)
    assert seen == {SCRIPT}
    assert page_of(program).shown_path == SCRIPT


def test_enter_goes_to_line_and_column(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    edit(document_of(program), SCRIPT, b"#!/bin/sh\nif true; then\n    ls && sudo ls\nfi\nexit 0\n")
    qtbot.waitUntil(lambda: "S009" in shown_rules(panel), timeout=20_000)
    choose(panel, "S009")
    press(panel.table, Qt.Key.Key_Return)
    editor = page_of(program).editor
    assert isinstance(editor, CodePartEditor)
    assert editor.pane.editor.caret() == (3, 11), "at the word sudo"
    assert editor.pane.editor.hasFocus()


def test_ctrl_c_copies_and_the_menu_has_all_of_it(panel: ProblemPanel) -> None:
    problem = choose(panel, "S003")
    press(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"scripts/postinst, line 1: Error: {problem.message} [S003]"
    menu = panel.table.make_menu()
    assert menu is not None
    texts = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert texts == [
        "Go to place",
        "Fix: Use LF line ends",
        "Fix all of this kind…",
        "Accept with a reason…",
        "Copy",
        "Copy with explanation",
    ]
    menu.actions()[-1].trigger()
    assert rules()["S003"].why in QGuiApplication.clipboard().text()
    menu.deleteLater()


def test_a_clean_package_says_so(program: Program, open_package: Opened, sample: Path, qtbot: QtBot) -> None:
    open_package(sample)
    program.window.set_panel_open(is_open=True)
    wait_until_checked(program, qtbot)
    panel = program.window.panel.problems
    assert panel.clean.isVisible()
    assert not panel.filter_bar.fix_all.isEnabled()
    assert program.window.verdict.property("tone") == "success"
    run(program, "problems.fix")
    assert "Select a problem" in notes(program)


def test_what_can_be_clicked_has_a_name(panel: ProblemPanel) -> None:
    choose(panel, "S003")
    unnamed = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or str(widget.property("text") or ""))
    ]
    assert unnamed == []


def test_a_problem_of_the_package_as_a_whole_has_a_badge_beside_the_name(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    badge = page_of(program).sidebar.package_badge
    assert not badge.isVisible()
    signed = Problem("A024", Severity.WARNING, "", 0, 0, "It is signed.")
    page_of(program).sidebar.set_problems([signed])
    panel.set_problems([signed, panel.model.problem(0)])
    assert badge.accessibleName() == "1 problem of the package as a whole"
    click(badge)
    qtbot.waitUntil(lambda: [row.problem for row in panel.model.rows] == [signed])
    assert panel.filter_bar.part.currentText() == "The package as a whole"


def _focused(program: Program) -> QWidget:
    widget = program.window.focusWidget()
    assert widget is not None
    return widget
