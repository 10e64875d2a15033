"""A picture with a frame around the part that is used: drawn, moved and stretched with mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets import croprect
from gui.widgets.chequers import paint_chequers

_HANDLE = 8
"""Pixels of the side of a handle; the mouse catches it within twice as many."""
_FAR = 10
"""How many times further a step goes with Ctrl."""
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_HANDLES = [(x, y) for y in (-1, 0, 1) for x in (-1, 0, 1) if x or y]
_CURSORS = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
}


class CropView(QWidget):
    """Arrows move the frame, with Shift they stretch it, with Ctrl in larger steps; Home takes the whole picture."""

    crop_changed = Signal(QRect)
    """Pixels of the picture."""
    point_picked = Signal(QPoint)
    """Pixel of the picture that was clicked on while picking."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._bounds = QRect()
        self._crop = QRect()
        self._ratio = 0.0
        self._picking = False
        self._grip: tuple[int, int] | None = None
        self._start = QPoint()
        self._before = QRect()
        self.setAccessibleName(tr("Part of the picture that is used"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(24 * GRID, 20 * GRID)

    # ------------------------------------------------------------------------------------------ what it shows

    def show_picture(self, image: QImage, size: QSize) -> None:
        """Show a picture of `size` pixels, of which `image` may be a smaller copy; all of it is used."""
        self._image = image
        self._bounds = QRect(QPoint(0, 0), size)
        self._crop = croprect.largest(self._bounds, self._ratio)
        self._tell()

    @property
    def crop(self) -> QRect:
        """The part that is used, in pixels of the picture."""
        return QRect(self._crop)

    @property
    def is_whole(self) -> bool:
        """Whether all of the picture is used."""
        return self._crop == self._bounds

    def set_crop(self, crop: QRect) -> None:
        """Use this part."""
        wanted = croprect.moved(QRect(crop.topLeft(), crop.size().boundedTo(self._bounds.size())), 0, 0, self._bounds)
        self._take(wanted)

    def set_ratio(self, ratio: float) -> None:
        """Keep the frame in this shape (width by height), 0.0 for any."""
        self._ratio = ratio
        if ratio and not self._bounds.isEmpty():
            corner = self._crop.bottomRight()
            self._take(croprect.stretched(self._crop, (1, 1), corner, self._bounds, ratio))

    def use_all(self) -> None:
        """As much of the picture as the shape allows."""
        self._take(croprect.largest(self._bounds, self._ratio))

    def set_picking(self, *, on: bool) -> None:
        """Let the next click pick a pixel instead of drawing a frame."""
        self._picking = on
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def place_of(self, pixel: QPoint) -> QPoint:
        """Where this pixel of the picture is in the widget."""
        frame, scale = self._frame()
        return (frame.topLeft() + QPointF(pixel) * scale).toPoint()

    def sizeHint(self) -> QSize:
        return QSize(56 * GRID, 40 * GRID)

    # ------------------------------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._image.isNull():
            frame, _scale = self._frame()
            paint_chequers(painter, frame.toRect(), dark=self._theme.is_dark)
            painter.drawImage(frame, self._image)
            self._paint_crop(painter, frame)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_crop(self, painter: QPainter, frame: QRectF) -> None:
        crop = self._on_screen(self._crop)
        veil = self._theme.color("window")
        veil.setAlpha(190)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        for part in _around(frame, crop):
            painter.drawRect(part)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Two lines, so that one of them is seen on any picture.
        painter.setPen(QPen(QColor(Qt.GlobalColor.white), 3))
        painter.drawRect(crop)
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        painter.drawRect(crop)
        painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1))
        painter.setBrush(self._theme.color("accent"))
        for handle in _HANDLES:
            painter.drawRect(_around_point(_handle_place(crop, handle), _HANDLE))
        painter.restore()

    def _frame(self) -> tuple[QRectF, float]:
        """Where the picture is, and how many pixels of the screen one of its pixels takes."""
        room = self.rect().adjusted(_HANDLE, _HANDLE, -_HANDLE, -_HANDLE)
        width, height = max(1, self._bounds.width()), max(1, self._bounds.height())
        scale = min(room.width() / width, room.height() / height)
        scale = min(scale, max(1.0, float(int(scale))))  # small pictures grow by whole pixels only
        # Whole pixels of the screen, so that no ground shows at the edges.
        place = QRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        place.moveCenter(room.center())
        return QRectF(place), scale

    def _on_screen(self, rect: QRect) -> QRectF:
        frame, scale = self._frame()
        place = frame.topLeft() + QPointF(rect.topLeft()) * scale
        return QRectF(place.x(), place.y(), rect.width() * scale, rect.height() * scale)

    # ------------------------------------------------------------------------------------------ mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._image.isNull():
            return
        pixel = self._pixel(event.position())
        if self._picking:
            self.point_picked.emit(pixel)
            return
        self._grip = self._grip_at(event.position())
        self._start, self._before = pixel, QRect(self._crop)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton or self._picking or self._before.isNull():
            self._show_cursor(event.position())
            return
        pixel = self._pixel(event.position())
        if self._grip is None:
            self._take(croprect.drawn(self._start, pixel, self._bounds, self._ratio))
        elif self._grip == (0, 0):
            way = pixel - self._start
            self._take(croprect.moved(self._before, way.x(), way.y(), self._bounds))
        else:
            self._take(croprect.stretched(self._before, self._grip, pixel, self._bounds, self._ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._before = QRect()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.use_all()

    def _grip_at(self, place: QPointF) -> tuple[int, int] | None:
        """The handle here, (0, 0) for the inside of the frame, None for a place where a new one is drawn.

        The inside of a frame around everything draws a new one: there is nowhere to move it to.
        """
        crop = self._on_screen(self._crop)
        for handle in _HANDLES:
            if _around_point(_handle_place(crop, handle), 2 * _HANDLE).contains(place):
                return handle
        return (0, 0) if crop.contains(place) and self._crop != self._bounds else None

    def _show_cursor(self, place: QPointF) -> None:
        if self._picking:
            return
        grip = self._grip_at(place)
        shape = Qt.CursorShape.CrossCursor if grip is None else _CURSORS.get(grip, Qt.CursorShape.SizeAllCursor)
        self.setCursor(shape)

    def _pixel(self, place: QPointF) -> QPoint:
        frame, scale = self._frame()
        way = (place - frame.topLeft()) / scale
        x = min(max(int(way.x()), 0), self._bounds.right())
        return QPoint(x, min(max(int(way.y()), 0), self._bounds.bottom()))

    # ------------------------------------------------------------------------------------------ keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Home:
            self.use_all()
        elif step is None or self._image.isNull():
            super().keyPressEvent(event)
        else:
            far = _FAR if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            dx, dy = step[0] * far, step[1] * far
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._take(croprect.grown(self._crop, dx, dy, self._bounds, self._ratio))
            else:
                self._take(croprect.moved(self._crop, dx, dy, self._bounds))

    # ------------------------------------------------------------------------------------------ inner

    def _take(self, crop: QRect) -> None:
        if crop != self._crop:
            self._crop = crop
            self._tell()

    def _tell(self) -> None:
        crop = self._crop
        self.setAccessibleDescription(
            tr(
                "{width} × {height} pixels from {left}, {top}",
                width=crop.width(),
                height=crop.height(),
                left=crop.left(),
                top=crop.top(),
            )
        )
        self.update()
        self.crop_changed.emit(QRect(crop))


def _handle_place(crop: QRectF, handle: tuple[int, int]) -> QPointF:
    center = crop.center()
    return QPointF(center.x() + handle[0] * crop.width() / 2, center.y() + handle[1] * crop.height() / 2)


def _around_point(place: QPointF, side: float) -> QRectF:
    return QRectF(place.x() - side / 2, place.y() - side / 2, side, side)


def _around(frame: QRectF, crop: QRectF) -> list[QRectF]:
    """The four parts of the picture outside the crop."""
    return [
        QRectF(frame.left(), frame.top(), frame.width(), crop.top() - frame.top()),
        QRectF(frame.left(), crop.bottom(), frame.width(), frame.bottom() - crop.bottom()),
        QRectF(frame.left(), crop.top(), crop.left() - frame.left(), crop.height()),
        QRectF(crop.right(), crop.top(), frame.right() - crop.right(), crop.height()),
    ]
