"""What DSM says about the package, as a line of chips; and as one chip for the status bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.models.verdicttexts import Chip, chips, summary
from gui.qt.forms import GRID, fill, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.chip import ChipButton
from gui.widgets.verdictpopup import VerdictPopup
from spkcore.checks.verdict import Verdict


class VerdictChip(ChipButton):
    """One chip; a click opens what is behind it."""

    problem_wanted = Signal(object)
    """Problem: a link in what was opened was followed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._verdicts: Sequence[Verdict] = ()
        self.clicked.connect(self.open_popup)

    def show_chip(self, chip: Chip | None) -> None:
        """Show this; None hides it."""
        self.setVisible(chip is not None)
        self._verdicts = chip.verdicts if chip is not None else ()
        if chip is not None:
            self.show_state(chip.tone, chip.text, tr("What Package Center shows, and why"))

    @Slot()
    def open_popup(self) -> VerdictPopup:
        """Show what is behind the chip."""
        popup = VerdictPopup(self._theme, self._verdicts, self)
        popup.problem_wanted.connect(self.problem_wanted)
        popup.open_at(self)
        return popup


class VerdictStrip(QWidget):
    """A chip for each group of releases that say the same; where they have no room, one for all."""

    problem_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chips: list[VerdictChip] = []
        self.all_in_one = self._make_chip()
        self._line = row(self, spacing=GRID)
        fill(self._line, self.all_in_one, None)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("What DSM says"))
        self.show_verdicts(())

    def show_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Show these, oldest release first; none while nothing is known."""
        wanted = chips(verdicts)
        while len(self.chips) < len(wanted):
            made = self._make_chip()
            self.setTabOrder(self.chips[-1] if self.chips else self.all_in_one, made)
            self.chips.append(made)
            self._line.insertWidget(len(self.chips), made)
        for position, chip in enumerate(self.chips):
            chip.show_chip(wanted[position] if position < len(wanted) else None)
        self._count = len(wanted)
        self.all_in_one.show_chip(summary(verdicts))
        self._fit(self.width())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.all_in_one.sizeHint().width() if self._count else 0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._wanted_width(), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """Whether each group has room for its own chip."""
        all_fit = self._wanted_width() <= width
        for chip in self.chips[: self._count]:
            chip.setVisible(all_fit)
        self.all_in_one.setVisible(bool(self._count) and not all_fit)

    def _wanted_width(self) -> int:
        return sum(chip.sizeHint().width() + GRID for chip in self.chips[: self._count])

    def _make_chip(self) -> VerdictChip:
        chip = VerdictChip(self._theme, self)
        chip.problem_wanted.connect(self.problem_wanted)
        return chip
