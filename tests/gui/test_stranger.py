"""What strangers do: drop the wrong things, pull folders away, kill the program, press keys in the wrong moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, Program
from gui.editors.scripts.view import ScriptEditor
from gui.windows.buildcard import BuildDialog
from spkcore.package.changes import set_content
from spkcore.package.journal import journal_path
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import Opened, Refuse, activate, click, drop_on, end, mime_of, page_of, press

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not a package"),
        (b"", "empty"),
        (b"just some words\n" * 50, "not a package"),
        (b"PK\x03\x04" + b"\0" * 100, "ZIP"),
        (b"\x70\xad\xbe\xef" + b"\0" * 4096, "original Synology package"),
    ],
    ids=["web page", "picture", "empty", "text", "zip", "encrypted"],
)
def test_what_is_no_package_is_refused_with_what_it_is(
    program: Program, qtbot: QtBot, notifier: FakeNotifier, tmp_path: Path, home: Path, data: bytes, told: str
) -> None:
    file = tmp_path / "download.spk"
    file.write_bytes(data)
    with qtbot.waitSignal(program.workbench.opener.refused):
        drop_on(program.window, mime_of(file))
    (error,) = notifier.errors
    assert told.lower() in f"{error.what} {error.what_to_do}".lower()
    assert "download.spk" in error.where
    assert error.what_to_do
    assert program.window.pages.currentWidget() is program.window.welcome
    assert not list(home.glob("scratch/*"))


def test_two_things_at_once_are_refused_before_they_are_dropped(
    program: Program, notifier: FakeNotifier, sample: Path
) -> None:
    drop_on(program.window, mime_of(sample, sample))
    assert notifier.informed == ["Drop one package at a time."]
    assert program.workbench.document is None


def test_a_damaged_package_leaves_nothing_behind(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier, home: Path
) -> None:
    open_package(sample)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000) as built:
        program.context.commands.action("package.build").trigger()
    assert built.args is not None
    spk = Path(built.args[0].path)
    spk.write_bytes(spk.read_bytes()[: spk.stat().st_size // 2])
    with qtbot.waitSignal(program.workbench.opener.refused, timeout=20_000):
        program.workbench.open(spk)
    assert spk.name in notifier.errors[0].where
    assert not list(home.glob("scratch/*"))


def test_a_folder_that_vanishes_is_told_and_saving_says_why(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier, tmp_path: Path
) -> None:
    document = open_package(sample)
    document.push(set_content(document.entries, "scripts/postinst", b"#!/bin/sh\n# mine\n"), "Edit")
    moved = tmp_path / "moved away"
    sample.rename(moved)
    qtbot.waitUntil(lambda: page_of(program).banner.message != "", timeout=10_000)
    assert "is gone" in page_of(program).banner.message
    assert document.text("scripts/postinst") == "#!/bin/sh\n# mine\n"
    program.context.commands.action("package.build").trigger()
    qtbot.waitUntil(lambda: bool(notifier.errors), timeout=10_000)
    moved.rename(sample)
    with qtbot.waitSignal(document.saved, timeout=10_000):
        program.context.commands.action("file.save").trigger()
    assert (sample / "scripts" / "postinst").read_bytes() == b"#!/bin/sh\n# mine\n"


def test_a_save_that_fails_is_told_and_nothing_counts_as_saved(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    document = open_package(sample)
    before = (sample / "LICENSE").read_bytes()
    document.push(set_content(document.entries, "LICENSE", b"mine\n"), "Edit")
    replace = Path.replace

    def locked(self: Path, target: Path) -> Path:
        if Path(target).name == "LICENSE":
            raise PermissionError(13, "The process cannot access the file", str(target))
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", locked)
        program.context.commands.action("file.save").trigger()
        qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)
    assert str(sample / "LICENSE") in notifier.questions[0].text
    notifier.answer("cancel")
    assert document.is_dirty
    assert program.window.isWindowModified()
    assert (sample / "LICENSE").read_bytes() == before
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()
    assert (sample / "LICENSE").read_bytes() == b"mine\n"


def test_a_failed_save_keeps_the_window_open(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier, refuse: Refuse
) -> None:
    document = open_package(sample)
    document.push(set_content(document.entries, "LICENSE", b"mine\n"), "Edit")
    refuse(FileNotFoundError(2, "No such file or directory"))
    notifier.answers = ["save"]
    program.window.close()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=10_000)
    notifier.answer("cancel")
    assert program.window.isVisible()
    assert document.is_dirty


def test_killed_while_editing_the_work_comes_back(qapp: QApplication, qtbot: QtBot, sample: Path, home: Path) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gui.app.bootstrap import Program\n"
        "from spkcore.package.changes import set_content\n"
        "app = QApplication([])\n"
        f"program = Program(app, Path({str(home)!r}))\n"
        "def edit(current):\n"
        "    document = current.document\n"
        "    document.push(set_content(document.entries, 'LICENSE', b'typed before the kill\\n'), 'Edit')\n"
        "    current.autosave.write()\n"
        "program.workbench.opened.connect(edit)\n"
        f"program.start([Path({str(sample)!r})])\n"
        "app.exec()\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    victim = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment)
    qtbot.waitUntil(journal_path(sample).exists, timeout=20_000)
    victim.send_signal(signal.SIGKILL) if hasattr(signal, "SIGKILL") else victim.kill()
    victim.wait(10)
    notifier = FakeNotifier()
    again = Program(qapp, home, Ports(notifier, FakeSecrets(), FakeClock()))
    again.start()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=20_000)
    notifier.answer("recover")
    document = again.workbench.document
    assert document is not None
    assert document.folder == sample
    assert document.content("LICENSE") == b"typed before the kill\n"
    qtbot.waitUntil(lambda: not again.context.tasks.running())
    end(again)


def test_closing_the_package_while_it_is_built_builds_it_all_the_same(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    open_package(sample)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000) as built:
        program.context.commands.action("package.build").trigger()
        program.context.commands.action("file.close").trigger()
    assert built.args is not None
    assert Path(built.args[0].path).is_file()


def test_an_spk_that_is_closed_while_it_is_built_keeps_its_files_until_then(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path
) -> None:
    for number in range(300):
        (sample / "package" / f"file{number}").write_bytes(os.urandom(40_000))
    open_package(sample)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000) as built:
        program.context.commands.action("package.build").trigger()
    assert built.args is not None
    source = Path(built.args[0].path).rename(tmp_path / "original.spk")
    open_package(source)
    outcomes: list[object] = []
    program.handlers.building.built.connect(outcomes.append)
    program.handlers.building.failed.connect(outcomes.append)
    program.context.commands.action("package.build").trigger()
    program.context.commands.action("file.close").trigger()
    qtbot.waitUntil(lambda: bool(outcomes), timeout=20_000)
    assert not isinstance(outcomes[0], Exception), outcomes


def test_the_keyboard_alone_opens_edits_undoes_saves_and_builds(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    activate(program, qtbot)
    control = Qt.KeyboardModifier.ControlModifier
    press(program.window, Qt.Key.Key_P, control)
    box = program.window.palette_box
    for letter in "postinst":
        press(box.field, getattr(Qt.Key, f"Key_{letter.upper()}"))
    press(box.field, Qt.Key.Key_Return)
    assert page_of(program).shown_path == "scripts/postinst"
    before = document.content("scripts/postinst")
    focused = QApplication.focusWidget()
    assert focused is not None
    press(focused, Qt.Key.Key_X)
    assert document.content("scripts/postinst") == b"x" + before
    press(focused, Qt.Key.Key_Z, control)
    assert document.content("scripts/postinst") == before
    press(focused, Qt.Key.Key_Y, control)
    with qtbot.waitSignal(document.saved):
        press(focused, Qt.Key.Key_S, control)
    assert (sample / "scripts" / "postinst").read_bytes() == b"x" + before
    activate(program, qtbot)  # the offscreen platform forgets the window when the completion popup goes
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        press(focused, Qt.Key.Key_F7)
    for card in program.window.findChildren(BuildDialog):
        press(card.close_button, Qt.Key.Key_Escape)
    activate(program, qtbot)
    press(program.window, Qt.Key.Key_W, control)
    assert program.workbench.document is None


def test_reload_takes_an_outside_edit_into_the_open_editor(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    page = page_of(program)
    page.show_part("scripts/postinst")
    document.push(set_content(document.entries, "scripts/postinst", b"#!/bin/sh\n# mine\n"), "Edit")
    (sample / "scripts" / "postinst").write_bytes(b"#!/bin/sh\n# theirs\n")
    qtbot.waitUntil(lambda: page.banner.message != "", timeout=10_000)
    click(next(button for button in page.banner.findChildren(QPushButton) if button.text() == "Reload"))
    assert document.text("scripts/postinst") == "#!/bin/sh\n# theirs\n"
    document.stack.undo()
    assert document.text("scripts/postinst") == "#!/bin/sh\n# mine\n"
    assert document.is_dirty


def test_closing_during_a_save_waits_for_it_and_asks_nothing(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    document = open_package(sample)
    document.push(set_content(document.entries, "LICENSE", b"last words\n"), "Edit")
    program.context.commands.action("file.save").trigger()
    program.window.close()
    qtbot.waitUntil(lambda: not program.window.isVisible(), timeout=10_000)
    assert notifier.questions == []
    assert (sample / "LICENSE").read_bytes() == b"last words\n"


def test_going_to_a_part_leaves_the_caret_where_it_was(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    page = page_of(program)
    page.show_place("scripts/postinst")
    editor = page.editor
    assert isinstance(editor, ScriptEditor)
    assert editor.pane.editor.caret() == (1, 1)
    data = document.content("scripts/postinst") + b"# end"
    document.push(set_content(document.entries, "scripts/postinst", data), "Edit")
    document.stack.undo()
    assert editor.pane.editor.caret()[0] > 1
    editor.pane.editor.go_to(2, 1)
    page.show_place("INFO")
    page.show_place("scripts/postinst")
    assert editor.pane.editor.caret() == (2, 1)
