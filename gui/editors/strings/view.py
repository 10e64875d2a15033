"""The editor of translated texts: one table for all languages of a desktop folder, with what is missing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSortFilterProxyModel, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QLineEdit, QMenu, QTableView, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.strings.model import StringsModel
from gui.editors.strings.presenter import StringsPresenter, strings_place
from gui.qt.forms import GRID, column, make_button, make_label, make_tool
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.flow import FoldingRow
from spkcore.package.desktop import CONFIG
from spkcore.package.infokeys import languages

Index = QModelIndex
_NAMES = 22 * GRID
_NARROWEST = 20 * GRID
"""Widths of the column of names, and of a language where many share the table."""
_FILTER = 20
"""Letters that the field above must have room for; where the buttons leave less, they go below it."""


class StringsEditor(Editor):
    """One editor for the files of all languages."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        folder, self._language = strings_place(path)
        self.presenter = StringsPresenter(folder, document)
        self.model = StringsModel(self.presenter, context.theme, self)
        self._filtered = _Filter(self.model)
        self.table = TextTable(self)
        self.table.setModel(self._filtered)
        self.model.modelReset.connect(self.table.fit_columns)
        self.filter = QLineEdit()
        self.only_missing = QCheckBox(tr("Only what is missing"))
        self.count = make_label("", "muted")
        self.add_button = make_button(tr("Add a text…"), icon=context.theme.icon("plus"))
        self.remove_button = make_tool(context.theme.icon("trash"), tr("Remove the selected texts (Del)"))
        self.language_button = make_button(tr("Languages"), icon=context.theme.icon("globe"))
        self._languages = QMenu(self)
        self._refilter = QTimer(self)
        self._refilter.setSingleShot(True)
        self._refilter.setInterval(0)
        self.language_button.setMenu(self._languages)
        self._lay_out()
        self._connect()
        self.show_state()
        self.setFocusProxy(self.table)

    def concerns(self, paths: frozenset[str]) -> bool:
        config = f"{self.presenter.folder}/{CONFIG}"
        return any(path == config or strings_place(path)[0] == self.presenter.folder for path in paths)

    def refresh(self, paths: frozenset[str]) -> None:
        self.show_state()

    def turn_to(self, path: str) -> None:
        """Bring the column of this language into view."""
        self._language = strings_place(path)[1] or self._language
        codes = self.presenter.languages()
        if self._language in codes and self.model.rowCount():
            place = self._filtered.index(max(self.table.currentIndex().row(), 0), codes.index(self._language) + 1)
            self.table.setCurrentIndex(place)
            self.table.scrollTo(place)

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        at = self.model.row_of(field)
        if at >= 0:
            self.only_missing.setChecked(False)
            self.filter.clear()
            self.table.setCurrentIndex(self._filtered.mapFromSource(self.model.index(at, 0)))
        self.table.setFocus()

    def start_find(self) -> bool:
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    @Slot()
    def show_state(self) -> None:
        """Show the files as they are now."""
        self.model.refresh()
        missing = self.presenter.missing()
        self.count.setText(tr("{n} missing", "{n} missing", n=missing) if missing else tr("Complete"))
        self._fill_languages()
        # In a turn of its own: this may be called while the table still handles the click that made the change.
        self._refilter.start()

    def _fill_languages(self) -> None:
        """The languages to add, and below them those that are there, to take out."""
        self._languages.clear()
        for code, name in self.presenter.free_languages():
            self._languages.addAction(tr("Add {language}", language=f"{name} ({code})")).setData(code)
        self._languages.addSeparator()
        for code in self.presenter.languages():
            name = languages().get(code, code)
            action = self._languages.addAction(tr("Remove {language}", language=f"{name} ({code})"))
            action.setData(code)
            action.setProperty("removes", True)  # noqa: FBT003 - Qt's own signature

    def add_text(self) -> None:
        """Ask for the name of a new text."""
        self.context.notifier.ask_text(tr("Add a text"), tr("Section and key, such as app:title"), "", self._on_named)

    @Slot()
    def remove_selected(self) -> None:
        """Take the selected texts out of every language; a single translation only out of its own."""
        chosen = self.table.selectionModel().selectedIndexes()
        names = list(dict.fromkeys(self._name(index) for index in chosen))
        if len(chosen) == 1 and chosen[0].column():
            self._tell(self.presenter.set(names[0], self.model.code(chosen[0].column()), ""))
        elif names:
            self._tell(self.presenter.remove(names))

    def _name(self, index: Index) -> str:
        return self.model.reference(self._filtered.mapToSource(index).row())

    def _on_named(self, name: str) -> None:
        problem = self.presenter.add(name.strip())
        self._tell(problem)
        if not problem:
            self.reveal(name.strip())
            place = self.table.currentIndex().siblingAtColumn(1)
            self.table.setCurrentIndex(place)
            self.table.edit(place)

    @Slot(str)
    def _tell(self, problem: str) -> None:
        if problem:
            self.context.notifier.inform(problem)

    @Slot(QAction)
    def _on_language_chosen(self, action: QAction) -> None:
        edit = self.presenter.remove_language if action.property("removes") else self.presenter.add_language
        self._tell(edit(str(action.data())))

    @Slot()
    def _on_filter_changed(self) -> None:
        self._filtered.narrow(self.filter.text(), only_missing=self.only_missing.isChecked())

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(tr("Filter texts"))
        self.filter.setAccessibleName(tr("Filter texts"))
        self.filter.setClearButtonEnabled(True)
        buttons = self.only_missing, self.count, self.language_button, self.remove_button, self.add_button
        bar = FoldingRow(self.filter, *buttons, least=_FILTER, spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        lines = column(self, spacing=0)
        lines.addLayout(bar)
        lines.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter_changed)
        self.only_missing.toggled.connect(self._on_filter_changed)
        self._refilter.timeout.connect(self._filtered.refresh)
        self.add_button.clicked.connect(self.add_text)
        self.remove_button.clicked.connect(self.remove_selected)
        self._languages.triggered.connect(self._on_language_chosen)
        self.model.refused.connect(self._tell)


class TextTable(QTableView):
    """Enter edits, Del removes."""

    def __init__(self, editor: StringsEditor) -> None:
        super().__init__()
        self._editor = editor
        self.setAccessibleName(tr("Texts in all languages"))
        self.verticalHeader().hide()
        self.setWordWrap(False)
        self.setProperty("role", "plain")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setDefaultSectionSize(28 * GRID)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._on_head_menu)
        self.verticalHeader().setDefaultSectionSize(4 * GRID)
        self._is_fitting = False
        self._is_fitted = True
        head.sectionResized.connect(self._on_section_resized)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._editor.remove_selected()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            # The field that is open lets Enter through to here.
            if self.currentIndex().isValid() and self.state() != QAbstractItemView.State.EditingState:
                self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    @Slot()
    def fit_columns(self) -> None:
        """Share the width among the languages, until people change a width themselves."""
        count = self.model().columnCount() if self.model() is not None else 0
        if count < 3 or not self._is_fitted:
            return
        self._is_fitting = True
        head = self.horizontalHeader()
        last = max(head.sectionSizeHint(count - 1), 12 * GRID)
        each = (self.viewport().width() - _NAMES - last) // (count - 2)
        for at, width in enumerate([_NAMES, *[max(each, _NARROWEST)] * (count - 2), last]):
            head.resizeSection(at, width)
        self._is_fitting = False

    @Slot()
    def _on_section_resized(self) -> None:
        self._is_fitted = self._is_fitted and self._is_fitting

    @Slot(QPoint)
    def _on_head_menu(self, place: QPoint) -> None:
        at = self.horizontalHeader().logicalIndexAt(place)
        code = self._editor.model.code(at)
        if code:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            name = languages().get(code, code)
            remove = menu.addAction(tr("Remove {language}", language=name))
            remove.triggered.connect(partial(self._remove_language, code))
            menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _remove_language(self, code: str, _checked: bool = False) -> None:
        self._editor.presenter.remove_language(code)


class _Filter(QSortFilterProxyModel):
    def __init__(self, model: StringsModel) -> None:
        super().__init__(model)
        self._model = model
        self._words: list[str] = []
        self._only_missing = False
        self.setSourceModel(model)

    def narrow(self, text: str, *, only_missing: bool) -> None:
        """Show the rows with these words; only incomplete ones if wanted."""
        self.beginFilterChange()
        self._words, self._only_missing = text.casefold().split(), only_missing
        self.endFilterChange()

    @Slot()
    def refresh(self) -> None:
        """Look at the rows again."""
        self.beginFilterChange()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        if self._only_missing and self._model.is_complete(row):
            return False
        cells = (self._model.index(row, at).data() for at in range(self._model.columnCount()))
        text = " ".join(str(cell) for cell in cells).casefold() if self._words else ""
        return all(word in text for word in self._words)
