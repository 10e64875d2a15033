"""The editors of desktop entries, help and texts, as a person uses them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.editors.desktop.adddialog import AddEntryDialog
from gui.editors.desktop.helpview import HelpEditor, PageInput
from gui.editors.desktop.view import DesktopEditor
from gui.editors.icons.dialog import MakeIconsDialog
from gui.editors.schemaform.inputs import PickInput, TickInput
from gui.editors.schemaform.lists import CardsForm
from gui.editors.strings.view import StringsEditor
from gui.services.document import Document
from spkcore.package.changes import set_content
from spkcore.package.jsontext import parse
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, press, type_text

CONFIG = "package/ui/config"
ONE, TWO = "/.url/demo.One", "/.url/demo.Two"
ENTRIES = {
    ".url": {
        "demo.One": {
            "type": "url",
            "title": "app:one",
            "icon": "images/icon_{0}.png",
            "url": "/one",
            "odd": {"kept": 1},
        },
        "demo.Two": {"type": "legacy", "title": "Two", "icon": "images/icon_{0}.png", "url": "/two", "port": "81"},
    }
}
ENGLISH = b'; mine\n[app]\none="First"\nhint = "A hint"\n'


@pytest.fixture
def document(open_package: Opened, sample: Path) -> Document:
    (sample / "package" / "ui" / "config").write_text(json.dumps(ENTRIES, indent=2))
    shutil.rmtree(sample / "package" / "ui" / "texts", ignore_errors=True)
    for code, data in (("enu", ENGLISH), ("fre", b'[app]\none="Premier"\n')):
        folder = sample / "package" / "ui" / "texts" / code
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "strings").write_bytes(data)
    info = (sample / "INFO").read_text(encoding="utf-8")
    lines = [line for line in info.splitlines() if not line.startswith("dsmappname")]
    (sample / "INFO").write_text("\n".join([*lines, 'dsmappname="demo.One"', ""]), encoding="utf-8")
    return open_package(sample)


@pytest.fixture
def editor(program: Program, document: Document, qtbot: QtBot) -> DesktopEditor:
    activate(program, qtbot)
    page_of(program).show_part(CONFIG)
    shown = page_of(program).editor
    assert isinstance(shown, DesktopEditor)
    return shown


@pytest.fixture
def strings(program: Program, document: Document, qtbot: QtBot) -> StringsEditor:
    activate(program, qtbot)
    page_of(program).show_part("package/ui/texts/fre/strings")
    shown = page_of(program).editor
    assert isinstance(shown, StringsEditor)
    return shown


def config(document: Document) -> dict[str, Any]:
    value: dict[str, Any] = parse(document.text(CONFIG)).value()[".url"]
    return value


def titles(editor: DesktopEditor) -> list[str]:
    return [editor.list.item(at).text() for at in range(editor.list.count())]


def field(editor: DesktopEditor, name: str) -> QLineEdit:
    assert editor.page is not None
    inner = editor.page.form.fields.rows[name].input.inner
    assert isinstance(inner, QLineEdit)
    return inner


def test_the_menu_shows_titles_in_the_chosen_language(editor: DesktopEditor) -> None:
    assert titles(editor) == ["First", "Two"]
    assert editor.menu.accessibleDescription() == "First, Two"
    editor.language.setFocus()
    press(editor.language, Qt.Key.Key_Down)
    assert titles(editor) == ["Premier", "Two"]


def test_a_click_in_the_menu_shows_the_entry_and_its_form(editor: DesktopEditor, document: Document) -> None:
    QTest.mouseClick(editor.menu, Qt.MouseButton.LeftButton, pos=editor.menu.place_of(TWO).center())
    page = editor.page
    assert page is not None
    assert page.pointer == TWO
    assert page.opens.text() == "Opens http://nas:81/two"
    title = field(editor, "title")
    title.selectAll()
    type_text(title, "Second")
    assert config(document)["demo.Two"]["title"] == "Second"
    assert titles(editor) == ["First", "Second"]
    document.stack.undo()
    assert parse(document.text(CONFIG)).value() == ENTRIES


def test_an_edit_keeps_what_the_form_does_not_know(editor: DesktopEditor, document: Document) -> None:
    editor.select(ONE)
    type_text(field(editor, "url"), "x")
    assert config(document)["demo.One"]["odd"] == {"kept": 1}


def dialog_of(program: Program) -> AddEntryDialog:
    return program.window.findChildren(AddEntryDialog)[-1]


def test_an_entry_is_begun_in_the_dialog(editor: DesktopEditor, program: Program, document: Document) -> None:
    click(editor.add_button)
    dialog = dialog_of(program)
    assert not dialog.add.isEnabled()
    click(dialog.ways["port"])
    assert not dialog.address.isVisible()
    type_text(dialog.title, "Admin page")
    click(dialog.add)
    assert "port" in dialog.error.text()
    type_text(dialog.port, "9000")
    press(dialog.port, Qt.Key.Key_Return)
    assert editor.page is not None
    name = editor.page.pointer.rpartition("/")[2]
    assert config(document)[name]["port"] == "9000"
    assert field(editor, "title").hasFocus()
    document.stack.undo()
    assert parse(document.text(CONFIG)).value() == ENTRIES


def test_esc_closes_the_dialog(editor: DesktopEditor, program: Program, document: Document) -> None:
    click(editor.add_button)
    dialog = dialog_of(program)
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not document.is_dirty


def test_without_entries_the_keyboard_is_led_to_the_button_that_adds_one(
    editor: DesktopEditor, program: Program, document: Document
) -> None:
    for _ in ENTRIES[".url"]:
        editor.list.setFocus()
        press(editor.list, Qt.Key.Key_Delete)
    assert not config(document)
    begin = editor.nothing.focusProxy()
    assert begin is not None
    leads: tuple[Callable[[], object], ...] = (
        partial(editor.setFocus, Qt.FocusReason.OtherFocusReason),
        partial(editor.reveal, "/.url"),
    )
    for lead in leads:
        editor.add_button.setFocus()
        lead()
        assert begin.hasFocus()
    press(begin, Qt.Key.Key_Space)
    press(dialog_of(program), Qt.Key.Key_Escape)
    document.stack.undo()
    editor.setFocus()
    assert editor.list.hasFocus()


def test_a_script_entry_is_removed_with_its_folder(
    editor: DesktopEditor, program: Program, document: Document, notifier: FakeNotifier
) -> None:
    click(editor.add_button)
    dialog = dialog_of(program)
    assert not dialog.note.isVisible()
    click(dialog.ways["script"])
    assert dialog.note.text().startswith("Not certain on every DSM")
    type_text(dialog.title, "Tidy up")
    press(dialog.title, Qt.Key.Key_Return)
    assert "package/ui/tidy-up/run.cgi" in document.entries
    notifier.answers = ["all"]
    editor.list.setFocus()
    press(editor.list, Qt.Key.Key_Delete)
    assert "package/ui/tidy-up" in notifier.questions[-1].text
    assert "package/ui/tidy-up/run.cgi" not in document.entries
    assert titles(editor) == ["First", "Two"]


def test_f2_renames_in_info_too(editor: DesktopEditor, document: Document, notifier: FakeNotifier) -> None:
    editor.select(ONE)
    notifier.texts = ["demo.Uno"]
    press(editor.list, Qt.Key.Key_F2)
    assert list(config(document)) == ["demo.Uno", "demo.Two"]
    assert 'dsmappname="demo.Uno"' in document.text("INFO")
    assert editor.list.pointer == "/.url/demo.Uno"


def test_alt_down_moves_an_entry(editor: DesktopEditor, document: Document) -> None:
    editor.select(ONE)
    press(editor.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert list(config(document)) == ["demo.Two", "demo.One"]
    assert titles(editor) == ["Two", "First"]


def test_the_mouse_drags_an_entry_to_another_place(editor: DesktopEditor, document: Document) -> None:
    editor.select(ONE)
    below = editor.list.visualItemRect(editor.list.item(1)).center() + QPoint(0, 60)
    data = editor.list.model().mimeData([editor.list.currentIndex()])
    how = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(editor.list.viewport(), QDragEnterEvent(below, *how))
    QApplication.sendEvent(editor.list.viewport(), QDragMoveEvent(below, *how))
    QApplication.sendEvent(editor.list.viewport(), QDropEvent(QPointF(below), *how))
    assert list(config(document)) == ["demo.Two", "demo.One"]
    assert titles(editor) == ["Two", "First"]
    assert editor.list.pointer == ONE, "what was dragged stays chosen"


def test_a_title_is_picked_from_the_texts(editor: DesktopEditor, document: Document, qtbot: QtBot) -> None:
    editor.select(TWO)
    assert editor.page is not None
    picker = editor.page.form.fields.rows["title"].input
    assert isinstance(picker, PickInput)
    click(picker.button)
    assert [picker.button.popup.list.item(at).text() for at in range(2)] == ["app:one   First", "app:hint   A hint"]
    press(picker.button.popup.filter, Qt.Key.Key_Down)
    press(picker.button.popup.filter, Qt.Key.Key_Return)
    assert config(document)["demo.Two"]["title"] in {"app:one", "app:hint"}
    assert titles(editor)[1] in {"First", "A hint"}


def test_early_texts_are_ticked(editor: DesktopEditor, document: Document) -> None:
    editor.select(TWO)
    assert editor.page is not None
    assert editor.page.form.focus_pointer(f"{TWO}/preloadTexts")
    ticks = editor.page.form.fields.rows["preloadTexts"].input
    assert isinstance(ticks, TickInput)
    click(ticks.button)
    for at, early in ((1, ["app:hint"]), (0, ["app:hint", "app:one"])):
        box = ticks.button.popup.list.visualItemRect(ticks.button.popup.list.item(at)).center()
        QTest.mouseClick(ticks.button.popup.list.viewport(), Qt.MouseButton.LeftButton, pos=box)
        assert config(document)["demo.Two"]["preloadTexts"] == early
    press(ticks.button.popup.filter, Qt.Key.Key_Escape)
    assert not ticks.button.popup.isVisible()


def test_in_a_low_narrow_window_the_form_has_the_room(editor: DesktopEditor, program: Program, qtbot: QtBot) -> None:
    editor.select(ONE)
    program.window.resize(900, 600)
    qtbot.waitUntil(lambda: not editor.menu.isVisible())
    page = editor.page
    assert page is not None
    body = page.widget()
    assert body is not None
    qtbot.waitUntil(lambda: body.width() <= page.viewport().width())
    program.window.resize(1280, 900)
    qtbot.waitUntil(editor.menu.isVisible)


def test_who_sees_it_is_said_in_words(editor: DesktopEditor, document: Document) -> None:
    editor.select(TWO)
    assert editor.page is not None
    assert editor.page.audience.text() == "Only administrators see it."
    editor.part.set(f"{TWO}/allUsers", value=True, text="Change")
    editor.refresh(frozenset({CONFIG}))
    assert editor.page.audience.text() == "Everybody who logs in to DSM sees it."


def test_icons_are_made_for_the_entry(editor: DesktopEditor, program: Program) -> None:
    editor.select(ONE)
    assert editor.page is not None
    sizes = [size for size, _data in editor.part.icons(editor.part.entries()[0])]
    assert sizes == [16, 24, 32, 48, 64, 72, 256]
    click(editor.page.icons_button)
    dialog = program.window.findChildren(MakeIconsDialog)[-1]
    assert dialog.isVisible()
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_applications_and_odd_entries_are_shown(
    program: Program, document: Document, qtbot: QtBot, editor: DesktopEditor
) -> None:
    odd = b'{"a.js": {"x": {"type": "app", "title": "App"}, "y": []}, ".url": {"x": {"title": "Link"}}}'
    document.push(set_content(document.entries, CONFIG, odd), "Take it in")
    assert titles(editor) == ["App", "y", "Link"]
    assert editor.menu.place_of("/a.js/y").isEmpty(), "a class is nothing in the main menu"
    shown = {}
    for at, pointer in enumerate(("/a.js/x", "/a.js/y", "/.url/x")):
        editor.list.setCurrentRow(at)
        assert editor.page is not None
        assert editor.page.pointer == pointer
        shown[pointer] = not editor.page.form.isHidden()
    assert shown == {"/a.js/x": True, "/a.js/y": False, "/.url/x": True}
    field(editor, "title").end(False)
    type_text(field(editor, "title"), "s")
    assert document.content(CONFIG) == odd.replace(b'"Link"', b'"Links"')


def test_a_problem_leads_to_its_field(editor: DesktopEditor, program: Program) -> None:
    page_of(program).show_place(CONFIG, "/.url/demo.Two/url")
    assert editor.list.pointer == TWO
    assert field(editor, "url").hasFocus()


def test_texts_of_all_languages_stand_side_by_side(strings: StringsEditor, document: Document, qtbot: QtBot) -> None:
    heads = [strings.model.headerData(at, Qt.Orientation.Horizontal) for at in range(strings.model.columnCount())]
    assert heads == ["Text", "English", "French", "Needed early"]
    assert strings.count.text() == "1 missing"
    at = strings.model.row_of("app:hint")
    strings.table.setCurrentIndex(strings.table.model().index(at, 2))
    press(strings.table, Qt.Key.Key_Return)
    cell = strings.table.findChildren(QLineEdit)[-1]
    type_text(cell, "Un conseil")
    press(cell, Qt.Key.Key_Return)
    french = b'[app]\none="Premier"\nhint="Un conseil"\n'
    qtbot.waitUntil(lambda: document.content("package/ui/texts/fre/strings") == french)
    assert document.content("package/ui/texts/enu/strings") == ENGLISH
    assert strings.count.text() == "Complete"
    document.stack.undo()
    assert strings.count.text() == "1 missing"


def test_the_columns_share_the_width(strings: StringsEditor) -> None:
    head = strings.table.horizontalHeader()
    assert abs(head.length() - strings.table.viewport().width()) < head.count()
    head.resizeSection(1, 400)
    strings.model.setData(strings.model.index(0, 1), "Other")
    strings.table.fit_columns()
    assert head.sectionSize(1) == 400, "people chose it"


def test_quotes_are_refused_with_the_reason(strings: StringsEditor, notifier: FakeNotifier, document: Document) -> None:
    strings.model.setData(strings.model.index(0, 1), 'say "hi"')
    assert notifier.informed == ["A text cannot hold double quotes."]
    assert not document.is_dirty


def test_a_text_is_added_renamed_and_removed(
    strings: StringsEditor, document: Document, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    notifier.texts = ["menu:open"]
    click(strings.add_button)
    cell = strings.table.findChildren(QLineEdit)[-1]
    type_text(cell, "Open it")
    press(cell, Qt.Key.Key_Return)
    english = "package/ui/texts/enu/strings"
    qtbot.waitUntil(lambda: document.text(english).endswith('[menu]\nopen="Open it"\n'))
    strings.model.setData(strings.model.index(strings.model.row_of("app:one"), 0), "uno")
    assert 'uno="Premier"' in document.text("package/ui/texts/fre/strings")
    assert '\nuno="First"' in document.text("package/ui/texts/enu/strings")
    strings.reveal("app:uno")
    click(strings.remove_button)
    assert "uno" not in document.text("package/ui/texts/fre/strings")
    assert document.content("package/ui/texts/enu/strings").startswith(b"; mine\n[app]\nhint =")


def test_only_what_is_missing_is_shown(strings: StringsEditor) -> None:
    click(strings.only_missing)
    assert strings.table.model().rowCount() == 1
    click(strings.only_missing)
    type_text(strings.filter, "premier")
    assert strings.table.model().rowCount() == 1


def test_a_tick_loads_a_text_early(strings: StringsEditor, document: Document) -> None:
    place = strings.table.model().index(strings.model.row_of("app:hint"), 3)
    box = strings.table.visualRect(place)
    QTest.mouseClick(strings.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 12, box.center().y()))
    assert config(document)["demo.One"]["preloadTexts"] == ["app:hint"]
    strings.table.setCurrentIndex(place)
    press(strings.table, Qt.Key.Key_Space)
    assert config(document)["demo.One"]["preloadTexts"] == []


def test_a_language_is_added_from_the_menu(strings: StringsEditor, document: Document, program: Program) -> None:
    action = next(action for action in strings.language_button.menu().actions() if action.data() == "ger")
    action.trigger()
    assert "package/ui/texts/ger/strings" in document.entries
    assert strings.model.columnCount() == 5
    page_of(program).show_part("package/ui/texts/ger/strings")
    assert page_of(program).editor is strings
    german = next(at for at in range(5) if strings.model.code(at) == "ger")
    strings.model.setData(strings.model.index(strings.model.row_of("app:one"), german), "Erstes")
    actions = [action for action in strings.language_button.menu().actions() if action.data() == "ger"]
    assert [action.text() for action in actions] == ["Remove German (ger)"]
    actions[0].trigger()
    assert "package/ui/texts/ger/strings" not in document.entries
    document.stack.undo()
    assert 'one="Erstes"' in document.text("package/ui/texts/ger/strings")


@pytest.fixture
def help_editor(program: Program, document: Document, qtbot: QtBot) -> HelpEditor:
    activate(program, qtbot)
    page_of(program).add_part("package/ui/helptoc.conf")
    shown = page_of(program).editor
    assert isinstance(shown, HelpEditor)
    return shown


def test_help_contents_have_a_form(help_editor: HelpEditor, document: Document) -> None:
    inner = help_editor.form.fields.rows["app"].input.inner
    inner.setFocus()
    type_text(inner, "demo.One")
    assert parse(document.text("package/ui/helptoc.conf")).value()["app"] == "demo.One"


def test_the_entry_of_the_help_is_picked(help_editor: HelpEditor) -> None:
    picker = help_editor.form.fields.rows["app"].input
    assert isinstance(picker, PickInput)
    click(picker.button)
    assert [picker.button.popup.list.item(at).text() for at in range(2)] == ["demo.One   First", "demo.Two   Two"]
    press(picker.button.popup.filter, Qt.Key.Key_Escape)


def test_a_help_page_is_called_by_its_title(help_editor: HelpEditor, document: Document) -> None:
    toc = b'{"app": "a", "title": "t", "content": "c.html", "toc": [{"title": "First steps", "content": "a.html"}]}'
    document.push(set_content(document.entries, "package/ui/helptoc.conf", toc), "Take it in")
    pages = help_editor.form.sections["toc"].form
    assert isinstance(pages, CardsForm)
    assert [label.text() for label in pages.findChildren(QLabel) if label.text() == "First steps"]


def test_a_missing_help_page_begins_and_opens(
    help_editor: HelpEditor, document: Document, program: Program, notifier: FakeNotifier
) -> None:
    page = help_editor.form.fields.rows["content"].input
    assert isinstance(page, PageInput)
    page.edit.clear()
    type_text(page.edit, "../secret")
    click(page.open)
    assert notifier.informed == ["A page cannot be called like this. Write a name such as index.html."]
    page.edit.clear()
    type_text(page.edit, "first_steps.html#top")
    click(page.open)
    assert "<h1>First steps</h1>" in document.text("package/ui/help/enu/first_steps.html")
    assert page_of(program).editor is not help_editor
    before = document.stack.count()
    help_editor.open_page("first_steps.html")
    assert document.stack.count() == before, "it is there already"
