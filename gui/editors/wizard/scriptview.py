"""The editor of a script that makes a wizard: its text, and beside it a trial run with the pages that it prints."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QSplitter, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.scripts.view import ScriptEditor
from gui.editors.wizard.runningview import ScriptPreview
from gui.qt.forms import GRID, column, fill, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.checks.engine import Problem
from spkcore.package.wizard import WizardFile, wizard_file

_SCRIPT_WIDTH = 72 * GRID


class WizardScript(ScriptEditor):
    """The text with its pane closed at first: the trial run stands where there is room."""

    _was_shown = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            with QSignalBlocker(self.side_button):
                self.side_button.setChecked(False)
            self.side.hide()


class WizardScriptEditor(Editor):
    """One script in WIZARD_UIFILES. The trial run is made when it is first shown, and can be hidden."""

    shows_problems = True

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.script = WizardScript(path, document, context)
        self.preview: ScriptPreview | None = None
        self.show_preview = QCheckBox(tr("Show the pages"))
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.script)
        self.script.setMinimumWidth(32 * GRID)
        bar = row(spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(make_label(_about(path), "muted", wrap=True), 1)
        fill(bar, self.show_preview)
        lines = column(self, spacing=0)
        fill(lines, bar)
        lines.addWidget(self.splitter, 1)
        self.setFocusProxy(self.script)
        self.show_preview.toggled.connect(self._on_show_preview)
        self.script.fix_wanted.connect(self.fix_wanted)
        self.script.problem_wanted.connect(self.problem_wanted)
        self.script.status_changed.connect(self.status_changed)
        self.script.place_wanted.connect(self.place_wanted)
        self.show_preview.setChecked(True)

    def concerns(self, paths: frozenset[str]) -> bool:
        """The text follows the document by itself."""
        return False

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        self.script.reveal(field, line, column)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self.script.set_problems(problems)

    def problems_here(self) -> Sequence[Problem]:
        return self.script.problems_here()

    def start_find(self) -> bool:
        return self.script.start_find()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_preview()

    @Slot(bool)
    def _on_show_preview(self, shown: bool) -> None:
        if self.preview is not None:
            self.preview.setVisible(shown)
        elif shown and self.isVisible():
            self._make_preview()

    def _make_preview(self) -> None:
        """Not before it is seen: it looks for shells on this PC."""
        if self.preview is None and self.show_preview.isChecked():
            self.preview = ScriptPreview(self.path, self.document, self.context)
            self.splitter.addWidget(self.preview)
            self.splitter.setSizes([_SCRIPT_WIDTH, _SCRIPT_WIDTH])


def _about(path: str) -> str:
    file = wizard_file(path) or WizardFile("install")
    return {
        "install": tr("This script writes the pages that people see while the package is installed."),
        "upgrade": tr("This script writes the pages that people see while the package is upgraded."),
        "uninstall": tr("This script writes the pages that people see while the package is uninstalled."),
    }[file.action]
