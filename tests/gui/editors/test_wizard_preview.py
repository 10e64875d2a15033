"""The preview of wizards, gone through as a person would in Package Center."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QRadioButton
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.wizard import preview as preview_module
from gui.editors.wizard.preview import WizardPreview
from gui.editors.wizard.previewfields import RichLabel
from gui.editors.wizard.previewpage import SummaryView
from spkcore.package.jsontext import parse
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.wizardpages import (
    LARGE,
    PASSWORD,
    SHARE,
    SMALL,
    WIZARD,
    Shown,
    input_of,
    line_of,
    retype,
    values,
    view_of,
)


def test_it_looks_like_the_page(shown: Shown) -> None:
    preview = shown()

    assert preview.dialog.bar_title.text() == "The Attic"
    assert preview.dialog.headline.text() == "Where"
    assert list(view_of(preview).texts()) == [
        "Read this first.",
        "Shared folder",
        "Name",
        "Password",
        "Size",
        "Small",
        "Large",
    ]
    assert preview.position.text() == "Page 1 of 2"
    assert not preview.dialog.back.isEnabled()
    assert preview.dialog.next.isEnabled()
    assert input_of(preview, PASSWORD).accessibleName() == "Password"


def test_next_refuses_and_says_why(shown: Shown) -> None:
    preview = shown()
    assert line_of(preview, PASSWORD).error.isHidden()

    click(preview.dialog.next)

    assert preview.dialog.headline.text() == "Where"
    assert line_of(preview, PASSWORD).error.text() == "This field is required."
    assert input_of(preview, PASSWORD).accessibleDescription() == "This field is required."
    assert input_of(preview, PASSWORD).hasFocus()
    type_text(input_of(preview, PASSWORD), "short")
    assert line_of(preview, PASSWORD).error.text() == "At least 8 characters."
    type_text(input_of(preview, PASSWORD), "er-than")
    assert line_of(preview, PASSWORD).error.isHidden()


def test_the_pattern_complains_while_typing(shown: Shown) -> None:
    preview = shown()

    retype(input_of(preview, SHARE), "My")
    assert line_of(preview, SHARE).error.text() == "Small only."

    retype(input_of(preview, SHARE), "my")
    assert line_of(preview, SHARE).error.isHidden()


def test_through_all_pages_and_back_with_the_answers(shown: Shown, qtbot: QtBot) -> None:
    preview = shown()
    pages: list[int] = []
    preview.page_shown.connect(pages.append)
    retype(input_of(preview, SHARE), "video")
    type_text(input_of(preview, PASSWORD), "12345678")
    click(preview.dialog.next)
    assert preview.dialog.headline.text() == "More"
    click(input_of(preview, "/1/items/0/subitems/0"))
    box = input_of(preview, "/1/items/1/subitems/0")
    assert isinstance(box, QComboBox)
    box.setFocus()
    press(box, Qt.Key.Key_Down)
    press(box, Qt.Key.Key_Down)
    assert values(preview) == {
        "wizard_share": "video",
        "wizard_pass": "12345678",
        "wizard_small": "true",
        "wizard_large": "false",
        "wizard_sub": "true",
        "wizard_list": "b",
    }

    click(preview.dialog.back)
    shares = input_of(preview, SHARE)
    assert isinstance(shares, QLineEdit)
    assert shares.text() == "video"
    click(preview.dialog.next)
    boxes = input_of(preview, "/1/items/0/subitems/0")
    assert isinstance(boxes, QCheckBox)
    assert boxes.isChecked()
    click(preview.dialog.next)
    assert preview.dialog.headline.text() == "Confirm settings"
    assert isinstance(preview.dialog.inside, SummaryView)
    assert preview.dialog.next.text() == "Done"
    click(preview.dialog.next)
    assert preview.dialog.headline.text() == "End of the wizard"
    assert values(preview)["wizard_share"] == "video"
    click(preview.dialog.next)
    assert preview.dialog.headline.text() == "Where"
    assert values(preview)["wizard_share"] == "photo"
    assert pages == [1, 0, 1, 2, 2, 0]


def test_the_keyboard_alone_is_enough(shown: Shown) -> None:
    preview = shown()
    input_of(preview, SHARE).setFocus()
    press(input_of(preview, SHARE), Qt.Key.Key_Tab)
    assert input_of(preview, PASSWORD).hasFocus()
    type_text(input_of(preview, PASSWORD), "12345678")

    preview.dialog.next.setFocus()
    press(preview.dialog.next, Qt.Key.Key_Return)

    assert preview.dialog.headline.text() == "More"
    assert preview.dialog.next.hasFocus()


def test_round_buttons_by_button_and_by_label(shown: Shown) -> None:
    preview = shown()
    large = line_of(preview, LARGE)

    QTest.mouseClick(large.caption, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))

    assert (values(preview)["wizard_small"], values(preview)["wizard_large"]) == ("false", "true")
    small = input_of(preview, SMALL)
    assert isinstance(small, QRadioButton)
    assert not small.isChecked()
    click(small)
    click(small)
    assert small.isChecked()
    assert (values(preview)["wizard_small"], values(preview)["wizard_large"]) == ("true", "false")


def test_next_stays_grey_where_this_dsm_is_asked_to(shown: Shown) -> None:
    preview = shown([WIZARD[0] | {"invalid_next_disabled_v2": True}])
    assert not preview.dialog.next.isEnabled()

    type_text(input_of(preview, PASSWORD), "12345678")
    assert preview.dialog.next.isEnabled()

    retype(input_of(preview, PASSWORD), "")
    assert not preview.dialog.next.isEnabled()
    click(preview.looks.buttons[1])
    assert preview.dialog.next.isEnabled()
    assert preview.look == "dsm6"


def test_cancelling_tells_that_nothing_happens(shown: Shown) -> None:
    preview = shown()

    click(preview.dialog.cancel)

    assert "changes nothing" in preview.dialog.end_text
    click(preview.dialog.next)
    assert preview.dialog.headline.text() == "Where"


def test_a_changed_file_keeps_answers_page_and_focus(shown: Shown, qtbot: QtBot) -> None:
    preview = shown()
    retype(input_of(preview, SHARE), "video")
    changed = json.loads(json.dumps(WIZARD))
    changed[0]["step_title"] = "Another title"
    changed[0]["items"].insert(1, {"desc": "new"})

    preview.show_document(parse(json.dumps(changed)))

    assert preview.dialog.headline.text() == "Another title"
    assert values(preview)["wizard_share"] == "video"
    preview.show_document(parse(json.dumps(changed)), keep_answers=False)
    assert values(preview)["wizard_share"] == "photo"


def test_a_broken_file_leaves_the_last_good_state(shown: Shown) -> None:
    preview = shown()

    preview.show_document(parse('[{"step_title": '))

    assert preview.dialog.headline.text() == "Where"
    assert "last state" in preview.banner.message
    preview.show_document(parse(json.dumps(WIZARD)))
    assert preview.banner.message == ""


def test_a_file_that_never_could_be_read(qtbot: QtBot, context: AppContext) -> None:
    preview = WizardPreview(context)
    qtbot.addWidget(preview)

    preview.show_document(parse("{}"))

    assert preview.run is None
    assert preview.variables.rowCount() == 0


def test_clicking_beside_fields_chooses_their_place(shown: Shown) -> None:
    preview = shown()
    chosen: list[str] = []
    preview.place_chosen.connect(chosen.append)
    view = view_of(preview)

    QTest.mouseClick(line_of(preview, SHARE).caption, Qt.MouseButton.LeftButton, pos=QPoint(4, 8))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 2, view.height() - 2))
    click(input_of(preview, SHARE))

    assert chosen == [SHARE, "/0"]
    preview.variables.setFocus()
    preview.variables.setCurrentCell(2, 0)
    press(preview.variables, Qt.Key.Key_Return)
    assert chosen[2:] == [SMALL]


def test_the_designer_marks_a_place_on_its_page(shown: Shown) -> None:
    preview = shown()

    preview.select("/1/items/0/subitems/0/desc")

    assert preview.dialog.headline.text() == "More"
    assert line_of(preview, "/1/items/0/subitems/0").property("chosen") == "true"
    preview.select("/0/items/1/desc")
    assert preview.dialog.headline.text() == "Where"
    assert [place for place, widget in view_of(preview)._places.items() if widget.property("chosen")] == ["/0/items/1"]
    preview.select("")
    assert not [place for place, widget in view_of(preview)._places.items() if widget.property("chosen")]


def test_links_open_after_a_question(shown: Shown, notifier: FakeNotifier, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(preview_module, "open_web_page", opened.append)
    preview = shown()
    label = next(label for label in view_of(preview).findChildren(RichLabel) if "example.com" in label.text())
    link = QPoint(label.fontMetrics().horizontalAdvance("Read t"), 8)

    QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=link)
    assert notifier.questions[0].detail == "https://example.com/x"
    notifier.answer("cancel")
    assert opened == []
    label.clearFocus()
    label.setFocus(Qt.FocusReason.TabFocusReason)
    press(label, Qt.Key.Key_Tab)
    press(label, Qt.Key.Key_Return)
    notifier.answer("open")

    assert opened == ["https://example.com/x"]
