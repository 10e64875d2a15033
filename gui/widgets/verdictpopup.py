"""What opens below a chip of the verdict: what Package Center shows, the log's words, why, and links to the causes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.models.problems import place_text
from gui.models.verdicttexts import Chip, causes, chips, lines
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_line
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.chip import ChipButton
from spkcore.checks.engine import Problem
from spkcore.checks.verdict import Verdict

_WIDTH = 62 * GRID
_MOST_CAUSES = 6


class VerdictPopup(QFrame):
    """Lives until it is closed: by Esc, by a click elsewhere, or because one of its links was followed."""

    problem_wanted = Signal(object)
    """Problem: a link was followed."""

    def __init__(self, theme: Theme, verdicts: Sequence[Verdict], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("What DSM says"))
        self.links: list[QPushButton] = []
        self._body = body = QWidget()
        body.setFixedWidth(_WIDTH)
        self._lines = column(body, margin=2 * GRID, spacing=GRID)
        for position, chip in enumerate(chips(verdicts)):
            if position:
                fill(self._lines, make_line())
            self._add_group(chip)
        self._area = QScrollArea()
        self._area.setWidget(body)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2, 2, 2, 2)
        outer.addWidget(self._area)

    def open_at(self, anchor: QWidget) -> None:
        """Show it above or below `anchor`, wherever there is room."""
        wanted = (
            self._lines.totalHeightForWidth(_WIDTH)
            if self._lines.hasHeightForWidth()
            else self._body.sizeHint().height()
        )
        self._body.resize(_WIDTH, wanted)
        screen = anchor.screen().availableGeometry()
        height = min(wanted + 6, screen.height() * 2 // 3)
        bar = self._area.verticalScrollBar().sizeHint().width() if height < wanted + 6 else 0
        self.resize(_WIDTH + 6 + bar, height)
        place = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
        if place.y() + height > screen.bottom():
            place.setY(anchor.mapToGlobal(QPoint(0, 0)).y() - height - 4)
        place.setX(max(min(place.x(), screen.right() - self.width()), screen.left()))
        place.setY(max(place.y(), screen.top()))
        self.move(place)
        self.show()
        (self.links[0] if self.links else self).setFocus()

    def _add_group(self, chip: Chip) -> None:
        heading = ChipButton(self._theme)
        heading.show_state(chip.tone, chip.text, "")
        heading.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        heading.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines.addWidget(heading, 0, Qt.AlignmentFlag.AlignLeft)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 16 * GRID)
        for line in lines(chip.verdicts):
            self._add_line(grid, line.label, line.text)
        self._add_causes(grid, causes(chip.verdicts))
        if grid.count():
            self._lines.addLayout(grid)

    @staticmethod
    def _add_line(grid: QGridLayout, label: str, text: str) -> None:
        words = make_label(text, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = grid.rowCount()
        grid.addWidget(make_label(label, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, row, 1)

    def _add_causes(self, grid: QGridLayout, problems: Sequence[Problem]) -> None:
        if not problems:
            return
        row = grid.rowCount()
        title = tr("The problem behind it", "The problems behind it", n=len(problems))
        grid.addWidget(make_label(title, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        links = column(spacing=2)
        for problem in problems[:_MOST_CAUSES]:
            links.addWidget(self._link(problem), 0, Qt.AlignmentFlag.AlignLeft)
        more = len(problems) - _MOST_CAUSES
        if more > 0:
            fill(links, make_label(tr("and {n} more", "and {n} more", n=more), "muted"))
        grid.addLayout(links, row, 1)

    def _link(self, problem: Problem) -> QPushButton:
        button = make_button(f"{place_text(problem)} · {problem.rule}", "link")
        button.setToolTip(problem.message)
        button.setAccessibleDescription(problem.message)
        button.clicked.connect(partial(self._follow, problem))
        self.links.append(button)
        return button

    def _follow(self, problem: Problem, _checked: bool = False) -> None:
        self.problem_wanted.emit(problem)
        self.close()
