"""A line above editors that have no place for problems of their own: what is wrong with the part, and its fix."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from gui.models.problems import SEVERITIES, SEVERITY_ICONS
from gui.models.problemtexts import fix_text
from gui.qt.forms import GRID, fill, make_button, make_label, restyle, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.flow import FoldingRow
from spkcore.checks.engine import Problem

_TONES = {"error": "danger", "warning": "warning", "info": "info"}
_LETTERS = 30
"""What the text needs; where the buttons leave less, they go below it."""


class PartProblems(QFrame):
    """Says the worst problem of a part, and how many more there are; hidden while there is none."""

    fix_wanted = Signal(object)
    """Problem"""
    problem_wanted = Signal(object)
    """Problem: show it in the list."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problem: Problem | None = None
        self.setProperty("role", "banner")
        self._icon = QLabel()
        self.text = make_label(wrap=True)
        self.fix = make_button("")
        self.why = make_button(tr("Why?"))
        self.fix.clicked.connect(self._on_fix)
        self.why.clicked.connect(self._on_why)
        theme.changed.connect(self._paint)
        line = row(self, spacing=GRID)
        line.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        fill(line, self._icon)
        line.addLayout(FoldingRow(self.text, self.fix, self.why, least=_LETTERS, spacing=GRID), 1)
        self.hide()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the worst of these."""
        self._problem = min(problems, key=_rank, default=None)
        self.setVisible(self._problem is not None)
        if self._problem is None:
            return
        more = len(problems) - 1
        others = " " + tr("And {n} more problem.", "And {n} more problems.", n=more) if more else ""
        fix = fix_text(self._problem)
        self.text.setText(self._problem.message + others)
        self.setAccessibleName(self.text.text())
        self.fix.setVisible(bool(fix))
        self.fix.setText(tr("Fix: {what}", what=fix))
        restyle(self, "tone", _TONES[str(self._problem.severity)])
        self._paint()

    @Slot()
    def _paint(self) -> None:
        if self._problem is not None:
            names = SEVERITY_ICONS[str(self._problem.severity)]
            self._icon.setPixmap(self._theme.icon(*names).pixmap(QSize(18, 18)))

    @Slot()
    def _on_fix(self) -> None:
        self.fix_wanted.emit(self._problem)

    @Slot()
    def _on_why(self) -> None:
        self.problem_wanted.emit(self._problem)


def _rank(problem: Problem) -> int:
    return SEVERITIES.index(str(problem.severity))
