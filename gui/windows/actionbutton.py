"""A labelled button in the toolbar that runs a command and is greyed out with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QStyleOptionToolButton

from gui.qt.forms import GRID, ToolButton


class ActionButton(ToolButton):
    """Unlike a button with a default action it keeps an icon and a text of its own."""

    def __init__(self, action: QAction, text: str, icon: QIcon, look: str) -> None:
        super().__init__()
        self._action = action
        self.setText(text)
        self.setIcon(icon)
        self.setIconSize(QSize(3 * GRID, 2 * GRID + GRID // 2))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("look", look)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        # Inside a toolbar Qt takes the toolbar's size instead.
        option.iconSize = self.iconSize()

    @Slot()
    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
