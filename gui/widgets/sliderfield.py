"""A slider with its number beside it: for the mouse and for those who know what they want."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSlider, QWidget

from gui.qt.forms import GRID, make_spin_box, row
from gui.qt.i18n import tr


class SliderField(QWidget):
    """A number of percent."""

    value_changed = Signal(int)

    def __init__(self, name: str, maximum: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, maximum)
        self.slider.setAccessibleName(name)
        self.number = make_spin_box(0, maximum)
        self.number.setSuffix(tr(" %"))
        self.number.setAccessibleName(tr("{name} in percent", name=name))
        self.number.ensurePolished()
        self.number.setFixedWidth(max(11 * GRID, self.number.minimumSizeHint().width()))
        line = row(self)
        line.addWidget(self.slider, 1)
        line.addWidget(self.number)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._on_slid)
        self.number.valueChanged.connect(self._on_typed)

    @property
    def value(self) -> int:
        """Percent."""
        return self.slider.value()

    @property
    def share(self) -> float:
        """The same as a share of 1."""
        return self.slider.value() / 100

    def set_value(self, value: int) -> None:
        """Show this number."""
        self.slider.setValue(value)

    @Slot(int)
    def _on_slid(self, value: int) -> None:
        self.number.setValue(value)
        self.value_changed.emit(value)

    @Slot(int)
    def _on_typed(self, value: int) -> None:
        self.slider.setValue(value)
