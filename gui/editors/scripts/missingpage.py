"""What the editor shows for a script that the package does not have: what it is for, and what it may start with."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.editors.scripts.startchoice import StartChoice
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.emptystate import EmptyState


class MissingScriptPage(EmptyState):
    """An empty state with a choice above its button."""

    def __init__(self, theme: Theme, path: str, heading: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, "script", heading, text, action=tr("Create it"), parent=parent)
        self.choice = StartChoice(theme, path)
        self.choice.setMaximumWidth(80 * GRID)
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        button = lines.indexOf(self._button)
        lines.insertWidget(button, self.choice, 6)
        self.setFocusProxy(self.choice.list)
