"""One likely cause of an error: what it means, what to do, how sure that is, and the problems that lead to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from gui.models.problems import place_text
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.checks.explain import Cause
from spkcore.checks.problem import Problem

_MOST_PROBLEMS = 6
_LONGEST = 160


class CauseCard(QFrame):
    """A raised surface; the links in it go to the problems."""

    problem_wanted = Signal(object)
    """Problem"""

    def __init__(self, cause: Cause, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cause = cause
        self.setProperty("role", "card")
        self.setAccessibleName(cause.meaning)
        self.links: list[QPushButton] = []
        lines = column(self, margin=2 * GRID, spacing=GRID // 2)
        head = row(spacing=GRID)
        meaning = make_label(cause.meaning, "strong", wrap=True)
        meaning.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.addWidget(meaning, 1)
        for text in certainty_texts(cause):
            head.addWidget(make_label(text, "keys"), 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(head)
        fill(lines, make_label(cause.advice, wrap=True))
        if cause.said and cause.said != str(cause.code):
            said = cause.said if len(cause.said) <= _LONGEST else f"{cause.said[:_LONGEST]}…"
            fill(lines, make_label(tr("In the text: “{text}”", text=said), "small", wrap=True))
        if cause.problems:
            self._add_problems(lines)

    def _add_problems(self, lines: QVBoxLayout) -> None:
        problems = self.cause.problems
        fill(lines, GRID // 2, make_label(tr("In this package:"), "muted"))
        for problem in problems[:_MOST_PROBLEMS]:
            link = make_button(place_text(problem), "link")
            link.setAccessibleDescription(problem.message)
            link.clicked.connect(partial(self._follow, problem))
            self.links.append(link)
            lines.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            lines.addWidget(make_label(problem.message, wrap=True))
        more = len(problems) - _MOST_PROBLEMS
        if more > 0:
            fill(lines, make_label(tr("and {n} more", "and {n} more", n=more), "muted"))

    def _follow(self, problem: Problem, _checked: bool = False) -> None:
        self.problem_wanted.emit(problem)


def certainty_texts(cause: Cause) -> list[str]:
    """How sure it is, and the code, as short labels."""
    if cause.problems:
        first = tr("Found in this package")
    elif cause.is_certain:
        first = tr("Certain")
    else:
        first = tr("Possible")
    return [first, tr("Code {code}", code=cause.code)] if cause.code else [first]
