"""The window from outside: open, edit, undo, save, close, drop, as a person does it."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.models.parts import OVERVIEW
from gui.services.document import Document
from gui.services.settings import PANEL_OPEN
from spkcore.package.changes import remove, set_content
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import (
    Opened,
    activate,
    click,
    drag_away,
    drag_over,
    drop_on,
    make_package,
    mime_of,
    page_of,
    press,
    type_text,
)


def type_into_info(document: Document, text: str, merge_key: str = "INFO#maintainer") -> None:
    """What the INFO editor does for one keystroke."""
    data = document.content("INFO").split(b"\n# ")[0] + f"\n# {text}\n".encode()
    document.push(set_content(document.entries, "INFO", data, merge_key, "INFO#maintainer"), "Change maintainer")


def test_the_first_window_is_the_welcome_page(program: Program) -> None:
    window = program.window

    assert window.isVisible()
    assert window.pages.currentWidget() is window.welcome
    assert window.windowTitle() == "SPK Creator"
    assert len(window.welcome.template_cards) >= 5
    assert program.context.commands.reason("package.build") == "Open a package first."


def test_opening_a_folder_shows_its_parts(program: Program, open_package: Opened, sample: Path) -> None:
    open_package(sample)

    page = page_of(program)
    assert program.window.windowTitle() == "My Web App[*] – SPK Creator"
    assert "My Web App" in page.sidebar.heading
    assert {"INFO", "scripts/postinst", "conf/privilege", "package"} <= {part.path for part in page.sidebar.model.parts}
    assert page.shown_path == OVERVIEW
    assert program.context.commands.action("package.build").isEnabled()
    assert program.context.recents.all()[0].path == str(sample)


def test_opening_never_blocks_and_can_be_cancelled(program: Program, qtbot: QtBot, sample: Path) -> None:
    for number in range(600):
        (sample / "package" / f"file{number}").write_bytes(b"x")
    program.workbench.open(sample)

    assert program.window.pages.currentWidget() is program.window.loading
    with qtbot.waitSignal(program.workbench.opener.cancelled):
        click(program.window.loading.cancel_button)

    assert program.window.pages.currentWidget() is program.window.welcome
    assert program.workbench.document is None


def test_a_folder_without_info_is_refused_with_a_reason(
    program: Program, qtbot: QtBot, notifier: FakeNotifier, tmp_path: Path
) -> None:
    with qtbot.waitSignal(program.workbench.opener.refused):
        program.workbench.open(tmp_path)

    assert "holds no file INFO" in notifier.errors[0].what
    assert program.window.pages.currentWidget() is program.window.welcome


def test_the_package_comes_back_when_another_cannot_be_opened(
    program: Program, qtbot: QtBot, open_package: Opened, notifier: FakeNotifier, sample: Path, tmp_path: Path
) -> None:
    open_package(sample)
    broken = tmp_path / "broken.spk"
    broken.write_bytes(b"")

    with qtbot.waitSignal(program.workbench.opened):
        program.workbench.open(broken)

    assert "is empty" in notifier.errors[0].what
    qtbot.waitUntil(lambda: page_of(program).shown_path == OVERVIEW)
    assert program.workbench.document is not None
    assert program.workbench.document.folder == sample


def test_the_package_comes_back_when_opening_another_is_cancelled(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path
) -> None:
    open_package(sample)
    other = tmp_path / "other"
    shutil.copytree(sample, other)
    program.workbench.open(other)

    with qtbot.waitSignal(program.workbench.opened):
        click(program.window.loading.cancel_button)

    assert program.workbench.document is not None
    assert program.workbench.document.folder == sample


def test_a_package_that_cannot_be_opened_again_is_not_tried_for_ever(
    program: Program, qtbot: QtBot, open_package: Opened, notifier: FakeNotifier, sample: Path, tmp_path: Path
) -> None:
    open_package(sample)
    (sample / "INFO").unlink()  # on Windows the folder itself cannot go while it is open

    program.workbench.open(tmp_path)
    qtbot.waitUntil(lambda: len(notifier.errors) == 2)

    assert program.window.pages.currentWidget() is program.window.welcome
    assert not program.context.tasks.running()


def test_the_folder_around_a_package_opens_the_package(program: Program, open_package: Opened, sample: Path) -> None:
    assert open_package(sample.parent).folder == sample


def test_edits_undo_and_redo_byte_for_byte(program: Program, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    before = dict(document.entries)
    actions = program.context.commands.action

    type_into_info(document, "J")
    document.push(remove(document.entries, ["scripts/preinst"]), "Remove preinst")
    after = dict(document.entries)

    assert program.window.isWindowModified()
    assert actions("edit.undo").text() == "&Undo Remove preinst"
    actions("edit.undo").trigger()
    actions("edit.undo").trigger()
    assert dict(document.entries) == before
    assert not program.window.isWindowModified()
    actions("edit.redo").trigger()
    actions("edit.redo").trigger()
    assert dict(document.entries) == after
    assert program.context.commands.reason("edit.redo") == "Nothing was undone."


def test_typing_is_one_undo_step_until_a_pause(open_package: Opened, sample: Path, clock: FakeClock) -> None:
    document = open_package(sample)
    for text in ("J", "Ja", "Jan"):
        type_into_info(document, text)
        clock.advance(0.5)
    assert document.stack.count() == 1

    clock.advance(2.1)
    type_into_info(document, "Jane")
    assert document.stack.count() == 2


def test_moving_the_focus_ends_an_undo_step(program: Program, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    type_into_info(document, "J")
    page_of(program).show_part("scripts/postinst")
    page_of(program).show_part("INFO")
    type_into_info(document, "Ja")

    assert document.stack.count() == 2


def test_typing_back_leaves_no_undo_step(open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    original = document.content("INFO")
    document.push(set_content(document.entries, "INFO", original + b"x", "key"), "Type")
    document.package.apply(remove(document.entries, []))
    document.push(set_content(document.entries, "INFO", original, "key"), "Type")

    assert document.content("INFO") == original


def test_undo_shows_the_place(program: Program, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    page = page_of(program)
    data = document.content("scripts/postinst") + b"# more\n"
    document.push(set_content(document.entries, "scripts/postinst", data), "Edit postinst")
    page.show_part("INFO")

    program.context.commands.action("edit.undo").trigger()

    assert page.shown_path == "scripts/postinst"


def test_save_writes_only_what_changed(program: Program, qtbot: QtBot, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    untouched = (sample / "scripts" / "preinst").stat().st_mtime_ns
    type_into_info(document, "Jane")
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()

    assert b"# Jane" in (sample / "INFO").read_bytes()
    assert (sample / "scripts" / "preinst").stat().st_mtime_ns == untouched
    assert not program.window.isWindowModified()
    program.context.commands.action("edit.undo").trigger()
    assert document.is_dirty
    assert b"# Jane" not in document.content("INFO")


def test_what_is_typed_during_a_save_stays_unsaved(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    type_into_info(document, "Jane")
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()
        type_into_info(document, "Jane Doe")

    assert document.is_dirty
    assert (sample / "INFO").read_bytes().endswith(b"# Jane\n")
    with qtbot.waitSignal(document.saved):
        program.context.commands.action("file.save").trigger()
    assert (sample / "INFO").read_bytes().endswith(b"# Jane Doe\n")
    assert not document.is_dirty


@pytest.mark.parametrize(
    ("answer", "closed", "written"), [("save", True, True), ("discard", True, False), ("cancel", False, False)]
)
def test_closing_asks_once(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier,
    answer: str, closed: bool, written: bool,
) -> None:  # fmt: skip
    document = open_package(sample)
    type_into_info(document, "Jane")
    notifier.answers = [answer]

    program.window.close()
    if closed:
        qtbot.waitUntil(lambda: not program.window.isVisible())

    assert program.window.isVisible() is not closed
    assert (b"# Jane" in (sample / "INFO").read_bytes()) is written
    assert len(notifier.questions) == 1
    assert "My Web App" in notifier.questions[0].title


def test_opening_another_package_asks_about_the_first(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path, notifier: FakeNotifier
) -> None:
    other = make_package(tmp_path / "Other", package="Other", display_name="Other")
    type_into_info(open_package(sample), "Jane")
    drop_on(program.window, mime_of(other))
    with qtbot.waitSignal(program.workbench.opened):
        notifier.answer("discard")

    assert program.workbench.document is not None
    assert program.workbench.document.folder == other


def test_dropping_a_folder_opens_it(program: Program, qtbot: QtBot, sample: Path) -> None:
    event = drag_over(program.window, mime_of(sample))
    assert event.isAccepted()
    assert program.window.drops.overlay.message == "Open the package folder “MyPackage”"

    with qtbot.waitSignal(program.workbench.opened):
        drop_on(program.window, mime_of(sample))
    assert program.window.drops.overlay.message == ""


def test_dropping_an_info_file_opens_its_folder(program: Program, qtbot: QtBot, sample: Path) -> None:
    with qtbot.waitSignal(program.workbench.opened):
        drop_on(program.window, mime_of(sample / "INFO"))

    assert program.workbench.document is not None
    assert program.workbench.document.folder == sample


def test_a_drop_that_cannot_be_opened_says_why(program: Program, notifier: FakeNotifier, tmp_path: Path) -> None:
    picture = tmp_path / "holiday.jpg"
    picture.write_bytes(b"\xff\xd8")

    drag_over(program.window, mime_of(picture))
    shown = program.window.drops.overlay.message
    drag_away(program.window)
    drop_on(program.window, mime_of(picture))

    assert shown == "“holiday.jpg” is no package folder, no .spk and no INFO file."
    assert notifier.informed == [shown]


def test_a_missing_part_is_offered_and_created(program: Program, open_package: Opened, sample: Path) -> None:
    (sample / "conf" / "privilege").unlink()
    document = open_package(sample)
    page = page_of(program)
    page.show_part("conf/privilege")
    assert page.editor is None

    button = next(item for item in page.findChildren(QPushButton) if item.isVisible() and item.text() == "Create it")
    click(button)

    assert document.content("conf/privilege").startswith(b"{")
    assert page.editor is not None


def test_the_window_comes_back_where_it_was(program: Program, qtbot: QtBot, home: Path) -> None:
    program.window.resize(1011, 701)
    program.window.close()
    qtbot.waitUntil(lambda: not program.window.isVisible())
    program.context.settings.flush()

    assert "window_geometry" in (home / "settings.json").read_text(encoding="utf-8")


def test_the_demo_leads_from_the_welcome_page_into_the_workspace(program: Program, qtbot: QtBot) -> None:
    click(program.window.welcome.demo_card)
    workspace = program.window.workspace
    assert workspace is not None
    assert program.window.pages.currentWidget() is workspace
    qtbot.waitUntil(lambda: workspace.controller.connection is not None, timeout=20_000)


def test_ctrl_z_in_a_field_undoes_the_packages_last_change(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    activate(program, qtbot)
    page_of(program).show_part("INFO")
    before = document.content("INFO")
    field = next(item for item in page_of(program).findChildren(QLineEdit) if item.text() == "MyWebApp")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    type_text(field, "2")
    assert b"2MyWebApp" in document.content("INFO")

    press(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert document.content("INFO") == before
    assert field.text() == "MyWebApp"


def test_what_the_older_tool_left_is_offered_for_removal(
    program: Program, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    for name in ("7z.exe", "Pack.cmd"):
        (sample / name).write_bytes(b"x")
    document = open_package(sample)
    banner = page_of(program).banner
    assert "7z.exe, Pack.cmd" in banner.message

    click(next(item for item in banner.findChildren(QPushButton) if item.text() == "Remove from the folder"))

    assert not (sample / "7z.exe").exists()
    assert notifier.informed[0].startswith("2 files removed.")
    assert not document.is_dirty
    assert banner.message == ""


def test_a_packed_payload_is_explained_and_unpacked(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    with tarfile.open(sample / "package.tgz", "w:gz") as tar:
        tar.add(sample / "package", arcname=".")
    shutil.rmtree(sample / "package")
    open_package(sample)
    banner = page_of(program).banner
    assert "still packed" in banner.message
    with qtbot.waitSignal(program.workbench.opened):
        click(next(item for item in banner.findChildren(QPushButton) if item.text() == "Unpack"))
    document = program.workbench.document
    assert document is not None
    assert document.folder == sample
    assert "package/ui/index.html" in document.entries
    assert "package.tgz" in page_of(program).banner.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("scripts/start-stop-status", b"case"),
        ("conf/privilege", b'"run-as": "package"'),
        ("scripts/postinst", b"#!/bin/sh"),
    ],
)
def test_a_created_part_starts_with_something_that_works(
    program: Program, open_package: Opened, sample: Path, path: str, text: bytes
) -> None:
    (sample / path).unlink(missing_ok=True)
    document = open_package(sample)
    page = page_of(program)
    page.show_part(path)
    click(next(item for item in page.findChildren(QPushButton) if item.isVisible() and item.text() == "Create it"))
    assert text in document.content(path)


def test_the_panel_below_is_a_line_of_tabs_until_it_is_wanted(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    open_package(sample)
    panel = program.window.panel
    line = panel.tabBar().height()
    assert panel.isVisible()
    assert panel.height() == line
    assert not panel.problems.isVisible()
    tasks = panel.tabBar().tabRect(panel.indexOf(panel.tasks)).center()
    QTest.mouseClick(panel.tabBar(), Qt.MouseButton.LeftButton, pos=tasks)
    qtbot.waitUntil(lambda: panel.height() > 3 * line)
    assert panel.tasks.isVisible()
    assert program.context.settings.get(PANEL_OPEN)
    program.window.rows.setSizes([400, 260])
    height = panel.height()
    click(panel.toggle_button)
    qtbot.waitUntil(lambda: panel.height() == line)
    program.context.commands.action("view.panel").trigger()
    qtbot.waitUntil(lambda: panel.height() == height)
    program.context.commands.action("view.panel").trigger()
    assert not program.context.settings.get(PANEL_OPEN)


def test_a_failed_build_opens_the_panel_without_remembering_it(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    document = open_package(sample)
    document.push(remove(document.entries, ["INFO"]), "Remove INFO")
    notifier.answers = ["build"]
    with qtbot.waitSignal(program.handlers.building.failed, timeout=20_000):
        program.context.commands.action("package.build").trigger()
    assert notifier.errors
    assert program.window.panel.tasks.isVisible()
    assert not program.context.settings.get(PANEL_OPEN)
