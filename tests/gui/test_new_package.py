"""A person starts a new package: looks for a template, answers its questions, sees what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.new_package import NewPackageDialog
from gui.services.settings import AUTHOR, AUTHOR_URL
from spkcore.package.templates import list_templates
from tests.gui.conftest import click, press, type_text

pytestmark = pytest.mark.gui


@pytest.fixture
def dialog(program: Program) -> NewPackageDialog:
    return opened(program)


def opened(program: Program) -> NewPackageDialog:
    program.context.commands.action("file.new").trigger()
    (found,) = (item for item in program.window.findChildren(NewPackageDialog) if item.isVisible())
    return found


def titles(dialog: NewPackageDialog) -> list[str]:
    """What the gallery shows."""
    items = (dialog.list.item(number) for number in range(dialog.list.count()))
    return [item.text() for item in items if not item.isHidden()]


def retype(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    type_text(field, text)


def shown_files(dialog: NewPackageDialog) -> set[str]:
    """The paths of the tree, read from its rows."""
    found: set[str] = set()

    def walk(item: QTreeWidgetItem, above: str) -> None:
        for number in range(item.childCount()):
            child = item.child(number)
            assert child is not None
            path = above + child.text(0)
            found.add(path) if not child.childCount() else walk(child, f"{path}/")

    walk(dialog.files.invisibleRootItem(), "")
    return found


def test_every_template_is_in_the_gallery_with_its_sentence(dialog: NewPackageDialog) -> None:
    assert titles(dialog) == [template.title for template in list_templates()]
    for number, template in enumerate(list_templates()):
        dialog.list.setCurrentRow(number)
        assert dialog.form.template is template
        assert dialog.create_button.isEnabled()
        said = dialog.list.item(number).data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert template.summary in said
        assert template.dsm in said


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("compose", "docker-project"),
        ("DOCKER port", "docker-project"),
        ("ssh", "command-line"),
        ("dsm 6", "minimal-dsm6"),
    ],
)
def test_searching_narrows_the_gallery_and_chooses(dialog: NewPackageDialog, words: str, first: str) -> None:
    dialog.gallery.search.setFocus()
    type_text(dialog.gallery.search, words)
    assert len(titles(dialog)) < len(list_templates())
    assert dialog.form.template.id == first
    press(dialog.gallery.search, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert len(titles(dialog)) == len(list_templates())


def test_a_search_without_result_says_so(dialog: NewPackageDialog) -> None:
    type_text(dialog.gallery.search, "toaster")
    assert titles(dialog) == []
    assert dialog.gallery.nothing.isVisible()
    assert "toaster" in dialog.gallery.nothing.text()
    dialog.gallery.search.clear()
    assert not dialog.gallery.nothing.isVisible()


def test_the_keyboard_leads_from_the_search_to_the_questions(dialog: NewPackageDialog) -> None:
    dialog.gallery.search.setFocus()
    press(dialog.gallery.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is dialog.list
    press(dialog.list, Qt.Key.Key_Down)
    press(dialog.list, Qt.Key.Key_Down)
    assert dialog.form.template.id == "service"
    press(dialog.list, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.form.fields["package"]
    assert dialog.form.fields["package"].selectedText() == "MyService"
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_files_follow_the_answers(dialog: NewPackageDialog) -> None:
    dialog.list.setCurrentRow([template.id for template in list_templates()].index("command-line"))
    assert "package/bin/mytool" in shown_files(dialog)
    retype(dialog.form.fields["package"], "NasInfo")
    assert dialog.form.fields["command"].text() == "nasinfo"
    assert "package/bin/nasinfo" in shown_files(dialog)
    retype(dialog.form.fields["command"], "Not Good")
    assert not dialog.create_button.isEnabled()
    assert "small letters" in dialog.form.fields["command"].accessibleDescription()
    assert dialog.where.text().startswith("Command: Use the small letters"), "the field may be scrolled out of sight"
    retype(dialog.form.fields["command"], "nas")
    assert dialog.create_button.isEnabled()
    assert dialog.where.text().endswith("NasInfo")
    assert {"INFO", "conf/resource", "package/bin/nas"} <= shown_files(dialog)


def test_what_was_typed_counts_for_the_next_template(dialog: NewPackageDialog) -> None:
    retype(dialog.form.fields["display_name"], "Tea Kettle")
    dialog.list.setCurrentRow(2)
    assert dialog.form.fields["display_name"].text() == "Tea Kettle"
    assert dialog.form.fields["package"].text() == "MyService"


def test_the_author_is_remembered(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(program)
    retype(dialog.form.fields["maintainer"], "Jane Doe")
    retype(dialog.form.fields["maintainer_url"], "no address")
    assert not dialog.create_button.isEnabled()
    retype(dialog.form.fields["maintainer_url"], "https://jane.example")
    dialog.place.setText(str(tmp_path / "made"))
    with qtbot.waitSignal(program.workbench.opened, timeout=20_000):
        click(dialog.create_button)
    info = (tmp_path / "made/MyPackage/INFO").read_text(encoding="utf-8")
    assert 'maintainer_url="https://jane.example"' in info
    settings = program.context.settings
    assert (settings.get(AUTHOR), settings.get(AUTHOR_URL)) == ("Jane Doe", "https://jane.example")
    again = opened(program)
    for form in again.forms:
        assert form.values()["maintainer"] == "Jane Doe"
        assert form.values()["maintainer_url"] == "https://jane.example"
    QTest.keySequence(again, QKeySequence(Qt.Key.Key_Escape))


def test_a_small_window_keeps_room_for_the_questions(dialog: NewPackageDialog, qtbot: QtBot) -> None:
    dialog.setMinimumSize(0, 0)
    dialog.resize(1300, 700)
    qtbot.waitUntil(dialog.files.isVisible)
    dialog.resize(700, 600)
    qtbot.waitUntil(lambda: not dialog.files.isVisible())
    qtbot.waitUntil(lambda: dialog.form.fields["package"].width() > 150)


def test_the_welcome_page_leads_to_all_templates(program: Program) -> None:
    welcome = program.window.welcome
    assert set(welcome.template_cards) < {template.id for template in list_templates()}
    assert str(len(list_templates())) in welcome.more_templates.text()
    click(welcome.more_templates)
    assert program.window.findChild(NewPackageDialog) is not None


def test_everything_has_a_name(dialog: NewPackageDialog) -> None:
    for form in dialog.forms:
        assert all(field.accessibleName() for field in form.fields.values())
    for widget in (dialog.list, dialog.gallery.search, dialog.files, dialog.place):
        assert widget.accessibleName()
