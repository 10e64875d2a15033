"""What the tests of the wizard designer do with hands and eyes: choose rows, type, drag, read."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from gui.editors.wizard.view import WizardEditor
from gui.services.document import Document
from gui.widgets.fieldform import FieldRow
from tests.gui.conftest import press, type_text

PATH = "WIZARD_UIFILES/install_uifile"
FIELD = "/0/items/0/subitems/0"
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def pages_of(document: Document, path: str = PATH) -> Any:
    return json.loads(document.content(path))


def row_of(editor: WizardEditor, name: str) -> FieldRow:
    found = (section.form.rows.get(name) for section in editor.designer.properties.sections.values())
    return next(row for row in found if row is not None)


def type_into(editor: WizardEditor, name: str, text: str) -> None:
    """Put the caret into a row, mark what stands there, and type."""
    inner = row_of(editor, name).input.inner
    inner.setFocus()
    press(inner, Qt.Key.Key_A, CONTROL)
    type_text(inner, text)


def choose(editor: WizardEditor, pointer: str) -> None:
    """Click on a row of the outline."""
    outline = editor.designer.outline
    item = outline.item_at(pointer)
    assert item is not None
    outline.scrollToItem(item)
    place = outline.visualItemRect(item).center()
    QTest.mouseClick(outline.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    assert editor.designer.selected == pointer


def add(editor: WizardEditor, text: str) -> None:
    """Choose something from the menu "Add"."""
    menu = editor.designer.add_menu
    editor.designer.fill_add_menu()
    trigger(menu, text)


def trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().partition("\t")[0] == text).trigger()


def titles(editor: WizardEditor) -> list[str]:
    outline = editor.designer.outline
    found = []
    pending = [outline.topLevelItem(at) for at in range(outline.topLevelItemCount())]
    while pending:
        item = pending.pop(0)
        assert item is not None
        found.append(item.text(0))
        pending = [*(item.child(at) for at in range(item.childCount())), *pending]
    return found


def drag(editor: WizardEditor, pointer: str, target: str, where: float) -> None:
    """Drag a row onto another: `where` is the height within it, from 0 to 1."""
    choose(editor, pointer)
    outline = editor.designer.outline
    item = outline.item_at(target)
    assert item is not None
    rect = outline.visualItemRect(item)
    place = QPoint(rect.center().x(), rect.top() + round((rect.height() - 1) * where))
    mime: QMimeData = outline.model().mimeData(outline.selectedIndexes())
    how = (Qt.DropAction.MoveAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    viewport = outline.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(place, *how))
    QApplication.sendEvent(viewport, QDragMoveEvent(place, *how))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), *how))


def dialog_of(editor: WizardEditor, kind: type[QDialog]) -> Any:
    found = editor.window().findChildren(kind)
    assert found
    return found[-1]
