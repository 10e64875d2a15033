"""The INFO editor: the form on the left, the text of the file beside it on demand, both always the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMenu, QSplitter, QToolButton, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.info.form import InfoForm
from gui.editors.info.presenter import InfoPresenter
from gui.editors.text.view import TextEditor
from gui.qt.forms import GRID, column, fill, make_button, row
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.checks.engine import Problem
from spkcore.package.info import PATH


class InfoEditor(Editor):
    """Edits INFO field by field, or as text."""

    shows_problems = True

    def __init__(
        self, document: Document, context: AppContext, path: str = PATH, parent: QWidget | None = None
    ) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = InfoPresenter(document)
        self.filter = QLineEdit()
        self.show_all = QCheckBox(tr("Show all keys"))
        self.show_text = QCheckBox(tr("Show the text"))
        self.add_key = make_button(tr("Add another key…"), icon=context.theme.icon("plus"))
        self.form = InfoForm(context.theme)
        self.text = TextEditor(PATH, document, context)
        self._languages = QMenu(self)
        self._localised = ""
        self._lay_out()
        self._connect()
        self.show_state()
        self.setFocusProxy(self.filter)

    def show_state(self) -> None:
        """Show the presenter's fields."""
        self.form.show_fields(self.presenter.fields(), self.filter.text().strip(), show_all=self.show_all.isChecked())
        self.status_changed.emit(self.presenter.count_text())

    def refresh(self, paths: frozenset[str]) -> None:
        if self.presenter.reload() or PATH in paths:
            self.show_state()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        """A known field is shown in the form, anything else in the text."""
        if field and self.text.isVisible() and self.text.pane.editor.hasFocus():
            self.text.reveal(line=line, column=column)
        elif field and not self.form.has_field(field):
            self.filter.clear()
            self.show_all.setChecked(True)
            self.form.focus_field(field)
        elif field:
            self.form.focus_field(field)
        else:
            self.show_text.setChecked(bool(line) or self.show_text.isChecked())
            self.text.reveal(line=line, column=column) if line else self.setFocus()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        by_field: dict[str, list[Problem]] = {}
        for problem in problems:
            by_field.setdefault(problem.field, []).append(problem)
        self.form.show_problems(by_field)
        self.text.set_problems(problems)

    def problems_here(self) -> Sequence[Problem]:
        if self.text.pane.editor.hasFocus():
            return self.text.problems_here()
        return self.form.problems_at(self.focusWidget())

    def start_find(self) -> bool:
        if self.text.pane.editor.hasFocus():
            return self.text.start_find()
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.status_changed.emit(self.presenter.count_text())

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str, str, bool)
    def _on_edited(self, name: str, value: str, typed: bool) -> None:
        problem = self.presenter.set_value(name, value, typed=typed)
        self.form.show_refusal(name, problem)

    @Slot(str)
    def _on_remove(self, name: str) -> None:
        self.presenter.remove(name)

    @Slot(str, QToolButton)
    def _on_language_wanted(self, name: str, button: QToolButton) -> None:
        self._localised = name
        self._languages.clear()
        for code, language in self.presenter.languages_to_add(name):
            self._languages.addAction(f"{language} ({code})").setData(code)
        self._languages.popup(button.mapToGlobal(button.rect().bottomLeft()))

    @Slot(QAction)
    def _on_language_chosen(self, action: QAction) -> None:
        self.form.focus_field(self.presenter.add_language(self._localised, str(action.data())))

    @Slot()
    def _on_add_key(self) -> None:
        self.context.notifier.ask_text(tr("Add a key"), tr("Name of the key"), "", self._on_key_named)

    def _on_key_named(self, name: str) -> None:
        problem = self.presenter.add_key(name)
        if problem:
            self.context.notifier.inform(problem)
        else:
            self.reveal(field=name.strip())

    @Slot()
    def _on_filter_changed(self) -> None:
        self.show_state()

    @Slot(bool)
    def _on_show_text(self, shown: bool) -> None:
        self.text.setVisible(shown)
        if shown and not self.splitter.sizes()[1]:
            self.splitter.setSizes([self.width() * 3 // 5, self.width() * 2 // 5])

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(tr("Filter keys by name or meaning"))
        self.filter.setAccessibleName(tr("Filter keys"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAcceptDrops(False)
        bar = row(spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(self.filter, 1)
        fill(bar, self.show_all, self.show_text, self.add_key)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.form)
        self.splitter.addWidget(self.text)
        self.text.hide()
        lines = column(self, spacing=0)
        fill(lines, bar)
        lines.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter_changed)
        self.show_all.toggled.connect(self._on_filter_changed)
        self.show_text.toggled.connect(self._on_show_text)
        self.add_key.clicked.connect(self._on_add_key)
        self._languages.triggered.connect(self._on_language_chosen)
        self.form.edited.connect(self._on_edited)
        self.form.remove_wanted.connect(self._on_remove)
        self.form.language_wanted.connect(self._on_language_wanted)
        self.form.undo_wanted.connect(self.document.stack.undo)
        self.form.redo_wanted.connect(self.document.stack.redo)
        self.form.fix_wanted.connect(self.fix_wanted)
        self.text.fix_wanted.connect(self.fix_wanted)
        self.text.problem_wanted.connect(self.problem_wanted)
        self.form.focus_left.connect(self.document.break_merging)
        self.text.status_changed.connect(self.status_changed)
