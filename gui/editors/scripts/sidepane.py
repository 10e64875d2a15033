"""The pane beside a script: when it runs, its variables, its outline, and snippets. Tabs are filled when they show."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from gui.app.context import AppContext
from gui.editors.scripts.analysis import ScriptAnalysis
from gui.editors.scripts.outlinepane import OutlinePane
from gui.editors.scripts.snippetspane import SnippetsPane
from gui.editors.scripts.variablespane import VariablesPane
from gui.editors.scripts.whenpane import WhenPane
from gui.qt.forms import GRID, column
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.settings import SCRIPT_SIDE_TAB
from spkcore.checks.scriptmap import Occurrence, Symbol
from spkcore.package.scripts import Variable


class SidePane(QWidget):
    """Belongs to one script; which tab is on top is remembered for all scripts."""

    def __init__(
        self,
        path: str,
        document: Document,
        context: AppContext,
        analysis: ScriptAnalysis,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._settings = context.settings
        self._analysis = analysis
        self._variables: list[Variable] = []
        self.when = WhenPane(path, document, context)
        self.variables = VariablesPane()
        self.outline = OutlinePane()
        self.snippets = SnippetsPane(path, context)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("About this script"))
        self.tabs.tabBar().setExpanding(False)
        self.tabs.addTab(self.when, tr("When it runs"))
        self.tabs.addTab(self.variables, tr("Variables"))
        self.tabs.addTab(self.outline, tr("Outline"))
        self.tabs.addTab(self.snippets, tr("Snippets"))
        self.setMinimumWidth(34 * GRID)
        outer = column(self, spacing=0)
        outer.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        analysis.changed.connect(self.refresh)

    def set_variables(self, variables: list[Variable]) -> None:
        """The variables that the script finds in its environment."""
        self._variables = variables
        self.refresh()

    def show_uses(self, symbol: Symbol, uses: list[Occurrence]) -> None:
        """List the uses of a name."""
        self.tabs.setCurrentWidget(self.outline)
        self.outline.show_uses(symbol, uses)

    @Slot()
    def refresh(self) -> None:
        """Fill the tab that is on top."""
        if not self.isVisible():
            return
        shown = self.tabs.currentWidget()
        if shown is self.when:
            self.when.refresh()
        elif shown is self.variables:
            self.variables.show_variables(self._variables)
        elif shown is self.outline:
            self.outline.show_outline(self._analysis.map.outline(self._path))
        else:
            self.snippets.set_answers([item.answer for item in self._variables if item.answer is not None])

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        self._settings.put(SCRIPT_SIDE_TAB, index)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tabs.setCurrentIndex(self._settings.get(SCRIPT_SIDE_TAB))
        self.refresh()
