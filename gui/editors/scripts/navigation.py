"""Goes from a name in a script to where it is defined, lists its uses, and explains it to the pointer."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gui.app.context import AppContext
from gui.editors.scripts.analysis import ScriptAnalysis
from gui.editors.scripts.names import destinations, explain, nothing_found_text, symbol_at
from gui.qt.i18n import tr
from gui.widgets.codepane import CodePane
from spkcore.checks.scriptmap import Symbol
from spkcore.package.scripts import Variable


class Navigation(QObject):
    """Serves the text of one script. F12 and Ctrl+click go to the definition, Shift+F12 asks for the uses."""

    place_wanted = Signal(str, int, int)
    """Path, line and column."""
    uses_wanted = Signal(object, object)
    """Symbol, list[Occurrence]"""

    def __init__(self, path: str, pane: CodePane, context: AppContext, analysis: ScriptAnalysis) -> None:
        super().__init__(pane)
        self._path = path
        self._editor = pane.editor
        self._context = context
        self._analysis = analysis
        self._variables: Mapping[str, Variable] = {}
        self.definition = self._action(tr("Go to definition"), "F12")
        self.find_uses = self._action(tr("Find uses"), "Shift+F12")
        self.definition.triggered.connect(self.go_to_definition)
        self.find_uses.triggered.connect(self.list_uses)
        pane.hover.set_explain(self.explanation)
        pane.hover.followed.connect(self._on_followed)

    def set_variables(self, variables: Mapping[str, Variable]) -> None:
        """The variables that the script finds in its environment."""
        self._variables = variables

    def add_actions(self, menu: QMenu) -> None:
        """Offer them where a name is at the caret."""
        if self.symbol_here() is not None:
            first = next(iter(menu.actions()), None)
            menu.insertActions(first, [self.definition, self.find_uses]) if first else None
            menu.insertSeparator(first) if first else None

    def symbol_here(self) -> Symbol | None:
        """What the caret is at."""
        return self._symbol(*self._editor.caret())

    def explanation(self, line: int, column: int) -> str:
        """What the name at this place means."""
        symbol = self._symbol(line, column)
        return explain(symbol, self._path, self._analysis.map, self._variables) if symbol is not None else ""

    @Slot()
    def go_to_definition(self) -> None:
        """Go to where the name at the caret is defined, or say why that cannot be."""
        self._follow(self.symbol_here())

    @Slot()
    def list_uses(self) -> None:
        """Ask for the list of all places where the name at the caret stands."""
        symbol = self.symbol_here()
        if symbol is None:
            self._context.notifier.inform(nothing_found_text(None, self._variables))
        else:
            self.uses_wanted.emit(symbol, self._analysis.map.uses(symbol, self._path))

    @Slot(int, int)
    def _on_followed(self, line: int, column: int) -> None:
        self._follow(self._symbol(line, column))

    def _follow(self, symbol: Symbol | None) -> None:
        found = destinations(symbol, self._path, self._analysis.map) if symbol is not None else []
        if found:
            self.place_wanted.emit(found[0].path, found[0].line, found[0].column)
        else:
            self._context.notifier.inform(nothing_found_text(symbol, self._variables))

    def _symbol(self, line: int, column: int) -> Symbol | None:
        text = self._editor.document().findBlockByNumber(line - 1).text()
        return symbol_at(text, column, self._path, self._analysis.map)

    def _action(self, text: str, keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._editor.addAction(action)
        return action
