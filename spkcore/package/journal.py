"""Autosave: the difference between the saved package and the edited one, kept beside it until the next save.

The journal holds the bytes of what editors made, and names the files that lie on disk anyway. It is replaced whole and
atomically, so after a crash it is the state of the last autosave.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spkcore.base.errors import UnreadableError
from spkcore.base.files import write_bytes, write_error
from spkcore.base.longpaths import long_path
from spkcore.package.attributes import damaged, entry_from_json, entry_to_json, own_folder, require_clean_path
from spkcore.package.changes import Change, Edit
from spkcore.package.entries import OWN_FOLDER, BytesContent, Content, Entry, FileContent, Kind
from spkcore.package.state import Package, folder_gone

_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a journal gives back. `lost` are paths whose bytes lay in a file that is gone; they keep what is saved."""

    change: Change
    lost: tuple[str, ...] = ()


def journal_path(folder: Path) -> Path:
    """The journal of the package folder `folder`."""
    return long_path(folder / OWN_FOLDER / "journal.json")


def write_journal(package: Package) -> None:
    """Write what is not saved yet; remove the journal when everything is. Raises `WriteError`, also when the folder
    is gone: it is not made again, or the next save would take it for the package.

    Give it a snapshot when it runs in the background.
    """
    if not package.is_dirty:
        clear_journal(package.folder)
        return
    if package.saved and not long_path(package.folder).is_dir():
        raise folder_gone(package.folder)
    edits = {path: _entry_to_json(package.entries.get(path), package.folder) for path in sorted(package.changed)}
    lines = ",\n".join(f"{json.dumps(path)}: {json.dumps(entry)}" for path, entry in edits.items())
    own_folder(package.folder)
    write_bytes(journal_path(package.folder), f'{{\n"schema": {_SCHEMA},\n"entries": {{\n{lines}\n}}\n}}\n'.encode())


def clear_journal(folder: Path) -> None:
    """Remove the journal of the package folder `folder`, if there is one. Raises `WriteError`."""
    path = journal_path(folder)
    try:
        path.unlink(missing_ok=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise write_error(path, error) from error


def read_journal(package: Package) -> Change | None:
    """The change that brings back what was not saved; None if there is nothing. See `read_recovery`."""
    recovery = read_recovery(package)
    return recovery.change if recovery is not None else None


def read_recovery(package: Package) -> Recovery | None:
    """What the journal of the freshly opened `package` can bring back; None if there is no journal, or if it holds
    nothing that differs from the package.

    Raises `UnreadableError` when the journal is damaged; the caller shows it and clears the journal.
    """
    path = journal_path(package.folder)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error
    try:
        recovery = _parse(json.loads(data), package)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(path, str(error)) from error
    return recovery if recovery.change.edits or recovery.lost else None


def _parse(data: dict[str, Any], package: Package) -> Recovery:
    if data["schema"] != _SCHEMA:
        raise ValueError(f"schema {data['schema']} is unknown; a newer SPK Creator may have written it")
    known = {
        entry.content.path: entry.content for entry in package.saved.values() if isinstance(entry.content, FileContent)
    }
    edits = []
    lost = []
    for path, stored in data["entries"].items():
        require_clean_path(path)
        before = package.entries.get(path)
        try:
            after = None if stored is None else _entry_from_json(stored, path, package, known)
        except UnreadableError:
            lost.append(path)
            continue
        if not _is_same(before, after):
            edits.append(Edit(path, before, after))
    return Recovery(Change(tuple(edits)), tuple(lost))


def _is_same(before: Entry | None, after: Entry | None) -> bool:
    """Whether both are the same as far as anybody could see: small contents are compared by their bytes."""
    if before is None or after is None or before == after:
        return before == after
    if replace(before, content=None) != replace(after, content=None) or before.size != after.size:
        return False
    return isinstance(after.content, BytesContent) and before.content is not None and _read(before) == _read(after)


def _read(entry: Entry) -> bytes:
    return entry.content.read() if entry.content is not None else b""


def _entry_to_json(entry: Entry | None, folder: Path) -> dict[str, Any] | None:
    if entry is None:
        return None
    data = entry_to_json(entry)
    if entry.content is not None:
        data["content"] = _content_to_json(entry.content, folder)
    return data


def _content_to_json(content: Content, folder: Path) -> dict[str, Any]:
    if not isinstance(content, FileContent):
        return {"bytes": base64.b64encode(content.read()).decode("ascii")}
    place = content.path
    is_inner = place.is_relative_to(folder)
    name = place.relative_to(folder).as_posix() if is_inner else str(place)
    return {"file": name, "inner": is_inner, "size": content.size, "mtime_ns": content.mtime_ns}


def _entry_from_json(data: Mapping[str, Any], path: str, package: Package, known: Mapping[Path, FileContent]) -> Entry:
    entry = entry_from_json(data)
    stored = data.get("content")
    if stored is None:
        return replace(entry, content=BytesContent(b"")) if entry.kind is Kind.FILE else entry
    if "bytes" in stored:
        return replace(entry, content=BytesContent(base64.b64decode(stored["bytes"], validate=True)))
    place = Path(stored["file"])
    if stored["inner"]:
        require_clean_path(stored["file"])
        place = package.folder / place
    return replace(entry, content=_found((place, package.disk_path(path)), stored["size"], known))


def _found(places: tuple[Path, Path], size: int, known: Mapping[Path, FileContent]) -> FileContent:
    """The file that the journal means. A save that was cut off may have moved it to its new place already."""
    for place in places:
        if place in known or place.is_file():
            content = known.get(place) or FileContent.of(place)
            if content.size == size:
                return content
    raise UnreadableError("A file of the last session is gone, or has changed since", str(places[0]))
