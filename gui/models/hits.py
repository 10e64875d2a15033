"""Places found in the texts of the package, grouped by file, each with a tick, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gui.models.sourcetext import shown
from gui.qt.forms import plain_tip
from gui.qt.i18n import tr
from spkcore.package.search import Hit

FOUND_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""Found, or None for a file."""
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_DISPLAY, _CHECK = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.CheckStateRole
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ROLES = {int(_DISPLAY), _TIP, int(Qt.ItemDataRole.AccessibleTextRole)}


@dataclass(frozen=True, slots=True)
class Found:
    """One place. `note` says what it is; `key` is what the owner of the list knows it by."""

    hit: Hit
    note: str = ""
    key: object = None


class HitsModel(QAbstractItemModel):
    """Two levels: files and places. With `ticks` both can be ticked, a file for all of its places."""

    ticks_changed = Signal()

    def __init__(self, *, ticks: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._with_ticks = ticks
        self._files: list[tuple[str, list[Found]]] = []
        self._ticked: set[Found] = set()

    def set_found(self, found: Iterable[Found], ticked: Iterable[Found]) -> None:
        """Show these; those of one path stand together already."""
        self.beginResetModel()
        self._files = [(path, list(group)) for path, group in groupby(found, key=lambda item: item.hit.path)]
        self._ticked = set(ticked)
        self.endResetModel()
        self.ticks_changed.emit()

    def set_ticking(self, *, wanted: bool) -> None:
        """Show ticks, or none."""
        if wanted != self._with_ticks:
            self._with_ticks = wanted
            self._repaint_all()

    def ticked(self) -> list[Found]:
        """The ticked places in the order of the list."""
        return [found for found in self.all() if found in self._ticked]

    def all(self) -> list[Found]:
        """All places in the order of the list."""
        return [found for _path, group in self._files for found in group]

    def tick_all(self, *, ticked: bool) -> None:
        """Tick every place, or none."""
        self._ticked = set(self.all()) if ticked else set()
        self._repaint_all()
        self.ticks_changed.emit()

    @property
    def count(self) -> int:
        """The number of places."""
        return sum(len(group) for _path, group in self._files)

    @property
    def file_count(self) -> int:
        """The number of files."""
        return len(self._files)

    # --- what Qt asks ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        if not parent.isValid():
            return len(self._files)
        return 0 if parent.internalId() else len(self._files[parent.row()][1])

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 1

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, child: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() shares the name
        above = child.internalId() if child.isValid() else 0
        return self.createIndex(above - 1, 0, 0) if above else QModelIndex()

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return base | Qt.ItemFlag.ItemIsUserCheckable if self._with_ticks else base

    def data(self, index: Index, role: int = int(_DISPLAY)) -> object:
        above = index.internalId()
        if role == _CHECK:
            return self._state(self._below(index)) if self._with_ticks else None
        if not above:
            path, group = self._files[index.row()]
            text = self._file_text(path, group) if role in _ROLES else None
            return plain_tip(text) if text and role == _TIP else text
        found = self._files[above - 1][1][index.row()]
        if role == FOUND_ROLE:
            return found
        if role == _TIP:
            return plain_tip(_spoken(found))
        return _spoken(found) if role in _ROLES else None

    def setData(self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        if role != _CHECK or not self._with_ticks:
            return False
        below = self._below(index)
        if Qt.CheckState(value) == Qt.CheckState.Unchecked:
            self._ticked.difference_update(below)
        else:
            self._ticked.update(below)
        self._repaint_all()
        self.ticks_changed.emit()
        return True

    def found(self, index: Index) -> Found | None:
        """The place at `index`; the first of a file."""
        below = self._below(index) if index.isValid() else []
        return below[0] if below else None

    def _below(self, index: Index) -> Sequence[Found]:
        above = index.internalId()
        return self._files[index.row()][1] if not above else [self._files[above - 1][1][index.row()]]

    def _state(self, below: Sequence[Found]) -> Qt.CheckState:
        count = sum(found in self._ticked for found in below)
        if not count:
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if count == len(below) else Qt.CheckState.PartiallyChecked

    def _file_text(self, path: str, group: Sequence[Found]) -> str:
        return tr("{path}   {n} place", "{path}   {n} places", n=len(group), path=shown(path))

    def _repaint_all(self) -> None:
        """The rows of all files and places: a tick shows at both."""
        for row, (_path, group) in enumerate(self._files):
            place = self.createIndex(row, 0, 0)
            self.dataChanged.emit(place, place, [_CHECK])
            self.dataChanged.emit(
                self.createIndex(0, 0, row + 1), self.createIndex(len(group) - 1, 0, row + 1), [_CHECK]
            )


def _spoken(found: Found) -> str:
    hit = found.hit
    line = shown(hit.before + hit.found + hit.after).strip()[:300]
    place = tr("line {line}: ", line=hit.line) if hit.line else ""
    return f"{place}{line}" + (f"\n{found.note}" if found.note else "")
