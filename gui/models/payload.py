"""The Qt model of the payload tree: columns, icons, drag and drop; edits go out as signals."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QDateTime,
    QItemSelection,
    QItemSelectionRange,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)

from gui.models.payloadtree import Column, Node, PayloadTree, Wanted, mode_text, owner_text, parse_mode, payload_paths
from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import plain_tip
from gui.qt.i18n import tr
from gui.qt.icons import IconSource
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.progress import size_text
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.executables import Role

MIME_PATHS = "application/x-spkcreator-payload"
MANY = 200
"""Changes of more paths than this rebuild the tree: cheaper than telling the view of each."""

_ROLE = Qt.ItemDataRole
_COLUMNS = len(Column)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".bmp")
_SCRIPTS = (".sh", ".py", ".pl", ".php", ".cgi", ".js", ".lua", ".rb")
_DIRECTORY = Kind.DIRECTORY
_FLAG = Qt.ItemFlag
_ANY = _FLAG.ItemIsEnabled | _FLAG.ItemIsSelectable | _FLAG.ItemIsDragEnabled
_EDITABLE = {Column.NAME, Column.MODE}
_FOLDER_FLAGS, _FILE_FLAGS = (
    [_ANY | kind | (_FLAG.ItemIsEditable if column in _EDITABLE else _FLAG.NoItemFlags) for column in Column]
    for kind in (_FLAG.ItemIsDropEnabled, _FLAG.ItemNeverHasChildren)
)
"""By column. Put together once: the view asks for those of every row of an open folder, several times."""
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class PayloadModel(QAbstractItemModel):
    """Shows the entries below package/. `reload` and `update` follow the package; nothing here changes it."""

    rename_wanted = Signal(str, str)
    """path, new name"""
    mode_wanted = Signal(str, int)
    """path, permission bits"""
    files_dropped = Signal(list, str)
    """list[Path] from outside, the payload folder they go into"""
    moved = Signal(list, str)
    """list[str] of payload paths, the payload folder they go into"""

    def __init__(self, icons: IconSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tree = PayloadTree()
        self._locale = QLocale()
        self._icons = {name: icons.icon(name) for name in ("folder", "file", "link", "image", "script", "text")}

    # ------------------------------------------------------------------------------------------ following the package

    def reload(self, entries: Mapping[str, Entry]) -> None:
        """Show these entries instead."""
        self.beginResetModel()
        self.tree.load(entries)
        self.endResetModel()

    def update(self, entries: Mapping[str, Entry], paths: Collection[str]) -> bool:
        """Follow a change of these paths, so that selection, scroll position and open folders stay. True where so much
        came and went that the tree was built anew, and they did not."""
        if len(paths) > MANY:
            return self._follow_many(entries, paths)
        touched = sorted(payload_paths(paths))  # parents first
        for path in touched:
            if path not in entries and path in self.tree:
                self._remove(path)
        for path in touched:
            if path in entries:
                self._show(path, entries)
        return False

    def _follow_many(self, entries: Mapping[str, Entry], paths: Collection[str]) -> bool:
        """Other modes or contents of thousands of files leave the rows where they are."""
        folders = self.tree.exchange(entries, paths)
        if folders is None:
            self.reload(entries)
            return True
        for folder in folders:
            parent = self.index_of_path(folder)
            count = self.rowCount(parent) if parent.isValid() or folder == PAYLOAD else 0
            if count:
                self.dataChanged.emit(self.index(0, 0, parent), self.index(count - 1, _COLUMNS - 1, parent))
        return False

    def set_filter(self, needle: str, wanted: Wanted | None = None) -> None:
        """Show only what has `needle` in its path and is `wanted`."""
        self.beginResetModel()
        self.tree.set_filter(needle, wanted)
        self.endResetModel()

    def set_run(self, paths: Collection[str]) -> None:
        """These files are run, as their first bytes say: their modes show it where the build chooses them.

        The view is to be painted anew.
        """
        self.tree.runs = paths

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        nodes = [(self.node(index), index.column()) for index in before]
        self.tree.set_order(Column(max(column, 0)), descending=order == Qt.SortOrder.DescendingOrder)
        self.changePersistentIndexList(before, [self._index_of(node, at) for node, at in nodes])
        self.layoutChanged.emit()

    def _remove(self, path: str) -> None:
        node = self.tree.find(path)
        parent = node.parent if node is not None else None
        if node is None or parent is None:
            return
        row = self.tree.row(node)
        if row >= 0:
            self.beginRemoveRows(self._index_of(parent), row, row)
        self.tree.remove(node)
        if row >= 0:
            self.endRemoveRows()
        self._announce_above(parent)

    def _show(self, path: str, entries: Mapping[str, Entry]) -> None:
        node = self.tree.find(path)
        if node is None:
            self._insert(path, entries)
        elif node.entry is not entries[path]:
            self.tree.change(node, entries[path])
            self._announce_above(node)

    def _insert(self, path: str, entries: Mapping[str, Entry]) -> None:
        above = path.rpartition("/")[0]
        if above not in self.tree:
            self._insert(above, entries)
        node = self.tree.add(path, entries.get(path, Entry(Kind.DIRECTORY)))
        parent = node.parent
        assert parent is not None
        if self.tree.is_filtered and not self.tree.lets_through(path, node.entry):
            self.tree.insert(node, None)
            return
        row = self.tree.place_of(parent, node)
        self.beginInsertRows(self._index_of(parent), row, row)
        self.tree.insert(node, row)
        self.endInsertRows()
        self._announce_above(parent)

    def _announce_above(self, node: Node | None) -> None:
        while node is not None and node.parent is not None:
            if self.tree.row(node) >= 0:  # else the filter hides it
                self.dataChanged.emit(self._index_of(node), self._index_of(node, len(Column) - 1))
            node = node.parent

    # ------------------------------------------------------------------------------------------ nodes and indexes

    def node(self, index: Index) -> Node:
        """The node of an index; the root for an invalid one."""
        return self.tree.by_id.get(index.internalId(), self.tree.root) if index.isValid() else self.tree.root

    def path(self, index: Index) -> str:
        """The path of an index; the payload folder for an invalid one."""
        return self.node(index).path

    def folder(self, index: Index) -> str:
        """The folder that an index is, or that it is in."""
        node = self.node(index)
        return node.path if node.is_folder or node.parent is None else node.parent.path

    def index_of_path(self, path: str) -> QModelIndex:
        """The index of a path; invalid when the tree does not show it."""
        node = self.tree.find(path)
        return self._index_of(node) if node is not None else QModelIndex()

    def paths_between(self, parent: Index, first: int, last: int) -> list[str]:
        """The paths of these rows of a folder."""
        return [node.path for node in self.tree.shown(self.node(parent))[first : last + 1]]

    def selection_of(self, paths: Iterable[str]) -> QItemSelection:
        """The rows of these paths, as far as they are shown."""
        rows: dict[str, list[int]] = {}
        for path in paths:
            node = self.tree.find(path)
            row = self.tree.row(node) if node is not None else -1
            if row >= 0:
                rows.setdefault(path.rpartition("/")[0], []).append(row)
        selection = QItemSelection()
        for folder, found in rows.items():
            parent = self.index_of_path(folder)
            for first, last in _runs(sorted(found)):
                ends = self.index(first, 0, parent), self.index(last, _COLUMNS - 1, parent)
                selection.append(QItemSelectionRange(*ends))
        return selection

    def count_folders(self, parent: Index) -> int:
        """How many of its first rows are folders: those come before the files in every order."""
        shown = self.tree.shown(self.node(parent))
        return next((row for row, node in enumerate(shown) if not node.is_folder), len(shown))

    def _index_of(self, node: Node, column: int = 0) -> QModelIndex:
        row = self.tree.row(node)
        return self.createIndex(row, column, node.id) if row >= 0 else QModelIndex()

    # ------------------------------------------------------------------------------------------ Qt

    # The view asks these three for every row of every open folder when anything comes or goes: no call too many.

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        tree = self.tree
        node = tree.by_id.get(parent.internalId(), tree.root)
        shown = node.shown if node.version == tree.version else tree.shown(node)
        if 0 <= row < len(shown) and 0 <= column < _COLUMNS and parent.column() <= 0:
            return self.createIndex(row, column, shown[row].id)
        return QModelIndex()

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]  # QObject.parent() is another one
        tree = self.tree
        above = tree.by_id.get(child.internalId(), tree.root).parent
        return QModelIndex() if above is None or above is tree.root else self._index_of(above)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return self.tree.count_in(self.node(parent)) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return len(Column)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node, column = self.node(index), Column(index.column())
        match role:
            case _ROLE.DisplayRole | _ROLE.EditRole:
                return self._text(node, column, editing=role == _ROLE.EditRole)
            case _ROLE.DecorationRole:
                return self._icons[icon_of(node)] if column is Column.NAME else None
            case _ROLE.TextAlignmentRole:
                return _RIGHT if column is Column.SIZE else None
            case _ROLE.ToolTipRole:
                return plain_tip(self._tip(node, column))
            case _ROLE.AccessibleTextRole:
                return self._text(node, column, editing=False) or tr("none")
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        """Asks for the edit; what the package makes of it comes back through `update`."""
        if role != _ROLE.EditRole or not index.isValid():
            return False
        node, text = self.node(index), str(value).strip()
        if index.column() == Column.NAME and text and text != node.name:
            self.rename_wanted.emit(node.path, text)
            return True
        mode = parse_mode(text) if index.column() == Column.MODE else None
        if mode is not None and mode != node.permissions:
            self.mode_wanted.emit(node.path, mode)
            return True
        return False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.TextAlignmentRole and section == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != _ROLE.DisplayRole:
            return None
        return [tr("Name"), tr("Size"), tr("Mode"), tr("Owner"), tr("Link target"), tr("Modified")][section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self.tree.by_id.get(index.internalId())
        if node is None:
            return _FLAG.ItemIsDropEnabled
        return (_FOLDER_FLAGS if node.entry.kind is _DIRECTORY else _FILE_FLAGS)[index.column()]

    # ------------------------------------------------------------------------------------------ drag and drop

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction | Qt.DropAction.MoveAction

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction | Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME_PATHS, "text/uri-list"]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        paths = list(dict.fromkeys(self.path(index) for index in indexes))
        mime.setData(MIME_PATHS, json.dumps(paths).encode())
        return mime

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if data.hasFormat(MIME_PATHS):
            folder = self.folder(parent)
            return any(can_move(path, folder) for path in internal_paths(data))
        return bool(dropped_paths(data))

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        folder = self.folder(parent)
        if data.hasFormat(MIME_PATHS):
            self.moved.emit([path for path in internal_paths(data) if can_move(path, folder)], folder)
        else:
            self.files_dropped.emit(dropped_paths(data), folder)
        # False for a move: the view would otherwise remove the dragged rows itself.
        return action == Qt.DropAction.CopyAction

    # ------------------------------------------------------------------------------------------ texts

    def _text(self, node: Node, column: Column, *, editing: bool) -> str:
        match column:
            case Column.NAME:
                return node.name
            case Column.SIZE:
                return self._size_text(node)
            case Column.MODE:
                return f"{node.permissions:03o}" if editing else mode_text(node.entry.kind, node.permissions)
            case Column.OWNER:
                return owner_text(node.entry)
            case Column.TARGET:
                return node.entry.target.removeprefix(PAYLOAD + "/")
            case Column.MODIFIED:
                return self._date_text(node)

    def _size_text(self, node: Node) -> str:
        return "" if node.entry.kind in {Kind.SYMLINK, Kind.HARDLINK} else size_text(node.total())

    def _date_text(self, node: Node) -> str:
        mtime = node.entry.attributes.mtime if node.entry.attributes is not None else None
        if mtime is None:
            return ""
        return self._locale.toString(QDateTime.fromSecsSinceEpoch(mtime), QLocale.FormatType.ShortFormat)

    def _tip(self, node: Node, column: Column) -> str:
        if column is Column.SIZE:
            return tr("{n} byte", "{n} bytes", n=node.total())
        if column is Column.MODE and node.entry.attributes is None:
            return tr("The build chooses the mode by what the file is. Press F2 here to set another one.")
        if column is Column.NAME and node.entry.kind is Kind.SYMLINK:
            return tr("Link to {target}", target=node.entry.target)
        return node.path if column is Column.NAME else ""


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of numbers that follow each other."""
    first = 0
    for at, number in enumerate(numbers, 1):
        if at == len(numbers) or numbers[at] != number + 1:
            yield numbers[first], number
            first = at


def icon_of(node: Node) -> str:
    """The name of the icon that fits an entry."""
    if node.is_folder:
        return "folder"
    if node.entry.kind in {Kind.SYMLINK, Kind.HARDLINK}:
        return "link"
    name = node.name.lower()
    if name.endswith(_PICTURES):
        return "image"
    if name.endswith(_SCRIPTS):
        return "script"
    return "text" if name.endswith((".txt", ".md", ".json", ".conf", ".ini", ".html", ".css")) else "file"


def picture_or_text(path: str, role: Role | None) -> str:
    """ "picture", "text", or nothing: what a file that is not compiled is."""
    if path.lower().endswith(_PICTURES):
        return "picture"
    return "text" if role in {Role.SCRIPT, Role.TEXT} else ""


def internal_paths(data: QMimeData) -> list[str]:
    """The payload paths of a drag that started in a payload tree."""
    paths: list[str] = json.loads(bytes(data.data(MIME_PATHS).data()).decode())
    return paths


def can_move(path: str, folder: str) -> bool:
    """Whether `path` can go into `folder`: it is not there already, and not inside itself."""
    return path.rpartition("/")[0] != folder and folder != path and not folder.startswith(path + "/")


def dropped_names(paths: list[Path]) -> str:
    """Names for a message: the first, or how many."""
    return paths[0].name if len(paths) == 1 else tr("{n} item", "{n} items", n=len(paths))
