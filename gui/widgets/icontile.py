"""A picture of the package at its true size on a light and a dark chequered ground, as a target for drops."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.dragdrop import dropped_paths
from gui.qt.i18n import tr

_GROUNDS = (("#ffffff", "#ececec"), ("#2b2d31", "#37393e"))
_SQUARE = 8
_MARGIN = 16
_LARGEST = 256


class IconTile(QWidget):
    """Shows one picture twice. Enter and a double click ask for another one, Del for its removal."""

    files_dropped = Signal(list)
    """list[Path]"""
    replace_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, name: str, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = min(side or _LARGEST, _LARGEST)
        self._picture = QPixmap()
        self._targeted = False
        self.setAccessibleName(name)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_picture(self, data: bytes) -> None:
        """Show the picture in `data`; empty bytes show an empty place."""
        self._picture = QPixmap()
        if data and self._picture.loadFromData(data):
            longest = max(self._picture.width(), self._picture.height())
            if longest > _LARGEST:
                self._picture = self._picture.scaled(
                    _LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
        self.updateGeometry()
        self.update()

    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return not self._picture.isNull()

    def sizeHint(self) -> QSize:
        width = max(self._picture.width(), self._side) + 2 * _MARGIN
        height = max(self._picture.height(), self._side) + 2 * _MARGIN
        return QSize(2 * max(width, 112), max(height, 72))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        half = self.width() // 2
        for number, (light, dark) in enumerate(_GROUNDS):
            ground = QRect(number * half, 0, half, self.height())
            self._paint_ground(painter, ground, QColor(light), QColor(dark))
            self._paint_picture(painter, ground, dark_ground=number == 1)
        self._paint_frame(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter, ground: QRect, light: QColor, dark: QColor) -> None:
        painter.fillRect(ground, light)
        painter.setClipRect(ground)
        for y in range(0, ground.height(), _SQUARE):
            for x in range((y // _SQUARE % 2) * _SQUARE, ground.width(), 2 * _SQUARE):
                painter.fillRect(ground.left() + x, y, _SQUARE, _SQUARE, dark)
        painter.setClipping(False)

    def _paint_picture(self, painter: QPainter, ground: QRect, *, dark_ground: bool) -> None:
        if self.has_picture():
            place = self._picture.rect()
            place.moveCenter(ground.center())
            painter.drawPixmap(place.topLeft(), self._picture)
            return
        painter.setPen(QColor("#a8adb5" if dark_ground else "#5c626b"))
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), tr("missing"))

    def _paint_frame(self, painter: QPainter) -> None:
        accent = self._targeted or self.hasFocus()
        color = self.palette().highlight().color() if accent else self.palette().mid().color()
        width = 3 if accent else 1
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width // 2
        painter.drawRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1))

    # ------------------------------------------------------------------------------------------ drops and keys

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._target(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._target(on=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._target(on=False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.files_dropped.emit(dropped_paths(event.mimeData()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.replace_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.replace_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete and self.has_picture():
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _target(self, *, on: bool) -> None:
        self._targeted = on
        self.update()
