"""The table of the variables that a trial run gets in place of DSM's: names with values that can be changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.package.scripts import Variable


class _Table(QTableWidget):
    removed = Signal()
    """Del was pressed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.state() != QAbstractItemView.State.EditingState:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class EnvironmentEditor(QWidget):
    """F2 or a double click changes a value; rows can be added and removed; the samples can be had back."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._samples: Sequence[Variable] = ()
        self.table = _Table(0, 2)
        self.table.setAccessibleName(tr("Variables of the trial run"))
        self.table.setHorizontalHeaderLabels([tr("Variable"), tr("Value")])
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setColumnWidth(0, 34 * GRID)
        self.add = make_button(tr("Add variable"), icon=theme.icon("plus"))
        self.remove = make_button(tr("Remove"), icon=theme.icon("minus"))
        self.reset = make_button(tr("Back to the samples"), "flat")
        self._lay_out()
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        self.table.removed.connect(self._on_remove)
        self.reset.clicked.connect(self._on_reset)

    def set_samples(self, samples: Sequence[Variable]) -> None:
        """Fill the table; values that were changed are lost."""
        self._samples = samples
        self.table.setRowCount(0)
        for variable in samples:
            self._append(variable.name, variable.sample, variable.meaning)

    def values(self) -> dict[str, str]:
        """The variables as they stand in the table; rows without a name are left out."""
        texts = [(self._text(number, 0).strip(), self._text(number, 1)) for number in range(self.table.rowCount())]
        return {name: value for name, value in texts if name}

    def _text(self, number: int, position: int) -> str:
        item = self.table.item(number, position)
        return item.text() if item is not None else ""

    def _append(self, name: str, value: str, meaning: str = "") -> None:
        number = self.table.rowCount()
        self.table.insertRow(number)
        for position, text in enumerate((name, value)):
            item = QTableWidgetItem(text)
            item.setFont(self._theme.fixed_font())
            item.setToolTip(meaning)
            if position == 0 and name:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(number, position, item)

    def _lay_out(self) -> None:
        text = tr("DSM sets these variables before it runs the script. SYNOPKG_TEMP_LOGFILE is always set by the run.")
        lines = column(self, margin=2 * GRID, spacing=GRID)
        fill(lines, make_label(text, "small", wrap=True))
        lines.addWidget(self.table, 1)
        buttons = row(spacing=GRID)
        fill(buttons, self.add, self.remove, None, self.reset)
        lines.addLayout(buttons)

    @Slot()
    def _on_add(self) -> None:
        self._append("", "")
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.table.edit(self.table.currentIndex())

    @Slot()
    def _on_remove(self) -> None:
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())

    @Slot()
    def _on_reset(self) -> None:
        self.set_samples(self._samples)
