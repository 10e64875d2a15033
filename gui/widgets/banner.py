"""A strip above the content that says one thing and offers what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui.qt.forms import GRID, fill, make_button, make_label, make_tool, restyle, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.flow import FoldingRow

_ICONS = {"info": "info", "warning": "warning", "danger": "error", "success": "success"}
_TINTS = {"info": "accent", "warning": "warning", "danger": "danger", "success": "success"}
_LETTERS = 30
"""What the text needs; where the buttons leave less, they go below it."""


class Banner(QFrame):
    """Hidden until `show_message`. `tone` is info, warning, danger or success."""

    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "banner")
        self._icon = QLabel()
        self._text = make_label(wrap=True)
        self._buttons: list[QPushButton] = []
        self._close = make_tool(theme.icon("close"), tr("Hide this message"))
        self._close.clicked.connect(self.dismiss)
        self._line = row(self, spacing=GRID)
        self._line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        self._inner = FoldingRow(self._text, least=_LETTERS, spacing=GRID)
        fill(self._line, self._icon)
        self._line.addLayout(self._inner, 1)
        fill(self._line, self._close)
        self.hide()

    @property
    def message(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_message(self, tone: str, text: str, actions: tuple[tuple[str, Callable[[], object]], ...] = ()) -> None:
        """Say `text` with a button for each of `actions` (text, bound method); a button also hides the banner."""
        self._clear()
        restyle(self, "tone", tone)
        self._icon.setPixmap(self._theme.icon(_ICONS[tone], _TINTS[tone]).pixmap(QSize(20, 20)))
        self._text.setText(text)
        self.setAccessibleName(text)
        for label, handler in actions:
            button = make_button(label)
            button.clicked.connect(handler)
            button.clicked.connect(self.hide)
            self._buttons.append(button)
            self._inner.addWidget(button)
        self.show()

    @Slot()
    def dismiss(self) -> None:
        """Hide it without any of its actions."""
        self.hide()
        self.dismissed.emit()

    def _clear(self) -> None:
        for button in self._buttons:
            self._inner.removeWidget(button)
            button.deleteLater()
        self._buttons.clear()
