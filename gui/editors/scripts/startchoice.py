"""Chooses what a new script starts with: the templates that fit it, and a look at the text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.codeeditor import CodeEditor
from spkcore.package.snippets import Snippet, templates_for


class StartChoice(QWidget):
    """A list of templates above the text of the chosen one."""

    def __init__(self, theme: Theme, path: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._templates: list[Snippet] = []
        self.caption = make_label(tr("&Start with"), "muted")
        self.caption.setTextFormat(Qt.TextFormat.AutoText)
        self.list = QListWidget()
        self.about = make_label("", "muted", wrap=True)
        self.preview = CodeEditor("shell")
        self._lay_out()
        self.list.currentRowChanged.connect(self._on_row_changed)
        theme.changed.connect(self._on_theme_changed)
        if path:
            self.show_for(path)

    def show_for(self, path: str) -> None:
        """Offer what fits the script at `path`."""
        found = templates_for(path)
        if found == self._templates:
            return
        self._templates = found
        self.list.clear()
        for template in found:
            item = QListWidgetItem(template.title)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, template.about)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(max(min(len(found), 4), 2) * self.list.sizeHintForRow(0) + 4)

    @property
    def text(self) -> bytes:
        """What the new script holds."""
        chosen = self._chosen()
        return chosen.text.encode("utf-8") if chosen is not None else b""

    def _chosen(self) -> Snippet | None:
        row = self.list.currentRow()
        return self._templates[row] if 0 <= row < len(self._templates) else None

    def _lay_out(self) -> None:
        self.caption.setBuddy(self.list)
        self.list.setAccessibleName(tr("Start with"))
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.set_base_font(self._theme.fixed_font())
        self.preview.setAccessibleName(tr("Text of the new script"))
        self.preview.setMinimumHeight(12 * GRID)
        lines = column(self, spacing=GRID // 2)
        fill(lines, self.caption, self.list, self.about, GRID // 2)
        lines.addWidget(self.preview, 1)

    @Slot()
    def _on_row_changed(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.about.setText(" ".join((chosen.about, tr("Works with DSM {versions}.", versions=chosen.dsm))))
            self.preview.set_text(chosen.text)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.preview.set_base_font(self._theme.fixed_font())
