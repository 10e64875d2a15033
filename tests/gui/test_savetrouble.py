"""Saving that fails: what the user is told, and that every way out works without losing anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.services.document import Document
from spkcore.base import blockers, files
from spkcore.package.changes import set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, Refuse


@pytest.fixture
def edited(open_package: Opened, sample: Path) -> Document:
    document = open_package(sample)
    document.push(set_content(document.entries, "LICENSE", b"mine\n"), "Edit")
    return document


def save(program: Program, qtbot: QtBot, notifier: FakeNotifier) -> None:
    program.context.commands.action("file.save").trigger()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)


def choices(notifier: FakeNotifier) -> list[str]:
    return [choice.id for choice in notifier.questions[-1].choices]


def test_a_locked_file_names_the_program_and_can_be_tried_again(
    program: Program, qtbot: QtBot, edited: Document, sample: Path, notifier: FakeNotifier, refuse: Refuse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(blockers, "programs_using", lambda path: ("Notepad++",))
    refuse(PermissionError(13, "Access denied"))
    save(program, qtbot, notifier)
    assert notifier.questions[-1].title == "The file could not be written (Notepad++ has it open)"
    assert str(sample / "LICENSE") in notifier.questions[-1].text
    assert choices(notifier) == ["retry", "elsewhere", "cancel"]
    assert edited.is_dirty
    notifier.answer("retry")
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)
    refuse(None)
    with qtbot.waitSignal(edited.saved):
        notifier.answer("retry")

    assert (sample / "LICENSE").read_bytes() == b"mine\n"


def test_a_read_only_file_is_written_after_its_mark_is_cleared(
    program: Program, qtbot: QtBot, edited: Document, sample: Path, notifier: FakeNotifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """As on Windows: there the mark of the file counts, here only that of the folder."""
    replace = Path.replace

    def as_windows_does(self: Path, target: Path) -> Path:
        if files.is_read_only(target):
            raise PermissionError(13, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(files, "POSIX", False)
    monkeypatch.setattr(Path, "replace", as_windows_does)
    (sample / "LICENSE").chmod(0o444)
    save(program, qtbot, notifier)
    assert notifier.questions[-1].title == "The file could not be written (it is marked read-only)"
    assert choices(notifier) == ["unprotect", "elsewhere", "cancel"]
    with qtbot.waitSignal(edited.saved):
        notifier.answer("unprotect")

    assert (sample / "LICENSE").read_bytes() == b"mine\n"


def test_a_full_drive_offers_another_place(
    program: Program, qtbot: QtBot, edited: Document, sample: Path, notifier: FakeNotifier, refuse: Refuse,
    tmp_path: Path,
) -> None:  # fmt: skip
    refuse(OSError(28, "No space left on device"))
    save(program, qtbot, notifier)
    assert choices(notifier) == ["elsewhere", "retry", "cancel"]
    refuse(None)
    notifier.folders = [tmp_path / "other drive"]
    with qtbot.waitSignal(edited.saved):
        notifier.answer("elsewhere")

    assert edited.folder == tmp_path / "other drive"
    assert (tmp_path / "other drive" / "LICENSE").read_bytes() == b"mine\n"
    assert (sample / "LICENSE").read_bytes() == b"old licence\n"


def test_a_drive_that_is_pulled_keeps_the_work_in_the_window(
    program: Program, qtbot: QtBot, edited: Document, sample: Path, notifier: FakeNotifier, tmp_path: Path
) -> None:
    away = tmp_path / "pulled"
    sample.rename(away)
    save(program, qtbot, notifier)
    assert "gone" in notifier.questions[-1].title
    assert choices(notifier) == ["elsewhere", "retry", "cancel"]
    # Elsewhere cannot have what lay on the drive; that is told, and nothing half is left.
    notifier.folders = [tmp_path / "elsewhere"]
    notifier.answer("elsewhere")
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)
    assert notifier.questions[-1].title.startswith("Not everything can be copied")
    assert not (tmp_path / "elsewhere").exists()
    assert edited.is_dirty
    assert edited.content("LICENSE") == b"mine\n"
    # The drive is back.
    away.rename(sample)
    with qtbot.waitSignal(edited.saved):
        notifier.answer("retry")
    assert (tmp_path / "elsewhere" / "LICENSE").read_bytes() == b"mine\n"


def test_closing_goes_on_after_the_obstacle_is_gone(
    program: Program, qtbot: QtBot, edited: Document, sample: Path, notifier: FakeNotifier, refuse: Refuse
) -> None:
    refuse(PermissionError(13, "Access denied"))
    notifier.answers = ["save"]
    program.window.close()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)
    refuse(None)
    with qtbot.waitSignal(program.window.closed):
        notifier.answer("retry")

    assert (sample / "LICENSE").read_bytes() == b"mine\n"


def test_giving_up_keeps_the_window_open_and_tells_the_installer(
    program: Program, qtbot: QtBot, edited: Document, notifier: FakeNotifier, refuse: Refuse
) -> None:
    refuse(FileNotFoundError(2, "No such file or directory"))
    notifier.answers = ["save"]
    program.window.close()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)
    with qtbot.waitSignal(program.window.close_refused):
        notifier.answer("cancel")

    assert program.window.isVisible()
    assert edited.is_dirty
