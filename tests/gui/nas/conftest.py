"""Shared by the tests of the NAS windows: a context with fakes at its edges, and an engine that does as it is told."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gui.app.context import AppContext
from gui.nas.engine import NasEngine, RealEngine
from gui.nas.plan import CAPTURE_FOLDER
from gui.nas.workspace import CaptureWorkspace
from gui.qt.tasks import TaskRunner
from gui.qt.theme import LIGHT, Theme
from gui.services.commands import CommandRegistry
from gui.services.recents import Recents
from gui.services.settings import Settings
from spkcore.nas.session import Target
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.nas.fakes import FakeConnection, FakeEngine
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


@pytest.fixture
def folder(context: AppContext, tmp_path: Path) -> Path:
    """Where captured files go."""
    context.settings.put(CAPTURE_FOLDER, str(tmp_path / "captured"))
    return tmp_path / "captured"


@contextmanager
def shown_workspace(
    qtbot: QtBot, context: AppContext, engine: NasEngine, size: tuple[int, int] = (900, 640), *, patience: int = 10_000
) -> Iterator[CaptureWorkspace]:
    """The capture page in a window of `size`; at the end its tasks have `patience` milliseconds to end before it."""
    page = CaptureWorkspace(context, None, engine)
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    yield page
    context.tasks.cancel_all()
    assert context.tasks.wait(patience)
    page.shut_down()


@pytest.fixture
def workspace(qtbot: QtBot, context: AppContext, engine: FakeEngine) -> Iterator[CaptureWorkspace]:
    with shown_workspace(qtbot, context, engine) as page:
        yield page


@pytest.fixture
def real_workspace(qtbot: QtBot, context: AppContext, folder: Path, tmp_path: Path) -> Iterator[CaptureWorkspace]:
    """The page over the engine of the program, for NAS units of the bench."""
    with shown_workspace(qtbot, context, RealEngine(tmp_path / "home"), (1000, 700), patience=30_000) as page:
        yield page


def connect(qtbot: QtBot, page: CaptureWorkspace) -> FakeConnection:
    """Hand the page a connection, and wait until a capture can be started."""
    connection = FakeConnection(Target("nas", "admin"))
    page.controller.take_connection(connection)
    qtbot.waitUntil(page.setup_panel.start_button.isEnabled)
    return connection
