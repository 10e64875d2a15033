"""Icons as people will see them: all sizes on light and dark ground, and in pictures like those of DSM."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.widgets.chequers import paint_chequers

SIZES, DSM = "sizes", "dsm"
"""The two views."""

# What imitates DSM: it has its own colours, whatever the look of this program is.
_WALLPAPER = ("#1d5fa8", "#6fb7df")
_MENU = "#e8edf3"
_MENU_TEXT = "#2b3440"
_CARD = "#ffffff"
_CARD_EDGE = "#d5dbe3"
_CARD_TEXT = "#1f2937"
_CARD_FAINT = "#6b7686"
_BUTTON = "#0573e0"
_WHITE = "#ffffff"
_SHADOW = "#80000000"

_GAP = GRID
_MARGIN = 2 * GRID


def arranged(sizes: list[int]) -> tuple[dict[int, QPoint], QSize]:
    """Where icons of these sizes stand, and the room they take: the largest at the left, the others in columns."""
    places: dict[int, QPoint] = {}
    ordered = sorted(sizes, reverse=True)
    height = ordered[0] if ordered else 0
    x, y, widest = 0, 0, 0
    for size in ordered:
        if y and y + size > height:
            x, y, widest = x + widest + 2 * _GAP, 0, 0
        places[size] = QPoint(x, y)
        y += size + _GAP
        widest = max(widest, size)
    return places, QSize(x + widest, height)


class IconPreview(QWidget):
    """Shows the icons at their true size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = SIZES
        self._icons: dict[int, QPixmap] = {}
        self._name, self._maker = "", ""
        self.setAccessibleName(tr("Preview of the icons"))
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)

    @property
    def sizes(self) -> list[int]:
        """The sizes that are shown."""
        return sorted(self._icons)

    def icon(self, size: int) -> QPixmap:
        """The icon of this size."""
        return self._icons[size]

    def set_names(self, name: str, maker: str) -> None:
        """What the package and its maker are called."""
        self._name, self._maker = name, maker

    def set_view(self, view: str) -> None:
        """Show the sizes, or DSM."""
        self._view = view
        self._changed()

    def show_icons(self, icons: Mapping[int, bytes]) -> None:
        """Show these: size in pixels → PNG bytes."""
        self._icons = {}
        for size, data in icons.items():
            pixmap = QPixmap()
            pixmap.loadFromData(data)
            self._icons[size] = pixmap
        shown = ", ".join(str(size) for size in sorted(icons))
        self.setAccessibleDescription(tr("Sizes: {sizes}", sizes=shown))
        self._changed()

    def sizeHint(self) -> QSize:
        _places, size = arranged(list(self._icons) or [256])
        band = QSize(size.width() + 2 * _MARGIN, max(size.height(), 256) + 2 * _MARGIN)
        return QSize(max(2 * band.width() + _GAP, 104 * GRID), band.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._view == SIZES:
            self._paint_sizes(painter)
        else:
            self._paint_dsm(painter)
        painter.end()

    def _changed(self) -> None:
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------------------------------ sizes

    def _paint_sizes(self, painter: QPainter) -> None:
        places, _size = arranged(list(self._icons))
        width = (self.width() - _GAP) // 2
        for number in (0, 1):
            ground = QRect(number * (width + _GAP), 0, width, self.height())
            paint_chequers(painter, ground, dark=number == 1)
            corner = ground.topLeft() + QPoint(_MARGIN, _MARGIN)
            for size, place in places.items():
                painter.drawPixmap(corner + place, self._icons[size])

    # ------------------------------------------------------------------------------------------ DSM

    def _paint_dsm(self, painter: QPainter) -> None:
        third = (self.width() - 2 * _GAP) // 3
        scenes = (self._paint_desktop, self._paint_menu, self._paint_center)
        for number, paint in enumerate(scenes):
            place = QRectF(number * (third + _GAP), 0, third, self.height())
            painter.save()
            painter.setClipRect(place)
            paint(painter, place)
            painter.restore()

    def _paint_desktop(self, painter: QPainter, place: QRectF) -> None:
        gradient = QLinearGradient(place.topLeft(), place.bottomLeft())
        gradient.setColorAt(0, QColor(_WALLPAPER[0]))
        gradient.setColorAt(1, QColor(_WALLPAPER[1]))
        painter.fillRect(place, gradient)
        icon = QRectF(place.left() + 3 * GRID, place.top() + 3 * GRID, 64, 64)
        self._paint_icon(painter, icon)
        label = QRectF(icon.left() - 2 * GRID, icon.bottom() + GRID, 64 + 4 * GRID, 5 * GRID)
        self._paint_text(painter, label.translated(1, 1), self._name, _SHADOW)
        self._paint_text(painter, label, self._name, _WHITE)
        self._paint_caption(painter, place, tr("Desktop"), _WHITE)

    def _paint_menu(self, painter: QPainter, place: QRectF) -> None:
        painter.fillRect(place, QColor(_MENU))
        icon = QRectF(0, 0, 72, 72)
        icon.moveCenter(QPointF(place.center().x(), place.top() + 9 * GRID))
        self._paint_icon(painter, icon)
        label = QRectF(place.left() + GRID, icon.bottom() + GRID, place.width() - 2 * GRID, 5 * GRID)
        self._paint_text(painter, label, self._name, _MENU_TEXT)
        small = QRectF(place.left() + 3 * GRID, label.bottom() + GRID, 24, 24)
        self._paint_icon(painter, small)
        beside = QRectF(small.right() + GRID, small.top(), place.width() - 8 * GRID, 24)
        self._paint_text(painter, beside, self._name, _MENU_TEXT, Qt.AlignmentFlag.AlignLeft)
        self._paint_caption(painter, place, tr("Main menu and window"), _MENU_TEXT)

    def _paint_center(self, painter: QPainter, place: QRectF) -> None:
        painter.fillRect(place, QColor(_MENU))
        card = QRectF(place.left() + 2 * GRID, place.top() + 3 * GRID, place.width() - 4 * GRID, 20 * GRID)
        painter.setPen(QColor(_CARD_EDGE))
        painter.setBrush(QColor(_CARD))
        painter.drawRoundedRect(card, 6, 6)
        icon = QRectF(card.left() + 2 * GRID, card.top() + 2 * GRID, 64, 64)
        self._paint_icon(painter, icon)
        text = QRectF(icon.right() + 2 * GRID, icon.top(), card.right() - icon.right() - 3 * GRID, 3 * GRID)
        self._paint_text(painter, text, self._name, _CARD_TEXT, Qt.AlignmentFlag.AlignLeft, bold=True)
        below = text.translated(0, 3 * GRID)
        self._paint_text(painter, below, self._maker, _CARD_FAINT, Qt.AlignmentFlag.AlignLeft)
        button = QRectF(card.left() + 2 * GRID, card.bottom() - 6 * GRID, card.width() - 4 * GRID, 4 * GRID)
        painter.setPen(QColor(_BUTTON))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(button, 4, 4)
        self._paint_text(painter, button, tr("Install"), _BUTTON)
        self._paint_caption(painter, place, tr("Package Center"), _MENU_TEXT)

    def _paint_icon(self, painter: QPainter, place: QRectF) -> None:
        """DSM takes the next larger size and scales it."""
        if not self._icons:
            return
        wanted = round(place.width())
        larger = [size for size in self._icons if size >= wanted]
        pixmap = self._icons[min(larger) if larger else max(self._icons)]
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))

    def _paint_text(
        self,
        painter: QPainter,
        place: QRectF,
        text: str,
        color: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
        *,
        bold: bool = False,
    ) -> None:
        font = QFont(self.font())
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor(color))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_caption(self, painter: QPainter, place: QRectF, text: str, color: str) -> None:
        line = QRectF(place.left() + GRID, place.bottom() - 4 * GRID, place.width() - 2 * GRID, 3 * GRID)
        self._paint_text(painter, line, text, color)
