"""A small tinted button that says how something stands: green, amber or red, with its sign."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.forms import ICON_AND_GAP, PushButton, restyle
from gui.qt.theme import Theme

_ICONS = {"success": "success", "warning": "warning", "danger": "error"}


class ChipButton(PushButton):
    """`tone` is success, warning or danger; it is told by the sign and the words, too, not by the colour alone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("look", "chip")
        self.setAutoDefault(False)
        self.setIconSize(ICON_AND_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, tone: str, text: str, tip: str) -> None:
        """Say `text`; `tip` says what a click shows."""
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        if self.property("tone") != tone:
            self.setIcon(self._theme.icon(_ICONS[tone], tone))
            restyle(self, "tone", tone)
