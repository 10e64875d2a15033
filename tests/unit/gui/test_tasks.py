"""The task runner: signals in the GUI thread, lanes, cancel, failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gui.qt.tasks import TaskCrashError, TaskRunner, TaskState
from spkcore.base.errors import UsageError
from spkcore.base.tasks import Progress, TaskContext


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.cancel_all()
    assert made.wait(10_000)


def test_everything_is_heard_in_the_gui_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    heard: list[tuple[str, threading.Thread]] = []

    def work(context: TaskContext) -> str:
        heard.append(("work", threading.current_thread()))
        for done in range(1001):
            context.progress(done, 1000, "Counting", "files")
        context.log("half way")
        return "result"

    task = runner.start("a", "Count", work)
    reports: list[Progress] = []
    task.progressed.connect(reports.append)
    task.logged.connect(lambda line: heard.append((line, threading.current_thread())))
    with qtbot.waitSignal(task.finished) as blocker:
        pass

    assert blocker.args == ["result"]
    assert task.state is TaskState.DONE
    assert len(reports) < 60
    assert reports[-1].done == 1000
    assert heard[0][1] is not threading.main_thread()
    assert heard[1] == ("half way", threading.main_thread())


def test_one_lane_is_a_queue_and_two_lanes_are_not(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = threading.Event()
    first = runner.start("lane", "First", lambda _context: gate.wait(10))
    second = runner.start("lane", "Second", lambda _context: "second")
    other = runner.start("other", "Other", lambda _context: "other")
    with qtbot.waitSignal(other.finished):
        pass
    assert second.state is TaskState.WAITING

    with qtbot.waitSignal(second.finished):
        gate.set()
    assert first.state is TaskState.DONE


def test_cancel_ends_a_task_and_one_that_waits(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(context: TaskContext) -> None:
        context.cancelled.wait(10)
        context.check()

    first, second = runner.start("lane", "First", work), runner.start("lane", "Second", work)
    with qtbot.waitSignals([first.cancelled, second.cancelled]):
        second.cancel()
        first.cancel()

    assert runner.running() == []


def test_errors_for_people_and_bugs_are_told_apart(runner: TaskRunner, qtbot: QtBot) -> None:
    def refuse(_context: TaskContext) -> None:
        raise UsageError("No")

    def break_down(_context: TaskContext) -> None:
        raise ZeroDivisionError("planted")

    refused = runner.start("a", "Refuse", refuse)
    with qtbot.waitSignal(refused.failed):
        pass
    broken = runner.start("a", "Break", break_down)
    with qtbot.waitSignal(broken.failed):
        pass

    assert isinstance(refused.error, UsageError)
    assert isinstance(broken.error, TaskCrashError)
    assert "ZeroDivisionError: planted" in broken.error.report


@pytest.mark.parametrize("end", ["done", "cancelled", "refused"])
def test_a_task_that_is_let_go_of_hears_of_it_and_ends_quietly(qapp: QApplication, end: str) -> None:
    """The program may end before the worker does: what reports to nobody is no error."""
    runner = TaskRunner()
    begun, gone, over = threading.Event(), threading.Event(), threading.Event()
    heard: list[bool] = []

    def work(context: TaskContext) -> None:
        begun.set()
        gone.wait(10)
        heard.append(context.cancelled.wait(10))
        context.log("to nobody")
        over.set()
        if end == "cancelled":
            context.check()
        if end == "refused":
            raise UsageError("No")

    task = runner.start("lane", "Work", work)
    assert begun.wait(10)
    delete(task)
    gone.set()
    assert over.wait(10)
    assert runner.wait(10_000)
    assert heard == [True]
