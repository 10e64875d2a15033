"""The pane beside a script: when it runs, its variables, its outline, and snippets. Tabs are built when they show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
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

WHEN, VARIABLES, OUTLINE, SNIPPETS = range(4)
"""The tabs."""


class SidePane(QWidget):
    """Belongs to one script; which tab is on top is remembered for all scripts."""

    part_wanted = Signal(str)
    """The path of a part to open."""
    create_wanted = Signal(str)
    """The path of a script to make."""
    variable_wanted = Signal(str)
    """The name of a variable to put in."""
    field_wanted = Signal(str)
    """The name of an answer whose field of the wizard is to be shown."""
    snippet_wanted = Signal(object, str)
    """Snippet, and the name of the answer to use in it."""
    place_wanted = Signal(str, int, int)
    """Path, line and column."""

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
        self._document = document
        self._context = context
        self._analysis = analysis
        self._variables: list[Variable] = []
        self._panes: dict[int, QWidget] = {}
        self.setMinimumWidth(34 * GRID)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("About this script"))
        self.tabs.tabBar().setExpanding(False)
        for title in (tr("When it runs"), tr("Variables"), tr("Outline"), tr("Snippets")):
            page = QWidget()
            column(page, spacing=0)
            self.tabs.addTab(page, title)
        outer = column(self, spacing=0)
        outer.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        analysis.changed.connect(self.refresh)

    @property
    def when(self) -> WhenPane:
        """The tab that tells when the script runs."""
        pane = self._pane(WHEN)
        assert isinstance(pane, WhenPane)
        return pane

    @property
    def variables(self) -> VariablesPane:
        """The tab with variables."""
        pane = self._pane(VARIABLES)
        assert isinstance(pane, VariablesPane)
        return pane

    @property
    def outline(self) -> OutlinePane:
        """The tab with functions and uses."""
        pane = self._pane(OUTLINE)
        assert isinstance(pane, OutlinePane)
        return pane

    @property
    def snippets(self) -> SnippetsPane:
        """The tab with snippets."""
        pane = self._pane(SNIPPETS)
        assert isinstance(pane, SnippetsPane)
        return pane

    def set_variables(self, variables: list[Variable]) -> None:
        """The variables that the script finds in its environment."""
        self._variables = variables
        self.refresh()

    def show_uses(self, symbol: Symbol, uses: list[Occurrence]) -> None:
        """List the uses of a name."""
        self.tabs.setCurrentIndex(OUTLINE)
        self.outline.show_uses(symbol, uses)

    @Slot()
    def refresh(self) -> None:
        """Fill the tab that is on top."""
        if not self.isVisible():
            return
        shown = self.tabs.currentIndex()
        if shown == WHEN:
            self.when.refresh()
        elif shown == VARIABLES:
            self.variables.show_variables(self._variables)
        elif shown == OUTLINE:
            self.outline.show_outline(self._analysis.map.outline(self._path))
        else:
            self.snippets.set_answers([item.answer for item in self._variables if item.answer is not None])

    def _pane(self, tab: int) -> QWidget:
        """What a tab holds; built for the first who asks."""
        if tab not in self._panes:
            makers: tuple[Callable[[], QWidget], ...] = (
                self._when,
                self._variables_pane,
                self._outline,
                self._snippets,
            )
            self._panes[tab] = pane = makers[tab]()
            page = self.tabs.widget(tab)
            lines = page.layout() if page is not None else None
            assert lines is not None
            lines.addWidget(pane)
            pane.show()  # at once: whoever asked may want to put the focus into it
        return self._panes[tab]

    def _when(self) -> WhenPane:
        pane = WhenPane(self._path, self._document, self._context)
        pane.opened.connect(self.part_wanted)
        pane.create_wanted.connect(self.create_wanted)
        return pane

    def _variables_pane(self) -> VariablesPane:
        pane = VariablesPane()
        pane.insert_wanted.connect(self.variable_wanted)
        pane.wizard_wanted.connect(self.field_wanted)
        return pane

    def _outline(self) -> OutlinePane:
        pane = OutlinePane()
        pane.place_wanted.connect(self.place_wanted)
        return pane

    def _snippets(self) -> SnippetsPane:
        pane = SnippetsPane(self._path, self._context)
        pane.insert_wanted.connect(self.snippet_wanted)
        return pane

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        self._context.settings.put(SCRIPT_SIDE_TAB, index)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tabs.setCurrentIndex(self._context.settings.get(SCRIPT_SIDE_TAB))
        self.refresh()
