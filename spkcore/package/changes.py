"""Edits as data: a change says, for each path, which entry was there before and which one is there after.

Every edit of every editor becomes such a change; undo applies its inverse. Changes never look at disks.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from spkcore.base.errors import UsageError
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind

Entries = Mapping[str, Entry]

_UNCLEAN = re.compile(r"\0|(?:^|/)\.{0,2}(?:/|\Z)")
"""An empty part, "." or "..", or what no file system takes."""


class Edit(NamedTuple):
    """What happens to one path. None means: not there. A tuple, because 50,000 of them are made while people wait."""

    path: str
    before: Entry | None
    after: Entry | None


_make_edit = partial(tuple.__new__, Edit)
"""An edit of its three values, in half the time: what a named tuple has for that is a function of Python's own."""
_TURNED = itemgetter(0, 2, 1)


@dataclass(frozen=True, slots=True)
class Change:
    """A set of edits that happen together. `merge_key` names what is being typed into: changes with the same key
    that follow each other may become one undo step; an empty key never merges. `place` is what the user should see
    after undo or redo: a path, or "path#field"."""

    edits: tuple[Edit, ...]
    merge_key: str = ""
    place: str = ""
    _paths: list[frozenset[str]] = field(default_factory=list, init=False, repr=False, compare=False)
    """Filled when they are first asked for; the inverse takes them over."""

    @property
    def paths(self) -> frozenset[str]:
        """The paths it touches."""
        if not self._paths:
            self._paths.append(frozenset([edit.path for edit in self.edits]))
        return self._paths[0]

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return all(edit.before == edit.after for edit in self.edits)

    def inverse(self) -> Change:
        """The change that takes this one back."""
        turned = map(_make_edit, map(_TURNED, reversed(self.edits)))
        inverse = Change(tuple(turned), self.merge_key, self.place)
        inverse._paths.extend(self._paths)
        return inverse

    def then(self, later: Change) -> Change:
        """This change and `later` as one."""
        merged: dict[str, Edit] = {edit.path: edit for edit in self.edits}
        for edit in later.edits:
            earlier = merged.get(edit.path)
            merged[edit.path] = Edit(edit.path, earlier.before if earlier else edit.before, edit.after)
        return Change(tuple(merged.values()), self.merge_key, later.place or self.place)


def apply(entries: dict[str, Entry], change: Change) -> None:
    """Carry `change` out on `entries`, in place."""
    for path, _before, after in change.edits:
        if after is None:
            entries.pop(path, None)
        else:
            entries[path] = after


def difference(before: Entries, after: Entries) -> Change:
    """The change that leads from `before` to `after`."""
    paths = [*before, *(path for path in after if path not in before)]
    edits = (Edit(path, before.get(path), after.get(path)) for path in paths)
    return Change(tuple(edit for edit in edits if edit.before != edit.after))


def set_content(entries: Entries, path: str, data: bytes, merge_key: str = "", place: str = "") -> Change:
    """Give the file `path` these bytes; create it, and the folders above it, if it is not there.

    Mode and owner stay; the time stamp of an archive does not, because the content is new. Hard links behave as in a
    tar archive: a link that gets bytes of its own becomes a file, and links to `path` have the new bytes too.
    Raises `UsageError` when `path` is a folder, or lies below a file.
    """
    old = entries.get(path)
    if old is None:
        new = Entry(Kind.FILE, content=BytesContent(data))
    elif old.kind is Kind.DIRECTORY:
        raise UsageError("This is a folder", path, "Choose another name for the file.")
    else:
        attributes = touched(old.attributes) if old.attributes is not None else None
        new = replace(old, kind=Kind.FILE, content=BytesContent(data), target="", attributes=attributes)
    return Change((*_missing_folders(entries, path), Edit(path, old, new)), merge_key, place or path)


def put(entries: Entries, new_entries: Mapping[str, Entry]) -> Change:
    """Add or replace these entries, with the folders above them; a folder that becomes something else loses what is
    below it. Raises `UsageError` when one of them would lie below a file, or is a hard link that leads to no file."""
    edits = {path: Edit(path, entries[path], None) for path in _below_replaced_folders(entries, new_entries)}
    _require_link_targets(entries, new_entries, edits.keys() - new_entries.keys())
    for path, entry in new_entries.items():
        for folder in _missing_folders(entries, path, new_entries):
            edits.setdefault(folder.path, folder)
        edits[path] = Edit(path, entries.get(path), entry)
    gone = {path for path, edit in edits.items() if edit.after is None or edit.after.kind is not Kind.FILE}
    links = _links_without_target(entries, gone, settled=frozenset(edits))
    return Change((*edits.values(), *links), place=next(iter(new_entries), ""))


def remove(entries: Entries, paths: Iterable[str]) -> Change:
    """Remove these files, links and folders with everything below them.

    Of the hard links that point to a removed file, the first gets the bytes and the others point to that one.
    """
    roots = set(paths)
    gone = _with_descendants(entries, roots)
    edits = [_make_edit((path, entries[path], None)) for path in gone]
    return Change((*edits, *_links_without_target(entries, gone)), place=min(roots, default=""))


def rename(entries: Entries, old: str, new: str) -> Change:
    """Move `old`, and everything below it, to `new`; hard links that point there follow.

    Raises `UsageError` when `old` is missing, or `new` is taken, lies inside `old`, or is no clean relative path.
    """
    return rename_all(entries, {old: new})


def rename_all(entries: Entries, moves: Mapping[str, str]) -> Change:
    """Move each key of `moves`, and everything below it, to its value; none of the keys lies inside another.

    Raises `UsageError` as `rename` does, and when two of them would get the same name.
    """
    for old, new in moves.items():
        _require_movable(entries, old, new)
    if len(set(moves.values())) != len(moves):
        raise UsageError("Two of these have the same name", next(iter(moves.values())), "Move them one by one.")
    edits = {edit.path: edit for new in moves.values() for edit in _missing_folders(entries, new)}
    for path, entry in entries.items():
        moved = _moved(path, moves)
        target = _moved(entry.target, moves) if entry.kind is Kind.HARDLINK else entry.target
        if moved != path:
            edits[path] = Edit(path, entry, None)
            edits[moved] = Edit(moved, None, replace(entry, archive_name="", position=None, target=target))
        elif target != entry.target:
            edits[path] = Edit(path, entry, replace(entry, target=target))
    return Change(tuple(edits.values()), place=next(iter(moves.values()), ""))


def set_mode(entries: Entries, paths: Iterable[str], permissions: int) -> Change:
    """Give these entries the permission bits `permissions` (0 to 0o7777); file type bits of 7-Zip in `mode` stay."""
    edits = []
    for path in paths:
        entry = entries[path]
        old = entry.attributes or Attributes(permissions)
        attributes = replace(old, mode=old.mode & ~0o7777 | permissions)
        edits.append(Edit(path, entry, replace(entry, attributes=attributes)))
    return Change(tuple(edits), place=edits[0].path if edits else "")


def touched(attributes: Attributes) -> Attributes:
    """The attributes of a file whose content is new: without the time stamp of the archive."""
    pax = tuple(record for record in attributes.pax if record[0] != "mtime")
    return replace(attributes, mtime=None, pax=pax)


def _parents(path: str) -> Iterator[str]:
    """The folders above `path`, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _root_of(path: str, roots: Container[str]) -> str:
    """Which of `roots` is `path` or lies above it; "" if none."""
    if path in roots:
        return path
    return next((parent for parent in _parents(path) if parent in roots), "")


def _with_descendants(entries: Entries, roots: Container[str]) -> dict[str, None]:
    """`roots` and all below them, in the order of `entries`. Each folder is judged once, not with every file in it."""
    is_inside: dict[str, bool] = {"": False}

    def judge(folder: str) -> bool:
        known = is_inside.get(folder)
        if known is None:
            known = is_inside[folder] = folder in roots or judge(folder.rpartition("/")[0])
        return known

    found: dict[str, None] = {}
    for path in entries:
        folder = path.rpartition("/")[0]
        known = is_inside.get(folder)
        if path in roots or (judge(folder) if known is None else known):
            found[path] = None
    return found


def _moved(path: str, moves: Mapping[str, str]) -> str:
    root = _root_of(path, moves)
    return moves[root] + path[len(root) :] if root else path


def _missing_folders(entries: Entries, path: str, also: Entries = MappingProxyType({})) -> tuple[Edit, ...]:
    """The edits that make the folders above `path`, the outermost first."""
    found = []
    for folder in _parents(path):
        entry = also.get(folder) or entries.get(folder)
        if entry is None:
            found.append(Edit(folder, None, Entry(Kind.DIRECTORY)))
        elif entry.kind is not Kind.DIRECTORY:
            raise UsageError("This is no folder, so nothing can be put into it", folder, "Choose another place.")
    return tuple(reversed(found))


def _require_link_targets(entries: Entries, new_entries: Entries, gone: Set[str]) -> None:
    both = ChainMap(dict(new_entries), dict(entries)) if _has_links(new_entries) else {}
    for path, entry in new_entries.items():
        if entry.kind is not Kind.HARDLINK:
            continue
        end = _final_target(both, path)
        target = both.get(end)
        if target is None or target.kind is not Kind.FILE or {end, entry.target} & gone:
            raise UsageError("This link leads to no file of the package", path, "Link to a file that is there.")


def _has_links(entries: Entries) -> bool:
    return any(entry.kind is Kind.HARDLINK for entry in entries.values())


def _below_replaced_folders(entries: Entries, new_entries: Entries) -> list[str]:
    replaced = {
        path
        for path, entry in new_entries.items()
        if entry.kind is not Kind.DIRECTORY and path in entries and entries[path].kind is Kind.DIRECTORY
    }
    if not replaced:
        return []
    return [path for path in entries if path not in replaced and _root_of(path, replaced)]


def _links_without_target(entries: Entries, gone: Container[str], settled: Container[str] = ()) -> list[Edit]:
    """The edits that give the hard links, whose targets are in `gone`, the bytes or another target; those in
    `settled` are cared for already."""
    orphans = [
        path
        for path, entry in entries.items()
        if entry.kind is Kind.HARDLINK and entry.target in gone and path not in gone and path not in settled
    ]
    heirs: dict[str, str] = {}
    edits = []
    for path in sorted(orphans, key=lambda path: (entries[path].position is None, entries[path].position or 0, path)):
        link = entries[path]
        target = _final_target(entries, path)
        if target not in gone:
            edits.append(Edit(path, link, replace(link, target=target)))
        elif target in heirs:
            edits.append(Edit(path, link, replace(link, target=heirs[target])))
        elif target in entries:
            heirs[target] = path
            edits.append(Edit(path, link, _heir(link, entries[target])))
    return edits


def _heir(link: Entry, target: Entry) -> Entry:
    attributes = link.attributes or target.attributes
    return replace(link, kind=Kind.FILE, content=target.content, target="", attributes=attributes)


def _final_target(entries: Entries, path: str) -> str:
    seen = {path}
    while (entry := entries.get(path)) is not None and entry.kind is Kind.HARDLINK and entry.target not in seen:
        path = entry.target
        seen.add(path)
    return path


def _require_movable(entries: Entries, old: str, new: str) -> None:
    if old not in entries:
        raise UsageError("There is no such file or folder", old, "Choose one that is there.")
    if not is_clean_path(new):
        raise UsageError("This is not a usable name", new, "Use a name without empty parts, '.' or '..'.")
    if new in entries:
        raise UsageError("There is already a file or folder of this name", new, "Choose another name.")
    if _root_of(new, {old}):
        raise UsageError("A folder cannot be moved into itself", new, "Choose another folder.")


def is_clean_path(path: str) -> bool:
    """Whether `path` is relative, has forward slashes only between names, and stays inside the package."""
    return bool(path) and not _UNCLEAN.search(path)
