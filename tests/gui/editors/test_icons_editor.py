"""Tests of the icon editor: tiles with keys, drops and the clipboard; what is missing or wrong; icons inside INFO."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.editors.icons.view import IconsEditor
from gui.services.document import Document
from spkcore.package.changes import remove, set_content
from spkcore.package.icons import describe, desktop_sizes
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, drop_on, mime_of
from tests.gui.editors.conftest import INFO, picture

pytestmark = pytest.mark.gui

SMALL, LARGE = "PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG"


@pytest.fixture
def editor(icons_editor: IconsEditor) -> IconsEditor:
    return icons_editor


def _size(document: Document, path: str) -> tuple[int, int]:
    found = describe(document.content(path))
    return found.width, found.height


def test_icons_that_are_there_and_those_that_are_missing(editor: IconsEditor) -> None:
    assert editor.cards[SMALL].tile.has_picture()
    assert editor.cards[SMALL].facts.text().startswith("64 × 64, PNG")
    assert not editor.cards[LARGE].tile.has_picture()
    assert "enlarges the small icon" in editor.cards[LARGE].without.text()
    assert editor.cards[LARGE].without.isVisible()
    assert "enlarges the small icon" in editor.cards[LARGE].tile.accessibleDescription()
    assert f"package/ui/images/attic_{desktop_sizes()[0]}.png" in editor.cards


def test_icons_of_a_line_start_at_one_height(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    document.push(set_content(document.entries, SMALL, picture(48)), "x")
    qtbot.waitUntil(editor.cards[SMALL].note.isVisible)
    editor.grab()
    assert editor.cards[SMALL].y() == editor.cards[LARGE].y()


def test_a_dropped_picture_replaces_the_icon_in_its_size(
    editor: IconsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(picture(300, "#ff0000", "JPEG"))
    drop_on(editor.cards[LARGE].tile, mime_of(source))
    qtbot.waitUntil(lambda: LARGE in document.entries)
    assert _size(document, LARGE) == (256, 256)
    assert editor.cards[LARGE].tile.has_picture()
    document.stack.undo()
    assert not editor.cards[LARGE].tile.has_picture()


def test_a_picture_that_fits_is_kept_as_it_is(
    editor: IconsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "icon.png"
    source.write_bytes(picture(64, "#00ff00"))
    drop_on(editor.cards[SMALL].tile, mime_of(source))
    qtbot.waitUntil(lambda: document.content(SMALL) == source.read_bytes())


def test_what_is_no_picture_is_refused_with_the_reason(
    editor: IconsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "text.png"
    source.write_bytes(b"no picture")
    before = document.content(SMALL)
    drop_on(editor.cards[SMALL].tile, mime_of(source))
    qtbot.waitUntil(lambda: bool(notifier.errors))
    assert notifier.errors[0].what
    assert document.content(SMALL) == before
    drop_on(editor.cards[SMALL].tile, mime_of(source, source))
    assert "one picture" in notifier.errors[1].what


def test_an_enormous_picture_is_refused_at_once(
    editor: IconsEditor, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "huge.png"
    Image.new("1", (12_000, 12_000)).save(source)
    drop_on(editor.cards[SMALL].tile, mime_of(source))
    qtbot.waitUntil(lambda: bool(notifier.errors))
    assert "too large" in notifier.errors[0].what
    assert "12000" in notifier.errors[0].where


def test_a_picture_from_the_clipboard(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    image = QImage(90, 90, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(editor.cards[LARGE].tile, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: LARGE in document.entries)
    assert _size(document, LARGE) == (256, 256)


def test_the_page_opens_no_dialog_for_an_empty_clipboard(editor: IconsEditor, notifier: FakeNotifier) -> None:
    QGuiApplication.clipboard().setText("hello")
    QTest.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert notifier.informed == ["There is no picture in the clipboard."]
    assert editor.dialog is None


def test_text_in_the_clipboard_is_no_picture(editor: IconsEditor, notifier: FakeNotifier) -> None:
    QGuiApplication.clipboard().setText("hello")
    editor.cards[LARGE].paste.click()
    assert "no picture" in notifier.informed[0]


def test_a_copied_icon_can_be_pasted_byte_for_byte(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    QTest.keyClick(editor.cards[SMALL].tile, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = document.content(SMALL)
    assert QGuiApplication.clipboard().mimeData().hasImage()
    editor.cards[SMALL].remove.click()
    assert SMALL not in document.entries
    editor.cards[SMALL].paste.click()
    qtbot.waitUntil(lambda: SMALL in document.entries)
    assert document.content(SMALL) == copied


def test_an_icon_is_dragged_out_as_a_file_and_dropped_on_another(
    editor: IconsEditor, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    tile = editor.cards[SMALL].tile
    tile.drag_wanted.disconnect()  # the drag itself would wait for a mouse button that no test lets go
    tile.drag_wanted.connect(editor.cards[SMALL]._on_drag)
    monkeypatch.setattr(editor, "_drag", lambda path: asked.append(("drag", path)))
    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(tile, QPoint(60, 40))
    qtbot.waitUntil(lambda: asked == [("drag", SMALL)])
    QTest.mouseRelease(tile, Qt.MouseButton.LeftButton)
    drag = editor.make_drag(SMALL)
    assert drag is not None
    mime = drag.mimeData()
    place = Path(mime.urls()[0].toLocalFile())
    assert place.name == SMALL
    assert place.read_bytes() == document.content(SMALL)
    copy = QMimeData()
    copy.setUrls([QUrl.fromLocalFile(str(place))])
    drop_on(editor.cards[LARGE].tile, copy)
    qtbot.waitUntil(lambda: LARGE in document.entries)
    drag.deleteLater()


def test_del_removes_and_enter_asks_for_another(
    editor: IconsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    tile = editor.cards[SMALL].tile
    QTest.keyClick(tile, Qt.Key.Key_Delete)
    assert SMALL not in document.entries
    source = tmp_path / "logo.png"
    source.write_bytes(picture(100))
    notifier.files = [[source]]
    QTest.keyClick(tile, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: SMALL in document.entries)


def test_a_drawing_is_drawn(editor: IconsEditor, document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    source = tmp_path / "logo.svg"
    source.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="red"/></svg>',
        encoding="utf-8",
    )
    drop_on(editor.cards[LARGE].tile, mime_of(source))
    qtbot.waitUntil(lambda: LARGE in document.entries)
    image = Image.open(io.BytesIO(document.content(LARGE)))
    assert image.size == (256, 256)
    assert image.getpixel((128, 128)) == (255, 0, 0, 255)
    assert image.getpixel((2, 2)) == (0, 0, 0, 0)


def test_a_damaged_drawing_is_refused(
    editor: IconsEditor, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "logo.svg"
    source.write_text("<svg xmlns='http://www.w3.org/2000/svg'><g", encoding="utf-8")
    drop_on(editor.cards[LARGE].tile, mime_of(source))
    qtbot.waitUntil(lambda: bool(notifier.errors))
    assert "drawing" in notifier.errors[0].what


def test_export_writes_the_bytes(
    editor: IconsEditor, document: Document, notifier: FakeNotifier, tmp_path: Path
) -> None:
    place = tmp_path / "out.png"
    notifier.saves = [place]
    editor.cards[SMALL].export.click()
    assert place.read_bytes() == document.content(SMALL)
    assert notifier.suggested[0].name == SMALL


def test_a_wrong_size_is_said_and_mended(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    document.push(set_content(document.entries, SMALL, picture(50)), "x")
    card = editor.cards[SMALL]
    assert "50 × 50" in card.note.text()
    click(card.mend)
    qtbot.waitUntil(lambda: _size(document, SMALL) == (64, 64))
    assert not card.mend.isVisible()
    document.stack.undo()
    assert "50 × 50" in card.note.text()


def test_a_wrong_format_is_said_and_mended(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    document.push(set_content(document.entries, SMALL, picture(64, format_name="JPEG")), "x")
    card = editor.cards[SMALL]
    assert "JPEG" in card.note.text()
    click(card.mend)
    qtbot.waitUntil(lambda: describe(document.content(SMALL)).format == "PNG")


def test_a_damaged_picture_is_said(editor: IconsEditor, document: Document) -> None:
    document.push(set_content(document.entries, SMALL, b"junk"), "x")
    assert editor.cards[SMALL].note.text()
    assert not editor.cards[SMALL].mend.isVisible()


def test_a_large_picture_is_shown_from_the_background(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    document.push(set_content(document.entries, SMALL, picture(3000)), "x")
    card = editor.cards[SMALL]
    qtbot.waitUntil(lambda: "3000 × 3000" in card.note.text())
    qtbot.waitUntil(lambda: card.tile.image().width() == 256)
    click(card.mend)
    qtbot.waitUntil(lambda: _size(document, SMALL) == (64, 64))


def test_the_menu_of_a_tile_offers_what_can_be_done(editor: IconsEditor, document: Document, qtbot: QtBot) -> None:
    card = editor.cards[SMALL]
    card.tile.menu_wanted.emit(card.tile.mapToGlobal(QPoint(3, 3)))
    menu = next(menu for menu in card.findChildren(QMenu) if menu.isVisible())
    texts = {action.text(): action for action in menu.actions()}
    assert set(texts) == {"Copy", "Export…", "Replace…", "Paste", "Resize to fit", "Remove"}
    assert not texts["Resize to fit"].isEnabled()
    texts["Remove"].trigger()
    assert SMALL not in document.entries
    menu.close()


def test_icons_follow_what_info_asks_for(editor: IconsEditor, document: Document) -> None:
    document.push(set_content(document.entries, "INFO", INFO.replace(b'dsmuidir="ui"\n', b"")), "x")
    assert set(editor.cards) == {SMALL, LARGE}


def test_extra_sizes_of_an_entry_are_shown_where_they_are(editor: IconsEditor, document: Document) -> None:
    path = "package/ui/images/attic_96.png"
    assert path not in editor.cards
    document.push(
        set_content(document.entries, "package/ui/config", document.content("package/ui/config") + b"\n"), "x"
    )
    document.push(set_content(document.entries, path, picture(96)), "x")
    editor.show_state()
    assert editor.cards[path].facts.text().startswith("96 × 96")


def test_icons_inside_info_are_shown_and_become_files(editor: IconsEditor, document: Document) -> None:
    data = picture(256)
    text = base64.b64encode(data).decode()
    document.push(set_content(document.entries, "INFO", INFO + f'package_icon_256="{text}"\n'.encode()), "x")
    card = editor.cards["INFO#package_icon_256"]
    assert card.tile.has_picture()
    assert not card.remove.isVisible()
    QTest.keyClick(card.tile, Qt.Key.Key_Delete)
    assert "INFO#package_icon_256" in editor.cards
    button = next(button for button in editor.findChildren(type(editor._make)) if button.text() == "Turn into files")
    click(button)
    assert document.content(LARGE) == data
    assert document.content("INFO") == INFO
    assert "INFO#package_icon_256" not in editor.cards
    document.stack.undo()
    assert LARGE not in document.entries


def test_nothing_but_the_icon_is_left_to_offer_when_all_are_gone(editor: IconsEditor, document: Document) -> None:
    document.push(remove(document.entries, [SMALL]), "x")
    assert not editor.cards[SMALL].export.isEnabled()
    assert "blank icon" in editor.cards[SMALL].without.text()


def test_screenshots_are_one_click_away(editor: IconsEditor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(editor.place_wanted) as caught:
        click(editor._screens)
    assert caught.args == ["screen_1.png", "", 0, 0]
