"""The preview of wizards changes only what an edit touches; it must look as if it had been built anew."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from gui.editors.wizard.preview import WizardPreview
from spkcore.package.jsontext import parse
from tests.gui.editors.wizardpages import PASSWORD, SHARE, WIZARD, input_of, view_of

pytestmark = pytest.mark.gui
Edit = Callable[[list[Any]], object]


def field(pages: list[Any], page: int = 0, item: int = 1, at: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = pages[page]["items"][item]["subitems"][at]
    return found


EDITS: dict[str, Edit] = {
    "text": lambda pages: pages[0]["items"][0].update(desc="Another <i>text</i>."),
    "no text": lambda pages: pages[0]["items"][0].pop("desc"),
    "label": lambda pages: field(pages).update(desc="Folder of all photos"),
    "no label": lambda pages: field(pages).pop("desc"),
    "label with a link": lambda pages: field(pages).update(desc='<a href="https://example.com/">x</a>'),
    "no text of the item": lambda pages: pages[0]["items"][1].pop("desc"),
    "value": lambda pages: field(pages).update(defaultValue="music"),
    "hint": lambda pages: field(pages).update(emptyText="a name"),
    "width": lambda pages: field(pages).update(width=200),
    "hidden": lambda pages: field(pages).update(hidden=True),
    "grey": lambda pages: field(pages).update(disabled=True),
    "rule": lambda pages: field(pages)["validator"].update(minLength=9),
    "key": lambda pages: field(pages).update(key="wizard_other"),
    "type": lambda pages: pages[0]["items"][1].update(type="password"),
    "unknown type": lambda pages: pages[0]["items"][1].update(type="slider"),
    "no type": lambda pages: pages[0]["items"][1].pop("type"),
    "one more field": lambda pages: pages[0]["items"][1]["subitems"].append({"key": "wizard_more", "desc": "More"}),
    "one field less": lambda pages: pages[0]["items"][3]["subitems"].pop(0),
    "other choice": lambda pages: field(pages, 0, 3, 1).update(defaultValue=True),
    "item moved": lambda pages: pages[0]["items"].insert(0, pages[0]["items"].pop(1)),
    "something odd before an item": lambda pages: pages[0]["items"].insert(1, 5),
    "title": lambda pages: pages[0].update(step_title="Elsewhere"),
    "own page": lambda pages: pages[0].update(custom_render_name="x"),
    "list": lambda pages: field(pages, 1, 1).update(store=[["g", "Green"], ["b", "Blue"]]),
    "list to type in": lambda pages: field(pages, 1, 1).update(editable=True),
    "list of the NAS": lambda pages: field(pages, 1, 1).update(
        api_store={"api": field(pages, 1, 1).pop("store")[0][0]}
    ),
    "page moved": lambda pages: pages.reverse(),
    "page gone": lambda pages: pages.pop(0),
}


def look(preview: WizardPreview) -> list[object]:
    """What is seen on all pages."""
    found: list[object] = []
    assert preview.run is not None
    for index in range(len(preview.run.pages)):
        preview.show_page(index)
        view = view_of(preview)
        found += [preview.dialog.headline.text(), list(view.texts()), preview.notes.text()]
        found += [
            (pointer, _seen(line.input), line.error_text, line.isHidden())
            for pointer, line in sorted(view.rows.items())
        ]
        found += [type(stop).__name__ for stop in preview.dialog.stops()]
    return [*found, preview.variables.texts()]


def _seen(widget: QWidget) -> tuple[object, ...]:
    shown: tuple[object, ...] = (
        type(widget).__name__,
        widget.isEnabled(),
        widget.maximumWidth(),
        widget.accessibleName(),
    )
    if isinstance(widget, QLineEdit):
        return (*shown, widget.text(), widget.placeholderText(), widget.echoMode())
    if isinstance(widget, QComboBox):
        entries = [widget.itemText(at) for at in range(widget.count())]
        return (*shown, entries, widget.currentText(), widget.isEditable(), widget.toolTip(), widget.placeholderText())
    assert isinstance(widget, QAbstractButton)
    return (*shown, widget.isChecked())


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_page_looks_as_if_built_anew(shown: Callable[..., WizardPreview], name: str) -> None:
    followed = shown()
    before = look(followed)
    edited = copy.deepcopy(WIZARD)
    EDITS[name](edited)

    followed.show_document(parse(json.dumps(edited)))
    after = look(followed)

    assert after == look(shown(edited))
    assert after != before or name == "rule"
    followed.show_document(parse(json.dumps(WIZARD)))
    assert look(followed) == before


@pytest.mark.parametrize("name", ["label", "value", "hint", "grey", "rule", "key", "list"])
def test_typing_keeps_the_widgets(shown: Callable[..., WizardPreview], name: str) -> None:
    preview = shown()
    preview.show_page(1)
    drop_down = input_of(preview, "/1/items/1/subitems/0")
    preview.show_page(0)
    share, password = input_of(preview, SHARE), input_of(preview, PASSWORD)
    edited = copy.deepcopy(WIZARD)
    EDITS[name](edited)

    preview.show_document(parse(json.dumps(edited)))

    assert input_of(preview, SHARE) is share
    assert input_of(preview, PASSWORD) is password
    preview.show_page(1)
    assert input_of(preview, "/1/items/1/subitems/0") is drop_down


def test_only_the_last_pages_stay_built(shown: Callable[..., WizardPreview]) -> None:
    pages = [{"step_title": str(at), "items": [{"desc": f"Text {at}"}]} for at in range(30)]
    preview = shown(pages)
    for at in range(30):
        preview.show_page(at)
        assert list(view_of(preview).texts()) == [f"Text {at}"]
    assert len(preview.dialog._views) <= 8
    preview.show_page(0)
    assert list(view_of(preview).texts()) == ["Text 0"]
