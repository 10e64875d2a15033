"""Tests of scripts in the whole window: from one script to another, missing ones, and new ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.compare_saved import CompareDialog
from gui.dialogs.new_script import NewScriptDialog
from gui.editors.scripts.view import ScriptEditor
from gui.services.document import Document
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, press, type_text

pytestmark = pytest.mark.gui


@pytest.fixture
def document(open_package: Opened, sample: Path) -> Document:
    """A package whose postinst reads in a helper, without a script for uninstalling."""
    (sample / "scripts" / "common").write_bytes(b"#!/bin/sh\n\nsay() {\n    :\n}\n")
    (sample / "scripts" / "postinst").write_bytes(b'#!/bin/sh\n. "$(dirname "$0")/common"\nsay\nexit 0\n')
    (sample / "scripts" / "preuninst").unlink()
    return open_package(sample)


def _editor(program: Program, qtbot: QtBot, path: str) -> ScriptEditor:
    page = page_of(program)
    page.show_part(path)
    editor = page.editor
    assert isinstance(editor, ScriptEditor)
    qtbot.waitUntil(lambda: editor.analysis.revision >= 0)
    return editor


def test_f12_opens_the_other_script_at_the_definition(program: Program, qtbot: QtBot, document: Document) -> None:
    activate(program, qtbot)
    editor = _editor(program, qtbot, "scripts/postinst")
    editor.pane.editor.setFocus()
    editor.pane.editor.go_to(3, 2)
    press(editor.pane.editor, Qt.Key.Key_F12)
    page = page_of(program)
    assert page.shown_path == "scripts/common"
    assert isinstance(page.editor, ScriptEditor)
    assert page.editor.pane.editor.caret() == (3, 1)


def test_a_missing_script_is_shown_with_its_problem_and_created(
    program: Program, qtbot: QtBot, document: Document
) -> None:
    editor = _editor(program, qtbot, "scripts/preuninst")
    page = page_of(program)
    assert editor.missing.isVisible()
    qtbot.waitUntil(page.part_problems.isVisible)
    editor.missing.triggered.emit()
    assert document.content("scripts/preuninst").startswith(b"#!/bin/sh\n")
    assert page.editor is editor
    assert editor.pane.isVisible()
    qtbot.waitUntil(lambda: not page.part_problems.isVisible())
    document.stack.undo()
    assert editor.missing.isVisible()


def test_the_command_makes_a_helper_and_opens_it(program: Program, qtbot: QtBot, document: Document) -> None:
    program.context.commands.action("script.new").trigger()
    (dialog,) = program.window.findChildren(NewScriptDialog)
    type_text(dialog.name, "tools")
    dialog.choice.list.setCurrentRow(1)
    click(dialog.create_button)
    assert page_of(program).shown_path == "scripts/tools"
    assert b"is_upgrade" in document.content("scripts/tools")


def test_the_command_makes_a_script_that_dsm_runs(program: Program, qtbot: QtBot, document: Document) -> None:
    program.context.commands.action("script.new").trigger()
    (dialog,) = program.window.findChildren(NewScriptDialog)
    offered = [dialog.kind.itemData(index) for index in range(dialog.kind.count())]
    assert offered == ["", "preuninst", "prereplace", "postreplace"]
    dialog.kind.setCurrentIndex(2)
    assert not dialog.name.isVisible()
    assert "Takes data over" in dialog.about.text()
    press(dialog, Qt.Key.Key_Return)
    assert page_of(program).shown_path == "scripts/prereplace"
    assert "scripts/prereplace" in document.entries


def test_the_command_compares_with_the_saved_file(
    program: Program, qtbot: QtBot, document: Document, notifier: FakeNotifier
) -> None:
    editor = _editor(program, qtbot, "scripts/postinst")
    command = program.context.commands.action("edit.compare")
    command.trigger()
    qtbot.waitUntil(lambda: notifier.informed == ["The file is as it was saved."])
    editor.pane.editor.go_to(3)
    type_text(editor.pane.editor, "# ")
    command.trigger()
    qtbot.waitUntil(lambda: bool(editor.findChildren(CompareDialog)))
    (dialog,) = editor.findChildren(CompareDialog)
    assert "+ # say" in dialog.view.diff.toPlainText()
    press(dialog, Qt.Key.Key_Escape)
    page_of(program).show_part("package")
    command.trigger()
    assert notifier.informed[-1] == "There is no text to compare in here."


def test_saving_takes_the_bars_away(program: Program, qtbot: QtBot, document: Document) -> None:
    editor = _editor(program, qtbot, "scripts/postinst")
    editor.pane.editor.go_to(3)
    type_text(editor.pane.editor, "# ")
    qtbot.waitUntil(lambda: [hunk.first for hunk in editor.saved_changes.hunks] == [3])
    with qtbot.waitSignal(document.saved, timeout=10_000):
        program.context.commands.action("file.save").trigger()
    qtbot.waitUntil(lambda: editor.saved_changes.hunks == [])
    document.stack.undo()
    qtbot.waitUntil(lambda: [hunk.first for hunk in editor.saved_changes.hunks] == [3])
