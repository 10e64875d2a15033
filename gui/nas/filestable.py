"""The table of caught files: fed with row changes, so that thousands of files cost nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QTableView, QWidget

from gui.nas.caughtfiles import CaughtFile, CaughtFiles, RowChange
from gui.qt.forms import GRID, column, make_label, plain_tip
from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from spkcore.nas.events import PackageState

NAME, SIZE, STATE, VOLUME, FOLDER = range(5)


class CaughtFilesModel(QAbstractTableModel):
    """Shows a `CaughtFiles`; whoever changes that tells by `show_changes`."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files = CaughtFiles()
        self._shown = 0

    def show_files(self, files: CaughtFiles) -> None:
        """Show another list from its beginning."""
        self.beginResetModel()
        self._files = files
        self._shown = len(files)
        self.endResetModel()

    def show_changes(self, changes: Iterable[RowChange]) -> None:
        """Show what has changed. Rows that came are at the end or, packages, at the top."""
        changes = list(changes)
        if any(change.moved_from is not None or (change.is_new and change.row < self._shown) for change in changes):
            self.show_files(self._files)
            return
        known = self._shown
        if len(self._files) > known:
            self.beginInsertRows(QModelIndex(), known, len(self._files) - 1)
            self._shown = len(self._files)
            self.endInsertRows()
        touched = [change.row for change in changes if change.row < known]
        if touched:
            self.dataChanged.emit(self.index(min(touched), NAME), self.index(max(touched), FOLDER))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._shown

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if section == SIZE and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Name"), tr("Size"), tr("State"), tr("Volume"), tr("Folder of Package Center"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        file = self._files[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(file, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{file.volume}/@tmp/{file.path}")
        return self._look(file, column, role)

    def _look(self, file: CaughtFile, column: int, role: int) -> object:
        is_package = file.state is not None
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return self._theme.icon("package" if is_package else "file", "accent" if is_package else "icon")
        if role == Qt.ItemDataRole.TextAlignmentRole and column == SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and is_package:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and column == STATE and is_package:
            return self._theme.color("warning" if file.state is PackageState.GROWING else "success")
        return None


def _text(file: CaughtFile, column: int) -> str:
    if column == NAME:
        return file.name
    if column == SIZE:
        return size_text(file.size)
    if column == STATE:
        return _state_text(file.state)
    return file.volume if column == VOLUME else file.path.rpartition("/")[0]


def _state_text(state: PackageState | None) -> str:
    if state is None:
        return ""
    if state is PackageState.GROWING:
        return tr("growing")
    return tr("finished") if state is PackageState.STABLE else tr("finished, removed by DSM")


class CaughtFilesView(QTableView):
    """The table itself. A QTreeView would lay out all rows again whenever one comes."""

    def __init__(self, model: CaughtFilesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setAccessibleName(tr("Caught files"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(3 * GRID + 4, self.fontMetrics().height() + GRID))
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._empty = make_label(tr("What the capture catches appears here."), "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column(self.viewport()).addWidget(self._empty)
        model.rowsInserted.connect(self._on_rows_changed)
        model.modelReset.connect(self._on_rows_changed)
        self._on_rows_changed()
        for section, width in ((NAME, 36), (SIZE, 12), (STATE, 26), (VOLUME, 12)):
            header.resizeSection(section, width * max(GRID, self.fontMetrics().averageCharWidth()))

    @Slot()
    def _on_rows_changed(self) -> None:
        self._empty.setVisible(self.model().rowCount() == 0)
