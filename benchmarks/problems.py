"""Measures how long the window does not answer while a large package is checked: python -m benchmarks.problems."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.payloads import tiny_package
from gui.app.bootstrap import Ports, Program
from gui.editors.text.base import CodePartEditor
from spkcore.checks.overrides import CheckSettings
from spkcore.checks.rulebook import Profile
from spkcore.package.changes import remove
from tests.fakes.secrets import FakeSecrets

_SCRIPT = "scripts/postinst"


class Turns:
    """The turns of the event loop: how long each kept the window from answering."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.busy: list[float] = []
        self._last = _now()
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def start(self) -> None:
        """Forget what was before."""
        self.seconds.clear()
        self.busy.clear()
        self._last = _now()

    def text(self) -> str:
        """The longest ones in milliseconds."""
        return f"{_longest(self.busy)} ms busy, {_longest(self.seconds)} ms in all"

    def _tick(self) -> None:
        now = _now()
        self.seconds.append(now[0] - self._last[0])
        self.busy.append(now[1] - self._last[1])
        self._last = now


def _now() -> tuple[float, float]:
    """Seconds of the clock, and of this thread's processor time, which other programs do not lengthen."""
    return time.perf_counter(), time.thread_time()


def _longest(seconds: list[float]) -> str:
    return ", ".join(f"{item * 1000:.0f}" for item in sorted(seconds, reverse=True)[:3])


def main() -> None:
    """Print the longest turns while typing, after a large deletion, and while filtering."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scripts", type=int, default=500)
    parser.add_argument("--entries", type=int, default=50_000)
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = _package(Path(temporary), options.scripts, options.entries)
        program = Program(application, Path(temporary) / "home", Ports(secrets=FakeSecrets()))
        program.start()
        program.window.resize(1400, 900)
        _measure(program, folder)
        program.shut_down()


def _package(place: Path, scripts: int, entries: int) -> Path:
    folder = tiny_package(place / "package", entries)
    (folder / "scripts").mkdir(exist_ok=True)
    for number in range(scripts):
        text = "#!/bin/sh\r\n" + "".join(f"rm -rf $SYNOPKG_PKGDEST/{at}\r\n" for at in range(8)) + "exit 0\r\n"
        (folder / "scripts" / f"helper{number:03}").write_bytes(text.encode())
    (folder / _SCRIPT).write_bytes(b"#!/bin/sh\n" + b"echo working >> /var/log/mine\n" * 200 + b"exit 0\n")
    return folder


def _measure(program: Program, folder: Path) -> None:
    turns = Turns()
    started = time.perf_counter()
    program.workbench.open(folder)
    _wait(lambda: program.workbench.current is not None and program.workbench.current.validation.is_fresh)
    current = program.workbench.current
    assert current is not None
    _say(f"opened and checked: {len(current.validation.problems)} problems", started, turns)
    program.window.set_panel_open(is_open=True)
    page = program.window.package_page
    assert page is not None
    page.show_part(_SCRIPT)
    _settle(program)
    _type(program, turns)
    paths = [path for path in current.document.entries if path.startswith("package/")][:10_000]
    gone = remove(current.document.entries, paths)
    _act("delete 10,000 entries", program, turns, lambda: current.document.push(gone, "Delete"))
    _act("undo it", program, turns, current.document.stack.undo)
    panel = program.window.panel.problems
    _act("filter by text", program, turns, lambda: panel.filter_bar.text.setText("quot"))
    _act("clear the filter", program, turns, panel.filter_bar.clear_filter)
    _act("step with F8", program, turns, lambda: program.window.desk.step(1))
    _act("another profile", program, turns, lambda: current.validation.set_settings(CheckSettings(Profile.DSM)))


def _type(program: Program, turns: Turns) -> None:
    page = program.window.package_page
    assert page is not None
    editor = page.editor
    assert isinstance(editor, CodePartEditor)
    editor.pane.editor.go_to(3)
    turns.start()
    started = time.perf_counter()
    keys = []
    for letter in "echo one more line and another one of them\n" * 3:
        before = time.perf_counter()
        if letter == "\n":
            QTest.keyClick(editor.pane.editor, Qt.Key.Key_Return)
        else:
            QTest.keyClicks(editor.pane.editor, letter)
        keys.append(time.perf_counter() - before)
        QTest.qWait(40)
    _settle(program)
    _say(f"type, a key takes {statistics.median(keys) * 1000:.1f} ms, at most {max(keys) * 1000:.0f}", started, turns)


def _act(title: str, program: Program, turns: Turns, act: Callable[[], object]) -> None:
    turns.start()
    started = time.perf_counter()
    act()
    QTest.qWait(200)
    _settle(program)
    _say(title, started, turns)


def _settle(program: Program) -> None:
    current = program.workbench.current
    assert current is not None
    _wait(lambda: current.validation.is_fresh and not program.context.tasks.running())


def _wait(condition: Callable[[], bool]) -> None:
    while not condition():
        QTest.qWait(20)


def _say(title: str, started: float, turns: Turns) -> None:
    print(f"{title}: {time.perf_counter() - started:.2f} s; longest turns {turns.text()}", flush=True)


if __name__ == "__main__":
    main()
