"""Tests of the resource editor: a person adds, edits and removes resources, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.editors.resource.adddialog import AddResourceDialog
from gui.editors.resource.portsform import PortsForm
from gui.editors.resource.view import ResourceEditor
from gui.editors.schemaform.forms import ObjectForm, Section
from gui.editors.schemaform.inputs import PathInput
from gui.editors.schemaform.lists import CardsForm, TableForm
from gui.services.document import Document
from gui.widgets.fields import ChoiceInput, FieldInput
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Problem, find_problems
from spkcore.package.changes import put, set_content
from spkcore.package.entries import file_entry
from tests.gui.conftest import press, type_text
from tests.gui.editors.conftest import Opener
from tests.gui.editors.forms import click, retype

pytestmark = pytest.mark.gui

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
TEXT = b"""{
  // made by hand
  "usr-local-linker": {"bin": ["bin/attic", "bin/att"], "odd": {"a": [1, 2]}},
  "port-config": {"protocol-file": "etc/attic.sc"},
  "magic": {"level":   3}
}
"""
PORTS = b'; our ports\r\n[attic]\r\ntitle="Attic" ; shown\r\ndst.ports="8099/tcp"\r\n'


@pytest.fixture
def editor(opened: Opener, document: Document) -> ResourceEditor:
    new = {"conf/resource": file_entry(TEXT), "package/etc/attic.sc": file_entry(PORTS)}
    document.push(put(document.entries, new), "Prepare")
    return _open(opened)


@pytest.fixture
def empty(opened: Opener, document: Document) -> ResourceEditor:
    document.push(put(document.entries, {"conf/resource": file_entry(b"{\n}\n")}), "Prepare")
    return _open(opened)


def _open(opened: Opener) -> ResourceEditor:
    made = opened("conf/resource")
    assert isinstance(made, ResourceEditor)
    return made


def _form(editor: ResourceEditor, name: str) -> ObjectForm:
    assert editor.select(name)
    form = editor.pages[name].form
    assert form is not None
    return form


def _section(form: ObjectForm, name: str) -> Any:
    section = form.sections[name]
    assert isinstance(section, Section)
    return section.form


def _ports(editor: ResourceEditor) -> PortsForm:
    assert editor.select("port-config")
    ports = editor.pages["port-config"].ports
    assert ports is not None
    return ports


def _choose(field: FieldInput, index: int) -> None:
    assert isinstance(field, ChoiceInput)
    QApplication.processEvents()
    field.combo.setFocus()
    press(field.combo, Qt.Key.Key_Home)
    for _ in range(index):
        press(field.combo, Qt.Key.Key_Down)


def _value(document: Document) -> Any:
    return json.loads("\n".join(line for line in document.text("conf/resource").splitlines() if "//" not in line))


def _dialog(editor: ResourceEditor) -> AddResourceDialog:
    click(editor.add_button if editor.list.count() else editor.nothing.findChildren(QPushButton)[0])
    return editor.window().findChildren(AddResourceDialog)[-1]


def test_the_list_names_what_the_package_asks_for(editor: ResourceEditor, document: Document) -> None:
    texts = [editor.list.item(row).text() for row in range(editor.list.count())]
    assert texts == ["Commands and libraries", "Ports", "magic"]
    for name in ("usr-local-linker", "port-config", "magic"):
        assert editor.select(name)
    assert document.content("conf/resource") == TEXT, "looking changes nothing"
    assert document.content("package/etc/attic.sc") == PORTS


def test_a_resource_is_added_from_the_dialog_by_keyboard(
    empty: ResourceEditor, document: Document, qtbot: QtBot
) -> None:
    assert empty.nothing.isVisible()
    dialog = _dialog(empty)
    assert dialog.filter.accessibleName()
    type_text(dialog.filter, "shared")
    shown = [dialog.list.item(row).text() for row in range(dialog.list.count()) if not dialog.list.item(row).isHidden()]
    assert shown[0] == "Shared folder"
    with qtbot.waitSignal(dialog.finished):
        press(dialog.filter, Qt.Key.Key_Return)
    assert _value(document) == {"data-share": {"shares": [{"name": "my-share", "permission": {"rw": ["attic"]}}]}}
    assert empty.shown_worker == "data-share"
    document.stack.undo()
    assert document.content("conf/resource") == b"{\n}\n"
    assert empty.nothing.isVisible()


def test_the_dialog_tells_what_is_there_and_closes_by_esc(editor: ResourceEditor, qtbot: QtBot) -> None:
    dialog = _dialog(editor)
    for row in range(dialog.list.count()):
        if dialog.list.item(row).text() == "Ports":
            dialog.list.setCurrentRow(row)
    assert not dialog.add.isEnabled()
    type_text(dialog.filter, "no such thing")
    assert not dialog.add.isEnabled()
    with qtbot.waitSignal(dialog.rejected):
        press(dialog, Qt.Key.Key_Escape)


def test_adding_ports_makes_their_file_in_one_step(empty: ResourceEditor, document: Document, qtbot: QtBot) -> None:
    before = document.stack.count()
    dialog = _dialog(empty)
    type_text(dialog.filter, "firewall")
    with qtbot.waitSignal(dialog.finished):
        click(dialog.add)
    assert _value(document) == {"port-config": {"protocol-file": "etc/attic.sc"}}
    assert b"[attic]" in document.content("package/etc/attic.sc")
    assert document.stack.count() == before + 1
    document.stack.undo()
    assert "package/etc/attic.sc" not in document.entries


def test_removing_the_last_resource_leaves_an_empty_object(empty: ResourceEditor, document: Document) -> None:
    document.push(set_content(document.entries, "conf/resource", b'{"video-driver": {}}\n'), "Prepare")
    assert empty.pages
    assert empty.pages["video-driver"].empty.isVisible()
    empty.list.setFocus()
    press(empty.list, Qt.Key.Key_Delete)
    assert document.content("conf/resource") == b"{}\n"
    assert empty.nothing.isVisible()


def test_lists_of_paths_are_edited_moved_and_removed(editor: ResourceEditor, document: Document) -> None:
    table = _section(_form(editor, "usr-local-linker"), "bin").table
    retype(table.cell(1, ""), "bin/x")
    assert document.content("conf/resource") == TEXT.replace(b'"bin/att"]', b'"bin/x"]')
    press(table.cell(1, "").inner, Qt.Key.Key_Up, ALT)
    assert b'["bin/x", "bin/attic"]' in document.content("conf/resource")
    assert table.cell(0, "").inner.hasFocus(), "the focus moves with the line"
    click(table.tool(0, 2))
    assert b'{"bin": ["bin/attic"], "odd"' in document.content("conf/resource")
    click(table.add_button)
    assert table.cell(1, "").inner.hasFocus()
    QTest.keyClick(table.cell(1, "").inner, Qt.Key.Key_Z, CONTROL)
    assert table.count == 1


def test_a_path_is_picked_from_the_payload(editor: ResourceEditor, document: Document) -> None:
    table = _section(_form(editor, "usr-local-linker"), "bin").table
    cell = table.cell(0, "")
    assert isinstance(cell, PathInput)
    click(cell.button)
    popup = cell.button.popup
    type_text(popup.filter, "share/data")
    press(popup.filter, Qt.Key.Key_Return)
    assert b'"bin": ["share/data.bin"' in document.content("conf/resource")


def test_removing_the_last_line_of_an_optional_list_removes_the_list(
    editor: ResourceEditor, document: Document
) -> None:
    table = _section(_form(editor, "usr-local-linker"), "bin").table
    click(table.tool(1, 2))
    click(table.tool(0, 2))
    assert b'"usr-local-linker": {"odd": {"a": [1, 2]}}' in document.content("conf/resource")


def test_unknown_members_and_workers_are_edited_as_json(editor: ResourceEditor, document: Document) -> None:
    others = _form(editor, "usr-local-linker").others
    row = others.rows["odd"]
    assert row.input.area.text() == '{"a": [1, 2]}'
    row.input.area.setFocus()
    QTest.keyClick(row.input.area, Qt.Key.Key_A, CONTROL)
    type_text(row.input.area, "[1")
    assert row.refusal.isVisible()
    assert b"[1]" not in document.content("conf/resource")
    type_text(row.input.area, "]")
    assert document.content("conf/resource") == TEXT.replace(b'{"a": [1, 2]}', b"[1]")
    assert row.refusal.isHidden()

    assert editor.select("magic")
    area = editor.pages["magic"].json.input.area
    assert area.text() == '{"level":   3}'
    press(area, Qt.Key.Key_End)
    press(area, Qt.Key.Key_Left)
    type_text(area, "4")
    assert b'"magic": {"level":   34}' in document.content("conf/resource")


def test_a_worker_that_is_no_object_is_shown_as_it_is(editor: ResourceEditor, document: Document) -> None:
    document.push(set_content(document.entries, "conf/resource", b'{"port-config": "a.sc", "webservice": []}'), "Edit")
    assert editor.select("port-config")
    assert editor.pages["port-config"].json.input.area.text() == '"a.sc"'
    assert editor.pages["port-config"].json.isVisible()


# ---------------------------------------------------------------------------------------------- ports


def test_a_port_is_changed_in_its_file_and_comments_stay(editor: ResourceEditor, document: Document) -> None:
    fields = _ports(editor).forms[0].fields
    retype(fields.rows["ports"].input, "8100,8200:8210")
    wanted = PORTS.replace(b'"8099/tcp"', b'"8100,8200:8210/tcp"')
    assert document.content("package/etc/attic.sc") == wanted
    _choose(fields.rows["protocols"].input, 1)
    assert b'dst.ports="8100,8200:8210/tcp,udp"' in document.content("package/etc/attic.sc")
    assert document.content("conf/resource") == TEXT


def test_wrong_ports_are_refused_beside_the_field(editor: ResourceEditor, document: Document) -> None:
    row = _ports(editor).forms[0].fields.rows["ports"]
    retype(row.input, "99999")
    assert "65535" in row.error.text()
    assert row.error.isVisible()
    assert b'"9999/tcp"' in document.content("package/etc/attic.sc"), "what was right last stays"
    retype(row.input, "8080")
    assert row.error.isHidden()
    row = _ports(editor).forms[0].fields.rows["name"]
    retype(row.input, "a b")
    assert "blanks" in row.error.text()


def test_services_are_added_and_removed(editor: ResourceEditor, document: Document) -> None:
    ports = _ports(editor)
    click(ports.add_button)
    assert ports.forms[1].fields.rows["name"].input.inner.hasFocus()
    assert document.content("package/etc/attic.sc").startswith(PORTS + b"\r\n[service]\r\n")
    click(ports.cards[1].tools["remove"])
    assert len(ports.cards) == 1
    document.stack.undo()
    document.stack.undo()
    assert document.content("package/etc/attic.sc") == PORTS


def test_a_missing_port_file_is_made(editor: ResourceEditor, document: Document) -> None:
    ports = _ports(editor)
    field = editor.pages["port-config"].form
    assert field is not None
    retype(field.fields.rows["protocol-file"].input, "new/own.sc")
    assert ports.create_button.isVisible()
    click(ports.create_button)
    assert b"dst.ports" in document.content("package/new/own.sc")
    assert len(ports.cards) == 1
    assert ports.create_button.isHidden()


def test_problems_of_the_port_file_stand_at_its_fields(editor: ResourceEditor, document: Document) -> None:
    bad = PORTS.replace(b"8099/tcp", b"8099/tcp,8099/udp").replace(b"[attic]", b"[attic]\r\nport_forward=true")
    document.push(set_content(document.entries, "package/etc/attic.sc", bad), "Break it")
    rows = _ports(editor).forms[0].fields.rows
    assert "no list of ports" in rows["ports"].error.text()
    with_fix = rows["port_forward"].fixes.buttons
    assert with_fix
    wanted: list[Problem] = []
    editor.fix_wanted.connect(wanted.append)
    click(with_fix[0])
    assert wanted[0].path == "package/etc/attic.sc"


def test_two_services_of_one_name_are_not_mixed_up(editor: ResourceEditor, document: Document) -> None:
    document.push(set_content(document.entries, "package/etc/attic.sc", PORTS + PORTS), "Twice")
    row = _ports(editor).forms[1].fields.rows["title"]
    retype(row.input, "X")
    assert "Two services" in row.error.text()
    assert document.content("package/etc/attic.sc") == PORTS + PORTS


def test_unit_files_are_listed_opened_and_added(empty: ResourceEditor, document: Document) -> None:
    document.push(set_content(document.entries, "conf/resource", b'{"systemd-user-unit": {}}'), "Edit")
    units = empty.pages["systemd-user-unit"].units
    assert units is not None
    assert units.none.isVisible()
    places: list[str] = []
    empty.place_wanted.connect(lambda path, *_more: places.append(path))
    click(units.add_button)
    assert places == ["conf/systemd/pkguser-attic.service"]
    assert b"ExecStart=/var/packages/attic/target/bin/att\n" in document.content(places[0])
    assert [link.text() for link in units.links] == ["pkguser-attic.service"]
    click(units.links[0])
    assert len(places) == 2
    click(units.add_button)
    assert places[-1] == "conf/systemd/pkguser-attic1.service"


# ---------------------------------------------------------------------------------------------- web


@pytest.fixture
def web(empty: ResourceEditor, document: Document, qtbot: QtBot) -> ObjectForm:
    dialog = _dialog(empty)
    type_text(dialog.filter, "webservice")
    with qtbot.waitSignal(dialog.finished):
        click(dialog.add)
    with qtbot.waitActive(empty):
        empty.activateWindow()
    return _form(empty, "webservice")


def test_a_site_gets_php_a_path_and_a_folder(web: ObjectForm, document: Document) -> None:
    services = _section(web, "services")
    assert isinstance(services, CardsForm)
    site = services.cards[0].form
    assert isinstance(site, ObjectForm)
    _choose(site.fields.rows["type"].input, 2)
    php = site.sections["php"].form
    assert isinstance(php, ObjectForm)
    retype(php.fields.rows["profile_name"].input, "Attic")
    _choose(php.fields.rows["backend"].input, 9)
    retype(php.fields.rows["extensions"].input, "gd, intl")
    settings = php.sections["php_settings"].form
    assert isinstance(settings, TableForm)
    click(settings.table.add_button)
    retype(settings.table.cell(0, "name"), "memory_limit")
    retype(settings.table.cell(0, "value"), "64M")
    click(_section(web, "portals").add_button)
    portal = _section(web, "portals").cards[0].form
    retype(portal.fields.rows["alias"].input, "attic")
    click(_section(web, "pkg_dir_prepare").table.add_button)
    retype(_section(web, "pkg_dir_prepare").table.cell(0, "mode"), "0755")
    found = _value(document)["webservice"]
    assert found["services"][0]["type"] == "nginx_php"
    assert found["services"][0]["php"] == {
        "profile_name": "Attic",
        "backend": 11,
        "extensions": ["gd", "intl"],
        "php_settings": {"memory_limit": "64M"},
    }
    assert found["portals"][0]["alias"] == "attic"
    assert found["pkg_dir_prepare"][0]["mode"] == "0755"


def test_another_kind_of_site_keeps_what_it_no_longer_knows(web: ObjectForm, document: Document) -> None:
    site = _section(web, "services").cards[0].form
    before = _value(document)["webservice"]["services"][0]
    _choose(site.fields.rows["type"].input, 4)
    assert _value(document)["webservice"]["services"][0] == {**before, "type": "reverse_proxy"}
    assert "root" in site.others.rows
    assert "proxy_target" in site.fields.rows
    click(site.others.rows["root"].remove_button)
    assert "root" not in _value(document)["webservice"]["services"][0]


def test_optional_settings_wait_behind_a_button(web: ObjectForm, document: Document) -> None:
    site = _section(web, "services").cards[0].form
    assert "read_timeout" not in site.fields.rows
    click(site.more)
    field = site.fields.rows["read_timeout"].input
    assert "60" in field.inner.placeholderText()
    retype(field, "300")
    assert _value(document)["webservice"]["services"][0]["read_timeout"] == 300
    field.inner.setFocus()
    QTest.keyClick(field.inner, Qt.Key.Key_A, CONTROL)
    press(field.inner, Qt.Key.Key_Delete)
    assert "read_timeout" not in _value(document)["webservice"]["services"][0]


def test_what_an_empty_object_held_goes_whole(web: ObjectForm, document: Document) -> None:
    section = _section(web, "services").cards[0].form.sections["custom_rule"]
    click(section.set_up)
    assert "custom_rule" not in _value(document)["webservice"]["services"][0], "nothing is written before it is set"
    field = section.form.fields.rows["global_rule"].input
    retype(field, "a.conf")
    assert _value(document)["webservice"]["services"][0]["custom_rule"] == {"global_rule": "a.conf"}
    QTest.keyClick(field.inner, Qt.Key.Key_A, CONTROL)
    press(field.inner, Qt.Key.Key_Delete)
    assert "custom_rule" not in _value(document)["webservice"]["services"][0]
    assert field.inner.hasFocus()


def test_services_are_added_moved_and_removed(web: ObjectForm, document: Document) -> None:
    services = _section(web, "services")
    click(services.add_button)
    retype(services.cards[1].form.fields.rows["service"].input, "second")
    click(services.cards[1].tools["up"])
    names = [item["service"] for item in _value(document)["webservice"]["services"]]
    assert names == ["second", "web"]
    click(services.cards[0].tools["fold"])
    assert services.cards[0].form.isHidden()
    click(services.cards[0].tools["remove"])
    assert [item["service"] for item in _value(document)["webservice"]["services"]] == ["web"]


# ---------------------------------------------------------------------------------------------- flags, problems, text


def test_a_flag_may_be_an_answer_of_the_wizard(empty: ResourceEditor, document: Document) -> None:
    text = b'{"mariadb10-db": {"create-db": {"flag": "{{wizard_x}}"}}}'
    document.push(set_content(document.entries, "conf/resource", text), "Edit")
    form = _section(_form(empty, "mariadb10-db"), "create-db")
    flag = form.fields.rows["flag"].input
    assert isinstance(flag, ChoiceInput)
    assert "{{wizard_x}}" in flag.combo.currentText()
    texts = [flag.combo.itemText(index) for index in range(flag.combo.count())]
    assert "Answer of the wizard: wizard_folder" in texts
    _choose(flag, 1)
    assert _value(document)["mariadb10-db"]["create-db"]["flag"] is True


def test_problems_stand_at_their_fields_and_lead_there(editor: ResourceEditor, document: Document) -> None:
    bad = TEXT.replace(b'bin/att"', b'bin/gone"').replace(b"etc/attic.sc", b"/etc/attic.sc")
    document.push(set_content(document.entries, "conf/resource", bad), "Break it")
    problems = [item for item in find_problems(document.package, quiet()) if item.path == "conf/resource"]
    editor.set_problems(problems)
    page = _form(editor, "port-config")
    assert "without '/'" in page.fields.rows["protocol-file"].error.text()
    table = _section(_form(editor, "usr-local-linker"), "bin").table
    assert "bin/gone" in table.message(1)
    assert not table.message(0)
    editor.reveal("/port-config/protocol-file")
    assert editor.shown_worker == "port-config"
    assert page.fields.rows["protocol-file"].input.inner.hasFocus()
    editor.reveal("/usr-local-linker/bin/1")
    assert table.cell(1, "").inner.hasFocus()
    assert "odd" in _form(editor, "usr-local-linker").others.rows["odd"].note.text.text()


def test_undo_leads_to_where_the_edit_was(editor: ResourceEditor, document: Document) -> None:
    places: list[str] = []
    document.place_wanted.connect(places.append)
    retype(_ports(editor).forms[0].fields.rows["title"].input, "New")
    assert editor.select("magic")
    document.stack.undo()
    assert places == ["conf/resource#/port-config/services/0/title"]
    editor.reveal(places[0].partition("#")[2])
    assert _ports(editor).forms[0].fields.rows["title"].input.inner.hasFocus()


def test_text_and_form_say_the_same(editor: ResourceEditor, document: Document) -> None:
    editor.show_text.setChecked(True)
    pane = editor.text.pane.editor
    assert "made by hand" in pane.toPlainText()
    table = _section(_form(editor, "usr-local-linker"), "bin").table
    retype(table.cell(0, ""), "bin/new")
    assert "bin/new" in pane.toPlainText()
    document.push(set_content(document.entries, "conf/resource", b"{"), "Break it")
    assert editor.unreadable.isVisible()
    document.stack.undo()
    assert not editor.unreadable.isVisible()
    assert _section(_form(editor, "usr-local-linker"), "bin").table.cell(0, "").inner.text() == "bin/new"


def test_everything_has_a_name_for_screen_readers(editor: ResourceEditor) -> None:
    for name in ("usr-local-linker", "port-config", "magic"):
        editor.select(name)
        QApplication.sendPostedEvents()
        page = editor.pages[name]
        fields = [item for item in page.findChildren(FieldInput) if item.isVisible()]
        assert fields
        assert all(item.inner.accessibleName() for item in fields)
