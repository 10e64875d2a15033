"""The table of the variables that the scripts will get from a wizard, as they stand now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.editors.wizard.previewtexts import answer_note
from gui.qt.forms import GRID, plain_tip
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.package.wizard import WizardField
from spkcore.package.wizardrun import Answer, WizardRun

_POINTER = Qt.ItemDataRole.UserRole
_Row = tuple[Answer, WizardField]


class VariablesTable(QTableWidget):
    """Name, value, remark. Enter or a double click on a row tells its place in the file."""

    place_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._theme = theme
        self._rows: list[_Row] = []
        self.setAccessibleName(tr("Variables the scripts will get"))
        self.setHorizontalHeaderLabels([tr("Variable"), tr("Value"), tr("Remark")])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(3 * GRID + GRID // 2)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._on_activated)

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = event.size().width()
        is_narrow = width < 42 * GRID  # names come first
        self.setColumnWidth(0, width // 2 if is_narrow else width * 2 // 5)
        self.setColumnWidth(1, width // 4)
        super().resizeEvent(event)

    def show_run(self, run: WizardRun | None) -> None:
        """Show the variables of this run."""
        rows = _rows(run) if run is not None else []
        self.setRowCount(len(rows))
        before = self._rows
        for number, found in enumerate(rows):
            if number >= len(before) or _differs(found, before[number]):
                self._fill_row(number, *found)
        self._rows = rows

    def texts(self) -> list[tuple[str, str, str]]:
        """What stands in the rows."""
        return [
            (self._text(number, 0), self._text(number, 1), self._text(number, 2)) for number in range(self.rowCount())
        ]

    def _text(self, number: int, position: int) -> str:
        item = self.item(number, position)
        return item.text() if item is not None else ""

    def _fill_row(self, number: int, answer: Answer, field: WizardField) -> None:
        for position, text in enumerate((answer.name, answer.value, answer_note(answer, field))):
            item = self.item(number, position)
            if item is None:
                item = QTableWidgetItem()
                self.setItem(number, position, item)
            item.setData(_POINTER, answer.pointer)
            if item.text() != text:
                item.setText(text)
                item.setToolTip(plain_tip(text))
            if position < 2:
                item.setFont(self._theme.fixed_font())

    @Slot(object)
    def _on_activated(self, item: QTableWidgetItem) -> None:
        self.place_chosen.emit(str(item.data(_POINTER)))


def _rows(run: WizardRun) -> list[_Row]:
    fields = ((answer, run.field(answer.pointer)) for answer in run.variables())
    return [(answer, field) for answer, field in fields if field is not None]


def _differs(row: _Row, before: _Row) -> bool:
    """Whether it shows something else; remarks depend on the answer, and on whether anybody sees the field."""
    return row[0] != before[0] or row[1].is_hidden != before[1].is_hidden
