"""A picture of the package at its true size on a light and a dark chequered ground, as a target for drops."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from gui.qt.i18n import tr
from gui.qt.picturesource import dropped_sources, let_picture_in
from gui.widgets.chequers import paint_chequers

_MARGIN = 16
_LARGEST, _LARGEST_EMPTY = 256, 96
_FAINT = ("#5c626b", "#a8adb5")
"""The word for a missing picture on the light and on the dark ground."""


class IconTile(QWidget):
    """Shows one picture twice. Enter and a double click ask for another one, Del for its removal, Ctrl+V and Ctrl+C are
    as everywhere, and the picture can be dragged out."""

    dropped = Signal(list)
    """list[PictureSource]"""
    replace_wanted = Signal()
    remove_wanted = Signal()
    copy_wanted = Signal()
    paste_wanted = Signal()
    drag_wanted = Signal()
    menu_wanted = Signal(QPoint)
    """Place on the screen."""

    def __init__(self, name: str, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = min(side or _LARGEST, _LARGEST)
        self._picture = QPixmap()
        self._targeted = False
        self._pressed: QPoint | None = None
        self.is_editable = True
        """Whether it takes other pictures."""
        self.setAccessibleName(name)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_picture(self, data: bytes) -> None:
        """Show the small picture in `data`; empty bytes show an empty place."""
        image = QImage()
        image.loadFromData(data)
        self.show_image(image)

    def show_image(self, image: QImage) -> None:
        """Show this picture; one without pixels shows an empty place."""
        self._picture = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
        if self.has_picture() and max(image.width(), image.height()) > _LARGEST:
            self._picture = self._picture.scaled(
                _LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        self.updateGeometry()
        self.update()

    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return not self._picture.isNull()

    def image(self) -> QImage:
        """What is shown."""
        return self._picture.toImage()

    def sizeHint(self) -> QSize:
        side = self._side if self.has_picture() else min(self._side, _LARGEST_EMPTY)
        width = max(self._picture.width(), side) + 2 * _MARGIN
        height = max(self._picture.height(), side) + 2 * _MARGIN
        return QSize(2 * max(width, 112), max(height, 72))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        half = self.width() // 2
        for number in (0, 1):
            ground = QRect(number * half, 0, half, self.height())
            paint_chequers(painter, ground, dark=number == 1)
            self._paint_picture(painter, ground, dark_ground=number == 1)
        self._paint_frame(painter)
        painter.end()

    def _paint_picture(self, painter: QPainter, ground: QRect, *, dark_ground: bool) -> None:
        if self.has_picture():
            place = self._picture.rect()
            place.moveCenter(ground.center())
            painter.drawPixmap(place.topLeft(), self._picture)
            return
        painter.setPen(QColor(_FAINT[dark_ground]))
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), tr("missing"))

    def _paint_frame(self, painter: QPainter) -> None:
        accent = self._targeted or self.hasFocus()
        color = self.palette().highlight().color() if accent else self.palette().mid().color()
        width = 3 if accent else 1
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width // 2
        painter.drawRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1))

    # ------------------------------------------------------------------------------------------ drops and drags

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.is_editable and event.source() is not self and let_picture_in(event):
            self._target(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._target(on=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._target(on=False)
        self.dropped.emit(dropped_sources(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.has_picture():
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = event.position().toPoint() - self._pressed
        if way.manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.drag_wanted.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.is_editable:
            self.replace_wanted.emit()

    # ------------------------------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.has_picture():
            self.copy_wanted.emit()
        elif self.is_editable and self._edits(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        self.menu_wanted.emit(event.globalPos() if by_mouse else self.mapToGlobal(self.rect().center()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _edits(self, event: QKeyEvent) -> bool:
        """Whether the key was one that changes the picture."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.replace_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete and self.has_picture():
            self.remove_wanted.emit()
        else:
            return False
        return True

    def _target(self, *, on: bool) -> None:
        self._targeted = on
        self.update()
