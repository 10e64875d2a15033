"""The editor of an install script: what it is for, its text, and beside it when it runs and what it can use."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from gui.app.context import AppContext
from gui.dialogs.new_script import NewScriptDialog
from gui.editors.scripts.analysis import ScriptAnalysis
from gui.editors.scripts.missingpage import MissingScriptPage
from gui.editors.scripts.names import insertion, reference_to
from gui.editors.scripts.navigation import Navigation
from gui.editors.scripts.presenter import about_script, completions_of, environment, starter
from gui.editors.scripts.sidepane import SidePane
from gui.editors.text.base import CodePartEditor
from gui.qt.forms import GRID, ToolButton, column, fill, make_label, row
from gui.qt.i18n import tr
from gui.qt.state import encode, restore_splitter
from gui.services.document import Document
from gui.services.settings import SCRIPT_SIDE, SCRIPT_SIDE_OPEN
from gui.widgets.codeextras import text_before
from gui.widgets.emptystate import EmptyState
from gui.widgets.room import PaneBeside, letters, text_lines
from spkcore.checks.scriptmap import Occurrence, Symbol
from spkcore.package.snippets import Snippet

_TWO_PANES = (76 * GRID, 92)
"""What the text and the pane need beside each other: pixels, and letters of the font."""
_LOW = (62 * GRID, 28)
"""Below this height, in pixels and lines of the font, the text needs what the explanation above it takes."""


class ScriptEditor(CodePartEditor):
    """A script in scripts/, or one that makes the pages of a wizard."""

    language = "shell"
    warns_about_crlf = True
    icon_name = "script"
    _is_ready = False

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        self.about = about_script(path)
        self.analysis = ScriptAnalysis.of(document, context.tasks)
        super().__init__(path, document, context, parent)
        self.navigation = Navigation(path, self.pane, context, self.analysis)
        self.side_button = ToolButton()
        self._more = [make_label(text, "muted", wrap=True) for text in (self.about.user, self.about.failure) if text]
        self._fill_header()
        self.room = PaneBeside(self._pages, self.side, self.side_button)
        self._connect_side()
        self._offer_variables()
        self._is_ready = True
        self._fit()

    # ------------------------------------------------------------------------------------------ text editor

    def missing_heading(self) -> str:
        return tr("This package has no script {name}", name=self.presenter.name)

    def make_content(self, pages: QWidget) -> QWidget:
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.side = SidePane(self.path, self.document, self.context, self.analysis)
        self.splitter.addWidget(pages)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([90 * GRID, 46 * GRID])
        return self.splitter

    def make_missing(self) -> EmptyState:
        return MissingScriptPage(self.context.theme, self.path, self.missing_heading(), self.missing_text())

    def starter(self) -> bytes:
        page = self.missing
        return page.choice.text if isinstance(page, MissingScriptPage) else starter(self.path)

    def show_state(self) -> None:
        super().show_state()
        self.shows_problems = self.presenter.exists

    def concerns(self, paths: frozenset[str]) -> bool:
        """Wizards and other scripts matter too: their keys are variables, and the diagram shows what is there."""
        return super().concerns(paths) or any(path.startswith(("WIZARD_UIFILES/", "scripts/")) for path in paths)

    def refresh(self, paths: frozenset[str]) -> None:
        if self.path in paths:
            super().refresh(paths)
        if any(path.startswith("WIZARD_UIFILES/") for path in paths):
            self._offer_variables()
        self.side.refresh()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        self._show_text()
        super().reveal(field, line, column)

    def start_find(self) -> bool:
        self._show_text()
        return super().start_find()

    # ------------------------------------------------------------------------------------------ building

    def _fill_header(self) -> None:
        texts = column(spacing=GRID // 2)
        fill(texts, make_label(f"{self.about.when} {self.about.need}".strip(), wrap=True), *self._more)
        button = self.side_button
        button.setIcon(self.context.theme.icon("sidebar-right"))
        button.setCheckable(True)
        button.setToolTip(tr("When it runs, variables, outline, snippets"))
        button.setAccessibleName(tr("Pane beside the script"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar = row(spacing=GRID)
        bar.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        bar.addLayout(texts, 1)
        bar.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.header.addLayout(bar)

    def _connect_side(self) -> None:
        self.side_button.toggled.connect(self._show_about)
        self.room.toggled.connect(self._on_side_toggled)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)
        self.side.part_wanted.connect(self._on_part_wanted)
        self.side.create_wanted.connect(self._on_create_wanted)
        self.side.variable_wanted.connect(self._on_variable_wanted)
        self.side.field_wanted.connect(self._on_field_wanted)
        self.side.place_wanted.connect(self.go_to_place)
        self.side.snippet_wanted.connect(self._on_snippet_wanted)
        self.navigation.place_wanted.connect(self.go_to_place)
        self.navigation.uses_wanted.connect(self._on_uses_wanted)

    def _offer_variables(self) -> None:
        found = environment(self.path, self.document)
        self.pane.editor.set_completions(completions_of(found))
        self.navigation.set_variables({variable.name: variable for variable in found})
        self.side.set_variables(found)

    def _insert(self, text: str) -> None:
        """Put text in at the caret, as one undo step, and go on typing there."""
        if self.presenter.exists:
            self._show_text()
            self.document.break_merging()
            self.pane.editor.textCursor().insertText(text)
            self.pane.editor.ensureCursorVisible()
            self.pane.editor.setFocus()

    def _before_caret(self) -> str:
        return text_before(self.pane.editor.textCursor())

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str, int, int)
    def go_to_place(self, path: str, line: int, column_number: int) -> None:
        """Show a place of this script, or of another part."""
        if path == self.path:
            self.reveal("", line, column_number)
        else:
            self.place_wanted.emit(path, "", line, column_number)

    @Slot(str)
    def _on_part_wanted(self, path: str) -> None:
        if path == self.path:
            self._show_text()
            self.setFocus()
        else:
            self.place_wanted.emit(path, "", 0, 0)

    @Slot(str)
    def _on_create_wanted(self, path: str) -> None:
        dialog = NewScriptDialog(self.document, self.context.theme, self, path=path)
        dialog.created.connect(self._on_part_wanted)
        dialog.open()

    @Slot(str)
    def _on_variable_wanted(self, name: str) -> None:
        self._insert(reference_to(name, self._before_caret()))

    @Slot(str)
    def _on_field_wanted(self, name: str) -> None:
        answer = self.analysis.map.answer(name)
        if answer is not None:
            self.go_to_place(answer.path, answer.line, answer.column)

    @Slot(object, str)
    def _on_snippet_wanted(self, snippet: Snippet, answer: str) -> None:
        self._insert(insertion(snippet, self._before_caret(), answer))

    @Slot(object, object)
    def _on_uses_wanted(self, symbol: Symbol, uses: list[Occurrence]) -> None:
        self.room.show_pane()
        self.side.show_uses(symbol, uses)

    @Slot(bool)
    def _on_side_toggled(self, is_open: bool) -> None:
        self.context.settings.put(SCRIPT_SIDE_OPEN, is_open)

    @Slot()
    def _on_splitter_moved(self) -> None:
        self.context.settings.put(SCRIPT_SIDE, encode(self.splitter.saveState()))

    @Slot(QMenu, int)
    def _on_menu_opening(self, menu: QMenu, line: int) -> None:
        self.navigation.add_actions(menu)
        super()._on_menu_opening(menu, line)

    # ------------------------------------------------------------------------------------------ room

    def _show_text(self) -> None:
        """Bring the text back where the pane took its place."""
        self.room.show_main()
        self._show_about()

    @Slot()
    def _show_about(self) -> None:
        """In a small window the text needs the room; all that is known is said where the pane is open."""
        is_low = self.height() < text_lines(self, *_LOW)
        for label in self._more:
            label.setVisible(not (is_low and self.room.is_alone) or self.side_button.isChecked())

    def _fit(self) -> None:
        self.room.fit(has_room=self.width() >= letters(self, *_TWO_PANES))
        self._show_about()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_ready:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._is_ready and event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """All scripts share the state of the pane."""
        self.room.set_open(self.context.settings.get(SCRIPT_SIDE_OPEN))
        restore_splitter(self.splitter, self.context.settings.get(SCRIPT_SIDE))
        super().showEvent(event)
