"""Tests of the payload editor with tens of thousands of files: nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.editors.payload.view import PayloadEditor
from gui.models.payload import PayloadModel
from gui.models.payloadtree import Column
from gui.services.document import Document
from spkcore.package.changes import put, remove, set_mode
from spkcore.package.entries import file_entry
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

_FILES = 20_000


@pytest.fixture
def large(opened: Opener, document: Document) -> PayloadEditor:
    """Folders of 500 files, all open."""
    many = {f"package/many/d{number // 500}/f{number}": file_entry(b"12345") for number in range(_FILES)}
    document.push(put(document.entries, many), "x")
    editor = opened("package")
    assert isinstance(editor, PayloadEditor)
    editor.view.expandAll()
    return editor


def _seconds(act: Callable[[], object]) -> float:
    """Of processor time, which other programs do not lengthen."""
    before = time.thread_time()
    act()
    return time.thread_time() - before


def test_select_all_takes_what_can_be_seen_without_asking_for_every_row(
    large: PayloadEditor, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.view.collapse(large.model.index_of_path("package/many/d3"))
    asked = []
    parent = PayloadModel.parent

    def counted(model: PayloadModel, child: QModelIndex) -> QModelIndex:
        asked.append(child)
        return parent(model, child)

    monkeypatch.setattr(PayloadModel, "parent", counted)
    large.view.setFocus()
    QTest.keyClick(large.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) < _FILES / 10
    seen = {path for path in document.entries if path.startswith("package/") and "/d3/" not in path}
    assert set(large.view.selected_paths()) == seen
    assert large.view.selectionModel().isSelected(large.model.index_of_path("package/many/d4/f2000").siblingAtColumn(4))


def test_one_file_more_is_shown_at_once(large: PayloadEditor, document: Document, qtbot: QtBot) -> None:
    def add() -> None:
        document.push(put(document.entries, {"package/many/d3/new": file_entry(b"")}), "y")
        qtbot.wait(0)  # the view lays its rows out in a later turn

    assert _seconds(add) < 0.4
    assert large.model.index_of_path("package/many/d3/new").isValid()


def test_open_folders_stay_open_when_everything_changes(large: PayloadEditor, document: Document) -> None:
    large.view.collapse(large.model.index_of_path("package/many/d3"))
    document.push(put(document.entries, {f"package/many/d1/n{number}": file_entry(b"") for number in range(300)}), "y")
    assert large.view.isExpanded(large.model.index_of_path("package/many/d4"))
    assert not large.view.isExpanded(large.model.index_of_path("package/many/d3"))


@pytest.mark.parametrize("comes_too", [False, True], ids=["modes only", "a file comes, too"])
def test_all_that_was_selected_stays_selected(large: PayloadEditor, document: Document, comes_too: bool) -> None:
    """The next edit is for the same files: also where thousands of them changed."""
    chosen = [f"package/many/d{folder}/f{folder * 500 + number}" for folder in (2, 7) for number in range(400)]
    model = large.view.selectionModel()
    model.select(large.model.selection_of(chosen), model.SelectionFlag.ClearAndSelect)
    large.view.verticalScrollBar().setValue(1_000)
    selected = set(large.view.selected_paths())
    assert selected == set(chosen)
    change = set_mode(document.entries, chosen, 0o640)
    document.push(change.then(put(document.entries, {"package/a": file_entry(b"")})) if comes_too else change, "x")
    assert set(large.view.selected_paths()) == selected
    assert large.view.verticalScrollBar().value() == 1_000
    shown = large.model.index_of_path(chosen[-1]).siblingAtColumn(Column.MODE).data()
    assert shown == "-rw-r-----  640"
    assert large.properties.permissions.isVisible()
    document.stack.undo()
    assert set(large.view.selected_paths()) == selected
    assert large.model.index_of_path(chosen[-1]).siblingAtColumn(Column.MODE).data() == "-rw-r--r--  644"


def test_undo_of_the_removal_of_everything_is_quick(large: PayloadEditor, document: Document) -> None:
    document.push(remove(document.entries, ["package/many"]), "x")
    assert _seconds(document.stack.undo) < 0.2
    assert large.model.index_of_path("package/many/d3").isValid()
