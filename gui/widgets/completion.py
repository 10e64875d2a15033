"""The list that a code editor offers while a name is typed: each name with its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QCompleter, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.qt.modelindex import NOWHERE, Index

_MEANING = Qt.ItemDataRole.UserRole
_PREFIX = "synopkg_"
"""What nearly all variables of DSM start with, so that it tells them apart from nothing."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A name that can be typed, and one sentence that says what it is."""

    name: str
    meaning: str


class CompletionModel(QAbstractListModel):
    """The names that fit what is typed, the best first."""

    def __init__(self, completions: list[Completion], parent: QWidget) -> None:
        super().__init__(parent)
        self._all = completions
        self._rows: list[Completion] = []
        self.narrow("")

    def narrow(self, typed: str) -> None:
        """Keep what fits `typed`: names or parts of names that start with it, then those that hold it."""
        self.beginResetModel()
        self._rows = ranked(self._all, typed)
        self.endResetModel()

    def only_name(self) -> str:
        """The name that is left when only one is; else nothing."""
        return self._rows[0].name if len(self._rows) == 1 else ""

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        row = self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return row.name
        if role in {_MEANING, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return row.meaning
        return None


class Completer(QCompleter):
    """A completer for one editor widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.setWidget(widget)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._names: CompletionModel | None = None
        self.setMaxVisibleItems(9)
        self._view = QListView()
        self._view.setUniformItemSizes(True)
        self.setPopup(self._view)
        self._view.setItemDelegate(_CompletionDelegate(self._view))

    def set_completions(self, completions: list[Completion], parent: QWidget) -> None:
        """Offer these names from now on."""
        self._names = CompletionModel(completions, parent)
        self.setModel(self._names)

    def is_open(self) -> bool:
        """Whether names are on offer now."""
        return self._view.isVisible()

    def close(self) -> None:
        """Stop offering."""
        self._view.hide()

    def offer(self, prefix: str, caret: QRect) -> None:
        """Show what contains `prefix`, below the caret; hide when nothing does, or only the word itself."""
        if self._names is None:
            return
        self._names.narrow(prefix)
        if self._names.rowCount() == 0 or self._names.only_name() == prefix:
            self.close()
            return
        self._view.setCurrentIndex(self.completionModel().index(0, 0))
        caret.setWidth(min(640, self._view.fontMetrics().averageCharWidth() * 90))
        self.complete(caret)


class _CompletionDelegate(QStyledItemDelegate):
    """Paints the name, and its meaning dimmed beside it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.save()
        painter.fillRect(option.rect, option.palette.highlight() if chosen else option.palette.base())
        painter.setPen(option.palette.color(role))
        metrics = option.fontMetrics
        inner = option.rect.adjusted(6, 0, -6, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        name = str(index.data())
        painter.drawText(inner, middle, name)
        inner.setLeft(inner.left() + max(metrics.horizontalAdvance(name), metrics.averageCharWidth() * 26) + 16)
        painter.setOpacity(0.75)
        meaning = metrics.elidedText(str(index.data(_MEANING)), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, middle, meaning)
        painter.restore()


def ranked(completions: list[Completion], typed: str) -> list[Completion]:
    """The completions that fit `typed`, the best first, equal ones in alphabetical order."""
    needle = typed.casefold()
    rows = []
    for completion in completions:
        name = completion.name.casefold()
        own = name.removeprefix(_PREFIX)
        if name.startswith(needle):
            rows.append((0, name, completion))
        elif own.startswith(needle):
            rows.append((1, name, completion))
        elif f"_{needle}" in own:
            rows.append((2, name, completion))
        elif len(needle) > 2 and needle in own:
            rows.append((3, name, completion))
    return [completion for _, _, completion in sorted(rows, key=_rank)]


def _rank(row: tuple[int, str, Completion]) -> tuple[int, str]:
    return row[0], row[1]
