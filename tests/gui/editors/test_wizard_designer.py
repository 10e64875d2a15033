"""Tests of the wizard designer as a person uses it: outline, keys of fields, answers in scripts."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gui.editors.wizard.dialogs import RenameKeyDialog, UseInScriptDialog
from gui.editors.wizard.inputs import KeyInput
from gui.editors.wizard.view import WizardEditor
from gui.services.document import Document
from spkcore.checks.wizarduses import KeyUse
from spkcore.package.changes import set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.conftest import WIZARD
from tests.gui.editors.wizarddesk import (
    ALT,
    CONTROL,
    FIELD,
    PATH,
    add,
    choose,
    dialog_of,
    drag,
    pages_of,
    row_of,
    titles,
    type_into,
)

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(wizard_editor: WizardEditor) -> WizardEditor:
    return wizard_editor


def test_opening_changes_nothing_and_shows_all(editor: WizardEditor, document: Document) -> None:
    assert titles(editor) == ["Where", "Folder", "Name"]
    assert document.content(PATH) == WIZARD
    assert not document.is_dirty


def test_a_page_and_a_field_are_added_edited_and_undone(editor: WizardEditor, document: Document) -> None:
    choose(editor, "/0")
    add(editor, "Page")
    assert editor.designer.selected == "/1"
    type_into(editor, "step_title", "Port")
    add(editor, "Text field")
    assert editor.designer.selected == "/1/items/0"
    choose(editor, "/1/items/0/subitems/0")
    type_into(editor, "desc", "Number")
    page = pages_of(document)[1]
    assert page["step_title"] == "Port"
    assert page["items"][0]["subitems"][0]["desc"] == "Number"
    assert page["items"][0]["subitems"][0]["key"] == "wizard_answer"
    assert titles(editor)[-3:] == ["Port", "Question", "Number"]
    while document.stack.canUndo():
        document.stack.undo()
    assert document.content(PATH) == WIZARD
    assert titles(editor) == ["Where", "Folder", "Name"]


def test_the_preview_shows_what_is_edited_and_selected(editor: WizardEditor) -> None:
    choose(editor, FIELD)
    assert editor.preview.run is not None
    type_into(editor, "defaultValue", "films")
    assert "films" in str([editor.preview.run.variables()])
    choose(editor, "/0")
    add(editor, "Page")
    assert editor.preview.run.current == 1
    editor.preview.place_chosen.emit(FIELD)
    assert editor.designer.selected == FIELD
    editor.preview.page_shown.emit(1)
    assert editor.designer.selected == "/1"


def test_keys_move_rename_duplicate_and_remove(editor: WizardEditor, document: Document, qtbot: QtBot) -> None:
    outline = editor.designer.outline
    choose(editor, "/0/items/0")
    press(outline, Qt.Key.Key_D, CONTROL)
    assert len(pages_of(document)[0]["items"]) == 2
    assert editor.designer.selected == "/0/items/1"
    press(outline, Qt.Key.Key_Up, ALT)
    assert editor.designer.selected == "/0/items/0"
    assert pages_of(document)[0]["items"][0]["subitems"][0]["key"] == "wizard_folder_2"
    press(outline, Qt.Key.Key_Down, ALT)
    press(outline, Qt.Key.Key_F2)
    line = outline.findChild(QLineEdit)
    assert line is not None
    type_text(line, "Another folder")
    press(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pages_of(document)[0]["items"][1]["desc"] == "Another folder")
    outline.setFocus()
    press(outline, Qt.Key.Key_Delete)
    assert pages_of(document) == json.loads(WIZARD)


def test_copy_and_paste_go_over_the_clipboard_as_text(editor: WizardEditor, document: Document) -> None:
    outline = editor.designer.outline
    choose(editor, "/0/items/0")
    press(outline, Qt.Key.Key_C, CONTROL)
    assert json.loads(QGuiApplication.clipboard().text()) == json.loads(WIZARD)[0]["items"][0]
    choose(editor, "/0")
    add(editor, "Page")
    press(outline, Qt.Key.Key_V, CONTROL)
    assert pages_of(document)[1]["items"][0]["subitems"][0]["key"] == "wizard_folder_2"
    press(outline, Qt.Key.Key_X, CONTROL)
    assert pages_of(document)[1]["items"] == []


def test_pasting_other_text_is_refused_in_words(editor: WizardEditor, notifier: FakeNotifier) -> None:
    QGuiApplication.clipboard().setText("hello")
    editor.designer.paste()
    assert "no part of a wizard" in notifier.informed[-1]


def test_rows_are_dragged_within_and_over_pages(editor: WizardEditor, document: Document) -> None:
    choose(editor, "/0/items/0")
    add(editor, "Text")
    add(editor, "Page")
    drag(editor, "/0/items/1", "/0/items/0", 0.0)
    assert "desc" in pages_of(document)[0]["items"][0]
    assert "type" not in pages_of(document)[0]["items"][0]
    drag(editor, "/0/items/0", "/1", 0.5)
    assert pages_of(document)[1]["items"] == [{"desc": "Text for people."}]
    assert editor.designer.selected == "/1/items/0"
    document.stack.undo()
    assert len(pages_of(document)[0]["items"]) == 2
    drag(editor, "/1", "/0", 0.0)
    assert pages_of(document)[0]["items"] == []


def test_a_field_cannot_be_dropped_on_a_text(editor: WizardEditor, document: Document, notifier: FakeNotifier) -> None:
    choose(editor, "/0/items/0")
    add(editor, "Text")
    before = document.content(PATH)
    drag(editor, FIELD, "/0/items/1", 0.5)
    assert document.content(PATH) == before
    assert notifier.informed


def test_a_key_that_is_taken_is_refused_where_it_is_typed(editor: WizardEditor, document: Document) -> None:
    choose(editor, FIELD)
    click(editor.designer.properties.add_field)
    assert pages_of(document)[0]["items"][0]["subitems"][1]["key"] == "wizard_answer"
    before = document.content(PATH)
    row = row_of(editor, "key")
    type_into(editor, "key", "wizard_folder")
    assert "Another field" in row.error.text()
    assert row.error.isVisible()
    press(row.input.inner, Qt.Key.Key_Return)
    assert document.content(PATH) == before
    assert isinstance(row.input, KeyInput)
    assert row.input.edit.text() == "wizard_answer"
    type_into(editor, "key", "2 words")
    assert "letters, digits" in row.error.text()
    type_into(editor, "key", "wizard_other")
    assert not row.error.isVisible()
    press(row.input.inner, Qt.Key.Key_Return)
    assert pages_of(document)[0]["items"][0]["subitems"][1]["key"] == "wizard_other"


def test_renaming_a_key_offers_its_uses(editor: WizardEditor, document: Document, qtbot: QtBot) -> None:
    script = b'#!/bin/sh\necho "$wizard_folder"\n'
    document.push(set_content(document.entries, "scripts/postinst", script), "x")
    choose(editor, FIELD)
    uses = editor.designer.properties.uses
    qtbot.waitUntil(lambda: "postinst" in uses.text.text())
    type_into(editor, "key", "wizard_place")
    press(row_of(editor, "key").input.inner, Qt.Key.Key_Return)
    dialog = dialog_of(editor, RenameKeyDialog)
    assert dialog.places.topLevelItem(0).text(0) == "scripts/postinst"
    click(dialog.everywhere)
    assert document.content("scripts/postinst") == script.replace(b"wizard_folder", b"wizard_place")
    assert pages_of(document)[0]["items"][0]["subitems"][0]["key"] == "wizard_place"
    document.stack.undo()
    assert document.content("scripts/postinst") == script
    assert document.content(PATH) == WIZARD


def test_backing_out_of_renaming_keeps_the_key(editor: WizardEditor, document: Document) -> None:
    document.push(set_content(document.entries, "scripts/postinst", b"echo $wizard_folder\n"), "x")
    choose(editor, FIELD)
    type_into(editor, "key", "wizard_place")
    row = row_of(editor, "key")
    press(row.input.inner, Qt.Key.Key_Return)
    press(dialog_of(editor, RenameKeyDialog), Qt.Key.Key_Escape)
    assert document.content(PATH) == WIZARD
    assert isinstance(row.input, KeyInput)
    assert row.input.edit.text() == "wizard_folder"


def test_only_here_leaves_the_script(editor: WizardEditor, document: Document) -> None:
    document.push(set_content(document.entries, "scripts/postinst", b"echo $wizard_folder\n"), "x")
    choose(editor, FIELD)
    type_into(editor, "key", "wizard_place")
    press(row_of(editor, "key").input.inner, Qt.Key.Key_Return)
    click(dialog_of(editor, RenameKeyDialog).only_here)
    assert b"wizard_place" in document.content(PATH)
    assert document.content("scripts/postinst") == b"echo $wizard_folder\n"


def test_names_of_files_are_no_html_in_the_list_of_uses(editor: WizardEditor) -> None:
    line = editor.designer.properties.uses
    line.show_uses([KeyUse("scripts/<b>a&lt", 3, 1, "echo")])
    assert "&lt;b&gt;a&amp;lt" in line.text.text()
    wanted: list[str] = []
    line.place_wanted.connect(lambda path, *_place: wanted.append(path))
    line.text.linkActivated.emit("scripts/<b>a&lt")
    assert wanted == ["scripts/<b>a&lt"]


def test_an_answer_is_used_in_a_script(editor: WizardEditor, document: Document) -> None:
    choose(editor, FIELD)
    wanted: list[tuple[str, str, int, int]] = []
    editor.place_wanted.connect(lambda *place: wanted.append(place))
    click(editor.designer.properties.uses.use)
    dialog = dialog_of(editor, UseInScriptDialog)
    assert 'FOLDER="${wizard_folder:-}"' in dialog.lines.toPlainText()
    assert any("{{wizard_folder}}" in label.text() for label in dialog.findChildren(QLabel))
    click(dialog.insert)
    assert document.content("scripts/postinst").splitlines()[2] == b'FOLDER="${wizard_folder:-}"'
    assert wanted == [("scripts/postinst", "", 3, 1)]
