"""What the editor shows for a script that the package does not have: what it is for, and what it may start with."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.editors.scripts.startchoice import StartChoice
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.emptystate import EmptyState


class MissingScriptPage(EmptyState):
    """An empty state with a choice above its button; the choice is built when the page is shown first."""

    def __init__(self, theme: Theme, path: str, heading: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, "script", heading, text, action=tr("Create it"), parent=parent)
        self._path = path
        self._choice: StartChoice | None = None

    @property
    def choice(self) -> StartChoice:
        """What the script may start with."""
        if self._choice is None:
            self._choice = StartChoice(self._theme, self._path)
            self._choice.setMaximumWidth(80 * GRID)
            lines = self.layout()
            assert isinstance(lines, QVBoxLayout)
            lines.insertWidget(lines.indexOf(self._button), self._choice, 6)
            self.setFocusProxy(self._choice.list)
        return self._choice

    def showEvent(self, event: QShowEvent) -> None:
        self.choice.show()
        super().showEvent(event)
