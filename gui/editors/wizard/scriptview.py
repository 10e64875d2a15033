"""The editor of a script that makes a wizard: its text, and beside it a trial run with the pages that it prints."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QSplitter, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.scripts.view import ScriptEditor
from gui.editors.wizard.runningview import ScriptPreview
from gui.qt.forms import GRID, column, fill, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.room import PaneBeside, letters
from spkcore.checks.engine import Problem
from spkcore.package.wizard import WizardFile, wizard_file

_SCRIPT_WIDTH = 72 * GRID
_TWO_PANES = (84 * GRID, 100)
"""What script and trial run need beside each other: pixels, and letters of the font."""


class WizardScript(ScriptEditor):
    """The text with its pane closed at first: the trial run stands where there is room."""

    _was_shown = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.room.set_open(False)


class _TrialPlace(QWidget):
    """Where the trial run goes once somebody sees it."""

    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines = column(self, spacing=0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()


class WizardScriptEditor(Editor):
    """One script in WIZARD_UIFILES. The trial run is made when it is first shown, and can be hidden."""

    shows_problems = True
    _is_ready = False

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.script = WizardScript(path, document, context)
        self.preview: ScriptPreview | None = None
        self.show_preview = QCheckBox(tr("Show the pages"))
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self._right = _TrialPlace()
        self.splitter.addWidget(self.script)
        self.splitter.addWidget(self._right)
        self.splitter.setSizes([_SCRIPT_WIDTH, _SCRIPT_WIDTH])
        self.script.setMinimumWidth(32 * GRID)
        bar = row(spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(make_label(_about(path), "muted", wrap=True), 1)
        fill(bar, self.show_preview)
        lines = column(self, spacing=0)
        fill(lines, bar)
        lines.addWidget(self.splitter, 1)
        self.setFocusProxy(self.script)
        self.room = PaneBeside(self.script, self._right, self.show_preview)
        self.room.set_open(True)
        self._right.shown.connect(self._make_preview)
        self.script.fix_wanted.connect(self.fix_wanted)
        self.script.problem_wanted.connect(self.problem_wanted)
        self.script.status_changed.connect(self.status_changed)
        self.script.place_wanted.connect(self.place_wanted)
        self._is_ready = True
        self._fit()

    def concerns(self, paths: frozenset[str]) -> bool:
        """The text follows the document by itself."""
        return False

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        self.room.show_main()
        self.script.reveal(field, line, column)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self.script.set_problems(problems)

    def problems_here(self) -> Sequence[Problem]:
        return self.script.problems_here()

    def start_find(self) -> bool:
        self.room.show_main()
        return self.script.start_find()

    def _fit(self) -> None:
        self.room.fit(has_room=self.width() >= letters(self, *_TWO_PANES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_ready:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._is_ready and event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    @Slot()
    def _make_preview(self) -> None:
        """Not before it is seen: it looks for shells on this PC."""
        if self.preview is None:
            self.preview = ScriptPreview(self.path, self.document, self.context)
            self._right.lines.addWidget(self.preview)


def _about(path: str) -> str:
    file = wizard_file(path) or WizardFile("install")
    return {
        "install": tr("This script writes the pages that people see while the package is installed."),
        "upgrade": tr("This script writes the pages that people see while the package is upgraded."),
        "uninstall": tr("This script writes the pages that people see while the package is uninstalled."),
    }[file.action]
