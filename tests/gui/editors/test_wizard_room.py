"""Tests of the wizard editor in small windows and with large letters: one pane at a time, nothing out of reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.wizard.view import WizardEditor
from gui.services.document import Document
from gui.services.settings import WIZARD_DESIGNER
from spkcore.package.changes import set_content
from tests.gui.conftest import click
from tests.gui.editors.conftest import Opener
from tests.gui.editors.wizarddesk import FIELD, PATH, choose, row_of, type_into

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(wizard_editor: WizardEditor) -> WizardEditor:
    return wizard_editor


@pytest.fixture
def narrow(editor: WizardEditor, qtbot: QtBot) -> WizardEditor:
    editor.resize(640, 420)
    qtbot.waitUntil(lambda: not editor.preview.isVisible())
    return editor


def panes(editor: WizardEditor) -> list[str]:
    """What is seen."""
    seen = {"design": editor.designer, "preview": editor.preview, "text": editor._text}
    return [name for name, widget in seen.items() if widget is not None and widget.isVisible()]


def is_inside(widget: QWidget, around: QWidget) -> bool:
    place = QRect(widget.mapTo(around, QPoint(0, 0)), widget.size())
    return around.rect().contains(place)


def test_a_wide_window_shows_two_panes(editor: WizardEditor) -> None:
    assert panes(editor) == ["design", "preview"]
    assert not editor.switch["design"].isVisible()
    click(editor.switch["text"])
    assert panes(editor) == ["design", "text"]


def test_a_small_window_shows_one_pane_at_a_time(narrow: WizardEditor, qtbot: QtBot) -> None:
    assert panes(narrow) == ["design"]
    assert narrow.switch["design"].isChecked()
    for name in ("preview", "text", "design", "text", "preview"):
        click(narrow.switch[name])
        assert panes(narrow) == [name]
        assert narrow.switch[name].isChecked()
    narrow.resize(1000, 700)
    qtbot.waitUntil(lambda: panes(narrow) == ["design", "preview"])
    assert narrow.splitter.sizes()[1] > narrow.splitter.sizes()[0]


def test_the_text_stays_when_the_window_grows(narrow: WizardEditor, qtbot: QtBot) -> None:
    click(narrow.switch["text"])
    narrow.resize(1000, 700)
    qtbot.waitUntil(lambda: panes(narrow) == ["design", "text"])
    assert narrow.switch["text"].isChecked()


def test_outline_and_properties_stand_beside_each_other_where_it_is_low(narrow: WizardEditor, qtbot: QtBot) -> None:
    designer = narrow.designer
    assert designer.properties.x() > designer.outline.x()
    assert designer.outline.height() > narrow.height() // 2
    click(narrow.switch["preview"])
    preview = narrow.preview
    assert preview.variables.mapTo(preview, QPoint(0, 0)).x() > preview.dialog.geometry().right()
    narrow.resize(640, 900)
    qtbot.waitUntil(lambda: preview.variables.mapTo(preview, QPoint(0, 0)).y() > preview.dialog.height())


def test_a_problem_of_the_form_brings_the_designer_back(narrow: WizardEditor) -> None:
    click(narrow.switch["preview"])
    narrow.reveal(f"{FIELD}/key")
    assert panes(narrow) == ["design"]
    assert row_of(narrow, "key").input.inner.hasFocus()


def test_what_was_selected_meanwhile_is_seen_in_the_preview(
    narrow: WizardEditor, document: Document, qtbot: QtBot
) -> None:
    fields = ",".join(f'{{"key": "wizard_{at}", "desc": "Field {at}"}}' for at in range(30))
    pages = f'[{{"items": [{{"type": "textfield", "subitems": [{fields}]}}]}}]'
    document.push(set_content(document.entries, PATH, pages.encode()), "x")
    choose(narrow, "/0/items/0/subitems/29")
    type_into(narrow, "desc", "The last")
    click(narrow.switch["preview"])
    view = narrow.preview.dialog.page_view
    assert view is not None
    line = view.rows["/0/items/0/subitems/29"]
    qtbot.waitUntil(lambda: is_inside(line, narrow.preview.dialog.area.viewport()))


def test_signs_have_names_where_words_have_no_room(narrow: WizardEditor) -> None:
    bar = narrow.languages
    assert bar.add.text() == ""
    assert bar.add.accessibleName() == bar.add.toolTip() == "Add language"
    for button in (bar.add, *narrow.switch.values()):
        assert is_inside(button, narrow)


def test_large_letters_need_a_wider_window(editor: WizardEditor, context: AppContext, qapp: QApplication) -> None:
    font = qapp.font()
    context.theme.apply("light", 18)
    try:
        QApplication.processEvents()
        assert panes(editor) == ["design"]
    finally:
        context.theme.apply("light")
        qapp.setFont(font)
    assert panes(editor) == ["design", "preview"]


def test_the_width_of_the_designer_is_remembered(editor: WizardEditor, opened: Opener, document: Document) -> None:
    editor.splitter.handle(1).moveSplitter(500)
    width = editor.splitter.sizes()[0]
    assert editor.context.settings.get(WIZARD_DESIGNER) == width
    path = "WIZARD_UIFILES/upgrade_uifile"
    document.push(set_content(document.entries, path, document.content(PATH)), "x")
    other = opened(path)
    assert isinstance(other, WizardEditor)
    assert abs(other.splitter.sizes()[0] - width) <= 2
    other.context.tasks.wait()


def test_languages_keep_their_words_after_a_small_window(narrow: WizardEditor, qtbot: QtBot) -> None:
    narrow.resize(1000, 700)
    qtbot.waitUntil(lambda: narrow.languages.add.text() == "Add language")
    assert narrow.languages.caption.isVisible()
    narrow.languages.choice.setFocus(Qt.FocusReason.TabFocusReason)


def test_typing_a_label_looks_for_no_uses(editor: WizardEditor, document: Document, qtbot: QtBot) -> None:
    choose(editor, FIELD)
    qtbot.waitUntil(lambda: "yet" in editor.designer.properties.uses.text.text())
    editor.context.tasks.wait()
    started = editor._pending, editor._asked
    type_into(editor, "desc", "Another")
    assert (editor._pending, editor._asked) == started
    document.push(set_content(document.entries, "scripts/postinst", b"#!/bin/sh\necho $wizard_folder\n"), "x")
    qtbot.waitUntil(lambda: "postinst" in editor.designer.properties.uses.text.text())


def test_an_editor_that_nobody_sees_catches_up(editor: WizardEditor, document: Document, qtbot: QtBot) -> None:
    choose(editor, FIELD)
    editor.hide()
    path = f"{PATH}_ger"
    document.push(set_content(document.entries, path, b"[]"), "Add a language")
    document.push(set_content(document.entries, "scripts/postinst", b"echo $wizard_folder\n"), "x")
    assert editor.languages.choice.count() == 1
    with qtbot.waitExposed(editor):
        editor.show()
    assert editor.languages.choice.count() == 2
    qtbot.waitUntil(lambda: "postinst" in editor.designer.properties.uses.text.text())
