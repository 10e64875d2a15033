"""Tests of the icon editor: drops replace, all sizes come from one picture, refusals say why."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.editors.icons.view import IconsEditor
from gui.services.document import Document
from spkcore.package.changes import set_content
from spkcore.package.icons import describe, desktop_sizes
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import drop_on, mime_of
from tests.gui.editors.conftest import INFO, Opener, picture

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(opened: Opener) -> IconsEditor:
    made = opened("PACKAGE_ICON.PNG")
    assert isinstance(made, IconsEditor)
    return made


def _size(document: Document, path: str) -> tuple[int, int]:
    found = describe(document.content(path))
    return found.width, found.height


def test_icons_that_are_there_and_those_that_are_missing(editor: IconsEditor) -> None:
    assert editor.cards["PACKAGE_ICON.PNG"].tile.has_picture()
    assert editor.cards["PACKAGE_ICON.PNG"].facts.text().startswith("64 × 64, PNG")
    assert not editor.cards["PACKAGE_ICON_256.PNG"].tile.has_picture()
    assert f"package/ui/images/attic_{desktop_sizes()[0]}.png" in editor.cards


def test_a_dropped_picture_replaces_the_icon_in_its_size(
    editor: IconsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(picture(300, "#ff0000", "JPEG"))
    drop_on(editor.cards["PACKAGE_ICON_256.PNG"].tile, mime_of(source))
    qtbot.waitUntil(lambda: "PACKAGE_ICON_256.PNG" in document.entries)
    assert _size(document, "PACKAGE_ICON_256.PNG") == (256, 256)
    assert editor.cards["PACKAGE_ICON_256.PNG"].tile.has_picture()
    document.stack.undo()
    assert not editor.cards["PACKAGE_ICON_256.PNG"].tile.has_picture()


def test_a_picture_that_fits_is_kept_as_it_is(
    editor: IconsEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "icon.png"
    source.write_bytes(picture(64, "#00ff00"))
    drop_on(editor.cards["PACKAGE_ICON.PNG"].tile, mime_of(source))
    qtbot.waitUntil(lambda: document.content("PACKAGE_ICON.PNG") == source.read_bytes())


def test_what_is_no_picture_is_refused_with_the_reason(
    editor: IconsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "text.png"
    source.write_bytes(b"no picture")
    before = document.content("PACKAGE_ICON.PNG")
    drop_on(editor.cards["PACKAGE_ICON.PNG"].tile, mime_of(source))
    qtbot.waitUntil(lambda: bool(notifier.errors))
    assert notifier.errors[0].what
    assert document.content("PACKAGE_ICON.PNG") == before
    drop_on(editor.cards["PACKAGE_ICON.PNG"].tile, mime_of(source, source))
    assert "one picture" in notifier.errors[1].what


def test_del_removes_and_enter_asks_for_another(
    editor: IconsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    tile = editor.cards["PACKAGE_ICON.PNG"].tile
    QTest.keyClick(tile, Qt.Key.Key_Delete)
    assert "PACKAGE_ICON.PNG" not in document.entries
    source = tmp_path / "logo.png"
    source.write_bytes(picture(100))
    notifier.files = [[source]]
    QTest.keyClick(tile, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "PACKAGE_ICON.PNG" in document.entries)


def test_export_writes_the_bytes(
    editor: IconsEditor, document: Document, notifier: FakeNotifier, tmp_path: Path
) -> None:
    place = tmp_path / "out.png"
    notifier.saves = [place]
    editor.cards["PACKAGE_ICON.PNG"].export.click()
    assert place.read_bytes() == document.content("PACKAGE_ICON.PNG")


def test_a_wrong_size_and_a_damaged_picture_are_said(editor: IconsEditor, document: Document) -> None:
    document.push(set_content(document.entries, "PACKAGE_ICON.PNG", picture(50)), "x")
    assert "50 × 50" in editor.cards["PACKAGE_ICON.PNG"].note.text()
    document.push(set_content(document.entries, "PACKAGE_ICON.PNG", b"junk"), "x")
    assert editor.cards["PACKAGE_ICON.PNG"].note.text()


def test_icons_follow_what_info_asks_for(editor: IconsEditor, document: Document) -> None:
    document.push(set_content(document.entries, "INFO", INFO.replace(b'dsmuidir="ui"\n', b"")), "x")
    assert set(editor.cards) == {"PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG"}
