"""Whatever runs is seen and can be cancelled from every page of the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.nas.workspace import CaptureWorkspace
from gui.qt.tasks import Task, TaskState
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from tests.gui.conftest import activate, press
from tests.gui.nas.fakes import FakeEngine


class Work:
    """Runs until it is told to end, or cancelled."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.fails = False

    def run(self, context: TaskContext) -> None:
        context.progress(43, 100, "Downloading")
        while not self.is_over.wait(0.01):
            context.check()
        if self.fails:
            raise UsageError("The server says no", "https://x.example/a.spk")


@pytest.fixture
def work(qtbot: QtBot, program: Program) -> Iterator[Work]:
    activate(program, qtbot)
    made = Work()
    yield made
    made.is_over.set()
    assert program.context.tasks.wait(10_000)


def start(qtbot: QtBot, program: Program, work: Work, title: str = "Download Git") -> Task:
    task = program.context.tasks.start("download", title, work.run)
    qtbot.waitUntil(program.window.task_chip.isVisible)
    return task


def show_capture_page(program: Program) -> None:
    program.window.show_workspace(CaptureWorkspace(program.context, program.window, FakeEngine()))


@pytest.mark.parametrize("page", ["welcome", "capture"])
def test_what_runs_is_seen_and_cancelled_from_every_page(qtbot: QtBot, program: Program, work: Work, page: str) -> None:
    chip = program.window.task_chip
    assert not chip.isVisible()
    if page == "capture":
        show_capture_page(program)
    task = start(qtbot, program, work)
    qtbot.waitUntil(lambda: chip.text() == "1 task runs · 43 %")
    assert "Download Git" in chip.toolTip()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    (shown,) = chip.list.panel.rows
    assert shown.isVisible()
    assert "43" in shown.message
    QTest.mouseClick(shown.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: task.state is TaskState.CANCELLED)
    qtbot.waitUntil(chip.isHidden)
    assert shown.message == "Cancelled"
    press(chip.list, Qt.Key.Key_Escape)
    assert chip.list.isHidden()


def test_by_keyboard_the_newest_is_cancelled_first(qtbot: QtBot, program: Program, work: Work) -> None:
    chip = program.window.task_chip
    first = start(qtbot, program, work, "Download Git")
    second = program.context.tasks.start("nas:box", "Capture a package", work.run)
    qtbot.waitUntil(lambda: chip.text().startswith("2 tasks run"))
    press(program.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert chip.list.isVisible()
    newest = chip.list.panel.rows[0].cancel_button
    assert newest.accessibleName() == "Cancel Capture a package"
    assert newest.hasFocus()
    QTest.keyClick(newest, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: second.state is TaskState.CANCELLED)
    qtbot.waitUntil(lambda: chip.text().startswith("1 task runs"))
    assert first.state is TaskState.RUNNING
    chip.list.close()


def test_how_a_task_ended_is_there_afterwards(qtbot: QtBot, program: Program, work: Work) -> None:
    chip = program.window.task_chip
    work.fails = True
    task = start(qtbot, program, work)
    work.is_over.set()
    qtbot.waitUntil(lambda: task.state is TaskState.FAILED)
    qtbot.waitUntil(chip.isHidden)
    program.context.commands.action("view.tasks").trigger()
    assert "The server says no" in chip.list.panel.rows[0].message
    chip.list.close()


def test_what_is_over_at_once_shows_no_chip(qtbot: QtBot, program: Program, work: Work) -> None:
    work.is_over.set()
    with qtbot.waitSignal(program.context.tasks.busy_changed):
        task = program.context.tasks.start("download", "Quick", work.run)
    qtbot.waitUntil(lambda: task.state is TaskState.DONE)
    assert program.window.task_chip.isHidden()
    assert not program.window.task_chip.is_waiting
