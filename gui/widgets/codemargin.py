"""The margin of the code editor: line numbers, marks of problems with their explanation, and bars at changed lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from gui.qt.forms import plain_tip
from gui.qt.i18n import tr
from gui.widgets.codecolors import code_colors, severity_color

_SEVERITIES = ("error", "warning", "info")
_BAR = 4
"""Pixels of a change bar."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A problem in the text. `line` and `column` count from 1; column 0 marks the whole line. `length` counts
    characters; 0 marks the word at the column."""

    line: int
    column: int
    severity: str
    message: str
    length: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """Lines that differ from what is saved: `kind` is added, changed or removed. `first` counts from 1; where lines
    were removed, `count` is 0 and the bar stands between the line above `first` and `first`."""

    kind: str
    first: int
    count: int

    def covers(self, line: int) -> bool:
        """Whether a click or a menu at `line` (from 1) means this bar."""
        return self.first <= line < self.first + self.count or (not self.count and line in {self.first - 1, self.first})


class LineGeometry(Protocol):
    """What the margin asks its editor."""

    def visible_lines(self) -> list[tuple[int, QRectF]]:
        """The number (from 0) and the place, in viewport coordinates, of each line on the screen."""


class Margin(QWidget):
    """Painted left of the text; it scrolls with it."""

    mark_clicked = Signal(int, QPoint)
    """The line (from 1) whose mark was clicked, and the place on the screen."""
    bar_clicked = Signal(int, QPoint)
    """The same for a change bar."""
    fold_clicked = Signal(int)
    """A line (from 1) that hides others was clicked."""
    marks_changed = Signal()

    def __init__(self, editor: QPlainTextEdit, geometry: LineGeometry) -> None:
        super().__init__(editor)
        self._editor = editor
        self._geometry = geometry
        self._marks: dict[int, list[Mark]] = {}
        self._bars: list[Bar] = []
        self._bookmarks: frozenset[int] = frozenset()
        self._folds: frozenset[int] = frozenset()
        self.setMouseTracking(True)

    def set_marks(self, marks: list[Mark]) -> None:
        """Show these problems."""
        self._marks.clear()
        for mark in marks:
            self._marks.setdefault(mark.line - 1, []).append(mark)
        self.update()
        self.marks_changed.emit()

    def marks(self) -> list[Mark]:
        """The problems that are shown, by line."""
        return [mark for line in sorted(self._marks) for mark in self._marks[line]]

    def set_bars(self, bars: list[Bar]) -> None:
        """Show which lines differ from what is saved."""
        self._bars = bars
        self.update()

    def set_bookmarks(self, lines: frozenset[int]) -> None:
        """Show bookmarks at these lines (from 0)."""
        if lines != self._bookmarks:
            self._bookmarks = lines
            self.update()

    def set_folds(self, lines: frozenset[int]) -> None:
        """Show that these lines (from 0) hide others."""
        if lines != self._folds:
            self._folds = lines
            self.update()

    def bar_at(self, line: int) -> Bar | None:
        """The change bar of a line (from 1)."""
        return next((bar for bar in self._bars if bar.covers(line)), None)

    def explanation(self, line: int) -> str:
        """What is wrong in the line `line` (from 0), one problem per line; empty if nothing is."""
        return "\n".join(mark.message for mark in self._marks.get(line, []))

    def wanted_width(self) -> int:
        """Pixels for the marks and the longest line number."""
        metrics = self._editor.fontMetrics()
        digits = max(3, len(str(self._editor.blockCount())))
        return _BAR + self._mark_size() + digits * metrics.horizontalAdvance("9") + metrics.horizontalAdvance("99")

    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = code_colors(self._editor.palette())
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colors.margin))
        painter.setFont(self._editor.font())
        current = self._editor.textCursor().blockNumber()
        edge = self._editor.fontMetrics().horizontalAdvance("9") // 2 + 4 + _BAR
        for line, place in self._geometry.visible_lines():
            text_color = self._editor.palette().text().color() if line == current else QColor(colors.margin_text)
            painter.setPen(text_color)
            row = QRect(0, int(place.top()), self.width() - edge, self._editor.fontMetrics().height())
            if line in self._folds:
                painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "…")
                row = row.adjusted(0, 0, -self._editor.fontMetrics().horizontalAdvance("…"), 0)
            if line in self._bookmarks:
                self._paint_bookmark(painter, row)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line + 1))
            if line in self._marks:
                self._paint_mark(painter, row, self._marks[line])
        if self._bars:
            self._paint_bars(painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self._line_at(event.pos().y())
            on_bar = self._is_on_bar(event.pos().x(), line)
            text = _bar_text(self.bar_at(line + 1)) if on_bar else self.explanation(line)
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A mark or a bar can be clicked, and looks like it."""
        line = self._line_at(event.position().y())
        can_click = line in self._marks or line in self._folds or self._is_on_bar(event.position().x(), line)
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_click else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        line, place = self._line_at(event.position().y()), event.globalPosition().toPoint()
        if self._is_on_bar(event.position().x(), line):
            self.bar_clicked.emit(line + 1, place)
        elif line in self._marks and event.position().x() <= self._mark_size():
            self.mark_clicked.emit(line + 1, place)
        elif line in self._folds:
            self.fold_clicked.emit(line + 1)
        elif line in self._marks:
            self.mark_clicked.emit(line + 1, place)

    def _is_on_bar(self, x: float, line: int) -> bool:
        return x >= self.width() - 2 * _BAR and self.bar_at(line + 1) is not None

    def _line_at(self, y: float) -> int:
        """The line (from 0) at this height; -1 below the last one."""
        lines = self._geometry.visible_lines()
        return next((line for line, place in lines if place.top() <= y < place.bottom()), -1)

    def _paint_bookmark(self, painter: QPainter, row: QRect) -> None:
        """A ribbon behind the number, that points at the text."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(code_colors(self._editor.palette()).match))
        top, bottom, tip = row.top() + 1, row.bottom() - 1, self.width() - _BAR - 1
        left, right = self._mark_size(), tip - row.height() / 3
        points = [(left, top), (right, top), (tip, row.center().y()), (right, bottom), (left, bottom)]
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
        painter.restore()

    def _paint_bars(self, painter: QPainter) -> None:
        colors = code_colors(self._editor.palette())
        left = self.width() - _BAR
        for line, place in self._geometry.visible_lines():
            for bar in self._bars:
                if bar.first - 1 <= line < bar.first - 1 + bar.count:
                    painter.fillRect(QRectF(left, place.top(), _BAR, place.height()), QColor(colors.bars[bar.kind]))
                elif not bar.count and line in {bar.first - 1, bar.first - 2}:
                    self._paint_gap(painter, place, QColor(colors.bars[bar.kind]), below=line == bar.first - 2)

    def _paint_gap(self, painter: QPainter, place: QRectF, color: QColor, *, below: bool) -> None:
        """Lines were removed here: a short thick line between two lines, half of it at each."""
        top = place.bottom() - _BAR / 2 if below else place.top()
        painter.fillRect(QRectF(self.width() - 2 * _BAR, top, 2 * _BAR, _BAR / 2), color)

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


def _bar_text(bar: Bar | None) -> str:
    words = {
        "added": tr("Added since the last save. Click to take it back or to compare."),
        "changed": tr("Changed since the last save. Click to take it back or to compare."),
        "removed": tr("Lines were removed here since the last save. Click to bring them back or to compare."),
    }
    return words[bar.kind] if bar is not None else ""


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
