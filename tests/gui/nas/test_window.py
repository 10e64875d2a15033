"""Tests of the capture inside the whole program: the commands of the NAS menu, and what one press of F9 does."""

from __future__ import annotations

import socket

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.nas.addressdialog import AddressDialog
from gui.nas.connect import ConnectDialog
from gui.nas.profiles import NasProfile, Profiles
from gui.nas.workspace import CaptureWorkspace
from spkcore.nas.session import Target
from tests.gui.conftest import activate, press
from tests.gui.nas.fakes import FakeConnection, FakeEngine


def test_package_addresses_need_no_nas(qtbot: QtBot, program: Program) -> None:
    program.context.commands.action("nas.addresses").trigger()
    dialog = program.window.findChild(AddressDialog)
    assert dialog is not None
    QGuiApplication.clipboard().setText("https://x.example/a-noarch-1.spk")
    QTest.mouseClick(dialog.paste_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    press(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: program.window.findChild(AddressDialog) is None)
    program.context.commands.action("nas.addresses").trigger()
    again = program.window.findChild(AddressDialog)
    assert again is not None
    assert again.model.rowCount() == 1
    again.close()
    qtbot.waitUntil(lambda: program.window.findChild(AddressDialog) is None)


def test_f9_without_a_known_nas_shows_the_page_and_with_one_connects(qtbot: QtBot, program: Program) -> None:
    activate(program, qtbot)
    press(program.window, Qt.Key.Key_F9)
    workspace = program.window.workspace
    assert workspace is not None
    assert workspace.isVisible()
    assert workspace.setup_panel.connect_button.isVisible()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    profile = NasProfile("127.0.0.1", port, "admin")
    Profiles(program.context.settings).remember(profile)
    program.context.secrets.put(profile.title, "x")
    press(program.window, Qt.Key.Key_F9)
    dialog = workspace.findChild(ConnectDialog) or program.window.findChild(ConnectDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "Terminal & SNMP" in dialog.error.text, timeout=20_000)
    dialog.close()
    qtbot.waitUntil(lambda: program.window.findChild(ConnectDialog) is None)


def mnemonics(widgets: list[QWidget]) -> list[str]:
    texts = [str(widget.property("text") or "") for widget in widgets if widget.isVisible()]
    return [text[text.index("&") + 1].lower() for text in texts if "&" in text.replace("&&", "")]


@pytest.mark.parametrize("is_connected", [False, True])
def test_no_letter_of_the_page_means_two_things(qtbot: QtBot, program: Program, is_connected: bool) -> None:
    workspace = CaptureWorkspace(program.context, program.window, FakeEngine())
    program.window.show_workspace(workspace)
    if is_connected:
        workspace.controller.take_connection(FakeConnection(Target("nas", "admin")))
        qtbot.waitUntil(workspace.setup_panel.start_button.isEnabled)
    workspace.setup_panel.options.button.click()
    workspace.log_button.click()
    menus = [action.text() for action in program.window.menuBar().actions()]
    letters = [text[text.index("&") + 1].lower() for text in menus] + mnemonics(workspace.findChildren(QWidget))
    assert len(letters) == len(set(letters)), sorted(letters)
