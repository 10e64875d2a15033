"""What the tables of packages share: their look, their keys, and rows that follow a list; sorting by a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gui.qt.forms import GRID, plain_tip
from gui.qt.modelindex import NOWHERE, Index

Row = TypeVar("Row")
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ListModel(QAbstractTableModel, Generic[Row]):
    """Rows of one kind. Who inherits says the titles of the columns and what a cell shows."""

    titles: tuple[str, ...] = ()
    right_aligned: frozenset[int] = frozenset()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()
        """In the order in which they are shown."""
        self._sorting = 0, Qt.SortOrder.AscendingOrder

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these instead, sorted."""
        self.beginResetModel()
        self.rows = [rows[at] for at in self._in_order(rows)]
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort here, by one key per row: a proxy model asks for two at every comparison, which takes a second."""
        self._sorting = column, order
        self.layoutAboutToBeChanged.emit()
        positions = self._in_order(self.rows)
        self.rows = [self.rows[at] for at in positions]
        now = {before: after for after, before in enumerate(positions)}
        held = self.persistentIndexList()
        self.changePersistentIndexList(held, [self.index(now[index.row()], index.column()) for index in held])
        self.layoutChanged.emit()

    def _in_order(self, rows: Sequence[Row]) -> list[int]:
        column, order = self._sorting
        # The values of one column are all texts or all numbers.
        keys: list[Any] = [self.sort_key(row, column) for row in rows]
        return sorted(range(len(rows)), key=keys.__getitem__, reverse=order is Qt.SortOrder.DescendingOrder)

    def refresh_row(self, at: int) -> None:
        """A row shows something else."""
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.titles) - 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in self.right_aligned:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return self.titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in self.right_aligned:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.tip(row, column))
        return self.look(row, column, role)

    def text(self, row: Row, column: int) -> str:
        """What a cell says."""
        raise NotImplementedError

    def tip(self, row: Row, column: int) -> str:
        """What its tooltip says."""
        return self.text(row, column)

    def sort_key(self, row: Row, column: int) -> object:
        """By what it is sorted."""
        return self.text(row, column).casefold()

    def look(self, row: Row, column: int, role: int) -> object:
        """Icons and colours."""
        return None


class ListView(QTableView, Generic[Row]):
    """A table of whole rows. `chosen`: Enter or a double click on a row."""

    chosen = Signal()
    rows_changed = Signal()
    """Another selection, or other rows."""
    copy_wanted = Signal()
    paste_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, model: ListModel[Row], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = model
        self.setModel(model)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(4 * GRID, self.fontMetrics().height() + GRID + 4))
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(self.chosen)
        self.selectionModel().selectionChanged.connect(self.rows_changed)
        model.modelReset.connect(self.rows_changed)

    def set_widths(self, *letters: int) -> None:
        """Widths of the first columns, in letters."""
        for section, count in enumerate(letters):
            self.horizontalHeader().resizeSection(section, count * max(GRID, self.fontMetrics().averageCharWidth()))

    def selected(self) -> list[Row]:
        """The selected rows, from top to bottom."""
        parts = self.selectionModel().selection().toList()  # one range for many rows, unlike selectedRows
        found = {at for part in parts for at in range(part.top(), part.bottom() + 1)}
        return [self._list.rows[at] for at in sorted(found)]

    def select_first(self) -> None:
        """Select the first row, so that Enter is enough."""
        if self.model().rowCount():
            self.selectRow(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.chosen.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)
