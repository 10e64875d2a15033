"""Tests of the payload editor: the tree follows the package, and the package follows the user."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QTabBar
from pytestqt.qtbot import QtBot

from gui.editors.json.view import JsonEditor
from gui.editors.payload.filetabs import CloseButton
from gui.editors.payload.modedialog import ModeDialog
from gui.editors.payload.view import PayloadEditor
from gui.editors.text.base import CodePartEditor
from gui.models.payloadtree import Column
from gui.services.document import Document
from spkcore.package.changes import put, remove, set_content
from spkcore.package.entries import Kind, file_entry
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import drop_on, mime_of
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(opened: Opener) -> PayloadEditor:
    made = opened("package")
    assert isinstance(made, PayloadEditor)
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made.model)
    return made


def _names(editor: PayloadEditor, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    return [editor.model.index(row, 0, parent).data() for row in range(editor.model.rowCount(parent))]


def _cell(editor: PayloadEditor, path: str, column: Column) -> str:
    return str(editor.model.index_of_path(path).siblingAtColumn(column).data())


def _type_into_cell(editor: PayloadEditor, text: str, qtbot: QtBot) -> None:
    """Qt takes the text over when control is back in the event loop."""
    line = editor.view.findChild(QLineEdit)
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, text)
    editing = QAbstractItemView.State.EditingState
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.view.state() != editing)
    QApplication.sendPostedEvents()


def _drop_at(editor: PayloadEditor, path: str, mime: QMimeData) -> None:
    """Drag over the tree and let go over an entry."""
    place = editor.view.visualRect(editor.model.index_of_path(path)).center()
    how = (Qt.DropAction.MoveAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    viewport = editor.view.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(place, *how))
    QApplication.sendEvent(viewport, QDragMoveEvent(QPointF(place).toPoint(), *how))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), *how))


def test_the_tree_shows_names_sizes_modes_owners_and_links(editor: PayloadEditor) -> None:
    assert _names(editor) == ["bin", "share", "ui"]
    assert _names(editor, editor.model.index_of_path("package/bin")) == ["att", "attic"]
    assert _cell(editor, "package/share", Column.SIZE) == "10.0 kB"
    assert _cell(editor, "package/bin/attic", Column.MODE) == "-rwxr-x---  750"
    assert _cell(editor, "package/bin/attic", Column.OWNER) == "attic:users"
    assert _cell(editor, "package/bin/att", Column.TARGET) == "attic"
    assert _cell(editor, "package/bin/attic", Column.MODIFIED) != ""
    assert _cell(editor, "package/share/data.bin", Column.MODE) == "-rw-r--r--  644"


def test_what_is_shown_after_an_undo_is_selected_alone(editor: PayloadEditor, qtbot: QtBot) -> None:
    """Ctrl is still down then, and would add it to what was selected: Del took both."""
    editor.view.select_path("package/bin/attic")
    QTest.keyPress(editor.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    editor.reveal("package/share/data.bin")
    QTest.keyRelease(editor.view, Qt.Key.Key_Control)
    assert editor.view.selected_paths() == ["package/share/data.bin"]


def test_f2_renames_and_undo_brings_the_name_back(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    editor.view.select_path("package/bin/attic")
    QTest.keyClick(editor.view, Qt.Key.Key_F2)
    _type_into_cell(editor, "loft", qtbot)
    assert "package/bin/loft" in document.entries
    assert document.stack.undoText() == "Rename attic"
    assert editor.view.selected_paths() == ["package/bin/loft"]
    document.stack.undo()
    assert _names(editor, editor.model.index_of_path("package/bin")) == ["att", "attic"]


def test_a_taken_name_is_refused_with_its_reason(
    editor: PayloadEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    editor.view.select_path("package/share")
    QTest.keyClick(editor.view, Qt.Key.Key_F2)
    _type_into_cell(editor, "bin", qtbot)
    assert "package/share" in document.entries
    assert "already" in notifier.errors[0].what


def test_del_removes_a_folder_with_everything_in_it(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/bin")
    QTest.keyClick(editor.view, Qt.Key.Key_Delete)
    assert not [path for path in document.entries if path.startswith("package/bin")]
    assert _names(editor) == ["share", "ui"]
    document.stack.undo()
    assert _names(editor) == ["bin", "share", "ui"]


def test_a_new_folder_is_named_at_once(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    editor.view.select_path("package/share")
    QTest.keyClick(editor.view, Qt.Key.Key_Insert)
    _type_into_cell(editor, "docs", qtbot)
    assert document.entries["package/share/docs"].kind is Kind.DIRECTORY


def test_the_mode_is_typed_or_ticked(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    editor.view.select_path("package/bin/attic")
    editor.view.edit_mode()
    _type_into_cell(editor, "4755", qtbot)
    attributes = document.entries["package/bin/attic"].attributes
    assert attributes is not None
    assert attributes.permissions == 0o4755
    assert _cell(editor, "package/bin/attic", Column.MODE) == "-rwsr-xr-x  4755"
    editor.menu.mode.trigger()
    dialog = editor.findChild(ModeDialog)
    assert dialog is not None
    dialog.boxes[0o001].click()
    assert dialog.number.text() == "4754"
    dialog.ok.click()
    assert _cell(editor, "package/bin/attic", Column.MODE) == "-rwsr-xr--  4754"


def test_files_and_folders_from_explorer_are_added(
    editor: PayloadEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "tools"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "a.txt").write_bytes(b"hello")
    _drop_at(editor, "package/share", mime_of(source))
    qtbot.waitUntil(lambda: "package/share/tools/deep/a.txt" in document.entries)
    assert document.content("package/share/tools/deep/a.txt") == b"hello"
    assert document.stack.undoText() == "Add tools"
    document.stack.undo()
    assert not any("tools" in path for path in document.entries)


def test_an_edit_made_meanwhile_is_not_lost(
    editor: PayloadEditor, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "new.txt"
    source.write_bytes(b"new")
    editor.model.files_dropped.emit([source], "package")
    document.push(set_content(document.entries, "package/other", b"1"), "x")
    qtbot.waitUntil(lambda: "package/new.txt" in document.entries)
    assert "package/other" in document.entries
    document.stack.undo()
    assert set(_names(editor)) == {"bin", "other", "share", "ui"}


def test_dragging_inside_the_tree_moves(editor: PayloadEditor, document: Document) -> None:
    editor.view.expandAll()
    mime = editor.view.drag_data(["package/bin/attic"])
    _drop_at(editor, "package/share", mime)
    assert "package/share/attic" in document.entries
    assert "package/bin/attic" not in document.entries
    assert not editor.model.canDropMimeData(
        editor.view.drag_data(["package/bin"]), Qt.DropAction.MoveAction, -1, -1,
        editor.model.index_of_path("package/bin"),
    )  # fmt: skip


def test_a_drag_out_carries_copies_of_the_files(editor: PayloadEditor) -> None:
    mime = editor.view.drag_data(["package/bin"])
    folder = Path(mime.urls()[0].toLocalFile())
    assert (folder / "attic").read_bytes() == b"#!/bin/sh\necho attic\n"


def test_export_writes_to_the_chosen_folder(
    editor: PayloadEditor, notifier: FakeNotifier, qtbot: QtBot, tmp_path: Path
) -> None:
    notifier.folders = [tmp_path]
    editor.view.select_path("package/share")
    editor.menu.export.trigger()
    qtbot.waitUntil(lambda: not editor.context.tasks.running())
    assert (tmp_path / "share" / "data.bin").stat().st_size == 10240


def test_enter_opens_a_text_in_a_tab_that_edits_it(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/bin/attic")
    QTest.keyClick(editor.view, Qt.Key.Key_Return)
    opened = editor.tabs.currentWidget()
    assert isinstance(opened, CodePartEditor)
    QTest.keyClicks(opened.pane.editor, "#")
    assert document.content("package/bin/attic").startswith(b"##!/bin/sh")
    editor.tabs.setCurrentIndex(0)
    document.stack.undo()
    editor.reveal(field="package/bin/attic")
    assert editor.tabs.currentWidget() is opened
    close = editor.tabs.tabBar().tabButton(1, QTabBar.ButtonPosition.RightSide)
    assert isinstance(close, CloseButton)
    close.click()
    assert editor.tabs.count() == 1


def test_the_desktop_config_opens_as_json(editor: PayloadEditor) -> None:
    editor.open_file("package/ui/config")
    assert isinstance(editor.tabs.currentWidget(), JsonEditor)


def test_the_tab_of_a_deleted_file_closes(editor: PayloadEditor) -> None:
    editor.open_file("package/bin/attic")
    editor.tabs.setCurrentIndex(0)
    editor.view.select_path("package/bin")
    QTest.keyClick(editor.view, Qt.Key.Key_Delete)
    assert editor.tabs.count() == 1


def test_the_filter_keeps_the_way_to_what_it_finds(editor: PayloadEditor, document: Document) -> None:
    QTest.keyClicks(editor.filter, "data")
    assert _names(editor) == ["share"]
    assert editor.view.isExpanded(editor.model.index_of_path("package/share"))
    document.push(put(document.entries, {"package/zdata": file_entry(b""), "package/zother": file_entry(b"")}), "x")
    assert _names(editor) == ["share", "zdata"]
    editor.filter.clear()
    assert _names(editor) == ["bin", "share", "ui", "zdata", "zother"]


def test_sorting_by_size_keeps_folders_first_and_the_selection(editor: PayloadEditor, document: Document) -> None:
    document.push(put(document.entries, {"package/big": file_entry(b"x" * 99), "package/a": file_entry(b"")}), "x")
    editor.view.select_path("package/big")
    editor.view.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    assert _names(editor) == ["share", "ui", "bin", "big", "a"]
    assert editor.view.selected_paths() == ["package/big"]


def test_an_empty_payload_invites(opened: Opener, document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    for path in ("package/bin", "package/share", "package/ui"):
        document.package.apply(remove(document.entries, [path]))
    editor = opened("package")
    assert isinstance(editor, PayloadEditor)
    assert editor.empty.isVisible()
    source = tmp_path / "a.txt"
    source.write_bytes(b"x")
    drop_on(editor, mime_of(source))
    qtbot.waitUntil(lambda: "package/a.txt" in document.entries)
    assert editor.view.isVisible()


def test_fifty_thousand_entries_stay_fluid(opened: Opener, document: Document) -> None:
    many = {f"package/d{number % 200}/f{number}": file_entry(b"12345") for number in range(50_000)}
    document.push(put(document.entries, many), "x")
    editor = opened("package")
    assert isinstance(editor, PayloadEditor)
    assert editor.model.rowCount() == 203
    assert _cell(editor, "package/d7", Column.SIZE) == "1.2 kB"
    editor.view.select_path("package/d7/f7")
    document.push(set_content(document.entries, "package/d7/f7", bytes(1000)), "y")
    assert editor.view.selected_paths() == ["package/d7/f7"]
    assert _cell(editor, "package/d7", Column.SIZE) == "2.2 kB"
    document.stack.undo()
    document.stack.undo()
    assert _names(editor) == ["bin", "share", "ui"]
