"""Migration from the window: the banner, three steps, one undo step, the list of what is left, two build targets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.migrate import MigrateDialog
from gui.services.document import Document
from gui.services.workbench import OpenDocument
from gui.windows.buildcard import BuildDialog
from gui.windows.todopanel import TodoPanel
from spkcore.archive.extract import extract_package
from spkcore.base.tasks import quiet
from spkcore.package.buildtargets import BuildTarget, list_targets, write_target
from spkcore.package.changes import set_content
from spkcore.package.info import Info
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, press
from tests.gui.oldpackage import make_old_package


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return make_old_package(tmp_path / "work" / "Old")


def open_dialog(program: Program, qtbot: QtBot) -> MigrateDialog:
    program.context.commands.action("package.migrate").trigger()
    dialog = program.window.findChildren(MigrateDialog)[-1]
    qtbot.waitUntil(dialog.next.isEnabled, timeout=20_000)
    return dialog


def migrate(program: Program, qtbot: QtBot, *, keep: bool = False) -> MigrateDialog:
    """Go through the first two steps."""
    dialog = open_dialog(program, qtbot)
    dialog.now.keep.setChecked(keep)
    click(dialog.next)
    click(dialog.next)
    return dialog


def current(program: Program) -> OpenDocument:
    assert program.workbench.current is not None
    return program.workbench.current


def save_and_settle(program: Program, qtbot: QtBot) -> None:
    """Save, and wait until the build targets are on disk, too: nobody may look into their folder meanwhile."""
    with qtbot.waitSignal(current(program).document.saved, timeout=20_000):
        program.context.commands.action("file.save").trigger()
    tasks = program.context.tasks
    qtbot.waitUntil(lambda: tasks.is_idle, timeout=20_000)


def panel_of(program: Program) -> TodoPanel:
    panel = program.handlers.migration.todo_panel
    assert panel is not None
    return panel


def lowest(document: Document) -> str:
    return Info.parse(document.content("INFO")).get("os_min_ver")


def test_the_three_steps_lead_to_a_package_for_dsm_7(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path
) -> None:
    document = open_package(old)
    dialog = open_dialog(program, qtbot)
    before = dict(document.entries)
    assert dialog.now.version == "7.3"
    click(dialog.next)
    steps = [dialog.plan_page.steps.topLevelItem(row) for row in range(dialog.plan_page.steps.topLevelItemCount())]
    titles = [item.text(0) for item in steps if item is not None]
    assert "INFO is for DSM 7" in titles
    assert dialog.plan_page.view.path.text() == "INFO"
    assert "7.0-40000" in dialog.plan_page.view.diff.toPlainText()
    assert dict(document.entries) == before
    click(dialog.next)
    assert lowest(document) == "7.0-40000"
    assert document.stack.undoText() == "Migrate to DSM 7"
    todos = current(program).migrating.todos
    assert {("scripts/postinst", 3), ("scripts/postinst", 4)} <= {(todo.path, todo.line) for todo in todos}
    click(dialog.next)
    assert panel_of(program).isVisible()
    assert page_of(program).banner.message == ""
    document.stack.undo()
    assert dict(document.entries) == before
    assert current(program).migrating.todos == ()
    document.stack.redo()
    qtbot.waitUntil(lambda: current(program).migrating.todos == todos, timeout=20_000)


def test_esc_leaves_everything_as_it_was(program: Program, qtbot: QtBot, open_package: Opened, old: Path) -> None:
    document = open_package(old)
    activate(program, qtbot)
    dialog = open_dialog(program, qtbot)
    click(dialog.next)
    press(dialog.plan_page.steps, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not program.window.findChildren(MigrateDialog))
    assert not document.is_dirty
    assert program.handlers.migration.todo_panel is None


def test_back_and_another_version(program: Program, qtbot: QtBot, open_package: Opened, old: Path) -> None:
    open_package(old)
    dialog = open_dialog(program, qtbot)
    click(dialog.next)
    click(dialog.back)
    dialog.now.versions.setCurrentIndex(0)
    assert not dialog.next.isEnabled()
    qtbot.waitUntil(dialog.next.isEnabled, timeout=20_000)
    click(dialog.next)
    click(dialog.next)
    assert current(program).migrating.to == "7.0"
    dialog.close()


def test_a_click_on_a_place_goes_there_and_what_is_mended_vanishes(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path
) -> None:
    document = open_package(old)
    dialog = migrate(program, qtbot)
    todos = dialog.done_page.list
    row = next(row for row in range(todos.todos.rowCount()) if todos.todos.todo(row).line == 3)
    with qtbot.waitSignal(dialog.finished):
        todos.setCurrentIndex(todos.todos.index(row))
        press(todos, Qt.Key.Key_Return)
    assert page_of(program).shown_path == "scripts/postinst"
    migrating = current(program).migrating
    left = len(migrating.todos)
    text = document.content("scripts/postinst").replace(b"adduser -S -D sample\n", b"")
    document.push(set_content(document.entries, "scripts/postinst", text), "Edit")
    qtbot.waitUntil(lambda: len(migrating.todos) == left - 1, timeout=20_000)
    assert panel_of(program).list.todos.rowCount() == left - 1


def test_things_are_ticked_off_and_copied(program: Program, qtbot: QtBot, open_package: Opened, old: Path) -> None:
    open_package(old)
    click(migrate(program, qtbot).next)
    panel = panel_of(program)
    count = current(program).migrating.open_count
    activate(program, qtbot)
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.list.todos.index(0))
    press(panel.list, Qt.Key.Key_Space)
    assert current(program).migrating.open_count == count - 1
    box = panel.list.visualRect(panel.list.todos.index(0)).topLeft() + QPoint(20, 20)
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box)
    assert current(program).migrating.open_count == count
    press(panel.list, Qt.Key.Key_Space)
    click(panel.copy_button)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("- [x] `scripts/postinst")
    assert sum(line.startswith("- [ ]") for line in lines) == count - 1


def test_the_list_is_saved_as_text_and_closed(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path, notifier: FakeNotifier, tmp_path: Path
) -> None:
    open_package(old)
    click(migrate(program, qtbot).next)
    notifier.saves = [tmp_path / "list.md"]
    click(panel_of(program).save_button)
    qtbot.waitUntil(lambda: "list.md was saved." in notifier.informed)
    assert (tmp_path / "list.md").read_text(encoding="utf-8").startswith("- [ ] `scripts/postinst")
    click(panel_of(program).close_button)
    assert program.handlers.migration.todo_panel is None
    assert program.window.panel.currentWidget() is program.window.panel.problems
    assert current(program).migrating.todos == ()


def test_the_target_for_dsm_6_comes_with_the_save_and_goes_with_the_undo(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path
) -> None:
    document = open_package(old)
    action = program.context.commands.action("package.build_target")
    assert not action.isEnabled()
    click(migrate(program, qtbot, keep=True).next)
    assert action.isEnabled()
    assert action.text().replace("&", "") == "Build for DSM 6"
    assert list_targets(old) == ()
    save_and_settle(program, qtbot)
    assert list_targets(old)
    assert not document.is_dirty
    document.stack.undo()
    assert not action.isEnabled()
    save_and_settle(program, qtbot)
    assert not list_targets(old)
    document.stack.redo()
    save_and_settle(program, qtbot)
    assert list_targets(old)


def test_shift_f7_builds_the_package_for_dsm_6(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path, tmp_path: Path
) -> None:
    open_package(old)
    click(migrate(program, qtbot, keep=True).next)
    activate(program, qtbot)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        press(program.window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    card = program.window.findChildren(BuildDialog)[-1]
    assert card.windowTitle() == "Build for DSM 6"
    built = Path(card.values["path"].text())
    assert built.name.endswith("-dsm6.spk")
    made = extract_package(built, tmp_path / "made", quiet()).folder
    assert Info.parse((made / "INFO").read_bytes()).get("os_min_ver") == "6.1-15047"
    assert (made / "scripts" / "postinst").read_bytes() == (old / "scripts" / "postinst").read_bytes()
    click(card.close_button)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        program.context.commands.action("package.build").trigger()
    card = program.window.findChildren(BuildDialog)[-1]
    assert Path(card.values["path"].text()) != built
    click(card.close_button)


def test_a_package_for_dsm_6_says_once_that_it_can_be_migrated(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path
) -> None:
    open_package(old)
    banner = page_of(program).banner
    assert "DSM 6" in banner.message
    click(next(button for button in banner.findChildren(QPushButton) if "Migrate" in button.text()))
    dialog = program.window.findChildren(MigrateDialog)[-1]
    dialog.reject()
    open_package(old)
    assert page_of(program).banner.message == ""


def test_a_package_for_dsm_7_has_nothing_to_migrate(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    dialog = open_dialog(program, qtbot)
    assert not dialog.now.keep.isEnabled()
    click(dialog.next)
    assert dialog.next.text() == "Close"
    assert not document.is_dirty
    click(dialog.next)


def test_closing_the_package_takes_its_list_along(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(old)
    click(migrate(program, qtbot).next)
    notifier.answers = ["discard"]
    open_package(sample)
    assert program.handlers.migration.todo_panel is None
    assert program.window.panel.count() == 3


def test_with_several_targets_one_is_chosen(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    write_target(sample, BuildTarget("beta", "Beta", {"beta": "yes"}))
    write_target(sample, BuildTarget("dsm6", "DSM 6", {"os_min_ver": "6.1-15047"}))
    open_package(sample)
    action = program.context.commands.action("package.build_target")
    qtbot.waitUntil(action.isEnabled, timeout=20_000)
    notifier.answers = ["beta"]
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        action.trigger()
    card = program.window.findChildren(BuildDialog)[-1]
    assert card.values["path"].text().endswith("-beta.spk")
    click(card.close_button)


def test_a_target_that_no_dsm_takes_is_asked_about(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    write_target(sample, BuildTarget("bad", "Bad", without=("conf/privilege", "scripts/start-stop-status")))
    open_package(sample)
    action = program.context.commands.action("package.build_target")
    qtbot.waitUntil(action.isEnabled, timeout=20_000)
    notifier.answers = ["cancel"]
    action.trigger()
    qtbot.waitUntil(lambda: bool(notifier.questions), timeout=20_000)
    assert "would refuse" in notifier.questions[0].title
    assert program.handlers.building.task is None
    notifier.answers = ["build"]
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        action.trigger()
    click(program.window.findChildren(BuildDialog)[-1].close_button)


def test_a_damaged_target_says_so_when_it_is_to_be_built(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    write_target(sample, BuildTarget("dsm6", "DSM 6"))
    (sample / ".spkcreator" / "targets" / "dsm6" / "target.json").write_text("{", encoding="utf-8")
    open_package(sample)
    action = program.context.commands.action("package.build_target")
    qtbot.waitUntil(action.isEnabled, timeout=20_000)
    assert notifier.errors == []
    action.trigger()
    assert "build target" in notifier.errors[0].what


def test_a_package_from_an_spk_gets_its_target_with_its_first_save(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path, notifier: FakeNotifier, tmp_path: Path
) -> None:
    open_package(old)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        program.context.commands.action("package.build").trigger()
    click(program.window.findChildren(BuildDialog)[-1].close_button)
    document = open_package(next(old.parent.glob("*.spk")))
    assert document.is_scratch
    click(migrate(program, qtbot, keep=True).next)
    notifier.folders = [tmp_path / "saved"]
    save_and_settle(program, qtbot)
    assert list_targets(tmp_path / "saved")
    assert program.context.commands.action("package.build_target").isEnabled()


def test_who_migrates_again_gets_the_target_of_the_last_time(
    program: Program, qtbot: QtBot, open_package: Opened, old: Path, notifier: FakeNotifier
) -> None:
    document = open_package(old)
    click(migrate(program, qtbot, keep=True).next)
    save_and_settle(program, qtbot)
    assert list_targets(old)
    document.stack.undo()
    other = b'#!/bin/sh\nln -s "${SYNOPKG_PKGDEST}/bin/tool" /usr/local/bin/tool\nexit 0\n'
    document.push(set_content(document.entries, "scripts/postinst", other), "Edit")
    click(migrate(program, qtbot, keep=True).next)
    document.push(set_content(document.entries, "conf/privilege", b'{"defaults": {"run-as": "package"}}\n'), "Edit")
    save_and_settle(program, qtbot)
    kept = old / ".spkcreator" / "targets" / "dsm6" / "files" / "scripts" / "postinst"
    assert kept.read_bytes() == other
    made = current(program).targets.targets[0].apply_to(document.package)
    assert made.content("scripts/postinst") == other
    document.stack.undo()
    document.stack.undo()
    click(migrate(program, qtbot, keep=False).next)
    assert current(program).targets.targets == ()
    save_and_settle(program, qtbot)
    assert not list_targets(old)
    assert notifier.errors == []
