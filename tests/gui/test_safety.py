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
from spkcore.package.changes import put, remove, set_content
from spkcore.package.entries import Entry, FileContent, Kind
from spkcore.package.journal import journal_path
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import Opened, click, end, make_package, page_of

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


def crashed(qapp: QApplication, home: Path, notifier: FakeNotifier) -> Program:
    """The program, started again."""
    program = Program(qapp, home, Ports(notifier, FakeSecrets(), FakeClock()))
    program.start()
    return program


def wait_for_question(qtbot: QtBot, notifier: FakeNotifier) -> None:
    qtbot.waitUntil(lambda: bool(notifier.open_questions))


def settle(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(lambda: not program.context.tasks.running())


def leave_journal(program: Program, folder: Path, text: bytes) -> None:
    """What a crash leaves of the open package: a note without a lock that is held, and a journal."""
    edit_license(program, text)
    program.workbench.save_journal_at_once()
    program.workbench.sessions._locks.pop(str(folder)).unlock()
    program.workbench.release()


def test_deciding_later_keeps_everything_for_the_next_start(
    qapp: QApplication, qtbot: QtBot, program: Program, open_package: Opened, sample: Path, home: Path
) -> None:
    open_package(sample)
    leave_journal(program, sample, b"precious\n")
    for answer in ("later", "recover"):
        notifier = FakeNotifier()
        again = crashed(qapp, home, notifier)
        wait_for_question(qtbot, notifier)
        notifier.answer(answer)
        assert journal_path(sample).exists()
        if answer == "later":
            assert again.workbench.document is None
            assert again.window.pages.currentWidget() is again.window.welcome
        else:
            assert again.workbench.document is not None
            assert again.workbench.document.content("LICENSE") == b"precious\n"
        settle(qtbot, again)
        end(again)


def test_several_interrupted_packages_are_all_offered(
    qapp: QApplication, qtbot: QtBot, program: Program, open_package: Opened, sample: Path, home: Path
) -> None:
    other = make_package(sample.parent / "Other", package="Other")
    (other / "LICENSE").write_bytes(b"other licence\n")
    for folder in (sample, other):
        open_package(folder)
        leave_journal(program, folder, b"draft\n")
    notifier = FakeNotifier()
    again = crashed(qapp, home, notifier)
    qtbot.waitUntil(lambda: bool(notifier.open_questions))
    assert {choice.id for choice in notifier.questions[0].choices} == {str(sample), str(other), "later"}
    notifier.answer(str(other))
    qtbot.waitUntil(lambda: bool(notifier.open_questions))
    notifier.answer("recover")
    assert again.workbench.document is not None
    assert again.workbench.document.folder == other
    assert [package.folder for package in again.workbench.sessions.interrupted()] == [str(sample)]
    qtbot.waitUntil(lambda: not again.context.tasks.running())
    end(again)


def test_a_damaged_journal_is_told_and_the_package_opens(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    journal_path(sample).parent.mkdir(exist_ok=True)
    journal_path(sample).write_bytes(b'{"schema": 1, "entr')
    open_package(sample)
    assert "journal.json" in notifier.errors[0].what
    qtbot.waitUntil(lambda: not journal_path(sample).exists())


def test_what_cannot_be_recovered_is_named(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.bin"
    gone.write_bytes(b"x" * 100)
    document = open_package(sample)
    document.push(put(document.entries, {"package/gone.bin": Entry(Kind.FILE, content=FileContent.of(gone))}), "Add")
    leave_journal(program, sample, b"kept\n")
    gone.unlink()
    with qtbot.waitSignal(program.workbench.opened):
        program.workbench.open(sample)
    assert "package/gone.bin (lost: its file is gone)" in notifier.questions[-1].detail
    assert "1 of them cannot be brought back" in notifier.questions[-1].text
    notifier.answer("recover")
    opened = program.workbench.document
    assert opened is not None
    assert opened.content("LICENSE") == b"kept\n"


def test_autosave_goes_on_after_recovery_was_refused(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    leave_journal(program, sample, b"first draft\n")
    with qtbot.waitSignal(program.workbench.opened):
        program.workbench.open(sample)
    notifier.answer("forget")
    qtbot.waitUntil(lambda: not journal_path(sample).exists())
    edit_license(program, b"second draft\n")
    assert program.workbench.current is not None
    program.workbench.current.autosave.write()
    qtbot.waitUntil(journal_path(sample).exists)


def test_undo_works_after_a_save_and_the_trash_goes_with_the_package(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    document.push(remove(document.entries, ["LICENSE"]), "Remove")
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()
    assert not (sample / "LICENSE").exists()
    trash = sample / ".spkcreator" / "trash"
    assert trash.is_dir()
    document.stack.undo()
    assert document.content("LICENSE") == b"old licence\n"
    document.stack.redo()
    program.context.commands.action("file.close").trigger()
    qtbot.waitUntil(lambda: not trash.exists())


def test_trash_that_a_crash_left_is_emptied_when_the_package_is_opened(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    trash = sample / ".spkcreator" / "trash"
    trash.mkdir(parents=True)
    (trash / "old").write_bytes(b"x")
    open_package(sample)
    qtbot.waitUntil(lambda: not trash.exists())


def test_the_second_window_leaves_the_journal_of_the_first_alone(
    qapp: QApplication, qtbot: QtBot, program: Program, open_package: Opened, sample: Path, home: Path
) -> None:
    open_package(sample)
    edit_license(program, b"first window\n")
    program.workbench.save_journal_at_once()
    before = journal_path(sample).read_bytes()
    second = crashed(qapp, home, FakeNotifier())
    with qtbot.waitSignal(second.workbench.opened):
        second.workbench.open(sample)
    assert "open in another window" in page_of(second).banner.message
    qtbot.waitUntil(lambda: page_of(second).shown_path != "")
    second.context.commands.action("file.close").trigger()
    qtbot.waitUntil(lambda: not second.context.tasks.running())
    end(second)
    assert journal_path(sample).read_bytes() == before


def test_scratch_folders_of_cut_off_openings_go_after_a_week(qapp: QApplication, qtbot: QtBot, home: Path) -> None:
    old, young = home / "scratch" / "old", home / "scratch" / "young"
    for room in (old, young):
        (room / "package").mkdir(parents=True)
    os.utime(old, (1_000_000_000, 1_000_000_000))
    again = crashed(qapp, home, FakeNotifier())
    qtbot.waitUntil(lambda: not old.exists())
    assert young.exists()
    end(again)
