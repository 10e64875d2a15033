"""The table of texts: a row for each text, a column for each language; what is missing is shown pale."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QFont

from gui.editors.strings.presenter import StringsPresenter, TextRow
from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.theme import Theme
from spkcore.package.infokeys import languages

_SHOWN = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.EditRole)}


class StringsModel(QAbstractTableModel):
    """Column 0 is the name of the text; editing it renames the key."""

    refused = Signal(str)
    """Why an edit cannot be."""

    def __init__(self, presenter: StringsPresenter, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme = theme
        self._rows: list[TextRow] = []
        self._codes: list[str] = []
        self._early: frozenset[str] = frozenset()

    def refresh(self) -> None:
        """Show the files as they are now; only what changed is painted again where rows and columns stay."""
        rows, codes = self._presenter.rows(), self._presenter.languages()
        same = codes == self._codes and [row.reference for row in rows] == [row.reference for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows, self._codes, self._early = rows, codes, self._presenter.preloaded()
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(codes) + 1))
        else:
            self.endResetModel()

    def reference(self, row: int) -> str:
        """The text of a row."""
        return self._rows[row].reference

    def row_of(self, name: str) -> int:
        """Where a text stands; -1 when it is not there."""
        return next((at for at, row in enumerate(self._rows) if row.reference == name), -1)

    def code(self, column: int) -> str:
        """The language of a column; empty for the names."""
        return self._codes[column - 1] if 0 < column <= len(self._codes) else ""

    def is_complete(self, row: int) -> bool:
        """Whether every language has this text."""
        return all(self._rows[row].values.get(code) for code in self._codes)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._codes) + 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.is_early(index.column()):
            return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if orientation == Qt.Orientation.Horizontal and self.is_early(section):
            if role == Qt.ItemDataRole.ToolTipRole:
                return tr("From DSM 7 on, other texts are there only once the application is open (preloadTexts).")
            return tr("Needed early") if role == Qt.ItemDataRole.DisplayRole else None
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        code = self.code(section)
        return languages().get(code, code) if code else tr("Text")

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row, code = self._rows[index.row()], self.code(index.column())
        if self.is_early(index.column()):
            return self._early_data(row.reference, role)
        if not code:
            if role == Qt.ItemDataRole.EditRole:
                return row.reference.partition(":")[2]
            return row.reference if role == Qt.ItemDataRole.DisplayRole else None
        value = row.values.get(code, "")
        if role == Qt.ItemDataRole.EditRole or (value and role in _SHOWN):
            return value
        if not value and role == Qt.ItemDataRole.DisplayRole:
            return row.values.get(self._codes[0], "") or tr("missing")
        if not value and role in {Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.FontRole}:
            return self._pale(role)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return value or tr("missing")
        return (
            tr("Missing: DSM shows {text}", text=row.values.get(self._codes[0], ""))
            if (not value and role == Qt.ItemDataRole.ToolTipRole)
            else None
        )

    def setData(self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        if role == Qt.ItemDataRole.CheckStateRole and self.is_early(index.column()):
            wanted = Qt.CheckState(value) == Qt.CheckState.Checked
            self._tell(self._presenter.set_preloaded(self.reference(index.row()), wanted=wanted))
            return True
        if role != Qt.ItemDataRole.EditRole:
            return False
        name, code, text = self.reference(index.row()), self.code(index.column()), str(value)
        if code:
            problem = self._presenter.set(name, code, text)
        else:
            problem = self._presenter.rename(name, text) if text != name.partition(":")[2] else ""
        self._tell(problem)
        return not problem

    def is_early(self, column: int) -> bool:
        """Whether it is the last column, which tells the texts that DSM needs early."""
        return column == len(self._codes) + 1

    def _pale(self, role: int) -> object:
        """How a text that is missing is shown: as another language has it, faint and slanted."""
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._theme.color("text_faint")
        font = QFont()
        font.setItalic(True)
        return font

    def _early_data(self, name: str, role: int) -> object:
        is_early = name in self._early
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if is_early else Qt.CheckState.Unchecked
        spoken = tr("needed early") if is_early else tr("not needed early")
        return spoken if role == Qt.ItemDataRole.AccessibleTextRole else None

    def _tell(self, problem: str) -> None:
        if problem:
            self.refused.emit(problem)
