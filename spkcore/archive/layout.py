"""The order of the members of a package: as its archive had them, what is new beside its relatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER
from spkcore.base.errors import UsageError
from spkcore.package.attributes import ArchiveFacts
from spkcore.package.entries import PAYLOAD, Entry, Kind

Entries = Mapping[str, Entry]

_OUTER_RANKS = ("INFO", "LICENSE", "PACKAGE_ICON", "", "conf", "package.tgz", "scripts", "WIZARD_UIFILES")
"""Order of a new package (builder recipe: spk-format.md chapter 8); "" is everything else."""


@dataclass(frozen=True, slots=True)
class Item:
    """One member to write: the path of its entry, its name in the tar, and the name a hard link points to."""

    path: str
    name: str
    entry: Entry
    target: str = ""


def outer_items(entries: Entries, facts: ArchiveFacts) -> list[Item | None]:
    """The members of the .spk in order, INFO first; None stands for package.tgz."""
    outer = {path: entry for path, entry in entries.items() if path != PAYLOAD and not path.startswith(f"{PAYLOAD}/")}
    known = {_outer_path(name): place for place, name in enumerate(facts.outer_order)}
    paths = [path for path in (*outer, PAYLOAD_MEMBER) if not _is_implied(path, outer.get(path), facts)]
    placed = sorted((path for path in paths if path in known), key=known.__getitem__)
    new = sorted((path for path in paths if path not in known), key=_outer_rank)
    ordered = _parents_first(_placed_beside_relatives(placed, new))
    ordered.sort(key=lambda path: path != INFO_MEMBER)
    return [None if path == PAYLOAD_MEMBER else _item(path, outer, "", "") for path in ordered]


def payload_items(entries: Entries, facts: ArchiveFacts) -> list[Item]:
    """The entries of package.tgz in order; hard links behind what they point to."""
    start = f"{PAYLOAD}/"
    inner = {path: entry for path, entry in entries.items() if path.startswith(start)}
    paths = [path for path, entry in inner.items() if not _is_implied(path, entry, facts)]
    placed = [path for path in paths if inner[path].position is not None]
    placed.sort(key=lambda path: inner[path].position or 0)
    new = sorted((path for path in paths if inner[path].position is None), key=_by_folders)
    ordered = _targets_first(_parents_first([*placed, *new]), inner)
    items = [_item(path, inner, start, facts.payload_prefix) for path in ordered]
    root = entries.get(PAYLOAD)
    if facts.payload_root and root is not None:
        items.insert(0, Item(PAYLOAD, "./", root))
    return items


def _item(path: str, entries: Entries, start: str, prefix: str) -> Item:
    entry = entries[path]
    target = entry.target
    if entry.kind is Kind.HARDLINK:
        pointed = entries.get(target)
        if pointed is None or pointed.kind not in {Kind.FILE, Kind.HARDLINK}:
            raise UsageError("A hard link points to a file that is gone", path, "Remove it, or bring the file back.")
        target = pointed.archive_name or prefix + target.removeprefix(start)
    name = entry.archive_name or prefix + path.removeprefix(start)
    if entry.kind is Kind.DIRECTORY:
        name = name.rstrip("/") + "/"
    return Item(path, name, entry, target)


def _outer_path(name: str) -> str:
    return name.removeprefix("./").rstrip("/")


def _is_implied(path: str, entry: Entry | None, facts: ArchiveFacts) -> bool:
    """Whether this is a folder that the archive never named, so that it needs no member now."""
    return entry is not None and path in facts.implied_folders and entry.attributes is None


def _outer_rank(path: str) -> tuple[int, list[str]]:
    top = path.split("/", maxsplit=1)[0]
    kind = "PACKAGE_ICON" if top.startswith("PACKAGE_ICON") else top
    return _OUTER_RANKS.index(kind if kind in _OUTER_RANKS else ""), _by_folders(path)


def _by_folders(path: str) -> list[str]:
    return path.split("/")


def _placed_beside_relatives(placed: list[str], new: Iterable[str]) -> list[str]:
    """`placed` with each new path behind the last one of the same top folder, or where its rank belongs."""
    ordered = list(placed)
    for path in new:
        top = path.split("/")[0]
        mates = [place for place, other in enumerate(ordered) if other.split("/")[0] == top]
        rank = _outer_rank(path)
        behind = [place for place, other in enumerate(ordered) if _outer_rank(other) < rank]
        at = mates[-1] + 1 if mates else max(behind, default=-1) + 1
        ordered.insert(at, path)
    return ordered


def _parents_first(paths: list[str]) -> list[str]:
    """The same order, except that a folder stands in front of what is in it."""
    waiting = set(paths)
    ordered: list[str] = []
    for path in paths:
        with_parents: list[str] = []
        above = path
        while above in waiting:
            waiting.discard(above)
            with_parents.append(above)
            above = above.rpartition("/")[0]
        ordered.extend(reversed(with_parents))
    return ordered


def _targets_first(paths: list[str], entries: Entries) -> Iterator[str]:
    """The same order, except that a hard link follows what it points to."""
    written: set[str] = set()
    waiting: dict[str, list[str]] = {}
    known = set(paths)
    for path in paths:
        entry = entries[path]
        if entry.kind is Kind.HARDLINK and entry.target not in written and entry.target in known:
            waiting.setdefault(entry.target, []).append(path)
            continue
        pending = [path]
        while pending:
            current = pending.pop(0)
            written.add(current)
            yield current
            pending.extend(waiting.pop(current, ()))
    for path in paths:  # links that point at each other
        if path not in written:
            yield path
