"""Every dialog of the window: opened by its command, closed with Esc, gone afterwards; and the help."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.help import HelpDialog
from gui.dialogs.message import MessageDialog, TextDialog
from gui.dialogs.qtnotifier import QtNotifier
from gui.services.notifier import Choice, Question
from gui.windows.actions import menus
from spkcore.base.errors import UsageError
from tests.gui.conftest import Opened, activate, collect, page_of, press

QUESTION = Question("Really?", "It goes away.", (Choice("yes", "Yes", "primary"), Choice("no", "No")), cancel="no")


def opened(program: Program) -> list[QDialog]:
    return [dialog for dialog in program.window.findChildren(QDialog) if dialog.isVisible()]


@pytest.mark.parametrize("command", ["file.new", "tools.preferences", "help.about", "help.open", "help.explain"])
def test_esc_closes_a_dialog_and_nothing_is_left(
    qapp: QApplication, program: Program, qtbot: QtBot, command: str
) -> None:
    activate(program, qtbot)
    program.context.commands.action(command).trigger()
    (dialog,) = opened(program)
    assert dialog.windowTitle()
    assert dialog.focusWidget() is not None
    press(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert opened(program) == []
    collect(qapp)
    assert program.window.findChildren(QDialog) == []


def test_f1_opens_the_help_and_every_page_says_something(program: Program, qtbot: QtBot) -> None:
    activate(program, qtbot)
    press(program.window, Qt.Key.Key_F1)
    (dialog,) = opened(program)
    assert isinstance(dialog, HelpDialog)
    assert not dialog.isModal()
    titles = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert titles == [
        "Quick start",
        "Templates",
        "The overview",
        "The package information (INFO)",
        "Icons and screenshots",
        "Scripts",
        "Wizards",
        "Privileges and resources",
        "Desktop entries and texts",
        "The payload",
        "Licence and changelog",
        "Search, rename, compare",
        "Capture a package from a NAS",
        "From DSM 6 to DSM 7",
        "What is in a package folder",
        "Shortcuts",
    ]
    for title in titles:
        assert dialog.text.toPlainText().startswith(title)
        assert len(dialog.text.toPlainText()) > 400
        press(dialog.list, Qt.Key.Key_Down)
    dialog.close()


def test_f1_opens_the_page_of_the_part_that_is_shown(program: Program, open_package: Opened, sample: Path) -> None:
    open_package(sample)
    pages = {
        ".": "The overview",
        "INFO": "The package information (INFO)",
        "PACKAGE_ICON.PNG": "Icons and screenshots",
        "scripts/postinst": "Scripts",
        "conf/privilege": "Privileges and resources",
        "package/ui/config": "Desktop entries and texts",
        "package": "The payload",
    }
    for path, title in pages.items():
        if path != "@overview":
            page_of(program).show_part(path)
            assert page_of(program).shown_path == path
        assert _help(program) == title
    program.context.commands.action("nas.capture").trigger()
    assert _help(program) == "Capture a package from a NAS"
    program.window.show_welcome()
    assert _help(program) == "Quick start"


def _help(program: Program) -> str:
    program.context.commands.action("help.open").trigger()
    (dialog,) = opened(program)
    assert isinstance(dialog, HelpDialog)
    dialog.close()
    return dialog.list.currentItem().text()


def test_the_help_lists_every_shortcut_that_there_is(program: Program) -> None:
    program.context.commands.action("help.open").trigger()
    (dialog,) = opened(program)
    assert isinstance(dialog, HelpDialog)
    dialog.list.setCurrentRow(dialog.list.count() - 1)
    lines = dialog.text.toPlainText().splitlines()
    for command in program.context.commands.commands():
        if command.shortcuts:
            at = lines.index(command.plain_text)
            assert lines[at + 1] == ", ".join(command.shortcuts)
    assert {"F12, Shift+F12", "Ctrl+M, Ctrl+Shift+M", "Ctrl+F2, F2, Shift+F2"} <= set(lines), "of the editors"
    dialog.close()


def test_no_two_commands_share_a_shortcut_or_a_letter_of_their_menu(program: Program) -> None:
    commands = program.context.commands
    keys = [shortcut for command in commands.commands() for shortcut in command.shortcuts]
    assert len(keys) == len(set(keys))
    for title, ids in menus():
        texts = [commands.command(each).text.replace("&&", "") for each in ids if each]
        letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), title


def test_a_question_answers_once_and_esc_is_its_cancel(program: Program, qtbot: QtBot) -> None:
    notifier = QtNotifier(program.context.theme)
    notifier.attach(program.window)
    answers: list[str] = []
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        notifier.ask(QUESTION, answers.append)
        (dialog,) = opened(program)
        assert isinstance(dialog, MessageDialog)
        press(dialog.focusWidget(), key)
        qtbot.waitUntil(lambda: not opened(program))
    assert answers == ["no", "yes"]


def test_a_text_question_gives_the_text_and_esc_gives_nothing(program: Program, qtbot: QtBot) -> None:
    notifier = QtNotifier(program.context.theme)
    notifier.attach(program.window)
    texts: list[str] = []
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        notifier.ask_text("Rename", "New name", "postinst", texts.append)
        (dialog,) = opened(program)
        assert isinstance(dialog, TextDialog)
        dialog.field.setText("preinst")
        press(dialog.field, key)
        qtbot.waitUntil(lambda: not opened(program))
    assert texts == ["preinst"]


def test_an_error_says_what_where_and_what_to_do(program: Program, qtbot: QtBot) -> None:
    notifier = QtNotifier(program.context.theme)
    notifier.attach(program.window)
    notifier.error(UsageError("It is full", "C:\\disk", "Make room."))
    (dialog,) = opened(program)
    spoken = dialog.accessibleDescription()
    assert dialog.windowTitle() == "It is full"
    assert "C:\\disk" in spoken
    assert "Make room." in spoken
    press(dialog, Qt.Key.Key_Escape)


def test_enter_presses_the_button_that_has_the_focus(program: Program, qtbot: QtBot) -> None:
    notifier = QtNotifier(program.context.theme)
    notifier.attach(program.window)
    answers: list[str] = []
    notifier.ask(QUESTION, answers.append)
    (dialog,) = opened(program)
    other = next(button for button in dialog.findChildren(QPushButton) if button.objectName() == "no")
    press(other, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answers == ["no"])

    press(program.window.welcome.demo_card, Qt.Key.Key_Return)
    workspace = program.window.workspace
    assert workspace is not None
    qtbot.waitUntil(lambda: workspace.controller.connection is not None, timeout=20_000)
