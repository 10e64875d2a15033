"""Draws when a resource worker acts: its span beside the scripts of the package, from install to uninstall."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.forms import GRID
from gui.qt.theme import Theme
from spkcore.package.resource import Moment, moments, spans

_BAR = GRID
_PADDING = GRID - 2
_NARROWEST_GAP = 4.0


class Timeline(QWidget):
    """Scripts stand on a line in their order; each span is a bar below them. Its words are the accessible name."""

    def __init__(self, theme: Theme, timing: tuple[str, ...], words: str) -> None:
        super().__init__()
        self._theme = theme
        self._spans = spans(timing)
        self._moments = moments()
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if not self._spans:
            self.hide()
        theme.changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        height = self._letters().height()
        below = sum(_BAR + GRID // 2 + height * self._lines_of(*span) for span in self._spans) + GRID
        return QSize(70 * GRID, int(height + 2 * _PADDING + below))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow ones need a line more for their words."""
        super().resizeEvent(event)
        self.setFixedHeight(self.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the names of the scripts, so that none is cut off."""
        gaps = sum(1 for item in self._moments if not item.script)
        return QSize(int(sum(self._widths()) + _NARROWEST_GAP * gaps) + 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places, height = self._places(), self._letters().height() + 2 * _PADDING - 4
        painter.setPen(QPen(self._theme.color("border_strong"), 1.5))
        painter.drawLine(QPointF(0, height / 2), QPointF(self.width(), height / 2))
        for moment, (left, right) in zip(self._moments, places, strict=True):
            if moment.script:
                self._paint_script(painter, moment, QRectF(left, 0, right - left, height))
        top = height + GRID
        for start, end in self._spans:
            self._paint_span(painter, start, end, top)
            top += _BAR + GRID // 2 + self._letters().height() * self._lines_of(start, end)

    def _paint_script(self, painter: QPainter, moment: Moment, place: QRectF) -> None:
        painter.setPen(QPen(self._theme.color("border_strong"), 1))
        painter.setBrush(self._theme.color("surface"))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(self._theme.color("text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, moment.script)

    def _paint_span(self, painter: QPainter, start: Moment, end: Moment, top: float) -> None:
        left, right = self._place_of(start), self._place_of(end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(QRectF(left, top, right - left, _BAR), _BAR / 2, _BAR / 2)
        painter.setPen(self._theme.color("text_muted"))
        letters = self._letters()
        below = top + _BAR + letters.ascent() + 2
        painter.drawText(QPointF(left, below), start.text)
        wide = letters.horizontalAdvance(end.text)
        first = left + letters.horizontalAdvance(start.text) + GRID
        if self._lines_of(start, end) > 1:
            first, below = 0.0, below + letters.height()
        painter.drawText(QPointF(min(max(first, right - wide), self.width() - wide), below), end.text)

    def _lines_of(self, start: Moment, end: Moment) -> int:
        """How many lines the words below a span need."""
        letters = self._letters()
        words = letters.horizontalAdvance(start.text) + GRID + letters.horizontalAdvance(end.text)
        return 1 if self._place_of(start) + words <= self.width() else 2

    def _place_of(self, moment: Moment) -> float:
        index = self._moments.index(moment)
        left, right = self._places()[index]
        return (left + right) / 2

    def _places(self) -> list[tuple[float, float]]:
        """Left and right end of every step: scripts as wide as their names, moments share what is left."""
        widths = self._widths()
        gaps = sum(1 for item in self._moments if not item.script)
        gap = max((self.width() - sum(widths)) / gaps, _NARROWEST_GAP)
        places, left = [], 0.0
        for width in widths:
            right = left + (width or gap)
            places.append((left, right))
            left = right
        return places

    def _widths(self) -> list[float]:
        """Of the scripts; 0 for moments."""
        letters = self._letters()
        return [letters.horizontalAdvance(item.script) + 2 * _PADDING if item.script else 0.0 for item in self._moments]

    def _letters(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()
