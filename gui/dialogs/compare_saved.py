"""Compares a file of the package with what is saved, and offers to bring the saved one back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, make_button
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.changeview import ChangeView
from spkcore.checks.preview import FilePreview


class CompareDialog(BaseDialog):
    """Shows one file: what was saved is red, what is new is green. Esc closes it."""

    revert_wanted = Signal()

    def __init__(self, item: FilePreview, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(tr("Compare with the saved file"), parent, heading=tr("What changed since the last save"))
        self.view = ChangeView(theme)
        self.view.show_file(item)
        self.body.addWidget(self.view, 1)
        self.revert_button = make_button(tr("Bring the saved file back"), "danger")
        self.revert_button.clicked.connect(self._on_revert)
        self.add_left(self.revert_button)
        close = self.add_button(make_button(tr("Close"), "primary"), default=True)
        close.clicked.connect(self.reject)
        self.resize_within_screen(QSize(100 * GRID, 70 * GRID))
        close.setFocus()

    @Slot()
    def _on_revert(self) -> None:
        self.revert_wanted.emit()
        self.accept()
