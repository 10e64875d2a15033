"""The payload as a tree of nodes with totals, filter and order, kept up to date change by change; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum

from spkcore.package.attributes import default_mode
from spkcore.package.entries import PAYLOAD, Entry, Kind

_PREFIX = PAYLOAD + "/"


Wanted = Callable[[str, Entry], bool]
"""Whether the filter shall show the entry at this path for its own sake."""


class Column(IntEnum):
    """What the tree shows of an entry, left to right."""

    NAME = 0
    SIZE = 1
    MODE = 2
    OWNER = 3
    TARGET = 4
    MODIFIED = 5


class Node:
    """One entry of the payload; there may be 50,000, so making one must be cheap.

    `children` are all of them; `PayloadTree.shown` gives those that the filter lets through, in order. `row` is the
    place among those; both hold for the `version` of the tree that arranged them.
    """

    __slots__ = ("children", "entry", "id", "is_run", "parent", "path", "row", "shown", "size", "version")

    def __init__(self, path: str, entry: Entry, number: int) -> None:
        self.path = path
        self.entry = entry
        self.id = number
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.shown: list[Node] = self.children
        self.row = 0
        self.size = -1 if entry.kind is Kind.DIRECTORY else entry.size
        self.version = -1
        self.is_run = False
        """Whether its first bytes say that it is run, so that the build makes it executable."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.entry.kind is Kind.DIRECTORY

    @property
    def permissions(self) -> int:
        """The permission bits: its own, or those that the build will choose by role."""
        if self.entry.attributes is not None:
            return self.entry.attributes.permissions
        return default_mode(self.path, self.entry.kind, b"#!" if self.is_run else b"")

    def total(self) -> int:
        """Bytes of the file, or of everything in the folder; remembered until something below changes."""
        if self.size < 0:
            total = 0 if self.children else self.entry.size
            for child in self.children:
                total += child.size if child.size >= 0 else child.total()
            self.size = total
        return self.size

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(node.children)


class PayloadTree:
    """All nodes of the payload, by path and by number. The root is the folder package/ and is not shown itself."""

    def __init__(self) -> None:
        self._count = 0
        self.by_path: dict[str, Node] = {}
        self.by_id: dict[int, Node] = {}
        self.root = self._make(PAYLOAD, Entry(Kind.DIRECTORY))
        self._needle = ""
        self._wanted: Wanted | None = None
        self._column = Column.NAME
        self._descending = False
        self._version = 0
        self._visible: set[Node] | None = None

    # ------------------------------------------------------------------------------------------ building

    def load(self, entries: Mapping[str, Entry]) -> None:
        """Build the tree anew."""
        self.by_path.clear()
        self.by_id.clear()
        self.root = self._make(PAYLOAD, entries.get(PAYLOAD, Entry(Kind.DIRECTORY)))
        for path, entry in entries.items():
            if path.startswith(_PREFIX):
                node = self.by_path.get(path) or self._make(path, entry)
                parent = self.by_path.get(path.rpartition("/")[0])
                if parent is not None and node.parent is None:
                    node.parent = parent
                    parent.children.append(node)
                else:
                    self._link(node, entry)
        self._rearrange()

    def _link(self, node: Node, entry: Entry) -> None:
        node.entry = entry
        if node.parent is not None:
            return
        above = node.path.rpartition("/")[0]
        parent = self.by_path.get(above)
        if parent is None:
            # The folder comes later in the mapping, or an archive lacks it.
            parent = self._make(above, Entry(Kind.DIRECTORY))
            self._link(parent, parent.entry)
        node.parent = parent
        parent.children.append(node)

    def _make(self, path: str, entry: Entry) -> Node:
        self._count += 1
        node = Node(path, entry, self._count)
        self.by_path[path] = node
        self.by_id[node.id] = node
        return node

    # ------------------------------------------------------------------------------------------ order and filter

    @property
    def is_filtered(self) -> bool:
        """Whether a filter hides something."""
        return bool(self._needle) or self._wanted is not None

    def set_filter(self, needle: str, wanted: Wanted | None = None) -> None:
        """Show what has `needle` in its path and is `wanted`, with the folders that lead there.

        An empty needle and None show everything.
        """
        self._needle = needle.casefold()
        self._wanted = wanted
        self._rearrange()

    def set_order(self, column: Column, *, descending: bool) -> None:
        """Order by a column; folders stay before files."""
        self._column, self._descending = column, descending
        self._version += 1

    def shown(self, node: Node) -> list[Node]:
        """The children that the filter lets through, in order. Folders are put in order when they are first looked
        into: nobody waits for 50,000 names to be sorted."""
        if node.version != self._version:
            self._arrange(node)
        return node.shown

    def count_in(self, node: Node) -> int:
        """How many children the filter lets through; unlike `shown` it puts nothing in order."""
        return len(node.children) if self._visible is None else len(self.shown(node))

    def row(self, node: Node) -> int:
        """The place of a node among its shown siblings; -1 when the filter hides it, or for the root."""
        if node.parent is None:
            return -1
        siblings = self.shown(node.parent)
        return node.row if node.row < len(siblings) and siblings[node.row] is node else -1

    def count_files(self) -> int:
        """How many files and links there are in the payload."""
        return sum(1 for node in self.by_path.values() if node.entry.kind is not Kind.DIRECTORY)

    def count_shown(self, most: int) -> int:
        """How many nodes the filter shows; counting stops at `most`."""
        return min(len(self.by_path if self._visible is None else self._visible), most)

    def place_of(self, parent: Node, node: Node) -> int:
        """Where a new child goes among the shown ones."""
        key = self._key()
        own = key(node)
        for index, other in enumerate(self.shown(parent)):
            if (key(other) > own) != self._descending and other is not node:
                return index
        return len(parent.shown)

    def lets_through(self, node: Node) -> bool:
        """Whether the filter shows this node for its own sake."""
        if self._needle not in node.path.removeprefix(_PREFIX).casefold():
            return False
        return self._wanted is None or self._wanted(node.path, node.entry)

    def count_found(self) -> int:
        """How many entries the filter shows for their own sake."""
        return sum(1 for node in self._visible or () if self.lets_through(node))

    def _rearrange(self) -> None:
        self._version += 1
        self._visible = self._found() if self.is_filtered else None

    def _arrange(self, node: Node) -> None:
        visible = self._visible
        node.children.sort(key=self._key(), reverse=self._descending)
        node.shown = node.children if visible is None else [child for child in node.children if child in visible]
        node.version = self._version
        self._renumber(node)

    def _found(self) -> set[Node]:
        """What the filter finds, and the folders that lead there."""
        found: set[Node] = set()
        start, needle, wanted = len(_PREFIX), self._needle, self._wanted
        for node in self.by_path.values():
            if (not needle or needle in node.path[start:].casefold()) and (
                wanted is None or wanted(node.path, node.entry)
            ):
                above: Node | None = node
                while above is not None and above not in found:
                    found.add(above)
                    above = above.parent
        return found

    def _key(self) -> Callable[[Node], tuple[object, ...]]:
        first = not self._descending
        key = _KEYS[self._column]

        def by_kind_then_key(node: Node) -> tuple[object, ...]:
            return (node.is_folder is not first, key(node), node.name)

        return by_kind_then_key

    # ------------------------------------------------------------------------------------------ changes

    def add(self, path: str, entry: Entry) -> Node:
        """Make a node below its parent, which must be there; the caller inserts it with `insert`."""
        node = self._make(path, entry)
        node.parent = self.by_path[path.rpartition("/")[0]]
        return node

    def insert(self, node: Node, row: int | None) -> None:
        """Put a node from `add` among its siblings; `row` is its place among the shown ones, None when hidden."""
        parent = node.parent
        assert parent is not None
        self.shown(parent)
        if self._visible is not None and row is not None:
            self._visible.add(node)
        if parent.shown is parent.children:
            parent.children.insert(len(parent.children) if row is None else row, node)
        else:
            parent.children.append(node)
            if row is not None:
                parent.shown.insert(row, node)
        self._renumber(parent)
        self.forget_totals(parent)

    def remove(self, node: Node) -> None:
        """Take a node and all below it out."""
        parent = node.parent
        assert parent is not None
        self.shown(parent)
        parent.children.remove(node)
        if parent.shown is not parent.children and node in parent.shown:
            parent.shown.remove(node)
        for gone in node.walk():
            self.by_path.pop(gone.path, None)
            self.by_id.pop(gone.id, None)
        self._renumber(parent)
        self.forget_totals(parent)

    def forget_totals(self, node: Node | None) -> None:
        """The size of something in `node` changed."""
        while node is not None:
            node.size = -1
            node = node.parent

    def _renumber(self, parent: Node) -> None:
        for row, child in enumerate(parent.shown):
            child.row = row


def payload_paths(paths: Iterable[str]) -> list[str]:
    """Those of the paths that lie in the payload."""
    return [path for path in paths if path.startswith(_PREFIX)]


def mode_text(kind: Kind, permissions: int) -> str:
    """`rwxr-xr-x  755`, with the first letter that ls writes for folders and links."""
    letters = ""
    for shift, special, low, high in ((6, 0o4000, "s", "S"), (3, 0o2000, "s", "S"), (0, 0o1000, "t", "T")):
        bits = permissions >> shift
        letters += ("r" if bits & 4 else "-") + ("w" if bits & 2 else "-")
        runs = bool(bits & 1)
        letters += (low if runs else high) if permissions & special else ("x" if runs else "-")
    first = {Kind.DIRECTORY: "d", Kind.SYMLINK: "l"}.get(kind, "-")
    return f"{first}{letters}  {permissions:03o}"


def parse_mode(text: str) -> int | None:
    """The permission bits of "755", "0755" or "rwxr-xr-x"; None when it is none of these."""
    text = text.strip().split()[-1] if text.strip() else ""
    if text and len(text) <= 4 and all(digit in "01234567" for digit in text):
        return int(text, 8)
    letters = text[-9:]
    if len(letters) != 9 or any(have not in {want, "-"} for have, want in zip(letters, "rwxrwxrwx", strict=True)):
        return None
    return sum(1 << (8 - index) for index, letter in enumerate(letters) if letter != "-")


def owner_text(entry: Entry) -> str:
    """Who owns it on the NAS: names where the archive has them, else numbers."""
    attributes = entry.attributes
    if attributes is None:
        return "root:root"
    user = attributes.uname or ("root" if attributes.uid == 0 else str(attributes.uid))
    group = attributes.gname or ("root" if attributes.gid == 0 else str(attributes.gid))
    return f"{user}:{group}"


def _by_name(node: Node) -> object:
    return node.name.casefold()


def _by_mtime(node: Node) -> object:
    return (node.entry.attributes.mtime or 0) if node.entry.attributes else 0


def _by_owner(node: Node) -> object:
    return owner_text(node.entry)


def _by_target(node: Node) -> object:
    return node.entry.target


def _by_mode(node: Node) -> object:
    return node.permissions


_KEYS: Mapping[Column, Callable[[Node], object]] = {
    Column.NAME: _by_name,
    Column.SIZE: Node.total,
    Column.MODE: _by_mode,
    Column.OWNER: _by_owner,
    Column.TARGET: _by_target,
    Column.MODIFIED: _by_mtime,
}
