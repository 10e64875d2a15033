"""Crashes that no Python code can catch: told at the next start, with what was not saved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, Program
from gui.dialogs.crash_report import CrashReportDialog
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import click, end

ROOT = Path(__file__).resolve().parents[2]
VICTIM = """
import faulthandler, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gui.app.bootstrap import Program
from spkcore.package.changes import set_content
application = QApplication([])
program = Program(application, Path(sys.argv[1]))
def crash(current):
    document = current.document
    document.push(set_content(document.entries, "LICENSE", b"typed before the crash"), "Edit")
    program.workbench.save_journal_at_once()
    faulthandler._sigsegv()
program.workbench.opened.connect(crash)
program.start([Path(sys.argv[2])])
application.exec()
"""


def started(qapp: QApplication, home: Path, notifier: FakeNotifier) -> Program:
    program = Program(qapp, home, Ports(notifier, FakeSecrets(), FakeClock()))
    program.start()
    return program


def test_a_native_crash_is_offered_with_the_work_at_the_next_start(
    qapp: QApplication, qtbot: QtBot, home: Path, sample: Path
) -> None:
    victim = subprocess.run([sys.executable, "-c", VICTIM, str(home), str(sample)], cwd=ROOT, check=False)
    assert victim.returncode != 0
    notifier = FakeNotifier()
    program = started(qapp, home, notifier)
    qtbot.waitUntil(lambda: program.window.findChild(CrashReportDialog) is not None)
    dialog = program.window.findChild(CrashReportDialog)
    assert isinstance(dialog, CrashReportDialog)
    report = dialog.report.toPlainText()
    assert "Segmentation fault" in report or "access violation" in report
    assert 'File "<string>", line' in report
    assert "Screens: " in report
    click(next(button for button in dialog.findChildren(QPushButton) if "Copy" in button.text()))
    assert QGuiApplication.clipboard().text() == report
    # Kept as a file, like the report of a bug, and told once only.
    assert [path.read_text(encoding="utf-8") for path in (home / "crashes").glob("crash *.txt")] == [report]
    dialog.close()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=15_000)
    assert "LICENSE" in notifier.questions[0].detail
    notifier.answer("recover")
    document = program.workbench.document
    assert document is not None
    assert document.content("LICENSE") == b"typed before the crash"
    qtbot.waitUntil(lambda: not program.context.tasks.running())
    end(program)
    assert not list((home / "crashes").glob("hard-crash*"))


def test_a_second_window_leaves_the_watch_of_the_first_alone(qapp: QApplication, qtbot: QtBot, home: Path) -> None:
    others = home / "crashes" / "hard-crash-1.txt"
    others.parent.mkdir(parents=True)
    others.write_bytes(b"")
    old = others.with_name("hard-crash-2.txt")
    old.write_bytes(b"")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    program = started(qapp, home, FakeNotifier())
    end(program)

    assert others.exists()
    assert not old.exists()
    assert not program.window.findChildren(CrashReportDialog)
