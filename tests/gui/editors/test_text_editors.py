"""Tests of the editors of scripts, JSON parts, plain texts and binary files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.formeditor import FormEditor
from gui.editors.json.view import JsonEditor
from gui.editors.registry import create_editor
from gui.editors.scripts.presenter import completions
from gui.editors.scripts.view import ScriptEditor
from gui.editors.text.base import CodePartEditor
from gui.editors.text.binary import BinaryEditor
from gui.editors.text.view import TextEditor
from gui.services.document import Document
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.changes import remove, set_content
from spkcore.package.parts import list_parts
from tests.fakes.notifier import FakeNotifier
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

CONTROL = Qt.KeyboardModifier.ControlModifier


def _text_editor(opened: Opener, path: str) -> CodePartEditor:
    """The text of a part; editors with forms have it beside the form."""
    editor = opened(path)
    if isinstance(editor, FormEditor):
        editor.show_text.setChecked(True)
        return editor.text
    assert isinstance(editor, CodePartEditor)
    return editor


def test_typing_reaches_the_package_and_undo_brings_the_bytes_back(opened: Opener, document: Document) -> None:
    before = document.content("LICENSE")
    editor = _text_editor(opened, "LICENSE").pane.editor
    QTest.keyClicks(editor, "Hi")
    assert document.content("LICENSE") == b"Hi" + before
    assert document.stack.count() == 1
    assert document.stack.undoText() == "Edit LICENSE"
    QTest.keyClick(editor, Qt.Key.Key_Z, CONTROL)
    assert document.content("LICENSE") == before
    assert editor.text().encode() == before
    QTest.keyClick(editor, Qt.Key.Key_Y, CONTROL)
    assert editor.text().startswith("Hi")


def test_only_the_edited_line_of_a_crlf_file_may_change(opened: Opener, document: Document) -> None:
    editor = _text_editor(opened, "scripts/postinst").pane.editor
    editor.go_to(2, 11)
    QTest.keyClicks(editor, "!")
    assert document.content("scripts/postinst") == b"#!/bin/sh\r\necho hello!\r\nexit 0\r\n"


def test_crlf_is_repaired_with_one_click(opened: Opener, document: Document) -> None:
    editor = opened("scripts/postinst")
    assert isinstance(editor, ScriptEditor)
    assert "CRLF" in editor.banner.message
    editor.presenter.repair_line_ends()
    assert document.content("scripts/postinst") == b"#!/bin/sh\necho hello\nexit 0\n"
    editor.show_state()
    assert editor.banner.message == ""
    document.stack.undo()
    assert "CRLF" in editor.banner.message


def test_bytes_that_are_no_text_survive_an_edit(opened: Opener, document: Document) -> None:
    document.push(set_content(document.entries, "LICENSE", b"caf\xe9\n"), "x")
    editor = _text_editor(opened, "LICENSE").pane.editor
    QTest.keyClicks(editor, "a")
    assert document.content("LICENSE") == b"acaf\xe9\n"


def test_a_removed_script_is_offered_again(opened: Opener, document: Document) -> None:
    editor = _text_editor(opened, "scripts/postinst")
    document.push(remove(document.entries, ["scripts/postinst"]), "x")
    assert editor.missing.isVisible()
    editor.missing.triggered.emit()
    assert document.content("scripts/postinst").startswith(b"#!/bin/sh\n")
    assert editor.pane.isVisible()
    assert document.entries["scripts/postinst"].attributes is None


def test_a_script_says_when_it_runs_and_knows_its_variables(document: Document, opened: Opener) -> None:
    editor = opened("scripts/postinst")
    assert isinstance(editor, ScriptEditor)
    assert editor.about.when
    offered = {completion.name: completion.meaning for completion in completions("scripts/postinst", document)}
    assert offered["SYNOPKG_PKGNAME"]
    assert "wizard" in offered["wizard_folder"]


def test_schema_errors_stand_in_the_margin(opened: Opener, document: Document) -> None:
    path = "WIZARD_UIFILES/install_uifile"
    document.push(set_content(document.entries, path, document.content(path).replace(b"textfield", b"tex")), "x")
    editor = _text_editor(opened, path)
    editor.set_problems([problem for problem in find_problems(document.package, quiet()) if problem.path == path])
    assert editor.pane.editor.mark_explanation(3)
    editor.set_problems([])
    assert not editor.pane.editor.mark_explanation(3)


def test_json_is_laid_out_as_one_undo_step(opened: Opener, document: Document) -> None:
    editor = _text_editor(opened, "conf/privilege")
    assert isinstance(editor, JsonEditor)
    editor.format_button.click()
    assert document.content("conf/privilege") == b'{\n    "defaults": {\n        "run-as": "package"\n    }\n}\n'
    assert editor.pane.editor.text().startswith("{\n")
    document.stack.undo()
    assert editor.pane.editor.text() == '{"defaults": {"run-as": "package"}}'


def test_json_that_cannot_be_read_is_not_laid_out(opened: Opener, document: Document, notifier: FakeNotifier) -> None:
    editor = _text_editor(opened, "conf/privilege")
    assert isinstance(editor, JsonEditor)
    QTest.keyClicks(editor.pane.editor, "[")
    editor.format_button.click()
    assert notifier.informed == ["Correct the errors first: the text cannot be read."]


def test_a_json_pointer_leads_to_its_line(opened: Opener) -> None:
    editor = _text_editor(opened, "WIZARD_UIFILES/install_uifile")
    editor.reveal(field="/0/items/0/desc")
    assert editor.pane.editor.caret()[0] == 3


def test_undo_shows_the_place_that_changed(opened: Opener, document: Document) -> None:
    editor = _text_editor(opened, "scripts/postinst")
    editor.pane.editor.go_to(3, 7)
    QTest.keyClicks(editor.pane.editor, "1")
    editor.pane.editor.go_to(1)
    document.stack.undo()
    editor.reveal()
    assert editor.pane.editor.caret()[0] == 3


def test_the_status_bar_hears_the_caret(opened: Opener) -> None:
    editor = _text_editor(opened, "LICENSE")
    said: list[str] = []
    editor.status_changed.connect(said.append)
    QTest.keyClick(editor.pane.editor, Qt.Key.Key_Right)
    assert said[-1] == "Line 1, column 2"


def test_find_opens_in_the_editor(opened: Opener) -> None:
    editor = _text_editor(opened, "LICENSE")
    assert editor.start_find()
    assert editor.pane.find_bar.needle.hasFocus()


def test_prose_is_wrapped(opened: Opener) -> None:
    editor = opened("LICENSE")
    assert isinstance(editor, TextEditor)
    assert editor.pane.editor.lineWrapMode() == QPlainTextEdit.LineWrapMode.WidgetWidth


def test_a_text_in_utf_16_is_not_called_binary(opened: Opener, document: Document) -> None:
    """The search finds it, and leads here."""
    document.push(set_content(document.entries, "extra", "\ufeffhello".encode("utf-16-le")), "x")
    editor = opened("extra")
    assert isinstance(editor, BinaryEditor)
    assert "UTF-16" in editor.kind.text()


def test_a_binary_file_says_what_it_is_and_can_be_replaced(
    opened: Opener, document: Document, notifier: FakeNotifier, tmp_path: Path
) -> None:
    document.push(set_content(document.entries, "extra", b"\x7fELF\0\1\2"), "x")
    editor = opened("extra")
    assert isinstance(editor, BinaryEditor)
    assert "ELF" in editor.kind.text()
    assert "7f 45 4c 46 00 01 02" in editor.head.toPlainText()
    new = tmp_path / "new"
    new.write_bytes(b"\0\0")
    notifier.files = [[new]]
    editor.replace_button.click()
    assert document.content("extra") == b"\0\0"
    assert "2 bytes" in editor.facts.text()


def test_every_part_has_an_editor_whose_widgets_have_names(
    qtbot: QtBot, document: Document, context: AppContext
) -> None:
    document.push(set_content(document.entries, "conf/resource", b"{}"), "x")
    document.push(set_content(document.entries, "blob", b"\0"), "x")
    for part in list_parts(document.entries):
        editor = create_editor(part, document, context)
        qtbot.addWidget(editor)
        editor.show()
        editor.refresh(frozenset({part.path}))
        editor.set_problems([])
        editor.reveal()
        assert not _nameless(editor), part.path


def _nameless(editor: Editor) -> list[QWidget]:
    """The widgets that a screen reader could not name, though the keyboard reaches them."""
    reachable = [
        widget
        for widget in editor.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(editor) and not widget.focusProxy()
    ]
    return [widget for widget in reachable if not _name_of(widget)]


def _name_of(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
