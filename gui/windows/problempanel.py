"""The list of problems: Enter or double-click goes to the place, F8 to the next one, Ctrl+C copies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget, QTableView, QWidget

from gui.models.problems import ProblemsModel, place_text, severity_text
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.emptystate import EmptyState
from spkcore.checks.engine import Problem


class ProblemPanel(QStackedWidget):
    """Shows an empty state when there is nothing to complain about."""

    activated = Signal(object)
    """Problem"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemsModel(theme, self)
        self.table = _Table(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Problems"))
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        self.table.activated.connect(self._on_activated)
        self._empty = EmptyState(theme, "success", tr("No problems found"))
        self.addWidget(self._empty)
        self.addWidget(self.table)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show these; the selected one stays selected if it is still there."""
        row = self.table.currentIndex().row()
        selected = self.model.problem(row) if row >= 0 else None
        self.model.set_problems(problems)
        self.setCurrentWidget(self.table if problems else self._empty)
        self.table.fit_columns()
        if selected is not None and (new := self.model.row_of(selected)) >= 0:
            self.table.selectRow(new)

    def step(self, direction: int) -> Problem | None:
        """Select the next (1) or previous (-1) problem, around the end, and return it."""
        count = self.model.rowCount()
        if not count:
            return None
        current = self.table.currentIndex().row()
        row = (current + direction) % count if current >= 0 else (0 if direction > 0 else count - 1)
        self.table.selectRow(row)
        return self.model.problem(row)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.activated.emit(self.model.problem(index.row()))


class _Table(QTableView):
    def __init__(self, panel: ProblemPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.setProperty("role", "plain")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(4 * GRID)
        self.horizontalHeader().setHighlightSections(False)

    def fit_columns(self) -> None:
        """The message as wide as it is, so that its place stands beside it; the place keeps a third of the table."""
        wanted = self.sizeHintForColumn(0) + 2 * GRID
        self.horizontalHeader().resizeSection(0, max(min(wanted, self.viewport().width() * 2 // 3), 40 * GRID))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return
        super().keyPressEvent(event)

    def _copy(self) -> None:
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        problems = [self._panel.model.problem(row) for row in rows]
        lines = [f"{place_text(item)}: {severity_text(item)}: {item.message}" for item in problems]
        QGuiApplication.clipboard().setText("\n".join(lines))
