"""The dialog that sets the mode of payload entries: boxes for who may do what, and the number."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from gui.dialogs.base import BaseDialog
from gui.models.payloadtree import parse_mode
from gui.qt.forms import GRID, make_button, make_label
from gui.qt.i18n import tr


class ModeDialog(BaseDialog):
    """Opened with `open`; `chosen` brings the permission bits."""

    chosen = Signal(int)

    def __init__(self, what: str, permissions: int, parent: QWidget) -> None:
        super().__init__(tr("Mode"), parent, tr("Who may do what with {what}", what=what))
        self._special = permissions & ~0o777
        self.number = QLineEdit(f"{permissions:03o}")
        self.number.setMaxLength(4)
        self.number.setMaximumWidth(12 * GRID)
        self.number.setAccessibleName(tr("Mode as an octal number"))
        self.boxes: dict[int, QCheckBox] = {}
        self._lay_out()
        self.ok = self.add_button(make_button(tr("Set"), "primary"), default=True)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.ok.clicked.connect(self._on_ok)
        self.number.textEdited.connect(self._on_number_edited)
        self._show(permissions)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        rows = ((6, tr("Owner")), (3, tr("Group")), (0, tr("Everyone else")))
        columns = ((4, tr("read")), (2, tr("write")), (1, tr("run")))
        for line, (shift, who) in enumerate(rows):
            grid.addWidget(make_label(who), line, 0)
            for place, (bit, what) in enumerate(columns, start=1):
                box = QCheckBox(what)
                box.setAccessibleName(f"{who}: {what}")
                box.clicked.connect(self._on_box_clicked)
                self.boxes[bit << shift] = box
                grid.addWidget(box, line, place)
        grid.addWidget(make_label(tr("Number")), 3, 0)
        grid.addWidget(self.number, 3, 1, 1, 2)
        self.body.addLayout(grid)

    @Slot()
    def _on_box_clicked(self) -> None:
        bits = self._special | sum(bit for bit, box in self.boxes.items() if box.isChecked())
        self.number.setText(f"{bits:03o}")
        self.ok.setEnabled(True)

    @Slot(str)
    def _on_number_edited(self, text: str) -> None:
        bits = parse_mode(text)
        self.ok.setEnabled(bits is not None)
        if bits is not None:
            self._show(bits)

    @Slot()
    def _on_ok(self) -> None:
        bits = parse_mode(self.number.text())
        if bits is not None:
            self.chosen.emit(bits)
            self.accept()

    def _show(self, permissions: int) -> None:
        self._special = permissions & ~0o777
        for bit, box in self.boxes.items():
            box.setChecked(bool(permissions & bit))
