"""Follows the keyboard focus: a move ends the merging of what is typed, and Ctrl+Z means the whole package."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.windows.main import MainWindow


class FocusWatch(QObject):
    """Ends the merging of what is typed whenever the focus moves, and keeps Ctrl+Z for the whole package."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None

    @Slot(QWidget, QWidget)
    def on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Connected to QApplication.focusChanged."""
        document = self._window.workbench.document
        if document is not None:
            document.break_merging()
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._on_destroyed)
            self._watched = None
        page = self._window.package_page
        if new is not None and page is not None and page.isAncestorOf(new):
            new.installEventFilter(self)
            new.destroyed.connect(self._on_destroyed)
            self._watched = new

    @Slot()
    def _on_destroyed(self) -> None:
        self._watched = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_undo(event):
            # Fields have an undo of their own, which knows nothing of the package: it must not get these keys.
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    @staticmethod
    def _is_undo(event: QEvent) -> bool:
        keys = QKeySequence.StandardKey
        return isinstance(event, QKeyEvent) and (event.matches(keys.Undo) or event.matches(keys.Redo))
