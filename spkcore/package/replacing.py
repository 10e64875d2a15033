"""Replaces the content of a payload folder by that of a folder on disk; what stays keeps its mode and owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package import changes, payload
from spkcore.package.changes import Change, Entries
from spkcore.package.compare import content_of, same_bytes
from spkcore.package.entries import Entry, Kind


@dataclass(frozen=True, slots=True)
class Replacement:
    """What replacing does: the change, and the paths by what happens to them.

    `kept_links` are links of the package that the folder lacks and that stay.
    """

    folder: str
    change: Change
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int
    kept_links: tuple[str, ...]


def plan_replacement(
    entries: Entries, folder: str, source: Path, context: TaskContext, *, keep_links: bool = True
) -> Replacement:
    """Plan to make the content of the entry `folder` that of the folder `source` on disk.

    Files with the same bytes are not touched at all, so they keep their times, too; a file with new bytes keeps mode
    and owner. With `keep_links`, links that the disk does not hold stay: Windows has none. Raises `UnreadableError`,
    `UsageError`.
    """
    found = _found(folder, source, context)
    below = folder + "/"
    old = {path: entry for path, entry in entries.items() if path.startswith(below)}
    missing = [path for path in old if path not in found]
    kept = {path for path in missing if keep_links and _may_stay(old, found, path)}
    needed = {above for path in kept for above in _parents(path, folder)}
    gone = [path for path in missing if path not in kept and path not in needed]
    news = _news(entries, found, context)
    change = _change(entries, gone, news)
    return Replacement(
        folder=folder,
        change=change,
        added=tuple(sorted(path for path in news if path not in old)),
        changed=tuple(sorted(path for path in news if path in old)),
        removed=tuple(sorted(gone)),
        same=len(found) - len(news),
        kept_links=tuple(sorted(kept)),
    )


def _found(folder: str, source: Path, context: TaskContext) -> dict[str, Entry]:
    if not source.is_dir():
        raise UnreadableError("There is no such folder", str(source), "Choose a folder.")
    children = payload.children_on_disk(source)
    if not children:
        raise UsageError("This folder is empty", str(source), "Choose one with files, or delete the files here.")
    found: dict[str, Entry] = {}
    for child in children:
        found.update(payload.found_on_disk(f"{folder}/{child.name}", child, context))
    return found


def _news(entries: Entries, found: Mapping[str, Entry], context: TaskContext) -> dict[str, Entry]:
    """What differs from the package, with the modes and owners of what was there."""
    news = {}
    for number, (path, entry) in enumerate(found.items(), 1):
        context.progress(number, len(found), "Comparing", unit="files")
        if not _is_same(entries, path, entry, context):
            news[path] = payload.with_old_attributes(entries.get(path), entry)
    _settle_hard_links(entries, found, news, context)
    return news


def _settle_hard_links(
    entries: Entries, found: Mapping[str, Entry], news: dict[str, Entry], context: TaskContext
) -> None:
    """A hard link stays one where the disk holds the same bytes for it and for its file; else it becomes a file."""
    after = {**entries, **news}
    for path, entry in found.items():
        before = entries.get(path)
        if before is None or before.kind is not Kind.HARDLINK or entry.kind is not Kind.FILE:
            continue
        if same_bytes(content_of(after, before.target), entry.content, context):
            news.pop(path, None)
        else:
            news[path] = payload.with_old_attributes(before, entry)


def _is_same(entries: Entries, path: str, new: Entry, context: TaskContext) -> bool:
    before = entries.get(path)
    if before is None:
        return False
    if new.kind is Kind.FILE and before.kind in {Kind.FILE, Kind.HARDLINK}:
        return same_bytes(content_of(entries, path), new.content, context)
    return before.kind is new.kind and before.target == new.target


def _change(entries: Entries, gone: list[str], news: Mapping[str, Entry]) -> Change:
    first = changes.remove(entries, gone) if gone else Change(())
    left = dict(entries)
    changes.apply(left, first)
    change = first.then(changes.put(left, news)) if news else first
    return Change(change.edits, place=next(iter(news), ""))


def _may_stay(old: Mapping[str, Entry], found: Mapping[str, Entry], path: str) -> bool:
    """Whether it is a symbolic link whose folder does not become a file."""
    if old[path].kind is not Kind.SYMLINK:
        return False
    return all(found[above].kind is Kind.DIRECTORY for above in _parents(path, "") if above in found)


def _parents(path: str, top: str) -> list[str]:
    """The folders above `path`, up to `top`."""
    found = []
    while "/" in path:
        path = path.rpartition("/")[0]
        if path == top:
            break
        found.append(path)
    return found
