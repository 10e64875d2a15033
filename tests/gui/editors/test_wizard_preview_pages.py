"""How the preview of wizards draws pages: real ones, odd ones, large ones, in both looks and in small windows."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.wizard.dsmlook import COLORS
from gui.editors.wizard.previewoccasion import Occasion
from spkcore.package.jsontext import parse
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.wizardpages import (
    LARGE,
    PASSWORD,
    SHARE,
    SMALL,
    WIZARD,
    Shown,
    input_of,
    retype,
    values,
    view_of,
)

CORPUS = Path(__file__).parents[4] / "shared/corpus/wizards"


def test_the_look_of_dsm_6(shown: Shown) -> None:
    preview = shown()
    type_text(input_of(preview, PASSWORD), "12345678")
    before = preview.dialog.grab().toImage()

    click(preview.looks.buttons[1])

    assert values(preview)["wizard_pass"] == "12345678"
    after = preview.dialog.grab().toImage()
    assert before != after
    assert after.pixelColor(6, 20).name() == COLORS["6"]["bar"]
    preview.show_page(2)
    assert preview.dialog.next.text() == "Apply"


def test_nothing_overlaps_in_a_low_window(shown: Shown, qtbot: QtBot) -> None:
    preview = shown([{**WIZARD[0], "activate_v2": "{}"}])
    assert preview.notes.text()
    preview.resize(400, 260)

    qtbot.waitUntil(lambda: preview.height() == 260)
    dialog, notes = preview.dialog.geometry(), preview.notes.geometry()
    assert not dialog.intersects(notes)
    assert dialog.height() >= preview.dialog.minimumSizeHint().height()


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


def test_no_pages_are_said(shown: Shown) -> None:
    preview = shown([])

    assert preview.empty.isVisible()
    assert not preview.dialog.isVisible()


def test_a_page_of_the_packages_own_is_a_card(shown: Shown) -> None:
    preview = shown([{"custom_render_fn": "jsonp()", "custom_render_name": "install_setting"}, WIZARD[1]])

    texts = " ".join(view_of(preview).texts())

    assert "install_setting" in texts
    assert "jsonp" not in texts
    assert "DSM draws this page" in texts
    click(preview.looks.buttons[1])
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
