"""The guard against stalls: it sees a window that waits, and forgives what other programs do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.gui import conftest
from tests.gui.conftest import LONG, StallWatch

STALL = LONG + 0.2


def stall(watch: StallWatch, qtbot: QtBot) -> None:
    """One turn of the event loop in which the GUI thread waits for something."""
    slept: list[bool] = []
    watch.enter()
    QTimer.singleShot(0, lambda: slept.append(threading.Event().wait(STALL)))
    qtbot.waitUntil(lambda: bool(slept))
    watch.leave()


@pytest.fixture
def in_line(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Says how long a thread stood in line since the last look."""
    seconds = [0.0, 0.0]

    def looked() -> dict[str, float]:
        seconds[0] += seconds[1]
        return {"1": seconds[0]}

    monkeypatch.setattr(conftest, "stood_in_line", looked)
    return lambda each: seconds.__setitem__(1, each)


def test_a_window_that_waits_is_seen(qtbot: QtBot, in_line: Callable[[float], None]) -> None:
    watch = StallWatch()
    stall(watch, qtbot)
    assert watch.worst_wall >= STALL
    assert watch.worst_cpu < STALL


def test_other_programs_are_forgiven(qtbot: QtBot, in_line: Callable[[float], None]) -> None:
    in_line(STALL)
    watch = StallWatch()
    stall(watch, qtbot)
    assert watch.worst_wall < LONG
