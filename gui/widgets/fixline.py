"""The quick fixes of a place as links on one line, below what they mend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.models.problemtexts import fix_text
from gui.qt.forms import make_button
from gui.qt.i18n import tr
from gui.widgets.flow import FlowLayout
from spkcore.checks.engine import Problem


class FixLine(QWidget):
    """Hidden while there is nothing to fix. `fix_wanted` carries the problem."""

    fix_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._line = FlowLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._offered: dict[str, Problem] = {}
        self.hide()

    @property
    def buttons(self) -> list[QPushButton]:
        """The links, in the order of Tab."""
        items = (self._line.itemAt(index) for index in range(self._line.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def show_fixes(self, problems: Sequence[Problem]) -> None:
        """Offer one fix for each kind of these problems. Links that stay keep the focus."""
        kinds = {problem.rule: problem for problem in problems if fix_text(problem)}
        if kinds == self._offered:
            return
        self._offered = kinds
        while (item := self._line.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for problem in kinds.values():
            button = make_button(tr("Fix: {what}", what=fix_text(problem)), "link")
            button.setToolTip(problem.message)
            button.clicked.connect(partial(self._fix, problem))
            self._line.addWidget(button)
        self.setVisible(bool(kinds))

    def _fix(self, problem: Problem, _checked: bool = False) -> None:
        self.fix_wanted.emit(problem)
