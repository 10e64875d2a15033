"""The table of problems: keyboard, context menu, copying, and widths of columns that suit their content."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from gui.models.problemfilter import Sorting
from gui.models.problems import MESSAGE, PLACE, ProblemRow, ProblemsModel, copied_text
from gui.models.problemtexts import copied_details, fix_text
from gui.qt.forms import GRID
from gui.qt.i18n import tr

_MEASURED = 40
"""Rows that are looked at for the width of a column."""
_RULE_WIDTH = 9 * GRID


class ProblemTable(QTableView):
    """What the user does with the selected rows comes out as signals."""

    go_wanted = Signal()
    fix_wanted = Signal()
    fix_kind_wanted = Signal()
    accept_wanted = Signal()
    count_wanted = Signal()
    row_changed = Signal()
    sorting_wanted = Signal(object)
    """Sorting"""

    def __init__(self, model: ProblemsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems = model
        self._sorting = Sorting()
        self.setModel(model)
        self.setAccessibleName(tr("Problems"))
        self.setProperty("role", "plain")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(4 * GRID)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_up_header()
        self.activated.connect(self._on_activated)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def current_row(self) -> ProblemRow | None:
        """The row that the keyboard is on."""
        at = self.currentIndex().row()
        return self._problems.row(at) if 0 <= at < self._problems.rowCount() else None

    def selected_rows(self) -> list[ProblemRow]:
        """The selected rows from top to bottom."""
        return [self._problems.row(index.row()) for index in sorted(self.selectionModel().selectedRows())]

    def fit_columns(self) -> None:
        """The message as wide as it is, so that its place stands beside it; place and rule keep a third."""
        width = self.viewport().width()
        wanted = self._widest(MESSAGE) + 6 * GRID
        message = max(min(wanted, width * 2 // 3), 30 * GRID)
        header = self.horizontalHeader()
        header.resizeSection(MESSAGE, message)
        header.resizeSection(PLACE, max(width - message - _RULE_WIDTH, 12 * GRID))

    def _widest(self, column: int) -> int:
        """Pixels of the longest text of the first rows."""
        metrics = self.fontMetrics()
        rows = range(min(self._problems.rowCount(), _MEASURED))
        texts = (str(self._problems.index(at, column).data()) for at in rows)
        return max((metrics.horizontalAdvance(text[:400]) for text in texts), default=0)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(_RULE_WIDTH)
        header.sectionClicked.connect(self._on_header_clicked)

    @Slot(int)
    def _on_header_clicked(self, column: int) -> None:
        self._sorting = Sorting(column, descending=self._sorting.column == column and not self._sorting.descending)
        order = Qt.SortOrder.DescendingOrder if self._sorting.descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicatorShown(self._sorting != Sorting())
        self.horizontalHeader().setSortIndicator(column, order)
        self.sorting_wanted.emit(self._sorting)

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self.go_wanted.emit()

    @Slot()
    def _on_current_changed(self) -> None:
        self.row_changed.emit()

    # --- menu and keys --------------------------------------------------------------------------------------------

    def make_menu(self) -> QMenu | None:
        """What can be done with the selected problem; None while there is none."""
        current = self.current_row()
        if current is None:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_with_key(tr("Go to place"), "Return")).triggered.connect(self.go_wanted)
        menu.addSeparator()
        if current.override is not None:
            menu.addAction(tr("Count it again")).triggered.connect(self.count_wanted)
        else:
            self._add_changes(menu, current)
        menu.addSeparator()
        menu.addAction(_with_key(tr("Copy"), "Ctrl+C")).triggered.connect(self._on_copy)
        menu.addAction(tr("Copy with explanation")).triggered.connect(self._on_copy_details)
        return menu

    def _add_changes(self, menu: QMenu, current: ProblemRow) -> None:
        text = fix_text(current.problem)
        fix: QAction = menu.addAction(_with_key(tr("Fix: {what}", what=text), "Ctrl+.") if text else tr("No quick fix"))
        fix.setEnabled(bool(text))
        fix.triggered.connect(self.fix_wanted)
        kind = menu.addAction(tr("Fix all of this kind…"))
        kind.setEnabled(bool(text))
        kind.triggered.connect(self.fix_kind_wanted)
        menu.addAction(tr("Accept with a reason…")).triggered.connect(self.accept_wanted)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            below = self.visualRect(self.currentIndex()).bottomLeft()
            self._open_menu(self.viewport().mapToGlobal(below))
        elif self.indexAt(self.viewport().mapFromGlobal(event.globalPos())).isValid():
            self._open_menu(event.globalPos())

    def _open_menu(self, place: QPoint) -> None:
        menu = self.make_menu()
        if menu is not None:
            menu.popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._on_copy()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    @Slot()
    def _on_copy(self) -> None:
        _copy([copied_text(row) for row in self.selected_rows()])

    @Slot()
    def _on_copy_details(self) -> None:
        _copy([copied_details(row.problem) for row in self.selected_rows()], "\n\n")


def _copy(texts: Sequence[str], between: str = "\n") -> None:
    if texts:  # nothing selected: what was copied before stays
        QGuiApplication.clipboard().setText(between.join(texts))


def _with_key(text: str, key: str) -> str:
    """With the key that does the same; the table and the window listen to it, the menu only shows it."""
    return f"{text}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}"
