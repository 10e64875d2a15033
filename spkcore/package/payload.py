"""What can be done with the files of a package from outside: add them from disk, move them, take them out, sum them up.

Everything that edits returns a `Change`; nothing here writes into the package folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from spkcore.base import files
from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.files import make_folder, write_error
from spkcore.base.tasks import TaskContext
from spkcore.package import changes
from spkcore.package.changes import Change, Entries
from spkcore.package.clutter import is_left_out
from spkcore.package.contents import copy_content
from spkcore.package.entries import OWN_FOLDER, PAYLOAD, Attributes, BytesContent, Entry, FileContent, Kind
from spkcore.package.names import DiskNames
from spkcore.package.scanning import is_inner_link, is_ordinary
from spkcore.package.trash import set_exec_bit


@dataclass(frozen=True, slots=True)
class Total:
    """What is in a folder, all levels down: bytes of content, and number of files and links."""

    size: int = 0
    files: int = 0


def add_from_disk(entries: Entries, target_folder: str, sources: Sequence[Path], context: TaskContext) -> Change:
    """Add these files and folders to the folder entry `target_folder`, under their own names.

    What has the same name is replaced; folders are merged. Inside folders, junk of operating systems and what version
    control keeps is left out. Links stay links. On Linux the execute bit is kept. The bytes are copied when the
    package is saved. Raises `UnreadableError` for devices, pipes and what cannot be read, `UsageError` for a source
    that has no name (a drive), for two sources of one name, and for a file in the place of a folder.
    """
    found: dict[str, Entry] = {}
    for source in sources:
        name = source.name
        path = f"{target_folder}/{name}" if target_folder else name
        if not changes.is_clean_path(name) or path == OWN_FOLDER:
            raise UsageError("This cannot be added", str(source), "Choose files and folders, not a whole drive.")
        if path in found:
            raise UsageError("Two of these have the same name", name, "Add them one by one.")
        found.update(found_on_disk(path, source, context))
    return changes.put(entries, {path: with_old_attributes(entries.get(path), entry) for path, entry in found.items()})


def replace_from_disk(entries: Entries, path: str, source: Path) -> Change:
    """Give the file `path` the bytes of the file `source`; mode and owner stay. Raises `UnreadableError`."""
    if not source.is_file():
        raise UnreadableError("There is no such file", str(source), "Choose a file.")
    new = Entry(Kind.FILE, content=FileContent.of(source))
    old = entries.get(path)
    if old is not None and old.kind is Kind.DIRECTORY:
        raise UsageError("This is a folder", path, "Choose a file to replace.")
    return changes.put(entries, {path: with_old_attributes(old, new)})


def make_folder_entry(entries: Entries, path: str) -> Change:
    """Make the folder `path`. Raises `UsageError` when the name is taken or not usable."""
    if not changes.is_clean_path(path):
        raise UsageError("This is not a usable name", path, "Use a name without empty parts, '.' or '..'.")
    if path in entries:
        raise UsageError("There is already a file or folder of this name", path, "Choose another name.")
    return changes.put(entries, {path: Entry(Kind.DIRECTORY)})


def move_into(entries: Entries, paths: Iterable[str], target_folder: str) -> Change:
    """Move these files and folders into the folder `target_folder`, under their own names.

    What lies there already stays; what lies inside another of them moves with that one. Raises `UsageError`.
    """
    moves = {}
    for path in outermost(paths):
        name = path.rpartition("/")[2]
        new = f"{target_folder}/{name}" if target_folder else name
        if new != path:
            moves[path] = new
    return changes.rename_all(entries, moves)


def copy_into(entries: Entries, paths: Iterable[str], target_folder: str) -> Change:
    """Copy these files and folders into the folder `target_folder`; a taken name gets a number."""
    copies: dict[str, Entry] = {}
    for root in outermost(paths):
        new_root = unique_name({**entries, **copies}, target_folder, root.rpartition("/")[2])
        for path in descendants(entries, root):
            entry = replace(entries[path], position=None, archive_name="")
            if entry.kind is Kind.HARDLINK and (entry.target == root or entry.target.startswith(f"{root}/")):
                entry = replace(entry, target=new_root + entry.target[len(root) :])
            copies[new_root + path[len(root) :]] = entry
    return changes.put(entries, copies)


def unique_name(entries: Entries, folder: str, name: str) -> str:
    """A path in `folder` for `name` that is free, also for Windows: `name`, or `name (2)` and so on."""
    prefix = f"{folder}/" if folder else ""
    taken = {path[len(prefix) :].casefold() for path in entries if path.startswith(prefix)}
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    candidates = (f"{stem} ({number}){dot}{extension}" for number in count(2))
    chosen = name
    while chosen.casefold() in taken:
        chosen = next(candidates)
    return prefix + chosen


def outermost(paths: Iterable[str]) -> list[str]:
    """`paths` without those that lie inside another of them, sorted."""
    roots: set[str] = set()
    for path in sorted(set(paths), key=lambda path: path.count("/")):
        parts = path.split("/")
        if not any("/".join(parts[:length]) in roots for length in range(1, len(parts))):
            roots.add(path)
    return sorted(roots)


def descendants(entries: Entries, root: str) -> list[str]:
    """`root` and everything below it, in the order of `entries`."""
    below = f"{root}/"
    return [path for path in entries if path == root or path.startswith(below)]


def child_index(entries: Entries) -> dict[str, list[str]]:
    """Folder path ("" for the package itself) → the paths directly in it: folders first, then by name.

    One pass; keep the result as long as no path comes or goes.
    """
    index: dict[str, list[str]] = {}
    for path in entries:
        index.setdefault(path.rpartition("/")[0], []).append(path)
    for children in index.values():
        children.sort(key=lambda path: (entries[path].kind is not Kind.DIRECTORY, path.casefold(), path))
    return index


def folder_totals(entries: Entries) -> dict[str, Total]:
    """Folder path ("" for the package itself) → what is in it, all levels down. Hard links have no bytes."""
    sums: dict[str, list[int]] = {"": [0, 0]}
    for path, entry in entries.items():
        is_folder = entry.kind is Kind.DIRECTORY
        own = _sums_of(sums, path if is_folder else path.rpartition("/")[0])
        if not is_folder:
            own[0] += entry.size
            own[1] += 1
    for folder in sorted(sums, key=lambda path: path.count("/"), reverse=True):
        if folder:
            above = sums[folder.rpartition("/")[0]]
            above[0] += sums[folder][0]
            above[1] += sums[folder][1]
    return {folder: Total(*own) for folder, own in sums.items()}


def _sums_of(sums: dict[str, list[int]], folder: str) -> list[int]:
    """The sums of `folder`; it and the folders above it are begun where they are missing."""
    if folder not in sums:
        sums[folder] = [0, 0]
        _sums_of(sums, folder.rpartition("/")[0])
    return sums[folder]


def export(entries: Entries, paths: Iterable[str], folder: Path, context: TaskContext) -> list[Path]:
    """Write these files and folders, with what is below them, into the existing `folder` on disk.

    Returns where each of `paths` went. Names that Windows cannot hold are escaped; a link is made where the system
    can and it does not leave what is exported, else left out with a line in the log. Nothing that is there already is
    replaced: a taken name is a `UsageError`. Raises `WriteError`, `UnreadableError`.
    """
    roots = outermost(paths)
    names = DiskNames()
    placed = []
    for root in roots:
        name = root.rpartition("/")[2]
        place = folder / names.claim(name)
        if os.path.lexists(place):
            raise UsageError("There is already a file of this name", str(place), "Choose another folder.")
        placed.append(place)
    inner = [(root, path) for root in roots for path in sorted(descendants(entries, root))]
    for number, (root, path) in enumerate(inner, 1):
        context.progress(number, len(inner), "Copying files", unit="files")
        place = folder / names.claim(path[len(root) - len(root.rpartition("/")[2]) :])
        _export_one(entries, path, place, context, root)
    return placed


def _export_one(entries: Entries, path: str, place: Path, context: TaskContext, root: str) -> None:
    entry = entries[path]
    if entry.kind is Kind.DIRECTORY:
        make_folder(place)
    elif entry.kind is Kind.SYMLINK:
        _export_link(path, entry.target, place, context, root)
    else:
        copy_content(_bytes_of(entries, path), place, context)
        set_exec_bit(place, entry)


def _export_link(path: str, target: str, place: Path, context: TaskContext, root: str) -> None:
    inner_path = path[len(root.rpartition("/")[0]) :].lstrip("/")
    if not files.POSIX or not is_inner_link(f"{PAYLOAD}/{inner_path}", target):
        context.log(f"Left out the link {path} → {target}: it cannot be made here.")
        return
    try:
        place.symlink_to(target)
    except OSError as error:
        raise write_error(place, error) from error


def _bytes_of(entries: Entries, path: str) -> FileContent | BytesContent:
    seen = {path}
    entry = entries[path]
    while entry.kind is Kind.HARDLINK and entry.target in entries and entry.target not in seen:
        seen.add(entry.target)
        entry = entries[entry.target]
    content = entry.content
    if isinstance(content, FileContent | BytesContent):
        return content
    raise UnreadableError("This link leads nowhere", path, "Remove the link, or bring back the file it points to.")


def found_on_disk(path: str, source: Path, context: TaskContext) -> Iterator[tuple[str, Entry]]:
    """The entries that `source` and everything below it make, `source` itself at `path`."""
    pending = [(path, source)]
    seen = 0
    while pending:
        place, item = pending.pop()
        seen += 1
        context.progress(seen, text="Looking at the files", unit="files")
        status = _lstat(item)
        if not is_ordinary(status):
            raise UnreadableError(
                "This is no file but a device, a pipe or a mounted folder",
                str(item),
                "A package holds files, folders and links.",
            )
        if stat.S_ISDIR(status.st_mode):
            yield place, Entry(Kind.DIRECTORY)
            pending.extend((f"{place}/{child.name}", child) for child in children_on_disk(item))
        elif stat.S_ISLNK(status.st_mode):
            yield place, Entry(Kind.SYMLINK, target=_link_target(item))
        else:
            content = FileContent(item, status.st_size, status.st_mtime_ns)
            yield place, Entry(Kind.FILE, _attributes_of(status), content)


def children_on_disk(folder: Path) -> list[Path]:
    """What lies in a folder on disk, without the junk of operating systems and version control.

    Raises `UnreadableError`.
    """
    try:
        found = sorted(folder.iterdir(), reverse=True)
    except OSError as error:
        raise _unreadable(folder, error) from error
    return [item for item in found if not is_left_out(item.name)]


def _lstat(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise _unreadable(path, error) from error


def _link_target(path: Path) -> str:
    try:
        target = os.readlink(path)  # noqa: PTH115 - Path.readlink would rewrite "./x" as "x"
    except OSError as error:
        raise _unreadable(path, error) from error
    return target.replace("\\", "/") if not files.POSIX else target


def _attributes_of(status: os.stat_result) -> Attributes | None:
    """An execute bit of a Linux user is meant; everything else is better chosen by role."""
    return Attributes(0o755) if files.POSIX and status.st_mode & 0o100 else None


_SAME_ROLE = {(kind, kind) for kind in Kind} | {(Kind.HARDLINK, Kind.FILE)}


def with_old_attributes(old: Entry | None, new: Entry) -> Entry:
    """`new` in the place of `old`: what the archive said about mode and owner stays, its time does not."""
    if old is None or old.attributes is None or (old.kind, new.kind) not in _SAME_ROLE:
        return new
    if new.kind is Kind.DIRECTORY:
        return old
    attributes = changes.touched(old.attributes)
    return replace(new, attributes=attributes, position=old.position, archive_name=old.archive_name)


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    return UnreadableError(
        f"This cannot be read ({error.strerror or error})", str(path), "Check that you may read it, then try again."
    )
