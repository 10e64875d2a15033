"""Tests of the screenshots editor: adding, order, cropping, and what is warned about."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QListWidget, QSpinBox
from pytestqt.qtbot import QtBot

from gui.editors.screenshots.view import ScreenshotsEditor
from gui.services.document import Document
from spkcore.package.changes import put
from spkcore.package.entries import Entry, FileContent, Kind, file_entry
from spkcore.package.icons import describe
from spkcore.package.screenshots import list_screenshots
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, drop_on, mime_of, press
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
RED, GREEN, BLUE = "#ff0000", "#00ff00", "#0000ff"


def shot(color: str, size: tuple[int, int] = (320, 200), format_name: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, format_name)
    return stream.getvalue()


@pytest.fixture
def editor(opened: Opener, document: Document, qtbot: QtBot) -> ScreenshotsEditor:
    """The editor with three screenshots: red, green (a JPEG) and blue."""
    files = {"screen_1.png": shot(RED), "screen_2.jpg": shot(GREEN, format_name="JPEG"), "screen_3.png": shot(BLUE)}
    document.push(put(document.entries, {path: file_entry(data) for path, data in files.items()}), "x")
    document.stack.clear()
    made = opened("screen_1.png")
    assert isinstance(made, ScreenshotsEditor)
    settle(made, qtbot)
    return made


@pytest.fixture
def empty(opened: Opener) -> ScreenshotsEditor:
    made = opened("screen_1.png")
    assert isinstance(made, ScreenshotsEditor)
    return made


def settle(editor: ScreenshotsEditor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not editor.is_reading)


def names(document: Document) -> list[str]:
    return list_screenshots(document.entries)


def colors(document: Document) -> str:
    """The screenshots in their order, by the initials of their colours."""
    found = ""
    for path in names(document):
        pixel = Image.open(io.BytesIO(document.content(path))).convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple)
        red, green, blue = pixel
        found += "r" if red > 200 else "g" if green > 200 else "b" if blue > 200 else "?"
    return found


def drop_at(editor: ScreenshotsEditor, mime: QMimeData, place: QPoint) -> QDropEvent:
    """Drag to a place of the list and let go."""
    actions, button, none = (
        Qt.DropAction.MoveAction | Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(editor.list.viewport(), QDragEnterEvent(place, actions, mime, button, none))
    QApplication.sendEvent(editor.list.viewport(), QDragMoveEvent(place, actions, mime, button, none))
    event = QDropEvent(QPointF(place), actions, mime, button, none)
    QApplication.sendEvent(editor.list.viewport(), event)
    return event


def texts(editor: ScreenshotsEditor) -> list[str]:
    return [editor.list.item(row).text() for row in range(editor.list.count())]


def test_the_list_and_the_large_picture(editor: ScreenshotsEditor, qtbot: QtBot) -> None:
    assert texts(editor)[1].startswith("2.  screen_2.jpg\n320 × 200, JPEG")
    assert editor.picture.has_picture()
    assert editor.facts.text().startswith("320 × 200, PNG")
    assert not editor.note.isVisible()
    press(editor.list, Qt.Key.Key_Down)
    assert "JPEG" in editor.facts.text()


def test_reordering_by_keyboard_renames_as_one_step(editor: ScreenshotsEditor, document: Document) -> None:
    before = dict(document.entries)
    press(editor.list, Qt.Key.Key_Down, ALT)
    assert colors(document) == "grb"
    assert names(document) == ["screen_1.jpg", "screen_2.png", "screen_3.png"]
    assert editor.list.currentRow() == 1
    press(editor.list, Qt.Key.Key_Down, ALT)
    press(editor.list, Qt.Key.Key_Down, ALT)
    assert colors(document) == "gbr"
    press(editor.list, Qt.Key.Key_Up, ALT)
    assert colors(document) == "grb"
    assert document.stack.count() == 3
    while document.stack.canUndo():
        document.stack.undo()
    assert dict(document.entries) == before
    assert texts(editor)[0].startswith("1.  screen_1.png")


def test_reordering_by_the_buttons(editor: ScreenshotsEditor, document: Document) -> None:
    assert not editor.up_tool.isEnabled()
    click(editor.down_tool)
    assert colors(document) == "grb"
    click(editor.up_tool)
    assert colors(document) == "rgb"


def test_reordering_by_mouse(editor: ScreenshotsEditor, document: Document) -> None:
    mime = editor.list.mimeData([editor.list.item(2)])
    place = editor.list.visualItemRect(editor.list.item(0)).topLeft() + QPoint(4, 4)
    event = drop_at(editor, mime, place)
    assert event.dropAction() is Qt.DropAction.CopyAction
    assert colors(document) == "brg"
    assert editor.list.count() == 3
    assert editor.list.selected_rows() == [0]


def test_removing_closes_the_gap_and_goes_on_with_the_next(editor: ScreenshotsEditor, document: Document) -> None:
    press(editor.list, Qt.Key.Key_Down)
    press(editor.list, Qt.Key.Key_Delete)
    assert names(document) == ["screen_1.png", "screen_2.png"]
    assert colors(document) == "rb"
    assert editor.list.currentRow() == 1
    press(editor.list, Qt.Key.Key_A, CTRL)
    click(editor.remove_tool)
    assert names(document) == []
    assert editor.empty.isVisible()
    document.stack.undo()
    document.stack.undo()
    assert colors(document) == "rgb"


def test_pictures_dropped_on_an_empty_page_keep_their_formats(
    empty: ScreenshotsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / "b.jpg", tmp_path / "a.png", tmp_path / "c.bmp"]
    for path, color, kind in zip(paths, (RED, GREEN, BLUE), ("JPEG", "PNG", "BMP"), strict=True):
        path.write_bytes(shot(color, format_name=kind))
    drop_on(empty, mime_of(*paths))
    qtbot.waitUntil(lambda: bool(names(document)))
    assert names(document) == ["screen_1.jpg", "screen_2.png", "screen_3.png"]
    assert document.content("screen_1.jpg") == paths[0].read_bytes()
    assert describe(document.content("screen_3.png")).format == "PNG"
    assert document.stack.count() == 1
    assert empty.list.selected_rows() == [0, 1, 2]


def test_a_picture_dropped_between_two_goes_there(
    editor: ScreenshotsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "new.png"
    path.write_bytes(shot(BLUE))
    place = editor.list.visualItemRect(editor.list.item(0)).bottomLeft() + QPoint(4, -2)
    drop_at(editor, mime_of(path), place)
    qtbot.waitUntil(lambda: colors(document) == "rbgb")
    assert editor.list.currentRow() == 1


def test_pasting_and_copying(editor: ScreenshotsEditor, document: Document, qtbot: QtBot) -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(BLUE))
    QGuiApplication.clipboard().setImage(image)
    press(editor.list, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: colors(document) == "rbgb")
    settle(editor, qtbot)
    editor.list.select_rows(2)
    press(editor.list, Qt.Key.Key_C, CTRL)
    press(editor.list, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: colors(document) == "rbggb")
    assert document.content("screen_3.jpg") == document.content("screen_4.jpg")


def test_a_picture_that_is_gone_from_the_disk_is_said_when_it_is_copied(
    editor: ScreenshotsEditor, document: Document, notifier: FakeNotifier, tmp_path: Path, qtbot: QtBot
) -> None:
    place = tmp_path / "shot.png"
    place.write_bytes(shot(RED, (640, 400)))
    document.push(put(document.entries, {"screen_1.png": Entry(Kind.FILE, content=FileContent.of(place))}), "x")
    settle(editor, qtbot)
    place.unlink()
    editor.list.setFocus()
    press(editor.list, Qt.Key.Key_C, CTRL)
    assert [str(error.where) for error in notifier.errors] == [str(place)]


def test_an_empty_clipboard_is_said(editor: ScreenshotsEditor, notifier: FakeNotifier) -> None:
    QGuiApplication.clipboard().setText("words")
    click(editor.paste_tool)
    assert "no picture" in notifier.informed[0]


def test_choosing_several_files(
    empty: ScreenshotsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / "1.png", tmp_path / "2.png"]
    for path in paths:
        path.write_bytes(shot(RED))
    notifier.files = [paths]
    empty.empty.triggered.emit()
    qtbot.waitUntil(lambda: colors(document) == "rr")


def test_one_bad_file_adds_none(
    editor: ScreenshotsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    good, bad = tmp_path / "1.png", tmp_path / "2.png"
    good.write_bytes(shot(RED))
    Image.new("1", (12_000, 12_000)).save(bad)
    drop_on(editor, mime_of(good, bad))
    qtbot.waitUntil(lambda: bool(notifier.errors))
    assert "too large" in notifier.errors[0].what
    assert colors(document) == "rgb"


def test_warnings_about_size_and_weight(
    empty: ScreenshotsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    noise = io.BytesIO()
    Image.effect_noise((1400, 1000), 90).save(noise, "PNG")
    document.push(put(document.entries, {"screen_1.png": file_entry(noise.getvalue())}), "x")
    qtbot.waitUntil(empty.note.isVisible)
    assert "1024 × 768" in empty.note.text()
    assert "large" in empty.note.text()
    assert empty.list.item(0).toolTip()


def test_what_is_no_picture_is_said(empty: ScreenshotsEditor, document: Document, qtbot: QtBot) -> None:
    document.push(put(document.entries, {"screen_1.png": file_entry(b"words")}), "x")
    qtbot.waitUntil(empty.note.isVisible)
    assert "not a picture" in empty.note.text()
    assert not empty.edit_button.isEnabled()


def test_cropping_and_resizing(editor: ScreenshotsEditor, document: Document, qtbot: QtBot) -> None:
    press(editor.list, Qt.Key.Key_Down)
    press(editor.list, Qt.Key.Key_Return)
    dialog = editor.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.ok.isEnabled)
    start, end = dialog.crop.place_of(QPoint(20, 20)), dialog.crop.place_of(QPoint(180, 120))
    QTest.mousePress(dialog.crop, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(dialog.crop, end)
    QTest.mouseRelease(dialog.crop, Qt.MouseButton.LeftButton, pos=end)
    dialog.fields["width"].setValue(160)
    dialog.fields["height"].setValue(100)
    dialog.fields["new_width"].setValue(80)
    assert dialog.fields["new_height"].value() == 50
    assert "80 × 50" in dialog.note.text()
    click(dialog.ok)
    qtbot.waitUntil(lambda: describe(document.content("screen_2.jpg")).width == 80)
    found = describe(document.content("screen_2.jpg"))
    assert (found.format, found.height) == ("JPEG", 50)
    assert document.stack.count() == 1
    qtbot.waitUntil(lambda: editor.dialog is None)
    document.stack.undo()
    assert describe(document.content("screen_2.jpg")).width == 320


def test_shapes_and_fitting(empty: ScreenshotsEditor, document: Document, qtbot: QtBot) -> None:
    document.push(put(document.entries, {"screen_1.png": file_entry(shot(RED, (2000, 1000)))}), "x")
    qtbot.waitUntil(empty.edit_button.isEnabled)
    click(empty.edit_button)
    dialog = empty.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.ok.isEnabled)
    dialog.shape.setCurrentIndex(3)
    assert dialog.crop.crop.width() == dialog.crop.crop.height() == 1000
    click(dialog.fit)
    assert dialog.result_size == (768, 768)
    dialog.fields["new_height"].setValue(1500)
    assert "blurred" in dialog.note.text()
    press(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: empty.dialog is None)
    assert document.stack.count() == 1


def test_apply_without_a_change_changes_nothing(editor: ScreenshotsEditor, document: Document, qtbot: QtBot) -> None:
    click(editor.edit_button)
    dialog = editor.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.ok.isEnabled)
    click(dialog.ok)
    qtbot.waitUntil(lambda: editor.dialog is None)
    assert document.stack.count() == 0


def test_export(editor: ScreenshotsEditor, document: Document, notifier: FakeNotifier, tmp_path: Path) -> None:
    place = tmp_path / "out.png"
    notifier.saves = [place]
    click(editor.export_tool)
    assert place.read_bytes() == document.content("screen_1.png")


def test_turning_to_a_screenshot_selects_it(editor: ScreenshotsEditor) -> None:
    editor.turn_to("screen_3.png")
    assert editor.list.selected_rows() == [2]
    editor.turn_to("screen_9.png")
    assert editor.list.selected_rows() == [2]


def test_everything_has_a_name(editor: ScreenshotsEditor, qtbot: QtBot) -> None:
    click(editor.edit_button)
    dialog = editor.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.ok.isEnabled)
    for kind in (QAbstractButton, QComboBox, QSpinBox, QListWidget):
        for widget in editor.findChildren(kind):
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    dialog.reject()
