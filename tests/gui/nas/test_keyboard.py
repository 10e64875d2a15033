"""Tests of the capture window for those who use no mouse, and for those who hear it: focus, keys, announcements."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.engine import Controls
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.plan import CAPTURE_FOLDER, CAPTURE_OPEN
from gui.nas.workspace import CaptureWorkspace
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.events import ConnectionChanged, LowSpace, PackageSeen, PackageState, Step, StepChanged
from spkcore.nas.orphans import Orphan
from spkcore.nas.session import Target
from tests.fakes.notifier import FakeNotifier
from tests.gui.nas.conftest import shown_workspace
from tests.gui.nas.fakes import FakeConnection, FakeEngine

LEFT = Orphan("/volume1/@tmp/spkcap-11112222", "11112222", None, is_running=False, packages=())


@pytest.fixture
def workspace(qtbot: QtBot, context: AppContext, engine: FakeEngine) -> Iterator[CaptureWorkspace]:
    with shown_workspace(qtbot, context, engine) as page:
        qtbot.waitActive(page)
        yield page


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was told."""
    texts: list[str] = []

    def tell(_widget: QWidget, text: str) -> None:
        texts.append(text)

    for module in ("livepanel", "errorbox", "resultpanel", "setuppanel"):
        monkeypatch.setattr(f"gui.nas.{module}.announce", tell)
    return texts


class Course:
    """A capture that waits, and ends when the test says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.controls: Controls | None = None

    def __call__(self, folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        self.controls = controls
        controls.on_event(StepChanged(Step.WAITING, ""))
        while not (self.go.wait(0.01) or controls.stop.is_set()):
            context.check()
        spk = ResultFile(folder / "a-1.0.spk", "a 1.0", 5000, complete=True, is_package=True, readable=True)
        return CaptureOutcome((spk,))


def focused(page: CaptureWorkspace) -> str:
    """The name of what has the focus."""
    widget = page.focusWidget()
    if isinstance(widget, QPushButton | QLabel):
        return widget.text().replace("&", "")
    return widget.accessibleName()


def press(page: CaptureWorkspace, key: Qt.Key) -> None:
    widget = page.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key)


def be_ready(qtbot: QtBot, page: CaptureWorkspace) -> None:
    """Take a connection, and wait until the focus is on what starts a capture."""
    page.controller.take_connection(FakeConnection(Target("nas", "admin")))
    qtbot.waitUntil(lambda: focused(page) == "Start the capture")


def start_capture(qtbot: QtBot, page: CaptureWorkspace) -> None:
    """From a new connection to a capture that can be stopped."""
    be_ready(qtbot, page)
    page.controller.start()
    qtbot.waitUntil(page.live_panel.stop_button.isEnabled)


def test_a_whole_capture_by_keyboard_alone(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, tmp_path: Path
) -> None:
    context.settings.put(CAPTURE_FOLDER, str(tmp_path))
    context.settings.put(CAPTURE_OPEN, False)
    course = engine.on_capture = Course()
    assert focused(workspace) == "Choose a NAS…"
    workspace.controller.take_connection(FakeConnection(Target("nas", "admin")))
    assert focused(workspace) == "Looking at admin@nas…"
    press(workspace, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: focused(workspace) == "Start the capture")
    press(workspace, Qt.Key.Key_Space)
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    assert focused(workspace) == "Caught files"
    press(workspace, Qt.Key.Key_Space)
    press(workspace, Qt.Key.Key_Return)
    assert workspace.is_capturing
    assert not workspace.controller.state.is_stopping
    QTest.keyClick(workspace, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert course.controls is not None
    assert course.controls.stop.is_set()
    assert focused(workspace) == "Open in the editor"
    with qtbot.waitSignal(workspace.package_ready) as opened:
        press(workspace, Qt.Key.Key_Space)
    assert opened.args == [tmp_path / "a-1.0.spk"]
    QTest.keyClick(workspace, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: focused(workspace) == "Start the capture")


def test_the_focus_stays_where_the_user_has_it(
    qtbot: QtBot, workspace: CaptureWorkspace, notifier: FakeNotifier, engine: FakeEngine, tmp_path: Path
) -> None:
    be_ready(qtbot, workspace)
    notifier.folders = [tmp_path / "here"]
    workspace.setup_panel.folder_button.setFocus()
    press(workspace, Qt.Key.Key_Space)
    assert workspace.controller.folder == tmp_path / "here"
    assert focused(workspace) == "Change…"
    engine.orphans = (LEFT,)
    workspace.controller.reset()
    qtbot.waitUntil(workspace.setup_panel.found.isVisible)
    assert focused(workspace) == "Change…"


def test_the_focus_is_not_lost_with_a_row_that_goes(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    engine.orphans = (LEFT,)
    workspace.controller.take_connection(FakeConnection(Target("nas", "admin")))
    qtbot.waitUntil(workspace.setup_panel.found.isVisible)
    workspace.setup_panel.found.buttons[-1].setFocus()
    press(workspace, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: engine.removed == [LEFT])
    assert focused(workspace) == "Start the capture"


def test_an_error_is_heard_and_the_focus_is_on_what_can_be_done(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, said: list[str]
) -> None:
    def refuse(_folder: Path, _controls: Controls, _context: TaskContext) -> CaptureOutcome:
        raise errors.SudoRefusedError("admin@nas", "no")

    engine.on_capture = refuse
    be_ready(qtbot, workspace)
    press(workspace, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: focused(workspace) == "Try again")
    assert any("did not let you work as administrator" in text for text in said)


def test_what_happens_is_heard_once(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, said: list[str]
) -> None:
    course = engine.on_capture = Course()
    start_capture(qtbot, workspace)
    assert course.controls is not None
    for event in (ConnectionChanged(is_there=False, text=""), ConnectionChanged(is_there=True, text="")):
        course.controls.on_event(event)
    course.controls.on_event(LowSpace("/volume1", 1000))
    qtbot.waitUntil(workspace.live_panel.notes.isVisible)
    course.go.set()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert said.count("Looking at admin@nas…") == 1
    assert any(text.startswith("Connected to admin@nas: DS920+") for text in said)
    assert "Now install the package in Package Center" in said
    assert sum(text.startswith("The connection was lost and is back") for text in said) == 1
    assert sum("only packages are caught" in text for text in said) == 1
    assert any(text.startswith("a-1.0.spk is here. It took") for text in said)


def test_coming_back_to_the_page_has_the_focus_on_what_comes_next(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    be_ready(qtbot, workspace)
    workspace.log_button.setFocus()
    workspace.hide()
    workspace.show()
    assert focused(workspace) == "Start the capture"


def test_cancelling_leaves_nothing_to_press_twice(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    ends = threading.Event()

    def clean_up(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        controls.on_event(StepChanged(Step.WAITING, ""))
        context.cancelled.wait(30)
        ends.wait(30)
        context.check()
        return CaptureOutcome(())

    engine.on_capture = clean_up
    start_capture(qtbot, workspace)
    workspace.live_panel.cancel_button.setFocus()
    press(workspace, Qt.Key.Key_Space)
    assert workspace.live_panel.headline.text() == "Cancelling the capture"
    assert not workspace.live_panel.cancel_button.isEnabled()
    assert not workspace.live_panel.stop_button.isEnabled()
    assert focused(workspace) == "Caught files"
    ends.set()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert workspace.result_panel.hint.text() == "Nothing came to this computer."


@pytest.mark.parametrize(("answer", "goes_on"), [("on", True), ("cancel", False)])
def test_what_was_caught_is_not_lost_by_one_key(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier, answer: str, goes_on: bool
) -> None:
    course = engine.on_capture = Course()
    start_capture(qtbot, workspace)
    assert course.controls is not None
    path = "synopkg/download.x/@SYNOPKG_DOWNLOAD_a"
    course.controls.on_event(PackageSeen("/volume1", path, 5, PackageState.GROWING))
    qtbot.waitUntil(lambda: bool(workspace.controller.state.files.packages))
    notifier.answers = [answer]
    workspace.live_panel.cancel_button.setFocus()
    press(workspace, Qt.Key.Key_Space)
    assert notifier.questions[0].title == "Lose what was caught?"
    assert workspace.controller.state.is_cancelled is not goes_on
    course.go.set()
    qtbot.waitUntil(workspace.result_panel.isVisible)
