"""Tests that nothing of the capture page is cut in a small window with large letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.engine import Controls
from gui.nas.outcome import CaptureOutcome
from gui.nas.workspace import CaptureWorkspace
from gui.qt.theme import LIGHT
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas.events import PackageSeen, PackageState, Step, StepChanged, Tick
from spkcore.nas.orphans import Leftover, Orphan
from spkcore.nas.session import Target
from tests.gui.nas.conftest import connect, shown_workspace
from tests.gui.nas.fakes import VOLUMES, FakeConnection, FakeEngine

LARGE = 14
MB = 1 << 20


@pytest.fixture
def workspace(qtbot: QtBot, context: AppContext, engine: FakeEngine) -> Iterator[CaptureWorkspace]:
    context.theme.apply(LIGHT, LARGE)
    engine.volumes = VOLUMES
    engine.orphans = (Orphan("/volume1/@tmp/spkcap-1111aaaa", "1111aaaa", None, is_running=True, packages=()),)
    engine.leftovers = (Leftover("/volume1/@tmp/synopkg/download.q1/@SYNOPKG_DOWNLOAD_Perl", 21 * MB),)
    with shown_workspace(qtbot, context, engine, (900, 500)) as page:
        yield page
    context.theme.apply(LIGHT)


def test_the_first_page_is_never_wider_than_its_window(qtbot: QtBot, workspace: CaptureWorkspace) -> None:
    workspace.controller.take_connection(FakeConnection(Target("diskstation.local", "administrator", 2222)))
    qtbot.waitUntil(workspace.setup_panel.start_button.isEnabled)
    panel = workspace.setup_panel
    panel.options.button.click()
    (area,) = [area for area in workspace.findChildren(QScrollArea) if area.widget() is panel]
    qtbot.waitUntil(lambda: panel.width() == area.viewport().width())
    for button in panel.findChildren(QPushButton):
        if button.isVisible():
            right = button.mapTo(panel, button.rect().bottomRight()).x()
            assert right < panel.width(), button.text()
            assert button.width() >= button.sizeHint().width(), button.text()


def test_the_figures_of_a_transfer_are_whole(qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine) -> None:
    def pull(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        controls.on_event(Tick(100, 12345, 900 * MB, 1_412_000_000_000))
        controls.on_event(PackageSeen("/volume1", "synopkg/download.x/@SYNOPKG_DOWNLOAD_a", 1, PackageState.STABLE))
        controls.on_event(StepChanged(Step.PULLING, ""))
        context.cancelled.wait(30)
        context.check()
        return CaptureOutcome(())

    engine.on_capture = pull
    connect(qtbot, workspace)
    workspace.controller.start()
    live = workspace.live_panel
    qtbot.waitUntil(lambda: workspace.controller.state.is_pulling)
    workspace.controller.state.progress(Progress(998 * MB, 1001 * MB))
    qtbot.waitUntil(lambda: " of " in live.pull.text() and live.pull.width() >= live.pull.sizeHint().width())
    assert live.pull.mapTo(live, live.pull.rect().bottomRight()).x() < live.width()
    assert live.numbers.toolTip().endswith("free on the NAS")
    hint = live.hint
    assert hint.height() >= hint.heightForWidth(hint.width())
