"""Notices that another program changed the package folder, and takes over what it wrote."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from spkcore.base.tasks import quiet
from spkcore.package.attributes import Stored
from spkcore.package.changes import Change, Edit
from spkcore.package.entries import PAYLOAD, Entry, FileContent, Kind
from spkcore.package.scanning import Scan
from spkcore.package.state import Package, Stamp


def external_changes(package: Package, payload_paths: Iterable[str] = ()) -> frozenset[str]:
    """The paths whose files are not what was saved or opened: other size or time, new, or gone.

    Looks at everything but the payload, and at those of its files that are named (the ones that are open in an
    editor). Raises `UnreadableError` when the folder cannot be read.
    """
    scan = _scan(package)
    scan.walk(with_payload=False)
    scan.add_what_disks_cannot_hold()
    found = {path: entry for path, entry in scan.entries.items() if not path.startswith(f"{PAYLOAD}/")}
    outer = [path for path in package.saved if not path.startswith(f"{PAYLOAD}/")]
    for path in payload_paths:
        outer.append(path)
        entry = _entry_on_disk(package, scan, path)
        if entry is not None:
            found[path] = entry
    suspects = [path for path in {*outer, *found} if not _is_unchanged(package, path, found.get(path))]
    # Windows' folder listings may lag behind the files themselves: ask each file before crying wolf.
    return frozenset(path for path in suspects if not _is_unchanged(package, path, _entry_on_disk(package, scan, path)))


def reload_paths(package: Package, paths: Iterable[str]) -> Change:
    """The change that takes the state of the disk at `paths`, unsaved edits of them included.

    From now on the package counts that state as saved, whether the change is applied or not: not applying it means
    to overwrite it with the next save.
    """
    scan = _scan(package)
    edits = []
    for path in sorted(paths):
        entry = _entry_on_disk(package, scan, path)
        if _is_unchanged(package, path, entry):
            entry = package.saved.get(path)
        else:
            _note(package, path, entry)
        if package.entries.get(path) != entry:
            edits.append(Edit(path, package.entries.get(path), entry))
    return Change(tuple(edits), place=edits[0].path if edits else "")


def _note(package: Package, path: str, entry: Entry | None) -> None:
    names = package.names.copy()
    if entry is None:
        names.forget(path)
    elif path not in package.saved:
        names.note_existing(path)
    package.names = names
    package.note_saved(path, entry)


def _scan(package: Package) -> Scan:
    stored = Stored(dict(package.saved), package.archive, package.names, package.exec_bits)
    return Scan(package.folder, stored, quiet())


def _entry_on_disk(package: Package, scan: Scan, path: str) -> Entry | None:
    place = package.disk_path(path)
    try:
        status = os.lstat(place)
    except OSError:
        listed = package.saved.get(path)
        return listed if listed is not None and listed.kind is Kind.SYMLINK else None
    entry = scan.entry_at(path, str(place), status)
    return replace(entry, content=None) if entry.kind is Kind.HARDLINK else entry


def _is_unchanged(package: Package, path: str, found: Entry | None) -> bool:
    saved = package.saved.get(path)
    if saved is None or found is None:
        return saved is found
    if replace(saved, content=None) != replace(found, content=None):
        return False
    return saved.kind is not Kind.FILE or _stamp(package, path, saved) == _stamp(package, path, found)


def _stamp(package: Package, path: str, entry: Entry) -> Stamp | None:
    if isinstance(entry.content, FileContent):
        return entry.content.size, entry.content.mtime_ns
    return package.stamps.get(path)
