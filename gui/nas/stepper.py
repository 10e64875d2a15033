"""The row of steps above a capture: what is done, what happens now, what comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.nas.capturestate import StepState
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme

_CIRCLE = 3 * GRID


class Stepper(QWidget):
    """Circles joined by lines, with a title below each. Painted, so that it is sharp at every scale."""

    def __init__(self, theme: Theme, titles: Sequence[str]) -> None:
        super().__init__()
        self._theme = theme
        self._titles = tuple(titles)
        self._states: tuple[StepState, ...] = (StepState.PENDING,) * len(self._titles)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_states(self, states: Sequence[StepState]) -> None:
        """Show these states, one per title."""
        if tuple(states) == self._states:
            return
        self._states = tuple(states)
        current = [index for index, state in enumerate(states) if state in {StepState.CURRENT, StepState.FAILED}]
        place = current[0] if current else len(self._titles) - 1
        self.setAccessibleName(
            tr("Step {number} of {n}: {title}", number=place + 1, n=len(self._titles), title=self._titles[place])
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(11 * GRID * len(self._titles), _CIRCLE + GRID + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * GRID * len(self._titles), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(1, len(self._titles)):
            self._paint_line(painter, index)
        for index in range(len(self._titles)):
            self._paint_step(painter, index)

    def _paint_line(self, painter: QPainter, index: int) -> None:
        reached = self._states[index] is not StepState.PENDING
        painter.setPen(QPen(self._theme.color("accent" if reached else "border"), 2))
        gap = _CIRCLE / 2 + GRID
        painter.drawLine(self._center(index - 1) + QPointF(gap, 0), self._center(index) - QPointF(gap, 0))

    def _paint_step(self, painter: QPainter, index: int) -> None:
        state = self._states[index]
        center = self._center(index)
        circle = QRectF(center.x() - _CIRCLE / 2, center.y() - _CIRCLE / 2, _CIRCLE, _CIRCLE)
        color = self._theme.color("danger" if state is StepState.FAILED else "accent")
        painter.setPen(QPen(self._theme.color("border_strong") if state is StepState.PENDING else color, 2))
        filled = state in {StepState.DONE, StepState.FAILED}
        painter.setBrush(color if filled else self._theme.color("surface"))
        painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        self._paint_sign(painter, circle, index, state)
        self._paint_title(painter, index, state)

    def _paint_sign(self, painter: QPainter, circle: QRectF, index: int, state: StepState) -> None:
        if state in {StepState.DONE, StepState.FAILED}:
            inner = circle.adjusted(GRID / 2, GRID / 2, -GRID / 2, -GRID / 2).toRect()
            icon = "check" if state is StepState.DONE else "close"
            self._theme.icon(icon, "accent_text").paint(painter, inner)
            return
        painter.setPen(self._theme.color("accent" if state is StepState.CURRENT else "text_muted"))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(index + 1))

    def _paint_title(self, painter: QPainter, index: int, state: StepState) -> None:
        font = self.font()
        font.setBold(state in {StepState.CURRENT, StepState.FAILED})
        painter.setFont(font)
        painter.setPen(self._theme.color("text_muted" if state is StepState.PENDING else "text"))
        width = self.width() // len(self._titles)
        box = QRect(index * width, _CIRCLE + GRID // 2, width, self.height() - _CIRCLE - GRID // 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, self._titles[index])
        painter.setFont(self.font())

    def _center(self, index: int) -> QPointF:
        width = self.width() / len(self._titles)
        return QPointF((index + 0.5) * width, _CIRCLE / 2)
