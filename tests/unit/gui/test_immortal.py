"""Tests that the singletons survive many calls of Qt under every Python."""

from __future__ import annotations

import subprocess
import sys


def test_many_calls_of_qt_do_not_use_up_none() -> None:
    program = (
        "import gui\n"
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "for _ in range(100_000): thing.setObjectName('x'); thing.isWidgetType(); thing.blockSignals(False)\n"
    )
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
