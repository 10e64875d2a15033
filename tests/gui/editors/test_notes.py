"""The editors of licence and changelog, as a person uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.editors.notes.view import ChangelogEditor, LicenseEditor
from gui.services.document import Document
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, type_text


@pytest.fixture
def document(open_package: Opened, sample: Path) -> Document:
    (sample / "CHANGELOG").write_bytes(b'## 1.0\n* says "hello"\n* is fast\n')
    return open_package(sample)


@pytest.fixture
def changelog(program: Program, document: Document, qtbot: QtBot) -> ChangelogEditor:
    activate(program, qtbot)
    page_of(program).show_part("CHANGELOG")
    editor = page_of(program).editor
    assert isinstance(editor, ChangelogEditor)
    return editor


def test_the_newest_entry_goes_into_info(
    changelog: ChangelogEditor, document: Document, notifier: FakeNotifier
) -> None:
    assert "DSM does not read this file" in changelog.state.text()
    click(changelog.take_button)
    assert "changelog=\"- says 'hello'<br>- is fast\"" in document.text("INFO")
    assert notifier.informed == ["INFO says it now: package sources show it."]
    assert changelog.state.text().startswith("INFO says the same")
    assert not changelog.take_button.isEnabled()
    document.stack.undo()
    assert "changelog=" not in document.text("INFO")


def test_an_info_that_cannot_be_read_is_said_and_not_emptied(
    changelog: ChangelogEditor, document: Document, notifier: FakeNotifier
) -> None:
    """As when another program keeps the file to itself for a moment: an INFO of one line would take its place."""
    document.folder.joinpath("INFO").unlink()
    before = document.entries["INFO"]
    click(changelog.take_button)
    assert len(notifier.informed) == 1
    assert "INFO says it now" not in notifier.informed[0]
    assert document.entries["INFO"] is before


def test_a_new_entry_is_for_the_version_of_the_package(changelog: ChangelogEditor, document: Document) -> None:
    version = document.text("INFO").split('version="')[1].split('"')[0]
    assert changelog.entry_button.text() == f"New entry for {version}"
    click(changelog.entry_button)
    type_text(changelog.pane.editor, "better")
    assert document.text("CHANGELOG").startswith(f"## {version}\n* better\n\n## 1.0\n")
    assert not changelog.entry_button.isVisible()
    click(changelog.take_button)
    assert 'changelog="- better"' in document.text("INFO")


def test_a_licence_starts_from_a_known_text(program: Program, document: Document) -> None:
    page_of(program).show_part("LICENSE")
    editor = page_of(program).editor
    assert isinstance(editor, LicenseEditor)
    actions = {action.text(): action for action in editor.start_button.menu().actions()}
    actions["MIT License"].trigger()
    text = document.text("LICENSE")
    assert text.startswith("MIT License\n")
    assert "@@" not in text
    assert editor.pane.editor.text() == text
    document.stack.undo()
    assert document.content("LICENSE") == b"old licence\n"
