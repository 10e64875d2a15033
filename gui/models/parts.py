"""The parts of the open package as a tree of groups, with problems, unsaved changes, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QModelIndex, QObject, Qt

from gui.models.grouped import GroupedModel
from gui.qt.forms import plain_tip
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem
from spkcore.package.parts import Need, Part, PartGroup, PartKind

PART_ROLE = int(Qt.ItemDataRole.UserRole) + 1
BADGE_ROLE = PART_ROLE + 1
"""Badge, or None."""
CHANGED_ROLE = PART_ROLE + 2
"""Whether there are unsaved changes in it."""

ICONS: Mapping[PartKind, str] = {
    PartKind.OVERVIEW: "package",
    PartKind.INFO: "info",
    PartKind.SCRIPT: "script",
    PartKind.WIZARD: "wizard",
    PartKind.WIZARD_SCRIPT: "wizard",
    PartKind.PRIVILEGE: "privilege",
    PartKind.RESOURCE: "resource",
    PartKind.DESKTOP: "desktop",
    PartKind.STRINGS: "globe",
    PartKind.TEXT: "text",
    PartKind.ICON: "image",
    PartKind.SCREENSHOT: "image",
    PartKind.PAYLOAD: "payload",
    PartKind.CONF: "json",
    PartKind.OTHER: "file",
}
OVERVIEW = "."
"""The path of the overview among the parts: the package folder itself."""
_WORST = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Badge:
    """How many problems a part has, and how bad the worst one is (error, warning, info)."""

    severity: str
    count: int


class PartsModel(GroupedModel):
    """Two levels: groups, and the parts in them."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = {kind: theme.icon(name) for kind, name in ICONS.items()}
        self._faint = {kind: theme.icon(name, "text_faint") for kind, name in ICONS.items()}
        self._parts: list[Part] = []
        self._known: set[str] = set()
        self._groups: list[tuple[PartGroup, list[Part]]] = []
        self._badges: dict[str, Badge] = {}
        self._changed: frozenset[str] = frozenset()

    @property
    def parts(self) -> Sequence[Part]:
        """All parts in the order of the tree."""
        return self._parts

    def set_parts(self, parts: Sequence[Part]) -> bool:
        """Show these parts. False when they are the same as before, and the view is left alone."""
        if list(parts) == self._parts:
            return False
        self.beginResetModel()
        self._parts = list(parts)
        self._known = {part.path for part in parts}
        self._groups = [(group, list(members)) for group, members in groupby(self._parts, _group_of)]
        self.endResetModel()
        return True

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """Put badges on the parts that these problems belong to."""
        found: dict[str, list[str]] = {}
        for problem in problems:
            found.setdefault(self.owner(problem.path), []).append(str(problem.severity))
        before = self._badges
        self._badges = {path: Badge(min(items, key=_WORST.index), len(items)) for path, items in found.items()}
        changed = {path for path in before | self._badges if before.get(path) != self._badges.get(path)}
        self._repaint(changed, [BADGE_ROLE])

    @property
    def package_badge(self) -> Badge | None:
        """The problems that belong to no part, but to the package as a whole."""
        return self._badges.get("")

    def set_changed(self, paths: Iterable[str]) -> None:
        """Mark the parts with unsaved changes."""
        # One look per folder: there may be 50,000 paths.
        places = {path if path in self._known else path.rpartition("/")[0] for path in paths}
        changed = frozenset(map(self.owner, places))
        if changed != self._changed:
            before, self._changed = self._changed, changed
            self._repaint(before ^ changed, [CHANGED_ROLE])

    def owner(self, path: str) -> str:
        """The path of the part that shows `path`: itself, or the folder that has an editor of its own."""
        while path and path not in self._known:
            path = path.rpartition("/")[0]
        return path

    def part(self, path: str) -> Part | None:
        """The part of this path."""
        return next((part for part in self._parts if part.path == path), None)

    def index_of(self, path: str) -> QModelIndex:
        """Where the part is in the tree; invalid when it is not there."""
        for group_row, (_group, parts) in enumerate(self._groups):
            for row, part in enumerate(parts):
                if part.path == path:
                    return self.row_index(group_row, row)
        return QModelIndex()

    def group_count(self) -> int:
        return len(self._groups)

    def count_in(self, group: int) -> int:
        return len(self._groups[group][1])

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.group_of(index) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        group = self.group_of(index)
        if group is None:
            heading = self._groups[index.row()][0].heading
            return heading if role == Qt.ItemDataRole.DisplayRole else None
        return self._part_data(self._groups[group][1][index.row()], role)

    def _part_data(self, part: Part, role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return part.title
        if role == Qt.ItemDataRole.DecorationRole:
            return (self._icons if part.present else self._faint)[part.kind]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{part.path}\n{missing_text(part)}" if not part.present else part.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(part)
        values = {PART_ROLE: part, BADGE_ROLE: self._badges.get(part.path), CHANGED_ROLE: part.path in self._changed}
        return values.get(role)

    def _spoken(self, part: Part) -> str:
        badge = self._badges.get(part.path)
        notes = [part.title]
        if not part.present:
            notes.append(tr("missing"))
        if badge is not None:
            notes.append(tr("{n} problem", "{n} problems", n=badge.count))
        if part.path in self._changed:
            notes.append(tr("changed"))
        return ", ".join(notes)

    def _repaint(self, paths: Set[str], roles: list[int]) -> None:
        """Row by row: told about a range of rows, a tree lays all of it out again."""
        if not paths:
            return
        for group_row, (_group, parts) in enumerate(self._groups):
            for row, part in enumerate(parts):
                if part.path in paths:
                    place = self.row_index(group_row, row)
                    self.dataChanged.emit(place, place, roles)


def overview_part() -> Part:
    """The first part of the tree: the package as a whole."""
    return Part(PartKind.OVERVIEW, OVERVIEW, tr("Overview"), PartGroup.GENERAL)


def missing_text(part: Part) -> str:
    """Why a part that is not there is shown."""
    if part.need is Need.MUST:
        return tr("Missing: DSM refuses the package without it.")
    if part.need is Need.SHOULD:
        return tr("Missing: packages should have it.")
    return tr("Not there.")


def _group_of(part: Part) -> PartGroup:
    return part.group
