"""Tests of the INFO editor: form and text always say the same, and an edit touches one line."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.editors.info.controls import ChoiceControl, LongControl
from gui.editors.info.view import InfoEditor
from gui.services.document import Document
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.gui.editors.conftest import INFO

pytestmark = pytest.mark.gui

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor(info_editor: InfoEditor) -> InfoEditor:
    return info_editor


def _line(editor: InfoEditor, name: str) -> QLineEdit:
    widget = editor.form.row(name).control.focus_widget()
    assert isinstance(widget, QLineEdit)
    return widget


def _type(widget: QLineEdit, text: str) -> None:
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, text)


def test_typing_a_value_touches_one_line_and_is_one_undo_step(editor: InfoEditor, document: Document) -> None:
    _type(_line(editor, "version"), "2.0-1")
    assert document.content("INFO") == INFO.replace(b'"1.2.0-0003"', b'"2.0-1"')
    assert document.stack.count() == 1
    assert document.stack.undoText() == "Change Version"
    QTest.keyClick(_line(editor, "version"), Qt.Key.Key_Z, CONTROL)
    assert document.content("INFO") == INFO
    assert _line(editor, "version").text() == "1.2.0-0003"


def test_a_pause_or_another_field_begins_a_new_undo_step(
    editor: InfoEditor, document: Document, clock: FakeClock
) -> None:
    _type(_line(editor, "version"), "2")
    clock.advance(5)
    QTest.keyClicks(_line(editor, "version"), "3")
    _type(_line(editor, "maintainer"), "M")
    assert document.stack.count() == 3
    document.stack.undo()
    document.stack.undo()
    assert _line(editor, "version").text() == "2"
    assert _line(editor, "maintainer").text() == "Jane Doe"


def test_clearing_removes_the_key_and_the_field_stays(editor: InfoEditor, document: Document) -> None:
    line = _line(editor, "maintainer")
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert document.content("INFO") == INFO.replace(b'maintainer="Jane Doe"\n', b"")
    assert editor.form.has_field("maintainer")
    QTest.keyClicks(line, "X")
    assert b'maintainer="X"' in document.content("INFO")


def test_yes_no_and_not_set(editor: InfoEditor, document: Document) -> None:
    control = editor.form.row("ctl_stop").control
    assert isinstance(control, ChoiceControl)
    assert control.combo.currentText() == "Not set: DSM takes yes"
    control.combo.setFocus()
    QTest.keyClick(control.combo, Qt.Key.Key_End)
    assert b'ctl_stop="no"' in document.content("INFO")
    QTest.keyClick(control.combo, Qt.Key.Key_Home)
    assert document.content("INFO") == INFO


def test_a_long_text_writes_line_breaks_as_br(editor: InfoEditor, document: Document) -> None:
    control = editor.form.row("description").control
    assert isinstance(control, LongControl)
    control.area.selectAll()
    QTest.keyClicks(control.area, "One")
    QTest.keyClick(control.area, Qt.Key.Key_Return)
    QTest.keyClicks(control.area, "Two")
    assert control.area.toPlainText() == "One\nTwo"
    assert b'description="One<br>Two"' in document.content("INFO")
    QTest.keyClick(control.area, Qt.Key.Key_Z, CONTROL)
    assert control.area.text() == "Keeps the attic tidy."


def test_a_value_that_the_file_cannot_hold_is_refused_beside_the_field(editor: InfoEditor, document: Document) -> None:
    QTest.keyClicks(_line(editor, "maintainer"), '"')
    assert document.content("INFO") == INFO
    assert "cannot hold" in editor.form.row("maintainer").error.text()
    assert editor.form.row("maintainer").error.isVisible()
    QTest.keyClick(_line(editor, "maintainer"), Qt.Key.Key_Backspace)
    assert not editor.form.row("maintainer").error.isVisible()


def test_problems_stand_at_their_field_with_the_panels_words(editor: InfoEditor, document: Document) -> None:
    _type(_line(editor, "version"), "x")
    problems = [problem for problem in find_problems(document.package, quiet()) if problem.path == "INFO"]
    editor.set_problems(problems)
    wanted = [problem.message for problem in problems if problem.field == "version"]
    assert wanted
    assert editor.form.row("version").error.text() == "\n".join(wanted)
    assert editor.text.pane.editor.mark_explanation(3) == "\n".join(wanted)


def test_only_set_and_common_keys_are_shown_until_all_are_wanted(editor: InfoEditor) -> None:
    assert editor.form.has_field("version")
    assert editor.form.has_field("adminport")
    assert not editor.form.has_field("silent_install")
    editor.show_all.click()
    assert editor.form.has_field("silent_install")


def test_the_filter_finds_keys_by_meaning(editor: InfoEditor) -> None:
    editor.filter.setFocus()
    QTest.keyClicks(editor.filter, "silent")
    assert editor.form.has_field("silent_install")
    assert not editor.form.has_field("version")
    editor.filter.clear()
    QTest.keyClicks(editor.filter, "zzz")
    assert editor.form.nothing.isVisible()


def test_unknown_keys_are_shown_edited_and_removed(editor: InfoEditor, document: Document) -> None:
    _type(_line(editor, "odd_key"), "new")
    assert b'odd_key="new"' in document.content("INFO")
    editor.form.row("odd_key").remove_button.click()
    assert b"odd_key" not in document.content("INFO")
    assert not editor.form.has_field("odd_key")
    document.stack.undo()
    assert editor.form.has_field("odd_key")


def test_a_key_of_ones_own(editor: InfoEditor, document: Document, notifier: FakeNotifier) -> None:
    notifier.texts = ["my_key", "package", "not a key"]
    editor.add_key.click()
    assert b'my_key=""' in document.content("INFO")
    assert _line(editor, "my_key").hasFocus()
    editor.add_key.click()
    editor.add_key.click()
    assert notifier.informed[0] == "The file has this key already."
    assert notifier.informed[1].startswith("This is no key for INFO.")


def test_an_unknown_key_is_renamed_in_its_place(editor: InfoEditor, document: Document, notifier: FakeNotifier) -> None:
    notifier.texts = ["new_name", "package"]
    editor.form.row("odd_key").rename_button.click()
    assert document.content("INFO") == INFO.replace(b"odd_key=", b"new_name=")
    assert document.stack.undoText() == "Rename odd_key"
    assert _line(editor, "new_name").hasFocus()
    editor.form.row("new_name").rename_button.click()
    assert notifier.informed[0].startswith("INFO has this key already")
    document.stack.undo()
    assert document.content("INFO") == INFO
    assert editor.form.has_field("odd_key")


def test_the_text_beside_is_the_same_file(editor: InfoEditor, document: Document) -> None:
    editor.show_text.click()
    raw = editor.text.pane.editor
    assert raw.isVisible()
    assert raw.text() == INFO.decode()
    raw.go_to(3, 10)
    QTest.keyClicks(raw, "9")
    assert _line(editor, "version").text() == "91.2.0-0003"
    _type(_line(editor, "maintainer"), "Joe")
    assert 'maintainer="Joe"' in raw.text()
    QTest.keyClick(raw, Qt.Key.Key_Z, CONTROL)
    assert 'maintainer="Jane Doe"' in raw.text()


def test_undo_leads_to_the_field(editor: InfoEditor, document: Document) -> None:
    places: list[str] = []
    document.place_wanted.connect(places.append)
    _type(_line(editor, "version"), "5")
    _line(editor, "package").setFocus()
    document.stack.undo()
    assert places == ["INFO#version"]
    editor.reveal(field="version")
    assert _line(editor, "version").hasFocus()
    editor.reveal(field="silent_install")
    assert editor.form.has_field("silent_install")


def test_what_the_build_writes_cannot_be_edited(editor: InfoEditor, qtbot: QtBot) -> None:
    editor.show_all.click()
    qtbot.waitUntil(lambda: editor.form.has_row("extractsize"))
    assert _line(editor, "checksum").isReadOnly()
    assert _line(editor, "extractsize").isReadOnly()


def test_what_only_synologys_tool_writes_can_be_mended(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    editor.reveal(field="create_time")
    line = _line(editor, "create_time")
    assert not line.isReadOnly()
    assert line.placeholderText() == ""
    _type(line, "20261122-16:30:00")
    assert 'create_time="20261122-16:30:00"' in document.text("INFO")
