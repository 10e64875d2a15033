"""The taskbar button, the jump list and the title bars follow what the program does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, Program
from gui.app.taskbar import LONG_SECONDS
from gui.dialogs.preferences import PreferencesDialog
from gui.services.desktop import BarState
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from tests.fakes.clock import FakeClock
from tests.fakes.desktop import FakeDesktop
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import click, end
from tests.patience import PATIENCE


@pytest.fixture
def desktop() -> FakeDesktop:
    return FakeDesktop()


@pytest.fixture
def shown(qapp: QApplication, home: Path, desktop: FakeDesktop, clock: FakeClock) -> Iterator[Program]:
    made = Program(qapp, home, Ports(FakeNotifier(), FakeSecrets(), clock, desktop))
    made.start()
    yield made
    end(made)


class Work:
    """A task that does what the test tells it."""

    def __init__(self, program: Program, fails: bool = False) -> None:
        self._reports: SimpleQueue[tuple[int, int] | None] = SimpleQueue()
        self._fails = fails
        self.task = program.context.tasks.start("build:x", "Build x", self._run)

    def _run(self, context: TaskContext) -> None:
        while (report := self._reports.get()) is not None:
            done, total = report
            context.progress(done, total, f"Part {done}")
        if self._fails:
            raise UsageError("It went wrong")

    def report(self, done: int, total: int) -> None:
        self._reports.put((done, total))

    def finish(self) -> None:
        self._reports.put(None)


def in_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.app.taskbar._is_in_front", lambda: False)


def test_the_button_shows_how_far_the_work_is(
    qtbot: QtBot, shown: Program, desktop: FakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(shown)
    qtbot.waitUntil(lambda: desktop.bar == [(BarState.BUSY, 0.0)])
    work.report(3, 10)
    qtbot.waitUntil(lambda: desktop.bar[-1] == (BarState.NORMAL, 0.3))
    with qtbot.waitSignal(work.task.ended):
        work.finish()

    assert desktop.bar[-1] == (BarState.NONE, 0.0)


def test_short_work_leaves_the_button_alone(qtbot: QtBot, shown: Program, desktop: FakeDesktop) -> None:
    timer = shown.taskbar._timer
    timer.setInterval(PATIENCE)  # however slow the machine is, the work is shorter
    task = shown.context.tasks.start("save:x", "Save x", _nothing)
    with qtbot.waitSignal(task.ended):
        pass
    assert timer.isActive()
    timer.setInterval(0)
    qtbot.waitUntil(lambda: not timer.isActive())

    assert desktop.bar == []


def _nothing(_context: TaskContext) -> None: ...


def test_a_failure_behind_other_windows_stays_red_until_one_comes_back(
    qtbot: QtBot, shown: Program, desktop: FakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_background(monkeypatch)
    work = Work(shown, fails=True)
    with qtbot.waitSignal(work.task.ended):
        work.finish()
    assert desktop.bar[-1] == (BarState.ERROR, 1.0)
    shown.taskbar._on_state_changed(Qt.ApplicationState.ApplicationActive)

    assert desktop.bar[-1] == (BarState.NONE, 0.0)


@pytest.mark.parametrize(("seconds", "flashed"), [(LONG_SECONDS - 1, []), (LONG_SECONDS + 1, ["MainWindow"])])
def test_the_end_of_long_work_calls_the_user_back(
    qtbot: QtBot, shown: Program, desktop: FakeDesktop, clock: FakeClock, monkeypatch: pytest.MonkeyPatch,
    seconds: float, flashed: list[str],
) -> None:  # fmt: skip
    in_background(monkeypatch)
    work = Work(shown)
    clock.advance(seconds)
    with qtbot.waitSignal(work.task.ended):
        work.finish()

    assert desktop.flashed == flashed


def test_a_question_of_the_work_makes_the_button_wait(
    qtbot: QtBot, shown: Program, desktop: FakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_background(monkeypatch)
    work = Work(shown)
    work.report(5, 10)
    qtbot.waitUntil(lambda: desktop.bar[-1:] == [(BarState.NORMAL, 0.5)])
    shown.taskbar.wait_for_user()
    assert desktop.bar[-1] == (BarState.PAUSED, 0.5)
    assert desktop.flashed == ["MainWindow"]
    work.report(6, 10)
    qtbot.waitUntil(lambda: desktop.bar[-1] == (BarState.NORMAL, 0.6))
    with qtbot.waitSignal(work.task.ended):
        work.finish()


def test_the_jump_list_holds_the_recent_packages(
    qtbot: QtBot, shown: Program, desktop: FakeDesktop, tmp_path: Path
) -> None:
    folder = tmp_path / "a b" / "Pack"
    shown.context.recents.add(folder, "My Pack", "1.0-1")
    qtbot.waitUntil(lambda: bool(desktop.jumps))
    recent, tasks = desktop.jumps[-1]
    assert [(item.title, item.arguments) for item in recent] == [("My Pack 1.0-1", f'"{folder}"')]
    assert [task.arguments for task in tasks] == ["--new-window"]
    shown.context.recents.remove(str(folder))
    qtbot.waitUntil(lambda: desktop.jumps[-1][0] == ())  # the list of the start may come between


def test_the_jump_list_is_written_after_the_start(qtbot: QtBot, shown: Program, desktop: FakeDesktop) -> None:
    qtbot.waitUntil(lambda: len(desktop.jumps) == 1)


def test_title_bars_follow_the_look(qtbot: QtBot, shown: Program, desktop: FakeDesktop) -> None:
    shown.context.commands.action("view.dark").trigger()
    assert desktop.dark["MainWindow"] is True
    shown.context.commands.action("tools.preferences").trigger()
    qtbot.waitUntil(lambda: desktop.dark.get("PreferencesDialog") is True)
    shown.context.commands.action("view.light").trigger()
    assert desktop.dark == {"MainWindow": False, "PreferencesDialog": False}
    for dialog in shown.window.findChildren(PreferencesDialog):
        dialog.reject()


def test_logging_off_keeps_the_work(qtbot: QtBot, qapp: QApplication, program: Program, sample: Path) -> None:
    from spkcore.package.changes import set_content
    from spkcore.package.journal import journal_path

    with qtbot.waitSignal(program.workbench.opened):
        program.workbench.open(sample)
    document = program.workbench.document
    assert document is not None
    document.push(set_content(document.entries, "LICENSE", b"mine"), "Edit")
    program._on_session_ends()

    assert journal_path(sample).exists()
    qtbot.waitUntil(lambda: not program.context.tasks.running())


def test_clearing_the_recent_packages_clears_the_jump_list(
    qtbot: QtBot, shown: Program, desktop: FakeDesktop, tmp_path: Path
) -> None:
    recents, listed = shown.context.recents, shown.window.welcome.recent_list
    assert listed.clear.isHidden()
    for name in ("one", "two", "three"):
        recents.add(tmp_path / name, name)
    recents.set_pinned(str(tmp_path / "two"), pinned=True)
    click(listed.clear)
    qtbot.waitUntil(lambda: [item.title for recent, _ in desktop.jumps[-1:] for item in recent] == ["two"])

    assert [row.recent.title for row in listed.rows] == ["two"]
    assert listed.clear.isHidden()
