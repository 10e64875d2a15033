"""Small editors for one value of a form. Undo is the document's; the mouse wheel never changes a value by accident."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextBlock,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

_KEYS = QKeySequence.StandardKey
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class ValueEdit(QLineEdit):
    """One line of text. `textEdited` says that the user typed."""

    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def show_value(self, value: str) -> None:
        """Show `value`; caret and selection stay when it is there already."""
        if value != self.text():
            self.setText(value)
            self.setCursorPosition(0 if not self.hasFocus() else len(value))

    def event(self, event: QEvent) -> bool:
        return not _is_for_the_document(event) and super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _asks_for_history(self, event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are for the window."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The standard menu without its own undo and redo."""
        menu = self.createStandardContextMenu()
        for action in menu.actions()[:3]:
            menu.removeAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_left.emit()


class LongEdit(QPlainTextEdit):
    """A long value that is one line in the file: a `<br>` in it is a line break here, in both directions.

    A value keeps its own way of writing it (`<br/>`, `<BR>`); where it has several, the first is the one that counts,
    and the others are shown as they are.
    """

    edited = Signal(str)
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._break = "<br>"
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The text begins where that of a line does.
        self.document().setDocumentMargin(2)
        self.textChanged.connect(self._on_text_changed)
        self._fit()

    def text(self) -> str:
        """The value, without line breaks."""
        return self.document().toRawText().replace("\u2029", self._break)

    def show_value(self, value: str) -> None:
        """Show `value`; the caret stays when it is there already."""
        if value != self.text():
            self._shown = value
            first = _BREAK.search(value)
            self._break = first[0] if first else "<br>"
            self.setPlainText(value.replace(self._break, "\n"))
        self._fit()

    def _on_text_changed(self) -> None:
        self._fit()
        text = self.text()
        if text != self._shown:
            self._shown = text
            self.edited.emit(text)

    def _fit(self) -> None:
        """As high as the text, between two and eight lines."""
        lines = sum(max(1, block.layout().lineCount()) for block in self._blocks())
        wanted = self.fontMetrics().lineSpacing() * min(max(lines, 2), 8)
        margins = self.contentsMargins()
        around = 2 * self.document().documentMargin() + margins.top() + margins.bottom() + 2 * self.frameWidth()
        self.setFixedHeight(int(wanted + around) + 2)
        over = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > 8 else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(over)

    def _blocks(self) -> list[QTextBlock]:
        blocks = []
        block = self.document().begin()
        while block.isValid():
            blocks.append(block)
            block = block.next()
        return blocks

    def event(self, event: QEvent) -> bool:
        return not _is_for_the_document(event) and super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _asks_for_history(self, event):
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.insertPlainText("\n")  # Shift makes a line separator of Qt's own
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are for the window."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and self.verticalScrollBar().isVisible():
            super().wheelEvent(event)
        else:
            event.ignore()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().lineSpacing() * 2)


class CalmCombo(QComboBox):
    """A choice that the mouse wheel changes only after a click into it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _is_for_the_document(event: QEvent) -> bool:
    """Whether it asks if the keys of undo and redo are for the field; then it is told that they are not."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or not _history_key(event):
        return False
    event.ignore()
    return True


def _asks_for_history(edit: ValueEdit | LongEdit, event: QKeyEvent) -> bool:
    """Let a field ask for undo or redo when that is the key."""
    wanted = _history_key(event)
    if wanted:
        (edit.undo_wanted if wanted == "undo" else edit.redo_wanted).emit()
    return bool(wanted)


def _history_key(event: QKeyEvent) -> str:
    """ "undo", "redo" or nothing."""
    if event.matches(_KEYS.Undo):
        return "undo"
    shift_undo = event.modifiers() == (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    if event.matches(_KEYS.Redo) or (shift_undo and event.key() == Qt.Key.Key_Z):
        return "redo"
    return ""
