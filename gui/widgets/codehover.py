"""What happens when the pointer rests on a text, or clicks a name with Ctrl: explanations, and going to places."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from gui.qt.forms import plain_tip
from gui.widgets.codeeditor import CodeEditor
from gui.widgets.codeextras import text_before

Explain = Callable[[int, int], str]
"""Line and column (from 1) → what to say about this place; nothing where there is nothing to say."""


class CodeHover(QObject):
    """Watches the text of one editor. What the margin says about a line is told at the text, too."""

    followed = Signal(int, int)
    """Line and column (from 1) of a name that was clicked with Ctrl."""

    def __init__(self, editor: CodeEditor, explain: Explain | None = None) -> None:
        super().__init__(editor)
        self._editor = editor
        self._explain = explain
        self._viewport = editor.viewport()
        self._viewport.installEventFilter(self)

    def set_explain(self, explain: Explain) -> None:
        """Ask this function from now on."""
        self._explain = explain

    def text_at(self, place: QPoint) -> str:
        """What is said at a place of the viewport."""
        line, column = self.place_at(place)
        if not line:
            return ""
        own = self._explain(line, column) if self._explain is not None else ""
        marks = [mark for mark in self._editor.margin.marks() if mark.line == line]
        return "\n\n".join(text for text in (own, *(mark.message for mark in marks)) if text)

    def place_at(self, place: QPoint) -> tuple[int, int]:
        """Line and column (from 1) of the letter at a place of the viewport; zeros where there is none."""
        cursor = self._editor.cursorForPosition(place)
        box = self._editor.cursorRect(cursor)
        width = self._editor.fontMetrics().averageCharWidth()
        is_near = box.top() <= place.y() <= box.bottom() and abs(box.left() - place.x()) <= 2 * width
        if not is_near:
            return 0, 0
        return cursor.blockNumber() + 1, len(text_before(cursor)) + 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.text_at(event.pos())), self._viewport)
            return True
        if kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            self._follow(event)
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._show_pointer(event)
        return super().eventFilter(watched, event)

    def _follow(self, event: QMouseEvent) -> None:
        is_plain_click = event.button() == Qt.MouseButton.LeftButton and not self._editor.textCursor().hasSelection()
        if is_plain_click and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            line, column = self.place_at(event.position().toPoint())
            if line:
                self.followed.emit(line, column)

    def _show_pointer(self, event: QMouseEvent) -> None:
        """With Ctrl a name is a link."""
        held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shape = Qt.CursorShape.PointingHandCursor if held else Qt.CursorShape.IBeamCursor
        if self._viewport.cursor().shape() != shape:
            self._viewport.setCursor(shape)
