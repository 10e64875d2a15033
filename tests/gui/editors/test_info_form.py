"""Tests of the form and the table of languages of INFO: what is shown for which DSM, Tab, sizes, keys, undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.editors.info.controls import LongControl
from gui.editors.info.view import InfoEditor
from gui.services.document import Document
from gui.widgets.valueedits import LongEdit
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.buildtargets import BuildTarget, write_target
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.conftest import INFO, Opener
from tests.gui.editors.infokeys import (
    CONTROL,
    SHIFT,
    choose_range,
    commit,
    set_values,
    values,
)

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(info_editor: InfoEditor) -> InfoEditor:
    return info_editor


# ---------------------------------------------------------------------------------------------- the range


def test_keys_of_other_dsm_versions_are_hidden_until_wanted(
    editor: InfoEditor, document: Document, qtbot: QtBot
) -> None:
    assert editor.range.text() == "Keys for DSM 7.0 to 7.3"
    editor.show_all.click()
    assert not editor.form.has_field("firmware")
    assert editor.form.has_field("exclude_model")
    choose_range(editor, "DSM 5 and before")
    assert editor.form.has_field("firmware")
    assert not editor.form.has_field("exclude_model")
    set_values(document, exclude_model="synology_x_y")
    assert editor.form.has_field("exclude_model")
    qtbot.waitUntil(lambda: editor.form.has_row("exclude_model"))
    assert editor.form.row("exclude_model").note.text() == "Read only from DSM 7.0-40329 on"
    click(editor.left_out)
    assert editor.range.text() == "Keys for every DSM"
    assert editor.form.has_field("firmware")
    assert not editor.left_out.isVisible()


def test_the_lowest_dsm_changes_what_is_shown(editor: InfoEditor, document: Document) -> None:
    assert not editor.form.has_field("firmware")
    set_values(document, os_min_ver="6.0-7321")
    assert editor.form.has_field("firmware")
    document.stack.undo()
    assert not editor.form.has_field("firmware")


# ---------------------------------------------------------------------------------------------- the form


def test_the_link_is_previewed_while_it_is_typed(editor: InfoEditor, document: Document) -> None:
    assert "no link" in editor.link._about.text()
    port = editor.form.row("adminport").control.focus_widget()
    type_text(port, "8099")
    assert editor.link.address.text() == "http://nas:8099/"
    assert editor.form.has_field("checkport")
    type_text(editor.form.row("adminurl").control.focus_widget(), "a/b")
    assert editor.link.address.text() == "http://nas:8099/a/b"


def _tab_stops(editor: InfoEditor, start: QWidget, end: QWidget) -> list[QWidget]:
    found = [start]
    start.setFocus()
    while found[-1] is not end and len(found) < 400:
        press(found[-1], Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        found.append(focused)
    return found


def test_tab_follows_the_order_of_the_form_however_late_rows_are_made(editor: InfoEditor, qtbot: QtBot) -> None:
    editor.show_all.click()
    qtbot.waitUntil(lambda: editor.form.has_row("extractsize"))
    first = editor.form.row("package").control.focus_widget()
    last = editor.form.row("odd_key").control.focus_widget()
    stops = _tab_stops(editor, first, last)
    places = [stop.mapTo(editor, QPoint(0, 0)) + QPoint(0, editor.form.verticalScrollBar().value()) for stop in stops]
    assert len(stops) > 60
    jumps = [
        (stop, place)
        for stop, before, place in zip(stops[1:], places, places[1:], strict=False)
        if place.y() < before.y() - 30
    ]
    assert jumps == []


def test_rows_have_their_height_at_once(editor: InfoEditor, qtbot: QtBot) -> None:
    """Rows that are made later must not be squeezed into the room of those before."""
    editor.show_all.click()
    rows = [editor.form.row(name) for name in ("package", "version", "description", "arch")]
    assert all(row.height() >= row.minimumSizeHint().height() for row in rows)
    qtbot.waitUntil(lambda: editor.form.has_row("extractsize"))


def test_captions_stand_above_their_fields_in_a_small_window(editor: InfoEditor, qtbot: QtBot) -> None:
    row = editor.form.row("package")
    assert row.caption.geometry().right() < row.control.geometry().left()
    editor.resize(380, 500)
    qtbot.waitUntil(lambda: row.caption.geometry().bottom() <= row.control.geometry().top())
    assert row.control.width() > 250
    assert row.mapTo(editor.form.viewport(), QPoint(row.width(), 0)).x() <= editor.form.viewport().width()
    editor.resize(1000, 700)
    qtbot.waitUntil(lambda: row.caption.geometry().right() < row.control.geometry().left())


@pytest.mark.parametrize("value", ["One<br>Two", "One<br/>Two<br/>", "A<BR>B<br>C", "no break"])
def test_the_changelog_shows_its_line_breaks_and_keeps_their_form(
    editor: InfoEditor, document: Document, qtbot: QtBot, value: str
) -> None:
    set_values(document, changelog=value)
    before = document.content("INFO")
    qtbot.waitUntil(lambda: editor.form.has_row("changelog"))
    control = editor.form.row("changelog").control
    assert isinstance(control, LongControl)
    assert control.area.text() == value
    shown = control.area.toPlainText()
    assert shown.split("\n")[0] == value.split("<", maxsplit=1)[0]
    control.area.moveCursor(control.area.textCursor().MoveOperation.Start)
    type_text(control.area, "x")
    assert document.content("INFO") == before.replace(b'changelog="', b'changelog="x')
    press(control.area, Qt.Key.Key_Backspace)
    assert document.content("INFO") == before


# ---------------------------------------------------------------------------------------------- languages


def _language_cell(editor: InfoEditor, name: str) -> QWidget:
    """Goes to the cell and begins to edit it with F2."""
    assert editor.languages.reveal(name)
    press(editor.languages.view, Qt.Key.Key_F2)
    made = QApplication.focusWidget()
    assert isinstance(made, QLineEdit | LongEdit)
    return made


def test_texts_of_languages_are_edited_in_their_table(editor: InfoEditor, document: Document) -> None:
    click(editor.form.row("displayname").language_button)
    assert editor.show_languages.isChecked()
    table = editor.languages.languages
    assert editor.languages.view.hasFocus()
    missing = table.index_of("displayname_fre")
    assert table.data(missing) == "Attic"
    assert table.data(missing, Qt.ItemDataRole.AccessibleTextRole) == "Name shown, French: missing"
    field = _language_cell(editor, "displayname_fre")
    type_text(field, "Grenier")
    commit(field)
    assert b'displayname_ger="Dachboden"\ndisplayname_fre="Grenier"\n' in document.content("INFO")
    assert "Name shown: 2/21" in editor.languages._coverage.text()
    editor.languages.reveal("displayname_ger")
    press(editor.languages.view, Qt.Key.Key_Delete)
    assert "displayname_ger" not in values(document)
    document.stack.undo()
    document.stack.undo()
    assert document.content("INFO") == INFO


def test_a_long_text_of_a_language_has_line_breaks(editor: InfoEditor, document: Document) -> None:
    editor.show_languages.click()
    field = _language_cell(editor, "description_ger")
    type_text(field, "Eins")
    press(field, Qt.Key.Key_Return, SHIFT)
    type_text(field, "Zwei")
    press(field, Qt.Key.Key_Return)
    assert values(document)["description_ger"] == "Eins<br>Zwei"
    assert editor.languages.view.hasFocus()
    field = _language_cell(editor, "description_ger")
    type_text(field, "x")
    press(field, Qt.Key.Key_Escape)
    assert values(document)["description_ger"] == "Eins<br>Zwei"


def test_texts_are_copied_from_language_to_language(editor: InfoEditor, document: Document) -> None:
    editor.show_languages.click()
    editor.languages.reveal("displayname_ger")
    press(editor.languages.view, Qt.Key.Key_C, CONTROL)
    press(editor.languages.view, Qt.Key.Key_Down)
    press(editor.languages.view, Qt.Key.Key_V, CONTROL)
    assert values(document)["displayname_fre"] == "Dachboden"


def test_undo_and_problems_lead_to_the_cell(editor: InfoEditor, document: Document) -> None:
    editor.reveal(field="displayname_ger")
    table = editor.languages.languages
    assert table.key_at(editor.languages.view.currentIndex()) == "displayname_ger"
    set_values(document, displayname_xyz="odd")
    problems = [problem for problem in find_problems(document.package, quiet()) if problem.path == "INFO"]
    editor.set_problems(problems)
    strange = table.index_of("displayname_xyz")
    assert str(table.data(strange, Qt.ItemDataRole.ToolTipRole)) in {problem.message for problem in problems}
    editor.reveal(field="version")
    assert not editor.show_languages.isChecked()
    assert editor.form.row("version").control.focus_widget().hasFocus()


def test_every_widget_of_the_editor_has_a_name(editor: InfoEditor, qtbot: QtBot) -> None:
    editor.show_all.click()
    qtbot.waitUntil(lambda: editor.form.has_row("extractsize"))
    stops = [stop for row in editor.form._rows.values() for stop in row.stops()]
    assert len(stops) > 100
    seen = [stop for stop in stops if stop.isVisibleTo(editor)]
    assert [stop for stop in seen if not (stop.accessibleName() or getattr(stop, "text", str)())] == []


def test_the_build_targets_of_the_folder_count_for_the_range(document: Document, opened: Opener, qtbot: QtBot) -> None:
    write_target(document.folder, BuildTarget("dsm6", "DSM 6", {"os_min_ver": "6.1-15047"}))
    editor = opened("INFO")
    assert isinstance(editor, InfoEditor)
    qtbot.waitUntil(lambda: editor.range.text() == "Keys for DSM 6.1 to 7.3")
    choose_range(editor, "Main build")
    assert editor.range.text() == "Keys for DSM 7.0 to 7.3"
    choose_range(editor, "Build target DSM 6")
    assert editor.range.text() == "Keys for DSM 6.1 to 6.2.4"
