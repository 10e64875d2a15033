"""What the tests of the INFO editor share: keys of the keyboard, reading and setting keys of INFO, choosing a range."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from gui.editors.info.view import InfoEditor
from gui.services.document import Document
from spkcore.package.changes import set_content
from spkcore.package.info import Info
from tests.gui.conftest import click, press

ALT, CONTROL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
DEPS = b"; why\r\n[MariaDB10]\r\npkg_min_ver=10.3\r\n"


def values(document: Document) -> dict[str, str]:
    """The keys of INFO and their values."""
    return Info.parse(document.content("INFO")).as_dict()


def set_values(document: Document, **wanted: str) -> None:
    """Give keys of INFO these values, as another editor would."""
    info = Info.parse(document.content("INFO"))
    for key, value in wanted.items():
        info = info.set(key, value)
    document.push(set_content(document.entries, "INFO", info.to_bytes()), "set")


def choose_range(editor: InfoEditor, title: str) -> None:
    """Choose the DSM versions whose keys are shown."""
    click(editor.range)
    action = next(action for action in editor.ranges.actions() if action.text().split("\t")[0] == title)
    assert isinstance(action, QAction)
    action.trigger()
    editor.ranges.hide()


def commit(editor: QWidget) -> None:
    """End editing a cell with Enter; Qt does it a moment later."""
    press(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
