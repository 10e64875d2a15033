"""What the window shows while a package is opened: what happens, how far it is, and a way to stop."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_card, make_label, row
from gui.qt.i18n import tr
from gui.qt.progress import progress_text, show_progress
from gui.qt.tasks import Task
from spkcore.base.tasks import Progress


class LoadingPage(QWidget):
    """Follows one task."""

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = make_label("", "heading", wrap=True)
        self._step = ElidedLabel("", "muted")
        self._bar = QProgressBar()
        self._bar.setAccessibleName(tr("Progress"))
        self.cancel_button = make_button(tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancel_clicked)
        card, lines = make_card(3 * GRID)
        card.setFixedWidth(60 * GRID)
        buttons = row()
        fill(buttons, None, self.cancel_button)
        fill(lines, self._title, self._step, self._bar, GRID, buttons)
        outer = column(self, margin=4 * GRID)
        fill(outer, None)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        fill(outer, None)

    @property
    def message(self) -> str:
        """What it says is happening."""
        return self._step.text()

    def follow(self, task: Task) -> None:
        """Show this task from now on."""
        self._title.setText(task.title)
        self._step.setText(tr("Starting"))
        self._bar.setRange(0, 0)
        task.progressed.connect(self._on_progressed)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        show_progress(self._bar, progress)
        self._step.setText(progress_text(progress))
