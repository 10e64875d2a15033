"""The resource editor: the package's resources at the left, one form for each at the right, a dialog to add one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.formeditor import FormEditor
from gui.editors.resource.adddialog import AddResourceDialog
from gui.editors.resource.page import WorkerPage
from gui.editors.resource.presenter import ResourcePart
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.problems import ProblemsAt
from gui.qt.forms import GRID, column, make_button
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.emptystate import EmptyState
from gui.widgets.fieldform import worst_severity
from spkcore.checks.engine import Problem
from spkcore.package.entries import PAYLOAD
from spkcore.package.formspecs import Shape
from spkcore.package.info import PATH as INFO
from spkcore.package.jsontext import join_pointer, split_pointer
from spkcore.package.privilege import PATH as PRIVILEGE

_NAME = Qt.ItemDataRole.UserRole
_PORT_FILES = ".sc"
_UNITS = "conf/systemd/"


class ResourceHost(FormHost):
    """Items begin with what the worker's own starter has."""

    part: ResourcePart

    def starter_of(self, pointer: str, shape: Shape) -> object:
        return self.part.starter_of(pointer, shape)


class WorkerList(QListWidget):
    """The resources of the package; Del removes the chosen one."""

    def __init__(self, editor: ResourceEditor) -> None:
        super().__init__()
        self._editor = editor
        self.setAccessibleName(tr("Resources of the package"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del removes; everything else is Qt's."""
        if event.key() == Qt.Key.Key_Delete and self.currentRow() >= 0:
            self._editor.remove_worker(self._editor.shown_worker)
        else:
            super().keyPressEvent(event)


class ResourceEditor(FormEditor):
    """Edits conf/resource."""

    part: ResourcePart

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ResourcePart(path, document), document, context, parent)
        self.host = ResourceHost(self.part, context, self)
        self.host.fix_wanted.connect(self.fix_wanted)
        self.list = WorkerList(self)
        self.add_button = make_button(tr("Add a resource…"), icon=context.theme.icon("plus"))
        text = tr("A resource is something that DSM sets up for the package: a shared folder, ports, a database…")
        self.nothing = EmptyState(context.theme, "resource", tr("No resources"), text, action=tr("Add a resource…"))
        self.pages: dict[str, WorkerPage] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._left = QWidget()
        self._wanted = ""
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.add_button.clicked.connect(self.open_add_dialog)
        self.nothing.triggered.connect(self.open_add_dialog)
        self.set_form(self._make_form())

    # ------------------------------------------------------------------------------------------ editor

    def concerns(self, paths: frozenset[str]) -> bool:
        """Names of the package and its user are used here; the port file and unit files are shown."""
        return any(
            path in {self.path, INFO, PRIVILEGE}
            or path.startswith(_UNITS)
            or (path.startswith(PAYLOAD) and path.endswith(_PORT_FILES))
            for path in paths
        )

    def show_part(self) -> None:
        self.host.look_again()
        self.host.answers = self.part.answers()
        rows = self.part.worker_rows()
        names = [found.name for found in rows]
        for name in [name for name, page in self.pages.items() if name not in names or page.found not in rows]:
            page = self.pages.pop(name)
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._show_list()
        current = self._page(self.shown_worker)
        if current is not None:
            current.show_state()
        self.show_form_problems(self._problems)

    def focus_pointer(self, pointer: str) -> bool:
        name = next(iter(split_pointer(pointer)), "")
        if not self.select(name):
            self.list.setFocus()
            return not name
        page = self._page(name)
        return page is not None and page.focus_pointer(pointer)

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        self.host.problems = ProblemsAt(problems)
        for row in range(self.list.count()):
            item = self.list.item(row)
            here = self.host.problems.within(join_pointer("", item.data(_NAME)))
            worst = worst_severity(here)
            icons = {"error": ("error", "danger"), "warning": ("warning", "warning")}
            item.setIcon(self.context.theme.icon(*icons.get(worst, ("resource", "icon"))))
            item.setToolTip("\n".join(problem.message for problem in here) or str(item.data(_NAME)))
        page = self._page(self.shown_worker)
        if page is not None:
            page.show_problems()

    # ------------------------------------------------------------------------------------------ what people do

    @property
    def shown_worker(self) -> str:
        """The name of the worker whose page is shown; empty where there is none."""
        row = self.list.currentRow()
        return str(self.list.item(row).data(_NAME)) if row >= 0 else ""

    def select(self, name: str) -> bool:
        """Show the page of this worker; False where the file has none."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_NAME) == name:
                self.list.setCurrentRow(row)
                return True
        return False

    def remove_worker(self, name: str) -> None:
        """Take a worker out; the next one is shown."""
        self.part.remove_worker(name)
        (self.list if self.list.count() else self.nothing).setFocus()

    @Slot()
    def open_add_dialog(self) -> None:
        """Let people choose what to add."""
        dialog = AddResourceDialog(self.context.theme, self.part.offers(), self.window())
        dialog.chosen.connect(self._on_add)
        dialog.open()

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str)
    def _on_add(self, name: str) -> None:
        self._wanted = name
        self.part.add_worker(name)
        self.focus_pointer(join_pointer("", name))

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        page = None if item is None else self._page(str(item.data(_NAME)))
        self._stack.setCurrentWidget(page or self.nothing)
        if page is not None:
            page.show_state()
            page.show_problems()

    @Slot(str)
    def _on_remove_wanted(self, name: str) -> None:
        self.remove_worker(name)

    @Slot(str)
    def _on_place_wanted(self, path: str) -> None:
        self.place_wanted.emit(path, "", 0, 0)

    def _show_list(self) -> None:
        """The list as the file has it; what is chosen stays chosen."""
        rows = self.part.worker_rows()
        shown = [str(self.list.item(at).data(_NAME)) for at in range(self.list.count())]
        if shown != [found.name for found in rows]:
            wanted, at = self._wanted or self.shown_worker, max(self.list.currentRow(), 0)
            self._wanted = ""
            with QSignalBlocker(self.list):
                self.list.clear()
                for found in rows:
                    item = QListWidgetItem(found.title)
                    item.setData(_NAME, found.name)
                    self.list.addItem(item)
                names = [found.name for found in rows]
                self.list.setCurrentRow(names.index(wanted) if wanted in names else min(at, len(names) - 1))
        self._left.setVisible(bool(rows))
        self._stack.setCurrentWidget(self._page(self.shown_worker) or self.nothing)
        self._halves.setFocusProxy(self.list if rows else self.nothing)

    def _page(self, name: str) -> WorkerPage | None:
        """The page of a worker, made on first use."""
        if name and name not in self.pages:
            found = next((row for row in self.part.worker_rows() if row.name == name), None)
            if found is None:
                return None
            page = self.pages[name] = WorkerPage(self.host, self.part, found)
            page.remove_wanted.connect(self._on_remove_wanted)
            page.place_wanted.connect(self._on_place_wanted)
            self._stack.addWidget(page)
        return self.pages.get(name)

    def _make_form(self) -> QWidget:
        lines = column(self._left, margin=GRID, spacing=GRID)
        lines.addWidget(self.list, 1)
        lines.addWidget(self.add_button)
        halves = self._halves
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._left)
        halves.addWidget(self._stack)
        halves.setStretchFactor(1, 1)
        halves.setSizes([28 * GRID, 72 * GRID])
        return halves
