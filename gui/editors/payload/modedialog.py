"""The dialog that sets the mode of payload entries, for those who work without the pane of properties."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.dialogs.base import BaseDialog
from gui.editors.payload.permissions import PermissionBoxes
from gui.models.payloadtree import parse_mode
from gui.qt.forms import make_button
from gui.qt.i18n import tr


class ModeDialog(BaseDialog):
    """Opened with `open`; `chosen` brings which permission bits are set to what."""

    chosen = Signal(int, int)
    """mask, bits"""

    def __init__(self, what: str, all_on: int, any_on: int, parent: QWidget) -> None:
        super().__init__(tr("Mode"), parent, tr("Who may do what with {what}", what=what))
        self._mask = self._bits = 0
        self.permissions = PermissionBoxes()
        self.permissions.show_bits(all_on, any_on)
        self.permissions.edited.connect(self._on_edited)
        self.permissions.number.textEdited.connect(self._on_number_edited)
        self.body.addWidget(self.permissions)
        self.boxes, self.number = self.permissions.boxes, self.permissions.number
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.ok = self.add_button(make_button(tr("Set"), "primary"), default=True)
        self.ok.clicked.connect(self._on_ok)

    @Slot(int, int)
    def _on_edited(self, mask: int, bits: int) -> None:
        self._bits = self._bits & ~mask | bits
        self._mask |= mask
        self.ok.setEnabled(True)

    @Slot(str)
    def _on_number_edited(self, text: str) -> None:
        self.ok.setEnabled(parse_mode(text) is not None)

    @Slot()
    def _on_ok(self) -> None:
        if self._mask:
            self.chosen.emit(self._mask, self._bits)
        self.accept()
