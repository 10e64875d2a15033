"""Tests of NAS units that let the user in and then refuse to be worked on: said once, never tried again by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.connect import ConnectDialog
from gui.nas.engine import RealEngine
from gui.nas.pages import HostKeyPage, PromptPage, QuestionDialog
from gui.nas.profiles import NasProfile, Profiles
from gui.nas.workspace import CaptureWorkspace
from spkcore.nas import errors
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.nas.fakes import FakeEngine
from tests.integration.conftest import NasFactory
from tests.integration.nasbench.nas import BenchNas, Options

PATIENCE = 60_000
"""Milliseconds."""


def test_a_kept_password_that_sudo_refuses_is_tried_once(
    qtbot: QtBot,
    workspace: CaptureWorkspace,
    engine: FakeEngine,
    context: AppContext,
    secrets: FakeSecrets,
    notifier: FakeNotifier,
) -> None:
    """A key logs in, so that the password is first used by sudo."""
    engine.look_error = errors.SudoRefusedError("admin@nas", "the password was not accepted")
    Profiles(context.settings).remember(NasProfile("nas", 22, "admin", "/home/admin/.ssh/id"))
    secrets.kept["admin@nas"] = "old"
    workspace.capture_now()
    qtbot.waitUntil(lambda: notifier.errors == [engine.look_error])
    qtbot.waitUntil(lambda: workspace.findChild(ConnectDialog) is None)
    assert "did not let you work as administrator" in workspace.log.toPlainText()
    assert workspace.log.toPlainText().endswith("Disconnect from admin@nas")
    workspace.capture_now()
    qtbot.waitUntil(lambda: workspace.findChild(ConnectDialog) is not None)
    qtbot.waitUntil(lambda: not context.tasks.running())
    assert engine.attempts == 1


def sudo_refusals(nas: BenchNas) -> int:
    """How often sudo refused a password."""
    return nas.sudo_log.count("incorrect password") + nas.sudo_log.count("a password is required")


@pytest.mark.integration
def test_a_key_logs_in_and_a_wrong_password_for_sudo_is_sent_once(
    qtbot: QtBot, context: AppContext, notifier: FakeNotifier, start_nas: NasFactory, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret phrase", "-f", key], check=True)
    nas = start_nas(Options(key_login=key.with_suffix(".pub").read_text(encoding="utf-8")))
    page = CaptureWorkspace(context, None, RealEngine(tmp_path / "home"))
    qtbot.addWidget(page)
    page.show()
    page.choose_nas()
    dialog = page.findChild(ConnectDialog)
    assert dialog is not None
    dialog.form.address.setText(f"alice@127.0.0.1:{nas.port}")
    dialog.form.use_key.setChecked(True)
    dialog.form.key_file.setText(str(key))
    dialog.form.passphrase.setText("secret phrase")
    QTest.mouseClick(dialog.form.connect_button, Qt.MouseButton.LeftButton)
    assert dialog.form.user.text() == "alice"
    qtbot.waitUntil(lambda: isinstance(dialog.question_page, HostKeyPage), timeout=PATIENCE)
    assert dialog.question_page is not None
    dialog.question_page.accept_button.click()
    qtbot.waitUntil(lambda: page.findChild(QuestionDialog) is not None, timeout=PATIENCE)
    (question,) = page.findChildren(PromptPage)
    QTest.keyClicks(question.fields[0], "n0t the password")
    QTest.keyClick(question.fields[0], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(notifier.errors), timeout=PATIENCE)
    assert isinstance(notifier.errors[0], errors.SudoRefusedError)
    qtbot.waitUntil(lambda: sudo_refusals(nas) > 0, timeout=PATIENCE)  # sudo logs when it ends
    assert sudo_refusals(nas) == 1
    assert "n0t the password" not in page.log.toPlainText()
    qtbot.waitUntil(lambda: not context.tasks.running(), timeout=PATIENCE)
    assert page.setup_panel.connect_button.isVisible()
    page.shut_down()
