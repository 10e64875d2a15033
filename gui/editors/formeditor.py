"""What the editors with forms share: a bar, the form, the text of the file beside it on demand, always the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QSplitter, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.json.presenter import purpose
from gui.editors.json.view import JsonEditor
from gui.editors.jsonpart import JsonPart
from gui.editors.text.base import CodePartEditor
from gui.qt.forms import GRID, column, fill, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.emptystate import EmptyState
from spkcore.checks.engine import Problem


class FormEditor(Editor):
    """Edits one JSON part through a form. A subclass calls `set_form` once, and overrides `show_part`,
    `focus_pointer` and `show_form_problems`.

    The form gives way to an explanation while the text cannot be read; the text is then shown beside it.
    """

    shows_problems = True

    def __init__(self, part: JsonPart, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(part.path, document, context, parent)
        self.part = part
        self._problems: Sequence[Problem] = ()
        self._text: CodePartEditor | None = None
        self.purpose = make_label(purpose(part.path), "muted", wrap=True)
        self.show_text = QCheckBox(tr("Show the text"))
        self.bar = row(spacing=2 * GRID)
        """Subclasses put their own buttons before the last widget: `bar.insertWidget(bar.count() - 1, …)`."""
        self.unreadable = EmptyState(
            context.theme, "warning", tr("The text has an error"), " ", action=tr("Show where it is")
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self.unreadable)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._pages)
        self._lay_out()
        self.show_text.toggled.connect(self._on_show_text)
        self.unreadable.triggered.connect(self._on_show_error)

    # ------------------------------------------------------------------------------------------ for subclasses

    def set_form(self, form: QWidget) -> None:
        """The widget that shows the part; then the part is shown."""
        self._pages.addWidget(form)
        self.setFocusProxy(form)
        self.show_state()

    def show_part(self) -> None:
        """Fill the form from `self.part`, keeping focus and scroll position."""

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus on this JSON pointer in the form; False where the form does not show it."""
        return False

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        """Mark these problems in the form: their `field` is a JSON pointer, or empty."""

    # ------------------------------------------------------------------------------------------ editor

    @property
    def text(self) -> CodePartEditor:
        """The text view, made on first use."""
        if self._text is None:
            self._text = self.make_text()
            self._text.setMinimumWidth(32 * GRID)
            self.splitter.addWidget(self._text)
            self._text.fix_wanted.connect(self.fix_wanted)
            self._text.problem_wanted.connect(self.problem_wanted)
            self._text.status_changed.connect(self.status_changed)
            self._text.set_problems(self._problems)
        return self._text

    def make_text(self) -> CodePartEditor:
        """The text view of the part's file."""
        return JsonEditor(self.path, self.document, self.context)

    def show_state(self) -> None:
        """Show the part, or why no form can."""
        trouble = self.part.trouble
        if trouble:
            self.unreadable.set_texts(tr("The text has an error"), trouble)
            self._pages.setCurrentIndex(0)
        else:
            self._pages.setCurrentIndex(1)
            self.show_part()

    def refresh(self, paths: frozenset[str]) -> None:
        self.part.reload()
        self.show_state()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        """A pointer that the form shows is shown there, anything else in the text."""
        in_text = self._text is not None and self._text.isVisible() and self._text.pane.editor.hasFocus()
        if in_text or (line and not field) or (self.part.trouble and (field or line)):
            self.show_text.setChecked(True)
            self.text.reveal(field, line, column)
        elif not field:
            self.setFocus()
        elif not self.focus_pointer(field):
            self.show_text.setChecked(True)
            self.text.reveal(field, line, column)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        self.show_form_problems(problems)
        if self._text is not None:
            self._text.set_problems(problems)

    def problems_here(self) -> Sequence[Problem]:
        if self._text is not None and self._text.pane.editor.hasFocus():
            return self._text.problems_here()
        return ()

    def start_find(self) -> bool:
        if self._text is not None and self._text.isVisible():
            return self._text.start_find()
        self.show_text.setChecked(True)
        return self.text.start_find()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.status_changed.emit("")

    # ------------------------------------------------------------------------------------------ slots

    @Slot(bool)
    def _on_show_text(self, shown: bool) -> None:
        self.text.setVisible(shown)
        if shown and not self.splitter.sizes()[-1]:
            self.splitter.setSizes([self.width() * 3 // 5, self.width() * 2 // 5])

    @Slot()
    def _on_show_error(self) -> None:
        self.show_text.setChecked(True)
        problem = next(iter(self.part.tree.problems), None)
        if problem is not None:
            self.text.reveal(line=problem.line, column=problem.column)

    def _lay_out(self) -> None:
        self.bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.bar.addWidget(self.purpose, 1)
        fill(self.bar, self.show_text)
        lines = column(self, spacing=0)
        fill(lines, self.bar)
        lines.addWidget(self.splitter, 1)
