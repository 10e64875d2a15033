"""Shared by the tests of the NAS windows: a context with fakes at its edges, and an engine that does as it is told."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gui.app.context import AppContext
from gui.qt.tasks import TaskRunner
from gui.qt.theme import LIGHT, Theme
from gui.services.commands import CommandRegistry
from gui.services.recents import Recents
from gui.services.settings import Settings
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.nas.fakes import FakeEngine
from tests.integration.conftest import bench_allowed, nas, start_nas

__all__ = ["bench_allowed", "nas", "start_nas"]

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def context(qapp: QApplication, tmp_path: Path, notifier: FakeNotifier, secrets: FakeSecrets) -> Iterator[AppContext]:
    theme = Theme(qapp)
    theme.apply(LIGHT)
    settings = Settings(tmp_path / "settings.json")
    tasks = TaskRunner()
    yield AppContext(
        home=tmp_path,
        settings=settings,
        tasks=tasks,
        commands=CommandRegistry(theme),
        notifier=notifier,
        recents=Recents(settings),
        secrets=secrets,
        theme=theme,
        clock=time.monotonic,
    )
    tasks.cancel_all()
    assert tasks.wait(10_000)
    theme.deleteLater()
