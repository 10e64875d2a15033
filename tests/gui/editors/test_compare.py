"""Tests of comparing the open package with another one, and of taking over from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, Program
from gui.editors.payload.comparedialog import CompareDialog
from gui.editors.payload.comparemodel import DIFFERS, PATH
from gui.editors.payload.planning import SMALL
from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.package.changes import set_content
from spkcore.package.compare import Aspect, Side
from spkcore.package.ownership import set_bits
from spkcore.package.project import open_package as read_package
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import Opened, drop_on, end, make_package, mime_of

pytestmark = pytest.mark.gui


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An .spk that differs from the sample in two texts, one mode and two files."""
    folder = make_package(tmp_path / "other" / "MyPackage")
    package = read_package(folder, quiet())
    package.apply(set_content(package.entries, "package/new.txt", b"there\n"))
    package.apply(set_content(package.entries, "scripts/postinst", b"#!/bin/sh\nexit 7\n"))
    package.apply(set_bits(package.entries, ["package/ui"], 0o777, 0o700))
    target = tmp_path / "other.spk"
    build_package(package, target, BuildOptions(), quiet())
    return target


@pytest.fixture
def dialog(program: Program, open_package: Opened, sample: Path) -> CompareDialog:
    open_package(sample)
    program.context.commands.action("package.compare").trigger()
    made = program.window.findChild(CompareDialog)
    assert made is not None
    return made


def _rows(dialog: CompareDialog) -> dict[str, str]:
    model = dialog.model
    return {
        str(model.index(row, PATH).data()): str(model.index(row, DIFFERS).data()) for row in range(model.rowCount())
    }


def _compared(dialog: CompareDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.model.rowCount() > 0, timeout=20_000)


def test_what_cannot_be_read_leaves_nothing_of_before_to_take_over(
    dialog: CompareDialog, other: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.compare_with(other)
    _compared(dialog, qtbot)
    assert dialog.take.isEnabled()
    wrong = tmp_path / "page.spk"
    wrong.write_bytes(b"<html>Log in</html>")
    dialog.compare_with(wrong)
    assert not dialog.take.isEnabled()
    qtbot.waitUntil(lambda: dialog.note.text() == "", timeout=20_000)
    assert not dialog.take.isEnabled()
    assert dialog.take.text() == "Take over"


def test_where_nothing_differs_no_change_of_before_is_shown(
    dialog: CompareDialog, other: Path, sample: Path, qtbot: QtBot
) -> None:
    dialog.compare_with(other)
    _compared(dialog, qtbot)
    qtbot.waitUntil(dialog.change.isVisible)
    dialog.compare_with(sample)
    qtbot.waitUntil(lambda: "Nothing differs." in dialog.note.text(), timeout=20_000)
    assert not dialog.change.isVisible()


def test_an_spk_is_compared_and_taken_over(
    program: Program, dialog: CompareDialog, other: Path, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    document = program.workbench.document
    assert document is not None
    notifier.files = [[other]]
    dialog.empty.triggered.emit()
    _compared(dialog, qtbot)
    rows = _rows(dialog)
    assert rows["package/new.txt"] == "only in the other one"
    assert rows["LICENSE"] == "only in this package"
    assert rows["scripts/postinst"] == "content"
    assert rows["package/ui"] == "mode"
    dialog.sides[Side.HERE].click()
    dialog.sides[Side.THERE].click()
    dialog.aspects[Aspect.CONTENT].click()
    assert set(_rows(dialog)) >= {"scripts/postinst"}
    assert "package/ui" not in _rows(dialog)
    QTest.keyClicks(dialog.filter, "postinst")
    dialog.table.selectRow(0)
    qtbot.waitUntil(lambda: "exit 7" in dialog.change.diff.toPlainText())
    dialog.take.click()
    qtbot.waitUntil(lambda: not _rows(dialog))
    assert document.content("scripts/postinst") == b"#!/bin/sh\nexit 7\n"
    assert document.stack.undoText() == "Take over postinst"
    _take_all(dialog, qtbot)
    assert document.content("package/new.txt") == b"there\n"
    assert "LICENSE" not in document.entries
    assert document.stack.count() == 2
    document.stack.undo()
    document.stack.undo()
    assert document.content("LICENSE") == b"old licence\n"
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def _take_all(dialog: CompareDialog, qtbot: QtBot) -> None:
    dialog.filter.clear()
    for button in (dialog.sides[Side.HERE], dialog.sides[Side.THERE], dialog.aspects[Aspect.CONTENT]):
        button.click()
    dialog.table.selectAll()
    assert dialog.take.text().startswith("Take over ")
    dialog.take.click()
    qtbot.waitUntil(lambda: not dialog.model.rowCount())
    assert dialog.note.text().startswith("Nothing differs.")


def test_what_was_unpacked_goes_when_nothing_reads_it(
    program: Program, dialog: CompareDialog, other: Path, home: Path, qtbot: QtBot
) -> None:
    drop_on(dialog, mime_of(other))
    _compared(dialog, qtbot)
    assert list((home / "scratch").iterdir())
    dialog.reject()
    qtbot.waitUntil(lambda: not list((home / "scratch").iterdir()))


def test_what_is_read_from_goes_when_the_package_closes(
    program: Program, dialog: CompareDialog, other: Path, home: Path, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    dialog.compare_with(other)
    _compared(dialog, qtbot)
    dialog.table.selectAll()
    dialog.take.click()
    qtbot.waitUntil(lambda: not dialog.model.rowCount())
    dialog.reject()
    qtbot.waitUntil(lambda: not program.context.tasks.running())
    assert list((home / "scratch").iterdir())
    notifier.answers = ["discard"]
    program.context.commands.action("file.close").trigger()
    qtbot.waitUntil(lambda: not list((home / "scratch").iterdir()))


def test_what_was_taken_over_survives_a_crash_for_weeks(
    program: Program, dialog: CompareDialog, other: Path, home: Path, qapp: QApplication, sample: Path, qtbot: QtBot
) -> None:
    dialog.compare_with(other)
    _compared(dialog, qtbot)
    dialog.table.selectAll()
    dialog.take.click()
    qtbot.waitUntil(lambda: not dialog.model.rowCount())
    program.workbench.save_journal_at_once()
    (room,) = (home / "scratch").iterdir()
    os.utime(room, (1_000_000_000, 1_000_000_000))
    program.workbench.sessions._locks.pop(str(sample)).unlock()  # the crash
    notifier = FakeNotifier()
    again = Program(qapp, home, Ports(notifier, FakeSecrets(), FakeClock()))
    again.start()
    qtbot.waitUntil(lambda: bool(notifier.open_questions))
    assert "lost" not in notifier.questions[0].detail
    notifier.answer("recover")
    document = again.workbench.document
    assert document is not None
    assert document.content("package/new.txt") == b"there\n"
    qtbot.waitUntil(lambda: not again.context.tasks.running())
    assert room.exists()
    notifier.answers = ["discard"]
    again.context.commands.action("file.close").trigger()
    qtbot.waitUntil(lambda: not room.exists())
    end(again)


def test_comparing_with_another_one_removes_what_was_unpacked_first(
    dialog: CompareDialog, other: Path, home: Path, qtbot: QtBot
) -> None:
    dialog.compare_with(other)
    _compared(dialog, qtbot)
    (first,) = (home / "scratch").iterdir()
    drop_on(dialog, mime_of(other))
    qtbot.waitUntil(lambda: not first.exists())
    qtbot.waitUntil(lambda: len(list((home / "scratch").iterdir())) == 1)


def test_closing_at_once_after_taking_over_loses_nothing(
    program: Program, dialog: CompareDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(SMALL + 1):
        (folder / f"file{number}").write_bytes(b"x")
    dialog.compare_with(folder)
    _compared(dialog, qtbot)
    dialog.table.selectAll()
    dialog.take.click()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    document = program.workbench.document
    assert document is not None
    qtbot.waitUntil(lambda: "package/file0" in document.entries)


def test_a_plain_folder_is_compared_with_the_payload(dialog: CompareDialog, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "extra.txt").write_bytes(b"x")
    drop_on(dialog, mime_of(folder))
    _compared(dialog, qtbot)
    rows = _rows(dialog)
    assert rows["package/extra.txt"] == "only in the other one"
    assert all(path.startswith("package/") for path in rows)
    assert "no INFO" in dialog.note.text()


def test_what_is_no_package_is_said(dialog: CompareDialog, tmp_path: Path, qtbot: QtBot) -> None:
    strange = tmp_path / "strange.spk"
    strange.write_bytes(b"MZ" + bytes(600))
    dialog.compare_with(strange)
    qtbot.waitUntil(lambda: dialog.note.text() == "")
    assert dialog.pages.currentWidget() is dialog.empty
    QApplication.sendPostedEvents()
