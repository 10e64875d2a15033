"""For all tests: nothing outside the test's own folders is read or written, and Qt needs no display on Linux."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from PySide6.QtWidgets import QApplication

from tests.patience import PatientBot
from tests.wine import EXIT_CODE, UNDER_WINE, WINES_PLATFORM

_PLATFORM = WINES_PLATFORM if UNDER_WINE else "windows" if sys.platform == "win32" else "offscreen"
os.environ.setdefault("QT_QPA_PLATFORM", _PLATFORM)

settings.register_profile("untimed", deadline=None)  # speed is measured in benchmarks/, and machines may be busy
settings.load_profile("untimed")

_GUI_FOLDERS = tuple(Path(__file__).parent / name for name in ("gui", "unit/gui"))

_LONGEST = ("test_kills.py", "test_personalities.py", "test_dead_mounts.py")
"""A quarter to half a minute each: with several workers they begin first, so that no worker is left alone with one."""


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's own folder is a fresh one for each test."""
    monkeypatch.setenv("SPK_CREATOR_HOME", str(tmp_path_factory.mktemp("spk-creator-home")))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[PatientBot]:
    """pytest-qt's bot, which does not give up on a machine that is busy. What a test copied goes with it: without a
    display Qt frees the clipboard after Python's end, and what Python made is a crash there (PySide 6.11)."""
    yield PatientBot(request)
    qapp.clipboard().setText("")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives windows, expect under Wine what only Wine cannot do, and begin with the longest."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in _GUI_FOLDERS):
            item.add_marker(pytest.mark.gui)
        for marker in item.iter_markers("not_wine") if UNDER_WINE else ():
            item.add_marker(pytest.mark.xfail(reason=f"Wine {marker.args[0]}", strict=True, **marker.kwargs))


def pytest_collection_finish() -> None:
    """What is loaded now stays: the garbage collections after each test of a window need not visit it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Say how it went where the process itself may not come to say it."""
    if EXIT_CODE in os.environ:
        Path(os.environ[EXIT_CODE]).write_text(str(int(exitstatus)), encoding="utf-8")
