"""What pictures would show: nothing is cut off, pale or squeezed, in normal and in large letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHeaderView, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.base import BaseDialog
from gui.nas.errorbox import ErrorBox
from gui.qt.forms import make_label
from gui.qt.theme import LIGHT
from gui.widgets.elidedlink import ElidedLink
from gui.widgets.emptystate import EmptyState
from gui.windows.actionbutton import ActionButton
from gui.windows.buildcard import BuildDialog
from spkcore.checks.engine import Problem, Severity
from spkcore.nas.errors import HostKeyChangedError
from tests.gui.conftest import Opened

pytestmark = pytest.mark.gui
LETTERS = pytest.mark.parametrize("points", [9, 14])
"""100 and 150 percent."""


@LETTERS
def test_the_checksum_is_seen_whole(
    program: Program, open_package: Opened, sample: Path, qtbot: QtBot, points: int
) -> None:
    program.context.theme.apply(LIGHT, points)
    open_package(sample)
    program.context.commands.action("package.build").trigger()
    qtbot.waitUntil(lambda: bool(program.window.findChildren(BuildDialog)), timeout=20_000)
    dialog = program.window.findChildren(BuildDialog)[-1]
    qtbot.waitUntil(lambda: "sha256" in dialog.values, timeout=10_000)
    field = dialog.values["sha256"]
    qtbot.waitUntil(lambda: field.width() > 100)
    room = field.contentsRect().width() - 2 * 9
    assert len(field.text()) == 64
    assert field.fontMetrics().horizontalAdvance(field.text()) <= room
    assert dialog.close_button.property("look") == "primary"


@LETTERS
def test_an_empty_place_shows_its_whole_text(program: Program, qtbot: QtBot, points: int) -> None:
    program.context.theme.apply(LIGHT, points)
    text = "Drop files and folders here. They become package.tgz and are unpacked on the NAS, whatever their size."
    empty = EmptyState(program.context.theme, "payload", "The payload is empty", text, action="Add files…")
    qtbot.addWidget(empty)
    empty.resize(800, 500)
    empty.show()
    (label,) = [label for label in empty.findChildren(QLabel) if label.text() == text]
    assert label.height() >= label.heightForWidth(label.width())
    empty.resize(300, 500)
    qtbot.waitUntil(lambda: label.width() < 448)
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))


@LETTERS
def test_a_dialog_grows_with_what_it_has_to_say(program: Program, qtbot: QtBot, points: int) -> None:
    program.context.theme.apply(LIGHT, points)
    dialog = BaseDialog("Connect", program.window)
    box, field = ErrorBox(program.context.theme), QLineEdit()
    dialog.body.addWidget(box)
    dialog.body.addWidget(field)
    dialog.show()
    low = dialog.height()
    box.show_error(HostKeyChangedError("nas:22", "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGLQHaCvzkvHzWJp3Ks"))
    dialog.fit_height()
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() > low
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())
    assert field.height() >= field.sizeHint().height()


@LETTERS
def test_placeholders_are_not_paler_than_other_hints(program: Program, points: int) -> None:
    program.context.theme.apply(LIGHT, points)
    field = program.window.palette_box.field
    field.ensurePolished()
    assert field.palette().color(QPalette.ColorRole.PlaceholderText) == program.context.theme.color("text_faint")


def test_a_link_is_shortened_only_where_it_has_no_room(program: Program, qtbot: QtBot) -> None:
    texts = ("PhotoFrame", "1.4.0-0012", "Every NAS", "Who makes it", "A website", "Screenshots", "DSM 7.0 to 7.3")
    page = QWidget()  # a window of its own may not be as narrow as the link
    page.resize(400, 100)
    qtbot.addWidget(page)
    page.show()
    for text in texts:
        link = ElidedLink(text, page)
        link.resize(link.sizeHint())
        link.show()
        assert link.text() == text
        link.resize(link.width() - 20, link.height())
        assert link.text() != text
        assert link.text().endswith("…")


def test_a_problem_has_its_place_beside_it(program: Program, open_package: Opened, sample: Path, qtbot: QtBot) -> None:
    open_package(sample)
    program.window.set_panel_open(is_open=True)
    table = program.window.panel.problems.table
    header: QHeaderView = table.horizontalHeader()
    program.window.panel.problems.set_problems([_problem("Short.")])
    qtbot.waitUntil(table.isVisible)
    near = header.sectionViewportPosition(1)
    program.window.panel.problems.set_problems([_problem("Very long. " * 60)])
    far = header.sectionViewportPosition(1)
    assert near < far
    assert near <= table.viewport().width() // 2
    assert far <= table.viewport().width() * 2 // 3


def test_a_collapsed_panel_leaves_its_room_to_the_editor(program: Program, open_package: Opened, sample: Path) -> None:
    open_package(sample)
    program.window.set_panel_open(is_open=True)
    program.window.set_panel_open(is_open=False)
    assert program.window.rows.sizes()[1] == program.window.panel.minimumHeight()


def test_buttons_of_the_toolbar_keep_a_gap_behind_their_icon(program: Program) -> None:
    buttons = program.window.findChildren(ActionButton)
    assert buttons
    for button in buttons:
        text = button.fontMetrics().horizontalAdvance(button.text())
        assert button.sizeHint().width() >= text + button.iconSize().width() + 8


def test_the_fonts_of_windows_come_first(program: Program) -> None:
    assert make_label("x").font().families()[0] == "Segoe UI"
    assert program.context.theme.fixed_font().families()[:2] == ["Cascadia Mono", "Consolas"]


def _problem(message: str) -> Problem:
    return Problem("I001", Severity.ERROR, "INFO", 1, 1, message, "version")
