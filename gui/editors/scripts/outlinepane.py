"""The tab with the functions of a script and where they are called, and with all uses of one name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from gui.editors.scripts.names import place_text
from gui.qt.forms import GRID, column, fill, make_label, make_line, plain_tip
from gui.qt.i18n import tr
from spkcore.checks.scriptmap import Occurrence, OutlineItem, Symbol

_PLACE = int(Qt.ItemDataRole.UserRole)


class OutlinePane(QWidget):
    """Functions above, uses below once they were asked for."""

    place_wanted = Signal(str, int, int)
    """Path, line and column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outline: list[OutlineItem] = []
        self.tree = _tree(tr("Functions of this script"))
        self.empty = make_label(tr("This script defines no functions."), "muted", wrap=True)
        self.uses_heading = make_label("", "strong", wrap=True)
        self.uses = _tree(tr("Uses"))
        self._uses_box = QWidget()
        self._lay_out()
        for tree in (self.tree, self.uses):
            tree.itemActivated.connect(self._on_activated)
            tree.itemClicked.connect(self._on_activated)

    def show_outline(self, outline: Sequence[OutlineItem]) -> None:
        """Show these functions; what is open stays open."""
        if list(outline) == self._outline:
            return
        self._outline = list(outline)
        closed = {item.text(0) for item in _tops(self.tree) if not item.isExpanded()}
        self.tree.clear()
        for function in outline:
            item = _function_row(function)
            self.tree.addTopLevelItem(item)
            item.setExpanded(item.text(0) not in closed)
        self.empty.setVisible(not outline)
        self.tree.setVisible(bool(outline))

    def show_uses(self, symbol: Symbol, uses: Sequence[Occurrence]) -> None:
        """List where a name stands, and put the focus there."""
        counted = tr("{n} use of {name}", "{n} uses of {name}", n=len(uses), name=symbol.name)
        self.uses_heading.setText(counted)
        self.uses.setAccessibleName(counted)
        self.uses.clear()
        for use in uses:
            self.uses.addTopLevelItem(_use_row(use))
        self._uses_box.show()
        self.uses.setCurrentIndex(self.uses.model().index(0, 0))
        self.uses.setFocus()

    def _lay_out(self) -> None:
        box = column(self._uses_box, spacing=0)
        head = column()
        head.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        fill(head, self.uses_heading)
        fill(box, make_line(), head)
        box.addWidget(self.uses, 1)
        self._uses_box.hide()
        self.empty.setContentsMargins(2 * GRID, 2 * GRID, GRID, GRID)
        self.tree.hide()
        outer = column(self, spacing=0)
        fill(outer, self.empty)
        outer.addWidget(self.tree, 3)
        outer.addStretch(1)
        outer.addWidget(self._uses_box, 2)

    @Slot(QTreeWidgetItem)
    def _on_activated(self, item: QTreeWidgetItem) -> None:
        place = item.data(0, _PLACE)
        if place:
            self.place_wanted.emit(*place)


def _tree(name: str) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setProperty("role", "plain")
    tree.setAccessibleName(name)
    tree.setHeaderHidden(True)
    tree.setColumnCount(2)
    tree.setIndentation(2 * GRID)
    tree.setUniformRowHeights(True)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _tops(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    items = (tree.topLevelItem(index) for index in range(tree.topLevelItemCount()))
    return [item for item in items if item is not None]


def _function_row(function: OutlineItem) -> QTreeWidgetItem:
    count = len(function.calls)
    counted = tr("{n} call", "{n} calls", n=count) if count else tr("never called")
    item = _row([function.definition.symbol.name, counted], function.definition)
    if function.about:
        item.setToolTip(0, plain_tip(function.about))
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, function.about)
    for call in function.calls:
        item.addChild(_row([place_text(call), call.text.strip()], call))
    return item


def _use_row(use: Occurrence) -> QTreeWidgetItem:
    item = _row([place_text(use), use.text.strip()], use)
    if use.is_definition:
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setToolTip(0, tr("Defined here"))
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, tr("Defined here"))
    return item


def _row(texts: list[str], place: Occurrence) -> QTreeWidgetItem:
    item = QTreeWidgetItem(texts)
    item.setToolTip(1, plain_tip(texts[1]))
    item.setData(0, _PLACE, (place.path, place.line, place.column))
    return item
