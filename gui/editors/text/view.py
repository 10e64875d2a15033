"""The editor of LICENSE, CHANGELOG, PKG_DEPS, *.sc, strings and other plain texts."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.app.context import AppContext
from gui.editors.text.base import CodePartEditor
from gui.editors.text.languages import language_of
from gui.services.document import Document

_PROSE = ("LICENSE", "CHANGELOG", "README")


class TextEditor(CodePartEditor):
    """A text file; prose is wrapped at the window's edge."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        self.language = language_of(path, document)
        self.warns_about_crlf = self.language == "shell"
        super().__init__(path, document, context, parent)
        if self.presenter.name.upper().startswith(_PROSE):
            self.pane.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
