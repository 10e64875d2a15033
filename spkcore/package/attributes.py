"""attributes.json: what a Windows file system cannot keep of an archive (modes, owners, times, links, names, order).

The file lies in .spkcreator/ inside the package folder. One entry stands on one line, so that version control shows
what changed. It is the authority for everything it lists, with two exceptions: bytes are those on disk, and on a file
system with execute bits a changed user-execute bit on disk wins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from spkcore.base.errors import UnreadableError
from spkcore.base.files import make_folder, write_bytes
from spkcore.base.longpaths import long_path
from spkcore.package.changes import is_clean_path
from spkcore.package.clutter import clutter_kind, is_left_out
from spkcore.package.entries import OWN_FOLDER, Attributes, Entry, Kind
from spkcore.package.names import DiskNames

_SCHEMA = 1

_LARGEST_MODE = 0o7777777
_LARGEST_NUMBER = (1 << 56) - 1
"""What a tar header can hold: seven octal digits of mode, and in GNU's binary form 56 bits of owner and time."""

_OWN_IGNORE_RULES = b"# Written by SPK Creator: these files belong to one machine.\ntrash/\njournal.json\n"


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """How the archive that a package came from was made; all empty for a package that came from no archive.

    `payload_compression` is gzip, xz or none, `payload_prefix` what stands before the names in package.tgz ("" or
    "./"), `payload_root` whether it has a member for its own root (its attributes are those of the entry `package`).
    `outer_order` holds the names of the outer members as they came, package.tgz among them; `payload_member` is that
    one's header. `implied_folders` are folders that had no member of their own.
    """

    source: str = ""
    payload_compression: str = ""
    payload_format: str = ""
    payload_prefix: str = ""
    payload_root: bool = False
    outer_compression: str = ""
    outer_format: str = ""
    outer_order: tuple[str, ...] = ()
    payload_member: Attributes | None = None
    implied_folders: frozenset[str] = frozenset()


@dataclass(slots=True)
class Stored:
    """The content of attributes.json. The entries have no content; `exec_bits` says whether the disk they were
    written to kept execute bits, so that a difference means that somebody changed them."""

    entries: dict[str, Entry] = field(default_factory=dict)
    facts: ArchiveFacts = ArchiveFacts()
    names: DiskNames = field(default_factory=DiskNames)
    exec_bits: bool = False


def attributes_path(folder: Path) -> Path:
    """The attributes.json of the package folder `folder`."""
    return long_path(folder / OWN_FOLDER / "attributes.json")


def ignore_path(folder: Path) -> Path:
    """The file that keeps our own short-lived files out of git."""
    return long_path(folder / OWN_FOLDER / ".gitignore")


def default_mode(path: str, kind: Kind, head: bytes) -> int:
    """The permission bits of an entry that came without any: by its role, and for files by their first bytes.

    Folders 0755, files 0644, scripts and programs 0755 (builder recipe: spk-format.md chapter 8).
    """
    if kind is Kind.SYMLINK:
        return 0o777
    if kind is Kind.DIRECTORY or _is_script(path) or head.startswith((b"\x7fELF", b"#!")):
        return 0o755
    return 0o644


def _is_script(path: str) -> bool:
    return path.startswith("scripts/") or path.lower().endswith((".sh", ".cgi"))


def write_attributes(
    folder: Path,
    entries: Mapping[str, Entry],
    facts: ArchiveFacts | None = None,
    names: DiskNames | None = None,
    *,
    exec_bits: bool = False,
) -> None:
    """Write attributes.json for these entries, atomically. Raises `WriteError`.

    `names` are the names on disk of the entries; `exec_bits` says that the files on disk carry execute bits as the
    entries do.
    """
    own_folder(folder)
    write_bytes(attributes_path(folder), attributes_text(entries, facts, names, exec_bits=exec_bits))


def attributes_text(
    entries: Mapping[str, Entry],
    facts: ArchiveFacts | None = None,
    names: DiskNames | None = None,
    *,
    exec_bits: bool = False,
) -> bytes:
    """The text that `write_attributes` writes."""
    differing = names.differing if names else {}
    lines = [
        f"{_json(path)}: {_json(_line(path, entry, differing))}"
        for path, entry in sorted(entries.items())
        if _needs_a_line(path, entry, differing)
    ]
    head = f'{{\n"schema": {_SCHEMA},\n"archive": {_json(_facts_to_json(facts or ArchiveFacts()))},\n'
    head += f'"disk_has_exec_bits": {_json(exec_bits)},\n'
    body = ",\n".join(lines)
    return f'{head}"entries": {{\n{body}\n}}\n}}\n'.encode()


def own_folder(folder: Path) -> Path:
    """Make our own folder inside the package folder `folder`. Raises `WriteError`."""
    own = long_path(folder / OWN_FOLDER)
    if not own.is_dir():
        make_folder(own)
        write_bytes(ignore_path(folder), _OWN_IGNORE_RULES)
    return own


def read_attributes(folder: Path) -> Stored:
    """What attributes.json of the package folder `folder` says; empty if there is none.

    Raises `UnreadableError` with the place when it is damaged, or would lead outside the folder.
    """
    path = attributes_path(folder)
    try:
        return _parse(json.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return Stored()
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error
    except json.JSONDecodeError as error:
        raise damaged(path, f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(path, str(error)) from error


def attributes_to_json(attributes: Attributes) -> dict[str, Any]:
    """The members that say what a tar header said; what is 0 or empty is left out."""
    data: dict[str, Any] = {"mode": f"{attributes.mode:04o}"}
    for key in ("mtime", "uid", "gid", "uname", "gname"):
        value = getattr(attributes, key)
        if value not in {0, "", None} or (key == "mtime" and value == 0):
            data[key] = value
    if attributes.pax:
        data["pax"] = dict(attributes.pax)
    return data


_shared_attributes = lru_cache(4096)(Attributes)
"""Most entries of a package have the same ones: one object for all spares a tenth of the memory of a package."""


def attributes_from_json(data: Mapping[str, Any]) -> Attributes | None:
    """The inverse of `attributes_to_json`; None where there is no mode. Raises `ValueError` or `TypeError`."""
    mode = data.get("mode")
    if mode is None:
        return None
    mtime = data.get("mtime")
    return _shared_attributes(
        _bounded(int(mode, 8), _LARGEST_MODE),
        None if mtime is None else _integer(mtime),
        _integer(data.get("uid", 0)),
        _integer(data.get("gid", 0)),
        _string(data.get("uname", "")),
        _string(data.get("gname", "")),
        tuple(sorted((key, _string(value)) for key, value in data["pax"].items())) if "pax" in data else (),
    )


def entry_from_json(data: Mapping[str, Any]) -> Entry:
    """An entry without content. Raises `ValueError` or `TypeError`."""
    position = data.get("position")
    return Entry(
        Kind(data["kind"]) if "kind" in data else Kind.FILE,
        attributes_from_json(data) if "mode" in data else None,
        None,
        _string(data.get("target", "")),
        None if position is None else _integer(position),
        _string(data.get("archive_name", "")),
    )


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """An entry without its content; defaults are left out."""
    data: dict[str, Any] = {}
    if entry.kind is not Kind.FILE:
        data["kind"] = entry.kind.value
    if entry.target:
        data["target"] = entry.target
    if entry.attributes is not None:
        data.update(attributes_to_json(entry.attributes))
    if entry.position is not None:
        data["position"] = entry.position
    if entry.archive_name:
        data["archive_name"] = entry.archive_name
    return data


def damaged(path: Path, why: str) -> UnreadableError:
    """The error for one of our own files that cannot be understood."""
    return UnreadableError(
        f"The file {path.name} is damaged ({why})",
        str(path),
        "Bring it back from a backup or version control. If you delete it, the package opens without what it keeps.",
    )


def require_clean_path(path: str) -> None:
    """Raise `ValueError` unless `path` is relative, with forward slashes, and stays inside the folder."""
    if not is_clean_path(path):
        raise ValueError(f"{path!r} is no path inside the package")


def _needs_a_line(path: str, entry: Entry, differing: Mapping[str, str]) -> bool:
    return (
        entry.attributes is not None
        or entry.position is not None
        or bool(entry.archive_name)
        or entry.kind in {Kind.SYMLINK, Kind.HARDLINK}
        or path in differing
        or is_left_out(path.rpartition("/")[2])
        or ("/" not in path and clutter_kind(path, entry.kind is Kind.DIRECTORY) is not None)
    )


def _line(path: str, entry: Entry, differing: Mapping[str, str]) -> dict[str, Any]:
    data = entry_to_json(entry)
    if path in differing:
        data["disk_name"] = differing[path]
    return data


def _facts_to_json(facts: ArchiveFacts) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key in _TEXT_FACTS:
        if getattr(facts, key):
            data[key] = getattr(facts, key)
    if facts.payload_root:
        data["payload_root"] = True
    if facts.outer_order:
        data["outer_order"] = list(facts.outer_order)
    if facts.payload_member is not None:
        data["payload_member"] = attributes_to_json(facts.payload_member)
    if facts.implied_folders:
        data["implied_folders"] = sorted(facts.implied_folders)
    return data


_TEXT_FACTS = (
    "source", "payload_compression", "payload_format", "payload_prefix", "outer_compression", "outer_format",
)  # fmt: skip


def _facts_from_json(data: Mapping[str, Any]) -> ArchiveFacts:
    return ArchiveFacts(
        **{key: _string(data.get(key, "")) for key in _TEXT_FACTS},
        payload_root=bool(data.get("payload_root", False)),
        outer_order=tuple(map(_string, data.get("outer_order", ()))),
        payload_member=attributes_from_json(data.get("payload_member", {})),
        implied_folders=frozenset(map(_string, data.get("implied_folders", ()))),
    )


def _parse(data: dict[str, Any]) -> Stored:
    if data["schema"] != _SCHEMA:
        raise ValueError(f"schema {data['schema']} is unknown; a newer SPK Creator may have written it")
    entries: dict[str, Entry] = {}
    names: dict[str, str] = {}
    lines = data.pop("entries")
    if not isinstance(lines, dict):
        raise TypeError("entries is no object")
    for path in list(lines):
        line = lines.pop(path)  # each is freed at once: 50,000 of them are as large as the open package
        entries[path] = _parse_line(path, line)
        if "disk_name" in line:
            names[path] = line["disk_name"]
    facts = _facts_from_json(data.get("archive", {}))
    return Stored(entries, facts, DiskNames(names), bool(data.get("disk_has_exec_bits", False)))


def _parse_line(path: str, line: dict[str, Any]) -> Entry:
    try:
        require_clean_path(path)
        if "disk_name" in line:
            _require_file_name(line["disk_name"])
        entry = entry_from_json(line)
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"entry {path!r}: {error}") from error
    return entry


def _require_file_name(name: str) -> None:
    require_clean_path(name)
    if "/" in name or "\\" in name:
        raise ValueError(f"{name!r} is no file name")


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return _bounded(value, _LARGEST_NUMBER, -_LARGEST_NUMBER)


def _bounded(value: int, largest: int, smallest: int = 0) -> int:
    if not smallest <= value <= largest:
        raise ValueError(f"{value} is no number that an archive could hold")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    try:
        text.encode()
    except UnicodeEncodeError:  # a name with bytes that are no UTF-8
        return json.dumps(value, separators=(", ", ": "))
    return text
