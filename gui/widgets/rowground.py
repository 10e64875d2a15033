"""The ground of a row that a delegate paints: rounded, under the mouse or selected, with a frame where the focus is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gui.qt.forms import GRID
from gui.qt.theme import Theme

_RADIUS = 6


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Paint what lies below the icon and the texts of a row; nothing for one at rest."""
    area = QRectF(option.rect.adjusted(GRID // 2, 1, -GRID // 2, -1))
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_soft" if selected else "hover"))
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
    if selected and option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(theme.color("accent"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
