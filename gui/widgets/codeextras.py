"""What lies over the text of a code editor: current line, search results, bracket pair, wavy lines; and line edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from gui.widgets import codeedits
from gui.widgets.codecolors import code_colors, severity_color
from gui.widgets.codemargin import Mark
from gui.widgets.textpositions import TextPositions

Extra = QTextEdit.ExtraSelection


class CodeExtras:
    """Makes the extra selections of one editor. `marks` are the problems, `found` the search results (index ranges)."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        self._editor = editor
        self.marks: list[Mark] = []
        self.found: list[tuple[int, int]] = []

    def selections(self, text: str, positions: TextPositions) -> list[Extra]:
        """All of them, the lowest first; `text` is what the editor shows."""
        caret = self._editor.textCursor().position()
        current = self._extra(caret, caret, "current_line")
        current.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)  # noqa: FBT003 - Qt's signature
        found = [self._extra(positions.to_units(start), positions.to_units(end), "found") for start, end in self.found]
        pair = codeedits.matching_bracket(text, positions.to_index(caret)) or ()
        brackets = [self._extra(positions.to_units(at), positions.to_units(at + 1), "match") for at in pair]
        return [current, *found, *brackets, *self._underlines()]

    def _underlines(self) -> Iterator[Extra]:
        for mark in self.marks:
            if mark.column and mark.line <= self._editor.blockCount():
                yield self._underline(mark)

    def _underline(self, mark: Mark) -> Extra:
        block = self._editor.document().findBlockByNumber(mark.line - 1)
        start = min(mark.column - 1, max(len(block.text()) - 1, 0))
        end = start + (mark.length or codeedits.word_length(block.text(), start))
        extra = self._extra(block.position() + units_in(block, start), block.position() + units_in(block, end))
        extra.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        extra.format.setUnderlineColor(severity_color(self._editor.palette(), mark.severity))
        return extra

    def _extra(self, start: int, end: int, color: str = "") -> Extra:
        extra = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        extra.cursor = cursor
        if color:
            extra.format.setBackground(QColor(getattr(code_colors(self._editor.palette()), color)))
        return extra


def units_in(block: QTextBlock, characters: int) -> int:
    """Where the character number `characters` of the block starts, in Qt's units, not beyond the block's end."""
    text = block.text()
    return TextPositions(text).to_units(min(characters, len(text)))


def text_before(cursor: QTextCursor) -> str:
    """The text of the cursor's line up to the cursor: Qt counts an emoji twice, Python once."""
    text = cursor.block().text()
    return text[: TextPositions(text).to_index(cursor.positionInBlock())]


def edit_lines(editor: QPlainTextEdit, edit: Callable[[list[str], str], list[str]], argument: str) -> None:
    """Replace the selected lines, as a whole, by what `edit` makes of them; a selection stays over them."""
    cursor = editor.textCursor()
    had_selection = cursor.hasSelection()
    first = editor.document().findBlock(cursor.selectionStart())
    last = editor.document().findBlock(cursor.selectionEnd())
    if last.position() == cursor.selectionEnd() and last != first:
        last = last.previous()
    start = first.position()
    cursor.setPosition(start)
    cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    before = cursor.selectedText().split("\u2029")
    after = edit(before, argument)
    if after == before:
        return
    cursor.insertText("\n".join(after))
    if had_selection:
        end = cursor.position()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)
