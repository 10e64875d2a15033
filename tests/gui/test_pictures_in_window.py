"""Tests of icons and screenshots in the window: one editor for all of them, which stays while files come and go."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.editors.icons.view import IconsEditor
from gui.editors.screenshots.view import ScreenshotsEditor
from tests.gui.conftest import Opened, click, drop_on, mime_of, page_of, press

pytestmark = pytest.mark.gui

SMALL, LARGE = "PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG"


def photo(path: Path, kind: str = "JPEG") -> Path:
    stream = io.BytesIO()
    Image.new("RGB", (320, 200), "#3080d0").save(stream, kind)
    path.write_bytes(stream.getvalue())
    return path


def test_all_icons_have_one_editor_also_those_that_are_missing(
    program: Program, sample: Path, open_package: Opened
) -> None:
    document = open_package(sample)
    page = page_of(program)
    page.show_part(SMALL)
    editor = page.editor
    assert isinstance(editor, IconsEditor)
    page.show_part(LARGE)
    assert page.editor is editor
    press(editor.cards[LARGE].tile, Qt.Key.Key_Delete)
    assert LARGE not in document.entries
    assert page.editor is editor
    assert page.shown_path == LARGE
    document.stack.undo()
    assert page.editor is editor


def test_the_screenshots_editor_stays_while_files_come_and_go(
    program: Program, sample: Path, open_package: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    document = open_package(sample)
    page = page_of(program)
    page.show_part(SMALL)
    icons = page.editor
    assert isinstance(icons, IconsEditor)
    click(icons._screens)
    editor = page.editor
    assert isinstance(editor, ScreenshotsEditor)
    drop_on(editor, mime_of(photo(tmp_path / "a.jpg"), photo(tmp_path / "b.png", "PNG")))
    qtbot.waitUntil(lambda: "screen_1.jpg" in document.entries)
    assert page.editor is editor
    assert page.shown_path == "screen_1.jpg"
    press(editor.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert "screen_2.jpg" in document.entries
    assert page.editor is editor
    press(editor.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(editor.list, Qt.Key.Key_Delete)
    assert page.editor is editor
    assert editor.empty.isVisible()
    document.stack.undo()
    assert page.editor is editor
    assert editor.list.count() == 2


def test_screenshots_survive_saving_and_opening(
    program: Program, sample: Path, open_package: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    document = open_package(sample)
    page = page_of(program)
    page.show_part("screen_1.png")
    editor = page.editor
    assert isinstance(editor, ScreenshotsEditor)
    drop_on(editor, mime_of(photo(tmp_path / "a.jpg"), photo(tmp_path / "b.png", "PNG")))
    qtbot.waitUntil(lambda: "screen_1.jpg" in document.entries)
    press(editor.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    with qtbot.waitSignal(document.saved, timeout=20_000):
        program.context.commands.action("file.save").trigger()
    assert (sample / "screen_1.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (sample / "screen_2.jpg").read_bytes() == (tmp_path / "a.jpg").read_bytes()
    assert not (sample / "screen_1.jpg").exists()
