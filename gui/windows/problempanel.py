"""The problems of the package: verdict, choices, filter, table and explanation; wishes come out as signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from gui.models.problemfilter import Owner, Shown, Sorting, parts_with_problems, rows_of, shown_rows
from gui.models.problems import ProblemRow, ProblemsModel
from gui.models.problemtexts import rule_of
from gui.qt.forms import GRID, column, fill, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.emptystate import EmptyState
from gui.widgets.verdictstrip import VerdictStrip
from gui.windows.checkchoices import CheckChoices
from gui.windows.problemdetails import ProblemDetails
from gui.windows.problemfilterbar import ProblemFilterBar
from gui.windows.problemtable import ProblemTable
from spkcore.checks.engine import Problem
from spkcore.checks.overrides import Override
from spkcore.checks.verdict import Verdict

_WIDE = 112 * GRID
"""From this width on the explanation stands beside the table, else below it if there is room."""
_TALL = 56 * GRID
"""Below this height there is no room for an explanation below the table, so it stays beside it."""
_LOW = 25 * GRID
"""Below this height only the list itself is shown, with its filter."""
_TYPING = 120
"""Milliseconds after the last letter in the filter."""


class ProblemPanel(QWidget):
    """Knows neither the package nor the check; gui/windows/problemdesk.py brings them together."""

    activated = Signal(object)
    """Problem: show its place."""
    fix_wanted = Signal(object)
    """Problem"""
    fix_kind_wanted = Signal(str)
    """The id of a rule."""
    fix_all_wanted = Signal()
    accept_wanted = Signal(object)
    """list[Problem]"""
    count_wanted = Signal(object)
    """list[Override]"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ProblemRow] = []
        self._owner: Owner = str
        self._sorting = Sorting()
        self.model = ProblemsModel(theme, self)
        self.table = ProblemTable(self.model)
        self.details = ProblemDetails(theme)
        self.strip = VerdictStrip(theme)
        self.choices = CheckChoices(theme)
        self.filter_bar = ProblemFilterBar(theme)
        self.splitter = QSplitter()
        self._pages = QStackedWidget()
        self._head = QWidget()
        self._is_known = True
        self.clean = EmptyState(theme, "success", tr("No problems found"))
        self.looking = EmptyState(theme, "search", tr("Looking for problems…"))
        self.nothing = EmptyState(theme, "search", tr("Nothing matches the filter"), action=tr("Clear the filter"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING)
        self._lay_out()
        self._connect()
        self._show()

    # --- what is shown --------------------------------------------------------------------------------------------

    def set_problems(
        self,
        problems: Sequence[Problem],
        accepted: Sequence[tuple[Problem, Override]] = (),
        *,
        is_known: bool = True,
    ) -> None:
        """Show these; what is selected stays selected if it is still there. `is_known`: a check has ended."""
        self._is_known = is_known
        self._rows = rows_of(problems, accepted)
        self._show()

    def set_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Show what DSM says."""
        self.strip.show_verdicts(verdicts)

    def set_owner(self, owner: Owner) -> None:
        """Which part shows a path."""
        self._owner = owner
        self._show()

    @Slot(str)
    def set_shown_part(self, path: str) -> None:
        """The part in the editor, for "The shown part"."""
        if self.filter_bar.shown_part != path:
            self.filter_bar.shown_part = path
            self._show()

    def show_part(self, path: str) -> None:
        """Show only the problems of this part."""
        self.filter_bar.clear_filter()
        self.filter_bar.choose_part(path)

    def select(self, problem: Problem) -> bool:
        """Select it, clearing a filter that hides it. False when it is not there any more."""
        if self.model.row_of(problem) < 0 and any(row.problem == problem for row in self._rows):
            self.filter_bar.clear_filter()
            self._show()
        at = self.model.row_of(problem)
        if at >= 0:
            self.table.selectRow(at)
        return at >= 0

    def step(self, direction: int) -> Problem | None:
        """Select the next (1) or previous (-1) of the visible problems, around the end, and return it."""
        count = self.model.rowCount()
        if not count:
            return None
        current = self.table.currentIndex().row()
        at = (current + direction) % count if current >= 0 else (0 if direction > 0 else count - 1)
        self.table.selectRow(at)
        return self.model.problem(at)

    @property
    def current(self) -> ProblemRow | None:
        """The selected row."""
        return self.table.current_row()

    @Slot()
    def _show(self) -> None:
        """Filter and show; the table changes only where something changed."""
        self._timer.stop()
        wanted = self.filter_bar.wanted()
        shown = shown_rows(self._rows, wanted, self._owner, self._sorting)
        selected = self.current
        kept = self.model.set_rows(shown.rows)
        if not kept and selected is not None and (at := self.model.row_of(selected.problem)) >= 0:
            self.table.selectRow(at)
        self._show_bar(shown)
        self._show_page(is_filtered=wanted.hides_something)
        self.table.fit_columns()
        self._show_details()

    @property
    def _accepted(self) -> int:
        return sum(row.override is not None for row in self._rows)

    def _show_bar(self, shown: Shown) -> None:
        parts = [(path, path or tr("The package as a whole")) for path in parts_with_problems(self._rows, self._owner)]
        self.filter_bar.show_parts(parts)
        self.filter_bar.show_counts(shown.counts, accepted=self._accepted, fixable=self._count(_is_easy))

    def _show_page(self, *, is_filtered: bool) -> None:
        accepted = self._accepted
        counting = len(self._rows) - accepted
        text = tr("{n} problem is accepted.", "{n} problems are accepted.", n=accepted) if accepted else ""
        self.clean.set_texts(tr("No problems found"), text)
        if self.model.rowCount():
            self._pages.setCurrentWidget(self.splitter)
        elif not self._is_known:
            self._pages.setCurrentWidget(self.looking)
        else:
            self._pages.setCurrentWidget(self.nothing if counting and is_filtered else self.clean)

    @Slot()
    def _show_details(self) -> None:
        current = self.current
        rule = current.problem.rule if current is not None else ""
        alike = self._count(lambda row: row.problem.rule == rule and row.problem.fixable) if rule else 0
        self.details.show_row(current, alike)

    def _count(self, condition: Callable[[ProblemRow], bool]) -> int:
        return sum(row.override is None and condition(row) for row in self._rows)

    # --- composition ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = row(self._head, spacing=GRID)
        top.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID // 2)
        top.addWidget(self.strip, 1)
        fill(top, self.choices)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.table.setMinimumWidth(30 * GRID)
        for page in (self.clean, self.looking, self.nothing, self.splitter):
            self._pages.addWidget(page)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        lines = column(self, spacing=0)
        fill(lines, self._head, self.filter_bar, line)
        lines.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.filter_bar.changed.connect(self._timer.start)
        self._timer.timeout.connect(self._show)
        self.filter_bar.fix_all_wanted.connect(self.fix_all_wanted)
        self.filter_bar.details_toggled.connect(self.details.setVisible)
        self.nothing.triggered.connect(self.filter_bar.clear_filter)
        self.table.row_changed.connect(self._show_details)
        self.table.sorting_wanted.connect(self._on_sorting_wanted)
        for source in (self.table, self.details):
            source.go_wanted.connect(self._on_go_wanted)
            source.fix_wanted.connect(self._on_fix_wanted)
            source.fix_kind_wanted.connect(self._on_fix_kind_wanted)
            source.accept_wanted.connect(self._on_accept_wanted)
            source.count_wanted.connect(self._on_count_wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The verdict also stands in the status bar: where there is no room, the problems need it more.
        self._head.setVisible(event.size().height() >= _LOW)
        is_beside = event.size().width() >= _WIDE or event.size().height() < _TALL
        self.splitter.setOrientation(Qt.Orientation.Horizontal if is_beside else Qt.Orientation.Vertical)

    # --- what the user does ---------------------------------------------------------------------------------------

    @Slot(object)
    def _on_sorting_wanted(self, sorting: Sorting) -> None:
        self._sorting = sorting
        self._show()

    @Slot()
    def _on_go_wanted(self) -> None:
        if self.current is not None:
            self.activated.emit(self.current.problem)

    @Slot()
    def _on_fix_wanted(self) -> None:
        if self.current is not None:
            self.fix_wanted.emit(self.current.problem)

    @Slot()
    def _on_fix_kind_wanted(self) -> None:
        if self.current is not None:
            self.fix_kind_wanted.emit(self.current.problem.rule)

    @Slot()
    def _on_accept_wanted(self) -> None:
        selected = [row.problem for row in self.table.selected_rows() if row.override is None]
        if selected:
            self.accept_wanted.emit(selected)

    @Slot()
    def _on_count_wanted(self) -> None:
        overrides = [row.override for row in self.table.selected_rows() if row.override is not None]
        if overrides:
            self.count_wanted.emit(list(dict.fromkeys(overrides)))


def _is_easy(row: ProblemRow) -> bool:
    """Whether "fix all" would mend it."""
    return row.problem.fixable and not rule_of(row.problem).mend_alone
