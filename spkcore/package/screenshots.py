"""The screenshots of a package, which package sources show: their files, their order, and what is done to them.

They are files `screen_<number>` beside INFO, png or jpg; DSM itself ignores them (spk-format.md 1.2).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spkcore.base.reference import table
from spkcore.package.changes import Change, Edit, apply, remove
from spkcore.package.entries import BytesContent, Entry, Kind

FIRST = "screen_1.png"
"""The name of the first screenshot of a package that has none yet."""

_NAME = re.compile(r"screen_(\d*)(.*)", re.IGNORECASE | re.DOTALL)


def is_screenshot(path: str) -> bool:
    """Whether a file of this path is a screenshot."""
    name = path.lower()
    return (
        "/" not in path
        and name.startswith("screen_")
        and name.endswith(tuple(table("icons")["screenshots"]["suffixes"]))
    )


def list_screenshots(entries: Mapping[str, Entry]) -> list[str]:
    """The paths of the screenshots in their order: by number, those without one at the end."""
    found = [path for path, entry in entries.items() if is_screenshot(path) and entry.kind is not Kind.DIRECTORY]
    return sorted(found, key=_rank)


def arrange(entries: Mapping[str, Entry], order: Sequence[str]) -> Change:
    """Give the screenshots the order of `order`, numbered from 1; those that are not named there are removed."""
    gone = [path for path in list_screenshots(entries) if path not in order]
    removal = remove(entries, gone)
    left = dict(entries)
    apply(left, removal)
    return removal.then(_change(left, [(left[path], posixpath.splitext(path)[1], path) for path in order]))


def insert(entries: Mapping[str, Entry], pictures: Sequence[tuple[str, bytes]], place: int) -> Change:
    """Put pictures (suffix such as ".png", bytes) before the screenshot number `place`, counted from 0."""
    present = [(entries[path], posixpath.splitext(path)[1], path) for path in list_screenshots(entries)]
    new = [(Entry(Kind.FILE, content=BytesContent(data)), suffix, "") for suffix, data in pictures]
    return _change(entries, [*present[:place], *new, *present[place:]])


def numbered(suffixes: Sequence[str]) -> list[str]:
    """The names of screenshots with these suffixes, from the first to the last."""
    return [f"screen_{number}{suffix}" for number, suffix in enumerate(suffixes, start=1)]


def _change(entries: Mapping[str, Entry], wanted: Sequence[tuple[Entry, str, str]]) -> Change:
    names = numbered([suffix for _entry, suffix, _old in wanted])
    moves = {old: name for (_entry, _suffix, old), name in zip(wanted, names, strict=True) if old}
    after = {
        name: _moved(entry, entry if old == name else entries.get(name), moves)
        for name, (entry, _suffix, old) in zip(names, wanted, strict=True)
    }
    paths = dict.fromkeys([*list_screenshots(entries), *after])
    edits = (Edit(path, entries.get(path), after.get(path)) for path in paths)
    return Change(tuple(edit for edit in edits if edit.before != edit.after), place=next(iter(after), ""))


def _moved(entry: Entry, holder: Entry | None, moves: Mapping[str, str]) -> Entry:
    """The entry in the place of the archive that the holder of its new name had."""
    place = (holder.archive_name, holder.position) if holder is not None else ("", None)
    target = moves.get(entry.target, entry.target) if entry.kind is Kind.HARDLINK else entry.target
    return replace(entry, archive_name=place[0], position=place[1], target=target)


def _rank(path: str) -> tuple[int, int, str]:
    found = _NAME.fullmatch(path)
    number = found.group(1) if found else ""
    return (0 if number else 1, int(number or 0), path)
