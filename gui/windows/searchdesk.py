"""Does what the commands about searching the package and renaming it say, and keeps the tab "Search"."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.app.context import AppContext
from gui.dialogs.rename_package import RenamePackageDialog
from gui.editors.text.base import CodePartEditor
from gui.qt.i18n import tr
from gui.services.searching import Searching
from gui.services.workbench import OpenDocument, Workbench
from gui.windows.main import MainWindow
from gui.windows.searchpanel import SearchPanel
from spkcore.package.search import Hit


class SearchDesk(QObject):
    """Follows the open package."""

    def __init__(self, context: AppContext, workbench: Workbench, window: MainWindow) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._searching: Searching | None = None
        self._renaming: Searching | None = None
        self.panel: SearchPanel | None = None
        workbench.opened.connect(self._on_opened)
        workbench.closing.connect(self._on_closing)

    def search(self) -> None:
        """Show the tab, with what is selected in the editor."""
        if self._searching is None:
            return
        tabs = self._window.panel
        if self.panel is None:
            self.panel = SearchPanel(self._searching, self._context)
            self.panel.place_wanted.connect(self._on_place_wanted)
            self.panel.part_wanted.connect(self._on_part_wanted)
            self.panel.forgotten.connect(self._on_forgotten)
            self.panel.told.connect(self._context.notifier.inform)
            tabs.insertTab(1, self.panel, self._context.theme.icon("search"), tr("Search"))
        tabs.setCurrentWidget(self.panel)
        self._window.open_panel()
        self.panel.start(self._selected_text())

    def rename(self) -> None:
        """Open the dialog that renames the package."""
        if self._renaming is not None:
            self._renaming.document.break_merging()
            dialog = RenamePackageDialog(self._renaming, self._context.theme, self._window)
            dialog.renamed.connect(self._on_renamed)
            dialog.open()

    def _selected_text(self) -> str:
        page = self._window.package_page
        editor = page.editor if page is not None else None
        if not isinstance(editor, CodePartEditor):
            return ""
        text = editor.pane.editor.textCursor().selectedText()
        return "" if "\u2029" in text else text

    @Slot(object)
    def _on_opened(self, current: OpenDocument) -> None:
        tasks = self._context.tasks
        self._searching = Searching(current.document, tasks, current.owner)
        self._searching.replaced.connect(self._on_replaced)  # also when the tab was closed meanwhile
        self._searching.refused.connect(self._on_refused)
        self._renaming = Searching(current.document, tasks, current.owner)

    @Slot()
    def _on_closing(self) -> None:
        self._on_forgotten()
        for searching in (self._searching, self._renaming):
            if searching is not None:
                searching.stop()
        self._searching = self._renaming = None

    @Slot()
    def _on_forgotten(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            self._window.panel.drop(panel)

    @Slot(object)
    def _on_place_wanted(self, hit: Hit) -> None:
        page = self._window.package_page
        if page is not None:
            self._window.show_package()
            page.show_place(hit.path, "", hit.line, hit.column)

    @Slot(str)
    def _on_part_wanted(self, path: str) -> None:
        page = self._window.package_page
        if page is not None:
            self._window.show_package()
            page.show_place(path)

    @Slot(int)
    def _on_replaced(self, count: int) -> None:
        self._context.notifier.inform(tr("{n} place was replaced.", "{n} places were replaced.", n=count))

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self._context.notifier.inform(tr("Nothing was replaced. {reason}", reason=reason))

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        self._context.notifier.inform(tr("The package has the ID {name} now.", name=name))
