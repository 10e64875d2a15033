"""The INFO editor: the form or the table of languages, the text of the file beside it on demand, always the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.info.extras import LinkPreview, RelationFiles
from gui.editors.info.form import InfoForm
from gui.editors.info.languages import language_rows
from gui.editors.info.languagetable import LanguagePage
from gui.editors.info.platformdialog import PlatformDialog
from gui.editors.info.presenter import InfoPresenter
from gui.editors.info.ranges import EVERY
from gui.editors.info.relationdialog import RelationDialog
from gui.editors.text.view import TextEditor
from gui.qt.forms import GRID, column, fill, make_button
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.flow import FlowLayout
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import Problem
from spkcore.package.buildtargets import BuildTarget, list_targets
from spkcore.package.changes import Change
from spkcore.package.dependencyfile import CONFLICTS, NEEDS
from spkcore.package.info import PATH
from spkcore.package.infokeys import find_key, split_language

_FILTER_WIDTH = 30 * GRID
_LANE = "info"


class InfoEditor(Editor):
    """Edits INFO field by field, language by language, or as text."""

    shows_problems = True

    def __init__(
        self, document: Document, context: AppContext, path: str = PATH, parent: QWidget | None = None
    ) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = InfoPresenter(document)
        self.filter = QLineEdit()
        self.range = make_button("", icon=context.theme.icon("nas"))
        self.show_all = QCheckBox(tr("Show all keys"))
        self.show_languages = QCheckBox(tr("Show all languages"))
        self.show_text = QCheckBox(tr("Show the text"))
        self.add_key = make_button(tr("Add another key…"), icon=context.theme.icon("plus"))
        self.form = InfoForm(context.theme, self.presenter.choices)
        self.languages = LanguagePage(context.theme)
        self.link = LinkPreview()
        self.relations = RelationFiles()
        self.left_out = make_button("", "link")
        self._text: TextEditor | None = None
        self._problems: Sequence[Problem] = ()
        self.ranges = QMenu(self)
        self._lay_out()
        self._connect()
        self.show_state()
        self.setFocusProxy(self.filter)
        self._read_targets()

    @property
    def text(self) -> TextEditor:
        """The text of the file, beside the form; made when it is first wanted."""
        if self._text is None:
            self._text = made = TextEditor(PATH, self.document, self.context)
            made.hide()
            made.fix_wanted.connect(self.fix_wanted)
            made.problem_wanted.connect(self.problem_wanted)
            made.status_changed.connect(self.status_changed)
            self.splitter.addWidget(made)
            made.set_problems(self._problems)
        return self._text

    def show_state(self) -> None:
        """Show the presenter's fields."""
        presenter = self.presenter
        self.form.show_fields(presenter.fields(), self.filter.text().strip(), show_all=self.show_all.isChecked())
        self.languages.show_rows(language_rows(presenter.info))
        self.link.show_link(presenter.link())
        self.relations.show_files(presenter.dependency_files())
        self._show_range()
        self.status_changed.emit(presenter.count_text())

    def concerns(self, paths: frozenset[str]) -> bool:
        return bool(paths & {PATH, NEEDS, CONFLICTS})

    def refresh(self, paths: frozenset[str]) -> None:
        self.presenter.reload()
        self.show_state()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        """A known field is shown in the form, the text of a language in its table, anything else in the text."""
        if field and self._is_in_text():
            self.text.reveal(line=line, column=column)
        elif field and split_language(field)[1] and self._reveal_language(field):
            return
        elif field:
            self.show_languages.setChecked(False)
            self._show_more(field)
            self.form.focus_field(field)
        else:
            self.show_text.setChecked(bool(line) or self.show_text.isChecked())
            self.text.reveal(line=line, column=column) if line else self.setFocus()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        by_field: dict[str, list[Problem]] = {}
        for problem in problems:
            by_field.setdefault(problem.field, []).append(problem)
        self.form.show_problems(by_field)
        self.languages.languages.show_problems(by_field)
        self._problems = problems
        if self._text is not None:
            self._text.set_problems(problems)

    def problems_here(self) -> Sequence[Problem]:
        if self._is_in_text():
            return self.text.problems_here()
        return self.form.problems_at(self.focusWidget())

    def start_find(self) -> bool:
        if self._is_in_text():
            return self.text.start_find()
        self.show_languages.setChecked(False)
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.status_changed.emit(self.presenter.count_text())

    def _is_in_text(self) -> bool:
        return self._text is not None and self._text.pane.editor.hasFocus()

    # ------------------------------------------------------------------------------------------ keys

    @Slot(str, str, bool)
    def _on_edited(self, name: str, value: str, typed: bool) -> None:
        problem = self.presenter.set_value(name, value, typed=typed)
        self.form.show_refusal(name, problem)

    @Slot(str)
    def _on_remove(self, name: str) -> None:
        self.presenter.remove(name)

    @Slot(str)
    def _on_rename_wanted(self, name: str) -> None:
        ask = self.context.notifier.ask_text
        ask(tr("Rename a key"), tr("New name of the key"), name, partial(self._on_renamed, name))

    def _on_renamed(self, name: str, new: str) -> None:
        self._tell_or_reveal(self.presenter.rename_key(name, new), new)

    @Slot()
    def _on_add_key(self) -> None:
        self.context.notifier.ask_text(tr("Add a key"), tr("Name of the key"), "", self._on_key_named)

    def _on_key_named(self, name: str) -> None:
        self._tell_or_reveal(self.presenter.add_key(name), name)

    def _tell_or_reveal(self, problem: str, name: str) -> None:
        if problem:
            self.context.notifier.inform(problem)
        else:
            self.reveal(field=name.strip())

    # ------------------------------------------------------------------------------------------ languages

    @Slot(str)
    def _on_languages_wanted(self, name: str) -> None:
        self.show_languages.setChecked(True)
        self.languages.reveal(name)

    @Slot(str, str)
    def _on_language_edited(self, name: str, value: str) -> None:
        problem = self.presenter.set_value(name, value, typed=False) if value else ""
        if problem:
            self.context.notifier.inform(problem)
        elif not value:
            self.presenter.remove(name)

    @Slot(bool)
    def _on_show_languages(self, shown: bool) -> None:
        self.pages.setCurrentWidget(self.languages if shown else self.form)
        for widget in (self.filter, self.range, self.show_all, self.add_key):
            widget.setEnabled(not shown)

    def _reveal_language(self, name: str) -> bool:
        if not self.languages.languages.index_of(name).isValid():
            return False
        self.show_languages.setChecked(True)
        return self.languages.reveal(name)

    # ------------------------------------------------------------------------------------------ what is shown

    @Slot()
    def _on_filter_changed(self) -> None:
        self.show_state()

    @Slot(bool)
    def _on_show_text(self, shown: bool) -> None:
        self.text.setVisible(shown)
        if shown and not self.splitter.sizes()[1]:
            self.splitter.setSizes([self.width() * 3 // 5, self.width() * 2 // 5])

    @Slot()
    def _on_range_menu(self) -> None:
        current = self.presenter.dsm
        self.ranges.clear()
        for item in self.presenter.ranges():
            action = self.ranges.addAction(item.title if item.id == EVERY else f"{item.title}\t{item.name}")
            action.setData(item.id)
            action.setCheckable(True)
            action.setChecked(item.id == current.id)
        self.ranges.popup(self.range.mapToGlobal(self.range.rect().bottomLeft()))

    @Slot(QAction)
    def _on_range_chosen(self, action: QAction) -> None:
        self.presenter.choose_range(str(action.data()))
        self.show_state()

    @Slot()
    def _on_left_out(self) -> None:
        self._show_everything()

    def _show_more(self, field: str) -> None:
        """Show more keys, as far as it takes to have this one among them."""
        if not self.form.has_field(field):
            self.filter.clear()
            self.show_all.setChecked(True)
        if not self.form.has_field(field):
            self._show_everything()

    def _show_everything(self) -> None:
        """Leave no key out: whatever the DSM versions, the filter and how common it is."""
        self.filter.clear()
        self.presenter.choose_range(EVERY)
        self.show_all.setChecked(True)
        self.show_state()

    def _show_range(self) -> None:
        dsm = self.presenter.dsm
        self.range.setText(tr("Keys for {range}", range=dsm.name))
        self.range.setToolTip(tr("Keys that other DSM versions read are hidden while they are not set"))
        left = self.presenter.left_out()
        self.left_out.setText(tr("Show {n} key of other DSM versions", "Show {n} keys of other DSM versions", n=left))
        self.left_out.setVisible(bool(left) and not self.filter.text().strip())

    @Slot()
    def _read_targets(self) -> None:
        """The build targets are in files: their DSM versions count for the range, a moment later."""
        work = partial(_targets_of, self.document.folder)
        task = self.context.tasks.start(_LANE, tr("Read the build targets"), work, hidden=True)
        task.finished.connect(self._on_targets_read)

    @Slot(object)
    def _on_targets_read(self, targets: tuple[BuildTarget, ...]) -> None:
        if targets != self.presenter.targets:
            self.presenter.targets = targets
            self.show_state()

    # ------------------------------------------------------------------------------------------ dialogs

    @Slot(str)
    def _on_dialog_wanted(self, name: str) -> None:
        known = find_key(name)
        if known is not None and known.type == "deps":
            self._open_relations(name)
            return
        presenter = self.presenter
        dialog = PlatformDialog(name, presenter.label(name), presenter.info.get(name), presenter.dsm, self)
        dialog.chosen.connect(self._on_words_chosen)
        dialog.open()

    @Slot(str, str)
    def _on_words_chosen(self, name: str, value: str) -> None:
        self.form.show_refusal(name, self.presenter.set_value(name, value, typed=False))
        self.form.focus_field(name)

    @Slot()
    def _on_relations_wanted(self) -> None:
        self._open_relations("")

    def _open_relations(self, name: str) -> None:
        dialog = RelationDialog(self.presenter.relation_plan(), self.document.entries, self.context.theme, self)
        dialog.show_relation(name)
        dialog.made.connect(self._on_relations_made)
        dialog.open()

    @Slot(object)
    def _on_relations_made(self, change: Change) -> None:
        self.document.push(change, tr("Change relations to other packages"))

    # ------------------------------------------------------------------------------------------ building

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(tr("Filter keys by name or meaning"))
        self.filter.setAccessibleName(tr("Filter keys"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAcceptDrops(False)
        self.filter.setMinimumWidth(_FILTER_WIDTH)
        bar = QWidget()
        flow = FlowLayout(bar)
        flow.setContentsMargins(0, 0, 0, 0)
        for widget in (self.filter, self.range, self.show_all, self.show_languages, self.show_text, self.add_key):
            flow.addWidget(widget)
        around = column(spacing=0)
        around.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        around.addWidget(bar)
        self.form.add_extra(self.link)
        self.form.add_extra(self.relations)
        self.form.foot.addWidget(self.left_out, 0, Qt.AlignmentFlag.AlignLeft)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.form)
        self.pages.addWidget(self.languages)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.pages)
        lines = column(self, spacing=0)
        fill(lines, around)
        lines.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter_changed)
        self.range.clicked.connect(self._on_range_menu)
        self.ranges.triggered.connect(self._on_range_chosen)
        self.show_all.toggled.connect(self._on_filter_changed)
        self.show_languages.toggled.connect(self._on_show_languages)
        self.show_text.toggled.connect(self._on_show_text)
        self.add_key.clicked.connect(self._on_add_key)
        self.left_out.clicked.connect(self._on_left_out)
        self.relations.wanted.connect(self._on_relations_wanted)
        self.languages.edited.connect(self._on_language_edited)
        self.languages.cleared.connect(self._on_remove)
        self._connect_form()
        self.document.saved.connect(self._read_targets)
        self.document.moved.connect(self._read_targets)

    def _connect_form(self) -> None:
        form = self.form
        form.edited.connect(self._on_edited)
        form.remove_wanted.connect(self._on_remove)
        form.rename_wanted.connect(self._on_rename_wanted)
        form.languages_wanted.connect(self._on_languages_wanted)
        form.dialog_wanted.connect(self._on_dialog_wanted)
        form.undo_wanted.connect(self.document.stack.undo)
        form.redo_wanted.connect(self.document.stack.redo)
        form.fix_wanted.connect(self.fix_wanted)
        form.focus_left.connect(self.document.break_merging)


def _targets_of(folder: Path, _context: TaskContext) -> tuple[BuildTarget, ...]:
    try:
        return list_targets(folder)
    except SpkError:
        return ()  # told where targets are built
