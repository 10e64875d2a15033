"""A wizard, and how the tests of its preview look at it and operate it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.wizard.preview import WizardPreview
from gui.editors.wizard.previewfields import FieldRow
from gui.editors.wizard.previewoccasion import Occasion
from gui.editors.wizard.previewpage import PageView
from spkcore.package.jsontext import parse
from tests.gui.conftest import press, type_text

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
"""Shows a wizard: the fixture `shown`, which takes the pages."""


def show_wizard(qtbot: QtBot, context: AppContext, pages: Any = None) -> WizardPreview:
    """Open the preview in a window of its own."""
    widget = WizardPreview(context)
    qtbot.addWidget(widget)
    widget.resize(760, 900)
    widget.set_occasion(Occasion("install", "The Attic", (("Version", "1.0"),)))
    widget.show_document(parse(json.dumps(WIZARD if pages is None else pages)))
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def view_of(preview: WizardPreview) -> PageView:
    """The page that is shown."""
    assert preview.dialog.page_view is not None
    return preview.dialog.page_view


def line_of(preview: WizardPreview, pointer: str) -> FieldRow:
    """The row of a field."""
    return view_of(preview).rows[pointer]


def input_of(preview: WizardPreview, pointer: str) -> QWidget:
    """What people operate of a field."""
    return line_of(preview, pointer).input


def retype(widget: QWidget, text: str) -> None:
    """Put `text` in place of what stands there."""
    assert isinstance(widget, QLineEdit)
    widget.setFocus()
    widget.selectAll()
    press(widget, Qt.Key.Key_Delete)
    type_text(widget, text)


def values(preview: WizardPreview) -> dict[str, str]:
    """The table of the variables."""
    return {name: value for name, value, _note in preview.variables.texts()}
