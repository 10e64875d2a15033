"""The preview of wizards, gone through as a person would in Package Center."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.wizard import preview as preview_module
from gui.editors.wizard.dsmlook import COLORS
from gui.editors.wizard.preview import WizardPreview
from gui.editors.wizard.previewfields import FieldRow, RichLabel
from gui.editors.wizard.previewoccasion import Occasion
from gui.editors.wizard.previewpage import PageView, SummaryView
from spkcore.package.jsontext import parse
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text

CORPUS = Path(__file__).parents[4] / "shared/corpus/wizards"
SHARE = "/0/items/1/subitems/0"
PASSWORD = "/0/items/2/subitems/0"
SMALL, LARGE = "/0/items/3/subitems/0", "/0/items/3/subitems/1"
WIZARD: list[dict[str, Any]] = [
    {
        "step_title": "Where",
        "items": [
            {"desc": 'Read <a href="https://example.com/x">this</a> <b>first</b>.'},
            {
                "type": "textfield",
                "desc": "Shared folder",
                "subitems": [
                    {
                        "key": "wizard_share",
                        "desc": "Name",
                        "defaultValue": "photo",
                        "validator": {"allowBlank": False, "regex": {"expr": "/^[a-z]+$/", "errorText": "Small only."}},
                    }
                ],
            },
            {
                "type": "password",
                "subitems": [
                    {"key": "wizard_pass", "desc": "Password", "validator": {"allowBlank": False, "minLength": 8}}
                ],
            },
            {
                "type": "singleselect",
                "desc": "Size",
                "subitems": [
                    {"key": "wizard_small", "desc": "Small", "defaultValue": True},
                    {"key": "wizard_large", "desc": "Large"},
                ],
            },
        ],
    },
    {
        "step_title": "More",
        "items": [
            {"type": "multiselect", "subitems": [{"key": "wizard_sub", "desc": "Sub folders"}]},
            {
                "type": "combobox",
                "subitems": [
                    {"key": "wizard_list", "desc": "Colour", "editable": False, "store": [["r", "Red"], ["b", "Blue"]]}
                ],
            },
        ],
    },
]

Shown = Callable[..., WizardPreview]


@pytest.fixture
def shown(qtbot: QtBot, context: AppContext) -> Shown:
    """Opens the preview in a window of its own."""

    def show(pages: Any = None) -> WizardPreview:
        widget = WizardPreview(context)
        qtbot.addWidget(widget)
        widget.resize(760, 900)
        widget.set_occasion(Occasion("install", "The Attic", (("Version", "1.0"),)))
        widget.show_document(parse(json.dumps(WIZARD if pages is None else pages)))
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        return widget

    return show


def view_of(preview: WizardPreview) -> PageView:
    assert preview.dialog.page_view is not None
    return preview.dialog.page_view


def line_of(preview: WizardPreview, pointer: str) -> FieldRow:
    return view_of(preview).rows[pointer]


def input_of(preview: WizardPreview, pointer: str) -> QWidget:
    return line_of(preview, pointer).input


def retype(widget: QWidget, text: str) -> None:
    """Put `text` in place of what stands there."""
    assert isinstance(widget, QLineEdit)
    widget.setFocus()
    widget.selectAll()
    press(widget, Qt.Key.Key_Delete)
    type_text(widget, text)


def values(preview: WizardPreview) -> dict[str, str]:
    return {name: value for name, value, _note in preview.variables.texts()}


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
    assert isinstance(preview.dialog.area.widget(), SummaryView)
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
    click(preview.looks["dsm6"])
    assert preview.dialog.next.isEnabled()
    assert preview.look == "dsm6"


def test_the_look_of_dsm_6(shown: Shown) -> None:
    preview = shown()
    type_text(input_of(preview, PASSWORD), "12345678")
    before = preview.dialog.grab().toImage()

    click(preview.looks["dsm6"])

    assert values(preview)["wizard_pass"] == "12345678"
    after = preview.dialog.grab().toImage()
    assert before != after
    assert after.pixelColor(6, 20).name() == COLORS["6"]["bar"]
    preview.show_page(2)
    assert preview.dialog.next.text() == "Apply"


def test_it_stays_light_in_the_dark(shown: Shown, context: AppContext) -> None:
    context.theme.apply("dark")
    preview = shown()

    image = preview.dialog.grab().toImage()

    assert image.pixelColor(20, 60).name() == COLORS["7"]["body"]


def test_uninstalling_has_no_summary(shown: Shown) -> None:
    preview = shown([WIZARD[1]])
    preview.set_occasion(Occasion("uninstall", "The Attic"))
    assert preview.dialog.next.text() == "Done"

    click(preview.dialog.next)

    assert preview.dialog.headline.text() == "End of the wizard"


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


def test_a_change_of_one_group_leaves_the_others_and_the_way_of_tab(shown: Shown) -> None:
    preview = shown()
    retype(input_of(preview, SHARE), "video")
    password = input_of(preview, PASSWORD)
    changed = json.loads(json.dumps(WIZARD))
    changed[0]["items"][1]["subitems"][0]["desc"] = "Folder"

    preview.show_document(parse(json.dumps(changed)))

    share = input_of(preview, SHARE)
    assert input_of(preview, PASSWORD) is password
    assert list(view_of(preview).texts())[:3] == ["Read this first.", "Shared folder", "Folder"]
    assert share.hasFocus()
    assert isinstance(share, QLineEdit)
    assert share.text() == "video"
    way: list[QWidget] = [share]
    for _ in range(6):
        press(way[-1], Qt.Key.Key_Tab)
        focused = preview.focusWidget()
        assert focused is not None
        way.append(focused)
    large = input_of(preview, LARGE)
    dialog = preview.dialog
    assert way == [share, password, input_of(preview, SMALL), large, dialog.cancel, dialog.next, preview.variables]


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


def test_no_pages_are_said(shown: Shown) -> None:
    preview = shown([])

    assert preview.empty.isVisible()
    assert not preview.dialog.isVisible()


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


def test_a_page_of_the_packages_own_is_a_card(shown: Shown) -> None:
    preview = shown([{"custom_render_fn": "jsonp()", "custom_render_name": "install_setting"}, WIZARD[1]])

    texts = " ".join(view_of(preview).texts())

    assert "install_setting" in texts
    assert "jsonp" not in texts
    assert "DSM draws this page" in texts
    click(preview.looks["dsm6"])
    assert "DSM 6 cannot draw this page" in " ".join(view_of(preview).texts())
    click(preview.dialog.next)
    assert preview.dialog.headline.text() == "More"


def test_what_is_not_run_and_not_known_is_said(shown: Shown) -> None:
    box = {
        "key": "wizard_volume",
        "valueField": "volume_path",
        "displayField": "volume_path",
        "api_store": {"api": "SYNO.Core.Storage.Volume"},
        "validator": {"fn": "{return true;}"},
    }
    preview = shown([{"activate_v2": "{x()}", "items": [{"type": "combobox", "subitems": [box]}]}])

    notes = preview.notes.text().splitlines()

    assert len(notes) == 3
    assert "activate_v2" in notes[0]
    found = input_of(preview, "/0/items/0/subitems/0")
    assert isinstance(found, QComboBox)
    assert [found.itemText(row) for row in range(found.count())] == ["/volume1", "/volume2"]
    line = found.lineEdit()
    assert line is not None
    type_text(line, "/volume7")
    assert preview.variables.texts() == [("wizard_volume", "/volume7", "Sample: the NAS fills the list")]


def test_hidden_and_unknown_fields_are_not_drawn(shown: Shown) -> None:
    fields = [{"key": "H", "hidden": True, "defaultValue": True}, {"key": "D", "disabled": True, "desc": "Grey"}]
    preview = shown(
        [{"items": [{"type": "multiselect", "subitems": fields}, {"type": "slider", "subitems": [{"key": "S"}]}]}]
    )

    assert list(view_of(preview).texts()) == ["Grey"]
    assert not input_of(preview, "/0/items/0/subitems/1").isEnabled()
    assert values(preview) == {"H": "true", "D": "false", "S": ""}


def test_every_field_has_a_name(shown: Shown) -> None:
    preview = shown()
    for index in range(3):
        preview.show_page(index)
        for widget in preview.dialog.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_a_low_and_narrow_window_cuts_nothing_off(shown: Shown, qtbot: QtBot) -> None:
    preview = shown([WIZARD[1] | {"activate_v2": "{x}"}])

    preview.resize(420, 420)
    preview.show_page(0)
    qtbot.waitUntil(lambda: preview.dialog.width() < 420)

    viewport = preview.dialog.area.viewport()
    assert view_of(preview).width() <= viewport.width()
    bottom = preview.dialog.mapTo(preview, preview.dialog.rect().bottomLeft()).y()
    assert preview.notes.mapTo(preview, preview.notes.rect().topLeft()).y() > bottom


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_every_real_wizard_is_drawn_in_both_looks(shown: Shown) -> None:
    preview = shown([])
    for path in sorted(CORPUS.iterdir()):
        preview.show_document(parse(path.read_bytes().decode("utf-8", "surrogateescape")), keep_answers=False)
        run = preview.run
        assert run is not None
        for index, page in enumerate(run.pages):
            for look in ("dsm6", "dsm7"):
                preview.set_look(look)
                preview.show_page(index)
                assert preview.dialog.headline.text() == page.title
                drawn = [field.pointer for field in page.fields if field.type]
                assert list(view_of(preview).rows) == drawn, path.name
        assert len(preview.variables.texts()) == len(run.variables())


def test_a_large_wizard_follows_the_typing(shown: Shown) -> None:
    fields = [{"key": f"wizard_{number}", "desc": f"Field <b>{number}</b>"} for number in range(120)]
    preview = shown([{"items": [{"type": "textfield", "subitems": fields}]}])
    document = parse(json.dumps([{"step_title": "x", "items": [{"type": "textfield", "subitems": fields}]}]))

    begun = time.thread_time()
    preview.show_document(document)

    assert time.thread_time() - begun < 0.4  # some 100 ms; five times the largest page that was ever seen


def test_odd_pages_do_no_harm(shown: Shown) -> None:
    preview = shown(
        [{}, {"items": [{"type": "combobox"}, {"subitems": [{}]}, {"type": "textfield", "subitems": [{}]}]}]
    )

    click(preview.dialog.next)
    click(preview.dialog.next)

    assert preview.dialog.headline.text() == "Confirm settings"
