"""Boxes for who may do what with files, the special bits, and the octal number in step with them; mixed values too."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from gui.models.payloadtree import parse_mode
from gui.qt.forms import GRID, column, fill, make_label, restyle, row
from gui.qt.i18n import tr

ALL_BITS = 0o7777


class MixedBox(QCheckBox):
    """A box that can show "some of them", which a click never leads back to."""

    def nextCheckState(self) -> None:
        is_on = self.checkState() == Qt.CheckState.Checked
        self.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)


class PermissionBoxes(QWidget):
    """Shows the bits that all of some files have, and those that only some have."""

    edited = Signal(int, int)
    """mask, bits: these bits were ticked or typed. Every keystroke of the number counts."""
    committed = Signal(int, int)
    """The same when a box was ticked or the number is finished."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[int, MixedBox] = {}
        self.number = QLineEdit()
        self.number.setMaxLength(4)
        self.number.setMaximumWidth(10 * GRID)
        self.number.setAccessibleName(tr("Mode as an octal number"))
        self.number.textEdited.connect(self._on_number_edited)
        self.number.editingFinished.connect(self._on_number_finished)
        self._shown = ""
        self._lay_out()

    def show_bits(self, all_on: int, any_on: int) -> None:
        """`all_on` are the bits that every file has, `any_on` those that at least one has."""
        for bit, box in self.boxes.items():
            with QSignalBlocker(box):
                state = Qt.CheckState.Checked if all_on & bit else Qt.CheckState.Unchecked
                box.setCheckState(state if all_on & bit or not any_on & bit else Qt.CheckState.PartiallyChecked)
        self._shown = f"{all_on:03o}" if all_on == any_on else ""
        self.number.setText(self._shown)
        self.number.setPlaceholderText("" if self._shown else tr("mixed"))
        restyle(self.number, "state", "")

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(0)
        rows = ((6, tr("Owner")), (3, tr("Group")), (0, tr("Others")))
        columns = ((4, tr("read")), (2, tr("write")), (1, tr("run")))
        for line, (shift, who) in enumerate(rows):
            grid.addWidget(make_label(who), line, 0)
            for place, (bit, what) in enumerate(columns, start=1):
                grid.addWidget(self._box(bit << shift, what, f"{who}: {what}"), line, place)
        grid.setColumnStretch(4, 1)
        special = column(spacing=0)
        fill(
            special,
            self._box(0o4000, tr("Runs as its owner (setuid)"), ""),
            self._box(0o2000, tr("Runs as its group (setgid)"), ""),
            self._box(0o1000, tr("Only owners delete (sticky)"), ""),
        )
        number = row(spacing=GRID)
        fill(number, make_label(tr("Number")), self.number, None)
        lines = column(self, spacing=GRID // 2)
        fill(lines, grid, special, number)

    def _box(self, bit: int, text: str, name: str) -> MixedBox:
        box = MixedBox(text)
        box.setAccessibleName(name or text)
        box.clicked.connect(self._on_box_clicked)
        self.boxes[bit] = box
        return box

    @Slot()
    def _on_box_clicked(self) -> None:
        box = self.sender()
        bit = next(bit for bit, other in self.boxes.items() if other is box)
        bits = bit if self.boxes[bit].isChecked() else 0
        self._show_number()
        self.edited.emit(bit, bits)
        self.committed.emit(bit, bits)

    @Slot(str)
    def _on_number_edited(self, text: str) -> None:
        bits = parse_mode(text)
        restyle(self.number, "state", "error" if bits is None else "")
        if bits is not None:
            for bit, box in self.boxes.items():
                box.setCheckState(Qt.CheckState.Checked if bits & bit else Qt.CheckState.Unchecked)
            self.edited.emit(ALL_BITS, bits)

    @Slot()
    def _on_number_finished(self) -> None:
        bits = parse_mode(self.number.text())
        if bits is not None and self.number.text() != self._shown:
            self._shown = self.number.text()
            self.committed.emit(ALL_BITS, bits)

    def _show_number(self) -> None:
        states = {box.checkState() for box in self.boxes.values()}
        if Qt.CheckState.PartiallyChecked not in states:
            self._shown = f"{sum(bit for bit, box in self.boxes.items() if box.isChecked()):03o}"
            self.number.setText(self._shown)
