"""What the models of trees with two levels share: groups, and what is in them."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QAbstractItemModel, QModelIndex

from gui.qt.modelindex import NOWHERE, Index


class GroupedModel(QAbstractItemModel):
    """One column. A subclass says how many groups there are, and how many rows are in each."""

    @abstractmethod
    def group_count(self) -> int:
        """The number of groups."""

    @abstractmethod
    def count_in(self, group: int) -> int:
        """The number of rows in a group."""

    def group_index(self, group: int) -> QModelIndex:
        """Where a group is."""
        return self.createIndex(group, 0, 0)

    def row_index(self, group: int, row: int) -> QModelIndex:
        """Where a row of a group is."""
        return self.createIndex(row, 0, group + 1)

    def group_of(self, index: Index) -> int | None:
        """The group that a row is in; None for a group."""
        above = index.internalId()
        return above - 1 if above else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if not parent.isValid():
            return self.group_count()
        return self.count_in(parent.row()) if self.group_of(parent) is None else 0

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 1

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        if column or not 0 <= row < self.rowCount(parent):  # Qt's own hasIndex asks for the columns, too
            return QModelIndex()
        return self.row_index(parent.row(), row) if parent.isValid() else self.group_index(row)

    def parent(self, child: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() shares the name
        group = self.group_of(child) if child.isValid() else None
        return self.group_index(group) if group is not None else QModelIndex()
