"""Tests of the wizard designer as a person uses it: outline, properties, keys, languages, preview and text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gui.editors.wizard.dialogs import RenameKeyDialog, UseInScriptDialog
from gui.editors.wizard.inputs import BundleInput, KeyInput, LinesInput
from gui.editors.wizard.scriptview import WizardScriptEditor
from gui.editors.wizard.view import WizardEditor
from gui.services.document import Document
from gui.widgets.fieldform import FieldRow
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.changes import set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.conftest import WIZARD, Opener

pytestmark = pytest.mark.gui

PATH = "WIZARD_UIFILES/install_uifile"
FIELD = "/0/items/0/subitems/0"
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor(opened: Opener, document: Document) -> Iterator[WizardEditor]:
    made = opened(PATH)
    assert isinstance(made, WizardEditor)
    yield made
    made.context.tasks.wait()


def _wizard(document: Document, path: str = PATH) -> Any:
    return json.loads(document.content(path))


def _row(editor: WizardEditor, name: str) -> FieldRow:
    found = (section.form.rows.get(name) for section in editor.designer.properties.sections.values())
    return next(row for row in found if row is not None)


def _type(editor: WizardEditor, name: str, text: str) -> None:
    """Put the caret into a row, mark what stands there, and type."""
    inner = _row(editor, name).input.inner
    inner.setFocus()
    press(inner, Qt.Key.Key_A, CONTROL)
    type_text(inner, text)


def _choose(editor: WizardEditor, pointer: str) -> None:
    """Click on a row of the outline."""
    outline = editor.designer.outline
    item = outline.item_at(pointer)
    assert item is not None
    outline.scrollToItem(item)
    place = outline.visualItemRect(item).center()
    QTest.mouseClick(outline.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    assert editor.designer.selected == pointer


def _add(editor: WizardEditor, text: str) -> None:
    """Choose something from the menu "Add"."""
    menu = editor.designer.add_menu
    editor.designer.fill_add_menu()
    _trigger(menu, text)


def _trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().partition("\t")[0] == text).trigger()


def _titles(editor: WizardEditor) -> list[str]:
    outline = editor.designer.outline
    found = []
    pending = [outline.topLevelItem(at) for at in range(outline.topLevelItemCount())]
    while pending:
        item = pending.pop(0)
        assert item is not None
        found.append(item.text(0))
        pending = [*(item.child(at) for at in range(item.childCount())), *pending]
    return found


def _drag(editor: WizardEditor, pointer: str, target: str, where: float) -> None:
    """Drag a row onto another: `where` is the height within it, from 0 to 1."""
    _choose(editor, pointer)
    outline = editor.designer.outline
    item = outline.item_at(target)
    assert item is not None
    rect = outline.visualItemRect(item)
    place = QPoint(rect.center().x(), rect.top() + round((rect.height() - 1) * where))
    mime: QMimeData = outline.model().mimeData(outline.selectedIndexes())
    how = (Qt.DropAction.MoveAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    viewport = outline.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(place, *how))
    QApplication.sendEvent(viewport, QDragMoveEvent(place, *how))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), *how))


def _dialog(editor: WizardEditor, kind: type[QDialog]) -> Any:
    found = editor.window().findChildren(kind)
    assert found
    return found[-1]


def test_opening_changes_nothing_and_shows_all(editor: WizardEditor, document: Document) -> None:
    assert _titles(editor) == ["Where", "Folder", "Name"]
    assert document.content(PATH) == WIZARD
    assert not document.is_dirty


def test_a_page_and_a_field_are_added_edited_and_undone(editor: WizardEditor, document: Document) -> None:
    _choose(editor, "/0")
    _add(editor, "Page")
    assert editor.designer.selected == "/1"
    _type(editor, "step_title", "Port")
    _add(editor, "Text field")
    assert editor.designer.selected == "/1/items/0"
    _choose(editor, "/1/items/0/subitems/0")
    _type(editor, "desc", "Number")
    page = _wizard(document)[1]
    assert page["step_title"] == "Port"
    assert page["items"][0]["subitems"][0]["desc"] == "Number"
    assert page["items"][0]["subitems"][0]["key"] == "wizard_answer"
    assert _titles(editor)[-3:] == ["Port", "Question", "Number"]
    while document.stack.canUndo():
        document.stack.undo()
    assert document.content(PATH) == WIZARD
    assert _titles(editor) == ["Where", "Folder", "Name"]


def test_the_preview_shows_what_is_edited_and_selected(editor: WizardEditor) -> None:
    _choose(editor, FIELD)
    assert editor.preview.run is not None
    _type(editor, "defaultValue", "films")
    assert "films" in str([editor.preview.run.variables()])
    _choose(editor, "/0")
    _add(editor, "Page")
    assert editor.preview.run.current == 1
    editor.preview.place_chosen.emit(FIELD)
    assert editor.designer.selected == FIELD
    editor.preview.page_shown.emit(1)
    assert editor.designer.selected == "/1"


def test_keys_move_rename_duplicate_and_remove(editor: WizardEditor, document: Document, qtbot: QtBot) -> None:
    outline = editor.designer.outline
    _choose(editor, "/0/items/0")
    press(outline, Qt.Key.Key_D, CONTROL)
    assert len(_wizard(document)[0]["items"]) == 2
    assert editor.designer.selected == "/0/items/1"
    press(outline, Qt.Key.Key_Up, ALT)
    assert editor.designer.selected == "/0/items/0"
    assert _wizard(document)[0]["items"][0]["subitems"][0]["key"] == "wizard_folder_2"
    press(outline, Qt.Key.Key_Down, ALT)
    press(outline, Qt.Key.Key_F2)
    line = outline.findChild(QLineEdit)
    assert line is not None
    type_text(line, "Another folder")
    press(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _wizard(document)[0]["items"][1]["desc"] == "Another folder")
    outline.setFocus()
    press(outline, Qt.Key.Key_Delete)
    assert _wizard(document) == json.loads(WIZARD)


def test_copy_and_paste_go_over_the_clipboard_as_text(editor: WizardEditor, document: Document) -> None:
    outline = editor.designer.outline
    _choose(editor, "/0/items/0")
    press(outline, Qt.Key.Key_C, CONTROL)
    assert json.loads(QGuiApplication.clipboard().text()) == json.loads(WIZARD)[0]["items"][0]
    _choose(editor, "/0")
    _add(editor, "Page")
    press(outline, Qt.Key.Key_V, CONTROL)
    assert _wizard(document)[1]["items"][0]["subitems"][0]["key"] == "wizard_folder_2"
    press(outline, Qt.Key.Key_X, CONTROL)
    assert _wizard(document)[1]["items"] == []


def test_pasting_other_text_is_refused_in_words(editor: WizardEditor, notifier: FakeNotifier) -> None:
    QGuiApplication.clipboard().setText("hello")
    editor.designer.paste()
    assert "no part of a wizard" in notifier.informed[-1]


def test_rows_are_dragged_within_and_over_pages(editor: WizardEditor, document: Document) -> None:
    _choose(editor, "/0/items/0")
    _add(editor, "Text")
    _add(editor, "Page")
    _drag(editor, "/0/items/1", "/0/items/0", 0.0)
    assert "desc" in _wizard(document)[0]["items"][0]
    assert "type" not in _wizard(document)[0]["items"][0]
    _drag(editor, "/0/items/0", "/1", 0.5)
    assert _wizard(document)[1]["items"] == [{"desc": "Text for people."}]
    assert editor.designer.selected == "/1/items/0"
    document.stack.undo()
    assert len(_wizard(document)[0]["items"]) == 2
    _drag(editor, "/1", "/0", 0.0)
    assert _wizard(document)[0]["items"] == []


def test_a_field_cannot_be_dropped_on_a_text(editor: WizardEditor, document: Document, notifier: FakeNotifier) -> None:
    _choose(editor, "/0/items/0")
    _add(editor, "Text")
    before = document.content(PATH)
    _drag(editor, FIELD, "/0/items/1", 0.5)
    assert document.content(PATH) == before
    assert notifier.informed


def test_a_key_that_is_taken_is_refused_where_it_is_typed(editor: WizardEditor, document: Document) -> None:
    _choose(editor, FIELD)
    click(editor.designer.properties.add_field)
    assert _wizard(document)[0]["items"][0]["subitems"][1]["key"] == "wizard_answer"
    before = document.content(PATH)
    row = _row(editor, "key")
    _type(editor, "key", "wizard_folder")
    assert "Another field" in row.error.text()
    assert row.error.isVisible()
    press(row.input.inner, Qt.Key.Key_Return)
    assert document.content(PATH) == before
    assert isinstance(row.input, KeyInput)
    assert row.input.edit.text() == "wizard_answer"
    _type(editor, "key", "2 words")
    assert "letters, digits" in row.error.text()
    _type(editor, "key", "wizard_other")
    assert not row.error.isVisible()
    press(row.input.inner, Qt.Key.Key_Return)
    assert _wizard(document)[0]["items"][0]["subitems"][1]["key"] == "wizard_other"


def test_renaming_a_key_offers_its_uses(editor: WizardEditor, document: Document, qtbot: QtBot) -> None:
    script = b'#!/bin/sh\necho "$wizard_folder"\n'
    document.push(set_content(document.entries, "scripts/postinst", script), "x")
    _choose(editor, FIELD)
    uses = editor.designer.properties.uses
    qtbot.waitUntil(lambda: "postinst" in uses.text.text())
    _type(editor, "key", "wizard_place")
    press(_row(editor, "key").input.inner, Qt.Key.Key_Return)
    dialog = _dialog(editor, RenameKeyDialog)
    assert dialog.places.topLevelItem(0).text(0) == "scripts/postinst"
    click(dialog.everywhere)
    assert document.content("scripts/postinst") == script.replace(b"wizard_folder", b"wizard_place")
    assert _wizard(document)[0]["items"][0]["subitems"][0]["key"] == "wizard_place"
    document.stack.undo()
    assert document.content("scripts/postinst") == script
    assert document.content(PATH) == WIZARD


def test_backing_out_of_renaming_keeps_the_key(editor: WizardEditor, document: Document) -> None:
    document.push(set_content(document.entries, "scripts/postinst", b"echo $wizard_folder\n"), "x")
    _choose(editor, FIELD)
    _type(editor, "key", "wizard_place")
    row = _row(editor, "key")
    press(row.input.inner, Qt.Key.Key_Return)
    press(_dialog(editor, RenameKeyDialog), Qt.Key.Key_Escape)
    assert document.content(PATH) == WIZARD
    assert isinstance(row.input, KeyInput)
    assert row.input.edit.text() == "wizard_folder"


def test_only_here_leaves_the_script(editor: WizardEditor, document: Document) -> None:
    document.push(set_content(document.entries, "scripts/postinst", b"echo $wizard_folder\n"), "x")
    _choose(editor, FIELD)
    _type(editor, "key", "wizard_place")
    press(_row(editor, "key").input.inner, Qt.Key.Key_Return)
    click(_dialog(editor, RenameKeyDialog).only_here)
    assert b"wizard_place" in document.content(PATH)
    assert document.content("scripts/postinst") == b"echo $wizard_folder\n"


def test_an_answer_is_used_in_a_script(editor: WizardEditor, document: Document) -> None:
    _choose(editor, FIELD)
    wanted: list[tuple[str, str, int, int]] = []
    editor.place_wanted.connect(lambda *place: wanted.append(place))
    click(editor.designer.properties.uses.use)
    dialog = _dialog(editor, UseInScriptDialog)
    assert 'FOLDER="${wizard_folder:-}"' in dialog.lines.toPlainText()
    assert any("{{wizard_folder}}" in label.text() for label in dialog.findChildren(QLabel))
    click(dialog.insert)
    assert document.content("scripts/postinst").splitlines()[2] == b'FOLDER="${wizard_folder:-}"'
    assert wanted == [("scripts/postinst", "", 3, 1)]


def test_problems_stand_at_their_rows(editor: WizardEditor, document: Document) -> None:
    document.push(set_content(document.entries, PATH, WIZARD.replace(b"wizard_folder", b"PATH")), "x")
    editor.set_problems([problem for problem in find_problems(document.package, quiet()) if problem.path == PATH])
    _choose(editor, FIELD)
    assert "PATH" in _row(editor, "key").error.text()
    item = editor.designer.outline.item_at(FIELD)
    assert item is not None
    assert "PATH" in item.toolTip(0)
    editor.set_problems([])
    assert not _row(editor, "key").error.isVisible()


def test_a_place_is_revealed_in_its_row(editor: WizardEditor) -> None:
    editor.reveal(field=f"{FIELD}/desc")
    assert editor.designer.selected == FIELD
    assert _row(editor, "desc").input.inner.hasFocus()
    editor.reveal(field="/0")
    assert editor.designer.outline.hasFocus()


def test_html_keeps_its_line_breaks(editor: WizardEditor, document: Document) -> None:
    text = WIZARD.replace(b'"Folder"', b'"One\\nTwo<br/>Three"')
    document.push(set_content(document.entries, PATH, text), "x")
    _choose(editor, "/0/items/0")
    row = _row(editor, "desc")
    assert isinstance(row.input, LinesInput)
    row.input.area.setFocus()
    press(row.input.area, Qt.Key.Key_End, CONTROL)
    press(row.input.area, Qt.Key.Key_Return)
    type_text(row.input.area, "!")
    assert _wizard(document)[0]["items"][0]["desc"] == "One\nTwo<br/>Three<br>\n!"


def test_a_list_is_filled_by_hand_or_by_the_nas(editor: WizardEditor, document: Document) -> None:
    _choose(editor, "/0/items/0")
    _add(editor, "Drop-down list that the NAS fills")
    _choose(editor, "/0/items/1/subitems/0")
    assert _row(editor, "api_store/api").input.isVisible()
    combo = _row(editor, "source").input.inner
    combo.setFocus()
    press(combo, Qt.Key.Key_Up)
    _type(editor, "store", "one | First")
    field = _wizard(document)[0]["items"][1]["subitems"][0]
    assert "api_store" not in field
    assert field["store"]["data"] == [["one", "First"]]


def test_the_text_replaces_the_preview_and_stays_in_step(editor: WizardEditor, document: Document) -> None:
    click(editor.switch["text"])
    assert editor.text.isVisible()
    assert not editor.preview.isVisible()
    _choose(editor, "/0")
    _type(editor, "step_title", "Elsewhere")
    assert '"Elsewhere"' in editor.text.pane.editor.text()
    editor.text.pane.editor.go_to(1, 1)
    type_text(editor.text.pane.editor, "x")
    assert editor.unreadable.isVisible()
    document.stack.undo()
    assert not editor.unreadable.isVisible()
    click(editor.switch["preview"])
    assert editor.preview.isVisible()


def test_an_empty_wizard_begins_with_a_starter(opened: Opener, document: Document) -> None:
    path = "WIZARD_UIFILES/uninstall_uifile"
    document.push(set_content(document.entries, path, b"[\n]\n"), "Create")
    editor = opened(path)
    assert isinstance(editor, WizardEditor)
    start = editor.designer.start
    assert start.isVisible()
    click(start.cards["keep"])
    assert not start.isVisible()
    assert "WIZARD_KEEP_DATA" in document.text(path)
    press(editor.designer.outline, Qt.Key.Key_Delete)
    assert start.isVisible()
    assert not start.cards["general"].isVisible()
    click(start.cards["install"])
    assert _wizard(document, path) == json.loads(WIZARD)
    editor.context.tasks.wait()


def test_languages_are_added_compared_and_completed(editor: WizardEditor, document: Document, opened: Opener) -> None:
    wanted: list[str] = []
    editor.place_wanted.connect(lambda path, *_rest: wanted.append(path))
    click(editor.languages.add)
    menu = editor.languages.menu
    assert menu.isVisible()
    menu.close()
    _trigger(menu, "German (ger)")
    german = f"{PATH}_ger"
    assert wanted == [german]
    assert document.content(german) == WIZARD
    _choose(editor, FIELD)
    editor.designer.add_field()
    assert editor.languages.choice.itemText(1) == "German: lacks 1 part"
    other = opened(german)
    assert isinstance(other, WizardEditor)
    assert other.languages.complete.isVisible()
    click(other.languages.complete)
    assert len(_wizard(document, german)[0]["items"][0]["subitems"]) == 2
    assert not other.languages.complete.isVisible()
    other.context.tasks.wait()


def test_the_context_menu_offers_all_that_the_keys_do(editor: WizardEditor, document: Document) -> None:
    _choose(editor, "/0/items/0")
    editor.designer.fill_context_menu()
    menu = editor.designer.context_menu
    names = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert names == ["Add", "Rename", "Duplicate", "Cut", "Copy", "Paste", "Move up", "Move down", "Remove"]
    _trigger(menu, "Duplicate")
    assert len(_wizard(document)[0]["items"]) == 2


def test_a_vue_page_is_shown_as_such_and_kept(opened: Opener, document: Document) -> None:
    data = b'[{"custom_render_fn": "load({name: \'x\'})", "custom_render_name": "x", "more": 1}]'
    document.push(set_content(document.entries, PATH, data), "x")
    editor = opened(PATH)
    assert isinstance(editor, WizardEditor)
    _choose(editor, "/0")
    assert editor.designer.properties.heading.text() == "Vue page"
    assert "more" in editor.designer.properties.unknown.text()
    _type(editor, "custom_render_name", "y")
    assert document.content(PATH) == data.replace(b'"x", "more"', b'"y", "more"')


def test_a_bundle_and_pages_come_from_files(
    editor: WizardEditor, document: Document, notifier: FakeNotifier, tmp_path: Path, qtbot: QtBot
) -> None:
    bundle, pages, broken = tmp_path / "bundle.js", tmp_path / "pages.json", tmp_path / "broken.json"
    bundle.write_text("load({name: 'page'})", encoding="utf-8")
    pages.write_bytes(WIZARD)
    broken.write_bytes(b"\xff\xfe")
    _choose(editor, "/0")
    _add(editor, "Vue page (DSM 7.2.2)")
    row = _row(editor, "custom_render_fn")
    assert isinstance(row.input, BundleInput)
    notifier.files.append([bundle])
    click(row.input.replace)
    qtbot.waitUntil(lambda: _wizard(document)[1]["custom_render_fn"] == "load({name: 'page'})")
    assert row.input.edit.text() == "20 characters"
    notifier.files.append([pages])
    _add(editor, "Pages from a file…")
    qtbot.waitUntil(lambda: len(_wizard(document)) == 3)
    notifier.files.append([broken])
    _add(editor, "Pages from a file…")
    qtbot.waitUntil(lambda: bool(notifier.errors))


def test_a_key_can_follow_its_label(editor: WizardEditor, document: Document) -> None:
    _choose(editor, FIELD)
    _type(editor, "desc", "Photo album")
    assert editor.designer.properties.propose.text() == "Name it wizard_photo_album, after the label"
    click(editor.designer.properties.propose)
    assert _wizard(document)[0]["items"][0]["subitems"][0]["key"] == "wizard_photo_album"
    assert not editor.designer.properties.propose.isVisible()


def test_enter_goes_from_the_outline_into_its_form(editor: WizardEditor) -> None:
    _choose(editor, FIELD)
    press(editor.designer.outline, Qt.Key.Key_Return)
    assert _row(editor, "desc").input.inner.hasFocus()


def test_folded_rows_open_for_their_problem_and_by_their_headline(editor: WizardEditor, document: Document) -> None:
    _choose(editor, FIELD)
    rules, more = (editor.designer.properties.sections[name] for name in ("rules", "more"))
    assert not rules.form.rows
    click(more.button)
    assert more.form.rows["width"].isVisible()
    data = WIZARD.replace(b'"desc": "Name"', b'"validator": {"vtype": "letters"}')
    document.push(set_content(document.entries, PATH, data), "x")
    editor.set_problems([problem for problem in find_problems(document.package, quiet()) if problem.path == PATH])
    assert "letters" in rules.form.rows["validator/vtype"].error.text()


def test_a_broken_text_leaves_the_designer_alone(editor: WizardEditor, document: Document) -> None:
    _choose(editor, FIELD)
    document.push(set_content(document.entries, PATH, b"[{"), "x")
    editor.preview.place_chosen.emit("/0")
    editor.preview.page_shown.emit(0)
    assert editor.unreadable.isVisible()
    document.stack.undo()
    assert editor.designer.selected == FIELD
    assert _titles(editor) == ["Where", "Folder", "Name"]


def test_the_text_follows_the_outline(editor: WizardEditor) -> None:
    click(editor.switch["text"])
    _choose(editor, FIELD)
    assert editor.text.pane.editor.caret()[0] == 3
    assert editor.designer.outline.hasFocus()


def test_everything_has_a_name_for_screen_readers(editor: WizardEditor) -> None:
    _choose(editor, FIELD)
    for section in editor.designer.properties.sections.values():
        for row in section.form.rows.values():
            assert row.input.inner.accessibleName()
    assert editor.designer.outline.accessibleName()
    assert editor.languages.choice.accessibleName()
    assert all(tool.accessibleName() for tool in editor.designer.tools.values())


def test_no_part_of_the_designer_flashes_up_as_a_window(opened: Opener, qapp: QApplication) -> None:
    seen: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                seen.append(type(watched).__name__)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    editor = opened(PATH)
    assert isinstance(editor, WizardEditor)
    for place in ("/0", "/0/items/0", FIELD):
        editor.designer.select(place)
    for section in editor.designer.properties.sections.values():
        section.set_open(is_open=True)
    click(editor.switch["text"])
    qapp.removeEventFilter(watch)
    assert set(seen) == {"WizardEditor"}
    editor.context.tasks.wait()


def test_a_script_wizard_shows_text_and_trial(opened: Opener, document: Document, qtbot: QtBot) -> None:
    path = f"{PATH}.sh"
    document.push(set_content(document.entries, path, b"#!/bin/sh\n"), "x")
    editor = opened(path)
    assert isinstance(editor, WizardScriptEditor)
    assert editor.preview is not None
    assert editor.preview.isVisible()
    QTest.keyClicks(editor.script.pane.editor, "#")
    assert document.content(path) == b"##!/bin/sh\n"
    click(editor.show_preview)
    assert not editor.preview.isVisible()
    qtbot.waitUntil(lambda: editor.context.tasks.wait(1000))
