"""Bookmarks in a text: lines to come back to. They move with the text and last as long as its editor."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QTextCursor

from gui.qt.i18n import tr
from gui.widgets.codeeditor import CodeEditor


class Bookmarks(QObject):
    """Of one editor. Ctrl+F2 sets or takes one away, F2 and Shift+F2 go to the next and the previous."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._cursors: list[QTextCursor] = []
        self.toggle_action = self._action(tr("Set or remove bookmark"), "Ctrl+F2")
        self.next_action = self._action(tr("Next bookmark"), "F2")
        self.previous_action = self._action(tr("Previous bookmark"), "Shift+F2")
        self.toggle_action.triggered.connect(self.toggle)
        self.next_action.triggered.connect(self.go_on)
        self.previous_action.triggered.connect(self.go_back)
        editor.document().contentsChanged.connect(self._show)

    @property
    def lines(self) -> list[int]:
        """The lines (from 1) that have one."""
        return sorted({cursor.blockNumber() + 1 for cursor in self._cursors})

    @Slot()
    def toggle(self) -> None:
        """Set a bookmark at the caret's line, or take the one there away."""
        line = self._editor.caret()[0]
        kept = [cursor for cursor in self._cursors if cursor.blockNumber() + 1 != line]
        if len(kept) == len(self._cursors):
            kept.append(QTextCursor(self._editor.textCursor().block()))
        self._cursors = kept
        self._show()

    @Slot()
    def go_on(self) -> None:
        """Go to the next one, around the end."""
        line = self._editor.caret()[0]
        self._go([*(item for item in self.lines if item > line), *self.lines])

    @Slot()
    def go_back(self) -> None:
        """Go to the one before, around the start."""
        line = self._editor.caret()[0]
        before = [item for item in self.lines if item < line]
        self._go([*reversed(before), *reversed(self.lines)])

    def _go(self, candidates: list[int]) -> None:
        if candidates:
            self._editor.go_to(candidates[0])

    @Slot()
    def _show(self) -> None:
        self._editor.margin.set_bookmarks(frozenset(line - 1 for line in self.lines))

    def _action(self, text: str, keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._editor.addAction(action)
        return action
