"""Commands, palettes, panels, welcome page and dialogs, used as a person uses them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.new_package import NewPackageDialog
from gui.dialogs.preferences import PreferencesDialog
from gui.qt.tasks import Task, TaskRunner
from gui.qt.theme import DARK_COLORS, LIGHT_COLORS
from gui.services import validation
from gui.services.commands import Command
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import remove, set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, press, type_text


def test_no_two_commands_share_a_shortcut(program: Program) -> None:
    actions = program.window.findChildren(QAction) + list(program.context.commands.findChildren(QAction))
    keys = [key.toString() for action in set(actions) for key in action.shortcuts()]

    assert len(keys) == len(set(keys))
    with pytest.raises(ValueError, match="F7"):
        program.context.commands.add(Command("other", "Other", shortcuts=("F7",)), print)


def test_every_command_is_whole(program: Program, open_package: Opened, sample: Path) -> None:
    for is_open in (False, True):
        if is_open:
            open_package(sample)
        for command in program.context.commands.commands():
            action = program.context.commands.action(command.id)
            assert action.text()
            assert not action.icon().isNull()
            assert action.isEnabled() or program.context.commands.reason(command.id) in action.toolTip()


def test_the_palette_finds_and_runs_a_command(program: Program, qtbot: QtBot) -> None:
    activate(program, qtbot)
    press(program.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    box = program.window.palette_box
    assert box.isVisible()
    assert len(box.shown) == sum(command.in_palette for command in program.context.commands.commands())

    type_text(box.field, "dark")
    assert box.shown[0].text == "Dark look"
    press(box.field, Qt.Key.Key_Return)

    assert box.isHidden()
    assert program.context.theme.is_dark


def test_the_palette_says_why_a_command_cannot_run(program: Program) -> None:
    program.context.commands.action("go.commands").trigger()
    box = program.window.palette_box
    type_text(box.field, "build")

    assert box.shown[0].reason == "Open a package first."
    press(box.field, Qt.Key.Key_Return)
    assert box.isVisible()
    press(box.field, Qt.Key.Key_Escape)
    assert box.isHidden()


def test_ctrl_p_goes_to_a_part(program: Program, open_package: Opened, sample: Path) -> None:
    open_package(sample)
    program.context.commands.action("go.part").trigger()
    box = program.window.palette_box
    type_text(box.field, "postinst")
    press(box.field, Qt.Key.Key_Return)

    assert page_of(program).shown_path == "scripts/postinst"


def test_problems_appear_lead_to_their_place_and_go(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    panel = program.window.panel.problems
    document.push(set_content(document.entries, "conf/privilege", b'{\n  "defaults": \n'), "Break it")
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0)

    assert program.window.panel.tabText(0) == f"Problems ({panel.model.rowCount()})"
    assert "problem" in program.window.status_text
    program.context.commands.action("problems.next").trigger()
    assert page_of(program).shown_path == "conf/privilege"
    badge = page_of(program).sidebar.model.index_of("conf/privilege").data(Qt.ItemDataRole.AccessibleTextRole)
    assert "problem" in badge
    program.context.commands.action("edit.undo").trigger()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0)


def test_fast_typing_is_checked_once(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = open_package(sample)
    current = program.workbench.current
    assert current is not None
    checks: list[partial[object]] = []
    start = TaskRunner.start

    def noted(runner: TaskRunner, lane: str, title: str, work: partial[object], **how: bool) -> Task:
        if lane == validation.LANE:
            checks.append(work)
        return start(runner, lane, title, work, **how)

    monkeypatch.setattr(TaskRunner, "start", noted)
    for number in range(50):
        document.push(set_content(document.entries, "LICENSE", b"x" * number, "typing"), "Type")
    qtbot.waitUntil(lambda: current.validation.is_fresh)
    *_, revision, _settings, is_quick = checks[0].args

    assert (revision, is_quick) == (document.revision, True)
    assert not any(work.args[-1] for work in checks[1:]), "a second look, with shellcheck, may follow"


def test_a_stale_result_is_dropped(program: Program, qtbot: QtBot, open_package: Opened, sample: Path) -> None:
    document = open_package(sample)
    current = program.workbench.current
    assert current is not None
    document.push(remove(document.entries, ["INFO"]), "Remove INFO")
    current.validation.check_now()
    document.stack.undo()
    seen: list[int] = []
    current.validation.problems_changed.connect(lambda: seen.append(len(current.validation.problems)))
    assert not current.validation.is_fresh
    qtbot.waitUntil(lambda: current.validation.is_fresh)  # the stale result came before: both are of one lane

    assert seen == []


def test_recent_packages_pin_remove_and_show_what_is_gone(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path
) -> None:
    open_package(sample)
    program.context.recents.add(tmp_path / "gone", "Gone")
    shown = program.window.welcome.recent_list
    qtbot.waitUntil(lambda: not shown.rows[0].button.isEnabled())
    assert [row.recent.title for row in shown.rows] == ["Gone", "My Web App"]

    click(shown.rows[1].pin)
    assert [row.recent.title for row in shown.rows] == ["My Web App", "Gone"]
    click(shown.rows[1].remove)
    assert [row.recent.title for row in shown.rows] == ["My Web App"]

    program.context.commands.action("file.close").trigger()
    with qtbot.waitSignal(program.workbench.opened):
        click(shown.rows[0].button)


def test_a_new_package_is_made_and_opened(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    click(program.window.welcome.template_cards["service"])
    dialog = program.window.findChild(NewPackageDialog)
    assert isinstance(dialog, NewPackageDialog)
    assert dialog.form.template.id == "service"
    name = dialog.form.fields["package"]
    name.selectAll()
    type_text(name, "not good!")
    assert not dialog.create_button.isEnabled()
    name.selectAll()
    type_text(name, "Kettle")
    dialog.place.setText(str(tmp_path / "made"))
    with qtbot.waitSignal(program.workbench.opened, timeout=10_000):
        click(dialog.create_button)

    assert (tmp_path / "made" / "Kettle" / "INFO").is_file()
    assert program.workbench.document is not None
    assert program.workbench.document.folder == tmp_path / "made" / "Kettle"


def test_preferences_count_at_once_and_stay(program: Program, home: Path) -> None:
    program.context.commands.action("tools.preferences").trigger()
    dialog = program.window.findChild(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    dialog.look.setCurrentIndex(dialog.look.findData("dark"))
    dialog.font_size.setValue(14)
    press(dialog, Qt.Key.Key_Escape)

    assert program.context.theme.is_dark
    assert program.window.font().pointSize() == 14
    program.context.settings.flush()
    stored = json.loads((home / "settings.json").read_text(encoding="utf-8"))["values"]
    assert (stored["theme"], stored["font_size"]) == ("dark", 14)


def test_a_task_that_runs_is_asked_about(program: Program, qtbot: QtBot, notifier: FakeNotifier) -> None:
    task = program.context.tasks.start("test", "Copy the moon", _until_cancelled)
    notifier.answers = ["wait", "stop"]

    program.window.close()
    assert program.window.isVisible()
    assert "Copy the moon" in notifier.questions[0].text
    assert program.window.panel.tasks.rows[0].task is task
    with qtbot.waitSignal(task.cancelled):
        program.window.close()
    qtbot.waitUntil(lambda: not program.window.isVisible())


def _until_cancelled(context: TaskContext) -> None:
    context.cancelled.wait()
    context.check()


@pytest.mark.parametrize("colors", [LIGHT_COLORS, DARK_COLORS], ids=["light", "dark"])
def test_text_can_be_read(colors: dict[str, str]) -> None:
    grounds = ("window", "sidebar", "surface", "hover")
    pairs = [(text, ground) for text in ("text", "text_muted", "text_faint") for ground in grounds]
    pairs += [("accent_text", "accent"), ("accent_text", "accent_hover"), ("accent_soft_text", "accent_soft")]
    pairs += [(tone, ground) for tone in ("danger", "warning", "success", "accent") for ground in ("window", "surface")]
    pairs += [(tone, f"{tone}_soft") for tone in ("danger", "warning", "success")]
    poor = {pair: round(ratio, 2) for pair in pairs if (ratio := _contrast(colors[pair[0]], colors[pair[1]])) < 4.5}
    lines = {ground: _contrast(colors["border_strong"], colors[ground]) for ground in ("window", "surface")}

    assert not poor
    assert all(ratio >= 3 for ratio in lines.values()), lines


def _contrast(first: str, second: str) -> float:
    bright, dark = sorted((_luminance(QColor(first)), _luminance(QColor(second))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    red, green, blue = (_linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def test_everything_that_takes_the_focus_has_a_name(program: Program, open_package: Opened, sample: Path) -> None:
    open_package(sample)
    for command_id in ("file.new", "tools.preferences", "help.about", "help.open"):
        program.context.commands.action(command_id).trigger()
    mute = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in program.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not _spoken_name(widget)
        and widget.objectName() != "qt_spinbox_lineedit"
    ]

    assert not mute


def _spoken_name(widget: QWidget) -> str:
    from PySide6.QtGui import QAccessible

    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_mnemonics_are_unique_in_each_menu(program: Program) -> None:
    for action in program.window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        letters = [QKeySequence.mnemonic(item.text()).toString() for item in menu.actions() if item.text()]
        used = [letter for letter in letters if letter]
        assert len(used) == len(set(used)), (action.text(), used)
