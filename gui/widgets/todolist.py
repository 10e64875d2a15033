"""The list of what is left to do: a tick, what is wrong, where, and how to do it; Enter goes to the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.models.todos import TODO_ROLE, TodoModel, place_text
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from spkcore.checks.migrate import Todo

_ICONS = {"error": ("error", "danger"), "warning": ("warning", "warning"), "info": ("info", "accent")}
_BOX = 2 * GRID
_MARGIN = GRID + GRID // 2
_WRAP = Qt.TextFlag.TextWordWrap


class TodoList(QListView):
    """Rows as high as their texts. Space or a click on the box ticks; Enter and a double click go to the place."""

    place_wanted = Signal(object)
    """Todo"""
    ticked = Signal(object, bool)

    def __init__(self, theme: Theme, is_done: Callable[[Todo], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.todos = TodoModel(is_done, self)
        self.setModel(self.todos)
        self.setItemDelegate(_Delegate(theme, self))
        self.setAccessibleName(tr("To do"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.todos.ticked.connect(self.ticked)
        self.doubleClicked.connect(self._on_wanted)

    def show_todos(self, todos: Sequence[Todo]) -> None:
        """Show these; the row that was chosen stays chosen by its number."""
        row = self.currentIndex().row()
        self.todos.set_todos(todos)
        if todos and not self.currentIndex().isValid():
            self.setCurrentIndex(self.todos.index(min(max(row, 0), len(todos) - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._on_wanted(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    @Slot(QModelIndex)
    def _on_wanted(self, index: QModelIndex) -> None:
        self.place_wanted.emit(self.todos.todo(index.row()))


class _Delegate(QStyledItemDelegate):
    """Paints a row: box and sign at the left, what is wrong, below it the place and what to do."""

    def __init__(self, theme: Theme, view: TodoList) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        what, place, how = self._areas(QRect(0, 0, width, 0), index)
        return QSize(width, max(what.bottom(), place.bottom(), how.bottom()) + _MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = self._view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, self._view)
        todo: Todo = index.data(TODO_ROLE)
        is_done = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        painter.save()
        self._paint_signs(painter, option, str(todo.severity), is_done=is_done)
        what, place, how = self._areas(option.rect, index)
        painter.setFont(self._font(strikes=is_done))
        painter.setPen(self._theme.color("text_faint" if is_done else "text"))
        painter.drawText(what, _WRAP, todo.what)
        painter.setFont(self._font())
        painter.setPen(self._theme.color("text_faint" if is_done else "accent"))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, place_text(todo))
        painter.setPen(self._theme.color("text_faint" if is_done else "text_muted"))
        painter.drawText(how, _WRAP, todo.how)
        painter.setPen(self._theme.color("border"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent):
            return bool(super().editorEvent(event, model, option, index))
        is_click = event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton
        place = event.position().toPoint()
        if is_click and self._box(option.rect).adjusted(-GRID, -GRID, GRID // 2, GRID).contains(place):
            done = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if done else Qt.CheckState.Checked
            return self._view.todos.setData(index, state, Qt.ItemDataRole.CheckStateRole)
        if is_click and self._areas(option.rect, index)[1].contains(place):
            self._view.place_wanted.emit(index.data(TODO_ROLE))
        return False

    def _paint_signs(self, painter: QPainter, option: QStyleOptionViewItem, severity: str, *, is_done: bool) -> None:
        box = QStyleOptionViewItem(option)
        box.rect = self._box(option.rect)
        box.state = option.state | (QStyle.StateFlag.State_On if is_done else QStyle.StateFlag.State_Off)
        sign = QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck
        self._view.style().drawPrimitive(sign, box, painter, self._view)
        icon = self._theme.icon("check", "text_faint") if is_done else self._theme.icon(*_ICONS[severity])
        icon.paint(painter, box.rect.translated(_BOX + GRID, 0))

    @staticmethod
    def _box(row: QRect) -> QRect:
        return QRect(row.left() + _MARGIN, row.top() + _MARGIN, _BOX, _BOX)

    def _areas(self, row: QRect, index: Index) -> tuple[QRect, QRect, QRect]:
        """Where the three texts stand: what, place, how."""
        todo: Todo = index.data(TODO_ROLE)
        left = row.left() + _MARGIN + 2 * (_BOX + GRID)
        width = max(row.right() - _MARGIN - left, 10 * GRID)
        metrics = QFontMetrics(self._font())
        what = metrics.boundingRect(QRect(left, row.top() + _MARGIN, width, 10_000), _WRAP, todo.what)
        place_width = min(metrics.horizontalAdvance(place_text(todo)) + 2, width)
        place = QRect(left, what.bottom() + GRID // 2, place_width, metrics.height())
        how = metrics.boundingRect(QRect(left, place.bottom() + 2, width, 10_000), _WRAP, todo.how)
        return what, place, how

    def _font(self, *, strikes: bool = False) -> QFont:
        font = QFont(self._view.font())
        font.setStrikeOut(strikes)
        return font
