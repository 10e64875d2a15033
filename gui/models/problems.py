"""The problems of the package as a table: what is wrong, where, and by which rule; changes row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from gui.qt.forms import plain_tip
from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem
from spkcore.checks.overrides import Override

PROBLEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
SEVERITIES = ("error", "warning", "info")
"""Worst first."""
SEVERITY_ICONS = {"error": ("error", "danger"), "warning": ("warning", "warning"), "info": ("info", "accent")}
MESSAGE, PLACE, RULE = range(3)
"""The columns."""
_MOST_STEPS = 200
"""More single steps than this cost a view more than a new start."""
_LONGEST_SEARCH = 1000
"""Rows; the search for what stayed costs their square at worst."""
Step = tuple[int, int, int, int]
"""Old rows from, to; new rows from, to."""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One row: a problem, and the override that accepts it, if there is one."""

    problem: Problem
    override: Override | None = None

    @property
    def severity(self) -> str:
        """error, warning or info."""
        return str(self.problem.severity)

    @property
    def identity(self) -> tuple[str, str, str, str, bool]:
        """What makes it the same problem when lines above it come and go."""
        problem = self.problem
        return problem.rule, problem.path, problem.field, problem.message, self.override is not None


class ProblemsModel(QAbstractTableModel):
    """Shows rows in the order in which they are given. Rows that stay keep their selection."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = {severity: theme.icon(*names) for severity, names in SEVERITY_ICONS.items()}
        self._accepted = theme.icon("check", "text_faint")
        self._theme = theme
        self._rows: list[ProblemRow] = []

    @property
    def rows(self) -> Sequence[ProblemRow]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Sequence[ProblemRow]) -> bool:
        """Show these instead. Whether the rows that stayed were kept; False after a new start."""
        steps = _steps([row.identity for row in self._rows], [row.identity for row in rows])
        if steps is None:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return False
        for first, last, new_first, new_last in reversed(steps):
            self._replace(first, last, rows[new_first:new_last])
        self._refresh(rows)
        return True

    def row(self, row: int) -> ProblemRow:
        """What stands in this row."""
        return self._rows[row]

    def problem(self, row: int) -> Problem:
        """The problem in this row."""
        return self._rows[row].problem

    def row_of(self, problem: Problem) -> int:
        """The row of an equal problem, or -1."""
        return next((at for at, row in enumerate(self._rows) if row.problem == problem), -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Problem"), tr("Place"), tr("Rule"))[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == MESSAGE:
            return self._icons[row.severity] if row.override is None else self._accepted
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._text(row, index.column()))
        if role == Qt.ItemDataRole.ForegroundRole and (row.override is not None or index.column() != MESSAGE):
            return self._theme.color("text_muted")
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == MESSAGE:
            return spoken_text(row)
        return row.problem if role == PROBLEM_ROLE else None

    @staticmethod
    def _text(row: ProblemRow, column: int) -> str:
        if column == PLACE:
            return place_text(row.problem)
        if column == RULE:
            return row.problem.rule
        if row.override is None:
            return row.problem.message
        return tr("{message} (accepted: {reason})", message=row.problem.message, reason=row.override.reason)

    def _replace(self, first: int, last: int, new: Sequence[ProblemRow]) -> None:
        if last > first:
            self.beginRemoveRows(QModelIndex(), first, last - 1)
            del self._rows[first:last]
            self.endRemoveRows()
        if new:
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._rows[first:first] = new
            self.endInsertRows()

    def _refresh(self, rows: Sequence[ProblemRow]) -> None:
        """The rows that stayed may have moved to other lines."""
        changed = [at for at, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        if changed:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], RULE))


def _steps(old: Sequence[object], new: Sequence[object]) -> list[Step] | None:
    """What to do, to come from `old` to `new`; None where a new start is cheaper."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not old_middle and not new_middle:
        return []
    if not old_middle or not new_middle:
        return [(head, head + len(old_middle), head, head + len(new_middle))]
    if len(old_middle) + len(new_middle) > _LONGEST_SEARCH:
        return None
    codes = SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_opcodes()
    steps = [(head + a, head + b, head + c, head + d) for tag, a, b, c, d in codes if tag != "equal"]
    return steps if len(steps) <= _MOST_STEPS else None


def place_text(problem: Problem) -> str:
    """Where it is: "INFO, line 3, column 7", "conf/resource, /data-share", "Package"."""
    if not problem.path:
        return tr("Package")
    if problem.line and problem.column > 1:
        return tr("{path}, line {line}, column {column}", path=problem.path, line=problem.line, column=problem.column)
    if problem.line:
        return tr("{path}, line {line}", path=problem.path, line=problem.line)
    return f"{problem.path}, {problem.field}" if problem.field else problem.path


def severity_text(problem: Problem) -> str:
    """Its severity in words."""
    texts = {"error": tr("Error"), "warning": tr("Warning"), "info": tr("Note")}
    return texts[str(problem.severity)]


def spoken_text(row: ProblemRow) -> str:
    """The row as a screen reader says it."""
    if row.override is not None:
        return tr("Accepted: {message}", message=row.problem.message)
    return f"{severity_text(row.problem)}: {row.problem.message}"


def copied_text(row: ProblemRow) -> str:
    """The row as a line of plain text."""
    problem = row.problem
    return f"{place_text(problem)}: {severity_text(problem)}: {problem.message} [{problem.rule}]"
