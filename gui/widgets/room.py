"""A pane that stands beside something where there is room for both, and takes its place where there is not."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QWidget


def letters(widget: QWidget, pixels: int, count: int) -> int:
    """The width of so many letters of the widget's font, at least so many pixels."""
    return max(pixels, widget.fontMetrics().averageCharWidth() * count)


def text_lines(widget: QWidget, pixels: int, count: int) -> int:
    """The height of so many lines of the widget's font, at least so many pixels."""
    return max(pixels, widget.fontMetrics().lineSpacing() * count)


class PaneBeside(QObject):
    """One button opens and closes `pane`. In a small window the pane is closed at first, and open in the place of
    `main`. Whoever has the widgets calls `fit` when there may be more or less room.
    """

    toggled = Signal(bool)
    """The user opened or closed the pane where there is room for both: that is worth remembering."""

    def __init__(self, main: QWidget, pane: QWidget, button: QAbstractButton) -> None:
        super().__init__(button)
        self._main, self._pane, self._button = main, pane, button
        self._is_wanted = True
        self.is_alone = False
        """Whether there is room for one of them only."""
        button.toggled.connect(self._on_toggled)

    def set_open(self, is_open: bool) -> None:
        """Whether the pane stands beside the rest where there is room."""
        self._is_wanted = is_open
        if not self.is_alone:
            self._show(is_open=is_open)

    def fit(self, *, has_room: bool) -> None:
        """Whether there is room for both."""
        if has_room is not self.is_alone:
            return
        self.is_alone = not has_room
        self._show(is_open=has_room and self._is_wanted)

    def show_main(self) -> None:
        """Bring the rest back where the pane took its place."""
        if self.is_alone:
            self._show(is_open=False)

    def show_pane(self) -> None:
        """Open the pane."""
        self._button.setChecked(True)

    def _show(self, *, is_open: bool) -> None:
        with QSignalBlocker(self._button):
            self._button.setChecked(is_open)
        # First what comes, then what goes: a moment with neither would move the focus out of both.
        if is_open:
            self._pane.show()
            self._main.setVisible(not self.is_alone)
        else:
            self._main.show()
            self._pane.hide()

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self._show(is_open=is_open)
        if not self.is_alone:
            self._is_wanted = is_open
            self.toggled.emit(is_open)
