"""What all dialogs share: they never block, die when closed, and close on Esc."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.qt.forms import GRID, column, fill, make_label, row


class BaseDialog(QDialog):
    """A column for the content and a line of buttons below it, the main one at the right end."""

    def __init__(self, title: str, parent: QWidget | None, heading: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._outer = outer = column(self, margin=3 * GRID, spacing=2 * GRID)
        if heading:
            outer.addWidget(make_label(heading, "heading", wrap=True))
        self.body: QVBoxLayout = column(spacing=GRID)
        outer.addLayout(self.body, 1)
        self._buttons: QHBoxLayout = row(spacing=GRID)
        self._buttons.setContentsMargins(0, GRID, 0, 0)
        fill(self._buttons, None)

    def add_button(self, button: QPushButton, default: bool = False) -> QPushButton:
        """Put a button at the right end of the button line; Enter presses the default one."""
        self._place_buttons()
        self._buttons.addWidget(button)
        button.setAutoDefault(default)
        button.setDefault(default)
        return button

    def showEvent(self, event: QShowEvent) -> None:
        self.fit_height()
        super().showEvent(event)

    def fit_height(self) -> None:
        """As high as the content wants, and wider where the screen is not high enough for that.

        Wrapped texts make Qt guess: ask again when the width is known.
        """
        self._outer.activate()
        if self._outer.hasHeightForWidth():
            room = self.screen().availableSize() - QSize(6 * GRID, 6 * GRID)
            width = self.width()
            while self._wanted_height(width) > room.height() and width < room.width():
                width = min(width + 8 * GRID, room.width())
            self.resize(width, min(self._wanted_height(width), room.height()))

    def _wanted_height(self, width: int) -> int:
        return max(self._outer.totalHeightForWidth(width), self.minimumHeight())

    def resize_within_screen(self, wanted: QSize) -> None:
        """As large as `wanted`, or as the screen has room for: letters may be twice their size."""
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.95))

    def add_left(self, widget: QWidget) -> None:
        """Put something at the left end of the button line."""
        self._place_buttons()
        self._buttons.insertWidget(0, widget)

    def _place_buttons(self) -> None:
        """A dialog whose pages have buttons of their own gets no empty line for them."""
        if self._buttons.parent() is None:
            self._outer.addLayout(self._buttons)
