"""Tests of what the task panel and the lists say about captures, pulls and downloads: how far, how fast, how long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.downloads import Downloads
from gui.nas.engine import Controls
from gui.nas.outcome import CaptureOutcome
from gui.nas.workspace import CaptureWorkspace
from gui.qt.tasks import Task
from gui.windows.taskpanel import TaskPanel, TaskRow
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas.download import Downloaded
from spkcore.nas.events import Step, StepChanged
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.session import Target
from tests.fakes.clock import FakeClock
from tests.gui.nas.fakes import FakeConnection, FakeEngine

MB = 1 << 20


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def task(context: AppContext) -> Iterator[Task]:
    task = Task("lane", "Capture a package", lambda _context: None, context.tasks)
    yield task
    task.deleteLater()


@pytest.fixture
def shown(qtbot: QtBot, context: AppContext, task: Task, clock: FakeClock) -> TaskRow:
    shown = TaskRow(task, context.theme, clock)
    qtbot.addWidget(shown)
    return shown


def report(task: Task, progress: Progress) -> None:
    task.progress = progress
    task.progressed.emit(progress)


def test_bytes_come_with_rate_and_time_left_however_long_it_waited_before(
    task: Task, shown: TaskRow, clock: FakeClock
) -> None:
    clock.advance(600)
    for _ in range(3):
        report(task, Progress(task.progress.done + MB, 11 * MB, "Copying from the NAS"))
        clock.advance(1)
    assert shown.message == "Copying from the NAS · 3.0 MB of 11.0 MB · 1.0 MB per second · 8.0 s left"


def test_what_is_counted_in_files_is_measured_from_its_first_report(
    task: Task, shown: TaskRow, clock: FakeClock
) -> None:
    clock.advance(600)
    report(task, Progress(0, 100, "Packing", "files"))
    assert shown.message == "Packing · 0 of 100"
    clock.advance(10)
    report(task, Progress(50, 100, "Packing", "files"))
    assert shown.message == "Packing · 50 of 100 · 10 s left"
    report(task, Progress(10, 20, "Checking", "files"))
    assert shown.message == "Checking · 10 of 20"


def test_a_capture_says_in_the_panel_what_it_waits_for_and_can_be_cancelled_there(
    qtbot: QtBot, context: AppContext, engine: FakeEngine
) -> None:
    def wait(_folder: Path, controls: Controls, running: TaskContext) -> CaptureOutcome:
        controls.on_event(StepChanged(Step.WAITING, ""))
        running.cancelled.wait(30)
        running.check()
        return CaptureOutcome(())

    engine.on_capture = wait
    page, panel = CaptureWorkspace(context, None, engine), TaskPanel(context.theme, context.clock)
    qtbot.addWidget(page)
    qtbot.addWidget(panel)
    context.tasks.task_started.connect(panel.add)
    page.show()
    page.controller.take_connection(FakeConnection(Target("nas", "admin")))
    qtbot.waitUntil(page.setup_panel.start_button.isEnabled)
    page.controller.start()
    qtbot.waitUntil(lambda: any(row.task.title == "Capture a package from admin@nas" for row in panel.rows))
    row = next(row for row in panel.rows if "Capture" in row.task.title)
    qtbot.waitUntil(lambda: row.message == "Now install the package in Package Center")
    row.cancel_button.click()
    qtbot.waitUntil(page.result_panel.isVisible)
    assert row.message == "Cancelled"
    page.shut_down()


def test_a_download_tells_rate_and_time_left(
    qtbot: QtBot, context: AppContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go = threading.Event()
    moments = iter(range(1000, 2000))

    def bring(_item: PackageUrl, folder: Path, running: TaskContext) -> Downloaded:
        for text in ("a", "b", "c"):  # another text is always reported
            running.progress(MB * ("abc".index(text) + 1), 5 * MB, text)
        assert go.wait(30)
        return Downloaded(folder / "a.spk", 5 * MB, "", is_verified=False)

    monkeypatch.setattr("gui.nas.downloads.download", bring)
    downloads = Downloads(replace(context, clock=lambda: float(next(moments))))
    item = PackageUrl("https://example.com/a.spk", "a")
    texts: list[str] = []
    downloads.changed.connect(lambda url: texts.append(text_of(downloads, url)))
    downloads.start(item)
    qtbot.waitUntil(lambda: "3.0 MB of 5.0 MB · 1.0 MB per second · 2.0 s left" in texts)
    go.set()
    qtbot.waitUntil(lambda: not downloads.is_running(item))


def text_of(downloads: Downloads, item: PackageUrl) -> str:
    status = downloads.status(item)
    return status.text if status is not None else ""
