"""The page that shows a connection attempt while it runs."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from gui.nas.logtexts import step_text
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label, row
from gui.qt.i18n import tr


class ConnectProgress(QWidget):
    """A moving bar, the step that is being done, and Cancel."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._heading = make_label("", "strong")
        self._step = ElidedLabel("", "muted")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setAccessibleName(tr("Connecting"))
        self.cancel_button = make_button(tr("&Cancel"))
        self.cancel_button.clicked.connect(self.cancelled)
        buttons = row()
        fill(buttons, None, self.cancel_button)
        lines = column(self, spacing=GRID)
        fill(lines, None, self._heading, bar, self._step, None, buttons)

    @property
    def step(self) -> str:
        """What is being done."""
        return self._step.text()

    def begin(self, place: str) -> None:
        """Show a fresh attempt."""
        self._heading.setText(tr("Connecting to {place}", place=place))
        self._step.setText(tr("Looking for the NAS"))
        self.cancel_button.setFocus()

    @Slot(str)
    def show_step(self, line: str) -> None:
        """Show what is being done, by a line of the session log."""
        self._step.setText(step_text(line))
