"""The problems of the package as a table: what is wrong, and where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem

PROBLEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
SEVERITY_ICONS = {"error": ("error", "danger"), "warning": ("warning", "warning"), "info": ("info", "accent")}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_MESSAGE, _PLACE = range(2)
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ProblemsModel(QAbstractTableModel):
    """Worst first, then by place."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = {severity: theme.icon(*names) for severity, names in SEVERITY_ICONS.items()}
        self._problems: list[Problem] = []

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._problems = sorted(problems, key=_rank)
        self.endResetModel()

    def problem(self, row: int) -> Problem:
        """The problem in this row."""
        return self._problems[row]

    def row_of(self, problem: Problem) -> int:
        """The row of an equal problem, or -1."""
        return self._problems.index(problem) if problem in self._problems else -1

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._problems)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Problem"), tr("Place"))[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        problem = self._problems[index.row()]
        is_message = index.column() == _MESSAGE
        if role == Qt.ItemDataRole.DisplayRole:
            return problem.message if is_message else place_text(problem)
        if role == Qt.ItemDataRole.DecorationRole and is_message:
            return self._icons[str(problem.severity)]
        if role == Qt.ItemDataRole.ToolTipRole:
            return problem.message if is_message else place_text(problem)
        if role == Qt.ItemDataRole.AccessibleTextRole and is_message:
            return f"{severity_text(problem)}: {problem.message}"
        return problem if role == PROBLEM_ROLE else None


def place_text(problem: Problem) -> str:
    """Where it is: "INFO, line 3"."""
    if not problem.path:
        return tr("Package")
    if problem.line:
        return tr("{path}, line {line}", path=problem.path, line=problem.line)
    return problem.path


def severity_text(problem: Problem) -> str:
    """Its severity in words."""
    texts = {"error": tr("Error"), "warning": tr("Warning"), "info": tr("Note")}
    return texts[str(problem.severity)]


def _rank(problem: Problem) -> tuple[int, str, int, int]:
    return _ORDER[str(problem.severity)], problem.path, problem.line, problem.column
