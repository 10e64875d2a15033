"""Folds what is indented below a line away, and brings it back; a caret that goes into hidden lines opens them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QTextBlock, QTextCursor

from gui.qt.i18n import tr
from gui.widgets.codeeditor import CodeEditor
from gui.widgets.codeedits import foldable


class Folding(QObject):
    """Of one editor: Ctrl+M at a line, or anywhere in what belongs to it, folds and unfolds; Ctrl+Shift+M unfolds
    everything. Hiding changes nothing in the text."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._heads: list[QTextCursor] = []
        self.toggle_action = self._action(tr("Fold or unfold"), "Ctrl+M")
        self.unfold_action = self._action(tr("Unfold everything"), "Ctrl+Shift+M")
        self.toggle_action.triggered.connect(self.toggle)
        self.unfold_action.triggered.connect(self.unfold)
        editor.margin.fold_clicked.connect(self.unfold_line)
        editor.document().contentsChanged.connect(self._on_contents_changed)
        editor.cursorPositionChanged.connect(self._on_cursor_moved)

    @property
    def lines(self) -> list[int]:
        """The lines (from 1) that hide what belongs to them."""
        return sorted({head.blockNumber() + 1 for head in self._heads})

    @Slot()
    def toggle(self) -> None:
        """Fold what belongs to the caret's line, or to the line that it belongs to; unfold it if it is folded."""
        line = self._editor.caret()[0]
        if line in self.lines:
            self.unfold_line(line)
            return
        texts = self._texts()
        for head in range(line - 1, -1, -1):
            end = foldable(texts, head)
            if end >= line - 1 and end > head:
                self._editor.go_to(head + 1)
                self._heads.append(QTextCursor(self._editor.document().findBlockByNumber(head)))
                self._apply()
                return

    @Slot(int)
    def unfold_line(self, line: int) -> None:
        """Show again what the line (from 1) hides."""
        self._heads = [head for head in self._heads if head.blockNumber() + 1 != line]
        self._apply()

    @Slot()
    def unfold(self) -> None:
        """Show everything."""
        self._heads = []
        self._apply()

    def _apply(self) -> None:
        """Hide what the folded lines hide, and nothing else."""
        texts = self._texts()
        ends = {head.blockNumber(): foldable(texts, head.blockNumber()) for head in self._heads}
        self._heads = [head for head in self._heads if ends[head.blockNumber()] > head.blockNumber()]
        hidden = {line for head, end in ends.items() for line in range(head + 1, end + 1)}
        document = self._editor.document()
        block: QTextBlock = document.begin()
        is_changed = False
        while block.isValid():
            wanted = block.blockNumber() not in hidden
            if block.isVisible() != wanted:
                block.setVisible(wanted)
                is_changed = True
            block = block.next()
        if is_changed:
            document.markContentsDirty(0, document.characterCount())
            self._editor.viewport().update()
        self._editor.margin.set_folds(frozenset(line - 1 for line in self.lines))

    @Slot()
    def _on_contents_changed(self) -> None:
        if self._heads:
            self._apply()

    @Slot()
    def _on_cursor_moved(self) -> None:
        """Nobody types where nothing can be seen."""
        if self._heads and not self._editor.textCursor().block().isVisible():
            line = self._editor.caret()[0]
            texts = self._texts()
            self._heads = [item for item in self._heads if not self._hides(item, line - 1, texts)]
            self._apply()

    def _hides(self, head: QTextCursor, line: int, texts: list[str]) -> bool:
        return head.blockNumber() < line <= foldable(texts, head.blockNumber())

    def _texts(self) -> list[str]:
        """The lines as the document has them: the editor's own text may be a moment older."""
        document = self._editor.document()
        return document.toRawText().split("\u2029")

    def _action(self, text: str, keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._editor.addAction(action)
        return action
