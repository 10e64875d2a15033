"""The guided migration to DSM 7: how the package stands, what will be done, what is left to the user."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.dialogs.migratepages import DonePage, NowPage, PlanPage
from gui.qt.forms import GRID, make_button, make_label
from gui.qt.i18n import tr
from gui.services.migrating import Migrating, MigrationPlan
from gui.services.textfile import save_text
from spkcore.checks.migrate import Todo

_NOW, _PLAN, _DONE = range(3)


class MigrateDialog(BaseDialog):
    """Three steps. Nothing changes before the button "Migrate"; Esc leaves at any time."""

    place_wanted = Signal(object)
    """Todo: its place is to be shown; the dialog closes."""
    migrated = Signal()

    def __init__(self, migrating: Migrating, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Migrate to DSM 7"), parent)
        self._migrating = migrating
        self._context = context
        self._plan: MigrationPlan | None = None
        self._keeps_dsm6 = False
        self.now = NowPage(context.theme)
        self.plan_page = PlanPage(context.theme)
        self.done_page = DonePage(context.theme, migrating.is_done)
        self._step = make_label("", "section")
        self._heading = make_label("", "heading", wrap=True)
        self._pages = QStackedWidget()
        for page in (self.now, self.plan_page, self.done_page):
            self._pages.addWidget(page)
        self.body.addWidget(self._step)
        self.body.addWidget(self._heading)
        self.body.addSpacing(GRID)
        self.body.addWidget(self._pages, 1)
        self._add_buttons()
        self._connect()
        self.resize_within_screen(QSize(116 * GRID, 84 * GRID))
        self._show_page(_NOW)
        self.now.show_working()
        migrating.plan(self.now.version)

    def _add_buttons(self) -> None:
        self.back = make_button(tr("&Back"))
        self.add_left(self.done_page.save_button)
        self.add_left(self.done_page.copy_button)
        self.cancel = self.add_button(make_button(tr("Cancel")))
        self._buttons.addWidget(self.back)
        self.next = self.add_button(make_button(tr("&Next"), "primary"), default=True)
        self.cancel.clicked.connect(self.reject)
        self.back.clicked.connect(self._on_back)
        self.next.clicked.connect(self._on_next)
        self.done_page.copy_button.clicked.connect(self._on_copy_clicked)
        self.done_page.save_button.clicked.connect(self._on_save_clicked)

    def _connect(self) -> None:
        self._migrating.planned.connect(self._on_planned)
        self._migrating.failed.connect(self.reject)
        self._migrating.todos_changed.connect(self._on_todos_changed)
        self.now.version_chosen.connect(self._on_version_chosen)
        self.done_page.list.place_wanted.connect(self._on_place_wanted)
        self.done_page.list.ticked.connect(self._on_ticked)
        self.finished.connect(self._migrating.cancel)

    def _show_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        names = (tr("How it stands"), tr("What will be done"), tr("What is left to you"))
        self._step.setText(tr("Step {number} of 3: {name}", number=page + 1, name=names[page]))
        headings = (
            tr("Make this package one for DSM 7"),
            tr("This will be done"),
            tr("The package is for DSM 7 now") if self._has_changes else tr("The package is for DSM 7 already"),
        )
        self._heading.setText(headings[page])
        self.back.setVisible(page == _PLAN)
        self.cancel.setVisible(page != _DONE)
        self.done_page.copy_button.setVisible(page == _DONE and self._has_todos)
        self.done_page.save_button.setVisible(page == _DONE and self._has_todos)
        self.next.setText((tr("&Next"), tr("&Migrate"), tr("Close"))[page])
        self.next.setEnabled(self._plan is not None)
        self._focus(page)

    def _focus(self, page: int) -> None:
        if page == _PLAN:
            self.plan_page.steps.setFocus()
        elif page == _DONE and self._has_todos:
            self.done_page.list.setFocus()
        else:
            (self.next if self.next.isEnabled() else self.cancel).setFocus()

    @property
    def _has_changes(self) -> bool:
        return self._plan is not None and not self._plan.migration.change.is_empty

    @property
    def _has_todos(self) -> bool:
        return self._plan is not None and bool(self._plan.migration.todos)

    @Slot(object)
    def _on_planned(self, plan: MigrationPlan) -> None:
        if plan.to != self.now.version:
            return  # another version was chosen meanwhile
        self._plan = plan
        self.now.show_plan(plan, has_target=self._migrating.has_target)
        self.plan_page.show_plan(plan)
        if self._pages.currentIndex() == _NOW:
            self.next.setEnabled(True)
            self.next.setFocus()

    @Slot(str)
    def _on_version_chosen(self, version: str) -> None:
        self._plan = None
        self.next.setEnabled(False)
        self.now.show_working()
        self._migrating.plan(version)

    @Slot()
    def _on_back(self) -> None:
        self._show_page(_NOW)

    @Slot()
    def _on_next(self) -> None:
        page = self._pages.currentIndex()
        if page == _DONE:
            self.accept()
        elif page == _NOW and self._has_changes:
            self._show_page(_PLAN)
        elif page == _NOW:
            self._show_rest()
        else:
            self._migrate()

    def _migrate(self) -> None:
        if self._plan is None:
            return
        self._keeps_dsm6 = self.now.keep.isChecked() and self.now.keep.isEnabled()
        if not self._migrating.carry_out(self._plan, keep_dsm6=self._keeps_dsm6):
            self._context.notifier.inform(tr("The package has changed meanwhile. Look at the steps again."))
            return
        self._show_done()
        self.migrated.emit()

    def _show_rest(self) -> None:
        """Nothing has to be changed: show what is left all the same."""
        if self._plan is not None:
            self._migrating.keep_list(self._plan)
            self._show_done()
            self.migrated.emit()

    def _show_done(self) -> None:
        if self._plan is not None:
            self.done_page.show_plan(self._plan, keeps_dsm6=self._keeps_dsm6)
            self._show_page(_DONE)

    @Slot(object)
    def _on_place_wanted(self, todo: object) -> None:
        self.accept()
        self.place_wanted.emit(todo)

    @Slot(object, bool)
    def _on_ticked(self, todo: Todo, done: bool) -> None:
        self._migrating.set_done(todo, done=done)

    @Slot()
    def _on_todos_changed(self) -> None:
        if self._pages.currentIndex() == _DONE:
            self.done_page.list.show_todos(self._migrating.todos)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._migrating.markdown())

    @Slot()
    def _on_save_clicked(self) -> None:
        save_text(self._context, tr("Save the list"), Path.home() / "migration.md", self._migrating.markdown())
