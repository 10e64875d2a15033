"""Tests of the inputs that are made from descriptions, of forms of them, and of tables of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.editors.schemaform.inputs import AnswerNumberInput, JsonInput, NumbersInput, PlainInput
from gui.qt.theme import Theme
from gui.widgets.fieldform import FieldForm
from gui.widgets.fields import UNSET, ChoiceInput, FieldInput, FieldSpec, TextInput, make_input
from gui.widgets.rowtable import RowTable
from spkcore.checks.engine import Problem
from spkcore.package.findings import Severity
from tests.gui.conftest import click, press, type_text

pytestmark = pytest.mark.gui

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    made.apply("light")
    yield made
    made.deleteLater()


def _said(field: FieldInput) -> list[tuple[Any, bool]]:
    found: list[tuple[Any, bool]] = []
    field.edited.connect(lambda value, typed: found.append((value, typed)))
    return found


def _made(qtbot: QtBot, field: FieldInput) -> FieldInput:
    qtbot.addWidget(field)
    field.show()
    return field


def _retype(field: FieldInput, text: str) -> None:
    QTest.keyClick(field.inner, Qt.Key.Key_A, CONTROL)
    press(field.inner, Qt.Key.Key_Delete)
    type_text(field.inner, text)


@pytest.mark.parametrize(
    ("kind", "shown", "text", "said"),
    [
        ("text", "old", "new", "new"),
        ("text", "old", "", UNSET),
        ("words", ["a", "b"], "x, y,", ["x", "y"]),
        ("words", ["a"], "", UNSET),
        ("int", 5, "42", 42),
        ("int", 5, "", UNSET),
        ("long", "old", "new", "new"),
    ],
)
def test_typing_says_the_value(qtbot: QtBot, kind: str, shown: object, text: str, said: object) -> None:
    field = _made(qtbot, make_input(FieldSpec("a", "A", kind)))
    field.show_value(shown)
    found = _said(field)
    _retype(field, text)
    assert found[-1] == (said, True)
    assert field.inner.accessibleName() == "A"


@pytest.mark.parametrize(("kind", "odd"), [("text", ["a"]), ("int", "5"), ("words", ["a,b"]), ("words", "a")])
def test_a_value_of_another_kind_is_shown_and_kept(qtbot: QtBot, kind: str, odd: object) -> None:
    field = _made(qtbot, make_input(FieldSpec("a", "A", kind)))
    field.show_value(odd)
    assert not field.isEnabled()
    field.show_value(UNSET)
    assert field.isEnabled()


def test_what_dsm_takes_without_a_value_stands_there(qtbot: QtBot) -> None:
    text = _made(qtbot, make_input(FieldSpec("a", "A", default="60")))
    choice = _made(qtbot, make_input(FieldSpec("b", "B", "bool", default="yes")))
    assert isinstance(text, TextInput)
    assert "60" in text.edit.placeholderText()
    assert isinstance(choice, ChoiceInput)
    assert choice.combo.currentText() == "Not set: DSM takes yes"


def test_a_choice_keeps_a_value_that_it_does_not_know(qtbot: QtBot) -> None:
    choice = _made(qtbot, make_input(FieldSpec("a", "A", "bool")))
    assert isinstance(choice, ChoiceInput)
    choice.show_value("true")
    assert "not a known value" in choice.combo.currentText()
    found = _said(choice)
    press(choice.combo, Qt.Key.Key_Home)
    press(choice.combo, Qt.Key.Key_Down)
    assert found == [(UNSET, False), (True, False)]
    choice.show_value(1)
    assert choice.combo.currentText().startswith("1"), "1 is not true"


def test_numbers_stay_what_they_are_in_the_file(qtbot: QtBot) -> None:
    number = _made(qtbot, AnswerNumberInput(FieldSpec("a", "A")))
    found = _said(number)
    number.show_value(80)
    _retype(number, "81")
    assert found[-1][0] == 81
    number.show_value("80")
    _retype(number, "81")
    assert str(found[-1]) == "('81', True)"
    number.show_value(80)
    _retype(number, "{{key}}")
    assert found[-1][0] == "{{key}}"

    numbers = _made(qtbot, NumbersInput(FieldSpec("a", "A")))
    found = _said(numbers)
    numbers.show_value([80])
    _retype(numbers, "81, {{key}}")
    assert found[-1][0] == [81, "{{key}}"]


@pytest.mark.parametrize(
    ("shown", "text", "said"), [(5, "6", 6), (True, "false", False), ("5", "6", "6"), (5, "x", "x")]
)
def test_plain_values_keep_their_kind(qtbot: QtBot, shown: object, text: str, said: object) -> None:
    field = _made(qtbot, PlainInput(FieldSpec("a", "A")))
    field.show_value(shown)
    found = _said(field)
    _retype(field, text)
    assert found[-1][0] == said
    assert type(found[-1][0]) is type(said)


def test_json_has_lines_of_its_own(qtbot: QtBot, theme: Theme) -> None:
    field = JsonInput(FieldSpec("a", "A"), theme.fixed_font())
    _made(qtbot, field)
    texts: list[str] = []
    field.typed_json.connect(texts.append)
    press(field.area, Qt.Key.Key_Return)
    type_text(field.area, "1")
    assert texts[-1] == "\n1"


# ---------------------------------------------------------------------------------------------- forms


PROBLEM = Problem("P003", Severity.ERROR, "conf/privilege", 1, 1, "Not so.", "/a", fixable=True)


def test_a_form_shows_members_problems_and_fixes(qtbot: QtBot) -> None:
    form = FieldForm((FieldSpec("a", "A", help="Helps."), FieldSpec("b", "B", locked="Not here.")))
    qtbot.addWidget(form)
    form.show()
    form.show_values({"a": "x"})
    assert not form.rows["b"].input.isEnabled()
    assert "Not here." in form.rows["b"].input.inner.accessibleDescription()
    form.show_problems({"a": [PROBLEM]})
    assert form.rows["a"].error.text() == "Not so."
    assert "Not so." in form.rows["a"].input.inner.accessibleDescription()
    wanted: list[Problem] = []
    form.fix_wanted.connect(wanted.append)
    button = form.rows["a"].fixes.buttons[0]
    form.show_problems({"a": [PROBLEM]})
    assert form.rows["a"].fixes.buttons == [button], "a link that stays is not made anew"
    click(button)
    assert wanted == [PROBLEM]
    form.rows["a"].show_refusal("Cannot be.")
    assert form.rows["a"].error.text() == "Cannot be.\nNot so."
    form.show_problems({})
    form.rows["a"].show_refusal("")
    assert form.rows["a"].error.isHidden()
    assert form.rows["a"].fixes.isHidden()


def test_rows_that_stay_keep_the_focus_when_others_come(qtbot: QtBot) -> None:
    form = FieldForm((FieldSpec("a", "A"),))
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.setFocus()
    assert form.rows["a"].input.inner.hasFocus()
    form.set_specs((FieldSpec("new", "New"), FieldSpec("a", "A")))
    assert list(form.rows) == ["new", "a"]
    assert form.rows["a"].input.inner.hasFocus()
    assert not form.focus_member("gone")


# ---------------------------------------------------------------------------------------------- tables


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> RowTable:
    made = RowTable(theme, "port", "Add a port")
    made.set_columns((FieldSpec("name", "Name"), FieldSpec("kind", "Kind", "choice", choices=(("t", "T"), ("u", "U")))))
    qtbot.addWidget(made)
    made.show_rows([{"name": "a", "kind": "t"}, {"name": "b"}])
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_table_says_line_and_column(table: RowTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.edited) as edited:
        press(table.cell(1, "name").inner, Qt.Key.Key_End)
        type_text(table.cell(1, "name").inner, "c")
    assert edited.args == [1, "name", "bc", True]
    assert table.cell(1, "name").inner.accessibleName() == "Name, port 2"
    with qtbot.waitSignal(table.add_wanted):
        press(table.add_button, Qt.Key.Key_Return)
    with qtbot.waitSignal(table.remove_wanted) as removed:
        click(table.tool(0, 2))
    assert removed.args == [0]


def test_lines_move_with_the_keyboard(table: RowTable) -> None:
    moves: list[tuple[int, int]] = []
    table.move_wanted.connect(lambda old, new: moves.append((old, new)))
    table.focus_cell(0, "name")
    press(table.cell(0, "name").inner, Qt.Key.Key_Up, ALT)
    press(table.cell(0, "name").inner, Qt.Key.Key_Down, ALT)
    assert moves == [(0, 1)]
    assert table.cell(1, "name").inner.hasFocus()
    assert not table.tool(0, 0).isEnabled()
    assert not table.tool(1, 1).isEnabled()


def test_problems_and_refusals_stand_below_their_line(table: RowTable) -> None:
    table.show_problems({(1, "name"): [PROBLEM], (0, ""): []})
    assert table.message(1) == "Not so."
    assert table.message(0) == ""
    table.show_refusal(0, "Cannot be.")
    assert table.message(0) == "Cannot be."
    table.show_rows([])
    assert table.count == 0
    table.focus_cell(3)
    assert table.add_button.hasFocus()
