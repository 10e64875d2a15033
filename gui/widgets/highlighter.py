"""Colours the text of a code editor line by line, in small portions, so that no file is too long for it."""

from __future__ import annotations

import time
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.widgets.codecolors import CodeColors
from gui.widgets.textpositions import TextPositions

if TYPE_CHECKING:
    from gui.widgets.lexers import State

_PORTION = 0.010
"""Seconds of work before control goes back to the event loop: a frame at 60 Hz lasts 0.016."""

_LONGEST = 20_000
"""Characters; a longer line (minified JSON) stays plain, colouring it would stop the window."""


class Highlighter(QSyntaxHighlighter):
    """Highlights one document in one language ("shell", "json", "ini", "plain").

    Lines that do not fit into the current portion are left for the next one. `_pending` is the first of them, or -1.
    """

    def __init__(self, document: QTextDocument, language: str, colors: CodeColors) -> None:
        super().__init__(document)
        self._lexers: ModuleType | None = None
        self._colors = colors
        self._formats: dict[str, QTextCharFormat | None] = {}
        self._states: list[State] = []
        self._numbers: dict[State, int] = {}
        self._deadline: float | None = None
        self._pending = -1
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_portion_due)
        document.contentsChange.connect(self._on_contents_change)
        self._set_language(language)

    @property
    def is_busy(self) -> bool:
        """Whether lines still wait to be coloured."""
        return self._pending >= 0

    def set_colors(self, colors: CodeColors) -> None:
        """Use other colours from now on."""
        if colors is not self._colors:
            self._colors = colors
            self._formats.clear()
            self.rehighlight()

    def _set_language(self, language: str) -> None:
        if language == "plain":
            self._lexer = None
            return
        from gui.widgets import lexers

        self._lexers = lexers
        self._lexer = lexers.lexer_for(language)
        self._number(lexers.START)

    def highlightBlock(self, text: str) -> None:
        if self._lexer is None or self._lexers is None or len(text) > _LONGEST:
            return
        number = self.currentBlock().blockNumber()
        if not self._has_time():
            self._pending = number if self._pending < 0 else min(self._pending, number)
            return
        previous = self.previousBlockState()
        state = self._states[previous] if 0 <= previous < len(self._states) else self._lexers.START
        tokens, after = self._lexers.lex_line(self._lexer, text, state)
        positions = TextPositions(text)
        for start, kind, piece in tokens:
            found = self._format(str(kind))
            if found is not None:
                units = positions.to_units(start)
                self.setFormat(units, positions.to_units(start + len(piece)) - units, found)
        self.setCurrentBlockState(self._number(after))
        if number == self._pending:
            self._pending = number + 1 if self.currentBlock().next().isValid() else -1

    def _has_time(self) -> bool:
        now = time.perf_counter()
        if self._deadline is None:
            self._deadline = now + _PORTION
            self._timer.start(0)
        return now < self._deadline

    @Slot()
    def _on_portion_due(self) -> None:
        self._deadline = None
        while self._pending >= 0 and self._has_time():
            block = self.document().findBlockByNumber(self._pending)
            if not block.isValid():
                self._pending = -1
                return
            self.rehighlightBlock(block)

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, _removed: int, _added: int) -> None:
        if self._pending >= 0:
            self._pending = min(self._pending, self.document().findBlock(position).blockNumber())

    def _number(self, state: State) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self._states)
            self._states.append(state)
        return number

    def _format(self, kind: str) -> QTextCharFormat | None:
        name = kind.removeprefix("Token.")
        if name not in self._formats:
            self._formats[name] = self._make_format(name)
        return self._formats[name]

    def _make_format(self, name: str) -> QTextCharFormat | None:
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            color = self._colors.tokens.get(".".join(parts[:length]))
            if color is not None:
                made = QTextCharFormat()
                made.setForeground(QColor(color))
                if parts[0] == "Keyword" or name == "Name.Tag":
                    made.setFontWeight(QFont.Weight.DemiBold)
                return made
        return None
