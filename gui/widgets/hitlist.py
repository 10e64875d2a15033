"""The tree of found places: the line with what was found marked, and what would stand there instead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from gui.models.hits import FOUND_ROLE, Found, HitsModel
from gui.models.sourcetext import shown
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from spkcore.package.search import Hit

_BEFORE = 48
"""Characters of the line that are shown before what was found; more would push it out of sight."""
_AFTER = 400


class HitList(QTreeView):
    """Space ticks, Enter and a double click go to the place."""

    place_wanted = Signal(object)
    """Found"""

    def __init__(self, theme: Theme, *, ticks: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hits = HitsModel(ticks=ticks, parent=self)
        self._delegate = _Delegate(theme, self)
        self.setModel(self.hits)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setAccessibleName(tr("Places found"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.doubleClicked.connect(self._on_wanted)
        self.hits.modelReset.connect(self._on_reset)

    def set_replacement(self, made: Callable[[Hit], str] | None) -> None:
        """What would stand there instead; None shows only what is there."""
        self._delegate.replacement = made
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._on_wanted(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_wanted(self, index: QModelIndex) -> None:
        found = self.hits.found(index)
        if found is not None:
            self.place_wanted.emit(found)

    @Slot()
    def _on_reset(self) -> None:
        self.expandAll()
        if self.hits.rowCount():
            self.setCurrentIndex(self.hits.index(0, 0, self.hits.index(0, 0)))


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: HitList) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self.replacement: Callable[[Hit], str] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = max(QFontMetrics(self._theme.fixed_font()).height(), QFontMetrics(option.font).height())
        return QSize(super().sizeHint(option, index).width(), height + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = index.data(FOUND_ROLE)
        if not isinstance(found, Found):
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        style = self._view.style()
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, self._view)
        option.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        painter.save()
        painter.setClipRect(room)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = self._paint_note(painter, option, room, found)
        is_ticked = index.data(Qt.ItemDataRole.CheckStateRole) in {None, Qt.CheckState.Checked}
        left_room = room.adjusted(GRID // 2, 0, right - room.right() - GRID, 0)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        mark = "surface" if is_selected else "accent_soft"  # the ground of a selected row is that of a mark
        self._paint_line(painter, left_room, found, mark, changes=is_ticked and self.replacement is not None)
        painter.restore()

    def _paint_note(self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, found: Found) -> int:
        """Paint what the place is at the right end; returns where it begins."""
        if not found.note:
            return room.right()
        metrics = QFontMetrics(option.font)
        width = min(metrics.horizontalAdvance(found.note) + 2 * GRID, room.width() // 2)
        place = QRect(room.right() - width, room.top(), width, room.height())
        painter.setFont(option.font)
        painter.setPen(self._theme.color("text_muted"))
        text = metrics.elidedText(found.note, Qt.TextElideMode.ElideRight, width - GRID)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        return place.left()

    def _paint_line(self, painter: QPainter, room: QRect, found: Found, mark: str, *, changes: bool) -> None:
        hit = found.hit
        painter.setClipRect(room)
        pen = _Pen(painter, self._theme, room)
        if hit.line:
            pen.write(str(hit.line), "text_faint")
            pen.left = max(pen.left + GRID, room.left() + 6 * GRID)
        before = shown(hit.before).lstrip().replace("\t", " ")
        pen.write(before if len(before) <= _BEFORE else "…" + before[-_BEFORE:], "text")
        if self.replacement is None or not changes:
            pen.write(shown(hit.found), "accent_soft_text", mark)
        else:
            pen.write(shown(hit.found), "danger", "danger_soft", strikes=True)
            pen.write(shown(self.replacement(hit)), "success", "success_soft")
        pen.write(shown(hit.after)[:_AFTER].replace("\t", " "), "text")


class _Pen:
    """Writes pieces of a line one after the other."""

    def __init__(self, painter: QPainter, theme: Theme, room: QRect) -> None:
        self._painter = painter
        self._theme = theme
        self._room = room
        self._font = theme.fixed_font()
        self._metrics = QFontMetrics(self._font)
        self.left = room.left()

    def write(self, text: str, ink: str, ground: str = "", *, strikes: bool = False) -> None:
        width = self._metrics.horizontalAdvance(text)
        place = QRect(self.left, self._room.top(), width + 1, self._room.height())
        painter = self._painter
        if ground and text:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(ground))
            painter.drawRoundedRect(QRectF(place.adjusted(0, 3, 0, -3)), 3, 3)
        self._font.setStrikeOut(strikes)
        painter.setFont(self._font)
        painter.setPen(self._theme.color(ink))
        painter.drawText(place, _MIDDLE, text)
        self.left += width


_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
