"""Title bars in the colour of the look: of the main window, of dialogs, and of both when the look changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

from gui.qt.theme import Theme
from gui.services.desktop import Desktop


class TitleBars(QObject):
    """Qt colours the bars of new windows by the palette on most versions of Windows; this holds for all of them, and
    for windows that are open while the look changes."""

    def __init__(self, application: QApplication, theme: Theme, desktop: Desktop, parent: QObject) -> None:
        super().__init__(parent)
        self._application = application
        self._theme = theme
        self._desktop = desktop
        theme.changed.connect(self.update)
        application.focusWindowChanged.connect(self._on_focus_window_changed)

    @Slot()
    def update(self) -> None:
        """Colour the bars of all windows that are there."""
        for window in self._application.topLevelWidgets():
            if window.isVisible():
                self._color(window)

    @Slot(QWindow)
    def _on_focus_window_changed(self, _window: QWindow | None) -> None:
        active = self._application.activeWindow()
        if active is not None:
            self._color(active)

    def _color(self, window: QWidget) -> None:
        self._desktop.set_title_bar(window, self._theme.is_dark)
