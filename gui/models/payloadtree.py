"""The payload as a tree with totals, filter and order, kept up to date change by change; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
    """One entry that somebody looked at; the tree makes them folder by folder, because there may be 50,000.

    `shown` are the children that the filter lets through, in order; `row` is the place among those of the parent. Both
    hold for the `version` of the tree that arranged them.
    """

    __slots__ = ("_children", "entry", "id", "parent", "path", "row", "shown", "tree", "version")

    def __init__(self, tree: PayloadTree, path: str, entry: Entry, parent: Node | None) -> None:
        self.tree = tree
        self.path = path
        self.entry = entry
        self.id = 0
        self.parent = parent
        self._children: list[Node] | None = None
        self.shown: list[Node] = []
        self.row = 0
        self.version = -1

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
        return default_mode(self.path, self.entry.kind, b"#!" if self.path in self.tree.runs else b"")

    @property
    def children(self) -> list[Node]:
        """All entries directly in it."""
        if self._children is None:
            self._children = self.tree.make_children(self)
        return self._children

    @property
    def is_looked_into(self) -> bool:
        """Whether its children were made."""
        return self._children is not None

    def total(self) -> int:
        """Bytes of the file, or of everything in the folder."""
        return self.tree.total(self.path, self.entry)


class PayloadTree:
    """All entries of the payload by folder, and the nodes of those that were looked at. The root is the folder package/
    and is not shown itself."""

    def __init__(self) -> None:
        self._count = 0
        self._inside: dict[str, dict[str, Entry]] = {}
        self._totals: dict[str, int] = {}
        self._files = 0
        self._nodes: dict[str, Node] = {}
        self.by_id: dict[int, Node] = {}
        self.runs: Collection[str] = frozenset()
        """The files that the build makes executable, as their first bytes say."""
        self._needle = ""
        self._wanted: Wanted | None = None
        self._column = Column.NAME
        self._descending = False
        self.version = 0
        """Grows with every order and filter; a node of an older one has to be arranged anew."""
        self._visible: set[str] | None = None
        self.root = self._make(PAYLOAD, Entry(Kind.DIRECTORY), None)

    # ------------------------------------------------------------------------------------------ building

    def load(self, entries: Mapping[str, Entry]) -> None:
        """Show these entries."""
        self._totals.clear()
        self._nodes.clear()
        self.by_id.clear()
        inside: dict[str, dict[str, Entry]] = {}
        directory, files, folder = Kind.DIRECTORY, 0, ""
        children: dict[str, Entry] = {}
        for path, entry in entries.items():
            if path.startswith(_PREFIX):
                above = path[: path.rindex("/")]
                if above != folder:  # mostly what is in one folder stands together
                    folder, children = above, inside.setdefault(above, {})
                children[path] = entry
                files += entry.kind is not directory
        self._inside, self._files = inside, files
        for folder in list(inside):
            self._add_missing(folder)
        self.root = self._make(PAYLOAD, entries.get(PAYLOAD, Entry(Kind.DIRECTORY)), None)
        self._rearrange()

    def _add_missing(self, folder: str) -> None:
        """The folders above `folder` that an archive lacks."""
        while folder != PAYLOAD:
            above = folder.rpartition("/")[0]
            siblings = self._inside.setdefault(above, {})
            if folder in siblings:
                return
            siblings[folder] = Entry(Kind.DIRECTORY)
            folder = above

    def _make(self, path: str, entry: Entry, parent: Node | None) -> Node:
        self._count += 1
        node = Node(self, path, entry, parent)
        node.id = self._count
        self._nodes[path] = node
        self.by_id[node.id] = node
        return node

    def make_children(self, node: Node) -> list[Node]:
        """The nodes of what is directly in `node`; for `Node.children`."""
        return [self._make(path, entry, node) for path, entry in self._inside.get(node.path, {}).items()]

    # ------------------------------------------------------------------------------------------ questions

    def __contains__(self, path: str) -> bool:
        return path == PAYLOAD or path in self._inside.get(path.rpartition("/")[0], {})

    def paths(self) -> Iterator[str]:
        """The paths of all entries."""
        for children in self._inside.values():
            yield from children

    def find(self, path: str) -> Node | None:
        """The node of an entry; None when there is none of this path."""
        node = self._nodes.get(path)
        if node is not None or path not in self:
            return node
        above = self.find(path.rpartition("/")[0])
        if above is not None:
            _ = above.children  # makes it
        return self._nodes.get(path)

    def total(self, path: str, entry: Entry) -> int:
        """Bytes of a file, or of everything in a folder; remembered until something below changes."""
        if entry.kind is not Kind.DIRECTORY:
            return entry.size
        known = self._totals.get(path)
        if known is None:
            known = 0
            for child, inner in self._inside.get(path, {}).items():  # a plain loop: there may be 50,000
                if inner.content is not None:
                    known += inner.content.size
                elif inner.kind is Kind.DIRECTORY:
                    known += self.total(child, inner)
            self._totals[path] = known
        return known

    def sizes_in(self, folder: str) -> list[tuple[int, str, Entry]]:
        """Bytes, path and entry of everything directly in a folder."""
        return [(self.total(path, entry), path, entry) for path, entry in self._inside.get(folder, {}).items()]

    def size_of(self, path: str) -> int:
        """Bytes of an entry of this path and of what is in it; 0 when there is none."""
        if path == PAYLOAD:
            return self.root.total()
        entry = self._inside.get(path.rpartition("/")[0], {}).get(path)
        return self.total(path, entry) if entry is not None else 0

    def size_of_all(self, paths: Collection[str]) -> int:
        """Bytes of all these entries; what lies in one of them counts once."""
        folders = {path for path in paths if path in self._inside}
        return sum(self.size_of(path) for path in paths if not folders or not _is_below(path, folders))

    def count_files(self) -> int:
        """How many files and links there are in the payload."""
        return self._files

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
        self.version += 1

    def shown(self, node: Node) -> list[Node]:
        """The children that the filter lets through, in order. Folders are put in order when they are first looked
        into: nobody waits for 50,000 names to be sorted."""
        if node.version != self.version:
            self._arrange(node)
        return node.shown

    def count_in(self, node: Node) -> int:
        """How many children the filter lets through; it makes no nodes and puts nothing in order."""
        inside = self._inside.get(node.path, {})
        visible = self._visible
        return len(inside) if visible is None else sum(1 for path in inside if path in visible)

    def row(self, node: Node) -> int:
        """The place of a node among its shown siblings; -1 when the filter hides it, or for the root."""
        if node.parent is None:
            return -1
        siblings = self.shown(node.parent)
        return node.row if node.row < len(siblings) and siblings[node.row] is node else -1

    def count_shown(self, most: int) -> int:
        """How many entries the filter shows; counting stops at `most`."""
        if self._visible is not None:
            return min(len(self._visible), most)
        return min(sum(len(children) for children in self._inside.values()), most)

    def count_found(self) -> int:
        """How many entries the filter shows for their own sake."""
        if self._visible is None:
            return 0
        inside = self._inside
        return sum(
            1
            for path in self._visible
            if path != PAYLOAD and self.lets_through(path, inside[path[: path.rindex("/")]][path])
        )

    def place_of(self, parent: Node, node: Node) -> int:
        """Where a new child goes among the shown ones."""
        key = self._key()
        own = key(node)
        shown = self.shown(parent)
        low, high = 0, len(shown)
        while low < high:
            middle = (low + high) // 2
            if (key(shown[middle]) > own) != self._descending:
                high = middle
            else:
                low = middle + 1
        return low

    def lets_through(self, path: str, entry: Entry) -> bool:
        """Whether the filter shows this entry for its own sake."""
        if self._needle and self._needle not in path[len(_PREFIX) :].casefold():
            return False
        return self._wanted is None or self._wanted(path, entry)

    def _rearrange(self) -> None:
        self.version += 1
        self._visible = self._found() if self.is_filtered else None

    def _arrange(self, node: Node) -> None:
        visible = self._visible
        node.children.sort(key=self._key(), reverse=self._descending)
        children = node.children
        node.shown = children if visible is None else [child for child in children if child.path in visible]
        node.version = self.version
        self._renumber(node)

    def _found(self) -> set[str]:
        """What the filter finds, and the folders that lead there."""
        found: set[str] = set()
        lets_through = self.lets_through
        for folder, children in self._inside.items():
            matches = [path for path, entry in children.items() if lets_through(path, entry)]
            if matches:
                found.update(matches)
                above = folder
                while above and above not in found:
                    found.add(above)
                    above = above.rpartition("/")[0]
        return found

    def _key(self) -> Callable[[Node], tuple[object, ...]]:
        first = not self._descending
        key = _KEYS[self._column]

        def by_kind_then_key(node: Node) -> tuple[object, ...]:
            return (node.is_folder is not first, key(node), node.name)

        return by_kind_then_key

    # ------------------------------------------------------------------------------------------ changes

    def change(self, node: Node, entry: Entry) -> None:
        """The entry of a node is another one now."""
        node.entry = entry
        above = node.path.rpartition("/")[0]
        self._inside[above][node.path] = entry
        self._forget_totals(node.path)

    def exchange(self, entries: Mapping[str, Entry], paths: Collection[str]) -> set[str] | None:
        """Follow other entries at the same places; returns the folders they are in. None, with nothing done, when one
        comes or goes, or a folder becomes a file."""
        inside, directory, folders = self._inside, Kind.DIRECTORY, set()
        known = []
        for path in paths:
            if not path.startswith(_PREFIX):
                continue
            folder = path.rpartition("/")[0]
            before, after = inside.get(folder, {}).get(path), entries.get(path)
            if before is None or after is None or (before.kind is directory) != (after.kind is directory):
                return None
            folders.add(folder)
            known.append((folder, path, after))
        for folder, path, entry in known:
            inside[folder][path] = entry
            node = self._nodes.get(path)
            if node is not None:
                node.entry = entry
        self._totals.clear()
        return folders

    def add(self, path: str, entry: Entry) -> Node:
        """Make a node below its parent, which must be there; the caller inserts it with `insert`."""
        parent = self.find(path.rpartition("/")[0])
        assert parent is not None
        _ = parent.children  # those that are there already
        return self._make(path, entry, parent)

    def insert(self, node: Node, row: int | None) -> None:
        """Put a node from `add` among its siblings; `row` is its place among the shown ones, None when hidden."""
        parent = node.parent
        assert parent is not None
        self.shown(parent)
        self._inside.setdefault(parent.path, {})[node.path] = node.entry
        self._files += not node.is_folder
        if self._visible is not None and row is not None:
            self._visible.add(node.path)
        if parent.shown is parent.children:
            parent.children.insert(len(parent.children) if row is None else row, node)
        else:
            parent.children.append(node)
            if row is not None:
                parent.shown.insert(row, node)
        self._renumber(parent)
        self._forget_totals(node.path)

    def remove(self, node: Node) -> None:
        """Take a node and all below it out."""
        parent = node.parent
        assert parent is not None
        self.shown(parent)
        parent.children.remove(node)
        if parent.shown is not parent.children and node in parent.shown:
            parent.shown.remove(node)
        self._inside[parent.path].pop(node.path, None)
        self._forget(node.path, node.entry)
        self._renumber(parent)
        self._forget_totals(node.path)

    def _forget(self, path: str, entry: Entry) -> None:
        pending = [(path, entry)]
        while pending:
            gone, entry = pending.pop()
            self._files -= entry.kind is not Kind.DIRECTORY
            pending.extend(self._inside.pop(gone, {}).items())
            self._totals.pop(gone, None)
            if self._visible is not None:
                self._visible.discard(gone)
            node = self._nodes.pop(gone, None)
            if node is not None:
                self.by_id.pop(node.id, None)

    def _forget_totals(self, path: str) -> None:
        """The size of this entry changed."""
        while path:
            self._totals.pop(path, None)
            path = path.rpartition("/")[0]

    def _renumber(self, parent: Node) -> None:
        for row, child in enumerate(parent.shown):
            child.row = row


def _is_below(path: str, folders: Collection[str]) -> bool:
    while path:
        path = path.rpartition("/")[0]
        if path in folders:
            return True
    return False


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
