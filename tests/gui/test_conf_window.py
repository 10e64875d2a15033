"""Tests of privileges and resources in the whole window: fixes, undo and problems lead to the right places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.editors.privilege.view import PrivilegeEditor
from gui.editors.resource.view import ResourceEditor
from tests.gui.conftest import Opened, activate, click, page_of, type_text

pytestmark = pytest.mark.gui


def _wait_for_check(program: Program, qtbot: QtBot) -> None:
    current = program.workbench.current
    assert current is not None
    qtbot.waitUntil(lambda: not program.context.tasks.running() and bool(current.validation.problems), timeout=20_000)


def test_a_fix_at_a_port_mends_the_file_of_the_payload(
    program: Program, open_package: Opened, sample: Path, qtbot: QtBot
) -> None:
    (sample / "conf" / "resource").write_text('{"port-config": {"protocol-file": "etc/a.sc"}}\n', encoding="utf-8")
    (sample / "package" / "etc").mkdir()
    (sample / "package" / "etc" / "a.sc").write_bytes(b'; kept\n[web]\nport_forward="true"\ndst.ports="8080/tcp"\n')
    document = open_package(sample)
    page_of(program).show_part("conf/resource")
    _wait_for_check(program, qtbot)
    editor = page_of(program).editor
    assert isinstance(editor, ResourceEditor)
    ports = editor.pages["port-config"].ports
    assert ports is not None
    fixes = ports.forms[0].fields.rows["port_forward"].fixes
    QApplication.processEvents()
    click(fixes.buttons[0])
    qtbot.waitUntil(lambda: b'port_forward="yes"' in document.content("package/etc/a.sc"), timeout=20_000)
    qtbot.waitUntil(fixes.isHidden, timeout=20_000)
    assert document.content("package/etc/a.sc").startswith(b"; kept\n")


def test_undo_leads_back_to_the_field(program: Program, open_package: Opened, sample: Path, qtbot: QtBot) -> None:
    document = open_package(sample)
    activate(program, qtbot)
    page_of(program).show_part("conf/privilege")
    editor = page_of(program).editor
    assert isinstance(editor, PrivilegeEditor)
    field = editor.fields.rows["username"].input.inner
    QApplication.processEvents()
    field.setFocus()
    type_text(field, "sc-x")
    assert json.loads(document.text("conf/privilege"))["username"].endswith("sc-x")
    page_of(program).show_part("INFO")
    document.stack.undo()
    assert page_of(program).shown_path == "conf/privilege"
    assert field.hasFocus()


def test_a_problem_leads_to_its_field(program: Program, open_package: Opened, sample: Path, qtbot: QtBot) -> None:
    tool = {"relpath": "bin/gone", "user": "package", "group": "package", "permission": "0755"}
    text = json.dumps({"defaults": {"run-as": "package"}, "tool": [tool]})
    (sample / "conf" / "privilege").write_text(text, encoding="utf-8")
    open_package(sample)
    activate(program, qtbot)
    _wait_for_check(program, qtbot)
    current = program.workbench.current
    assert current is not None
    problem = next(item for item in current.validation.problems if item.rule == "P007")
    page_of(program).show_problem(problem)
    editor = page_of(program).editor
    assert isinstance(editor, PrivilegeEditor)
    table = editor.sections["tool"].table
    assert table is not None
    assert table.table.cell(0, "relpath").inner.hasFocus()
    assert "bin/gone" in table.table.message(0)
