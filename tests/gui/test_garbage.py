"""Tests of the collector of reference cycles: large packages are not looked at again and again, and nothing leaks."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from gui.app.bootstrap import Ports, Program
from gui.qt import garbage
from gui.qt.garbage import GarbageCollector
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import end

pytestmark = pytest.mark.gui


class Circle:
    """Something that only a collector frees."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage, "_LONG", 0.0)
    owner = QObject()
    made = GarbageCollector(owner)
    made.start()
    yield made
    made.stop()


def _make_due() -> list[list[int]]:
    return [[] for _ in range(2000)]


def test_what_outlived_a_long_look_is_set_aside_until_the_user_turns_away(
    collector: GarbageCollector, qapp: QApplication
) -> None:
    gc.collect()
    kept = Circle()
    seen = weakref.ref(kept)
    more = _make_due()
    before = gc.get_freeze_count()
    collector.look()
    assert gc.get_freeze_count() > before + len(more)
    del kept
    more += _make_due()
    collector.look()
    assert seen() is not None
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert seen() is None


def test_short_looks_free_at_once(collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_LONG", 1000.0)
    gc.collect()
    seen = weakref.ref(Circle())
    kept = _make_due()
    before = gc.get_freeze_count()
    collector.look()
    assert seen() is None
    assert gc.get_freeze_count() <= before
    assert kept


def test_the_end_of_a_second_program_leaves_the_first_one_its_peace(
    program: Program, qapp: QApplication, home: Path
) -> None:
    """Python's collector would run in the workers of the first one, and take the widgets of the second one there."""
    second = Program(qapp, home, Ports(FakeNotifier(), FakeSecrets(), FakeClock()))
    second.start()
    end(second)
    assert not gc.isenabled()
