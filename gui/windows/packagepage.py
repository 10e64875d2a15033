"""The open package: tree of parts, banner, heading, the editor of the chosen part, and the panel below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.missing import shows_missing
from gui.models.parts import OVERVIEW, missing_text
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.workbench import OpenDocument
from gui.widgets.banner import Banner
from gui.widgets.emptystate import EmptyState
from gui.windows.clutter import ClutterOffer
from gui.windows.partproblems import PartProblems
from gui.windows.sidebar import Sidebar
from spkcore.base.errors import SpkError
from spkcore.checks.engine import Problem
from spkcore.package.adding import add_part, addable_parts
from spkcore.package.changes import remove
from spkcore.package.parts import Part, PartKind

_TOGETHER = {PartKind.ICON, PartKind.SCREENSHOT, PartKind.STRINGS}
"""Kinds whose parts are shown by one editor, all of them together."""

EditorFactory = Callable[[Part, Document, AppContext, QWidget], Editor]


class PackagePage(QWidget):
    """Lives as long as the package is open."""

    part_shown = Signal(str)
    """The path of the part in the editor."""
    status_changed = Signal(str)
    """What the editor says about itself."""
    unpack_wanted = Signal()
    """The user wants the packed payload unpacked."""
    fix_wanted = Signal(object)
    """Problem: an editor wants its quick fix."""
    problem_wanted = Signal(object)
    """Problem: an editor wants it shown in the list."""
    add_wanted = Signal()
    """Another part is to be added."""
    package_problems_wanted = Signal()
    """The problems of the package as a whole are to be shown."""

    def __init__(
        self, current: OpenDocument, context: AppContext, factory: EditorFactory, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = current.document
        self._validation = current.validation
        self._context = context
        self._factory = factory
        self._editors: dict[str, Editor] = {}
        self._marked: dict[str, Sequence[Problem]] = {}
        self._shown = ""
        self.sidebar = Sidebar(current.document, context)
        self.banner = Banner(context.theme)
        self.part_problems = PartProblems(context.theme)
        self.part_problems.fix_wanted.connect(self.fix_wanted)
        self.part_problems.problem_wanted.connect(self.problem_wanted)
        self._group = make_label("", "muted")
        self._separator = make_label("›", "muted")
        self._title = ElidedLabel("", "strong", Qt.TextElideMode.ElideRight)
        self._path = ElidedLabel("", "small")
        self._stack = QStackedWidget()
        self._missing = EmptyState(context.theme, "plus", "", "", action=tr("Create it"))
        self._missing.triggered.connect(self._on_create_clicked)
        self._stack.addWidget(self._missing)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.sidebar.part_chosen.connect(self.show_part)
        self.sidebar.package_problems_wanted.connect(self.package_problems_wanted)
        self._document.changed.connect(self._on_document_changed)
        self._document.place_wanted.connect(self._on_place_wanted)
        self._validation.problems_changed.connect(self._on_problems_changed)
        self._validation.verdict_changed.connect(self._tell_state)
        self.sidebar.remove_wanted.connect(self.remove_part)
        self.sidebar.add_wanted.connect(self.add_wanted)
        ClutterOffer(self._document, context.notifier, self.banner).unpack_wanted.connect(self.unpack_wanted)
        # In a turn of its own: building tree and editor at once would keep the window waiting.
        QTimer.singleShot(0, self._show_first)

    @property
    def shown_path(self) -> str:
        """The path of the part that is shown."""
        return self._shown

    @property
    def shown_part(self) -> Part | None:
        """The part that is shown."""
        return self.sidebar.model.part(self._shown)

    @property
    def editor(self) -> Editor | None:
        """The editor that is shown; None while a missing part is."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, Editor) else None

    @Slot(str)
    def show_part(self, path: str) -> None:
        """Show the editor of this part, or the offer to create it."""
        part = self.sidebar.model.part(path)
        if part is None:
            return
        self._document.break_merging()
        self._shown = path
        self.sidebar.select(path)
        self._show_heading(part)
        if part.present or shows_missing(part):
            self._show_editor(part)
        else:
            self._show_missing(part)
        self._show_part_problems()
        self.part_shown.emit(path)

    @Slot(str, str, int, int)
    def show_place(self, path: str, field: str = "", line: int = 0, column: int = 0) -> None:
        """Show this place of the package and put the focus there."""
        owner = self.sidebar.model.owner(path)
        part = next((part for part in self.addable() if part.path == path), None) if path and not owner else None
        if part is not None:
            self.sidebar.want(part)
            owner = path
        self.show_part(owner or self._first_part())
        if self.editor is not None:
            self.editor.reveal(field or (path if path != self._shown else ""), line, column)

    def show_problem(self, problem: Problem) -> None:
        """Show where this problem is."""
        self.show_place(problem.path, problem.field, problem.line, problem.column)

    def step_part(self, direction: int) -> None:
        """Show the next (1) or previous (-1) part of the tree, around the end."""
        paths = [part.path for part in self.sidebar.model.parts]
        position = paths.index(self._shown) if self._shown in paths else 0
        self.show_part(paths[(position + direction) % len(paths)])

    def _lay_out(self) -> None:
        crumbs = row(spacing=GRID)
        fill(crumbs, self._group, self._separator)
        crumbs.addWidget(self._title, 1)
        crumbs.addWidget(self._path, 1)
        self._path.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header = QWidget()
        header.setObjectName("Header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        header.setLayout(crumbs)
        crumbs.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        right = QWidget()
        lines = column(right, spacing=0)
        fill(lines, self.banner, header, self.part_problems)
        lines.addWidget(self._stack, 1)
        self.splitter.addWidget(self.sidebar)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([32 * GRID, 120 * GRID])
        self.splitter.setCollapsible(1, False)  # noqa: FBT003 - Qt's own signature
        outer = column(self, spacing=0)
        outer.addWidget(self.splitter)

    def _show_heading(self, part: Part) -> None:
        self._group.setText(part.group.heading)
        for crumb in (self._group, self._separator):
            crumb.setVisible(part.group.heading != part.title)
        self._title.setText(part.title)
        self._path.setText(part.path if part.path not in {part.title, OVERVIEW} else "")

    def _show_missing(self, part: Part) -> None:
        self._missing.set_texts(tr("{title} is not there yet", title=part.title), missing_text(part))
        self._stack.setCurrentWidget(self._missing)
        self.status_changed.emit("")

    def _show_editor(self, part: Part) -> None:
        editor = self._editors.get(_key(part))
        if editor is None:
            editor = self._factory(part, self._document, self._context, self._stack)
            editor.status_changed.connect(self._on_status_changed)
            editor.fix_wanted.connect(self.fix_wanted)
            editor.problem_wanted.connect(self.problem_wanted)
            editor.place_wanted.connect(self.show_place)
            editor.add_wanted.connect(self.add_wanted)
            editor.set_package_state(self._validation.problems, self._validation.verdicts)
            self._mark(part.path, editor)
            self._editors[_key(part)] = editor
            self._stack.addWidget(editor)
        editor.turn_to(part.path)
        if editor is not self._stack.currentWidget():
            # Gone before the new one shows: it may have nothing to say.
            self.status_changed.emit("")
            self._stack.setCurrentWidget(editor)

    @Slot()
    def _show_first(self) -> None:
        if not self._shown:
            self.show_part(self._first_part())

    def _first_part(self) -> str:
        parts = self.sidebar.model.parts
        return next((part.path for part in parts if part.present), parts[0].path if parts else "")

    def _next_of_editor(self) -> str:
        """Another part of the editor that is shown, when the one that was chosen is gone."""
        keys = {_key(part): part.path for part in reversed(self.sidebar.model.parts) if part.kind in _TOGETHER}
        return next((path for key, path in keys.items() if self._editors.get(key) is self.editor), "")

    @Slot()
    def _on_create_clicked(self) -> None:
        part = self.sidebar.model.part(self._shown)
        if part is None:
            return
        self._create(part)

    def addable(self) -> Sequence[Part]:
        """The parts that the package could have and has not."""
        return addable_parts(self._document.entries)

    def add_part(self, path: str) -> None:
        """Add the part of this path, or show what it may start with where its editor offers a choice."""
        part = next((part for part in self.addable() if part.path == path), None)
        if part is None:
            return
        if shows_missing(part):
            self.sidebar.want(part)
            self.show_part(path)
        else:
            self._create(part)
        if self.editor is not None:
            self.editor.reveal()

    @Slot(str)
    def remove_part(self, path: str) -> None:
        """Take the part out of the package."""
        part = self.sidebar.model.part(path)
        if part is not None and part.present and is_removable(part):
            change = remove(self._document.entries, [path])
            self._document.push(replace(change, place=path), tr("Remove {title}", title=part.title))

    def _create(self, part: Part) -> None:
        try:
            change = add_part(self._document.entries, part)
        except SpkError as error:
            self._context.notifier.error(error)
            return
        self._document.push(change, tr("Create {title}", title=part.title))
        self.show_part(part.path)

    @Slot(object)
    def _on_document_changed(self, _paths: object) -> None:
        present = {_key(part) for part in self.sidebar.model.parts if part.present or shows_missing(part)}
        for path in [path for path in self._editors if path not in present]:
            editor = self._editors.pop(path)
            self._marked.pop(path, None)
            self._stack.removeWidget(editor)
            editor.deleteLater()
        part = self.sidebar.model.part(self._shown)
        if not self._shown:
            return
        if part is None:
            self.show_part(self._next_of_editor() or self._first_part())
        elif (part.present or shows_missing(part)) != (self.editor is not None):
            self.show_part(self._shown)

    @Slot(str)
    def _on_place_wanted(self, place: str) -> None:
        path, _, field = place.partition("#")
        self.show_place(path, field)

    @Slot()
    def _on_problems_changed(self) -> None:
        self.sidebar.set_problems(self._validation.problems)
        for path, editor in self._editors.items():
            self._mark(path, editor)
        self._show_part_problems()
        self._tell_state()

    @Slot()
    def _tell_state(self) -> None:
        for editor in self._editors.values():
            editor.set_package_state(self._validation.problems, self._validation.verdicts)

    def _show_part_problems(self) -> None:
        """For editors that do not mark problems themselves, and for parts that are missing."""
        editor = self.editor
        is_marked = editor is not None and editor.shows_problems
        self.part_problems.show_problems([] if is_marked or not self._shown else self._validation.of(self._shown))

    def _mark(self, path: str, editor: Editor) -> None:
        """Show the problems of an editor's part, unless they are the same as before."""
        problems = self._validation.of(path)
        if self._marked.get(path, ()) != problems:
            self._marked[path] = problems
            editor.set_problems(problems)

    @Slot(str)
    def _on_status_changed(self, text: str) -> None:
        if self.sender() is self.editor:
            self.status_changed.emit(text)


def _key(part: Part) -> str:
    if part.kind is PartKind.STRINGS:  # one table for the languages of a desktop folder
        return f"{part.kind}:{part.path.rpartition('/texts/')[0]}"
    return part.kind.value if part.kind in _TOGETHER else part.path


def is_removable(part: Part) -> bool:
    """Whether a package can do without it at all; the payload is emptied in its editor."""
    return part.kind not in {PartKind.OVERVIEW, PartKind.INFO, PartKind.PAYLOAD}
