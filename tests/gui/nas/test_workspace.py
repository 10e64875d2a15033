"""Tests of the capture workspace: against an engine that does as it is told, and once against the demo NAS."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from paramiko import Transport
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.asking import AskingLogin
from gui.nas.caughtfiles import CaughtFiles
from gui.nas.connect import ConnectDialog
from gui.nas.engine import Controls, RealEngine
from gui.nas.filestable import NAME, STATE, CaughtFilesModel
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.pages import PromptPage, QuestionDialog
from gui.nas.plan import CAPTURE_FOLDER
from gui.nas.workspace import CaptureWorkspace
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.events import FileCaught, PackageSeen, PackageState, Step, StepChanged
from spkcore.nas.orphans import Orphan
from spkcore.nas.session import Target
from tests.fakes.notifier import FakeNotifier
from tests.gui.nas.conftest import connect
from tests.gui.nas.fakes import FakeConnection, FakeEngine

SPK = "synopkg/download.x/@SYNOPKG_DOWNLOAD_a"


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def package_file(folder: Path, *, readable: bool = True) -> ResultFile:
    name, url = "a-1.0.spk", "https://example.invalid/a.spk"
    return ResultFile(folder / name, "a 1.0", 5000, complete=True, is_package=True, readable=readable, url=url)


class Steps:
    """A capture that goes on when the test says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.controls: Controls | None = None
        self.outcome_files: tuple[ResultFile, ...] | None = None

    def __call__(self, folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        self.controls = controls
        controls.on_event(StepChanged(Step.WAITING, ""))
        context.log("12:00:00 root: watching")
        while not self.go.wait(0.01):
            context.check()
            if controls.stop.is_set():
                break
        files = self.outcome_files
        return CaptureOutcome((package_file(folder),) if files is None else files, ("One warning.",))


def test_nothing_starts_without_a_nas(workspace: CaptureWorkspace, engine: FakeEngine) -> None:
    assert not workspace.setup_panel.start_button.isEnabled()
    assert workspace.setup_panel.start_button.toolTip()
    workspace.controller.start()
    assert not workspace.is_capturing


def test_the_connect_dialog_hands_its_connection_over(qtbot: QtBot, workspace: CaptureWorkspace) -> None:
    click(workspace.setup_panel.connect_button)
    dialog = workspace.findChild(ConnectDialog)
    assert dialog is not None
    dialog.form.address.setText("nas")
    dialog.form.user.setText("admin")
    dialog.form.password.setText("x")
    dialog.form.connect_button.click()
    qtbot.waitUntil(workspace.setup_panel.start_button.isEnabled)
    assert workspace.controller.state.nas_title == "DS920+, DSM 7.2.1-69057"
    qtbot.waitUntil(lambda: workspace.findChild(ConnectDialog) is None)


def test_a_capture_is_shown_live_and_its_package_opens(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, tmp_path: Path, context: AppContext
) -> None:
    steps = engine.on_capture = Steps()
    context.settings.put(CAPTURE_FOLDER, str(tmp_path))
    connect(qtbot, workspace)
    click(workspace.setup_panel.start_button)
    qtbot.waitUntil(lambda: workspace.live_panel.headline.text() == "Now install the package in Package Center")
    assert steps.controls is not None
    steps.controls.on_event(FileCaught("/volume1", "synopkg/install.x/INFO", 100, 1))
    steps.controls.on_event(PackageSeen("/volume1", SPK, 4096, PackageState.GROWING))
    model = workspace.live_panel.view.model()
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    assert model.index(0, STATE).data() == "growing"
    steps.controls.on_event(PackageSeen("/volume1", SPK, 5000, PackageState.STABLE))
    qtbot.waitUntil(lambda: model.index(0, STATE).data() == "finished")
    assert "12:00:00 root: watching" in workspace.log.toPlainText()
    with qtbot.waitSignal(workspace.package_ready) as opened:
        steps.go.set()
    assert opened.args == [tmp_path / "a-1.0.spk"]
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert workspace.result_panel.headline.text() == "a-1.0.spk is here"
    assert not workspace.is_capturing


def test_stop_ends_the_catching_and_keeps_what_there_is(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    engine.on_capture = Steps()
    connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    with qtbot.waitSignal(workspace.package_ready):
        click(workspace.live_panel.stop_button)


def test_cancel_brings_nothing_and_the_connection_stays(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    engine.on_capture = Steps()
    connection = connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    click(workspace.live_panel.cancel_button)
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert "cancelled" in workspace.result_panel.headline.text()
    click(workspace.result_panel.again_button)
    assert workspace.setup_panel.isVisible()
    assert workspace.setup_panel.start_button.isEnabled()
    assert not connection.closed.is_set()


def test_a_package_that_cannot_be_opened_is_shown_but_not_opened(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, tmp_path: Path
) -> None:
    steps = engine.on_capture = Steps()
    steps.outcome_files = (package_file(tmp_path, readable=False),)
    steps.go.set()
    connect(qtbot, workspace)
    opened: list[object] = []
    workspace.package_ready.connect(opened.append)
    workspace.controller.start()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert opened == []
    texts = [button.text() for button in workspace.result_panel.findChildren(QPushButton) if button.isVisible()]
    assert texts == ["Capture &another package"]


def test_an_error_is_explained_and_a_useless_connection_closed(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    def refuse(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        raise errors.SudoRefusedError("admin@nas", "the password was not accepted")

    engine.on_capture = refuse
    connection = connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert "did not let you work as administrator" in workspace.result_panel.error.text
    qtbot.waitUntil(connection.closed.is_set)
    click(workspace.result_panel.again_button)
    assert workspace.setup_panel.connect_button.isVisible()


def test_a_nas_that_cannot_be_looked_at_is_left_again(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier
) -> None:
    engine.look_error = errors.NotAdministratorError("bob@nas", "bob")
    connection = FakeConnection(Target("nas", "bob"))
    workspace.controller.take_connection(connection)
    qtbot.waitUntil(lambda: notifier.errors == [engine.look_error])
    qtbot.waitUntil(connection.closed.is_set)
    assert workspace.setup_panel.connect_button.isVisible()


@pytest.fixture
def given(workspace: CaptureWorkspace, engine: FakeEngine) -> list[str | None]:
    """Captures ask for a password; what they get."""
    answers: list[str | None] = []
    login = AskingLogin(workspace.controller.questions, None, "", "")

    def ask(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        answers.append(login.password())
        return CaptureOutcome(())

    engine.on_capture = ask
    return answers


def test_the_password_may_be_asked_for_during_the_capture(
    qtbot: QtBot, workspace: CaptureWorkspace, given: list[str | None]
) -> None:
    connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(lambda: workspace.findChild(QuestionDialog) is not None)
    shown = workspace.findChild(QuestionDialog)
    assert shown is not None
    (page,) = shown.findChildren(PromptPage)
    QTest.keyClicks(page.fields[0], "hunter2")
    QTest.keyClick(page.fields[0], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: given == ["hunter2"])
    qtbot.waitUntil(lambda: workspace.findChild(QuestionDialog) is None)


def test_hanging_up_gives_up_open_questions_and_hangs_up(
    qtbot: QtBot, workspace: CaptureWorkspace, given: list[str | None]
) -> None:
    connection = connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(lambda: workspace.findChild(QuestionDialog) is not None)
    workspace.controller.hang_up()
    qtbot.waitUntil(lambda: given == [None])
    qtbot.waitUntil(connection.closed.is_set)
    qtbot.waitUntil(lambda: workspace.findChild(QuestionDialog) is None)


def test_ending_all_tasks_ends_an_open_question_too(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext
) -> None:
    """The end of the program cancels every task and then waits for the threads."""
    login = AskingLogin(workspace.controller.questions, None, "", "")

    def ask(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        login.password()
        return CaptureOutcome(())

    engine.on_capture = ask
    connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(lambda: workspace.findChild(QuestionDialog) is not None)
    context.tasks.cancel_all()
    assert context.tasks.wait(5_000)
    qtbot.waitUntil(lambda: workspace.findChild(QuestionDialog) is None)


def test_the_download_address_can_be_copied(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier
) -> None:
    steps = engine.on_capture = Steps()
    steps.go.set()
    connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    tools = workspace.result_panel.findChildren(QToolButton)
    (copy,) = [tool for tool in tools if tool.toolTip() == "Copy the download address of a-1.0.spk"]
    copy.click()
    assert QGuiApplication.clipboard().text() == "https://example.invalid/a.spk"
    assert notifier.informed == ["Download address copied\nhttps://example.invalid/a.spk"]


def nameless(page: QWidget) -> list[QWidget]:
    """Widgets that the keyboard reaches and a screen reader cannot name."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.objectName().startswith("qt_")
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]


def test_everything_has_a_name_for_screen_readers(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    steps = engine.on_capture = Steps()
    assert nameless(workspace) == []
    connect(qtbot, workspace)
    assert nameless(workspace) == []
    workspace.controller.start()
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    assert workspace.stepper.accessibleName() == "Step 3 of 7: Install"
    assert nameless(workspace) == []
    steps.go.set()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert nameless(workspace) == []


def test_the_folder_is_chosen_and_remembered(
    workspace: CaptureWorkspace, context: AppContext, notifier: FakeNotifier, tmp_path: Path
) -> None:
    notifier.folders = [tmp_path / "here"]
    click(workspace.setup_panel.folder_button)
    assert context.settings.get(CAPTURE_FOLDER) == str(tmp_path / "here")
    assert workspace.controller.folder == tmp_path / "here"


def test_the_table_keeps_its_promises_to_qt(context: AppContext) -> None:
    model, files = CaughtFilesModel(context.theme), CaughtFiles()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_files(files)
    for number in range(30):
        model.show_changes([files.apply(FileCaught("/volume1", f"f{number}", number, number))])
    model.show_changes([files.apply(PackageSeen("/volume1", SPK, 1, PackageState.GROWING))])
    model.show_changes([files.apply(FileCaught("/volume1", "f3", 9, 3))])
    assert model.rowCount() == 31
    assert model.index(0, NAME).data() == "@SYNOPKG_DOWNLOAD_a"
    tester.deleteLater()


def test_the_whole_way_on_the_demo_nas(qtbot: QtBot, context: AppContext, tmp_path: Path) -> None:
    context.settings.put(CAPTURE_FOLDER, str(tmp_path / "caught"))
    page = CaptureWorkspace(context, None, RealEngine(tmp_path / "home", demo_pace=0.2))
    qtbot.addWidget(page)
    page.show()
    page.start_demo()
    qtbot.waitUntil(page.setup_panel.start_button.isEnabled, timeout=15_000)
    with qtbot.waitSignal(page.package_ready, timeout=30_000) as ready:
        click(page.setup_panel.start_button)
    spk: Path = ready.args[0]
    assert spk.parent == tmp_path / "caught"
    assert spk.suffix == ".spk"
    qtbot.waitUntil(page.result_panel.isVisible)
    outcome = page.controller.state.outcome
    assert outcome is not None
    assert outcome.package is not None
    assert outcome.package.title == "DemoNotes 1.0.0-0001"
    assert outcome.package.url == "https://demo.invalid/DemoNotes-1.0.0-0001.spk"
    assert outcome.warnings == ()
    assert spk.name in page.result_panel.headline.text()
    page.shut_down()
    qtbot.waitUntil(demo_is_over, timeout=10_000)


def demo_is_over() -> bool:
    """The demo NAS and the connection to it run in threads of their own."""
    return not any(isinstance(thread, Transport) or thread.name.startswith("demo") for thread in threading.enumerate())


def test_what_could_not_be_removed_is_offered_again(
    qtbot: QtBot,
    workspace: CaptureWorkspace,
    engine: FakeEngine,
    notifier: FakeNotifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(connection: object, orphans: object, context: object) -> None:
        raise SpkError("The folder could not be removed")

    engine.orphans = (Orphan("/volume1/@tmp/spkcap-11112222", "11112222", None, is_running=False, packages=()),)
    monkeypatch.setattr(engine, "remove_orphans", refuse)
    workspace.controller.take_connection(FakeConnection(Target("nas", "admin")))
    found = workspace.setup_panel.found
    qtbot.waitUntil(lambda: bool(found.buttons))
    found.buttons[-1].click()
    qtbot.waitUntil(lambda: len(notifier.errors) == 1)
    qtbot.waitUntil(lambda: bool(found.buttons) and not found.isHidden())
