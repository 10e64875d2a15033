"""Draws the life of a package as boxes on a line, and lets mouse and keyboard choose among them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui.editors.scripts.diagram import RAIL, Item, Measures, Placed, Section, details, lay_out, spoken
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.package.lifecycle import Step, StepKind

_RADIUS = 6
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DiagramView(QWidget):
    """One picture; it is as high as its boxes need."""

    opened = Signal(str)
    """The path of a file that was chosen."""
    create_wanted = Signal(str)
    """The path of a missing script that was chosen."""
    selection_changed = Signal()
    shown = Signal(QRect)
    """This place should be visible."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sections: Sequence[Section] = ()
        self._placed: list[Placed] = []
        self._selected = -1
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("When the scripts run"))
        theme.changed.connect(self.update)

    @property
    def selected(self) -> Placed | None:
        """What is selected."""
        return self._placed[self._selected] if 0 <= self._selected < len(self._placed) else None

    @property
    def boxes(self) -> list[Placed]:
        """What can be chosen, from top to bottom."""
        return [item for item in self._placed if item.item is not None and item.item.can_choose]

    def set_sections(self, found: Sequence[Section], start: tuple[str, Step] | None) -> None:
        """Show these; the selection stays at the same step where it is still there, else goes to `start`."""
        if list(found) == list(self._sections) and self._placed:
            return  # as after most letters that are typed in a script
        kept = self.selected
        self._sections = found
        self._lay_out()
        steps = [(item.section.operation.id, item.item.step) if item.item else None for item in self._placed]
        wanted = (kept.section.operation.id, kept.item.step) if kept is not None and kept.item else None
        chosen = next((place for place in (wanted, start) if place is not None and place in steps), None)
        self._select(steps.index(chosen) if chosen is not None else -1, show=wanted is None)

    def choose(self, item: Item) -> None:
        """Open or create its script."""
        if item.opens:
            self.opened.emit(item.opens)
        elif item.creates:
            self.create_wanted.emit(item.creates)

    # ------------------------------------------------------------------------------------------ inner

    def _measures(self) -> Measures:
        return Measures(QFontMetrics(self._strong()).height() + GRID // 2, QFontMetrics(self._small()).height())

    def _strong(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() - 1, 6.0))
        return font

    def _lay_out(self) -> None:
        self._placed, height = lay_out(self._sections, max(self.width(), 1), self._measures())
        self.setMinimumHeight(height + GRID)
        self.update()

    def _select(self, index: int, *, show: bool = True) -> None:
        self._selected = index
        chosen = self.selected
        if chosen is not None and chosen.item is not None:
            self.setAccessibleDescription(spoken(chosen.item, chosen.section))
            if show:
                self.shown.emit(chosen.place)
        self.update()
        self.selection_changed.emit()

    def _index_at(self, place: QPoint) -> int:
        return next((index for index, item in enumerate(self._placed) if item.item and item.place.contains(place)), -1)

    def _step(self, by: int) -> None:
        choosable = [index for index, item in enumerate(self._placed) if item.item and item.item.can_choose]
        if not choosable:
            return
        if self._selected not in choosable:
            self._select(choosable[0])
            return
        position = choosable.index(self._selected) + by
        self._select(choosable[min(max(position, 0), len(choosable) - 1)])

    def _step_section(self, by: int) -> None:
        """To the first box of the section before or after."""
        firsts: dict[str, int] = {}
        for index, item in enumerate(self._placed):
            if item.item and item.item.can_choose:
                firsts.setdefault(item.section.operation.id, index)
        chosen = self.selected
        names = list(firsts)
        if chosen is None or chosen.section.operation.id not in names:
            self._step(0)
            return
        position = names.index(chosen.section.operation.id) + by
        self._select(firsts[names[min(max(position, 0), len(names) - 1)]])

    # ------------------------------------------------------------------------------------------ painting

    def _paint_item(self, painter: QPainter, index: int, placed: Placed, item: Item) -> None:
        place = placed.place
        self._paint_rail(painter, placed)
        inner = place
        if item.step.kind in {StepKind.SCRIPT, StepKind.WIZARD}:
            self._paint_box(painter, index, place, item)
            inner = place.adjusted(GRID, GRID // 2, -GRID, -GRID // 2)
        measures = self._measures()
        is_box = inner is not place
        head = QRect(inner.left(), inner.top(), inner.width(), measures.line if is_box else measures.small)
        self._paint_head(painter, head, item, is_box=is_box)
        if item.note:
            note = QRect(inner.left(), head.bottom() + 1, inner.width(), measures.small)
            self._text(painter, note, item.note, "text_muted", self._small())

    def _paint_rail(self, painter: QPainter, placed: Placed) -> None:
        x = placed.place.left() - RAIL // 2
        is_last = placed.item is placed.section.items[-1]
        middle = placed.place.center().y()
        painter.setPen(QPen(self._theme.color("border_strong"), 1.2))
        painter.drawLine(x, placed.place.top() - GRID // 2, x, middle if is_last else placed.place.bottom() + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent" if placed.item and placed.item.is_current else "border_strong"))
        painter.drawEllipse(QPoint(x, middle), 3, 3)

    def _paint_box(self, painter: QPainter, index: int, place: QRect, item: Item) -> None:
        is_hovered = index == self._hovered and item.can_choose
        ground = "accent_soft" if item.is_current else "hover" if is_hovered else "surface"
        has_focus = index == self._selected and self.hasFocus()
        line = self._theme.color("accent" if item.is_current or has_focus else "border_strong")
        pen = QPen(line, 2 if has_focus else 1)
        if item.creates:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(
            QColor(Qt.GlobalColor.transparent) if item.creates and not is_hovered else self._theme.color(ground)
        )
        painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)

    def _paint_head(self, painter: QPainter, place: QRect, item: Item, *, is_box: bool) -> None:
        ink = "text" if is_box else "text_muted"
        if item.is_current:
            ink = "accent_soft_text"
        side, side_ink = item.version, "text_muted"
        if item.creates:
            ink, side, side_ink = "text_muted", tr("+ create"), "accent"
        small = QFontMetrics(self._small())
        room = small.horizontalAdvance(side) + GRID if side else 0
        self._text(
            painter, place.adjusted(0, 0, -room, 0), item.title, ink, self._strong() if is_box else self._small()
        )
        if side:
            self._text(painter, place, side, side_ink, self._small(), at_right=True)

    def _paint_heading(self, painter: QPainter, placed: Placed) -> None:
        self._text(painter, placed.place, placed.section.operation.title, "text", self._strong())

    def _text(
        self, painter: QPainter, place: QRect, text: str, ink: str, font: QFont, *, at_right: bool = False
    ) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(ink))
        side = _RIGHT if at_right else _LEFT
        painter.drawText(place, side, QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width()))

    # ------------------------------------------------------------------------------------------ Qt

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, placed in enumerate(self._placed):
            if not placed.place.adjusted(-RAIL, -GRID, 0, GRID).intersects(event.rect()):
                continue
            if placed.item is None:
                self._paint_heading(painter, placed)
            else:
                self._paint_item(painter, index, placed, placed.item)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._index_at(event.pos())
            text = ""
            if index >= 0:
                placed = self._placed[index]
                assert placed.item is not None
                text = "\n".join(line for _role, line in details(placed.item, placed.section))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().toPoint())
        can_choose = index >= 0 and (item := self._placed[index].item) is not None and item.can_choose
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_choose else Qt.CursorShape.ArrowCursor)
        if index != self._hovered:
            self._hovered = index
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or index < 0:
            return
        self._select(index, show=False)
        item = self._placed[index].item
        if item is not None:
            self.choose(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Home: -1000, Qt.Key.Key_End: 1000}
        sections = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        key = Qt.Key(event.key())
        chosen = self.selected
        if key in steps:
            self._step(steps[key])
        elif key in sections:
            self._step_section(sections[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and chosen is not None and chosen.item:
            self.choose(chosen.item)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.selected is None:
            self._step(0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
