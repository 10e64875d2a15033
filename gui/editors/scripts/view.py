"""The editor of an install script: what it is for, when it runs, and its text."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.scripts.presenter import about_script, completions, starter
from gui.editors.text.base import CodePartEditor
from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.i18n import tr
from gui.services.document import Document


class ScriptEditor(CodePartEditor):
    """A script in scripts/, or one that prints a wizard."""

    language = "shell"
    warns_about_crlf = True
    icon_name = "script"

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.about = about_script(path)
        self._fill_header()
        self._offer_variables()

    def missing_heading(self) -> str:
        return tr("This package has no script {name}", name=self.presenter.name)

    def missing_text(self) -> str:
        about = about_script(self.path)
        return f"{about.when}\n{about.need}".strip()

    def starter(self) -> bytes:
        return starter(self.path)

    def concerns(self, paths: frozenset[str]) -> bool:
        """Wizards matter too: their keys are variables of the scripts."""
        return super().concerns(paths) or any(path.startswith("WIZARD_UIFILES/") for path in paths)

    def refresh(self, paths: frozenset[str]) -> None:
        super().refresh(paths)
        if any(path.startswith("WIZARD_UIFILES/") for path in paths):
            self._offer_variables()

    def _offer_variables(self) -> None:
        self.pane.editor.set_completions(completions(self.path, self.document))

    def _fill_header(self) -> None:
        lines = column(spacing=GRID // 2)
        lines.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        fill(lines, make_label(f"{self.about.when} {self.about.need}".strip(), wrap=True))
        for text in (self.about.user, self.about.failure):
            if text:
                fill(lines, make_label(text, "muted", wrap=True))
        self.header.addLayout(lines)
