"""Edits what the archive says about entries beside their bytes: permission bits, owner, time, link target.

Everything returns a `Change`, for all names of a file that has hard links. What did not come from an archive gets the
mode that the build would have chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from spkcore.base.errors import UsageError
from spkcore.package.attributes import default_mode
from spkcore.package.changes import Change, Edit, Entries, touched
from spkcore.package.entries import Attributes, Entry, Kind
from spkcore.package.executables import read_head
from spkcore.package.links import all_names

LARGEST_ID = 2_097_151
"""What seven octal digits of a tar header hold."""
LONGEST_NAME = 31
"""Bytes of a user's or group's name that a tar header holds."""


def attributes_of(path: str, entry: Entry) -> Attributes:
    """Its attributes, or those that the build will choose."""
    if entry.attributes is not None:
        return entry.attributes
    return Attributes(default_mode(path, entry.kind, read_head(entry)[:4]))


def set_bits(entries: Entries, paths: Iterable[str], mask: int, bits: int) -> Change:
    """Set the permission bits in `mask` to those of `bits`, and leave the others; links have no bits of their own."""

    def changed(old: Attributes) -> Attributes:
        return replace(old, mode=old.mode & ~(mask & 0o7777) | bits & mask)

    return _edited(entries, (path for path in paths if entries[path].kind is not Kind.SYMLINK), changed)


def set_owner(
    entries: Entries,
    paths: Iterable[str],
    *,
    uid: int | None = None,
    gid: int | None = None,
    uname: str | None = None,
    gname: str | None = None,
) -> Change:
    """Set those of the owner's and the group's numbers and names that are given. Raises `UsageError`."""
    for number in (uid, gid):
        if number is not None and not 0 <= number <= LARGEST_ID:
            raise UsageError("This is no number of a user or group", str(number), f"Use 0 to {LARGEST_ID:,}.")
    for name in (uname, gname):
        if name and (len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME or not name.isprintable()):
            raise UsageError("This is no name of a user or group", name, f"Use up to {LONGEST_NAME} letters.")
    given: dict[str, Any] = {"uid": uid, "gid": gid, "uname": uname, "gname": gname}
    news = {key: value for key, value in given.items() if value is not None}

    def changed(old: Attributes) -> Attributes:
        return replace(old, **news)

    return _edited(entries, paths, changed)


def set_mtime(entries: Entries, paths: Iterable[str], mtime: int | None) -> Change:
    """Set the time of the last modification, in seconds since 1970; None lets the build choose."""

    def changed(old: Attributes) -> Attributes:
        return replace(touched(old), mtime=mtime)

    return _edited(entries, paths, changed)


def set_target(entries: Entries, path: str, target: str) -> Change:
    """Let the symbolic link `path` lead to `target`. Raises `UsageError` for an empty text or what is no link."""
    entry = entries[path]
    if entry.kind is not Kind.SYMLINK:
        raise UsageError("This is no symbolic link", path, "Choose a link.")
    if not target or "\0" in target or "\n" in target:
        raise UsageError("A link needs a target", path, "Write the path that it leads to.")
    return Change((Edit(path, entry, replace(entry, target=target)),), place=path)


def _edited(entries: Entries, paths: Iterable[str], change: Callable[[Attributes], Attributes]) -> Change:
    edits = []
    for path in all_names(entries, paths):
        entry = entries[path]
        old = attributes_of(path, entry)
        new = change(old)
        if new != old:
            edits.append(Edit(path, entry, replace(entry, attributes=new)))
    return Change(tuple(edits), place=edits[0].path if edits else "")
