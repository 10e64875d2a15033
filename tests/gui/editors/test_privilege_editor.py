"""Tests of the privilege editor: what comes out stands there in words, and what DSM 7 forbids cannot be chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from gui.editors.privilege.view import PrivilegeEditor
from gui.services.document import Document
from gui.widgets.fields import ChoiceInput
from gui.widgets.rowtable import RowTable
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Problem, find_problems
from spkcore.package.changes import set_content
from tests.gui.conftest import press, type_text
from tests.gui.editors.conftest import Opener
from tests.gui.editors.forms import click, retype

pytestmark = pytest.mark.gui

CONTROL = Qt.KeyboardModifier.ControlModifier
OLD = b"""{
    "defaults": {"run-as": "root"},
    "username": "sc-attic",   "join-groupname": "http",
    "ctrl-script": [{"action": "start", "run-as": "package"}, {"action": "status", "run-as": "package"}],
    "tool": [{"relpath": "bin/attic", "user": "root", "group": "package", "permission": "4755"}]
}
"""


@pytest.fixture
def editor(opened: Opener) -> PrivilegeEditor:
    made = opened("conf/privilege")
    assert isinstance(made, PrivilegeEditor)
    return made


@pytest.fixture
def dsm6(document: Document, editor: PrivilegeEditor) -> PrivilegeEditor:
    """The same for a package for DSM 6 only."""
    info = document.content("INFO").replace(b"7.0-40000", b"6.2-23739")
    document.push(set_content(document.entries, "INFO", info), "For DSM 6")
    _write(document, OLD)
    return editor


def _write(document: Document, data: bytes) -> None:
    document.push(set_content(document.entries, "conf/privilege", data), "Edit")


def _table(editor: PrivilegeEditor, name: str) -> RowTable:
    form = editor.sections[name].table
    assert form is not None
    return form.table


def _choice(editor: PrivilegeEditor) -> ChoiceInput:
    found = editor.fields.rows["run-as"].input
    assert isinstance(found, ChoiceInput)
    return found


def _outcomes(editor: PrivilegeEditor) -> list[str]:
    return [label.text() for label in editor.outcomes if label.isVisible()]


def _is_enabled(choice: ChoiceInput, value: str) -> bool:
    model = choice.combo.model()
    assert isinstance(model, QStandardItemModel)
    index = next(at for at in range(choice.combo.count()) if choice.value_at(at) == value)
    return model.item(index).isEnabled()


def _users(editor: PrivilegeEditor) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in editor.users.findChildren(QLabel) if not label.isHidden()]


def test_what_comes_out_is_said_in_words(editor: PrivilegeEditor, document: Document) -> None:
    assert _outcomes(editor) == ["On DSM 7, everything runs as the user attic of the group attic."]
    retype(editor.fields.rows["username"].input, "sc-attic")
    retype(editor.fields.rows["join-groupname"].input, "http")
    assert "the user sc-attic of the group attic, who is also in http" in _outcomes(editor)[0]
    wanted = b'{"defaults": {"run-as": "package"}, "username": "sc-attic", "join-groupname": "http"}'
    assert document.content("conf/privilege") == wanted
    assert "sc-attic" in _users(editor)


def test_clearing_a_name_and_typing_again_leaves_it_in_its_place(editor: PrivilegeEditor, document: Document) -> None:
    _write(document, OLD)
    field = editor.fields.rows["username"].input
    assert "attic" in editor.fields.rows["groupname"].input.inner.placeholderText()
    field.inner.setFocus()
    QTest.keyClick(field.inner, Qt.Key.Key_A, CONTROL)
    press(field.inner, Qt.Key.Key_Delete)
    assert b"username" not in document.content("conf/privilege")
    type_text(field.inner, "sc-attic")
    assert document.content("conf/privilege").index(b"username") < document.content("conf/privilege").index(b"join")


def test_what_dsm7_forbids_is_shown_but_cannot_be_chosen(editor: PrivilegeEditor, document: Document) -> None:
    _write(document, OLD)
    choice = _choice(editor)
    assert choice.combo.currentText().startswith("root"), "the file's value is shown"
    assert not _is_enabled(choice, "root")
    assert not _is_enabled(choice, "system")
    assert _is_enabled(choice, "package")
    assert "signed" in editor.fields.rows["run-as"].input.inner.accessibleDescription()
    assert "319" in _outcomes(editor)[0]
    section = editor.sections["ctrl-script"]
    assert "DSM 7 refuses" in section.reason.text()
    assert not _table(editor, "ctrl-script").cell(0, "action").isEnabled()
    assert not _table(editor, "ctrl-script").add_button.isEnabled()
    assert _table(editor, "tool").cell(0, "permission").isEnabled()
    assert not _table(editor, "tool").cell(0, "capabilities").isEnabled()
    assert "refused" in _users(editor)


def test_one_click_uses_the_packages_user(editor: PrivilegeEditor, document: Document) -> None:
    assert editor.use_own.isHidden()
    _write(document, OLD)
    steps = document.stack.count()
    click(editor.use_own)
    text = document.content("conf/privilege")
    assert b'"run-as": "package"}' in text
    assert b"ctrl-script" not in text
    assert b'"username": "sc-attic",   "join-groupname"' in text, "all else stays"
    assert document.stack.count() == steps + 1
    assert editor.use_own.isHidden()
    document.stack.undo()
    assert document.content("conf/privilege") == OLD


def test_a_refused_section_goes_with_its_button(editor: PrivilegeEditor, document: Document) -> None:
    _write(document, OLD)
    click(editor.sections["ctrl-script"].remove_button)
    assert b"ctrl-script" not in document.content("conf/privilege")
    assert editor.sections["ctrl-script"].remove_button.isHidden()


def test_on_dsm6_everything_can_be_chosen(dsm6: PrivilegeEditor, document: Document) -> None:
    assert _is_enabled(_choice(dsm6), "root")
    assert _outcomes(dsm6) == [
        "On DSM 6, everything runs as the user root, but these scripts do not: start, status: sc-attic."
    ]
    table = _table(dsm6, "ctrl-script")
    assert table.cell(0, "action").isEnabled()
    click(table.add_button)
    assert table.count == 3
    assert b'{"action": "preinst", "run-as": "package"}]' in document.content("conf/privilege")
    table.cell(2, "run-as").inner.setFocus()
    press(table.cell(2, "run-as").inner, Qt.Key.Key_Down)
    assert b'{"action": "preinst", "run-as": "root"}]' in document.content("conf/privilege")
    assert "refused" not in _users(dsm6)


def test_executables_and_tools_are_added(dsm6: PrivilegeEditor, document: Document) -> None:
    table = _table(dsm6, "executable")
    click(table.add_button)
    retype(table.cell(0, "relpath"), "bin/attic")
    assert b'"executable": [' in document.content("conf/privilege")
    tools = _table(dsm6, "tool")
    retype(tools.cell(0, "permission"), "0750")
    retype(tools.cell(0, "capabilities"), "cap_net_raw")
    assert b'"permission": "0750", "capabilities": "cap_net_raw"}' in document.content("conf/privilege")
    click(tools.tool(0, 2))
    assert b"tool" not in document.content("conf/privilege"), "no empty list is left"


def test_problems_stand_at_their_fields(editor: PrivilegeEditor, document: Document) -> None:
    _write(document, OLD.replace(b"bin/attic", b"bin/gone").replace(b'"http"', b'"administrators"'))
    problems = [item for item in find_problems(document.package, quiet()) if item.path == "conf/privilege"]
    editor.set_problems(problems)
    row = editor.fields.rows["join-groupname"]
    assert "administrators" in row.error.text()
    wanted: list[Problem] = []
    editor.fix_wanted.connect(wanted.append)
    click(row.fixes.buttons[0])
    assert wanted[0].field == "/join-groupname"
    assert "bin/gone" in _table(editor, "tool").message(0)
    assert "ctrl-script" in editor.sections["ctrl-script"].note.text.text()
    editor.reveal("/tool/0/permission")
    assert _table(editor, "tool").cell(0, "permission").inner.hasFocus()
    editor.reveal("/defaults/run-as")
    assert _choice(editor).combo.hasFocus()
    editor.reveal("/ctrl-script")
    assert editor.sections["ctrl-script"].remove_button.hasFocus()


def test_what_no_form_knows_is_kept_and_edited_as_json(editor: PrivilegeEditor, document: Document) -> None:
    _write(document, b'{"defaults": {"run-as": "package", "x": 1}, "tool": "odd", "new": [1]}')
    assert set(editor.others.rows) == {"defaults", "new"}
    assert editor.sections["tool"].json.isVisible()
    retype(editor.others.rows["new"].input, "[2]")
    assert document.content("conf/privilege").endswith(b'"tool": "odd", "new": [2]}')


def test_a_text_that_cannot_be_read_gives_way_to_the_text(editor: PrivilegeEditor, document: Document) -> None:
    _write(document, b'{"defaults": ')
    assert editor.unreadable.isVisible()
    editor.unreadable.triggered.emit()
    assert editor.text.isVisible()


def test_another_package_id_changes_the_words(editor: PrivilegeEditor, document: Document) -> None:
    info = document.content("INFO").replace(b'"attic"', b'"cellar"', 1)
    document.push(set_content(document.entries, "INFO", info), "Rename")
    assert "the user cellar of the group cellar" in _outcomes(editor)[0]
