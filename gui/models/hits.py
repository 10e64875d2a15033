"""Places found in the texts of the package, grouped by file, each with a tick, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QObject, Qt, Signal

from gui.models.grouped import GroupedModel
from gui.models.sourcetext import shown
from gui.qt.forms import plain_tip
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from spkcore.package.search import Hit

FOUND_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""Found, or None for a file."""
_DISPLAY, _CHECK = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.CheckStateRole
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_FILE_FLAGS = (_SHOWN, _SHOWN | Qt.ItemFlag.ItemIsUserCheckable)
_PLACE_FLAGS = tuple(flags | Qt.ItemFlag.ItemNeverHasChildren for flags in _FILE_FLAGS)
"""Without and with ticks. Put together once: the view asks for those of every row, several times."""
_ROLES = {int(_DISPLAY), _TIP, int(Qt.ItemDataRole.AccessibleTextRole)}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One place. `note` says what it is; `key` is what the owner of the list knows it by.

    Each is only equal to itself: 10,000 are looked up among the ticked ones, and their texts are long.
    """

    hit: Hit
    note: str = ""
    key: object = None


class HitsModel(GroupedModel):
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

    def group_count(self) -> int:
        return len(self._files)

    def count_in(self, group: int) -> int:
        return len(self._files[group][1])

    def flags(self, index: Index) -> Qt.ItemFlag:
        return (_FILE_FLAGS if self.group_of(index) is None else _PLACE_FLAGS)[self._with_ticks]

    def data(self, index: Index, role: int = int(_DISPLAY)) -> object:
        if not index.isValid():
            return None
        file = self.group_of(index)
        if role == _CHECK:
            return self._state(self._below(index)) if self._with_ticks else None
        if file is None:
            path, group = self._files[index.row()]
            text = self._file_text(path, group) if role in _ROLES else None
            return plain_tip(text) if text and role == _TIP else text
        found = self._files[file][1][index.row()]
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
        file = self.group_of(index)
        self._repaint(index.row() if file is None else file)
        self.ticks_changed.emit()
        return True

    def found(self, index: Index) -> Found | None:
        """The place at `index`; the first of a file."""
        below = self._below(index) if index.isValid() else []
        return below[0] if below else None

    def _below(self, index: Index) -> Sequence[Found]:
        file = self.group_of(index)
        return self._files[index.row()][1] if file is None else [self._files[file][1][index.row()]]

    def _state(self, below: Sequence[Found]) -> Qt.CheckState:
        count = sum(found in self._ticked for found in below)
        if not count:
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if count == len(below) else Qt.CheckState.PartiallyChecked

    def _file_text(self, path: str, group: Sequence[Found]) -> str:
        return tr("{path}   {n} place", "{path}   {n} places", n=len(group), path=shown(path))

    def _repaint_all(self) -> None:
        for file in range(len(self._files)):
            self._repaint(file)

    def _repaint(self, file: int) -> None:
        """The rows of a file and of its places: a tick shows at both."""
        above = self.group_index(file)
        self.dataChanged.emit(above, above, [_CHECK])
        self.dataChanged.emit(self.row_index(file, 0), self.row_index(file, self.count_in(file) - 1), [_CHECK])


def _spoken(found: Found) -> str:
    hit = found.hit
    line = shown(hit.before + hit.found + hit.after).strip()[:300]
    place = tr("line {line}: ", line=hit.line) if hit.line else ""
    return f"{place}{line}" + (f"\n{found.note}" if found.note else "")
