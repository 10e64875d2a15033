"""The actions of the payload editor and the menu that holds them; what needs a selection is grey without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui.qt.i18n import tr
from gui.qt.theme import Theme


class PayloadMenu(QMenu):
    """The same menu hangs on the button "More" and on the tree."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.open = self._make(tr("Open"), "open", "Return")
        self.new_folder = self._make(tr("New folder"), "folder", "Ins")
        self.add_files = self._make(tr("Add files…"), "plus")
        self.add_folder = self._make(tr("Add a folder…"), "upload")
        self.copy = self._make(tr("Copy"), "copy", "Ctrl+C")
        self.paste = self._make(tr("Paste"), "drop", "Ctrl+V")
        self.rename = self._make(tr("Rename"), "rename", "F2")
        self.mode = self._make(tr("Mode…"), "key")
        self.replace = self._make(tr("Replace the content of this folder…"), "refresh")
        self.compare = self._make(tr("Compare with…"), "list")
        self.export = self._make(tr("Export…"), "download")
        self.remove = self._make(tr("Remove"), "trash", "Del")
        self.addAction(self.open)
        self.addSeparator()
        self.addActions([self.new_folder, self.add_files, self.add_folder, self.replace])
        self.addSeparator()
        self.addActions([self.copy, self.paste, self.rename, self.mode, self.export, self.remove])
        self.addSeparator()
        self.addActions([self.compare])

    def connect_to(self, slots: Sequence[tuple[QAction, Callable[[], object]]]) -> None:
        """Say what the actions do."""
        for action, slot in slots:
            action.triggered.connect(slot)

    def allow(self, *, selected: int, has_file: bool) -> None:
        """Grey out what cannot be done with so many selected entries."""
        for action in (self.copy, self.mode, self.remove, self.export):
            action.setEnabled(selected > 0)
        self.open.setEnabled(has_file)
        self.rename.setEnabled(selected == 1)

    def _make(self, text: str, icon: str, key: str = "") -> QAction:
        # The tree itself listens to the keys; here they are only shown.
        shown = f"{text}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}" if key else text
        return QAction(self._theme.icon(icon), shown, self)
