"""What the tests of editors made of forms share: a person who waits until a form that changes is whole again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.widgets.fields import FieldInput
from tests.gui.conftest import click as click_at_once
from tests.gui.conftest import type_text

CONTROL = Qt.KeyboardModifier.ControlModifier


def click(widget: QWidget) -> None:
    """Click once everything that was added is shown."""
    QApplication.processEvents()
    click_at_once(widget)
    QApplication.processEvents()


def retype(field: FieldInput, text: str) -> None:
    """Put `text` in place of what stands in a field."""
    QApplication.processEvents()
    field.inner.setFocus()
    QTest.keyClick(field.inner, Qt.Key.Key_A, CONTROL)
    type_text(field.inner, text)
    QApplication.processEvents()
