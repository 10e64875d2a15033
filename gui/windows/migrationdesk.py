"""Does what the commands about migration, build targets and errors say, and keeps the tab "To do"."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.app.context import AppContext
from gui.dialogs.explain import ExplainDialog
from gui.dialogs.migrate import MigrateDialog
from gui.qt.i18n import tr
from gui.services.building import Building
from gui.services.notifier import Choice, Question
from gui.services.settings import MIGRATION_OFFERED
from gui.services.workbench import OpenDocument, Workbench
from gui.windows.main import MainWindow
from gui.windows.todopanel import TodoPanel
from spkcore.checks.migrate import Todo, is_for_dsm6
from spkcore.checks.problem import Problem
from spkcore.package.buildtargets import BuildTarget

BUILD_TARGET = "package.build_target"
_REMEMBERED = 100


class MigrationDesk(QObject):
    """Follows the open package."""

    def __init__(self, context: AppContext, workbench: Workbench, building: Building, window: MainWindow) -> None:
        super().__init__(window)
        self._context = context
        self._bench = workbench
        self._building = building
        self._window = window
        self._explain: ExplainDialog | None = None
        self._offered = ""
        self.todo_panel: TodoPanel | None = None
        workbench.opened.connect(self._on_opened)
        workbench.closing.connect(self._on_closing)
        self._show_targets()

    # --- commands -------------------------------------------------------------------------------------------------

    def explain(self) -> None:
        """Show the dialog that explains errors; there is one, beside the work."""
        if self._explain is None:
            self._explain = ExplainDialog(self._context, self._bench, self._window)
            self._explain.problem_wanted.connect(self._on_problem_wanted)
            self._explain.finished.connect(self._on_explain_closed)
        self._explain.show()
        self._explain.raise_()
        self._explain.activateWindow()

    def migrate(self) -> None:
        """Guide through the migration to DSM 7."""
        current = self._bench.current
        if current is None:
            return
        current.document.break_merging()
        dialog = MigrateDialog(current.migrating, self._context, self._window)
        dialog.migrated.connect(self._show_todo_panel)
        dialog.place_wanted.connect(self._on_place_wanted)
        dialog.open()

    def build_target(self) -> None:
        """Build the package for its other target; asks for which where it has several."""
        current = self._bench.current
        targets = current.targets.targets if current is not None else ()
        if len(targets) > 1:
            choices = tuple(Choice(item.name, item.title) for item in targets)
            question = Question(
                tr("Which build target?"),
                tr("Each is one package that this folder builds."),
                (*choices, Choice("", tr("Cancel"))),
                cancel="",
            )
            self._context.notifier.ask(question, self._build_named)
        elif targets:
            self._build(targets[0])
        elif current is not None and current.targets.damage is not None:
            self._context.notifier.error(current.targets.damage)

    def _build_named(self, name: str) -> None:
        current = self._bench.current
        target = current.targets.named(name) if current is not None and name else None
        if target is not None:
            self._build(target)

    def _build(self, target: BuildTarget) -> None:
        if self._bench.document is not None:
            self._building.build_target(self._bench.document, target)

    # --- the open package -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_opened(self, current: OpenDocument) -> None:
        current.targets.changed.connect(self._show_targets)
        current.migrating.todos_changed.connect(self._show_count)
        self._show_targets()
        self._offer(current)

    @Slot()
    def _on_closing(self) -> None:
        current = self._bench.current
        if current is not None:
            current.targets.changed.disconnect(self._show_targets)
            current.migrating.todos_changed.disconnect(self._show_count)
        self._drop_panel()
        self._context.commands.disable(BUILD_TARGET, tr("Open a package first."))

    def _offer(self, current: OpenDocument) -> None:
        """Say once for each package for DSM 6 that it can be migrated; never in the place of something graver."""
        page = self._window.package_page
        place = str(current.document.scratch_source or current.document.folder)
        told = self._context.settings.get(MIGRATION_OFFERED)
        if page is None or page.banner.message or place in told or not is_for_dsm6(current.document.entries):
            return
        self._context.settings.put(MIGRATION_OFFERED, [*told, place][-_REMEMBERED:])
        text = tr("This package is for DSM 6. DSM 7 refuses it as it is.")
        page.banner.show_message("info", text, ((tr("Migrate to DSM 7…"), self.migrate),))
        self._offered = text

    @Slot()
    def _show_targets(self) -> None:
        commands = self._context.commands
        current = self._bench.current
        targets = current.targets.targets if current is not None else ()
        is_damaged = current is not None and current.targets.damage is not None
        if len(targets) == 1:
            commands.set_text(BUILD_TARGET, tr("Build for &{target}", target=targets[0].title))
        else:
            commands.set_text(BUILD_TARGET, tr("Build anothe&r target…"))
        reason = tr("This folder builds one package only. Migrating to DSM 7 can keep one for DSM 6.")
        commands.allow((BUILD_TARGET,), bool(targets) or is_damaged, reason)

    # --- the list of what is left ---------------------------------------------------------------------------------

    @Slot()
    def _show_todo_panel(self) -> None:
        current = self._bench.current
        if current is None:
            return
        panel, page = self._window.panel, self._window.package_page
        if page is not None and page.banner.message == self._offered:
            page.banner.hide()
        if self.todo_panel is None:
            self.todo_panel = TodoPanel(current.migrating, self._context)
            self.todo_panel.place_wanted.connect(self._on_place_wanted)
            self.todo_panel.forgotten.connect(self._on_forgotten)
            panel.insertTab(1, self.todo_panel, self._context.theme.icon("check"), tr("To do"))
        self._show_count()
        panel.setCurrentWidget(self.todo_panel)
        self._window.open_panel()

    @Slot()
    def _show_count(self) -> None:
        current = self._bench.current
        if self.todo_panel is None or current is None:
            return
        count = current.migrating.open_count
        text = tr("To do ({count})", count=count) if count else tr("To do")
        self._window.panel.setTabText(self._window.panel.indexOf(self.todo_panel), text)

    @Slot()
    def _on_forgotten(self) -> None:
        self._drop_panel()
        if self._bench.current is not None:
            self._bench.current.migrating.forget_list()

    def _drop_panel(self) -> None:
        panel, self.todo_panel = self.todo_panel, None
        if panel is not None:
            self._window.panel.drop(panel)

    @Slot(object)
    def _on_place_wanted(self, todo: object) -> None:
        page = self._window.package_page
        if page is not None and isinstance(todo, Todo):
            self._window.show_package()
            page.show_place(todo.path, todo.field, todo.line, todo.column)

    @Slot(object)
    def _on_problem_wanted(self, problem: object) -> None:
        page = self._window.package_page
        if page is not None and isinstance(problem, Problem):
            self._window.show_package()
            page.show_problem(problem)
            self._window.activateWindow()

    @Slot()
    def _on_explain_closed(self) -> None:
        self._explain = None
