"""A list of suggestions with tick boxes and a filter, opened below a field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.qt.i18n import tr

_VALUE = Qt.ItemDataRole.UserRole


class ChoicePopup(QFrame):
    """Offers values with their meanings. With `several`, a click ticks; else it chooses and closes.

    A choice without a value is a heading over those that follow.
    """

    toggled = Signal(str, bool)
    chosen = Signal(str)

    def __init__(self, title: str, *, several: bool, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._several = several
        self.setProperty("role", "popup")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter the suggestions"))
        self.filter.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setUniformItemSizes(True)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(6, 6, 6, 6)
        lines.addWidget(self.filter)
        lines.addWidget(self.list)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.list.itemClicked.connect(self._on_item_clicked)

    def open_below(self, anchor: QWidget, choices: Sequence[tuple[str, str]], ticked: frozenset[str]) -> None:
        """Show `choices` (value, meaning) under `anchor`; `ticked` are those in use."""
        self.list.clear()
        for value, meaning in choices:
            self.list.addItem(self._item(value, meaning, ticked))
        self.filter.clear()
        if not self._several:
            self._select(next((item for item in self._items() if item.data(_VALUE) in ticked), None))
        self.resize(max(anchor.width(), 380), 340)
        self.move(self._place_at(anchor))
        self.show()
        self.filter.setFocus()

    def _item(self, value: str, meaning: str, ticked: frozenset[str]) -> QListWidgetItem:
        item = QListWidgetItem(f"{value}   {meaning}" if meaning and value else value or meaning)
        item.setData(_VALUE, value)
        if not value:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        elif self._several:
            item.setCheckState(Qt.CheckState.Checked if value in ticked else Qt.CheckState.Unchecked)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        return item

    def show_ticks(self, ticked: frozenset[str]) -> None:
        """Tick these values and no others."""
        for item in self._items():
            if not item.data(_VALUE):
                continue
            chosen = item.data(_VALUE) in ticked
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)

    def _place_at(self, anchor: QWidget) -> QPoint:
        """Below the anchor, or above it where the screen ends."""
        below = anchor.mapToGlobal(QPoint(0, anchor.height() + 2))
        screen = anchor.screen().availableGeometry()
        if below.y() + self.height() > screen.bottom():
            below.setY(max(screen.top(), anchor.mapToGlobal(QPoint(0, -2)).y() - self.height()))
        below.setX(max(screen.left(), min(below.x(), screen.right() - self.width())))
        return below

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        needle = text.casefold()
        for item in self._items():
            is_heading = not item.data(_VALUE)
            item.setHidden(bool(needle) if is_heading else needle not in item.text().casefold())

    @Slot(QListWidgetItem)
    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        value = str(item.data(_VALUE))
        if not value:
            return
        if not self._several:
            self.hide()
            self.chosen.emit(value)
            return
        ticked = item.checkState() != Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.toggled.emit(value, ticked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the filter into the list; Enter and Space choose."""
        if event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.list.setFocus()
            if not self.list.selectedItems():
                self._select(next((item for item in self._items() if _can_be_chosen(item)), None))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose_current()
        else:
            super().keyPressEvent(event)

    def _choose_current(self) -> None:
        left = [item for item in self._items() if _can_be_chosen(item)]
        item = self.list.currentItem() if self.list.hasFocus() else (left[0] if len(left) == 1 else None)
        if item is not None:
            self._on_item_clicked(item)

    def _select(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.list.setCurrentItem(item)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]


def _can_be_chosen(item: QListWidgetItem) -> bool:
    return not item.isHidden() and bool(item.data(_VALUE))
