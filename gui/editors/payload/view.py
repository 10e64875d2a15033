"""The payload editor: the tree of files with properties and size map beside it, and opened files in tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.payload.adding import Adder
from gui.editors.payload.facts import PayloadFacts
from gui.editors.payload.filesarea import FilesArea
from gui.editors.payload.filetabs import FileTabs
from gui.editors.payload.filterbar import FilterBar
from gui.editors.payload.menu import PayloadMenu
from gui.editors.payload.modedialog import ModeDialog
from gui.editors.payload.planning import Plan, Planner
from gui.editors.payload.presenter import PayloadPresenter
from gui.editors.payload.programs import ProgramsBanner
from gui.editors.payload.properties import PropertiesPresenter, names
from gui.editors.payload.propertiespane import PropertiesPane
from gui.editors.payload.replacedialog import ReplaceDialog
from gui.editors.payload.sizemap import SizeMapPanel
from gui.editors.payload.tree import PayloadView
from gui.models.payload import MANY, MIME_PATHS, PayloadModel, internal_paths, picture_or_text
from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import column
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.widgets.emptystate import EmptyState
from spkcore.base.errors import SpkError
from spkcore.checks.engine import Problem
from spkcore.package.entries import PAYLOAD
from spkcore.package.executables import Role

_MAP_PAUSE = 60
"""Milliseconds after a change before the size map is drawn anew: not in the turn that updates the tree."""


class PayloadEditor(Editor):
    """Edits the files that become package.tgz."""

    holds_others = True

    def __init__(
        self, document: Document, context: AppContext, path: str = PAYLOAD, parent: QWidget | None = None
    ) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = PayloadPresenter(document)
        self.adder = Adder(self.presenter, context, self)
        self.planner = Planner(document, context, self)
        self.facts = PayloadFacts(document, context, self)
        self.model = PayloadModel(context.theme, self)
        self.view = PayloadView(self.model, self.presenter)
        self.bar = FilterBar()
        self.filter = self.bar.text
        self.menu = PayloadMenu(context.theme, self)
        self.banner = ProgramsBanner(self.facts, self.planner, context.theme)
        self.properties = PropertiesPane(PropertiesPresenter(document), context)
        self.map = SizeMapPanel(self.model.tree, context.theme, self._kind_of)
        self.empty = EmptyState(
            context.theme,
            "payload",
            tr("The payload is empty"),
            tr("Drop files and folders here. They become package.tgz and are unpacked on the NAS."),
            action=tr("Add files…"),
        )
        self.area = FilesArea(context.theme, self.menu, self.bar)
        self.area.lay_out(self.banner, self.map, self.properties)
        self._pages = self.area.pages
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        self._problems: Sequence[Problem] = ()
        self._map_timer = QTimer(self)
        self.tabs = FileTabs(self.area, document, context)
        column(self, spacing=0).addWidget(self.tabs)
        self._connect()
        self.model.reload(document.entries)
        self._show_state()
        self._show_selection()
        self.setFocusProxy(self.view)
        self.setAcceptDrops(True)
        self.facts.look_soon()

    # ------------------------------------------------------------------------------------------ editor

    def refresh(self, paths: frozenset[str]) -> None:
        kept = self.view.keep() if len(paths) > MANY else None
        if self.model.update(self.document.entries, paths) and kept is not None:
            self.view.restore(kept)
        self.tabs.close_gone()
        if self.bar.depends_on("changed"):
            self._filter()
        self._show_state()
        self._show_selection()
        self.facts.look_soon()
        self._map_timer.start()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        if line and self.presenter.is_file(field):
            self.open_file(field)
        editor = self.tabs.editor_of(field)
        if editor is not None:
            self.tabs.setCurrentWidget(editor)
            editor.reveal("", line, column)
            return
        self.tabs.show_files()
        self.area.show_files()
        self._show_entry(field)
        self.view.setFocus()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        self.tabs.set_problems(problems)
        self.bar.known.problems = frozenset(problem.path for problem in problems)
        if self.bar.depends_on("problems"):
            self._filter()

    def problems_here(self) -> Sequence[Problem]:
        current = self.tabs.current_editor
        if current is not None:
            return current.problems_here()
        selected = set(self.view.selected_paths())
        return [problem for problem in self._problems if problem.path in selected]

    def start_find(self) -> bool:
        current = self.tabs.current_editor
        if current is not None:
            return current.start_find()
        self.area.show_files()
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    @Slot(str)
    def open_file(self, path: str) -> None:
        """Show a file of the payload in a tab."""
        self.tabs.open_file(path)

    # ------------------------------------------------------------------------------------------ files

    @Slot(str, str)
    def _on_rename_wanted(self, path: str, name: str) -> None:
        new = self._try(partial(self.presenter.rename, path, name))
        if new:
            self.view.select_path(str(new))

    @Slot(list, str)
    def _on_moved(self, paths: list[str], folder: str) -> None:
        self._try(partial(self.presenter.move, paths, folder))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self.context.notifier.error(error)

    @Slot()
    def _on_add_files(self) -> None:
        self.context.notifier.open_files(
            tr("Add files"), [(tr("All files"), "*")], None, partial(self.adder.add, self.view.current_folder())
        )

    @Slot()
    def _on_add_folder(self) -> None:
        self.context.notifier.choose_folder(tr("Add a folder"), None, self._on_folder_chosen)

    def _on_folder_chosen(self, folder: Path) -> None:
        self.adder.add(self.view.current_folder(), [folder])

    @Slot()
    def _on_replace(self) -> None:
        self.context.notifier.choose_folder(
            tr("Replace with the content of"), None, partial(self.replace_folder, self.view.current_folder())
        )

    @Slot(str, object)
    def replace_folder(self, folder: str, source: Path) -> None:
        """Show what would change if the content of `folder` became that of `source`."""
        dialog = ReplaceDialog(self.document, self.context, folder, source, self)
        dialog.chosen.connect(self._on_plan)
        dialog.open()

    @Slot()
    def _on_compare(self) -> None:
        self.context.commands.action("package.compare").trigger()

    @Slot()
    def _on_copy(self) -> None:
        paths = self.view.selected_paths()
        if paths:
            QGuiApplication.clipboard().setMimeData(self.view.drag_data(paths))

    @Slot()
    def _on_paste(self) -> None:
        mime, folder = QGuiApplication.clipboard().mimeData(), self.view.current_folder()
        if mime.hasFormat(MIME_PATHS):
            self._try(partial(self.presenter.copy, internal_paths(mime), folder))
        elif dropped_paths(mime):
            self.adder.add(folder, dropped_paths(mime))

    @Slot()
    def _on_new_folder(self) -> None:
        path = self._try(partial(self.presenter.new_folder, self.view.current_folder()))
        if path:
            self.view.edit_name(str(path))

    @Slot()
    def _on_delete(self) -> None:
        paths = self.view.selected_paths()
        if paths:
            self._try(partial(self.presenter.remove, paths))

    @Slot()
    def _on_rename(self) -> None:
        self.view.edit(self.view.currentIndex().siblingAtColumn(0))

    @Slot()
    def _on_open(self) -> None:
        for path in self.view.selected_paths():
            if self.presenter.is_file(path):
                self.open_file(path)

    @Slot()
    def _on_export(self) -> None:
        self.context.notifier.choose_folder(tr("Export to"), None, self._on_export_folder)

    def _on_export_folder(self, folder: Path) -> None:
        self.presenter.prepare()
        work = partial(self.presenter.exporting, self.view.selected_paths(), folder)
        task: Task = self.context.tasks.start("export", tr("Export files"), work)
        task.failed.connect(self._on_failed)

    # ------------------------------------------------------------------------------------------ modes and owners

    @Slot(object)
    def _on_plan(self, plan: object) -> None:
        if isinstance(plan, Plan):
            self.planner.carry_out(plan)

    @Slot(str, int)
    def _on_mode_wanted(self, path: str, permissions: int) -> None:
        self.planner.carry_out(PropertiesPresenter(self.document).set_bits([path], 0o7777, permissions))

    @Slot(int, int)
    def _on_mode_chosen(self, mask: int, bits: int) -> None:
        self.planner.carry_out(PropertiesPresenter(self.document).set_bits(self.view.selected_paths(), mask, bits))

    @Slot()
    def _on_mode(self) -> None:
        paths = self.view.selected_paths()
        if paths:
            summary = PropertiesPresenter(self.document).summary(paths)
            dialog = ModeDialog(names(paths), summary.all_on, summary.any_on, self)
            dialog.chosen.connect(self._on_mode_chosen)
            dialog.open()

    @Slot()
    def _on_roles(self) -> None:
        roles = self.facts.roles
        self.bar.known.roles = roles
        self.model.set_run({path for path, role in roles.items() if role not in {Role.TEXT, Role.DATA}})
        self.view.viewport().update()
        if self.bar.depends_on("programs", "libraries", "scripts"):
            self._filter()
        self._show_selection()
        self._map_timer.start()

    # ------------------------------------------------------------------------------------------ showing

    def _try(self, act: Callable[[], object]) -> object:
        """Carry an edit out; what cannot be done is said."""
        try:
            return act()
        except SpkError as error:
            self.context.notifier.error(error)
            return None

    def _show_state(self) -> None:
        self._pages.setCurrentWidget(self.empty if self.presenter.is_empty() else self.view)
        total = size_text(self.model.tree.root.total())
        files = self.model.tree.count_files()
        self.status_changed.emit(tr("{n} file, {size}", "{n} files, {size}", n=files, size=total))

    @Slot()
    def _show_selection(self) -> None:
        paths = self.view.selected_paths()
        size = self.model.tree.size_of_all(paths)
        self.properties.show_paths(paths, size)
        self.menu.allow(selected=len(paths), has_file=any(self.presenter.is_file(path) for path in paths))
        if len(paths) == 1:
            self.map.select(paths[0])

    @Slot(str)
    def _show_entry(self, path: str) -> None:
        """Select an entry, also where the filter hides it."""
        if path in self.model.tree and not self.model.index_of_path(path).isValid():
            self.bar.clear()
        self.view.select_path(path)

    @Slot()
    def _filter(self) -> None:
        self.bar.known.changed = self.document.package.changed
        self.view.filter(self.bar.needle, self.bar.wanted())
        tree = self.model.tree
        found = tree.count_found() if tree.is_filtered else 0
        text = tr("{n} found", "{n} found", n=found) if found else tr("Nothing is found.")
        self.bar.show_note(text if tree.is_filtered else "")

    @Slot(object)
    def _on_found(self, paths: object) -> None:
        if isinstance(paths, frozenset):
            self.bar.show_found(paths)

    @Slot(bool)
    def _on_map_toggled(self, is_on: bool) -> None:
        if is_on:
            self._show_selection()

    @Slot()
    def _on_map_closed(self) -> None:
        self.area.map_button.setChecked(False)

    def _kind_of(self, path: str) -> str:
        """What the size map colours a file by."""
        role = self.facts.roles.get(path)
        return "compiled" if role in {Role.PROGRAM, Role.LIBRARY} else picture_or_text(path, role)

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        self.menu.popup(self.view.viewport().mapToGlobal(place))

    # ------------------------------------------------------------------------------------------ building
    def _connect(self) -> None:
        # Queued: the row may go away, and the view must be done with its inline editor before that.
        self.model.rename_wanted.connect(self._on_rename_wanted, Qt.ConnectionType.QueuedConnection)
        self.model.mode_wanted.connect(self._on_mode_wanted, Qt.ConnectionType.QueuedConnection)
        self.model.moved.connect(self._on_moved)
        self.model.files_dropped.connect(self.adder.drop)
        self.adder.added.connect(self.view.select_path)
        self.adder.replace_wanted.connect(self.replace_folder)
        self.view.open_wanted.connect(self.open_file)
        self.view.delete_wanted.connect(self._on_delete)
        self.view.new_folder_wanted.connect(self._on_new_folder)
        self.view.copy_wanted.connect(self._on_copy)
        self.view.paste_wanted.connect(self._on_paste)
        self.view.refused.connect(self._on_failed)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.view.selectionModel().selectionChanged.connect(self._show_selection)
        self.model.modelReset.connect(self._show_selection)
        self.bar.changed.connect(self._filter)
        self.bar.changed.connect(self.area.show_files)
        self.bar.text_wanted.connect(self.facts.search)
        self.facts.found.connect(self._on_found)
        self.facts.roles_changed.connect(self._on_roles)
        self.empty.triggered.connect(self._on_add_files)
        self.properties.planned.connect(self._on_plan)
        self.properties.path_wanted.connect(self._show_entry)
        self.area.map_button.toggled.connect(self._on_map_toggled)
        self.map.close_wanted.connect(self._on_map_closed)
        self.map.chosen.connect(self._show_entry)
        self._map_timer.setSingleShot(True)
        self._map_timer.setInterval(_MAP_PAUSE)
        self._map_timer.timeout.connect(self.map.refresh)
        self.tabs.opened.connect(self._on_file_opened)
        menu = self.menu
        menu.connect_to((
            (menu.open, self._on_open), (menu.new_folder, self._on_new_folder), (menu.add_files, self._on_add_files),
            (menu.add_folder, self._on_add_folder), (menu.copy, self._on_copy), (menu.paste, self._on_paste),
            (menu.rename, self._on_rename), (menu.mode, self._on_mode), (menu.replace, self._on_replace),
            (menu.compare, self._on_compare), (menu.export, self._on_export), (menu.remove, self._on_delete),
        ))  # fmt: skip

    @Slot(object)
    def _on_file_opened(self, editor: object) -> None:
        if isinstance(editor, Editor):
            editor.status_changed.connect(self.status_changed)
            editor.fix_wanted.connect(self.fix_wanted)
            editor.problem_wanted.connect(self.problem_wanted)

    # ------------------------------------------------------------------------------------------ Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_state()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """While the payload is empty there is no tree to drop on."""
        if self._pages.currentWidget() is self.empty and dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._pages.currentWidget() is self.empty:
            self.adder.add(PAYLOAD, dropped_paths(event.mimeData()))
            event.acceptProposedAction()
