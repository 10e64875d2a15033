"""The second page of a capture: what happens now, what was caught, how far the transfer is, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from gui.nas.capturestate import CaptureState
from gui.nas.filestable import CaughtFilesModel, CaughtFilesView
from gui.qt.announce import announce
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.progress import show_progress
from gui.qt.theme import Theme
from gui.widgets.banner import Banner


class LivePanel(QWidget):
    """Shows a `CaptureState`; cheap enough to be refreshed ten times a second."""

    stop_clicked = Signal()
    cancel_clicked = Signal()

    def __init__(self, theme: Theme, model: CaughtFilesModel) -> None:
        super().__init__()
        self.headline = ElidedLabel("", "title")
        self.hint = make_label("", "muted", wrap=True)
        self.notes = make_label("", "warning", wrap=True)
        self.banner = Banner(theme)
        self.banner.setProperty("inset", True)  # noqa: FBT003 - Qt's own signature
        self._seen_cuts = 0
        self.numbers = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Transfer"))
        self.pull = make_label("", "muted")
        self.stop_button = make_button(tr("&Stop and fetch"), "primary", theme.icon("stop", "accent_text"))
        self.stop_button.setMinimumHeight(5 * GRID)
        self.stop_button.setEnabled(False)
        self.cancel_button = make_button(tr("&Cancel"), "danger")
        self.cancel_button.setMinimumHeight(5 * GRID)
        self.cancel_button.setToolTip(tr("End the capture, clean up on the NAS and bring nothing."))
        self.view = CaughtFilesView(model)
        self._lay_out()
        self.stop_button.clicked.connect(self.stop_clicked)
        self.cancel_button.clicked.connect(self.cancel_clicked)

    def refresh(self, state: CaptureState) -> None:
        """Show `state`."""
        if self.headline.text() != state.headline:
            self.headline.setText(state.headline)
            announce(self.headline, state.headline)
        self.hint.setText(state.hint)
        notes = "\n".join(state.notes)
        if self.notes.text() != notes:
            self.notes.setText(notes)
            announce(self, notes)
        self.notes.setVisible(bool(state.notes))
        self.numbers.setText(state.numbers)
        self._show_connection(state)
        self.stop_button.setEnabled(state.can_stop)
        self.cancel_button.setEnabled(not state.is_cancelled)
        tip = tr("End the catching now and bring what was caught.")
        self.stop_button.setToolTip(tip if state.can_stop else tr("There is nothing to stop at this step."))
        self.pull.setText(state.pull_text if state.is_pulling and state.pull.total else " ")
        if state.is_pulling:
            show_progress(self.bar, state.pull)
        else:
            self.bar.setRange(0, 0)

    def take_focus(self) -> None:
        """The table holds the focus while a capture runs: a stray Space there ends and cancels nothing."""
        self.view.setFocus()

    def _show_connection(self, state: CaptureState) -> None:
        """That it is back is told once, and can be put away."""
        if not state.connection_text:
            self.banner.hide()
        elif state.cuts != self._seen_cuts:
            self.banner.show_message("success", state.connection_text)
            announce(self.banner, state.connection_text)
        self._seen_cuts = state.cuts if state.connection_text else 0

    def _lay_out(self) -> None:
        # The sentence gets the whole width: it is what the user looks for.
        below = row(spacing=2 * GRID)
        below.addWidget(self.hint, 1)
        fill(below, self.cancel_button, self.stop_button)
        figures = row()
        figures.addWidget(self.numbers, 1)
        fill(figures, self.pull)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        lines = column(self, spacing=GRID)
        fill(lines, self.headline, below, self.banner, GRID // 2, self.bar, figures, self.notes)
        lines.addWidget(self.view, 1)
