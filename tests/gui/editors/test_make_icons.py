"""Tests of "Make icons from a picture": one picture, all sizes, cropped by mouse and keys, as one undo step."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QColorDialog,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QScrollBar,
)
from pytestqt.qtbot import QtBot

from gui.editors.icons.dialog import MakeIconsDialog
from gui.editors.icons.preview import arranged
from gui.editors.icons.view import IconsEditor
from gui.services.document import Document
from spkcore.package.changes import set_content
from spkcore.package.icons import describe, desktop_sizes
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, drop_on, mime_of, press, type_text
from tests.gui.editors.conftest import INFO, picture

pytestmark = pytest.mark.gui

SMALL, LARGE = "PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG"


@pytest.fixture
def editor(icons_editor: IconsEditor) -> IconsEditor:
    return icons_editor


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """400 × 200: the left half red, the right half blue, on white edges of 20 pixels."""
    image = Image.new("RGB", (400, 200), "#ffffff")
    image.paste((255, 0, 0), (20, 20, 200, 180))
    image.paste((0, 0, 255), (200, 20, 380, 180))
    path = tmp_path / "logo.png"
    image.save(path)
    return path


@pytest.fixture
def dialog(editor: IconsEditor, source: Path, qtbot: QtBot) -> MakeIconsDialog:
    """The dialog with the picture in it."""
    drop_on(editor, mime_of(source))
    made = editor.dialog
    assert made is not None
    qtbot.waitUntil(lambda: made.ok.isEnabled() and made.is_ready)
    return made


def pixel(document: Document, path: str, x: int, y: int) -> tuple[int, ...]:
    found = Image.open(io.BytesIO(document.content(path))).convert("RGBA").getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def accept(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    count = document.stack.count()
    click(dialog.ok)
    qtbot.waitUntil(lambda: document.stack.count() == count + 1)


def wait_for(dialog: MakeIconsDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.is_ready)


def test_all_sizes_come_from_one_picture_as_one_undo_step(
    dialog: MakeIconsDialog, document: Document, qtbot: QtBot
) -> None:
    before = dict(document.entries)
    accept(dialog, document, qtbot)
    expected = {SMALL: 64, LARGE: 256} | {f"package/ui/images/attic_{size}.png": size for size in desktop_sizes()}
    for path, size in expected.items():
        found = describe(document.content(path))
        assert (found.format, found.width, found.height) == ("PNG", size, size)
    assert pixel(document, LARGE, 80, 128)[0] > 250
    assert pixel(document, LARGE, 128, 5) == (0, 0, 0, 0)
    document.stack.undo()
    assert dict(document.entries) == before


def test_the_dialog_starts_empty_and_takes_a_chosen_file(
    editor: IconsEditor, notifier: FakeNotifier, source: Path, qtbot: QtBot
) -> None:
    click(editor._make)
    dialog = editor.dialog
    assert dialog is not None
    assert dialog.empty.isVisible()
    assert not dialog.ok.isEnabled()
    notifier.files = [[source]]
    dialog.empty.triggered.emit()
    qtbot.waitUntil(lambda: dialog.crop.isVisible() and dialog.is_ready)
    assert dialog.facts.text() == "logo.png: 400 × 200 pixels"
    assert dialog.preview.sizes == sorted({64, *desktop_sizes()})
    press(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: editor.dialog is None)


def test_a_pasted_picture_opens_the_dialog(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    image = QImage(80, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("#00ff00"))
    QGuiApplication.clipboard().setImage(image)
    press(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog = editor.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ok.isEnabled() and dialog.is_ready)
    assert dialog.square.isChecked()
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 128, 128) == (0, 255, 0, 255)


def test_another_picture_can_be_dropped_and_pasted_into_the_dialog(
    dialog: MakeIconsDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.bmp"
    other.write_bytes(picture(120, format_name="BMP"))
    drop_on(dialog, mime_of(other))
    qtbot.waitUntil(lambda: "other.bmp" in dialog.facts.text() and dialog.is_ready)
    image = QImage(50, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#00ff00"))
    QGuiApplication.clipboard().setImage(image)
    dialog._on_paste()
    qtbot.waitUntil(lambda: "50 × 40" in dialog.facts.text() and dialog.is_ready)


def test_what_cannot_be_read_is_said_in_the_dialog(dialog: MakeIconsDialog, tmp_path: Path, qtbot: QtBot) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"nothing")
    drop_on(dialog, mime_of(bad))
    qtbot.waitUntil(dialog.note.isVisible)
    assert "not a picture" in dialog.note.text()
    assert "logo.png" in dialog.facts.text()
    drop_on(dialog, mime_of(bad, bad))
    assert "one picture" in dialog.note.text()


def test_cropping_with_the_mouse(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    crop = dialog.crop
    start, end = crop.place_of(QPoint(230, 40)), crop.place_of(QPoint(330, 140))
    QTest.mousePress(crop, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(crop, (start + end) / 2)
    QTest.mouseMove(crop, end)
    QTest.mouseRelease(crop, Qt.MouseButton.LeftButton, pos=end)
    assert abs(crop.crop.width() - 101) <= 2
    assert "pixels from" in crop.accessibleDescription()
    wait_for(dialog, qtbot)
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 10, 128) == (0, 0, 255, 255)


def test_cropping_with_the_keyboard(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    crop, shift, ctrl = dialog.crop, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    click(dialog.square)
    assert (crop.crop.width(), crop.crop.height()) == (200, 200)
    press(crop, Qt.Key.Key_Home)
    for _ in range(7):
        press(crop, Qt.Key.Key_Left, shift | ctrl)
    assert (crop.crop.width(), crop.crop.height()) == (130, 130)
    for _ in range(40):
        press(crop, Qt.Key.Key_Left, ctrl)
    assert crop.crop.left() == 0
    for _ in range(3):
        press(crop, Qt.Key.Key_Right, ctrl)
        press(crop, Qt.Key.Key_Down, ctrl)
    press(crop, Qt.Key.Key_Down)
    assert crop.crop.topLeft() == QPoint(30, 31)
    wait_for(dialog, qtbot)
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 5, 5) == (255, 0, 0, 255)


def test_moving_and_stretching_the_frame_with_the_mouse(dialog: MakeIconsDialog, qtbot: QtBot) -> None:
    crop = dialog.crop
    click(dialog.square)
    middle = crop.place_of(crop.crop.center())
    QTest.mousePress(crop, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(crop, crop.place_of(QPoint(-500, 100)))
    QTest.mouseRelease(crop, Qt.MouseButton.LeftButton, pos=middle)
    assert crop.crop.left() == 0
    corner = crop.place_of(crop.crop.bottomRight() + QPoint(1, 1))
    QTest.mousePress(crop, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mouseMove(crop, crop.place_of(QPoint(100, 100)))
    QTest.mouseRelease(crop, Qt.MouseButton.LeftButton, pos=corner)
    assert abs(crop.crop.width() - 101) <= 2
    assert crop.crop.width() == crop.crop.height()
    click(dialog.whole)
    assert crop.crop.width() == 200


def test_only_the_ticked_icons_are_made(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    for name, box in dialog.controls.boxes.items():
        if name:
            press(box, Qt.Key.Key_Space)
    accept(dialog, document, qtbot)
    assert LARGE in document.entries
    assert not any(path.startswith("package/ui/images/") for path in document.entries)


def test_without_a_target_there_is_nothing_to_make(dialog: MakeIconsDialog, qtbot: QtBot) -> None:
    for box in dialog.controls.boxes.values():
        press(box, Qt.Key.Key_Space)
    assert not dialog.ok.isEnabled()
    assert dialog.preview.sizes


def test_extra_sizes_and_the_sizes_of_dsm_6(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    dialog.controls.version.setCurrentIndex(1)
    click(dialog.controls.extra)
    wait_for(dialog, qtbot)
    accept(dialog, document, qtbot)
    assert describe(document.content(SMALL)).width == 72
    assert describe(document.content("package/ui/images/attic_128.png")).width == 128


def test_a_package_for_dsm_6_starts_with_its_sizes(editor: IconsEditor, document: Document) -> None:
    document.push(set_content(document.entries, "INFO", INFO.replace(b"7.0-40000", b"6.2-23739")), "x")
    click(editor._make)
    assert editor.dialog is not None
    assert editor.dialog.choices.dsm_major == 6


def test_edge_corners_and_background(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    controls = dialog.controls
    controls.padding.number.setValue(10)
    controls.rounding.slider.setFocus()
    for _ in range(20):
        press(controls.rounding.slider, Qt.Key.Key_Right)
    assert controls.rounding.value == 20
    controls.background.text.selectAll()
    type_text(controls.background.text, "#204060")
    assert controls.filled.isChecked()
    wait_for(dialog, qtbot)
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 0, 0)[3] == 0
    assert pixel(document, LARGE, 128, 4) == (0x20, 0x40, 0x60, 255)
    assert pixel(document, LARGE, 128, 128)[3] == 255


def test_the_colour_of_the_corner_becomes_transparent(
    dialog: MakeIconsDialog, document: Document, qtbot: QtBot
) -> None:
    assert dialog.controls.cleared.color == "#ffffff"
    click(dialog.controls.clearing)
    dialog.controls.tolerance.set_value(10)
    wait_for(dialog, qtbot)
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 3, 128)[3] == 0
    assert pixel(document, LARGE, 60, 128)[3] == 255


def test_a_colour_is_picked_from_the_picture(dialog: MakeIconsDialog, document: Document, qtbot: QtBot) -> None:
    click(dialog.controls.clearing)
    click(dialog.controls.pick)
    QTest.mouseClick(dialog.crop, Qt.MouseButton.LeftButton, pos=dialog.crop.place_of(QPoint(100, 100)))
    assert dialog.controls.cleared.color == "#ff0000"
    assert not dialog.controls.pick.isChecked()
    assert dialog.crop.is_whole
    wait_for(dialog, qtbot)
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 70, 128)[3] == 0
    assert pixel(document, LARGE, 190, 128) == (0, 0, 255, 255)


def test_a_colour_from_the_colour_dialog(dialog: MakeIconsDialog, qtbot: QtBot) -> None:
    field = dialog.controls.background
    click(field.patch)
    chooser = field.findChild(QColorDialog)
    assert chooser is not None
    assert chooser.windowTitle() == "Background colour"
    chooser.setCurrentColor(QColor("#010203"))
    chooser.accept()
    assert field.color == "#010203"
    field.text.selectAll()
    type_text(field.text, "zebra")
    assert field.text.property("state") == "error"
    assert field.color == "#010203"


def test_a_png_that_fits_is_used_as_it_is(
    editor: IconsEditor, document: Document, tmp_path: Path, qtbot: QtBot
) -> None:
    whole = tmp_path / "icon.png"
    whole.write_bytes(picture(256, "#336699"))
    drop_on(editor, mime_of(whole))
    dialog = editor.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ok.isEnabled() and dialog.is_ready)
    accept(dialog, document, qtbot)
    assert document.content(LARGE) == whole.read_bytes()
    assert document.content("package/ui/images/attic_256.png") == whole.read_bytes()
    assert describe(document.content(SMALL)).width == 64


def test_make_icons_pressed_at_once_waits_for_the_icons(
    dialog: MakeIconsDialog, document: Document, qtbot: QtBot
) -> None:
    dialog.controls.padding.set_value(20)
    dialog.controls.padding.set_value(25)
    assert not dialog.is_ready
    accept(dialog, document, qtbot)
    assert pixel(document, LARGE, 128, 80)[3] == 0
    assert pixel(document, LARGE, 70, 128)[3] == 255


def test_the_group_button_ticks_its_own_icons(editor: IconsEditor) -> None:
    button = next(button for button in editor.findChildren(type(editor._make)) if "Desktop" in button.accessibleName())
    click(button)
    dialog = editor.dialog
    assert dialog is not None
    ticked = {name: box.isChecked() for name, box in dialog.controls.boxes.items()}
    assert ticked == {"": False, "package/ui/images/attic_{0}.png": True}


def test_the_preview_shows_sizes_and_dsm(dialog: MakeIconsDialog) -> None:
    sizes = dialog.preview.grab().toImage()
    dialog.views.setCurrentIndex(1)
    dsm = dialog.preview.grab().toImage()
    assert sizes != dsm
    assert "256" in dialog.preview.accessibleDescription()
    assert dialog.preview.icon(16).width() == 16


def test_icons_of_the_preview_do_not_overlap() -> None:
    places, room = arranged([16, 24, 32, 48, 64, 72, 96, 120, 128, 256])
    boxes = [(place.x(), place.y(), place.x() + size, place.y() + size) for size, place in places.items()]
    for number, one in enumerate(boxes):
        assert one[2] <= room.width()
        assert one[3] <= room.height()
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_everything_in_the_dialog_has_a_name_and_is_reached_by_tab(dialog: MakeIconsDialog) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QAbstractSpinBox)
    widgets = [widget for kind in kinds for widget in dialog.findChildren(kind) if widget.isVisible()]
    own = [widget for widget in widgets if not isinstance(widget.parentWidget(), QAbstractSpinBox | QScrollArea)]
    fields = [widget for widget in own if not isinstance(widget, QScrollBar)]
    assert len(fields) > 15
    nameless = [widget for widget in fields if not widget.accessibleName() and not getattr(widget, "text", str)()]
    assert not nameless
    unreached = [widget for widget in fields if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert not unreached
