"""What a package says about other packages, in INFO and in conf/PKG_DEPS and PKG_CONX, as tables; knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gui.editors.info.ranges import DsmRange
from gui.qt.i18n import tr
from spkcore.base.errors import SpkError
from spkcore.base.reference import table
from spkcore.package.changes import Change, apply, remove, set_content
from spkcore.package.dependencies import (
    Dependency,
    Item,
    item_problem,
    limit_problem,
    name_problem,
    range_problem,
    read_dependency,
    read_items,
    write_items,
)
from spkcore.package.dependencyfile import CONFLICTS, NEEDS, DependencyFile, key_problem, keys_for
from spkcore.package.entries import Entry
from spkcore.package.info import PATH, Info
from spkcore.package.infokeys import info_keys

FILES = (NEEDS, CONFLICTS)
NAME, OPERATOR, VERSION = range(3)
_OVERRIDDEN = {"install_dep_packages": NEEDS, "install_conflict_packages": CONFLICTS}


@dataclass(frozen=True, slots=True)
class Relation:
    """One table: `id` is the key of INFO or the path of the file."""

    id: str
    title: str
    meaning: str

    @property
    def is_file(self) -> bool:
        """Whether it is one of the two files, not a key of INFO."""
        return self.id in FILES


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` is the key of the file, empty in the tables of INFO."""

    title: str
    meaning: str = ""
    key: str = ""


def operators() -> list[tuple[str, str]]:
    """The signs of a limit and what they say, the absence of a limit first."""
    return [
        ("", tr("Any version")),
        (">=", tr(">=  at least")),
        ("<=", tr("<=  at most")),
        ("=", tr("=  exactly")),
        (">", tr(">  newer than")),
        ("<", tr("<  older than")),
    ]


class RelationPlan:
    """The tables while somebody edits them; `change` makes them one change of the package."""

    def __init__(self, info: Info, files: Mapping[str, bytes], dsm: DsmRange) -> None:
        self._info = info
        self._dsm = dsm
        self._items = {key: list(read_items(info.get(key))) for key in _list_keys()}
        self._files = {path: DependencyFile.parse(files.get(path, b"")) for path in FILES}
        self._before = dict(self._files)

    def relations(self) -> list[Relation]:
        """All tables, in their order."""
        keys = info_keys()
        found = [Relation(key, keys[key].label, keys[key].description) for key in self._items]
        needs = tr(
            "The file conf/PKG_DEPS: needed packages with a range of versions each, and for which DSM the line counts. "
            "DSM goes by it instead of the list in INFO."
        )
        conflicts = tr(
            "The file conf/PKG_CONX: packages this one cannot live with, by version and by DSM. "
            "DSM goes by it instead of the list in INFO."
        )
        found.append(Relation(NEEDS, tr("Needs, by DSM version"), needs))
        return [*found, Relation(CONFLICTS, tr("Conflicts, by DSM version"), conflicts)]

    def count(self, relation: str) -> int:
        """The number of rows of a table."""
        return len(self._files[relation].packages()) if relation in FILES else len(self._items[relation])

    def columns(self, relation: str) -> list[Column]:
        """The columns of a table: of the files those that the chosen DSM versions read, and those in use."""
        if relation not in FILES:
            return [Column(tr("Package")), Column(tr("Which versions")), Column(tr("Version"))]
        file = self._files[relation]
        used = {key for package in file.packages() for key in file.values(package)}
        fitting = keys_for(self._dsm.low, self._dsm.high)
        known = table("pkg_deps")["columns"]
        keys = [key for key in known if key in used or key in fitting]
        strange = sorted(used - set(known))
        columns = [Column(known[key]["title"], f"{key}: {known[key]['meaning']}", key) for key in keys]
        return [Column(tr("Package")), *columns, *(Column(key, tr("No DSM reads it."), key) for key in strange)]

    def cell(self, relation: str, row: int, column: int) -> str:
        """The text of a cell; of an item that cannot be read all of it stands in the first one."""
        if relation in FILES:
            package = self._files[relation].packages()[row]
            key = self.columns(relation)[column].key
            return self._files[relation].values(package).get(key, "") if key else package
        item = self._items[relation][row]
        if item.dependency is None:
            return item.text.strip() if column == NAME else ""
        return (item.dependency.name, item.dependency.operator, item.dependency.version)[column]

    def set_cell(self, relation: str, row: int, column: int, value: str) -> str:
        """Edit a cell. Returns why that cannot be, or an empty string."""
        value = value.strip()
        if relation in FILES:
            return self._set_in_file(relation, row, self.columns(relation)[column].key, value)
        item = self._items[relation][row]
        old = item.dependency or Dependency("")
        if column == NAME:
            return self._set_name(relation, row, value)
        if column == OPERATOR:
            new = Dependency(old.name, value, old.version if value else "")
        else:
            new = Dependency(old.name, (old.operator or ">=") if value else "", value)
        self._items[relation][row] = item.with_dependency(new)
        return ""

    def add(self, relation: str, text: str) -> str:
        """Add packages, written as in INFO: "PHP8.2>=8.2.0:WebStation". Returns why that cannot be, or nothing."""
        items = [Item(item.text.strip(), item.dependency) for item in read_items(text)]
        problem = self.entry_problem(relation, text) or (name_problem("") if not items else "")
        if problem:
            return problem
        if relation not in FILES:
            self._items[relation].extend(items)
            return ""
        file = self._files[relation]
        for item in items:
            if item.dependency is not None:
                file = _with_limit(file.add(item.dependency.name), item.dependency)
        self._files[relation] = file
        return ""

    def entry_problem(self, relation: str, text: str) -> str:
        """What is wrong with a text while it is typed, to be added; nothing while it is empty."""
        if not text.strip():
            return ""
        for item in read_items(text):
            problem = item_problem(item.text) or (limit_problem(item.dependency) if item.dependency else "")
            if not problem and item.dependency and item.dependency.name == self._info.get("package"):
                problem = tr("{name} is this package itself.", name=item.dependency.name)
            if not problem and item.dependency and relation in FILES:
                problem = self._file_problem(relation, item.dependency)
            if problem:
                return problem
        return ""

    def remove(self, relation: str, row: int) -> None:
        """Take a row out."""
        if relation in FILES:
            file = self._files[relation]
            self._files[relation] = file.remove(file.packages()[row])
        else:
            del self._items[relation][row]

    def move(self, relation: str, row: int, by: int) -> int:
        """Move a row up or down; returns its new number. The files have no order that counts."""
        to = row + by
        if relation in FILES or not 0 <= to < self.count(relation):
            return row
        items = self._items[relation]
        items[row], items[to] = items[to], items[row]
        return to

    def row_problem(self, relation: str, row: int) -> str:
        """What is wrong with a row, as a sentence; empty when nothing is."""
        if relation in FILES:
            package = self._files[relation].packages()[row]
            values = self._files[relation].values(package)
            return next((problem for key in values if (problem := key_problem(key, values[key]))), "")
        item = self._items[relation][row]
        if item.dependency is None:
            return item_problem(item.text)
        return (name_problem(item.dependency.name) if not item.dependency.name else "") or limit_problem(
            item.dependency
        )

    def problem(self, relation: str) -> str:
        """The first thing that is wrong in a table."""
        rows = (self.row_problem(relation, row) for row in range(self.count(relation)))
        found = next((problem for problem in rows if problem), "")
        if found or relation in FILES:
            return found
        return range_problem(item.dependency for item in self._items[relation] if item.dependency)

    def note(self, relation: str) -> str:
        """What else is to be known about a table as it stands."""
        other = _OVERRIDDEN.get(relation, "")
        if other and self.count(relation) and self.count(other):
            return tr("DSM goes by {path} instead of this list, because that file is there.", path=other)
        return ""

    def text(self, relation: str) -> str:
        """What will stand in the file."""
        if relation in FILES:
            return self._files[relation].to_bytes().decode("utf-8", "replace")
        return f'{relation}="{write_items(self._items[relation])}"' if self._items[relation] else ""

    def change(self, entries: Mapping[str, Entry]) -> Change:
        """Everything that was edited, as one change; a file that says nothing any more goes.

        Raises `UsageError` for a value that INFO cannot hold.
        """
        info = self._info
        for key, items in self._items.items():
            value = write_items(items)
            if value != info.get(key):
                info = info.set(key, value) if value else info.remove(key)
        result = Change(())
        now = dict(entries)
        contents = {PATH: info.to_bytes()} if info != self._info else {}
        for path, file in self._files.items():
            if file.to_bytes() != self._before[path].to_bytes():
                contents[path] = file.to_bytes()
        for path, data in contents.items():
            edit = set_content(now, path, data) if data.strip() or path == PATH else remove(now, [path])
            apply(now, edit)
            result = result.then(edit)
        return result

    def _set_name(self, relation: str, row: int, value: str) -> str:
        item = self._items[relation][row]
        typed = read_dependency(value)
        if typed is None:
            return item_problem(value) if value else name_problem(value)
        if not typed.operator and item.dependency is not None:
            typed = Dependency(typed.name, item.dependency.operator, item.dependency.version)
        self._items[relation][row] = item.with_dependency(typed)
        return ""

    def _set_in_file(self, relation: str, row: int, key: str, value: str) -> str:
        file = self._files[relation]
        package = file.packages()[row]
        if not key and value == package:
            return ""
        problem = key_problem(key, value) if key else name_problem(value)
        if problem:
            return problem
        try:
            self._files[relation] = file.set(package, key, value) if key else file.rename(package, value)
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}"
        return ""

    def _file_problem(self, relation: str, dependency: Dependency) -> str:
        if dependency.name in self._files[relation].packages():
            return tr("{name} is in the table already.", name=dependency.name)
        if dependency.operator in {"<", ">"}:
            return tr("The file knows lowest and highest versions only: use >=, <= or =.")
        return ""


def suggestions(words: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Packages that others often need, and what they are."""
    return [(name, meaning) for name, meaning in table("pkg_deps")["packages"].items() if name not in words]


def _list_keys() -> list[str]:
    return [key.name for key in info_keys().values() if key.type == "deps"]


def _with_limit(file: DependencyFile, dependency: Dependency) -> DependencyFile:
    if dependency.operator in {">=", "="}:
        file = file.set(dependency.name, "pkg_min_ver", dependency.version)
    if dependency.operator in {"<=", "="}:
        file = file.set(dependency.name, "pkg_max_ver", dependency.version)
    return file
