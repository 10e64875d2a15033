"""The outline of a wizard: pages, items and fields as a tree with keys, drag and drop, and renaming in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QIcon, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui.editors.wizard.outlinerows import OutlineNode
from gui.qt.forms import GRID, plain_tip
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem
from spkcore.package.wizardedit import list_of

POINTER_ROLE = int(Qt.ItemDataRole.UserRole)
LABEL_ROLE = POINTER_ROLE + 1
_ICON_ROLE = POINTER_ROLE + 2
_ICONS = {
    "page": "panel",
    "vue": "command",
    "text": "text",
    "textfield": "rename",
    "password": "key",
    "singleselect": "success",
    "multiselect": "check",
    "combobox": "list",
}
_RANK = ("error", "warning", "info")
_BADGES = {"error": ("error", "danger"), "warning": ("warning", "warning"), "info": ("info", "accent")}
_KEYS = QKeySequence.StandardKey
_ROWS = "application/x-qabstractitemmodeldatalist"
"""What Qt calls dragged rows."""


class OutlineTree(QTreeWidget):
    """Shows the outline; what the user wants done comes out as signals. Places are JSON pointers."""

    chosen = Signal(str)
    moved = Signal(str, str, int)
    """Pointer, the list it goes into, and before which item of it."""
    step_wanted = Signal(int)
    removed = Signal()
    copied = Signal()
    cut = Signal()
    pasted = Signal()
    duplicated = Signal()
    renamed = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._nodes: Sequence[OutlineNode] = ()
        self._items: dict[str, QTreeWidgetItem] = {}
        """The rows by their pointers."""
        self._folded: set[str] = set()
        self._filling = False
        self._marked: dict[str, Sequence[Problem]] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setAccessibleName(tr("Pages, items and fields"))
        self.setUniformRowHeights(True)
        self.setProperty("role", "plain")
        self.setIndentation(16)
        self.setExpandsOnDoubleClick(False)
        self.setItemDelegate(_LabelDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAutoExpandDelay(600)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.currentItemChanged.connect(self._on_current_changed)
        theme.changed.connect(self._repaint)

    # ------------------------------------------------------------------------------------------ showing

    @property
    def selected(self) -> str:
        """The pointer of the selected row; empty where none is."""
        return _pointer(self.currentItem())

    def show_outline(self, nodes: Sequence[OutlineNode], selected: str) -> None:
        """Show these rows, and select one without telling anybody; what was folded stays folded."""
        before, self._nodes = self._nodes, nodes
        if _are_alike(before, nodes):
            self._retitle(before, nodes)
            self.select(selected)
            return
        self._filling = True
        self._remember_folded()
        scroll = self.verticalScrollBar().value()
        self._items.clear()
        self.clear()
        self.addTopLevelItems([self._made(node) for node in nodes])
        self._unfold()
        self._marked = {}
        self._filling = False
        self.select(selected)
        self.verticalScrollBar().setValue(scroll)
        current = self.currentItem()
        if current is not None:
            self.scrollToItem(current)

    def _retitle(self, before: Sequence[OutlineNode], nodes: Sequence[OutlineNode]) -> None:
        """Show other texts in the rows that are there."""
        for old, node in zip(before, nodes, strict=True):
            if node is old:
                continue
            if (node.title, node.note, node.label) != (old.title, old.note, old.label):
                self._show_texts(self._items[node.pointer], node)
            self._retitle(old.children, node.children)

    def _show_texts(self, item: QTreeWidgetItem, node: OutlineNode) -> None:
        item.setText(0, node.title)
        item.setText(1, node.note)
        item.setData(0, LABEL_ROLE, node.label)
        self._marked.pop(node.pointer, None)

    def select(self, pointer: str) -> None:
        """Select a row without telling anybody."""
        item = self.item_at(pointer)
        if item is self.currentItem():
            return
        self._filling = True
        self.setCurrentItem(item) if item else self.setCurrentIndex(QModelIndex())
        self._filling = False
        if item is not None:
            self.scrollToItem(item)

    def item_at(self, pointer: str) -> QTreeWidgetItem | None:
        """The row of this pointer."""
        return self._items.get(pointer)

    def show_problems(self, by_place: Mapping[str, Sequence[Problem]]) -> None:
        """Put a sign on the rows that have problems."""
        for pointer, item in self._items.items():
            found = tuple(by_place.get(pointer, ()))
            if self._marked.get(pointer) != found:
                self._marked[pointer] = found
                self._mark(item, found)

    def _mark(self, item: QTreeWidgetItem, problems: Sequence[Problem]) -> None:
        worst = min((str(problem.severity) for problem in problems), key=_RANK.index, default="")
        item.setIcon(0, self._icon(*_BADGES.get(worst, (str(item.data(0, _ICON_ROLE)), "icon"))))
        tip = "\n".join(problem.message for problem in problems)
        item.setToolTip(0, plain_tip(tip or item.text(1)))
        spoken = [item.text(0), item.text(1), tip]
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, spoken)))

    def _icon(self, name: str, role: str) -> QIcon:
        if (name, role) not in self._icons:
            self._icons[name, role] = self._theme.icon(name, role)
        return self._icons[name, role]

    def rename_selected(self) -> None:
        """Start typing another title or text."""
        current = self.currentItem()
        if current is not None:
            self.editItem(current, 0)

    def _made(self, node: OutlineNode) -> QTreeWidgetItem:
        item = QTreeWidgetItem([node.title, node.note])
        item.setForeground(1, self._theme.color("text_muted"))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setData(0, POINTER_ROLE, node.pointer)
        item.setData(0, LABEL_ROLE, node.label)
        item.setData(0, _ICON_ROLE, _icon_of(node))
        self._items[node.pointer] = item
        item.addChildren([self._made(child) for child in node.children])
        return item

    def _remember_folded(self) -> None:
        self._folded = {pointer for pointer, item in self._items.items() if item.childCount() and not item.isExpanded()}

    def _unfold(self) -> None:
        if not self._folded:
            self.expandAll()
            return
        for pointer, item in self._items.items():
            item.setExpanded(pointer not in self._folded)

    def _repaint(self) -> None:
        for item in self._items.values():
            item.setForeground(1, self._theme.color("text_muted"))

    def _on_current_changed(self, current: QTreeWidgetItem | None, _before: object) -> None:
        if not self._filling and current is not None:
            self.chosen.emit(_pointer(current))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The keys leave room for the texts."""
        self.header().setMaximumSectionSize(max(event.size().width() * 2 // 5, 8 * GRID))
        super().resizeEvent(event)

    # ------------------------------------------------------------------------------------------ keys and drops

    def event(self, event: QEvent) -> bool:
        """Keys of the outline are not for the window's commands while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wish(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = self._wish(event) if self.state() != QAbstractItemView.State.EditingState else ""
        if wish in {"up", "down"}:
            self.step_wanted.emit(-1 if wish == "up" else 1)
        elif wish == "rename":
            self.rename_selected()
        elif wish:
            signals = {
                "remove": self.removed,
                "copy": self.copied,
                "cut": self.cut,
                "paste": self.pasted,
                "duplicate": self.duplicated,
            }
            signals[wish].emit()
        else:
            super().keyPressEvent(event)

    def _wish(self, event: QKeyEvent) -> str:
        for key, wish in ((_KEYS.Copy, "copy"), (_KEYS.Cut, "cut"), (_KEYS.Paste, "paste")):
            if event.matches(key):
                return wish
        known = {
            (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier): "remove",
            (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier): "rename",
            (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier): "up",
            (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier): "down",
            (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier): "duplicate",
        }
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return known.get((Qt.Key(event.key()), modifiers), "")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        if self._is_own(event):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if self._is_own(event) and self.drop_place(event.position().toPoint()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def _is_own(self, event: QDropEvent) -> bool:
        """Rows of this outline: files are for the window, and rows of other views have no place here."""
        return event.source() in {None, self} and event.mimeData().hasFormat(_ROWS)

    def dropEvent(self, event: QDropEvent) -> None:
        """The rows follow the file: nothing is moved here."""
        found = self.drop_place(event.position().toPoint())
        pointer = self.selected
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        # Qt takes the dragged row away after a move that it believes to have made.
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()
        if found and pointer:
            self.moved.emit(pointer, *found)

    def drop_place(self, point: QPoint) -> tuple[str, int] | None:
        """The list, and the number in it, where a drop at this point goes; None where it has no place."""
        item = self.itemAt(point)
        pointer = self.selected
        if not pointer:
            return None
        depth = pointer.count("/")
        if item is None:
            return ("", self.topLevelItemCount()) if depth == 1 else None
        target = _pointer(item)
        where = _drop_part(self.visualItemRect(item), point)
        if target == pointer or target.startswith(pointer + "/"):
            return None
        if target.count("/") < depth:
            return list_of(target), item.childCount()
        while target.count("/") > depth:
            target = target.rpartition("/")[0].rpartition("/")[0]
            where = 1
        after = where > 0
        if where == 0:
            after = target > pointer and target.rpartition("/")[0] == pointer.rpartition("/")[0]
        return target.rpartition("/")[0], int(target.rpartition("/")[2]) + after


class _LabelDelegate(QStyledItemDelegate):
    """Edits the whole text with its HTML, not the plain one that the row shows."""

    def __init__(self, tree: OutlineTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(tr("Title or text"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(LABEL_ROLE)).replace("\n", " "))
            editor.setModified(False)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        if isinstance(editor, QLineEdit) and editor.isModified():
            self._tree.renamed.emit(str(index.data(POINTER_ROLE)), editor.text())


def _drop_part(rect: QRect, point: QPoint) -> int:
    """Above (-1), on (0) or below (1) a row, as Qt draws its sign for drops."""
    margin = min(max(round(rect.height() / 5.5), 2), 12)
    if point.y() - rect.top() < margin:
        return -1
    return 1 if rect.bottom() - point.y() < margin else 0


def _are_alike(before: Sequence[OutlineNode], nodes: Sequence[OutlineNode]) -> bool:
    """Whether the same rows with the same signs stand at the same places; their texts may differ."""
    return len(before) == len(nodes) and all(
        new is old
        or (new.pointer == old.pointer and _icon_of(new) == _icon_of(old) and _are_alike(old.children, new.children))
        for old, new in zip(before, nodes, strict=True)
    )


def _icon_of(node: OutlineNode) -> str:
    return _ICONS.get(node.kind, "help")


def _pointer(item: QTreeWidgetItem | None) -> str:
    return str(item.data(0, POINTER_ROLE)) if item is not None else ""
