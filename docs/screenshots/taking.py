"""Takes a picture of a widget with the popups over it, and makes the file small."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

LARGEST = 120_000
"""Bytes; a larger picture is reduced to 256 colours."""


def take(widget: QWidget, path: Path) -> None:
    """Write a PNG of `widget`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _with_popups(widget).save(str(path))
    _shrink(path)


def _with_popups(widget: QWidget) -> QPixmap:
    picture = widget.grab()
    origin = widget.mapToGlobal(widget.rect().topLeft())
    painter = QPainter(picture)
    for popup in QApplication.topLevelWidgets():
        is_popup = popup.windowType() in {Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.Tool}
        if popup is not widget and popup.isVisible() and is_popup:
            painter.drawPixmap(popup.mapToGlobal(popup.rect().topLeft()) - origin, popup.grab())
    painter.end()
    return picture


def _shrink(path: Path) -> None:
    """Without loss where that is small enough; the icons of the program suffer most from a palette."""
    with Image.open(path) as picture:
        plain = picture.convert("RGB")
    plain.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        small = plain.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
