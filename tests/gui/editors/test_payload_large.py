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
from gui.services.document import Document
from spkcore.package.changes import put
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
