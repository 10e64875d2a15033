"""The problems panel as a person uses it: look, filter, go there, fix after a look, accept with a reason, build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.accept import AcceptDialog
from gui.dialogs.fix_preview import FixPreviewDialog
from gui.editors.info.view import InfoEditor
from gui.editors.text.base import CodePartEditor
from gui.services.document import Document
from gui.windows.problempanel import ProblemPanel
from gui.windows.verdictpopup import VerdictPopup
from spkcore.checks.engine import Problem, Severity
from spkcore.checks.rulebook import Profile, rules
from spkcore.package.changes import remove, set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, collect, page_of, press, type_text

ROOT = b'{\n  "defaults": {"run-as": "root"}\n}\n'
SCRIPT = "scripts/postinst"


@pytest.fixture
def panel(program: Program, qtbot: QtBot, open_package: Opened, sample: Path) -> ProblemPanel:
    """The panel of a package with a script of Windows, a key with a typing error, and a privilege file for root."""
    document = open_package(sample)
    edit(document, SCRIPT, document.content(SCRIPT).replace(b"\n", b"\r\n"))
    edit(document, "INFO", document.content("INFO") + b'maintainer_ulr="https://example.org"\n')
    edit(document, "conf/privilege", ROOT)
    program.window.set_panel_open(is_open=True)
    activate(program, qtbot)
    found = program.window.panel.problems
    wait_until_checked(program, qtbot)
    assert {"S003", "I025", "P003"} <= {row.problem.rule for row in found.model.rows}
    return found


def edit(document: Document, path: str, data: bytes) -> None:
    document.push(set_content(document.entries, path, data), f"Edit {path}")


def wait_until_checked(program: Program, qtbot: QtBot) -> None:
    current = program.workbench.current
    assert current is not None
    qtbot.waitUntil(lambda: current.validation.is_fresh, timeout=20_000)


def run(program: Program, command: str) -> None:
    program.context.commands.action(command).trigger()


def choose(panel: ProblemPanel, rule: str) -> Problem:
    """Click on the first row of this rule."""
    at = next(at for at, row in enumerate(panel.model.rows) if row.problem.rule == rule)
    panel.table.scrollTo(panel.model.index(at, 0))
    place = panel.table.visualRect(panel.model.index(at, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.current is not None
    assert panel.current.problem.rule == rule
    return panel.current.problem


def shown_rules(panel: ProblemPanel) -> list[str]:
    return [row.problem.rule for row in panel.model.rows]


def document_of(program: Program) -> Document:
    assert program.workbench.document is not None
    return program.workbench.document


def dialog_of(program: Program, qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    def found() -> list[QWidget]:
        return [item for item in program.window.findChildren(QWidget) if isinstance(item, kind) and item.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=20_000)
    return found()[-1]


# --- looking --------------------------------------------------------------------------------------------------------


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
    program.window.resize(820, 700)
    qtbot.waitUntil(lambda: panel.splitter.orientation() is Qt.Orientation.Vertical)
    assert panel.details.isVisible()


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


def test_enter_goes_to_line_and_column(program: Program, panel: ProblemPanel) -> None:
    problem = choose(panel, "P003")
    press(panel.table, Qt.Key.Key_Return)
    editor = page_of(program).editor
    assert isinstance(editor, CodePartEditor)
    assert editor.pane.editor.caret() == (problem.line, problem.column)
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


def notes(program: Program) -> str:
    notifier = program.context.notifier
    assert isinstance(notifier, FakeNotifier)
    return "\n".join(notifier.informed)


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


# --- fixing ---------------------------------------------------------------------------------------------------------


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


# --- at the place ---------------------------------------------------------------------------------------------------


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
    assert texts[-1] == "Cut"
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


# --- accepting ------------------------------------------------------------------------------------------------------


def test_a_problem_is_accepted_with_a_reason_and_counts_again(
    program: Program, panel: ProblemPanel, qtbot: QtBot, sample: Path
) -> None:
    choose(panel, "I025")
    click(panel.details.accept_button)
    dialog = dialog_of(program, qtbot, AcceptDialog)
    assert isinstance(dialog, AcceptDialog)
    assert not dialog.accept_button.isEnabled()
    QTest.keyClicks(dialog.reason, "It is ours")
    click(dialog.accept_button)
    qtbot.waitUntil(lambda: "I025" not in shown_rules(panel), timeout=20_000)
    qtbot.waitUntil(lambda: "I025" in settings_text(sample), timeout=20_000)
    (kept,) = json.loads(settings_text(sample))["checks"]["overrides"]
    assert kept == {"rule": "I025", "path": "INFO", "reason": "It is ours"}
    assert panel.filter_bar.accepted.text() == "Accepted (1)"
    click(panel.filter_bar.accepted)
    qtbot.waitUntil(lambda: "I025" in shown_rules(panel))
    choose(panel, "I025")
    assert panel.details.reason.text() == "It is ours"
    click(panel.details.count_again)
    qtbot.waitUntil(lambda: not panel.filter_bar.accepted.text().endswith("(1)"), timeout=20_000)
    assert "I025" in shown_rules(panel)


def settings_text(folder: Path) -> str:
    path = folder / ".spkcreator" / "settings.json"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_accepting_can_be_taken_back_at_once(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    choose(panel, "I025")
    run(program, "problems.accept")
    dialog = dialog_of(program, qtbot, AcceptDialog)
    assert isinstance(dialog, AcceptDialog)
    QTest.keyClicks(dialog.reason, "Everywhere")
    dialog.everywhere.click()
    assert [item.path for item in dialog.overrides()] == [""]
    click(dialog.accept_button)
    qtbot.waitUntil(lambda: "I025" not in shown_rules(panel), timeout=20_000)
    click(program.window.toast.action_button)
    qtbot.waitUntil(lambda: "I025" in shown_rules(panel), timeout=20_000)


def test_esc_closes_the_question_for_a_reason(program: Program, panel: ProblemPanel, qtbot: QtBot) -> None:
    choose(panel, "S003")
    run(program, "problems.accept")
    dialog = dialog_of(program, qtbot, AcceptDialog)
    assert dialog.windowTitle()
    press(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert "S003" in shown_rules(panel)


# --- profile, range and verdict -------------------------------------------------------------------------------------


def test_profile_and_range_are_chosen_and_kept(
    program: Program, panel: ProblemPanel, qtbot: QtBot, sample: Path
) -> None:
    choices = panel.choices
    assert not choices.last.isVisible()
    pick(choices.profile, list(Profile).index(Profile.DSM))
    qtbot.waitUntil(lambda: "I025" not in shown_rules(panel), timeout=20_000)
    pick(choices.first, choices.first.findData("7.1"))
    assert choices.last.isVisible()
    assert choices.last.currentData() == "7.3"
    pick(choices.last, choices.last.findData("7.0"))
    assert choices.first.currentData() == "7.0", "a range cannot end before it starts"
    wanted = {"profile": "dsm", "dsm": "7.0", "overrides": []}
    qtbot.waitUntil(lambda: '"7.0"' in settings_text(sample), timeout=20_000)
    assert json.loads(settings_text(sample))["checks"] == wanted
    qtbot.waitUntil(lambda: program.window.verdict.text() == "DSM 7.0 refuses it", timeout=20_000)
    pick(choices.first, 0)
    qtbot.waitUntil(lambda: program.window.verdict.text() == "DSM 7.0 to 7.3 refuse it", timeout=20_000)


def pick(combo: QWidget, index: int) -> None:
    combo.setCurrentIndex(index)  # type: ignore[attr-defined]  # a QComboBox
    combo.activated.emit(index)  # type: ignore[attr-defined]  # as a click in its list does


def test_a_chip_of_the_verdict_tells_message_code_and_cause(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    (chip,) = [chip for chip in panel.strip.chips if chip.isVisible()]
    assert chip.property("tone") == "danger"
    click(chip)
    popup = dialog_of(program, qtbot, VerdictPopup)
    assert isinstance(popup, VerdictPopup)
    words = " ".join(str(item.property("text")) for item in popup.findChildren(QWidget) if item.property("text"))
    assert "code 319" in words
    assert "requires root privileges" in words
    click(popup.links[0])
    assert panel.current is not None
    assert panel.current.problem.rule == "P003"
    assert page_of(program).shown_path == "conf/privilege"


def test_esc_closes_what_the_status_bar_opened(
    qapp: QApplication, program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    click(program.window.verdict)
    popup = dialog_of(program, qtbot, VerdictPopup)
    press(popup.focusWidget(), Qt.Key.Key_Escape)
    assert not popup.isVisible()
    collect(qapp)
    assert program.window.findChildren(VerdictPopup) == []


def test_a_build_that_no_dsm_would_take_asks_first(
    program: Program, panel: ProblemPanel, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    program.window.set_panel_open(is_open=False)
    run(program, "package.build")
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=20_000)
    assert "would refuse this package" in notifier.questions[-1].title
    notifier.answer("show")
    assert panel.isVisible()
    run(program, "package.build")
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=20_000)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        notifier.answer("build")


def test_closing_the_package_empties_the_panel(program: Program, panel: ProblemPanel, notifier: FakeNotifier) -> None:
    notifier.answers = ["discard"]
    run(program, "file.close")
    assert panel.model.rowCount() == 0
    assert not program.window.verdict.isVisible()
    assert program.window.status_text == "Ready"


def test_the_selection_stays_while_other_problems_come_and_go(
    program: Program, panel: ProblemPanel, qtbot: QtBot
) -> None:
    chosen = choose(panel, "I025")
    document = document_of(program)
    document.push(remove(document.entries, ["PACKAGE_ICON.PNG"]), "Remove the icon")
    qtbot.waitUntil(lambda: "G001" in shown_rules(panel), timeout=20_000)
    assert panel.current is not None
    assert panel.current.problem == chosen
    assert [row.problem for row in panel.table.selected_rows()] == [chosen]
