"""Nothing gets lost: autosave, recovery after a crash, changes by other programs, crash reports, start-up."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, Program
from gui.dialogs.crash_report import CrashReportDialog
from gui.services import settings as keys
from gui.services.settings import Setting
from spkcore.base.settings import REGISTRY
from spkcore.package.changes import set_content
from spkcore.package.journal import journal_path
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import Opened, click, end, page_of

ROOT = Path(__file__).resolve().parents[2]


def edit_license(program: Program, text: bytes) -> None:
    document = program.workbench.document
    assert document is not None
    document.push(set_content(document.entries, "LICENSE", text), "Edit the licence")


def test_unsaved_work_comes_back_after_a_crash(
    qapp: QApplication, qtbot: QtBot, program: Program, open_package: Opened, sample: Path, home: Path
) -> None:
    open_package(sample)
    edit_license(program, b"written before the crash\n")
    current = program.workbench.current
    assert current is not None
    current.autosave.write()
    qtbot.waitUntil(journal_path(sample).exists)
    # What a crash leaves: the note and the journal, without a lock that is held.
    lock = program.workbench.sessions._locks.pop(str(sample))
    lock.unlock()

    notifier = FakeNotifier()
    second = Program(qapp, home, Ports(notifier, FakeSecrets(), FakeClock()))
    second.start()
    qtbot.waitUntil(lambda: bool(notifier.open_questions))
    assert "LICENSE" in notifier.questions[0].detail
    notifier.answer("recover")

    assert second.workbench.document is not None
    assert second.workbench.document.content("LICENSE") == b"written before the crash\n"
    assert second.window.isWindowModified()
    assert (sample / "LICENSE").read_bytes() != b"written before the crash\n"
    qtbot.waitUntil(lambda: not second.context.tasks.running())
    end(second)


def test_giving_up_recovered_work_forgets_it(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    edit_license(program, b"draft\n")
    program.workbench.save_journal_at_once()
    assert journal_path(sample).exists()
    notifier.answers = ["discard"]
    program.context.commands.action("file.close").trigger()

    qtbot.waitUntil(lambda: not journal_path(sample).exists())


def test_saving_clears_the_journal(program: Program, qtbot: QtBot, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    edit_license(program, b"final\n")
    program.workbench.save_journal_at_once()
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()

    assert not journal_path(sample).exists()


def test_a_change_by_another_program_is_offered_and_can_be_undone(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    page = page_of(program)
    (sample / "scripts" / "postinst").write_bytes(b"#!/bin/sh\necho theirs\n")
    qtbot.waitUntil(lambda: page.banner.message != "", timeout=10_000)
    assert page.banner.message == "Another program changed scripts/postinst."

    click(next(button for button in page.banner.findChildren(QPushButton) if button.text() == "Reload"))

    assert document.content("scripts/postinst") == b"#!/bin/sh\necho theirs\n"
    assert page.banner.message == ""
    assert not document.is_dirty


def test_keeping_mine_makes_it_unsaved(program: Program, qtbot: QtBot, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    page = page_of(program)
    edit_license(program, b"mine\n")
    (sample / "LICENSE").write_bytes(b"theirs\n")
    qtbot.waitUntil(lambda: page.banner.message != "", timeout=10_000)
    click(next(button for button in page.banner.findChildren(QPushButton) if button.text() == "Keep mine"))
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()

    assert (sample / "LICENSE").read_bytes() == b"mine\n"


def test_our_own_save_is_no_change_by_another_program(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    edit_license(program, b"ours\n")
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()
    qtbot.wait(900)

    assert page_of(program).banner.message == ""


def test_a_bug_keeps_the_work_and_shows_a_report(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, home: Path
) -> None:
    open_package(sample)
    edit_license(program, b"precious\n")
    program.crash.handle(ZeroDivisionError("planted"))
    qtbot.waitUntil(lambda: program.window.findChild(CrashReportDialog) is not None)

    dialog = program.window.findChild(CrashReportDialog)
    assert isinstance(dialog, CrashReportDialog)
    assert "ZeroDivisionError: planted" in dialog.report.toPlainText()
    assert journal_path(sample).exists()
    assert "planted" in next((home / "crashes").glob("crash *.txt")).read_text(encoding="utf-8")
    dialog.close()


def test_a_thread_that_dies_is_reported(program: Program, qtbot: QtBot, home: Path) -> None:
    arguments = threading.ExceptHookArgs((ValueError, ValueError("in a thread"), None, None))
    program.crash._saved_hooks = (program.crash._saved_hooks[0], _ignore, program.crash._saved_hooks[2])
    threading.excepthook(arguments)
    qtbot.waitUntil(lambda: program.window.findChild(CrashReportDialog) is not None)

    assert "in a thread" in next((home / "crashes").glob("crash *.txt")).read_text(encoding="utf-8")
    for dialog in program.window.findChildren(CrashReportDialog):
        dialog.close()


def _ignore(_arguments: object) -> None:
    """The hook of the test runner would fail the test."""


def test_a_hard_crash_is_told_at_the_next_start(qapp: QApplication, qtbot: QtBot, home: Path) -> None:
    (home / "crashes").mkdir(parents=True)
    (home / "crashes" / "hard-crash.txt").write_text("Fatal Python error: Segmentation fault", encoding="utf-8")
    program = Program(qapp, home, Ports(FakeNotifier(), FakeSecrets(), FakeClock()))
    program.start()
    qtbot.waitUntil(lambda: program.window.findChild(CrashReportDialog) is not None)

    dialog = program.window.findChild(CrashReportDialog)
    assert isinstance(dialog, CrashReportDialog)
    assert "Segmentation fault" in dialog.report.toPlainText()
    dialog.close()
    end(program)


def test_the_settings_of_the_window_are_declared() -> None:
    ours = [value for value in vars(keys).values() if isinstance(value, Setting)]

    assert len(ours) >= 8
    assert {setting.key: setting.default for setting in ours} == {
        setting.key: REGISTRY[setting.key].default for setting in ours
    }


def test_the_first_window_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gui.app.bootstrap import Program\n"
        "app = QApplication([])\n"
        f"program = Program(app, Path({str(tmp_path)!r}))\n"
        "program.start()\n"
        "print('HEAVY', *{'paramiko', 'cryptography', 'jsonschema', 'PIL', 'pygments', 'keyring'} & set(sys.modules))\n"
        "program.shut_down()\n"
    )
    outcome = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split() == ["HEAVY"]


def test_the_self_test_passes(tmp_path: Path) -> None:
    environment = {**os.environ, "SPK_CREATOR_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "gui", "--self-test"]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "built MyPackage" in outcome.stdout
