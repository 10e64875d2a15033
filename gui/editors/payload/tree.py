"""The tree view of the payload: keys, drag and drop, inline editing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QMimeData,
    QModelIndex,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from gui.editors.payload.presenter import PayloadPresenter
from gui.models.payload import PayloadModel
from gui.models.payloadtree import Column, Wanted
from gui.qt.i18n import tr
from spkcore.base.errors import SpkError

_OWN_KEYS = {Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Insert, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_SHOWN_MATCHES = 500
_NEEDS = {Column.MODIFIED: 125, Column.TARGET: 105, Column.OWNER: 80, Column.MODE: 65}
"""Letters of the tree's width from which a column is shown."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The state of the tree in terms of paths."""

    folders: set[str]
    selected: list[str]
    scrolled: int


class PayloadView(QTreeView):
    """Shows a `PayloadModel`; what the user wants done comes out as signals."""

    open_wanted = Signal(str)
    delete_wanted = Signal()
    new_folder_wanted = Signal()
    copy_wanted = Signal()
    paste_wanted = Signal()
    refused = Signal(object)
    """SpkError"""

    def __init__(self, model: PayloadModel, presenter: PayloadPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._payload = model
        self._presenter = presenter
        self.setModel(model)
        self.setAccessibleName(tr("Files of the payload"))
        self.setUniformRowHeights(True)
        self.setProperty("role", "plain")
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAutoExpandDelay(600)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        self._size_columns()

    def selected_paths(self) -> list[str]:
        """The paths of the selected rows."""
        # Qt's selectedRows asks the model about every cell: seconds for 50,000 rows.
        paths: dict[str, None] = {}
        selection = self.selectionModel().selection()
        for block in map(selection.at, range(selection.count())):
            paths |= dict.fromkeys(self._payload.paths_between(block.parent(), block.top(), block.bottom()))
        return list(paths)

    def current_folder(self) -> str:
        """The folder that new things go into."""
        return self._payload.folder(self.currentIndex())

    def select_path(self, path: str) -> None:
        """Select an entry, open the folders above it and scroll to it."""
        index = self._payload.index_of_path(path)
        if index.isValid():
            # The view's own setCurrentIndex adds to the selection while Ctrl is down, as it is for Ctrl+Z.
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)

    def edit_name(self, path: str) -> None:
        """Start renaming an entry."""
        self.select_path(path)
        self.edit(self._payload.index_of_path(path))

    def edit_mode(self) -> None:
        """Start typing the mode of the current entry."""
        self.edit(self.currentIndex().siblingAtColumn(Column.MODE))

    def keep(self) -> Kept:
        """What is open, selected and in view, to be brought back after the tree was built anew."""
        return Kept(set(self._open_folders()), self.selected_paths(), self.verticalScrollBar().value())

    def restore(self, kept: Kept) -> None:
        """Bring back what is still there."""
        for path in sorted(kept.folders):
            index = self._payload.index_of_path(path)
            if index.isValid():
                self.expand(index)
        selection = self._payload.selection_of(kept.selected)
        if not selection.isEmpty():
            flags, model = QItemSelectionModel.SelectionFlag, self.selectionModel()
            model.setCurrentIndex(selection.at(0).topLeft(), flags.NoUpdate)
            model.select(selection, flags.ClearAndSelect)
        self.verticalScrollBar().setValue(kept.scrolled)

    def _open_folders(self) -> dict[str, QModelIndex]:
        """The open folders that can be seen, with their indexes."""
        found: dict[str, QModelIndex] = {}
        pending = [QModelIndex()]
        while pending:
            parent = pending.pop()
            for row in range(self._payload.count_folders(parent)):
                index = self._payload.index(row, 0, parent)
                if self.isExpanded(index):
                    found[self._payload.path(index)] = index
                    pending.append(index)
        return found

    def selectAll(self) -> None:
        """Select every row that can be seen. Qt's own asks for the parent of each row four times."""
        selection = QItemSelection()
        for parent in (QModelIndex(), *self._open_folders().values()):
            count = self._payload.rowCount(parent)
            if count:
                ends = (self._payload.index(0, 0, parent), self._payload.index(count - 1, len(Column) - 1, parent))
                selection.append(QItemSelectionRange(*ends))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def filter(self, needle: str, wanted: Wanted | None = None) -> None:
        """Show what has `needle` in its path and is wanted, with its folders open as long as that stays readable."""
        self._payload.set_filter(needle, wanted)
        if self._payload.tree.is_filtered and self._payload.tree.count_shown(_SHOWN_MATCHES + 1) <= _SHOWN_MATCHES:
            self.expandAll()

    def _size_columns(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in (
            (Column.SIZE, 12), (Column.MODE, 19), (Column.OWNER, 14), (Column.TARGET, 20), (Column.MODIFIED, 20)
        ):  # fmt: skip
            header.resizeSection(column, letters * letter)

    # ------------------------------------------------------------------------------------------ Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all columns, names come first: the properties show the rest."""
        super().resizeEvent(event)
        letters = self.viewport().width() // max(self.fontMetrics().averageCharWidth(), 1)
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, letters < needed)

    def event(self, event: QEvent) -> bool:
        """Keys of the tree are not for the window's commands while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        key = event.key()
        if not editing and key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif not editing and key == Qt.Key.Key_Insert:
            self.new_folder_wanted.emit()
        elif not editing and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open_current()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self._presenter.is_file(self._payload.path(self.currentIndex())):
            self._open_current()

    def startDrag(self, supported_actions: Qt.DropAction) -> None:
        """Inside the tree the paths move; for Explorer there are copies of the files."""
        paths = self.selected_paths()
        if not paths:
            return
        drag = QDrag(self)
        drag.setMimeData(self.drag_data(paths))
        drag.exec(supported_actions, Qt.DropAction.MoveAction)

    def drag_data(self, paths: list[str]) -> QMimeData:
        """What a drag of these paths carries."""
        mime = self._payload.mimeData([self._payload.index_of_path(path) for path in paths])
        try:
            mime.setUrls([QUrl.fromLocalFile(str(place)) for place in self._presenter.drag_out(paths)])
        except SpkError as error:
            self.refused.emit(error)
        return mime

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._prefer_copy(event)
        super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._prefer_copy(event)
        super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._prefer_copy(event)
        index = self.indexAt(event.position().toPoint())
        mime, action = event.mimeData(), event.dropAction()
        accepted = self._payload.canDropMimeData(mime, action, -1, -1, index)
        self._payload.dropMimeData(mime, action, -1, -1, index)
        # The rows stay until the change says otherwise, so Qt must not take the drag for its own move.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(
            accepted or self._payload.canDropMimeData(event.mimeData(), event.dropAction(), -1, -1, index)
        )
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    def _prefer_copy(self, event: QDropEvent) -> None:
        if event.source() is not self:
            event.setDropAction(Qt.DropAction.CopyAction)

    def _open_current(self) -> None:
        index = self.currentIndex()
        path = self._payload.path(index)
        if self._presenter.is_file(path):
            self.open_wanted.emit(path)
        elif index.isValid():
            self.setExpanded(index.siblingAtColumn(0), not self.isExpanded(index.siblingAtColumn(0)))


def _is_own(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.key() in _OWN_KEYS or event.matches(keys.Copy) or event.matches(keys.Paste)
