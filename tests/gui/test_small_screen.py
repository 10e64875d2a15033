"""Every dialog in large letters on a small screen: inside the screen, and nothing in it squeezed or cut off.

The dialogs are opened as for the pictures of docs/images.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from docs.screenshots.stage import Looks, Stage
from gui.dialogs.base import BaseDialog
from tests.gui.conftest import end

pytestmark = pytest.mark.gui
SCREEN = QSize(800, 600)
POINTS = 14
PARTS = (QLineEdit, QAbstractButton, QLabel, QComboBox, QAbstractSpinBox)
DIALOGS = {
    "capture": ("connect", "connect-agent", "connect-changed", "connect-host-key", "capture-list", "addresses"),
    "conf": ("resource-add",),
    "desktop": ("desktop-add",),
    "info": ("info-choices", "info-relations"),
    "main_window": (
        "about",
        "accept",
        "build",
        "close-question",
        "crash-report",
        "error",
        "fix-preview",
        "new-package",
        "preferences",
        "recovery",
    ),
    "migration": ("explain-start", "explain", "migrate-1", "migrate-2", "migrate-3"),
    "payload": ("compare", "replace"),
    "pictures": ("make-icons", "screenshots-edit"),
    "scripts": ("script-changes", "script-new"),
    "searching": ("rename",),
    "wizards": ("wizard-rename", "wizard-use"),
}


class _SmallScreen:
    def availableSize(self) -> QSize:
        return SCREEN


class QuickStage(Stage):
    """Waits for conditions only."""

    def let_run(self, seconds: float) -> None:
        QTest.qWait(1)


@pytest.fixture
def stage(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(BaseDialog, "screen", lambda _self: _SmallScreen())
    made = QuickStage(tmp_path, tmp_path / "home", Looks("light", points=POINTS))
    yield made
    end(made.program)


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in DIALOGS.items() for name in names])
def test_a_dialog_fits_a_small_screen_in_large_letters(stage: Stage, qtbot: QtBot, module: str, name: str) -> None:
    dialog = import_module(f"docs.screenshots.{module}").SHOTS[name](stage)
    assert isinstance(dialog, QDialog)

    def is_faultless() -> None:
        assert faults(dialog) == []

    qtbot.waitUntil(is_faultless, timeout=10_000)
    dialog.close()


def faults(dialog: QDialog) -> list[str]:
    """What somebody would complain about."""
    found = squeezed(dialog)
    if dialog.width() > SCREEN.width() or dialog.height() > SCREEN.height():
        found.append(f"the dialog is {dialog.width()} x {dialog.height()}")
    return found


def squeezed(window: QWidget) -> list[str]:
    """The visible parts of a window that have less room than they need, or are cut off by what they are in."""
    parts = [part for part in window.findChildren(QWidget) if isinstance(part, PARTS) and part.isVisible()]
    found = [_fault(part, window) for part in parts if not isinstance(part.parentWidget(), PARTS)]
    return [fault for fault in found if fault]


def _fault(part: QWidget, window: QWidget) -> str:
    least = part.minimumSizeHint()
    name = f"{type(part).__name__} {part.accessibleName() or getattr(part, 'text', str)()!r}"
    if isinstance(part, QLabel) and part.wordWrap():
        least = QSize(0, part.heightForWidth(part.width()))
    if part.width() < least.width() or part.height() < least.height():
        return f"{name} is {part.width()} x {part.height()} and needs {least.width()} x {least.height()}"
    above: QWidget | None = part.parentWidget()
    while above is not None and above is not window and above.objectName() != "qt_scrollarea_viewport":
        if not above.rect().contains(part.rect().translated(part.mapTo(above, QPoint()))):
            return f"{name} is cut off by its {type(above).__name__}"
        above = above.parentWidget()
    return ""
