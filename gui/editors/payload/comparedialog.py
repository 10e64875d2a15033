"""Compares the open package with another one, shows what differs, and takes over from it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTableView,
    QToolButton,
    QWidget,
)

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.editors.payload.comparemodel import DIFFERS, HERE, PATH, THERE, CompareModel
from gui.editors.payload.comparison import ComparisonPresenter
from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import GRID, ElidedLabel, ToolButton, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.changeview import ChangeView
from gui.widgets.emptystate import EmptyState
from spkcore.base.errors import SpkError
from spkcore.checks.preview import FilePreview
from spkcore.package.compare import Aspect, Comparison, Difference, Side, counts
from spkcore.package.entries import PAYLOAD


class CompareDialog(BaseDialog):
    """Starts with the question what to compare with, unless it is opened with `compare_with`."""

    borrowing = Signal(object)
    """Path: a scratch folder that the open package reads from until it is closed."""

    def __init__(self, document: Document, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(tr("Compare"), parent, tr("Compare this package with another one"))
        self._context = context
        self.presenter = ComparisonPresenter(document, context, self)
        self.model = CompareModel(context.theme, self)
        self.place = ElidedLabel("", "muted")
        self.sides: dict[Side, QToolButton] = {}
        self.aspects: dict[Aspect, QToolButton] = {}
        self.filter = QLineEdit()
        self.table = QTableView()
        self.change = ChangeView(context.theme)
        self.pages = QStackedWidget()
        self.empty = EmptyState(
            context.theme,
            "package",
            tr("Compare with what?"),
            tr("Drop an .spk or a folder here. A folder without INFO is compared with the payload."),
            action=tr("Choose an .spk…"),
        )
        self.note = make_label("", "muted", wrap=True)
        self.take = make_button(tr("Take over the selection"), "primary")
        self._lay_out()
        self._connect()
        self._show_selection()

    def compare_with(self, source: Path) -> None:
        """Compare with this .spk or folder."""
        self.place.setText(tr("with {place}", place=str(source)))
        self.note.setText(tr("Reading and comparing…"))
        self.pages.setCurrentWidget(self.empty)
        self.empty.set_texts(tr("Comparing…"), source.name)
        # What was compared before is not what would be taken over.
        self.model.show(())
        self._show_selection()
        self.presenter.open(source)

    def selected(self) -> list[Difference]:
        """The selected differences."""
        # Qt's selectedRows asks about every cell: a second for 50,000 rows.
        selection = self.table.selectionModel().selection()
        blocks = map(selection.at, range(selection.count()))
        rows = {row for block in blocks for row in range(block.top(), block.bottom() + 1)}
        return [self.model.rows[row] for row in sorted(rows)]

    # ------------------------------------------------------------------------------------------ slots

    @Slot(object)
    def _on_compared(self, comparison: object) -> None:
        if not isinstance(comparison, Comparison):
            return
        self.model.show(comparison.differences)
        numbers = counts(comparison.differences)
        for side, button in self.sides.items():
            button.setText(f"{button.property('label')}  {numbers[side]}")
        self.pages.setCurrentWidget(self._content)
        self.note.setText(self._note_text(comparison))
        self.table.selectRow(0)
        self.table.setFocus()
        self._show_selection()

    def _note_text(self, comparison: Comparison) -> str:
        same = tr("{n} entry is the same.", "{n} entries are the same.", n=comparison.same)
        other = self.presenter.other
        if not comparison.differences:
            return f"{tr('Nothing differs.')} {same}"
        if other is not None and other.below == PAYLOAD:
            return f"{tr('The folder has no INFO, so it is compared with the payload.')} {same}"
        return f"{same} {tr('Times of files are not compared.')}"

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self.note.setText("")
            self.empty.set_texts(error.what, error.what_to_do)
            self.pages.setCurrentWidget(self.empty)

    @Slot()
    def _show_selection(self) -> None:
        count = len(self.selected()) if self.model.rows else 0
        self.change.setVisible(bool(self.model.rows))
        self.take.setEnabled(count > 0)
        self.take.setText(tr("Take over {n} selected", "Take over {n} selected", n=count) if count else tr("Take over"))

    @Slot()
    def _on_current_changed(self) -> None:
        index = self.table.currentIndex()
        if index.isValid() and index.row() < len(self.model.rows):
            self.presenter.preview(self.model.rows[index.row()])

    @Slot(object)
    def _on_previewed(self, item: object) -> None:
        if isinstance(item, FilePreview):
            self.change.show_file(item)

    @Slot()
    def _on_take(self) -> None:
        self.take.setEnabled(False)
        self.presenter.take_over([difference.path for difference in self.selected()])

    @Slot()
    def _choose(self) -> None:
        sides = frozenset(side for side, button in self.sides.items() if button.isChecked())
        aspects = frozenset(aspect for aspect, button in self.aspects.items() if button.isChecked())
        self.model.choose(sides, aspects, self.filter.text())
        self._show_selection()

    @Slot()
    def _on_choose_spk(self) -> None:
        patterns = ((tr("Synology packages"), "*.spk"), (tr("All files"), "*"))
        self._context.notifier.open_files(tr("Compare with"), patterns, None, self._use_first)

    @Slot()
    def _on_choose_folder(self) -> None:
        self._context.notifier.choose_folder(tr("Compare with"), None, self.compare_with)

    def _use_first(self, paths: list[Path]) -> None:
        if paths:
            self.compare_with(paths[0])

    @Slot()
    def _on_finished(self) -> None:
        self.presenter.forget()

    # ------------------------------------------------------------------------------------------ layout and Qt

    def _lay_out(self) -> None:
        top = row(spacing=GRID)
        top.addWidget(self.place, 1)
        self._spk = make_button(tr("Choose an .spk…"))
        self._folder = make_button(tr("Choose a folder…"))
        fill(top, self._spk, self._folder)
        self.body.addLayout(top)
        fill(self.body, self.note)
        self._content = QWidget()
        lines = column(self._content, spacing=GRID)
        lines.addLayout(self._chips())
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        self._set_up_table()
        splitter.addWidget(self.table)
        splitter.addWidget(self.change)
        self.change.setContentsMargins(0, GRID, 0, 0)
        splitter.setSizes([30 * GRID, 34 * GRID])
        lines.addWidget(splitter, 1)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self._content)
        self.body.addWidget(self.pages, 1)
        close = self.add_button(make_button(tr("Close")))
        close.clicked.connect(self.reject)
        self.add_button(self.take)
        self.setAcceptDrops(True)
        self.resize_within_screen(QSize(124 * GRID, 84 * GRID))

    def _chips(self) -> QHBoxLayout:
        line = row(spacing=GRID // 2)
        sides = {Side.BOTH: tr("Different"), Side.HERE: tr("Only here"), Side.THERE: tr("Only there")}
        for side, text in sides.items():
            self.sides[side] = self._chip(text, is_on=True)
            fill(line, self.sides[side])
        fill(line, 2 * GRID)
        aspects = {
            Aspect.CONTENT: tr("Content"), Aspect.MODE: tr("Mode"), Aspect.OWNER: tr("Owner"), Aspect.LINK: tr("Link")
        }  # fmt: skip
        for aspect, text in aspects.items():
            self.aspects[aspect] = self._chip(text, is_on=False)
            fill(line, self.aspects[aspect])
        self.filter.setPlaceholderText(tr("Filter by path"))
        self.filter.setAccessibleName(tr("Filter the differences"))
        self.filter.setClearButtonEnabled(True)
        line.addWidget(self.filter, 1)
        return line

    def _chip(self, text: str, *, is_on: bool) -> QToolButton:
        chip = ToolButton()
        chip.setText(text)
        chip.setProperty("label", text)
        chip.setAccessibleName(tr("Show: {what}", what=text))
        chip.setCheckable(True)
        chip.setChecked(is_on)
        chip.setProperty("look", "toggle")
        chip.toggled.connect(self._choose)
        return chip

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName(tr("Differences"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSortingEnabled(True)
        table.sortByColumn(PATH, Qt.SortOrder.AscendingOrder)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + GRID)
        header = table.horizontalHeader()
        header.setHighlightSections(False)  # else each paint asks whether all 50,000 rows are selected
        header.setSectionResizeMode(PATH, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        letter = table.fontMetrics().averageCharWidth()
        for section, letters in ((DIFFERS, 26), (HERE, 13), (THERE, 13)):
            header.resizeSection(section, letters * letter)

    def _connect(self) -> None:
        self.presenter.borrowing.connect(self.borrowing)
        self.presenter.compared.connect(self._on_compared)
        self.presenter.failed.connect(self._on_failed)
        self.presenter.previewed.connect(self._on_previewed)
        self.table.selectionModel().selectionChanged.connect(self._show_selection)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.filter.textChanged.connect(self._choose)
        self.take.clicked.connect(self._on_take)
        self.empty.triggered.connect(self._on_choose_spk)
        self._spk.clicked.connect(self._on_choose_spk)
        self._folder.clicked.connect(self._on_choose_folder)
        self.finished.connect(self._on_finished)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """An .spk or a folder can be dropped anywhere."""
        if len(dropped_paths(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.compare_with(dropped_paths(event.mimeData())[0])
