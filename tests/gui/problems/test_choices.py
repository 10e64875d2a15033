"""Accepting with a reason, profile and DSM range, the verdict, and the build that asks first."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.accept import AcceptDialog
from gui.widgets.verdictpopup import VerdictPopup
from gui.windows.problempanel import ProblemPanel
from spkcore.checks.rulebook import Profile
from spkcore.package.changes import remove
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, collect, page_of, press
from tests.gui.problems.conftest import (
    choose,
    dialog_of,
    document_of,
    run,
    shown_rules,
)


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


def pick(combo: QComboBox, index: int) -> None:
    combo.setCurrentIndex(index)
    combo.activated.emit(index)  # as a click in its list does


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


def test_pressing_the_key_again_while_the_verdict_is_awaited_asks_once(
    program: Program, panel: ProblemPanel, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    document = document_of(program)
    document.push(remove(document.entries, ["scripts/preinst"]), "Remove it")
    for _ in range(3):
        run(program, "package.build")
    qtbot.waitUntil(lambda: bool(notifier.questions), timeout=20_000)
    qtbot.wait(50)
    assert len(notifier.questions) == 1


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
