"""Build targets: one package folder that builds for two DSM generations, as no single .spk serves DSM 6 and DSM 7.

The folder itself is the main target. Every other one says what is different, in .spkcreator/targets/<name>/: the keys
of INFO in target.json, other files under files/ with their modes, and which paths are left out. INFO stays one file, so
that a new version or description is written once.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.files import make_folder, write_bytes, write_error
from spkcore.package.changes import apply, difference, is_clean_path, put, remove, set_content
from spkcore.package.entries import OWN_FOLDER, Attributes, BytesContent, Entry, Kind
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.info import Info, key_rank
from spkcore.package.parts import info_to_edit
from spkcore.package.state import Package

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_DESCRIPTION = "target.json"
_FILES = "files"


@dataclass(frozen=True, slots=True)
class BuildTarget:
    """What is different in one target. `info` are keys of INFO and their values there, `without_keys` keys that it
    does not have, `files` other bytes and modes by path, `without` paths that are left out (with what is below)."""

    name: str
    title: str
    info: Mapping[str, str] = field(default_factory=dict)
    without_keys: tuple[str, ...] = ()
    files: Mapping[str, tuple[bytes, int]] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def apply_to(self, package: Package) -> Package:
        """A copy of `package` as this target builds it."""
        twin = package.snapshot()
        entries = dict(package.entries)
        apply(entries, remove(entries, [path for path in self.without if path in entries]))
        apply(entries, put(entries, {path: _entry(data, mode) for path, (data, mode) in self.files.items()}))
        apply(entries, set_content(entries, INFO_PATH, self._info(info_to_edit(entries)).to_bytes()))
        twin.apply(difference(package.entries, entries))
        return twin

    def _info(self, info: Info) -> Info:
        for key in self.without_keys:
            info = info.remove(key)
        for key in sorted(self.info, key=key_rank):
            info = info.set(key, self.info[key])
        return info


def target_from(name: str, title: str, main: Mapping[str, Entry], other: Mapping[str, Entry]) -> BuildTarget:
    """The target that makes `other` out of `main`: for keeping what a migration changes. Raises `UnreadableError`.

    Folders, links and owners are not kept apart: both generations share them.
    """
    new, old = info_to_edit(main), info_to_edit(other)
    keys = {key: old.get(key) for key in old if key not in new or new.get(key) != old.get(key)}
    change = difference(main, other)
    files: dict[str, tuple[bytes, int]] = {}
    without: list[str] = []
    for edit in change.edits:
        if edit.after is None:
            without.append(edit.path)
        elif edit.after.kind is Kind.FILE and edit.path != INFO_PATH:
            files[edit.path] = (edit.after.content.read() if edit.after.content else b"", _mode(edit.path, edit.after))
    gone = tuple(key for key in new if key not in old)
    return BuildTarget(name, title, keys, gone, files, tuple(without))


def list_targets(folder: Path) -> tuple[BuildTarget, ...]:
    """The targets that a package folder has beside its main one, by name. Raises `UnreadableError`."""
    root = _root(folder)
    names = sorted(path.parent.name for path in root.glob(f"*/{_DESCRIPTION}")) if root.is_dir() else []
    return tuple(read_target(folder, name) for name in names)


def read_target(folder: Path, name: str) -> BuildTarget:
    """One target. Raises `UsageError` when there is none of this name, `UnreadableError` when it is damaged."""
    place = _root(folder) / name
    if not _NAME.fullmatch(name) or not (place / _DESCRIPTION).is_file():
        raise UsageError("The package has no such build target", name, "Make one with: spk migrate DIR --keep-dsm6")
    try:
        return _read(place, name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        advice = "Mend the file, or delete the folder of this target."
        raise UnreadableError("This build target cannot be understood", str(place / _DESCRIPTION), advice) from error


def write_target(folder: Path, target: BuildTarget) -> None:
    """Keep `target` in the package folder; nothing happens where it is kept already.

    Raises `UsageError` for a bad name or one that another target has, `WriteError`.
    """
    place = _root(folder) / target.name
    if not _NAME.fullmatch(target.name):
        raise UsageError("This is no name for a build target", target.name, "Use small letters, digits, dot and minus.")
    if (place / _DESCRIPTION).exists():
        if read_target(folder, target.name) == target:
            return
        raise UsageError("The package has this build target already", str(place), "Delete the folder, or keep it.")
    for path, (data, _) in target.files.items():
        make_folder((place / _FILES / path).parent)
        write_bytes(place / _FILES / path, data)
    make_folder(place)
    document = {
        "title": target.title,
        "info": dict(target.info),
        "without_keys": list(target.without_keys),
        "files": {path: f"{mode:04o}" for path, (_, mode) in target.files.items()},
        "without": list(target.without),
    }
    text = json.dumps(document, ensure_ascii=False, indent=4) + "\n"
    write_bytes(place / _DESCRIPTION, text.encode("utf-8"))


def remove_target(folder: Path, name: str) -> None:
    """Forget a target: what a migration kept goes when the migration is undone. Raises `WriteError`.

    Only what belongs to the target is deleted: other files that somebody put there stay, with their folders.
    """
    place = _root(folder) / name
    if not _NAME.fullmatch(name) or not (place / _DESCRIPTION).is_file():
        return
    try:
        (place / _DESCRIPTION).unlink()
        shutil.rmtree(place / _FILES, ignore_errors=True)
    except OSError as error:
        raise write_error(place, error) from error
    for left in (place, _root(folder)):
        with contextlib.suppress(OSError):  # not empty: somebody else's
            left.rmdir()


def copy_targets(folder: Path, new: Path) -> None:
    """Take all targets along to the copy of the package in `new`. Raises `WriteError`."""
    if not _root(folder).is_dir():
        return
    try:
        shutil.copytree(_root(folder), _root(new), dirs_exist_ok=True)
    except OSError as error:  # shutil.Error is one
        raise write_error(_root(new), error) from error


def _read(place: Path, name: str) -> BuildTarget:
    raw: dict[str, Any] = json.loads((place / _DESCRIPTION).read_text(encoding="utf-8"))
    paths: dict[str, str] = raw.get("files", {})
    without = _clean(raw.get("without", ()))
    files = {
        path: ((place / _FILES / path).read_bytes(), int(mode, 8)) for path, mode in paths.items() if _clean([path])
    }
    return BuildTarget(
        name,
        str(raw.get("title", name)),
        {str(key): str(value) for key, value in raw.get("info", {}).items()},
        tuple(map(str, raw.get("without_keys", ()))),
        files,
        without,
    )


def _clean(paths: Sequence[str]) -> tuple[str, ...]:
    """The paths as they are. Raises `ValueError` for one that leads out of the package."""
    for path in paths:
        if not is_clean_path(path) or path.startswith("/"):
            raise ValueError(path)
    return tuple(paths)


def _root(folder: Path) -> Path:
    return folder / OWN_FOLDER / "targets"


def _entry(data: bytes, mode: int) -> Entry:
    return Entry(Kind.FILE, Attributes(mode), BytesContent(data))


def _mode(path: str, entry: Entry) -> int:
    if entry.attributes is not None:
        return entry.attributes.permissions
    return 0o755 if path.startswith("scripts/") or path.endswith((".sh", ".cgi")) else 0o644
