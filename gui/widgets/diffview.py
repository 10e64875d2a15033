"""Shows a unified diff: what goes is red with a minus, what comes is green with a plus; follows the look."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.qt.i18n import tr
from gui.qt.theme import Theme

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_MOST_LINES = 3000
"""More than anybody reads; a whole file that goes can have many."""
_COLORS = {"+": ("success_soft", "success"), "-": ("danger_soft", "danger")}


class DiffView(QPlainTextEdit):
    """Read only. Head lines of hunks are told as "Line 12"."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._diff: Sequence[str] = ()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(theme.fixed_font())
        self.setAccessibleName(tr("What changes in the file"))
        theme.changed.connect(self._paint)

    def show_diff(self, diff: Sequence[str]) -> None:
        """Show the lines of a unified diff without its two head lines."""
        self._diff = diff
        self._paint()

    @Slot()
    def _paint(self) -> None:
        self.clear()
        self.setFont(self._theme.fixed_font())
        cursor = QTextCursor(self.document())
        for position, line in enumerate(self._diff[:_MOST_LINES]):
            if position:
                cursor.insertBlock()
            self._insert(cursor, line)
        more = len(self._diff) - _MOST_LINES
        if more > 0:
            cursor.insertBlock()
            cursor.insertText(tr("… and {n} more line", "… and {n} more lines", n=more), self._ink("text_muted"))
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _insert(self, cursor: QTextCursor, line: str) -> None:
        ground, ink = _COLORS.get(line[:1], ("", "text"))
        block = QTextBlockFormat()
        if ground:
            block.setBackground(QColor(self._theme.color(ground)))
        cursor.setBlockFormat(block)
        hunk = _HUNK.match(line)
        if hunk:
            cursor.insertText(tr("Line {line}", line=max(int(hunk[2]), 1)), self._ink("text_muted"))
        else:
            cursor.insertText(f"{line[:1]} {line[1:]}", self._ink(ink))

    def _ink(self, role: str) -> QTextCharFormat:
        result = QTextCharFormat()
        result.setForeground(self._theme.color(role))
        return result
