"""The table of differences between two packages: path, what differs, sizes; filtered and sorted here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from gui.editors.payload.comparison import differs_text
from gui.qt.i18n import tr
from gui.qt.icons import IconSource
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.progress import size_text
from spkcore.package.compare import Aspect, Difference, Side
from spkcore.package.entries import Entry, Kind

_ROLE = Qt.ItemDataRole
PATH, DIFFERS, HERE, THERE = range(4)
_ICONS = {Side.HERE: ("minus", "danger"), Side.THERE: ("plus", "success"), Side.BOTH: ("rename", "icon")}


class CompareModel(QAbstractTableModel):
    """`show` gives it all differences, `choose` says which are wanted."""

    def __init__(self, icons: IconSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = {side: icons.icon(*names) for side, names in _ICONS.items()}
        self._all: Sequence[Difference] = ()
        self._sides: frozenset[Side] = frozenset(Side)
        self._aspects: frozenset[Aspect] = frozenset()
        self._needle = ""
        self._order = (PATH, Qt.SortOrder.AscendingOrder)
        self.rows: list[Difference] = []

    def show(self, differences: Sequence[Difference]) -> None:
        """Show these instead."""
        self._all = differences
        self._refill()

    def choose(self, sides: frozenset[Side], aspects: frozenset[Aspect], needle: str) -> None:
        """Show only what is on these sides, differs in one of these aspects (none: in any), and has `needle`."""
        self._sides, self._aspects, self._needle = sides, aspects, needle.casefold()
        self._refill()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self._refill()

    def _refill(self) -> None:
        self.beginResetModel()
        self.rows = [item for item in self._all if self._is_wanted(item)]
        column, order = self._order
        keys: dict[int, Callable[[Difference], Any]] = {DIFFERS: differs_text, HERE: _here_size, THERE: _there_size}
        self.rows.sort(key=keys.get(column, _path), reverse=order == Qt.SortOrder.DescendingOrder)
        self.endResetModel()

    def _is_wanted(self, item: Difference) -> bool:
        if item.side not in self._sides or self._needle not in item.path.casefold():
            return False
        return not self._aspects or item.side is not Side.BOTH or not self._aspects.isdisjoint(item.aspects)

    # ------------------------------------------------------------------------------------------ Qt

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != _ROLE.DisplayRole:
            return None
        return [tr("Path"), tr("What differs"), tr("Here"), tr("There")][section]

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self.rows[index.row()]
        if role in {_ROLE.DisplayRole, _ROLE.ToolTipRole, _ROLE.AccessibleTextRole}:
            return self._text(item, index.column()) or (tr("none") if role == _ROLE.AccessibleTextRole else "")
        if role == _ROLE.DecorationRole and index.column() == PATH:
            return self._icons[item.side]
        return None

    def _text(self, item: Difference, column: int) -> str:
        match column:
            case 0:
                return item.path
            case 1:
                return differs_text(item)
            case _:
                return _size(item.here if column == HERE else item.there)


def _size(entry: Entry | None) -> str:
    return size_text(entry.size) if entry is not None and entry.kind is Kind.FILE else ""


def _path(item: Difference) -> str:
    return item.path


def _here_size(item: Difference) -> int:
    return item.here.size if item.here is not None else -1


def _there_size(item: Difference) -> int:
    return item.there.size if item.there is not None else -1
