"""The palettes: every command by name (Ctrl+Shift+P), and every part of the package (Ctrl+P)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.fuzzy import best_matches
from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.theme import Theme

_WIDTH = 78 * GRID
_ROWS = 10
_ROW = 4 * GRID + GRID // 2
CHOICE_ROLE = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: its id, its text, what stands at the right end, and why it cannot be chosen ("" if it can).

    `words` are other words that people may type for it. A `last` one stands behind all others that match.
    """

    id: str
    text: str
    note: str = ""
    icon: str = ""
    reason: str = ""
    words: str = ""
    last: bool = False


class Palette(QFrame):
    """A field and a list that it filters, at the top of the window. Enter chooses, Esc closes."""

    chosen = Signal(str)
    """The id of the choice."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._all: Sequence[Choice] = ()
        self._model = _ChoicesModel(theme, self)
        self.field = QLineEdit()
        self.field.setClearButtonEnabled(True)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_ChoiceDelegate(theme, self.list))
        self.list.setProperty("role", "plain")
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("Matches"))
        self._nothing = make_label(tr("Nothing matches"), "muted")
        lines = column(self, margin=GRID, spacing=GRID)
        fill(lines, self.field, self.list, self._nothing)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._on_clicked)
        self._focus_before: QWidget | None = None
        self.hide()

    def open_with(self, choices: Sequence[Choice], prompt: str) -> None:
        """Show these choices; `prompt` says what is chosen."""
        window = self.window()
        self._focus_before = window.focusWidget()
        self._all = choices
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.clear()
        self._filter()
        width = min(_WIDTH, window.width() - 4 * GRID)
        self.resize(width, self.sizeHint().height())
        self.move((window.width() - width) // 2, 7 * GRID)
        self.show()
        self.raise_()
        self.field.setFocus()

    @property
    def shown(self) -> list[Choice]:
        """The choices that match what was typed."""
        return self._model.choices

    def close_palette(self) -> None:
        """Hide it and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus()
        self._focus_before = None

    def _filter(self) -> None:
        self._model.set_choices(_matching(self.field.text(), self._all))
        count = len(self._model.choices)
        self.list.setVisible(bool(count))
        self._nothing.setVisible(not count)
        self.list.setFixedHeight(min(max(count, 1), _ROWS) * _ROW + 4)
        self.list.setCurrentIndex(self._model.index(0))
        self.resize(self.width(), self.sizeHint().height())

    def _choose(self, index: QModelIndex) -> None:
        choice = index.data(CHOICE_ROLE)
        if isinstance(choice, Choice) and not choice.reason:
            self.close_palette()
            self.chosen.emit(choice.id)

    @Slot(str)
    def _on_text_changed(self, _text: str) -> None:
        self._filter()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.isHidden():
            self._focus_before = None
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
        key = Qt.Key(event.key())
        if key in steps:
            self._move(steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def _move(self, step: int) -> None:
        count = self._model.rowCount()
        if count:
            row = self.list.currentIndex().row() + step
            row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentIndex(self._model.index(row))


def _matching(typed: str, choices: Sequence[Choice]) -> list[Choice]:
    """By their texts, best first; then those whose file or other words hold what was typed."""
    found = [choices[at] for at in best_matches(typed, [choice.text for choice in choices])]
    word = typed.casefold().strip()
    others = (choice for choice in choices if choice not in found)
    found += [choice for choice in others if word in f"{choice.note} {choice.words}".casefold()]
    return sorted(found, key=lambda choice: choice.last)


class _ChoicesModel(QAbstractListModel):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.choices: list[Choice] = []

    def set_choices(self, choices: list[Choice]) -> None:
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return choice.reason or None
        if role == Qt.ItemDataRole.DecorationRole and choice.icon:
            return self._theme.icon(choice.icon, "text_faint" if choice.reason else "icon")
        return choice if role == CHOICE_ROLE else None


class _ChoiceDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice = index.data(CHOICE_ROLE)
        if not isinstance(choice, Choice):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent_soft"))
            painter.drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), 6, 6)
        area = option.rect.adjusted(GRID + 2, 0, -GRID - 2, 0)
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon):
            icon.paint(painter, QRect(QPoint(area.left(), area.center().y() - 8), QSize(18, 18)))
        self._paint_texts(painter, option, area.adjusted(18 + GRID, 0, 0, 0), choice)
        painter.restore()

    def _paint_texts(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, choice: Choice) -> None:
        metrics = QFontMetrics(option.font)
        note = choice.reason or choice.note
        note = metrics.elidedText(note, Qt.TextElideMode.ElideRight, area.width() // 2)
        painter.setFont(option.font)
        painter.setPen(self._theme.color("text_muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        room = area.adjusted(0, 0, -metrics.horizontalAdvance(note) - 2 * GRID, 0)
        painter.setPen(self._theme.color("text_faint" if choice.reason else "text"))
        text = metrics.elidedText(choice.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
