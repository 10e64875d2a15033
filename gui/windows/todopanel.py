"""The tab "To do": what a migration left to the user; what is done vanishes from it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.services.migrating import Migrating
from gui.services.textfile import save_text
from gui.widgets.emptystate import EmptyState
from gui.widgets.todolist import TodoList
from spkcore.checks.migrate import Todo


class TodoPanel(QWidget):
    """Follows the migration of one package."""

    place_wanted = Signal(object)
    """Todo"""
    forgotten = Signal()
    """The list is not wanted any more."""

    def __init__(self, migrating: Migrating, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._migrating = migrating
        self._context = context
        theme = context.theme
        self.list = TodoList(theme, migrating.is_done)
        self.list.setProperty("role", "plain")
        self._text = make_label("", "muted")
        self.copy_button = make_button(tr("&Copy as text"), "flat", theme.icon("copy"))
        self.save_button = make_button(tr("Save as &text…"), "flat", theme.icon("save-as"))
        self.close_button = make_tool(theme.icon("close"), tr("Close this list"))
        self._pages = QStackedWidget()
        self._done = tr(
            "Build the package and try it on a NAS with DSM 7. A package can pass every check and still not work."
        )
        self._pages.addWidget(self.list)
        self._empty = EmptyState(theme, "success", tr("Nothing is left to do"), self._done)
        self._pages.addWidget(self._empty)
        line = row(spacing=GRID)
        line.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        fill(line, self._text, None, self.copy_button, self.save_button, self.close_button)
        lines = column(self, spacing=0)
        lines.addLayout(line)
        lines.addWidget(self._pages, 1)
        self.list.place_wanted.connect(self.place_wanted)
        self.list.ticked.connect(self._on_ticked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.save_button.clicked.connect(self._on_save_clicked)
        self.close_button.clicked.connect(self.forgotten)
        migrating.todos_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the list as it is now."""
        migrating = self._migrating
        self.list.show_todos(migrating.todos)
        self._pages.setCurrentIndex(0 if migrating.todos else 1)
        self._text.setText(self._state_text())
        for button in (self.copy_button, self.save_button):
            button.setEnabled(bool(migrating.todos))

    def _state_text(self) -> str:
        """How it stands in a line; what an empty list means is told in its place."""
        migrating = self._migrating
        if migrating.is_undone:
            self._empty.set_texts(tr("The migration was undone"), tr("Redo it, and the list is back."))
            return tr("The package is for DSM 6 again")
        if not migrating.todos:
            self._empty.set_texts(tr("Nothing is left to do"), self._done)
            return tr("Migrated to DSM {to}", to=migrating.to)
        count = migrating.open_count
        return tr("{n} thing left for DSM {to}", "{n} things left for DSM {to}", n=count, to=migrating.to)

    @Slot(object, bool)
    def _on_ticked(self, todo: Todo, done: bool) -> None:
        self._migrating.set_done(todo, done=done)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._migrating.markdown())
        self._context.notifier.inform(tr("The list was copied."))

    @Slot()
    def _on_save_clicked(self) -> None:
        suggested = Path.home() / "migration.md"
        save_text(self._context, tr("Save the list"), suggested, self._migrating.markdown())
