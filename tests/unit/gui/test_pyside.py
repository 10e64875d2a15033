"""What we rely on PySide6 for, and what one of its releases broke."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_calls_of_qt_do_not_use_up_none() -> None:
    """PySide6 6.12.0 drops a reference of None with every void call under Python 3.11, until the process aborts."""
    owner = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        owner.setObjectName("same")

    assert sys.getrefcount(None) > before - 100
