"""Opens any file of the package in the editor that can show it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.json.view import JsonEditor
from gui.editors.text.binary import BinaryEditor
from gui.editors.text.languages import head_of
from gui.editors.text.view import TextEditor
from gui.models.sourcetext import is_binary
from gui.services.document import Document
from spkcore.package.parts import LARGEST_TEXT, json_part, read_info


def open_file(path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> Editor:
    """A text or JSON editor; for pictures, programs and what is too large, a page that says what the file is."""
    entry = document.entries.get(path)
    too_large = entry is not None and entry.size > LARGEST_TEXT
    if too_large or is_binary(head_of(path, document)):
        return BinaryEditor(path, document, context, parent)
    if json_part(path, read_info(document.entries)) is not None:
        return JsonEditor(path, document, context, parent)
    return TextEditor(path, document, context, parent)
