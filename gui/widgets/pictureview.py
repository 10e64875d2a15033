"""A picture as large as its place allows, never enlarged, on the chequered ground where it is transparent."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.forms import GRID
from gui.qt.theme import Theme
from gui.widgets.chequers import paint_chequers


class PictureView(QWidget):
    """Shows nothing until it has a picture."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(16 * GRID, 12 * GRID)

    def show_image(self, image: QImage) -> None:
        """Show this picture; one without pixels shows nothing."""
        self._image = image
        self.update()

    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return not self._image.isNull()

    def sizeHint(self) -> QSize:
        return QSize(64 * GRID, 48 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        if self._image.hasAlphaChannel():
            paint_chequers(painter, place, dark=self._theme.is_dark)
        painter.drawImage(place, self._image)
        painter.end()
