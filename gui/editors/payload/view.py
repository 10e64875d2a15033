"""The payload editor: the tree of files, and opened files in tabs beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QIcon, QKeySequence, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QStackedWidget, QTabBar, QTabWidget, QToolButton, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.payload.modedialog import ModeDialog
from gui.editors.payload.presenter import PayloadPresenter
from gui.editors.payload.tree import PayloadView
from gui.editors.text.opening import open_file
from gui.models.payload import PayloadModel
from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import GRID, ToolButton, column, fill, make_button, make_tool, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.widgets.emptystate import EmptyState
from spkcore.base.errors import SpkError
from spkcore.checks.engine import Problem
from spkcore.package.changes import Change, Edit
from spkcore.package.entries import PAYLOAD


class PayloadEditor(Editor):
    """Edits the files that become package.tgz."""

    holds_others = True

    def __init__(
        self, document: Document, context: AppContext, path: str = PAYLOAD, parent: QWidget | None = None
    ) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = PayloadPresenter(document)
        self.model = PayloadModel(context.theme, self)
        self.view = PayloadView(self.model, self.presenter)
        self.filter = QLineEdit()
        self.tabs = QTabWidget()
        self.empty = EmptyState(
            context.theme,
            "payload",
            tr("The payload is empty"),
            tr("Drop files and folders here. They become package.tgz and are unpacked on the NAS."),
            action=tr("Add files…"),
        )
        self._pages = QStackedWidget()
        self._problems: Sequence[Problem] = ()
        self._sources: list[Path] = []
        self._added_revision = -1
        self._make_actions()
        self._lay_out()
        self._connect()
        self.model.reload(document.entries)
        self._show_state()
        self.setFocusProxy(self.view)

    # ------------------------------------------------------------------------------------------ editor

    def refresh(self, paths: frozenset[str]) -> None:
        folders = self.view.open_folders() if len(paths) > 100 else set()
        self.model.update(self.document.entries, paths)
        self.view.reopen(folders)
        self._close_gone_tabs()
        self._show_state()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        tab = self._tab_of(field)
        if line and tab < 0 and self.presenter.is_file(field):
            self.open_file(field)
            tab = self._tab_of(field)
        if tab >= 0:
            self.tabs.setCurrentIndex(tab)
            editor = self.tabs.widget(tab)
            if isinstance(editor, Editor):
                editor.reveal("", line, column)
            return
        self.tabs.setCurrentIndex(0)
        self.view.select_path(field)
        self.view.setFocus()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        for editor in self._opened():
            editor.set_problems([problem for problem in problems if problem.path == editor.path])

    def problems_here(self) -> Sequence[Problem]:
        current = self.tabs.currentWidget()
        if isinstance(current, Editor):
            return current.problems_here()
        selected = set(self.view.selected_paths())
        return [problem for problem in self._problems if problem.path in selected]

    def start_find(self) -> bool:
        current = self.tabs.currentWidget()
        if isinstance(current, Editor):
            return current.start_find()
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    @Slot(str)
    def open_file(self, path: str) -> None:
        """Show a file of the payload in a tab."""
        if self._tab_of(path) < 0:
            editor = open_file(path, self.document, self.context, self.tabs)
            editor.set_problems([problem for problem in self._problems if problem.path == path])
            editor.status_changed.connect(self.status_changed)
            editor.fix_wanted.connect(self.fix_wanted)
            editor.problem_wanted.connect(self.problem_wanted)
            index = self.tabs.addTab(editor, path.rpartition("/")[2])
            self.tabs.setTabToolTip(index, path)
            self._give_close_button(index, editor)
        self.tabs.setCurrentIndex(self._tab_of(path))
        self.tabs.currentWidget().setFocus()

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str, str)
    def _on_rename_wanted(self, path: str, name: str) -> None:
        new = self._try(partial(self.presenter.rename, path, name))
        if new:
            self.view.select_path(str(new))

    @Slot(str, int)
    def _on_mode_wanted(self, path: str, permissions: int) -> None:
        self._try(partial(self.presenter.set_mode, [path], permissions))

    @Slot(int)
    def _on_mode_chosen(self, permissions: int) -> None:
        self._try(partial(self.presenter.set_mode, self.view.selected_paths(), permissions))

    @Slot(list, str)
    def _on_moved(self, paths: list[str], folder: str) -> None:
        self._try(partial(self.presenter.move, paths, folder))

    @Slot(list, str)
    def _on_files_dropped(self, sources: list[Path], folder: str) -> None:
        self._sources = sources
        self._added_revision = self.document.revision
        self.presenter.prepare()
        work = partial(self.presenter.adding, sources, folder)
        task = self.context.tasks.start("payload", tr("Add files to the payload"), work)
        task.finished.connect(self._on_added)
        task.failed.connect(self._on_failed)

    @Slot(object)
    def _on_added(self, change: object) -> None:
        """What was edited while the files were looked at must not be lost: then the change is made anew."""
        if isinstance(change, Change):
            fresh = change if self._added_revision == self.document.revision else _rebased(change, self.document)
            self._try(partial(self.presenter.added, fresh, self._sources))
            if fresh.place:
                self.view.select_path(fresh.place)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self.context.notifier.error(error)

    @Slot()
    def _on_add_files(self) -> None:
        self.context.notifier.open_files(
            tr("Add files"), [(tr("All files"), "*")], None, partial(self._add, self.view.current_folder())
        )

    @Slot()
    def _on_add_folder(self) -> None:
        self.context.notifier.choose_folder(tr("Add a folder"), None, self._on_folder_chosen)

    def _on_folder_chosen(self, folder: Path) -> None:
        self._add(self.view.current_folder(), [folder])

    def _add(self, folder: str, sources: list[Path]) -> None:
        self._on_files_dropped(sources, folder)

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
    def _on_mode(self) -> None:
        paths = self.view.selected_paths()
        if paths:
            what = paths[0].rpartition("/")[2] if len(paths) == 1 else tr("{n} item", "{n} items", n=len(paths))
            dialog = ModeDialog(what, self.model.tree.by_path[paths[0]].permissions, self)
            dialog.chosen.connect(self._on_mode_chosen)
            dialog.open()

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

    @Slot(QWidget)
    def _on_tab_close(self, editor: QWidget) -> None:
        self.tabs.removeTab(self.tabs.indexOf(editor))
        editor.deleteLater()

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        self._allow_actions()
        self.menu.popup(self.view.viewport().mapToGlobal(place))

    @Slot()
    def _allow_actions(self) -> None:
        """What needs a selection is grey without one."""
        paths = self.view.selected_paths()
        for action in (self.rename_action, self.mode_action, self.delete_action, self.export_action):
            action.setEnabled(bool(paths))
        self.open_action.setEnabled(any(self.presenter.is_file(path) for path in paths))
        self.rename_action.setEnabled(len(paths) == 1)

    # ------------------------------------------------------------------------------------------ inner

    def _try(self, act: Callable[[], object]) -> object:
        """Carry an edit out; what cannot be done is said."""
        try:
            return act()
        except SpkError as error:
            self.context.notifier.error(error)
            return None

    def _show_state(self) -> None:
        self._pages.setCurrentWidget(self.empty if self.presenter.is_empty() else self.view)
        root = self.model.tree.root
        total = size_text(root.total())
        files = self.model.tree.count_files()
        self.status_changed.emit(tr("{n} file, {size}", "{n} files, {size}", n=files, size=total))

    def _opened(self) -> list[Editor]:
        widgets = [self.tabs.widget(index) for index in range(self.tabs.count())]
        return [widget for widget in widgets if isinstance(widget, Editor)]

    def _tab_of(self, path: str) -> int:
        return next((self.tabs.indexOf(editor) for editor in self._opened() if editor.path == path), -1)

    def _close_gone_tabs(self) -> None:
        for editor in self._opened():
            if editor.path not in self.document.entries:
                self._on_tab_close(editor)

    def _give_close_button(self, index: int, editor: Editor) -> None:
        button = CloseButton(editor, self.context.theme.icon("close"), self.tabs.tabText(index))
        button.close_wanted.connect(self._on_tab_close)
        self.tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)

    def _make_actions(self) -> None:
        icons = self.context.theme
        self.open_action = self._action(tr("Open"), "open", "Return", self._on_open)
        self.new_folder_action = self._action(tr("New folder"), "folder", "Ins", self._on_new_folder)
        self.add_files_action = self._action(tr("Add files…"), "plus", "", self._on_add_files)
        self.add_folder_action = self._action(tr("Add a folder…"), "upload", "", self._on_add_folder)
        self.export_action = self._action(tr("Export…"), "download", "", self._on_export)
        self.rename_action = self._action(tr("Rename"), "rename", "F2", self._on_rename)
        self.mode_action = self._action(tr("Mode…"), "key", "", self._on_mode)
        self.delete_action = self._action(tr("Delete"), "trash", "Del", self._on_delete)
        self.menu = QMenu(self)
        self.menu.addAction(self.open_action)
        self.menu.addSeparator()
        self.menu.addActions([self.new_folder_action, self.add_files_action, self.add_folder_action])
        self.menu.addSeparator()
        self.menu.addActions([self.rename_action, self.mode_action, self.export_action, self.delete_action])
        self.more = make_tool(icons.icon("more"), tr("More"))

    def _action(self, text: str, icon: str, key: str, slot: Callable[[], None]) -> QAction:
        action = QAction(self.context.theme.icon(icon), text, self)
        if key:
            # The tree itself listens to the keys; here they are only shown.
            action.setText(f"{text}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}")
        action.triggered.connect(slot)
        return action

    def _button(self, action: QAction, text: str) -> QPushButton:
        button = make_button(text, "flat", action.icon())
        button.clicked.connect(action.trigger)
        return button

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(tr("Filter by name"))
        self.filter.setAccessibleName(tr("Filter the files"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAcceptDrops(False)
        self.more.setMenu(self.menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        bar = row(spacing=GRID // 2)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(self.filter, 1)
        add_files = self._button(self.add_files_action, tr("Add files…"))
        add_folder = self._button(self.add_folder_action, tr("Add a folder…"))
        fill(bar, add_files, add_folder, self._button(self.new_folder_action, tr("New folder")), self.more)
        files = QWidget()
        lines = column(files, spacing=0)
        fill(lines, bar)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        lines.addWidget(self._pages, 1)
        self.tabs.setDocumentMode(True)
        self.tabs.setTabBarAutoHide(True)
        self.tabs.addTab(files, tr("Files"))
        outer = column(self, spacing=0)
        outer.addWidget(self.tabs)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        # Queued: the row may go away, and the view must be done with its inline editor before that.
        self.model.rename_wanted.connect(self._on_rename_wanted, Qt.ConnectionType.QueuedConnection)
        self.model.mode_wanted.connect(self._on_mode_wanted, Qt.ConnectionType.QueuedConnection)
        self.model.moved.connect(self._on_moved)
        self.model.files_dropped.connect(self._on_files_dropped)
        self.view.open_wanted.connect(self.open_file)
        self.view.delete_wanted.connect(self._on_delete)
        self.view.new_folder_wanted.connect(self._on_new_folder)
        self.view.refused.connect(self._on_failed)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.view.selectionModel().selectionChanged.connect(self._allow_actions)
        self.filter.textChanged.connect(self.view.filter)
        self.empty.triggered.connect(self._on_add_files)
        self.menu.aboutToShow.connect(self._allow_actions)

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
            self._on_files_dropped(dropped_paths(event.mimeData()), PAYLOAD)
            event.acceptProposedAction()


class CloseButton(ToolButton):
    """The button on a tab that closes the editor in it."""

    close_wanted = Signal(QWidget)

    def __init__(self, editor: QWidget, icon: QIcon, name: str) -> None:
        super().__init__()
        self._editor = editor
        self.setIcon(icon)
        self.setIconSize(QSize(14, 14))
        self.setAutoRaise(True)
        self.setToolTip(tr("Close {name}", name=name))
        self.setAccessibleName(self.toolTip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.close_wanted.emit(self._editor)


def _rebased(change: Change, document: Document) -> Change:
    """`change` as an edit of the package as it is now."""
    edits = tuple(Edit(edit.path, document.entries.get(edit.path), edit.after) for edit in change.edits)
    return Change(edits, change.merge_key, change.place)
