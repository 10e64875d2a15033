"""The list of screenshots: small pictures in their order, moved by mouse and keyboard, a target for drops."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QIcon,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.picturesource import may_hold_picture, sources_of

_ROW = "application/x-spkcreator-screenshot"
"""What the list drags inside itself: the number of a row."""
_PICTURE = QSize(12 * GRID, 9 * GRID)


class ShotList(QListWidget):
    """What is wanted comes out as signals; the list itself changes nothing."""

    moved = Signal(int, int)
    """The row that moves, and the row it goes before."""
    dropped = Signal(list, int)
    """list[PictureSource], and the row they go before."""
    paste_wanted = Signal()
    copy_wanted = Signal()
    remove_wanted = Signal()
    edit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Screenshots in their order"))
        self.setIconSize(_PICTURE)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def show_rows(self, names: Sequence[str]) -> None:
        """Show these screenshots; rows that are there stay, with selection and scroll position."""
        while self.count() > len(names):
            self.takeItem(self.count() - 1)
        for row, name in enumerate(names):
            if row == self.count():
                item = QListWidgetItem()
                item.setSizeHint(QSize(_PICTURE.width(), _PICTURE.height() + 2 * GRID))
                self.addItem(item)
            self.item(row).setData(Qt.ItemDataRole.UserRole, name)

    def set_row(self, row: int, facts: str, warning: str, image: QImage | None) -> None:
        """What is said of one screenshot, and how it looks, once that is known."""
        item = self.item(row)
        name = str(item.data(Qt.ItemDataRole.UserRole))
        item.setText(f"{row + 1}.  {name}\n{facts}")
        item.setToolTip(warning or name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {facts} {warning}".strip())
        item.setIcon(QIcon(_in_frame(image or QImage())))

    def selected_rows(self) -> list[int]:
        """The rows that are selected."""
        return sorted(index.row() for index in self.selectedIndexes())

    def select_rows(self, first: int, count: int = 1) -> None:
        """Select these rows, the first one current."""
        self.clearSelection()
        self.setCurrentRow(first)
        for row in range(first, min(first + count, self.count())):
            self.item(row).setSelected(True)

    # ------------------------------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        row = self.currentRow()
        if alt and event.key() == Qt.Key.Key_Up and row > 0:
            self.moved.emit(row, row - 1)
        elif alt and event.key() == Qt.Key.Key_Down and 0 <= row < self.count() - 1:
            self.moved.emit(row, row + 2)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        elif row >= 0 and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif row >= 0 and event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        elif row >= 0 and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.edit_wanted.emit()
        elif not alt:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------------------------------ drags

    def mimeTypes(self) -> list[str]:
        return [_ROW]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        mime = QMimeData()
        mime.setData(_ROW, QByteArray(str(self.row(items[0])).encode()))
        return mime

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._accept(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # paints where it would go
        self._accept(event)

    def dropEvent(self, event: QDropEvent) -> None:
        mime, row = event.mimeData(), self.row_before(event.position().toPoint())
        # Copied, also within the list: after a move Qt would take the dragged row away.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if mime.hasFormat(_ROW):
            self.moved.emit(int(bytes(mime.data(_ROW).data())), row)
        else:
            self.dropped.emit(sources_of(mime), row)
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    def row_before(self, place: QPoint) -> int:
        """Before which row something goes that is dropped here."""
        index = self.indexAt(place)
        if not index.isValid():
            return self.count()
        return index.row() + (place.y() > self.visualRect(index).center().y())

    def _accept(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(_ROW) or may_hold_picture(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()


def _in_frame(image: QImage) -> QPixmap:
    """All pictures take the same room, so that the texts beside them start at one line."""
    frame = QPixmap(_PICTURE * 2)
    frame.fill(Qt.GlobalColor.transparent)
    if image.isNull():
        return frame
    small = image.scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(frame)
    painter.drawImage((frame.width() - small.width()) // 2, (frame.height() - small.height()) // 2, small)
    painter.end()
    return frame
