"""A text editor for scripts, JSON and INFO: line numbers, colours, marks, completion; undo is the document's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontDatabase,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QWidget

from gui.qt.i18n import tr
from gui.widgets import codeedits
from gui.widgets.codecolors import code_colors
from gui.widgets.codeextras import CodeExtras, edit_lines, text_before, units_in
from gui.widgets.codemargin import Margin, Mark
from gui.widgets.completion import Completer, Completion
from gui.widgets.highlighter import Highlighter
from gui.widgets.textpositions import TextPositions, common_edges

_COMPLETE_FROM = 3
"""Letters typed before names are offered; one after a $ is enough."""
TYPED, AT_ONCE = "typed", "at once"
_SMALLEST, _LARGEST = 6.0, 40.0
_KEYS = QKeySequence.StandardKey


class CodeEditor(QPlainTextEdit):
    """Edits one text. The document's undo stack is the only one: the owner pushes what `edited` announces and answers
    `undo_wanted` and `redo_wanted`."""

    edited = Signal(str)
    """The user changed the text: `TYPED`, which may merge with the typing before it, or `AT_ONCE`."""
    undo_wanted = Signal()
    redo_wanted = Signal()
    find_wanted = Signal()
    replace_wanted = Signal()
    find_next_wanted = Signal()
    find_previous_wanted = Signal()
    go_to_wanted = Signal()
    focus_left = Signal()
    menu_opening = Signal(QMenu, int)
    """The context menu is about to open at this line (from 1): the owner may put actions of its own on top."""

    def __init__(self, language: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._text = ""
        self._positions = TextPositions("")
        self._loading = False
        self._typing = False
        self._zoom = 0.0
        self._difference: QTextCursor | None = None
        self.setUndoRedoEnabled(False)
        self.setProperty("role", "code")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.margin = Margin(self, self)
        self.mark_clicked = self.margin.mark_clicked
        self._extras = CodeExtras(self)
        self._completer = Completer(self)
        self._highlighter = Highlighter(self.document(), language, code_colors(self.palette()))
        self._connect()
        self._fit_margin()
        self._set_tab_width()

    def _connect(self) -> None:
        self.document().contentsChanged.connect(self._on_contents_changed)
        self.blockCountChanged.connect(self._on_block_count_changed)
        self.updateRequest.connect(self._on_update_request)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self._completer.activated.connect(self._on_completion_chosen)

    # ------------------------------------------------------------------------------------------ text

    def text(self) -> str:
        r"""The text as it stands; lines are separated by "\n"."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`, changing only what differs, so that caret and scroll position stay."""
        if text == self._text:
            return
        head, tail = common_edges(self._text, text)
        start, end = self._positions.to_units(head), self._positions.to_units(len(self._text) - tail)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        was_empty = not self._text
        self._loading = True
        cursor.insertText(text[head : len(text) - tail])
        self._loading = False
        self._remember(text)
        self._difference = None if was_empty else cursor
        if was_empty:
            self.moveCursor(QTextCursor.MoveOperation.Start)
        self._refresh_extras()

    def show_difference(self) -> None:
        """Move the caret, once, to the end of what the last `set_text` changed: after undo the user sees what it
        did."""
        if self._difference is not None:
            self.setTextCursor(self._difference)
            self.centerCursor()
            self._difference = None

    def replace_all(self, text: str) -> None:
        """Make `text` the content as one edit of the user's."""
        if text != self._text:
            self.set_text(text)
            self.edited.emit(AT_ONCE)

    def is_highlighting(self) -> bool:
        """Whether some lines wait for their colours."""
        return self._highlighter.is_busy

    # ------------------------------------------------------------------------------------------ places

    def caret(self) -> tuple[int, int]:
        """Line and column of the caret, from 1."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, len(text_before(cursor)) + 1

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the caret there and show it; beyond the end means the end."""
        block = self.document().findBlockByNumber(min(max(line, 1), self.blockCount()) - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + units_in(block, max(column, 1) - 1))
        self.setTextCursor(cursor)
        self.centerCursor()

    def selection(self) -> tuple[int, int]:
        """Start and end of the selection, as indices of `text()`."""
        cursor = self.textCursor()
        to_index = self._positions.to_index
        return to_index(cursor.selectionStart()), to_index(cursor.selectionEnd())

    def select(self, start: int, end: int) -> None:
        """Select from index `start` to `end` and show it."""
        cursor = self.textCursor()
        cursor.setPosition(self._positions.to_units(start))
        cursor.setPosition(self._positions.to_units(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def visible_lines(self) -> list[tuple[int, QRectF]]:
        """The lines on the screen: number from 0, place in the viewport."""
        lines = []
        block = self.firstVisibleBlock()
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and place.top() <= self.viewport().height():
            lines.append((block.blockNumber(), place))
            block = block.next()
            place = QRectF(place.left(), place.bottom(), place.width(), self.blockBoundingRect(block).height())
        return lines

    # ------------------------------------------------------------------------------------------ marks and extras

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these problems in the margin and underline their places."""
        self._extras.marks = list(marks)
        self.margin.set_marks(self._extras.marks)
        self._refresh_extras()

    def mark_explanation(self, line: int) -> str:
        """What the margin says about `line` (from 1)."""
        return self.margin.explanation(line - 1)

    def set_found(self, found: Sequence[tuple[int, int]]) -> None:
        """Mark these index ranges as search results."""
        self._extras.found = list(found)
        self._refresh_extras()

    def set_completions(self, completions: list[Completion]) -> None:
        """Names to offer while typing."""
        self._completer.set_completions(completions, self)

    def zoom(self, steps: float) -> None:
        """Make the letters larger (or smaller) by `steps` points; 0 is the normal size again."""
        base = self.font().pointSizeF() - self._zoom
        self._zoom = min(max(base + self._zoom + steps, _SMALLEST), _LARGEST) - base if steps else 0.0
        font = QFont(self.font())
        font.setPointSizeF(base + self._zoom)
        self.setFont(font)

    def set_base_font(self, font: QFont) -> None:
        """Use this font; what the user zoomed stays."""
        zoomed = QFont(font)
        zoomed.setPointSizeF(font.pointSizeF() + self._zoom)
        self.setFont(zoomed)

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_contents_changed(self) -> None:
        """Qt also says so when only colours changed."""
        if self._loading:
            return
        text = self.document().toRawText().replace("\u2029", "\n")
        if text != self._text:
            self._remember(text)
            self._extras.found = []
            self.edited.emit(TYPED if self._typing else AT_ONCE)

    @Slot()
    def _on_block_count_changed(self) -> None:
        self._fit_margin()

    @Slot(QRect, int)
    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if dy:
            self.margin.scroll(0, dy)
        else:
            self.margin.update(0, rect.y(), self.margin.width(), rect.height())

    @Slot()
    def _on_cursor_moved(self) -> None:
        if not self._loading:
            self._refresh_extras()
        self.margin.update()

    @Slot(str)
    def _on_completion_chosen(self, name: str) -> None:
        cursor = self.textCursor()
        before = text_before(self.textCursor())
        cursor.setPosition(cursor.position() - len(codeedits.word_before(before)), QTextCursor.MoveMode.KeepAnchor)
        self._as_typing(cursor.insertText, name)

    # ------------------------------------------------------------------------------------------ keys

    def _as_typing(self, act: Callable[..., object], *arguments: object) -> None:
        self._typing = True
        try:
            act(*arguments)
        finally:
            self._typing = False

    def _plain_key(self, event: QKeyEvent) -> None:
        block_edit = any(event.matches(key) for key in (_KEYS.Paste, _KEYS.Cut))
        if block_edit:
            super().keyPressEvent(event)
            return
        self._as_typing(super().keyPressEvent, event)
        self._offer_names(event)

    def _command_for(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What this key does beside typing."""
        standard: list[tuple[QKeySequence.StandardKey, Callable[[], object]]] = [
            (_KEYS.Undo, self.undo_wanted.emit),
            (_KEYS.Redo, self.redo_wanted.emit),
        ]
        for key, act in standard:
            if event.matches(key):
                return act
        combination = event.keyCombination()
        return self._shortcuts().get(
            (combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key())
        )

    def _shortcuts(self) -> dict[tuple[Qt.KeyboardModifier, int], Callable[[], object]]:
        control, shift, none = (
            Qt.KeyboardModifier.ControlModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.NoModifier,
        )
        key = Qt.Key
        return {
            (control | shift, key.Key_Z): self.redo_wanted.emit,
            (control, key.Key_F): self.find_wanted.emit,
            (control, key.Key_H): self.replace_wanted.emit,
            (control, key.Key_G): self.go_to_wanted.emit,
            (none, key.Key_F3): self.find_next_wanted.emit,
            (shift, key.Key_F3): self.find_previous_wanted.emit,
            (control, key.Key_Space): self._offer_all_names,
            (control, key.Key_Slash): self._toggle_comment,
            (control, key.Key_Plus): self._zoom_in,
            (control, key.Key_Equal): self._zoom_in,
            (control, key.Key_Minus): self._zoom_out,
            (control, key.Key_0): self._zoom_off,
            (none, key.Key_Tab): self._indent,
            (shift, key.Key_Backtab): self._unindent,
            (none, key.Key_Return): self._new_line,
            (none, key.Key_Enter): self._new_line,
        }

    def _zoom_in(self) -> None:
        self.zoom(1)

    def _zoom_out(self) -> None:
        self.zoom(-1)

    def _zoom_off(self) -> None:
        self.zoom(0)

    def _new_line(self) -> None:
        cursor = self.textCursor()
        indent = codeedits.next_indent(text_before(cursor), codeedits.indent_unit(self._text))
        self._as_typing(cursor.insertText, "\n" + indent)
        self.ensureCursorVisible()

    def _indent(self) -> None:
        unit = codeedits.indent_unit(self._text)
        if self.textCursor().hasSelection() and "\u2029" in self.textCursor().selectedText():
            edit_lines(self, codeedits.indented, unit)
        else:
            self._as_typing(self.textCursor().insertText, unit)

    def _unindent(self) -> None:
        edit_lines(self, codeedits.unindented, codeedits.indent_unit(self._text))

    def _toggle_comment(self) -> None:
        if self._language in {"shell", "ini"}:
            edit_lines(self, codeedits.toggled_comment, "#")

    # ------------------------------------------------------------------------------------------ completion

    def _offer_names(self, event: QKeyEvent) -> None:
        if not event.text().strip() and not self._completer.is_open():
            return
        before = text_before(self.textCursor())
        word = codeedits.word_before(before)
        after_dollar = before[: len(before) - len(word)].endswith(("$", "${"))
        if (word and after_dollar) or len(word) >= _COMPLETE_FROM:
            self._completer.offer(word, self.cursorRect())
        else:
            self._completer.close()

    def _offer_all_names(self) -> None:
        self._completer.offer(codeedits.word_before(text_before(self.textCursor())), self.cursorRect())

    # ------------------------------------------------------------------------------------------ inner state

    def _remember(self, text: str) -> None:
        self._text = text
        self._positions = TextPositions(text)

    def _refresh_extras(self) -> None:
        self.setExtraSelections(self._extras.selections(self._text, self._positions))

    def _fit_margin(self) -> None:
        width = self.margin.wanted_width()
        self.setViewportMargins(width, 0, 0, 0)
        inner = self.contentsRect()
        self.margin.setGeometry(inner.left(), inner.top(), width, inner.height())

    def _set_tab_width(self) -> None:
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 4.0)

    # ------------------------------------------------------------------------------------------ Qt

    def event(self, event: QEvent) -> bool:
        """Shortcuts that are ours go to this widget before the window; undo and redo are the window's first."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(_KEYS.Undo) or event.matches(_KEYS.Redo):
                event.ignore()
                return False
            if self._command_for(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup_keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Backtab}
        if self._completer.is_open() and event.key() in popup_keys:
            event.ignore()
            return
        command = self._command_for(event)
        if command is None:
            self._plain_key(event)
        elif not self.isReadOnly() or event.key() not in {Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            command()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are for the window: a package that is dropped on the text is to be opened, not to become text."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._as_typing(super().inputMethodEvent, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_margin()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.focus_left.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if not hasattr(self, "_highlighter"):
            return
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._highlighter.set_colors(code_colors(self.palette()))
            self._refresh_extras()
        elif event.type() == QEvent.Type.FontChange:
            self._fit_margin()
            self._set_tab_width()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.addSeparator()
        menu.addAction(tr("Find and replace…")).triggered.connect(self.replace_wanted)
        menu.addAction(tr("Go to line…")).triggered.connect(self.go_to_wanted)
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.textCursor() if by_keyboard else self.cursorForPosition(event.pos())
        self.menu_opening.emit(menu, place.blockNumber() + 1)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
