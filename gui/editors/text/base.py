"""What the editors of text files share: code pane, page for a missing file, warning about line ends, problem marks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.problemmenu import add_problem_actions, open_problem_menu
from gui.editors.text.presenter import TextPresenter
from gui.editors.text.savedchanges import SavedChanges
from gui.models.problemtexts import fix_text
from gui.qt.forms import column, fill
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.banner import Banner
from gui.widgets.codeeditor import TYPED
from gui.widgets.codemargin import Mark
from gui.widgets.codepane import CodePane
from gui.widgets.emptystate import EmptyState
from spkcore.checks.engine import Problem


class CodePartEditor(Editor):
    """Shows one text file. Subclasses say the language, put a header above the text, and say what a new file holds."""

    language = "plain"
    shows_problems = True
    warns_about_crlf = False
    icon_name = "text"

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self._problems: Sequence[Problem] = ()
        self.presenter = TextPresenter(path, document)
        self.pane = CodePane(self.language, tr("Text of {name}", name=self.presenter.name))
        self.pane.editor.set_base_font(context.theme.fixed_font())
        self.banner = Banner(context.theme)
        self.missing = self.make_missing()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.pane)
        self._missing_page = _scrolling(self.missing)
        self._pages.addWidget(self._missing_page)
        self.header = column()
        lines = column(self, spacing=0)
        fill(lines, self.header, self.banner)
        lines.addWidget(self.make_content(self._pages), 1)
        self.setFocusProxy(self.pane.editor)
        self._connect_pane()
        self.show_state()
        self.saved_changes = SavedChanges(self.pane.editor, self.presenter, context, self)

    # ------------------------------------------------------------------------------------------ for subclasses

    def missing_heading(self) -> str:
        """What is said while the package has no such file."""
        return tr("This package has no file {name}", name=self.presenter.name)

    def missing_text(self) -> str:
        """An explanation below it."""
        return ""

    def make_content(self, pages: QWidget) -> QWidget:
        """What stands below the header: the text, or the page that says that it is missing, and what goes with it."""
        return pages

    def make_missing(self) -> EmptyState:
        """The page that says so and offers to create it."""
        texts = self.missing_heading(), self.missing_text()
        return EmptyState(self.context.theme, self.icon_name, *texts, action=tr("Create it"))

    def starter(self) -> bytes:
        """What a created file holds."""
        return b""

    def show_state(self) -> None:
        """Show the presenter's text, or why there is none."""
        exists = self.presenter.exists and self.presenter.error is None
        if not exists:
            self._show_missing()
        self.pane.editor.set_text(self.presenter.source.text)
        self._pages.setCurrentWidget(self.pane if exists else self._missing_page)
        self.setFocusProxy(self.pane.editor if exists else self.missing)
        self._show_line_ends()

    # ------------------------------------------------------------------------------------------ editor

    def refresh(self, paths: frozenset[str]) -> None:
        if self.presenter.reload() or self._pages.currentWidget() is self._missing_page:
            self.show_state()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        if line:
            self.pane.editor.go_to(line, max(column, 1))
        else:
            self.pane.editor.show_difference()
        self.setFocus()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        self.pane.editor.set_marks([_mark(problem) for problem in problems])
        self._offer_fix()

    def problems_here(self) -> Sequence[Problem]:
        return self._problems_of(self.pane.editor.caret()[0])

    def _problems_of(self, line: int) -> Sequence[Problem]:
        """Those whose mark stands at this line."""
        return [problem for problem in self._problems if max(problem.line, 1) == line]

    def start_find(self) -> bool:
        self.pane.open_find()
        return True

    def compare_saved(self) -> bool:
        self.saved_changes.compare()
        return True

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str)
    def _on_edited(self, kind: str) -> None:
        self.presenter.edit(self.pane.editor.text(), typed=kind == TYPED)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.pane.editor.set_base_font(self.context.theme.fixed_font())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_cursor_moved()

    @Slot()
    def _on_cursor_moved(self) -> None:
        line, column_number = self.pane.editor.caret()
        self.status_changed.emit(tr("Line {line}, column {column}", line=line, column=column_number))
        self._offer_fix()

    @Slot()
    def _on_create(self) -> None:
        self.presenter.create(self.starter())
        self.setFocus()

    @Slot(QMenu, int)
    def _on_menu_opening(self, menu: QMenu, line: int) -> None:
        add_problem_actions(menu, self, self._problems_of(line))
        self.saved_changes.add_actions(menu, line)
        menu.addActions([self.pane.bookmarks.toggle_action, self.pane.folding.toggle_action])

    @Slot(int, QPoint)
    def _on_mark_clicked(self, line: int, place: QPoint) -> None:
        problems = self._problems_of(line)
        if problems:
            open_problem_menu(place, self, problems)

    @Slot()
    def _on_fix_clicked(self) -> None:
        problem = self._fixable_here()
        if problem is not None:
            self.fix_wanted.emit(problem)

    @Slot()
    def _on_repair(self) -> None:
        self.presenter.repair_line_ends()
        self._show_line_ends()

    def _fixable_here(self) -> Problem | None:
        return next((problem for problem in self.problems_here() if fix_text(problem)), None)

    def _offer_fix(self) -> None:
        problem = self._fixable_here()
        self.pane.remarks.set_fix(fix_text(problem) if problem is not None else "")

    def _connect_pane(self) -> None:
        editor = self.pane.editor
        self.pane.remarks.fix_clicked.connect(self._on_fix_clicked)
        editor.edited.connect(self._on_edited)
        editor.undo_wanted.connect(self.document.stack.undo)
        editor.redo_wanted.connect(self.document.stack.redo)
        editor.focus_left.connect(self.document.break_merging)
        editor.cursorPositionChanged.connect(self._on_cursor_moved)
        editor.menu_opening.connect(self._on_menu_opening)
        editor.mark_clicked.connect(self._on_mark_clicked)
        self.missing.triggered.connect(self._on_create)
        self.context.theme.changed.connect(self._on_theme_changed)

    def _show_missing(self) -> None:
        error = self.presenter.error
        if error is None:
            self.missing.set_texts(self.missing_heading(), self.missing_text())
        else:
            self.missing.set_texts(error.what, error.what_to_do)

    def _show_line_ends(self) -> None:
        if self.warns_about_crlf and self.presenter.source.has_crlf:
            text = tr("Lines of this file end as on Windows (CRLF). The NAS cannot run it like this.")
            self.banner.show_message("warning", text, ((tr("Repair line ends"), self._on_repair),))
        else:
            self.banner.hide()


def _mark(problem: Problem) -> Mark:
    return Mark(max(problem.line, 1), problem.column if problem.line else 0, str(problem.severity), problem.message)


def _scrolling(page: EmptyState) -> QScrollArea:
    """In a low window the page is longer than the place."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
