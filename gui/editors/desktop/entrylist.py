"""The list of desktop entries: keys rename, remove and move them, the mouse drags them to another place."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from gui.editors.desktop.presenter import MenuItem
from gui.qt.forms import GRID
from gui.qt.i18n import tr

POINTER = int(Qt.ItemDataRole.UserRole)


class EntryList(QListWidget):
    """Del removes, F2 renames, Alt+Up and Alt+Down and the mouse move. Lines know the pointer of their entry."""

    remove_wanted = Signal()
    rename_wanted = Signal()
    move_wanted = Signal(str, str)
    """Pointer of the entry, and of the one whose place it takes."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Desktop entries"))
        self.setMinimumWidth(24 * GRID)
        self.setIconSize(QSize(18, 18))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QListWidget.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    @property
    def pointer(self) -> str:
        """The entry that is chosen; empty where there is none."""
        at = self.currentRow()
        return self.pointer_at(at) if at >= 0 else ""

    def pointer_at(self, at: int) -> str:
        """The entry of a line."""
        return str(self.item(at).data(POINTER))

    def show_items(self, items: list[MenuItem]) -> None:
        """Show these; the chosen one stays where it is still there. Tells nobody."""
        pointers, kept = [item.entry.pointer for item in items], self.pointer
        with QSignalBlocker(self):
            if [self.pointer_at(at) for at in range(self.count())] != pointers:
                at = pointers.index(kept) if kept in pointers else min(max(self.currentRow(), 0), len(items) - 1)
                self.clear()
                for pointer in pointers:
                    line = QListWidgetItem()
                    line.setData(POINTER, pointer)
                    self.addItem(line)
                self.setCurrentRow(at)
            for row, item in enumerate(items):
                self.item(row).setText(item.title)

    def select(self, pointer: str) -> None:
        """Choose this entry."""
        for at in range(self.count()):
            if self.pointer_at(at) == pointer:
                self.setCurrentRow(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        elif alt and step:
            self._move(self.currentRow(), self.currentRow() + step)
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The file decides what is shown: the list itself moves nothing."""
        at = self.indexAt(event.position().toPoint()).row()
        above = self.dropIndicatorPosition() == QListWidget.DropIndicatorPosition.AboveItem
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if event.source() not in {self, None}:
            return
        target = self.count() if at < 0 else at if above else at + 1
        self._move(self.currentRow(), target if target <= self.currentRow() else target - 1)

    def _move(self, at: int, new: int) -> None:
        if at >= 0 and at != new and 0 <= new < self.count():
            self.move_wanted.emit(self.pointer_at(at), self.pointer_at(new))
