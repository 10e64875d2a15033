"""For all tests: nothing outside the test's own folders is read or written, and Qt needs no display."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_GUI_FOLDERS = tuple(Path(__file__).parent / name for name in ("gui", "unit/gui"))


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's own folder is a fresh one for each test."""
    monkeypatch.setenv("SPK_CREATOR_HOME", str(tmp_path_factory.mktemp("spk-creator-home")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives windows. The offscreen platform names what it cannot do; that means nothing."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in _GUI_FOLDERS):
            item.add_marker(pytest.mark.gui)
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support "))
