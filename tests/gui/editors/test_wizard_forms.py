"""Tests of the forms, languages, beginnings and texts of the wizard designer as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from gui.editors.wizard.inputs import BundleInput, LinesInput
from gui.editors.wizard.scriptview import WizardScriptEditor
from gui.editors.wizard.view import WizardEditor
from gui.services.document import Document
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.changes import set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.conftest import WIZARD, Opener
from tests.gui.editors.wizarddesk import (
    CONTROL,
    FIELD,
    PATH,
    add,
    choose,
    pages_of,
    row_of,
    titles,
    trigger,
    type_into,
)

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(wizard_editor: WizardEditor) -> WizardEditor:
    return wizard_editor


def test_problems_stand_at_their_rows(editor: WizardEditor, document: Document) -> None:
    document.push(set_content(document.entries, PATH, WIZARD.replace(b"wizard_folder", b"PATH")), "x")
    editor.set_problems([problem for problem in find_problems(document.package, quiet()) if problem.path == PATH])
    choose(editor, FIELD)
    assert "PATH" in row_of(editor, "key").error.text()
    item = editor.designer.outline.item_at(FIELD)
    assert item is not None
    assert "PATH" in item.toolTip(0)
    editor.set_problems([])
    assert not row_of(editor, "key").error.isVisible()


def test_a_place_is_revealed_in_its_row(editor: WizardEditor) -> None:
    editor.reveal(field=f"{FIELD}/desc")
    assert editor.designer.selected == FIELD
    assert row_of(editor, "desc").input.inner.hasFocus()
    editor.reveal(field="/0")
    assert editor.designer.outline.hasFocus()


def test_html_keeps_its_line_breaks(editor: WizardEditor, document: Document) -> None:
    text = WIZARD.replace(b'"Folder"', b'"One\\nTwo<br/>Three"')
    document.push(set_content(document.entries, PATH, text), "x")
    choose(editor, "/0/items/0")
    row = row_of(editor, "desc")
    assert isinstance(row.input, LinesInput)
    row.input.area.setFocus()
    press(row.input.area, Qt.Key.Key_End, CONTROL)
    press(row.input.area, Qt.Key.Key_Return)
    type_text(row.input.area, "!")
    assert pages_of(document)[0]["items"][0]["desc"] == "One\nTwo<br/>Three<br>\n!"


def test_a_list_is_filled_by_hand_or_by_the_nas(editor: WizardEditor, document: Document) -> None:
    choose(editor, "/0/items/0")
    add(editor, "Drop-down list that the NAS fills")
    choose(editor, "/0/items/1/subitems/0")
    assert row_of(editor, "api_store/api").input.isVisible()
    combo = row_of(editor, "source").input.inner
    combo.setFocus()
    press(combo, Qt.Key.Key_Up)
    type_into(editor, "store", "one | First")
    field = pages_of(document)[0]["items"][1]["subitems"][0]
    assert "api_store" not in field
    assert field["store"]["data"] == [["one", "First"]]


def test_the_text_replaces_the_preview_and_stays_in_step(editor: WizardEditor, document: Document) -> None:
    click(editor.switch["text"])
    assert editor.text.isVisible()
    assert not editor.preview.isVisible()
    choose(editor, "/0")
    type_into(editor, "step_title", "Elsewhere")
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
    assert pages_of(document, path) == json.loads(WIZARD)
    editor.context.tasks.wait()


def test_an_empty_file_has_no_pages_and_no_errors(opened: Opener, document: Document) -> None:
    path = "WIZARD_UIFILES/upgrade_uifile"
    document.push(set_content(document.entries, path, b""), "Create")
    editor = opened(path)
    assert isinstance(editor, WizardEditor)
    assert editor.preview.empty.isVisible()
    assert "No pages" in [label.text() for label in editor.preview.empty.findChildren(QLabel)]
    editor.context.tasks.wait()


def test_ready_made_pages_follow_the_page_that_is_selected(editor: WizardEditor, document: Document) -> None:
    choose(editor, "/0")
    add(editor, "Text")
    choose(editor, FIELD)
    editor.designer.fill_add_menu()
    ready = next(menu for menu in editor.designer.add_menu.findChildren(QMenu) if menu.title() == "Ready-made pages")
    trigger(ready, "Licence that people must agree to")
    assert [page["step_title"] for page in pages_of(document)] == ["Where", "Licence"]
    assert editor.designer.selected == "/1"
    document.stack.undo()
    assert len(pages_of(document)) == 1


def test_languages_are_added_compared_and_completed(editor: WizardEditor, document: Document, opened: Opener) -> None:
    wanted: list[str] = []
    editor.place_wanted.connect(lambda path, *_rest: wanted.append(path))
    click(editor.languages.add)
    menu = editor.languages.menu
    assert menu.isVisible()
    menu.close()
    trigger(menu, "German (ger)")
    german = f"{PATH}_ger"
    assert wanted == [german]
    assert document.content(german) == WIZARD
    choose(editor, FIELD)
    editor.designer.add_field()
    assert editor.languages.choice.itemText(1) == "German: lacks 1 part"
    other = opened(german)
    assert isinstance(other, WizardEditor)
    assert other.languages.complete.isVisible()
    click(other.languages.complete)
    assert len(pages_of(document, german)[0]["items"][0]["subitems"]) == 2
    assert not other.languages.complete.isVisible()
    other.context.tasks.wait()


def test_the_context_menu_offers_all_that_the_keys_do(editor: WizardEditor, document: Document) -> None:
    choose(editor, "/0/items/0")
    editor.designer.fill_context_menu()
    menu = editor.designer.context_menu
    names = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert names == ["Add", "Rename", "Duplicate", "Cut", "Copy", "Paste", "Move up", "Move down", "Remove"]
    trigger(menu, "Duplicate")
    assert len(pages_of(document)[0]["items"]) == 2


def test_a_vue_page_is_shown_as_such_and_kept(opened: Opener, document: Document) -> None:
    data = b'[{"custom_render_fn": "load({name: \'x\'})", "custom_render_name": "x", "more": 1}]'
    document.push(set_content(document.entries, PATH, data), "x")
    editor = opened(PATH)
    assert isinstance(editor, WizardEditor)
    choose(editor, "/0")
    assert editor.designer.properties.heading.text() == "Vue page"
    assert "more" in editor.designer.properties.unknown.text()
    type_into(editor, "custom_render_name", "y")
    assert document.content(PATH) == data.replace(b'"x", "more"', b'"y", "more"')


def test_a_bundle_and_pages_come_from_files(
    editor: WizardEditor, document: Document, notifier: FakeNotifier, tmp_path: Path, qtbot: QtBot
) -> None:
    bundle, pages, broken = tmp_path / "bundle.js", tmp_path / "pages.json", tmp_path / "broken.json"
    bundle.write_text("load({name: 'page'})", encoding="utf-8")
    pages.write_bytes(WIZARD)
    broken.write_bytes(b"\xff\xfe")
    choose(editor, "/0")
    add(editor, "Vue page (DSM 7.2.2)")
    row = row_of(editor, "custom_render_fn")
    assert isinstance(row.input, BundleInput)
    notifier.files.append([bundle])
    click(row.input.replace)
    qtbot.waitUntil(lambda: pages_of(document)[1]["custom_render_fn"] == "load({name: 'page'})")
    assert row.input.edit.text() == "20 characters"
    notifier.files.append([pages])
    add(editor, "Pages from a file…")
    qtbot.waitUntil(lambda: len(pages_of(document)) == 3)
    notifier.files.append([broken])
    add(editor, "Pages from a file…")
    qtbot.waitUntil(lambda: bool(notifier.errors))


def test_a_bundle_goes_to_its_page_whatever_is_selected_by_then(
    editor: WizardEditor, document: Document, notifier: FakeNotifier, tmp_path: Path, qtbot: QtBot
) -> None:
    bundle = tmp_path / "bundle.js"
    bundle.write_text("load()", encoding="utf-8")
    choose(editor, "/0")
    add(editor, "Vue page (DSM 7.2.2)")
    found = row_of(editor, "custom_render_fn").input
    assert isinstance(found, BundleInput)
    notifier.files.append([bundle])
    click(found.replace)
    choose(editor, FIELD)
    qtbot.waitUntil(lambda: pages_of(document)[1]["custom_render_fn"] == "load()")
    assert "custom_render_fn" not in str(pages_of(document)[0])


def test_pages_read_into_a_broken_file_change_nothing(
    editor: WizardEditor, document: Document, notifier: FakeNotifier, tmp_path: Path, qtbot: QtBot
) -> None:
    pages = tmp_path / "pages.json"
    pages.write_bytes(WIZARD)
    notifier.files.append([pages])
    add(editor, "Pages from a file…")
    document.push(set_content(document.entries, PATH, b'[{"items": ['), "broken")
    qtbot.waitUntil(lambda: bool(notifier.informed))
    assert document.content(PATH) == b'[{"items": ['


def test_a_key_can_follow_its_label(editor: WizardEditor, document: Document) -> None:
    choose(editor, FIELD)
    type_into(editor, "desc", "Photo album")
    assert editor.designer.properties.propose.text() == "Name it wizard_photo_album, after the label"
    click(editor.designer.properties.propose)
    assert pages_of(document)[0]["items"][0]["subitems"][0]["key"] == "wizard_photo_album"
    assert not editor.designer.properties.propose.isVisible()


def test_enter_goes_from_the_outline_into_its_form(editor: WizardEditor) -> None:
    choose(editor, FIELD)
    press(editor.designer.outline, Qt.Key.Key_Return)
    assert row_of(editor, "desc").input.inner.hasFocus()


def test_folded_rows_open_for_their_problem_and_by_their_headline(editor: WizardEditor, document: Document) -> None:
    choose(editor, FIELD)
    rules, more = (editor.designer.properties.sections[name] for name in ("rules", "more"))
    assert not rules.form.rows
    click(more.button)
    assert more.form.rows["width"].isVisible()
    data = WIZARD.replace(b'"desc": "Name"', b'"validator": {"vtype": "letters"}')
    document.push(set_content(document.entries, PATH, data), "x")
    editor.set_problems([problem for problem in find_problems(document.package, quiet()) if problem.path == PATH])
    assert "letters" in rules.form.rows["validator/vtype"].error.text()


def test_a_broken_text_leaves_the_designer_alone(editor: WizardEditor, document: Document) -> None:
    choose(editor, FIELD)
    document.push(set_content(document.entries, PATH, b"[{"), "x")
    editor.preview.place_chosen.emit("/0")
    editor.preview.page_shown.emit(0)
    assert editor.unreadable.isVisible()
    document.stack.undo()
    assert editor.designer.selected == FIELD
    assert titles(editor) == ["Where", "Folder", "Name"]


def test_the_text_follows_the_outline(editor: WizardEditor) -> None:
    click(editor.switch["text"])
    choose(editor, FIELD)
    assert editor.text.pane.editor.caret()[0] == 3
    assert editor.designer.outline.hasFocus()


def test_everything_has_a_name_for_screen_readers(editor: WizardEditor) -> None:
    choose(editor, FIELD)
    for section in editor.designer.properties.sections.values():
        for row in section.form.rows.values():
            assert row.input.inner.accessibleName()
    assert editor.designer.outline.accessibleName()
    assert editor.languages.choice.accessibleName()
    assert all(tool.accessibleName() for tool in editor.designer.tools.values())


def test_no_part_of_the_designer_flashes_up_as_a_window(opened: Opener, windows_shown: list[str]) -> None:
    editor = opened(PATH)
    assert isinstance(editor, WizardEditor)
    for place in ("/0", "/0/items/0", FIELD):
        editor.designer.select(place)
    for section in editor.designer.properties.sections.values():
        section.set_open(is_open=True)
    click(editor.switch["text"])
    assert set(windows_shown) == {"WizardEditor"}
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
