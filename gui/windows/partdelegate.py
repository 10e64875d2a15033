"""Paints the tree of parts: section headings, icons, unsaved dots, badges, and what is missing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.models.parts import BADGE_ROLE, CHANGED_ROLE, PART_ROLE, Badge
from gui.qt.forms import GRID
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from gui.widgets.rowground import paint_ground
from spkcore.package.parts import Part

_ROW = 4 * GRID
_HEADING = 4 * GRID + GRID // 2
_ICON = 18


class PartDelegate(QStyledItemDelegate):
    """Rows of the sidebar."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        base = super().sizeHint(option, index)
        height = _ROW if index.data(PART_ROLE) is not None else _HEADING
        return QSize(base.width(), max(height, QFontMetrics(option.font).height() + GRID))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        part = index.data(PART_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(part, Part):
            self._paint_part(painter, option, index, part)
        else:
            self._paint_heading(painter, option, str(index.data()))
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        font = QFont(option.font)
        font.setPointSizeF(max(font.pointSizeF() - 1, 7))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._theme.color("text_muted"))
        area = option.rect.adjusted(2 * GRID, 0, -GRID, -GRID // 2)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)

    def _paint_part(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, part: Part) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_ground(painter, option, self._theme)
        area = option.rect.adjusted(2 * GRID, 0, -GRID - GRID // 2, 0)
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon):
            place = QRect(area.left(), area.center().y() - _ICON // 2 + 1, _ICON, _ICON)
            icon.paint(painter, place)
        right = self._paint_badge(painter, option, area, index.data(BADGE_ROLE), part)
        if index.data(CHANGED_ROLE):
            right = self._paint_dot(painter, area, right)
        role = "accent_soft_text" if selected else "text" if part.present else "text_faint"
        painter.setPen(self._theme.color(role))
        painter.setFont(option.font)
        room = QRect(area.left() + _ICON + GRID, area.top(), right - area.left() - _ICON - 2 * GRID, area.height())
        text = QFontMetrics(option.font).elidedText(part.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_badge(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, badge: object, part: Part
    ) -> int:
        """Paint the number of problems, or a plus for what is missing; returns where the free room ends."""
        if not isinstance(badge, Badge):
            if part.present:
                return area.right()
            place = QRect(area.right() - _ICON + 2, area.center().y() - 7, 16, 16)
            self._theme.icon("plus", "text_faint").paint(painter, place)
            return place.left() - GRID // 2
        font = QFont(option.font)
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 7))
        font.setWeight(QFont.Weight.DemiBold)
        text = str(badge.count)
        metrics = QFontMetrics(font)
        height = metrics.height() + 2
        width = max(metrics.horizontalAdvance(text) + GRID + 2, height)
        place = QRect(area.right() - width, area.center().y() - height // 2 + 1, width, height)
        ground, ink = _badge_colors(self._theme, badge.severity)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(ink)
        painter.setFont(font)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        return place.left() - GRID // 2

    def _paint_dot(self, painter: QPainter, area: QRect, right: int) -> int:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawEllipse(QPointF(right - GRID / 2, area.center().y() + 1), 3, 3)
        return right - 2 * GRID + GRID // 2


def _badge_colors(theme: Theme, severity: str) -> tuple[QColor, QColor]:
    if severity == "error":
        return theme.color("danger_soft"), theme.color("danger")
    if severity == "warning":
        return theme.color("warning_soft"), theme.color("warning")
    return theme.color("accent_soft"), theme.color("accent")
