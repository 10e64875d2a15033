"""The icons of one desktop entry side by side, from the smallest on; sizes that are missing are dashed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.editors.desktop.preview import scaled_icon
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme

_LARGEST = 6 * GRID
_GAP = GRID


class IconStrip(QWidget):
    """Paints each picture at its size, the large ones at the largest that has room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icons: Sequence[tuple[int, bytes]] = ()
        self._pictures: list[QPixmap] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Icons of the entry"))

    def show_icons(self, icons: Sequence[tuple[int, bytes]]) -> None:
        """Show these: size in pixels, 0 for one picture of all sizes, and bytes, empty where it is missing."""
        if icons == self._icons:
            return
        self._icons = icons
        scale = self.devicePixelRatioF()
        self._pictures = [scaled_icon(data, round(_side(size) * scale), scale) for size, data in icons]
        missing = [size for (size, _data), picture in zip(icons, self._pictures, strict=True) if picture.isNull()]
        spoken = ", ".join(map(str, missing))
        self.setAccessibleDescription(tr("Missing: {sizes}", sizes=spoken) if missing else tr("No size is missing."))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = sum(max(_side(size), self._text_width()) + _GAP for size, _data in self._icons)
        tallest = max((_side(size) for size, _data in self._icons), default=0)
        return QSize(max(width - _GAP, 0), tallest + self.fontMetrics().height() + GRID // 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, bottom = 0, self.height() - self.fontMetrics().height() - GRID // 2
        for (size, _data), picture in zip(self._icons, self._pictures, strict=True):
            side = _side(size)
            width = max(side, self._text_width())
            place = QRect(left + (width - side) // 2, bottom - side, side, side)
            if picture.isNull():
                painter.setPen(QPen(self._theme.color("warning"), 1, Qt.PenStyle.DashLine))
                painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            else:
                painter.drawPixmap(place, picture)
            painter.setPen(self._theme.color("warning" if picture.isNull() else "text_muted"))
            text = str(size) if size else tr("all")
            below = QRect(left, bottom, width, self.height() - bottom)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, text)
            left += width + _GAP

    def _text_width(self) -> int:
        return self.fontMetrics().horizontalAdvance("256")


def _side(size: int) -> int:
    return min(size or _LARGEST, _LARGEST)
