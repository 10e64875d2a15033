"""The chequered ground that shows where a picture is transparent."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

_GROUNDS = (("#ffffff", "#ececec"), ("#2b2d31", "#37393e"))
_SQUARE = 8


def paint_chequers(painter: QPainter, place: QRect, *, dark: bool) -> None:
    """Paint it, light or dark; it is the same in both looks of the program."""
    light, other = map(QColor, _GROUNDS[dark])
    painter.fillRect(place, light)
    painter.save()
    painter.setClipRect(place)
    for y in range(0, place.height(), _SQUARE):
        for x in range((y // _SQUARE % 2) * _SQUARE, place.width(), 2 * _SQUARE):
            painter.fillRect(place.left() + x, place.top() + y, _SQUARE, _SQUARE, other)
    painter.restore()
