"""The editor of wizards, privilege, resource and desktop config: text, schema errors in the margin, tidy layout."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.json.presenter import format_refusal, place_of, purpose, tidy
from gui.editors.text.base import CodePartEditor
from gui.qt.forms import GRID, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document


class JsonEditor(CodePartEditor):
    """One JSON part."""

    language = "json"
    icon_name = "json"

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.format_button = make_button(tr("Tidy up"))
        self.format_button.setToolTip(tr("One member a line, indented; the values stay as they are"))
        self.format_button.clicked.connect(self._on_format)
        bar = row(spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(make_label(purpose(path), "muted", wrap=True), 1)
        fill(bar, self.format_button)
        self.header.addLayout(bar)

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        if field.startswith("/") and not line:
            line, column = place_of(self.presenter.source.text, field)
        super().reveal("", line, column)

    @Slot()
    def _on_format(self) -> None:
        refusal = format_refusal(self.presenter.source.text)
        if refusal:
            self.context.notifier.inform(refusal)
        else:
            tidy(self.presenter)
            self.show_state()
