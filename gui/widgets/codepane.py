"""A code editor with its find bar and remarks: what every text editor of the window is built around."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.bookmarks import Bookmarks
from gui.widgets.codeeditor import CodeEditor
from gui.widgets.codehover import CodeHover
from gui.widgets.findbar import FindBar, Mode
from gui.widgets.folding import Folding
from gui.widgets.remarkline import RemarkLine


class CodePane(QWidget):
    """`editor` above `remarks` and `find_bar`; `hover` tells what is at the pointer.

    `language` is "shell", "json", "ini" or "plain"; `name` is for screen readers.
    """

    def __init__(self, language: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = CodeEditor(language, self)
        self.editor.setAccessibleName(name)
        self.hover = CodeHover(self.editor)
        self.bookmarks = Bookmarks(self.editor)
        self.folding = Folding(self.editor)
        self.remarks = RemarkLine(self.editor, self)
        self.find_bar = FindBar(self.editor, self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.editor, 1)
        box.addWidget(self.remarks)
        box.addWidget(self.find_bar)
        self.setFocusProxy(self.editor)
        self.editor.find_wanted.connect(self.open_find)
        self.editor.replace_wanted.connect(self.open_replace)
        self.editor.go_to_wanted.connect(self.open_go_to)
        self.editor.find_next_wanted.connect(self._on_find_next)
        self.editor.find_previous_wanted.connect(self._on_find_previous)

    @Slot()
    def open_find(self) -> None:
        """Search in the text."""
        self.find_bar.open_for(Mode.FIND)

    @Slot()
    def open_replace(self) -> None:
        """Search and replace in the text."""
        self.find_bar.open_for(Mode.REPLACE)

    @Slot()
    def open_go_to(self) -> None:
        """Ask for a line."""
        self.find_bar.open_for(Mode.LINE)

    @Slot()
    def _on_find_next(self) -> None:
        self.find_bar.go(backwards=False)

    @Slot()
    def _on_find_previous(self) -> None:
        self.find_bar.go(backwards=True)
