"""Tests of the payload editor's pane, filters, size map, proposals and replacing, as a person uses them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui.editors.payload.modedialog import ModeDialog
from gui.editors.payload.programs import ProgramsBanner
from gui.editors.payload.proposal import ProposalDialog
from gui.editors.payload.replacedialog import ReplaceDialog
from gui.editors.payload.view import PayloadEditor
from gui.models.payloadtree import Column
from gui.services.document import Document
from spkcore.package.changes import put, set_content
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import drop_on, mime_of
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

OFF = Attributes(0o644, 5)
PROGRAM = Entry(Kind.FILE, OFF, BytesContent(b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x02\0" + bytes(40)))


@pytest.fixture
def editor(opened: Opener, document: Document) -> PayloadEditor:
    more = {
        "package/bin/hard": Entry(Kind.HARDLINK, OFF, target="package/bin/attic"),
        "package/bin/tool": PROGRAM,
        "package/share/run": Entry(Kind.FILE, OFF, BytesContent(b"#!/bin/sh\nneedle\n")),
        "package/share/test/mod": Entry(Kind.FILE, OFF, BytesContent(b"#!/bin/sh\n")),
        "package/lib/x.so": PROGRAM,
        "package/big.png": file_entry(bytes(1 << 20)),
        "package/gone": Entry(Kind.SYMLINK, target="nowhere"),
    }
    document.push(put(document.entries, more), "x")
    document.stack.clear()
    made = opened("package")
    assert isinstance(made, PayloadEditor)
    made.view.expandAll()
    return made


def _select(editor: PayloadEditor, *paths: str) -> None:
    model = editor.view.selectionModel()
    model.clear()
    for path in paths:
        index = editor.model.index_of_path(path)
        model.select(index, model.SelectionFlag.Select | model.SelectionFlag.Rows)


def _type(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def _attributes(document: Document, path: str) -> Attributes:
    attributes = document.entries[path].attributes
    assert attributes is not None
    return attributes


def _shown(editor: PayloadEditor) -> set[str]:
    tree = editor.model.tree
    nodes = [node for path in tree.paths() if (node := tree.find(path)) is not None]
    return {node.path for node in nodes if tree.row(node) >= 0 and not node.is_folder}


def _facts(editor: PayloadEditor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(editor.facts.roles))


# ---------------------------------------------------------------------------------------------- properties


def test_boxes_and_number_are_in_step(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/bin/attic")
    pane = editor.properties
    assert pane.name.text() == "attic"
    assert pane.permissions.number.text() == "750"
    pane.permissions.boxes[0o4000].click()
    assert _attributes(document, "package/bin/attic").permissions == 0o4750
    assert pane.permissions.number.text() == "4750"
    _type(pane.permissions.number, "1755")
    assert _attributes(document, "package/bin/attic").permissions == 0o1755
    assert pane.permissions.boxes[0o1000].isChecked()
    assert not pane.permissions.boxes[0o4000].isChecked()
    document.stack.undo()
    document.stack.undo()
    assert pane.permissions.number.text() == "750"


def test_a_number_that_is_none_changes_nothing(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/bin/attic")
    _type(editor.properties.permissions.number, "9")
    assert editor.properties.permissions.number.property("state") == "error"
    assert document.stack.count() == 0


def test_several_at_once_show_what_is_mixed_and_change_only_what_is_ticked(
    editor: PayloadEditor, document: Document
) -> None:
    _select(editor, "package/bin/attic", "package/share/run", "package/share")
    pane = editor.properties
    assert pane.name.text() == "3 selected"
    assert "2 files · 1 folder" in pane.about.text()
    assert pane.permissions.boxes[0o040].checkState() == Qt.CheckState.Checked
    assert pane.permissions.boxes[0o004].checkState() == Qt.CheckState.PartiallyChecked
    assert (pane.permissions.number.text(), pane.permissions.number.placeholderText()) == ("", "mixed")
    assert (pane.fields["uname"].text(), pane.fields["uname"].placeholderText()) == ("", "mixed")
    pane.permissions.boxes[0o004].click()
    assert _attributes(document, "package/bin/attic").permissions == 0o754
    assert _attributes(document, "package/share/run").permissions == 0o644
    assert document.stack.undoText() == "Set the mode of 3 items"
    _type(pane.fields["gname"], "users")
    assert {_attributes(document, path).gname for path in ("package/bin/attic", "package/share")} == {"users"}
    document.stack.undo()
    document.stack.undo()
    assert document.entries["package/share"].attributes is None


def test_owner_and_time_are_typed(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/bin/attic")
    fields = editor.properties.fields
    assert (fields["uname"].text(), fields["gname"].text(), fields["uid"].text()) == ("attic", "users", "0")
    _type(fields["uid"], "1026")
    assert _attributes(document, "package/bin/attic").uid == 1026
    _type(fields["uid"], "many")
    assert "number" in editor.properties.error.text()
    assert fields["uid"].property("state") == "error"
    _type(fields["mtime"], "2024-05-06 07:08")
    assert fields["mtime"].text() == "2024-05-06 07:08:00"
    _type(fields["mtime"], "yesterday")
    assert "no time" in editor.properties.error.text()
    assert document.stack.count() == 2


def test_owners_reach_everything_below(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/share")
    editor.properties.below.click()
    _type(editor.properties.fields["uname"], "http")
    assert {_attributes(document, f"package/share{name}").uname for name in ("", "/run", "/test/mod")} == {"http"}
    editor.properties.permissions.boxes[0o020].click()
    assert _attributes(document, "package/share/run").permissions == 0o664
    assert _attributes(document, "package/share").permissions == 0o775
    _type(editor.properties.permissions.number, "700")
    assert _attributes(document, "package/share/run").permissions == 0o600
    assert _attributes(document, "package/share/test").permissions == 0o700


def test_a_link_says_where_it_leads(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/gone")
    pane = editor.properties
    assert "nothing at nowhere" in pane.leads.text()
    assert not pane.permissions.isVisible()
    _type(pane.target, "bin/attic")
    assert document.entries["package/gone"].target == "bin/attic"
    assert "Leads to bin/attic" in pane.leads.text()
    pane.go_there.click()
    assert editor.view.selected_paths() == ["package/bin/attic"]
    editor.view.select_path("package/gone")
    _type(pane.target, "/etc")
    assert "out of the package" in pane.leads.text()


def test_hard_links_show_their_partners(editor: PayloadEditor) -> None:
    editor.view.select_path("package/bin/hard")
    assert editor.properties.partners == ["package/bin/attic"]
    editor.view.select_path("package/bin/attic")
    assert editor.properties.partners == ["package/bin/hard"]


def test_checksums_come_on_demand(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    editor.view.select_path("package/bin/hard")
    pane = editor.properties
    assert not pane.md5.isVisible()
    pane.sums_button.click()
    qtbot.waitUntil(pane.md5.isVisible)
    assert pane.md5.text() == hashlib.md5(b"#!/bin/sh\necho attic\n").hexdigest()
    document.push(set_content(document.entries, "package/bin/attic", b"new"), "y")
    assert not pane.md5.isVisible()


def test_the_mode_of_programs_is_the_one_that_the_build_chooses(
    editor: PayloadEditor, document: Document, qtbot: QtBot
) -> None:
    document.push(put(document.entries, {"package/bin/new": Entry(Kind.FILE, None, PROGRAM.content)}), "y")
    qtbot.waitUntil(lambda: "package/bin/new" in editor.facts.roles)
    index = editor.model.index_of_path("package/bin/new").siblingAtColumn(Column.MODE)
    assert index.data() == "-rwxr-xr-x  755"
    editor.view.select_path("package/bin/new")
    assert editor.properties.by_build.isVisible()


def test_the_dialog_changes_only_what_was_ticked(editor: PayloadEditor, document: Document) -> None:
    _select(editor, "package/bin/attic", "package/share/run")
    editor.menu.mode.trigger()
    dialog = editor.findChild(ModeDialog)
    assert dialog is not None
    dialog.boxes[0o001].click()
    dialog.ok.click()
    assert _attributes(document, "package/bin/attic").permissions == 0o751
    assert _attributes(document, "package/share/run").permissions == 0o645


# ---------------------------------------------------------------------------------------------- programs


def test_programs_are_made_executable_in_one_step(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(editor.banner.message))
    assert editor.banner.message == "2 programs are not executable."
    _press_banner(editor.banner)
    dialog = editor.window().findChild(ProposalDialog)
    assert dialog is not None
    assert [dialog.files.item(line).text().split()[0] for line in range(3)] == [
        "bin/tool",
        "share/run",
        "share/test/mod",
    ]
    assert dialog.paths() == ["package/bin/tool", "package/share/run"]
    assert dialog.ok.text() == "Make 2 executable"
    dialog.ok.click()
    assert _attributes(document, "package/bin/tool").permissions == 0o755
    assert _attributes(document, "package/lib/x.so").permissions == 0o644
    assert document.stack.count() == 1
    qtbot.waitUntil(lambda: not editor.banner.message)
    document.stack.undo()
    qtbot.waitUntil(lambda: bool(editor.banner.message))


def _press_banner(banner: ProgramsBanner) -> None:
    from PySide6.QtWidgets import QPushButton

    (button,) = [button for button in banner.findChildren(QPushButton) if button.isVisible()]
    button.click()


# ---------------------------------------------------------------------------------------------- filters


def test_chips_show_kinds_of_files(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    _facts(editor, qtbot)
    chips = editor.bar.chips
    expected = {
        "programs": {"package/bin/tool"},
        "libraries": {"package/lib/x.so"},
        "scripts": {"package/bin/attic", "package/share/run", "package/share/test/mod"},
        "links": {"package/bin/hard", "package/bin/att", "package/gone"},
        "large": {"package/big.png"},
    }
    for name, paths in expected.items():
        chips[name].click()
        assert _shown(editor) == paths
        chips[name].click()
    chips["programs"].click()
    chips["libraries"].click()
    assert _shown(editor) == {"package/bin/tool", "package/lib/x.so"}
    QTest.keyClicks(editor.filter, "lib")
    assert _shown(editor) == {"package/lib/x.so"}
    assert editor.bar.note.text() == "1 found"
    editor.reveal("package/bin/attic")
    assert editor.view.selected_paths() == ["package/bin/attic"]
    assert not chips["programs"].isChecked()


def test_changed_files_come_and_go_with_the_edits(editor: PayloadEditor, document: Document) -> None:
    document.package.move_to(document.folder, document.package.names, exec_bits=False)  # as if it was saved
    editor.bar.chips["changed"].click()
    assert editor.bar.note.text() == "Nothing is found."
    document.push(set_content(document.entries, "package/share/run", b"1"), "y")
    assert _shown(editor) == {"package/share/run"}
    document.stack.undo()
    assert _shown(editor) == set()


def test_texts_are_searched_in_the_background(editor: PayloadEditor, qtbot: QtBot) -> None:
    editor.bar.where.setCurrentIndex(1)
    QTest.keyClicks(editor.filter, "NEEDLE")
    qtbot.waitUntil(lambda: _shown(editor) == {"package/share/run"})
    editor.filter.clear()
    assert "package/big.png" in _shown(editor)


# ---------------------------------------------------------------------------------------------- size map


def test_the_map_selects_in_the_tree_and_goes_into_folders(editor: PayloadEditor, qtbot: QtBot) -> None:
    editor.area.map_button.click()
    tiles = {tile.path: tile for tile in editor.map.map.tiles}
    big = tiles["package/big.png"]
    QTest.mouseClick(editor.map.map, Qt.MouseButton.LeftButton, pos=QPoint(int(big.x + 9), int(big.y + 9)))
    assert editor.view.selected_paths() == ["package/big.png"]
    assert "big.png" in editor.map.note.text()
    editor.map.show_folder("package/share")
    assert {tile.path for tile in editor.map.map.tiles if tile.path} >= {"package/share/data.bin"}
    editor.view.select_path("package/share/data.bin")
    current = editor.map.map.current
    assert current is not None
    assert current.path == "package/share/data.bin"
    QTest.keyClick(editor.map.map, Qt.Key.Key_Backspace)
    assert editor.map.place.text().startswith("package  ·")
    assert not editor.map.up.isEnabled()


def test_the_map_is_walked_with_the_keys(editor: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    many = {f"package/new/f{number}": file_entry(bytes(500_000)) for number in range(6)}
    document.push(put(document.entries, many), "y")
    editor.area.map_button.click()
    widget = editor.map.map
    qtbot.waitUntil(lambda: any(tile.path == "package/new/f3" for tile in widget.tiles))
    widget.setFocus()
    seen = set()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(widget, key)
        assert widget.current is not None
        seen.add(widget.current.path)
    assert len(seen) >= 3
    widget.select("package/new")
    QTest.keyClick(widget, Qt.Key.Key_Return)
    assert editor.map.place.text().startswith("package/new")
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert editor.map.place.text().startswith("package  ·")


# ---------------------------------------------------------------------------------------------- copy, replace


def test_copy_and_paste_inside_the_tree(editor: PayloadEditor, document: Document) -> None:
    editor.view.select_path("package/bin/attic")
    QTest.keyClick(editor.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    editor.view.select_path("package/share")
    QTest.keyClick(editor.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert document.content("package/share/attic") == document.content("package/bin/attic")
    QApplication.clipboard().clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    (made / "run").write_bytes(b"#!/bin/sh\nother\n")
    (made / "fresh").write_bytes(b"1")
    return made


def test_a_folder_replaces_the_content_after_a_look(
    editor: PayloadEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, folder: Path
) -> None:
    notifier.answers = ["replace"]
    editor.model.files_dropped.emit([folder], "package/share")
    dialog = editor.findChild(ReplaceDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.replace.isEnabled)
    assert dialog.counts.text() == "1 new · 1 changed · 3 removed · 0 the same"
    dialog.files.setCurrentRow(1)
    qtbot.waitUntil(lambda: "other" in dialog.change.diff.toPlainText())
    dialog.replace.click()
    assert {path for path in document.entries if path.startswith("package/share/")} == {
        "package/share/run", "package/share/fresh",
    }  # fmt: skip
    assert _attributes(document, "package/share/run").permissions == 0o644
    assert document.stack.count() == 1
    assert document.stack.undoText() == "Replace the content of share"
    document.stack.undo()
    assert "package/share/data.bin" in document.entries


def test_the_dialog_takes_another_folder_and_closes_by_esc(
    editor: PayloadEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    notifier.folders = [tmp_path / "none"]
    editor.view.select_path("package/share")
    editor.menu.replace.trigger()
    dialog = editor.findChild(ReplaceDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "no such folder" in dialog.counts.text())
    assert not dialog.replace.isEnabled()
    drop_on(dialog, mime_of(folder))
    qtbot.waitUntil(dialog.replace.isEnabled)
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert document.stack.count() == 0
