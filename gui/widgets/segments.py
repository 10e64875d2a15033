"""A few choices side by side of which one holds, such as the DSM whose look is shown. Arrow keys go through them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.qt.forms import GRID, ToolButton

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class _Segment(ToolButton):
    """Leaves the arrow keys to the whole."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Segments(QWidget):
    """`chosen_changed` tells the value that the user chose."""

    chosen_changed = Signal(object)

    def __init__(self, choices: Sequence[tuple[object, str]], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._values = [value for value, _text in choices]
        self.buttons: list[QToolButton] = []
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID // 2)
        for at, (_value, text) in enumerate(choices):
            button = _Segment()
            button.setText(text)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setProperty("look", "toggle")
            button.setAccessibleName(f"{name}: {text}")
            button.clicked.connect(partial(self._on_clicked, at))
            line.addWidget(button)
            self.buttons.append(button)
        self.buttons[0].setChecked(True)

    @property
    def chosen(self) -> object:
        """The value that holds."""
        at = next(at for at, button in enumerate(self.buttons) if button.isChecked())
        return self._values[at]

    def choose(self, value: object) -> None:
        """Let this value hold, without telling anybody."""
        self.buttons[self._values.index(value)].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        at = (self._values.index(self.chosen) + step) % len(self.buttons)
        self.buttons[at].setFocus()
        self.buttons[at].click()

    def _on_clicked(self, at: int, _checked: bool = False) -> None:
        self.chosen_changed.emit(self._values[at])
