"""The margin of the code editor: line numbers, and the marks of problems with their explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from gui.widgets.codecolors import code_colors, severity_color

_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Mark:
    """A problem in the text. `line` and `column` count from 1; column 0 marks the whole line. `length` counts
    characters; 0 marks the word at the column."""

    line: int
    column: int
    severity: str
    message: str
    length: int = 0


class LineGeometry(Protocol):
    """What the margin asks its editor."""

    def visible_lines(self) -> list[tuple[int, QRectF]]:
        """The number (from 0) and the place, in viewport coordinates, of each line on the screen."""


class Margin(QWidget):
    """Painted left of the text; it scrolls with it."""

    mark_clicked = Signal(int, QPoint)
    """The line (from 1) whose mark was clicked, and the place on the screen."""

    def __init__(self, editor: QPlainTextEdit, geometry: LineGeometry) -> None:
        super().__init__(editor)
        self._editor = editor
        self._geometry = geometry
        self._marks: dict[int, list[Mark]] = {}
        self.setMouseTracking(True)

    def set_marks(self, marks: list[Mark]) -> None:
        """Show these problems."""
        self._marks.clear()
        for mark in marks:
            self._marks.setdefault(mark.line - 1, []).append(mark)
        self.update()

    def explanation(self, line: int) -> str:
        """What is wrong in the line `line` (from 0), one problem per line; empty if nothing is."""
        return "\n".join(mark.message for mark in self._marks.get(line, []))

    def wanted_width(self) -> int:
        """Pixels for the marks and the longest line number."""
        metrics = self._editor.fontMetrics()
        digits = max(3, len(str(self._editor.blockCount())))
        return self._mark_size() + digits * metrics.horizontalAdvance("9") + metrics.horizontalAdvance("99")

    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = code_colors(self._editor.palette())
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colors.margin))
        painter.setFont(self._editor.font())
        current = self._editor.textCursor().blockNumber()
        edge = self._editor.fontMetrics().horizontalAdvance("9") // 2 + 4
        for line, place in self._geometry.visible_lines():
            text_color = self._editor.palette().text().color() if line == current else QColor(colors.margin_text)
            painter.setPen(text_color)
            row = QRect(0, int(place.top()), self.width() - edge, self._editor.fontMetrics().height())
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line + 1))
            if line in self._marks:
                self._paint_mark(painter, row, self._marks[line])
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.explanation(self._line_at(event.pos().y())), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A mark can be clicked, and looks like it."""
        is_mark = self._line_at(event.position().y()) in self._marks
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_mark else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and line in self._marks:
            self.mark_clicked.emit(line + 1, event.globalPosition().toPoint())

    def _line_at(self, y: float) -> int:
        """The line (from 0) at this height; -1 below the last one."""
        lines = self._geometry.visible_lines()
        return next((line for line, place in lines if place.top() <= y < place.bottom()), -1)

    def _mark_size(self) -> int:
        return self._editor.fontMetrics().height()

    def _paint_mark(self, painter: QPainter, row: QRect, marks: list[Mark]) -> None:
        worst = min((mark.severity for mark in marks), key=_rank)
        size = self._mark_size() * 0.62
        box = QRectF(4, row.center().y() - size / 2 + 0.5, size, size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(severity_color(self._editor.palette(), worst))
        paint_severity(painter, box, worst, QColor(code_colors(self._editor.palette()).margin))
        painter.restore()


def paint_severity(painter: QPainter, box: QRectF, severity: str, ink: QColor) -> None:
    """Draw the sign of a severity with the painter's brush: a disc with a cross or an i, a triangle with a bar."""
    thick = QPen(ink, max(1.2, box.width() / 8), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    center = box.center()
    if severity == "warning":
        painter.drawPolygon(QPolygonF([QPointF(center.x(), box.top()), box.bottomRight(), box.bottomLeft()]))
        painter.setPen(thick)
        painter.drawLine(QPointF(center.x(), box.top() + box.height() * 0.4), QPointF(center.x(), box.bottom() - 3))
        return
    painter.drawEllipse(box)
    painter.setPen(thick)
    reach = box.width() / 5
    if severity == "error":
        painter.drawLine(center + QPointF(-reach, -reach), center + QPointF(reach, reach))
        painter.drawLine(center + QPointF(-reach, reach), center + QPointF(reach, -reach))
    else:
        painter.drawLine(center + QPointF(0, -reach / 3), center + QPointF(0, reach * 1.5))
        painter.drawPoint(center + QPointF(0, -reach * 1.4))


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
