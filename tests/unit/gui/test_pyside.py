"""What we rely on PySide6 for, and what one of its releases broke."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


def test_calls_of_qt_do_not_use_up_none() -> None:
    """PySide6 6.12.0 drops a reference of None with every void call under Python 3.11, until the process aborts."""
    owner = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        owner.setObjectName("same")

    assert sys.getrefcount(None) > before - 100


@pytest.fixture
def clipboard_after(qapp: QApplication) -> Iterator[None]:
    """Asked for before `qtbot`, so it ends after that."""
    yield
    assert not qapp.clipboard().text()


def test_what_a_test_copied_goes_with_it(clipboard_after: None, qtbot: QtBot, qapp: QApplication) -> None:
    """PySide6 6.11 crashes at Python's end when the clipboard of a program without a display holds what Python made."""
    copied = QMimeData()
    copied.setText("for another program")
    qapp.clipboard().setMimeData(copied)
