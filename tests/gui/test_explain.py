"""The dialog that explains errors: with and without a package, typed, pasted, dropped, and its links."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.explain import ExplainDialog
from gui.services.explaining import LARGEST
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, drop_on, mime_of, page_of, press, type_text
from tests.gui.oldpackage import make_old_package

ROOT = "This package requires root privileges and cannot be installed. Please contact the package developer."


@pytest.fixture
def dialog(program: Program, qtbot: QtBot) -> ExplainDialog:
    activate(program, qtbot)
    press(program.window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    return program.window.findChildren(ExplainDialog)[-1]


def wait_for_code(dialog: ExplainDialog, qtbot: QtBot, code: int) -> None:
    qtbot.waitUntil(lambda: any(card.cause.code == code for card in dialog.cards), timeout=20_000)


def test_it_explains_without_a_package_as_one_types(dialog: ExplainDialog, qtbot: QtBot) -> None:
    type_text(dialog.field, "error code: 263")
    wait_for_code(dialog, qtbot, 263)
    assert dialog.cards[0].cause.problems == ()
    dialog.field.clear()
    qtbot.waitUntil(dialog.usual[0].isVisible)
    dialog.close()


def test_a_usual_message_is_one_click(dialog: ExplainDialog, qtbot: QtBot) -> None:
    button = next(button for button in dialog.usual if button.accessibleName() == ROOT)
    click(button)
    wait_for_code(dialog, qtbot, 319)
    assert dialog.field.toPlainText() == ROOT
    dialog.close()


def test_the_problems_of_the_package_are_links_to_their_place(
    program: Program, qtbot: QtBot, open_package: Opened, tmp_path: Path, dialog: ExplainDialog
) -> None:
    open_package(make_old_package(tmp_path / "Old"))
    dialog.dsm.setCurrentIndex(dialog.dsm.findData("7.2"))
    dialog.set_text(ROOT)
    qtbot.waitUntil(lambda: bool(dialog.cards) and bool(dialog.cards[0].links), timeout=20_000)
    assert dialog.cards[0].cause.problems[0].rule == "P003"
    click(dialog.cards[0].links[0])
    assert page_of(program).shown_path == "conf/privilege"
    assert dialog.isVisible()
    program.context.commands.action("file.close").trigger()
    assert dialog.cards == []
    qtbot.waitUntil(lambda: bool(dialog.cards), timeout=20_000)
    assert not any(card.links for card in dialog.cards)
    dialog.close()


def test_a_package_of_another_generation_is_told_without_naming_the_nas(
    program: Program, qtbot: QtBot, open_package: Opened, tmp_path: Path, dialog: ExplainDialog
) -> None:
    open_package(make_old_package(tmp_path / "Old"))
    dialog.set_text("Invalid file format. Please contact the package developer.")
    qtbot.waitUntil(lambda: bool(dialog.cards) and bool(dialog.cards[0].links), timeout=20_000)
    assert "I008" in {problem.rule for card in dialog.cards for problem in card.cause.problems}
    dialog.close()


def test_logs_are_pasted_dropped_and_opened(
    qtbot: QtBot, tmp_path: Path, dialog: ExplainDialog, notifier: FakeNotifier
) -> None:
    QGuiApplication.clipboard().setText("failed to acquire postinst worker")
    click(dialog.paste_button)
    wait_for_code(dialog, qtbot, 278)
    log = tmp_path / "synopkg.log"
    log.write_bytes(b"nothing to see\n" * (LARGEST // 10) + b"failed to run preupgrade script\n\xff")
    drop_on(dialog.field.viewport(), mime_of(log))
    wait_for_code(dialog, qtbot, 277)
    log.write_text('{"error": {"code": 313}}', encoding="utf-8")
    notifier.files = [[log]]
    click(dialog.open_button)
    wait_for_code(dialog, qtbot, 313)
    log.unlink()
    notifier.files = [[log]]
    click(dialog.open_button)
    qtbot.waitUntil(lambda: bool(notifier.errors))
    dialog.close()


def test_what_nobody_knows_is_said(dialog: ExplainDialog, qtbot: QtBot) -> None:
    dialog.set_text("the moon is full")
    qtbot.waitUntil(dialog.nothing.isVisible, timeout=20_000)
    dialog.close()


def test_esc_closes_it_there_is_one_and_all_has_names(program: Program, qtbot: QtBot, dialog: ExplainDialog) -> None:
    program.context.commands.action("help.explain").trigger()
    assert program.window.findChildren(ExplainDialog) == [dialog]
    assert not dialog.isModal()
    named = [*dialog.findChildren(QPlainTextEdit), *dialog.findChildren(QComboBox)]
    assert all(widget.accessibleName() for widget in named)
    shown = [button for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    assert all(button.text() or button.accessibleName() for button in shown)
    press(dialog.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not program.window.findChildren(ExplainDialog))
