"""Working out one plan at a time: the newest is heard of, one that was stopped is not, however it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.qt.tasks import TaskRunner
from gui.services.planning import Planning
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from tests.fakes.notifier import FakeNotifier


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.cancel_all()
    assert made.wait(10_000)


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture
def planning(runner: TaskRunner, notifier: FakeNotifier) -> Planning:
    return Planning(runner, notifier, "plan", "Plan", runner)


def test_a_plan_comes_once(planning: Planning, qtbot: QtBot) -> None:
    with qtbot.waitSignal(planning.planned) as heard:
        planning.start(lambda _context: "plan")
    assert heard.args == ["plan"]


def test_a_failure_is_told(planning: Planning, notifier: FakeNotifier, qtbot: QtBot) -> None:
    error = UsageError("No")

    def refuse(_context: TaskContext) -> None:
        raise error

    with qtbot.waitSignal(planning.failed):
        planning.start(refuse)
    assert notifier.errors == [error]


@pytest.mark.parametrize("fails", [True, False])
@pytest.mark.parametrize("replaced", [True, False])
def test_an_older_plan_that_ends_all_the_same_is_not_heard_of(
    planning: Planning, runner: TaskRunner, notifier: FakeNotifier, qtbot: QtBot, replaced: bool, fails: bool
) -> None:
    """It was done before it looked whether anybody still waits."""
    begun, go = threading.Event(), threading.Event()
    heard: list[object] = []
    planning.planned.connect(heard.append)
    planning.failed.connect(lambda: heard.append("failed"))

    def deaf(_context: TaskContext) -> str:
        begun.set()
        assert go.wait(10)
        if fails:
            raise UsageError("No")
        return "old"

    planning.start(deaf)
    assert begun.wait(10)
    if replaced:
        planning.start(lambda _context: "new")
    else:
        planning.cancel()
    go.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert heard == (["new"] if replaced else [])
    assert notifier.errors == []
