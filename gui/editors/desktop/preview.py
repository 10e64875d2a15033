"""The main menu of DSM 6 and DSM 7 with the entries of the package: a click chooses one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.editors.desktop.presenter import MenuItem
from gui.qt.forms import GRID
from gui.qt.i18n import tr


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one DSM generation, some with their transparency in front. It is an imitation, so it is the same
    in our light and dark looks."""

    top: str
    bottom: str
    text: str
    missing: str
    chosen: str
    icon: int


LOOKS: Mapping[int, Look] = {
    6: Look("#1d4f7c", "#2f6f9f", "#ffffff", "#40ffffff", "#33ffffff", 64),
    7: Look("#2b3f63", "#5d7fa8", "#ffffff", "#40ffffff", "#33ffffff", 64),
}
_CELL = QSize(14 * GRID, 15 * GRID)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class MainMenu(QWidget):
    """Paints the icons side by side; those that nobody sees on the NAS are pale."""

    chosen = Signal(str)
    """The pointer of an entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: Sequence[MenuItem] = ()
        self._pictures: list[QPixmap] = []
        self._scaled: dict[tuple[bytes, int], QPixmap] = {}
        self._chosen = ""
        self._look = LOOKS[7]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Main menu of DSM"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_items(self, items: Sequence[MenuItem], dsm_major: int) -> None:
        """Show these in the look of this DSM."""
        self._items = items
        self._look = LOOKS[dsm_major]
        side = round(self._look.icon * self.devicePixelRatioF())
        known = {(item.icon, side) for item in items}
        self._scaled = {key: found for key, found in self._scaled.items() if key in known}
        self._pictures = [self._picture(item.icon, side) for item in items]
        self.setAccessibleDescription(", ".join(item.title for item in items if item.is_shown))
        self.updateGeometry()
        self.update()

    def select(self, pointer: str) -> None:
        """Mark this entry, without telling anybody."""
        self._chosen = pointer
        self.update()

    def place_of(self, pointer: str) -> QRect:
        """Where an entry stands; empty when it is not there."""
        at = next((at for at, item in enumerate(self._items) if item.entry.pointer == pointer), -1)
        return self._cell(at) if at >= 0 else QRect()

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(_CELL.width() + 2 * GRID, _CELL.height() + 2 * GRID)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-max(len(self._items), 1) // self._columns(width))
        return min(rows, 2) * _CELL.height() + 2 * GRID

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            item = self._item_at(event.pos())
            if item is not None:
                QToolTip.showText(event.globalPos(), _tip(item), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QLinearGradient(0, 0, self.width(), self.height())
        ground.setColorAt(0, QColor(self._look.top))
        ground.setColorAt(1, QColor(self._look.bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        for at, item in enumerate(self._items):
            self._paint_item(painter, self._cell(at), item, self._pictures[at])
        if not self._items:
            painter.setPen(QColor(self._look.text))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("No icon of this package yet"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self._item_at(event.position().toPoint())
        if item is not None:
            self.chosen.emit(item.entry.pointer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        places = [item.entry.pointer for item in self._items]
        if not step or not places:
            super().keyPressEvent(event)
            return
        at = places.index(self._chosen) if self._chosen in places else -step
        self.chosen.emit(places[(at + step) % len(places)])

    def _paint_item(self, painter: QPainter, cell: QRect, item: MenuItem, picture: QPixmap) -> None:
        look = self._look
        if item.entry.pointer == self._chosen:
            painter.setPen(QPen(QColor(look.text), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.chosen))
            painter.drawRoundedRect(QRectF(cell).adjusted(4, 4, -4, -4), 6, 6)
        painter.setOpacity(1 if item.is_shown else 0.45)
        place = QRect(0, 0, look.icon, look.icon)
        place.moveCenter(QPoint(cell.center().x(), cell.top() + 2 * GRID + look.icon // 2))
        if picture.isNull():
            painter.setPen(QPen(QColor(look.text), 1, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(look.missing))
            painter.drawRoundedRect(QRectF(place).adjusted(4, 4, -4, -4), 10, 10)
        else:
            painter.drawPixmap(place, picture)
        painter.setPen(QColor(look.text))
        below = cell.adjusted(GRID, 2 * GRID + look.icon + GRID // 2, -GRID, -GRID // 2)
        painter.drawText(
            below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter, _two_lines(item, below, self.font())
        )
        painter.setOpacity(1)

    def _picture(self, data: bytes, side: int) -> QPixmap:
        """The picture, `side` pixels of the screen wide; made once, as entries are shown with every key typed."""
        if (data, side) not in self._scaled:
            self._scaled[data, side] = scaled_icon(data, side, self.devicePixelRatioF())
        return self._scaled[data, side]

    def _columns(self, width: int) -> int:
        return max((width - 2 * GRID) // _CELL.width(), 1)

    def _cell(self, at: int) -> QRect:
        row, column = divmod(at, self._columns(self.width()))
        return QRect(QPoint(GRID + column * _CELL.width(), GRID + row * _CELL.height()), _CELL)

    def _item_at(self, place: QPoint) -> MenuItem | None:
        return next((item for at, item in enumerate(self._items) if self._cell(at).contains(place)), None)


def scaled_icon(data: bytes, side: int, scale: float) -> QPixmap:
    """The picture in `data` for a place of `side` pixels of a screen with this scale; none where it cannot be read."""
    picture = QPixmap()
    if not data or not picture.loadFromData(data):
        return QPixmap()
    size, smooth = QSize(side, side), Qt.TransformationMode.SmoothTransformation
    small = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    small.setDevicePixelRatio(scale)
    return small


def _tip(item: MenuItem) -> str:
    who = tr("Everybody sees it.") if item.for_everybody else tr("Administrators see it.")
    return f"{item.title}\n{who if item.is_shown else tr('Nobody sees it: it has no icon in the main menu.')}"


def _two_lines(item: MenuItem, room: QRect, font: QFont) -> str:
    metrics = QFontMetrics(font)
    return metrics.elidedText(item.title, Qt.TextElideMode.ElideRight, 2 * room.width() - 3 * GRID)
