"""Tests of the connect dialog, driven as a user would, against an engine that does as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.app.context import AppContext
from gui.nas.asking import Questions
from gui.nas.connect import ConnectDialog
from gui.nas.pages import HostKeyPage, PromptPage, QuestionPage
from gui.nas.profiles import NasProfile, Profiles
from gui.qt.theme import LIGHT
from spkcore.base.errors import Cancelled
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.hostkeys import HostKeyQuestion
from spkcore.nas.login import Login
from spkcore.nas.session import Target
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.nas.fakes import FakeEngine

KEY = HostKeyQuestion("nas", 22, "ssh-ed25519", "SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
Confirm = Callable[[HostKeyQuestion], bool]


@pytest.fixture
def questions(context: AppContext) -> Questions:
    return Questions()


Opener = Callable[[], ConnectDialog]


@pytest.fixture
def open_dialog(qtbot: QtBot, context: AppContext, engine: FakeEngine, questions: Questions) -> Iterator[Opener]:
    opened: list[ConnectDialog] = []

    def open_one() -> ConnectDialog:
        opened.append(ConnectDialog(context, engine, questions, None))
        opened[-1].show()
        return opened[-1]

    yield open_one
    questions.refuse_all()
    for dialog in opened:
        if isValid(dialog):
            dialog.close()
        qtbot.waitUntil(partial(gone, dialog))


def gone(dialog: ConnectDialog) -> bool:
    """A closed dialog must not live on."""
    return not isValid(dialog)


@pytest.fixture
def dialog(open_dialog: Opener) -> ConnectDialog:
    return open_dialog()


def fill_in(dialog: ConnectDialog, address: str = "nas", user: str = "admin", password: str = "hunter2") -> None:
    dialog.form.address.setText(address)
    dialog.form.user.setText(user)
    dialog.form.password.setText(password)


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def page(dialog: ConnectDialog) -> QuestionPage:
    found = dialog.question_page
    assert found is not None
    return found


def test_one_click_is_one_attempt_outside_the_gui_thread(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine, context: AppContext
) -> None:
    fill_in(dialog)
    with qtbot.waitSignal(dialog.connected) as caught:
        click(dialog.form.connect_button)
    connection = caught.args[0]
    assert connection.target == Target("nas", "admin", 22)
    assert not connection.closed.is_set()
    assert engine.attempts == 1
    assert engine.threads != [threading.get_ident()]
    assert Profiles(context.settings).all() == [NasProfile("nas", 22, "admin")]
    context.settings.flush()
    assert "hunter2" not in (context.home / "settings.json").read_text(encoding="utf-8")


def test_the_password_goes_to_the_engine_and_nowhere_else(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine, secrets: FakeSecrets
) -> None:
    given: list[str | None] = []

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        given.append(login.password())

    engine.on_connect = script
    fill_in(dialog)
    with qtbot.waitSignal(dialog.connected):
        click(dialog.form.connect_button)
    assert given == ["hunter2"]
    assert secrets.kept == {}


def test_the_password_is_remembered_only_when_ticked(
    qtbot: QtBot, dialog: ConnectDialog, secrets: FakeSecrets, context: AppContext
) -> None:
    qtbot.waitUntil(dialog.form.remember.isVisible)
    assert "the test's memory" in dialog.form.place.text()
    fill_in(dialog)
    dialog.form.remember.setChecked(True)
    with qtbot.waitSignal(dialog.connected):
        click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: secrets.kept == {"admin@nas": "hunter2"})


def test_a_saved_nas_comes_back_with_its_password_and_can_be_forgotten(
    qtbot: QtBot, context: AppContext, open_dialog: Opener, secrets: FakeSecrets
) -> None:
    Profiles(context.settings).remember(NasProfile("old", 2222, "me"))
    secrets.kept["me@old:2222"] = "secret"
    dialog = open_dialog()
    assert (dialog.form.address.text(), dialog.form.port.value(), dialog.form.user.text()) == ("old", 2222, "me")
    qtbot.waitUntil(lambda: dialog.form.password.text() == "secret")
    assert dialog.form.remember.isChecked()
    click(dialog.form.forget)
    assert dialog.form.address.text() == ""
    assert Profiles(context.settings).all() == []
    qtbot.waitUntil(lambda: secrets.kept == {})


@pytest.mark.parametrize(
    ("address", "user", "password", "message"),
    [("", "admin", "x", "address"), ("nas", "", "x", "administrators"), ("nas", "admin", "", "password")],
)
def test_nothing_is_sent_before_everything_is_filled_in(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine, address: str, user: str, password: str, message: str
) -> None:
    fill_in(dialog, address, user, password)
    click(dialog.form.connect_button)
    assert message in dialog.form.problem.text()
    assert dialog.form.problem.isVisible()
    assert engine.attempts == 0


def test_an_address_is_taken_apart(qtbot: QtBot, dialog: ConnectDialog) -> None:
    fill_in(dialog, "ssh://bob@nas.local:2222/", "")
    with qtbot.waitSignal(dialog.connected) as caught:
        click(dialog.form.connect_button)
    assert caught.args[0].target == Target("nas.local", "bob", 2222)


def test_a_new_host_key_is_shown_and_trusted(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    trusted: list[bool] = []

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        trusted.append(confirm(KEY))

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: dialog.question_page is not None)
    shown = page(dialog)
    assert isinstance(shown, HostKeyPage)
    texts = [label.text() for label in shown.findChildren(QWidget) if hasattr(label, "text")]
    assert KEY.fingerprint in texts
    with qtbot.waitSignal(dialog.connected):
        click(shown.accept_button)
    assert trusted == [True]


def test_a_refused_host_key_leads_back_to_the_form(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        if not confirm(KEY):
            raise errors.HostKeyRejectedError("nas")

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: dialog.question_page is not None)
    QTest.keyClick(page(dialog).refuse_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.form.isVisible)
    assert dialog.error.text == ""
    assert engine.connections == []


def test_one_time_codes_are_asked_for(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    answers: list[list[str] | None] = []

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        answers.append(login.answer("", "", [("Verification code: ", False)]))

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: dialog.question_page is not None)
    shown = page(dialog)
    assert isinstance(shown, PromptPage)
    assert shown.fields[0].echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(shown.fields[0], "123456")
    with qtbot.waitSignal(dialog.connected):
        QTest.keyClick(shown.fields[0], Qt.Key.Key_Return)
    assert answers == [["123456"]]


def test_errors_are_explained_in_the_dialog(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        raise errors.RefusedError(target.place)

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: bool(dialog.error.text))
    assert "Control Panel > Terminal & SNMP" in dialog.error.text
    assert dialog.form.isVisible()
    assert engine.attempts == 1
    assert dialog.form.password.text() == "hunter2"


def test_a_changed_host_key_is_refused_and_can_be_forgotten(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine
) -> None:
    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        raise errors.HostKeyChangedError(target.place, KEY.fingerprint)

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: bool(dialog.error.text))
    assert KEY.fingerprint in dialog.error.text
    (button,) = dialog.error.buttons
    click(button)
    assert engine.forgotten == [("nas", 22)]
    assert dialog.error.text == ""


def test_cancel_stops_the_attempt(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    entered = threading.Event()

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        context.log("12:00:00 Host key: ssh-ed25519 SHA256:x")
        entered.set()
        assert context.cancelled.wait(5)
        context.check()

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(entered.is_set)
    qtbot.waitUntil(lambda: dialog.progress.step == "Logging in")
    click(dialog.progress.cancel_button)
    qtbot.waitUntil(dialog.form.isVisible)
    assert engine.connections == []
    assert dialog.error.text == ""


def test_esc_while_a_question_is_open_gives_up(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    ended = threading.Event()

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        try:
            assert confirm(KEY) is False
            context.check()
        except Cancelled:
            pass
        finally:
            ended.set()

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: dialog.question_page is not None)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(ended.is_set)


def test_a_connection_that_comes_after_closing_is_hung_up(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine
) -> None:
    entered, go = threading.Event(), threading.Event()

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        entered.set()
        assert go.wait(5)

    engine.on_connect = script
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(entered.is_set)
    dialog.reject()
    go.set()
    qtbot.waitUntil(lambda: bool(engine.connections) and engine.connections[0].closed.is_set())


def test_a_key_file_is_chosen_and_used(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine, notifier: FakeNotifier, tmp_path: Path
) -> None:
    used: list[Path | None] = []

    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        used.append(login.key_file)

    engine.on_connect = script
    notifier.files = [[tmp_path / "id_ed25519"]]
    fill_in(dialog, password="")
    dialog.form.use_key.setChecked(True)
    assert dialog.form.passphrase.isVisible()
    click(dialog.form.browse)
    with qtbot.waitSignal(dialog.connected):
        click(dialog.form.connect_button)
    assert used == [tmp_path / "id_ed25519"]


def test_every_field_has_a_name_for_screen_readers_and_mnemonics_are_unique(dialog: ConnectDialog) -> None:
    dialog.form.use_key.setChecked(True)
    for widget in dialog.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_")
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not inner:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), widget
    visible = [widget for widget in dialog.findChildren(QWidget) if widget.isVisible()]
    texts = [str(widget.property("text") or "") for widget in visible]
    mnemonics = [text[text.index("&") + 1].lower() for text in texts if "&" in text.replace("&&", "")]
    assert len(mnemonics) == len(set(mnemonics)), mnemonics


def test_a_refused_password_is_not_sent_again_by_another_enter(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine
) -> None:
    def refuse(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        raise errors.AuthenticationFailedError(target.place)

    engine.on_connect = refuse
    fill_in(dialog)
    with qtbot.waitSignal(dialog.refused):
        click(dialog.form.connect_button)
    qtbot.waitUntil(dialog.error.isVisible)
    assert dialog.form.password.selectedText() != ""
    assert not dialog.form.connect_button.hasFocus()


@pytest.mark.parametrize("points", [9, 14])
def test_every_field_has_its_height_whichever_are_shown(
    qtbot: QtBot, context: AppContext, dialog: ConnectDialog, points: int
) -> None:
    context.theme.apply(LIGHT, points)
    qtbot.waitUntil(dialog.form.remember.isVisible)
    for method in (dialog.form.use_key, dialog.form.use_agent, dialog.form.use_password):
        method.click()
        fields = [field for field in dialog.form.findChildren(QLineEdit) if field.isVisible()]
        assert all(field.height() >= field.sizeHint().height() for field in fields)


def test_an_attempt_that_came_to_nothing_is_in_the_session_log(
    qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine
) -> None:
    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        context.log(f"12:00:00 Connect to {target.place}")
        raise errors.RefusedError(target.place)

    engine.on_connect = script
    lines: list[str] = []
    dialog.logged.connect(lines.append)
    fill_in(dialog)
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: bool(dialog.error.text))
    assert lines[0] == "12:00:00 Connect to admin@nas"
    assert lines[1].endswith(" The NAS refused the connection")


def test_a_key_that_cannot_be_used_has_the_focus(qtbot: QtBot, dialog: ConnectDialog, engine: FakeEngine) -> None:
    def script(target: Target, login: Login, confirm: Confirm, context: TaskContext) -> None:
        raise errors.KeyUnusableError("id", "wrong passphrase")

    engine.on_connect = script
    fill_in(dialog)
    dialog.form.use_key.setChecked(True)
    dialog.form.key_file.setText("id")
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: bool(dialog.error.text))
    assert dialog.focusWidget() is dialog.form.key_file
    dialog.form.passphrase.setText("wrong")
    click(dialog.form.connect_button)
    qtbot.waitUntil(lambda: dialog.form.isVisible() and bool(dialog.error.text))
    assert dialog.focusWidget() is dialog.form.passphrase
