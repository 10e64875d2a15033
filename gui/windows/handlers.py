"""What the window's commands do, and when they can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.dialogs.about import AboutDialog
from gui.dialogs.help import CAPTURE, QUICK_START, HelpDialog, page_of
from gui.dialogs.new_package import NewPackageDialog
from gui.dialogs.new_script import NewScriptDialog
from gui.dialogs.preferences import PreferencesDialog
from gui.editors.payload.comparedialog import CompareDialog
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.buildgate import BuildGate
from gui.services.building import Building
from gui.services.commands import Command
from gui.services.settings import LAST_FOLDER
from gui.services.shell import show_in_folder
from gui.services.workbench import OpenDocument, Workbench
from gui.windows.actions import NEEDS_PACKAGE, file_commands, package_commands, view_commands
from gui.windows.buildcard import BuildDialog
from gui.windows.main import MainWindow
from gui.windows.migrationdesk import MigrationDesk
from gui.windows.searchdesk import SearchDesk
from gui.windows.viewhandlers import ViewHandlers
from spkcore.base.errors import SpkError

if TYPE_CHECKING:
    from gui.nas.addressdesk import AddressDesk
    from gui.nas.workspace import CaptureWorkspace
    from spkcore.nas.feeds import PackageUrl

WorkspaceFactory = Callable[[AppContext, QWidget], "CaptureWorkspace"]


class Handlers(QObject):
    """Registers the commands before the window is built; `attach` gives it the window to work on."""

    def __init__(self, context: AppContext, workbench: Workbench, workspace: WorkspaceFactory) -> None:
        super().__init__()
        self._context = context
        self._bench = workbench
        self._make_workspace = workspace
        self._window: MainWindow | None = None
        self._migration: MigrationDesk | None = None
        self._addresses: AddressDesk | None = None
        self._search: SearchDesk | None = None
        self.views = ViewHandlers(context, self)
        self.building = Building(context.tasks, context.notifier, context.settings, self)
        self._gate = BuildGate(context.notifier, self._show_problems)
        self.building.started.connect(self._on_build_started)
        self.building.failed.connect(self._on_build_failed)
        self._register()
        workbench.opened.connect(self._on_opened)
        workbench.closing.connect(self._on_closing)
        self._allow(is_open=False)

    def attach(self, window: MainWindow) -> None:
        """The window that the commands work on."""
        self._window = window
        self.views.attach(window)
        window.welcome.template_chosen.connect(self.new_package)
        self._migration = MigrationDesk(self._context, self._bench, self.building, window)
        self._search = SearchDesk(self._context, self._bench, window)

    @property
    def window(self) -> MainWindow:
        """The window; commands cannot run before there is one."""
        assert self._window is not None
        return self._window

    @property
    def migration(self) -> MigrationDesk:
        """What serves migration, build targets and errors; there once there is a window."""
        assert self._migration is not None
        return self._migration

    @property
    def searching(self) -> SearchDesk:
        """What serves searching and renaming; there once there is a window."""
        assert self._search is not None
        return self._search

    def _register(self) -> None:
        handlers = self._file_handlers() | self._package_handlers() | self.views.table()
        commands: tuple[Command, ...] = file_commands() + package_commands() + view_commands()
        for command in commands:
            self._context.commands.add(command, handlers[command.id])

    def _file_handlers(self) -> dict[str, Callable[[], object]]:
        bench = self._bench
        return {
            "file.new": self.new_package,
            "file.open_folder": self.open_folder,
            "file.open_spk": self.open_spk,
            "file.save": bench.save,
            "file.save_as": bench.save_as,
            "file.show_folder": self.show_folder,
            "file.close": self.close_package,
            "file.quit": self.quit,
            "tools.preferences": self.show_preferences,
            "help.open": self.show_help,
            "help.explain": self.explain_error,
            "help.about": self.show_about,
        }

    def _package_handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "edit.undo": self.undo,
            "edit.redo": self.redo,
            "edit.find": self.find,
            "edit.search": self.search_package,
            "package.rename": self.rename_package,
            "edit.compare": self.compare_saved,
            "script.new": self.new_script,
            "package.build": self.build,
            "package.build_as": self.build_as,
            "package.build_target": self.build_target,
            "package.migrate": self.migrate,
            "package.check": self.check,
            "package.compare": self.compare,
            "problems.fix": self.fix_problem,
            "problems.fix_all": self.fix_problems,
            "problems.accept": self.accept_problem,
            "problems.next": self.next_problem,
            "problems.previous": self.previous_problem,
            "nas.capture": self.capture,
            "nas.demo": self.capture_demo,
            "nas.addresses": self.show_addresses,
        }

    # --- file -----------------------------------------------------------------------------------------------------

    @Slot(str)
    def new_package(self, template_id: str = "") -> None:
        dialog = NewPackageDialog(self._context, template_id, self.window)
        dialog.created.connect(self._bench.open)
        dialog.open()

    def open_folder(self) -> None:
        start = self._start_folder()
        self._context.notifier.choose_folder(tr("Open package folder"), start, self._open_chosen)

    def open_spk(self) -> None:
        patterns = ((tr("Synology packages"), "*.spk"), (tr("All files"), "*"))
        self._context.notifier.open_files(tr("Open .spk"), patterns, self._start_folder(), self._open_files)

    def show_folder(self) -> None:
        document = self._bench.document
        if document is not None:
            show_in_folder(document.scratch_source or document.folder)

    def close_package(self) -> None:
        self._bench.close(self.window.show_welcome)

    def quit(self) -> None:
        self.window.close()

    def show_preferences(self) -> None:
        PreferencesDialog(self._context, self.window).open()

    def show_help(self) -> None:
        HelpDialog(self._context.commands, _help_page(self.window), self.window).show()

    def explain_error(self) -> None:
        self.migration.explain()

    def show_about(self) -> None:
        AboutDialog(self._context.theme, self.window).open()

    def _start_folder(self) -> Path | None:
        last = self._context.settings.get(LAST_FOLDER)
        return Path(last) if last else None

    def _open_files(self, paths: list[Path]) -> None:
        if paths:
            self._open_chosen(paths[0])

    def _open_chosen(self, path: Path) -> None:
        self._context.settings.put(LAST_FOLDER, str(path.parent))
        self._bench.open(path)

    # --- package --------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        if self._bench.document is not None:
            self._bench.document.stack.undo()

    def redo(self) -> None:
        if self._bench.document is not None:
            self._bench.document.stack.redo()

    def find(self) -> None:
        page = self.window.package_page
        if page is not None and page.editor is not None and not page.editor.start_find():
            self._context.notifier.inform(tr("There is nothing to search in here."))

    def search_package(self) -> None:
        self.searching.search()

    def compare_saved(self) -> None:
        page = self.window.package_page
        if page is not None and (page.editor is None or not page.editor.compare_saved()):
            self._context.notifier.inform(tr("There is no text to compare in here."))

    def new_script(self) -> None:
        page, document = self.window.package_page, self._bench.document
        if page is not None and document is not None:
            dialog = NewScriptDialog(document, self._context.theme, self.window)
            dialog.created.connect(page.show_part)
            dialog.open()

    def rename_package(self) -> None:
        self.searching.rename()

    def build(self) -> None:
        current = self._bench.current
        if current is not None:
            self._gate.pass_through(current.validation, partial(self.building.build, current.document))

    def build_as(self) -> None:
        current = self._bench.current
        if current is not None:
            self._gate.pass_through(current.validation, partial(self.building.build_as, current.document))

    def build_target(self) -> None:
        self.migration.build_target()

    def migrate(self) -> None:
        self.migration.migrate()

    def check(self) -> None:
        self.window.desk.check()

    def compare(self) -> None:
        if self._bench.document is not None:
            dialog = CompareDialog(self._bench.document, self._context, self.window)
            dialog.borrowing.connect(self._bench.borrow)
            dialog.open()

    def fix_problem(self) -> None:
        self.window.desk.fix_here()

    def fix_problems(self) -> None:
        self.window.desk.fix_all()

    def accept_problem(self) -> None:
        self.window.desk.accept_selected()

    def next_problem(self) -> None:
        self._step_problem(1)

    def previous_problem(self) -> None:
        self._step_problem(-1)

    def capture(self) -> None:
        workspace = self._workspace()
        workspace.capture_now()
        self.window.show_workspace(workspace)

    def capture_demo(self) -> None:
        workspace = self._show_workspace()
        workspace.start_demo()

    @Slot(object)
    def show_addresses(self, urls: Iterable[PackageUrl] = ()) -> None:
        """Show the window of package addresses; it is imported when it is needed, as everything about the NAS."""
        if self._addresses is None:
            from gui.nas.addressdesk import AddressDesk

            self._addresses = AddressDesk(self._context, self.window)
            self._addresses.open_wanted.connect(self._bench.open)
        self._addresses.show_addresses(urls)

    def _step_problem(self, direction: int) -> None:
        self.window.show_package()
        self.window.desk.step(direction)

    def _show_problems(self) -> None:
        self.window.show_package()
        self.window.show_problems()

    def _show_workspace(self) -> CaptureWorkspace:
        workspace = self._workspace()
        self.window.show_workspace(workspace)
        return workspace

    def _workspace(self) -> CaptureWorkspace:
        workspace = self.window.workspace
        if workspace is None:
            workspace = self._make_workspace(self._context, self.window)
            workspace.package_ready.connect(self._bench.open)
            workspace.addresses_wanted.connect(self.show_addresses)
        return workspace

    @Slot(object)
    def _on_build_started(self, task: Task) -> None:
        dialog = BuildDialog(task, self._context.theme, self.window, target=self.building.target_title)
        dialog.show_in_folder_wanted.connect(show_in_folder)
        dialog.show()

    @Slot(object)
    def _on_build_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._context.notifier.error(error)
        self.window.open_panel()
        self.window.panel.setCurrentWidget(self.window.panel.tasks)

    # --- what can be used -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_opened(self, current: OpenDocument) -> None:
        self._allow(is_open=True)
        current.document.stack.changed.connect(self._on_undo_changed)
        self._on_undo_changed()

    @Slot()
    def _on_closing(self) -> None:
        self._gate.let_through()
        document = self._bench.document
        if document is not None:
            document.stack.changed.disconnect(self._on_undo_changed)
        self._allow(is_open=False)

    def _allow(self, is_open: bool) -> None:
        commands = self._context.commands
        commands.allow(NEEDS_PACKAGE, is_open, tr("Open a package first."))
        if not is_open:
            commands.set_text("edit.undo", tr("&Undo"))
            commands.set_text("edit.redo", tr("&Redo"))
            commands.allow(("edit.undo", "edit.redo"), allowed=False, reason=tr("Open a package first."))

    @Slot()
    def _on_undo_changed(self) -> None:
        document = self._bench.document
        if document is None:
            return
        commands, stack = self._context.commands, document.stack
        undo, redo = stack.undoText(), stack.redoText()
        commands.set_text("edit.undo", tr("&Undo {what}", what=undo) if undo else tr("&Undo"))
        commands.set_text("edit.redo", tr("&Redo {what}", what=redo) if redo else tr("&Redo"))
        commands.allow(("edit.undo",), stack.canUndo(), tr("Nothing was changed yet."))
        commands.allow(("edit.redo",), stack.canRedo(), tr("Nothing was undone."))


def _help_page(window: MainWindow) -> str:
    """The page about what the window shows."""
    shown, page = window.pages.currentWidget(), window.package_page
    if shown is window.workspace:
        return CAPTURE
    part = page.shown_part if page is not None and shown is page else None
    return page_of(part) if part is not None else QUICK_START
