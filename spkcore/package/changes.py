"""Edits as data: a change says, for each path, which entry was there before and which one is there after.

Every edit of every editor becomes such a change; undo applies its inverse. Changes never look at disks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from spkcore.base.errors import UsageError
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind

Entries = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Edit:
    """What happens to one path. None means: not there."""

    path: str
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Change:
    """A set of edits that happen together. `merge_key` names what is being typed into: changes with the same key
    that follow each other may become one undo step; an empty key never merges. `place` is what the user should see
    after undo or redo: a path, or "path#field"."""

    edits: tuple[Edit, ...]
    merge_key: str = ""
    place: str = ""

    @property
    def paths(self) -> frozenset[str]:
        """The paths it touches."""
        return frozenset(edit.path for edit in self.edits)

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return all(edit.before == edit.after for edit in self.edits)

    def inverse(self) -> Change:
        """The change that takes this one back."""
        edits = tuple(Edit(edit.path, edit.after, edit.before) for edit in reversed(self.edits))
        return Change(edits, self.merge_key, self.place)

    def then(self, later: Change) -> Change:
        """This change and `later` as one."""
        merged: dict[str, Edit] = {edit.path: edit for edit in self.edits}
        for edit in later.edits:
            earlier = merged.get(edit.path)
            merged[edit.path] = Edit(edit.path, earlier.before if earlier else edit.before, edit.after)
        return Change(tuple(merged.values()), self.merge_key, later.place or self.place)


def apply(entries: dict[str, Entry], change: Change) -> None:
    """Carry `change` out on `entries`, in place."""
    for edit in change.edits:
        if edit.after is None:
            entries.pop(edit.path, None)
        else:
            entries[edit.path] = edit.after


def difference(before: Entries, after: Entries) -> Change:
    """The change that leads from `before` to `after`."""
    paths = [*before, *(path for path in after if path not in before)]
    edits = (Edit(path, before.get(path), after.get(path)) for path in paths)
    return Change(tuple(edit for edit in edits if edit.before != edit.after))


def set_content(entries: Entries, path: str, data: bytes, merge_key: str = "", place: str = "") -> Change:
    """Give the file `path` these bytes; create it, and the folders above it, if it is not there.

    Mode and owner stay; the time stamp of an archive does not, because the content is new.
    """
    old = entries.get(path)
    if old is None:
        new = Entry(Kind.FILE, content=BytesContent(data))
    else:
        new = replace(old, kind=Kind.FILE, content=BytesContent(data), target="", attributes=_touched(old))
    return Change((*_missing_folders(entries, path), Edit(path, old, new)), merge_key, place or path)


def put(entries: Entries, new_entries: Mapping[str, Entry]) -> Change:
    """Add or replace these entries, with the folders above them."""
    edits: dict[str, Edit] = {}
    for path, entry in new_entries.items():
        for folder in _missing_folders(entries, path):
            edits.setdefault(folder.path, folder)
        edits[path] = Edit(path, entries.get(path), entry)
    return Change(tuple(edits.values()), place=next(iter(new_entries), ""))


def remove(entries: Entries, paths: Iterable[str]) -> Change:
    """Remove these files, links and folders with everything below them."""
    doomed = set(paths)
    edits = [Edit(path, entry, None) for path, entry in entries.items() if _is_within(path, doomed)]
    return Change(tuple(edits))


def rename(entries: Entries, old: str, new: str) -> Change:
    """Move `old`, and everything below it, to `new`; hard links that point there follow.

    Raises `UsageError` when `new` is taken, lies inside `old`, or is no clean relative path.
    """
    _require_free(entries, old, new)
    edits = list(_missing_folders(entries, new))
    for path, entry in entries.items():
        if not _is_within(path, {old}):
            continue
        moved = new + path[len(old) :]
        edits.append(Edit(path, entry, None))
        edits.append(Edit(moved, None, replace(entry, archive_name="", position=None)))
    edits.extend(_retargeted_links(entries, old, new))
    return Change(tuple(edits), place=new)


def set_mode(entries: Entries, paths: Iterable[str], permissions: int) -> Change:
    """Give these entries the permission bits `permissions` (0 to 0o7777)."""
    edits = []
    for path in paths:
        entry = entries[path]
        attributes = replace(entry.attributes or Attributes(permissions), mode=permissions)
        edits.append(Edit(path, entry, replace(entry, attributes=attributes)))
    return Change(tuple(edits), place=edits[0].path if edits else "")


def _touched(old: Entry) -> Attributes | None:
    if old.attributes is None:
        return None
    pax = tuple(record for record in old.attributes.pax if record[0] != "mtime")
    return replace(old.attributes, mtime=None, pax=pax)


def _is_within(path: str, roots: set[str]) -> bool:
    if path in roots:
        return True
    return any(str(parent) in roots for parent in PurePosixPath(path).parents)


def _missing_folders(entries: Entries, path: str) -> tuple[Edit, ...]:
    folders = [str(parent) for parent in PurePosixPath(path).parents if str(parent) != "."]
    return tuple(Edit(folder, None, Entry(Kind.DIRECTORY)) for folder in reversed(folders) if folder not in entries)


def _require_free(entries: Entries, old: str, new: str) -> None:
    if new in entries:
        raise UsageError("There is already a file or folder of this name", new, "Choose another name.")
    if _is_within(new, {old}):
        raise UsageError("A folder cannot be moved into itself", new, "Choose another folder.")
    if not new or new.startswith("/") or any(part in {"", ".", ".."} for part in new.split("/")):
        raise UsageError("This is not a usable name", new, "Use a name without empty parts, '.' or '..'.")


def _retargeted_links(entries: Entries, old: str, new: str) -> list[Edit]:
    return [
        Edit(path, entry, replace(entry, target=new + entry.target[len(old) :]))
        for path, entry in entries.items()
        if entry.kind is Kind.HARDLINK and _is_within(entry.target, {old}) and not _is_within(path, {old})
    ]
