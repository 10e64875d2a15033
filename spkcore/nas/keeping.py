"""Puts what came home under its name in the user's folder, once: what lies there already is recognised by its content.

Fetching again, after something failed behind the first of several packages, must not make a second copy of it.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spkcore.base.files import free_path, numbered_paths, write_error
from spkcore.nas.received import Pulled, file_md5


@dataclass(frozen=True, slots=True)
class Other:
    """Another file that has the wanted name. Size in bytes; `md5` is "" where the size alone tells the two apart."""

    path: Path
    size: int
    md5: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a file lies now. `was_here`: the same bytes lay there before; `other` is the file that has its name."""

    path: Path
    was_here: bool = False
    other: Other | None = None


def keep_file(item: Pulled, folder: Path, name: str) -> Kept:
    """Put `item` at `name` in `folder`, with a number if that is another file; what is there already stays the only
    one. Raises `WriteError`."""
    other: Other | None = None
    for path in _taken(folder, name):
        there = _look_at(path, item)
        if there is not None and there.md5 == item.md5:
            return Kept(path, was_here=True)
        other = other or there
    target = free_path(folder, name)
    move(item.path, target)
    return Kept(target, other=other)


def keep_folder(made: Path, name: str, apart: str = "") -> Path:
    """Where the folder `made` lies now: itself, or an older one of this name (numbered or not) with the same content;
    then `made` is gone. A folder `apart` in the older one does not count: it is put there afterwards."""
    for path in _taken(made.parent, name):
        if path == made:
            break
        if _is_same_tree(path, made, apart):
            shutil.rmtree(made, ignore_errors=True)
            return path
    return made


def move(source: Path, target: Path) -> None:
    """Rename a file to where it shall stay. Raises `WriteError`."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        raise write_error(target, error) from error


def _taken(folder: Path, name: str) -> Iterator[Path]:
    for path in numbered_paths(folder, name):
        if not path.exists():
            return
        yield path


def _look_at(path: Path, item: Pulled) -> Other | None:
    """The file at `path`, read only where its size is that of `item`; None for what is no file or cannot be read."""
    with contextlib.suppress(OSError):
        if path.is_file():
            size = path.stat().st_size
            if size != item.size:
                return Other(path, size)
            with path.open("rb") as stream:
                return Other(path, size, file_md5(stream, size))
    return None


def _is_same_tree(one: Path, other: Path, apart: str) -> bool:
    """Whether two folders hold the same names with the same bytes; what cannot be read is not the same."""
    try:
        found, wanted = (_below(folder, apart) for folder in (one, other))
        return found == wanted and all(_is_same(one / name, other / name) for name in wanted)
    except OSError:
        return False


def _below(folder: Path, apart: str) -> set[Path]:
    names = {
        (Path(above) / name).relative_to(folder)
        for above, folders, files in os.walk(folder)
        for name in (*folders, *files)
    }
    return {name for name in names if name.parts[0] != apart}


def _is_same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    if one.is_dir() or other.is_dir():
        return one.is_dir() and other.is_dir()
    return filecmp.cmp(one, other, shallow=False)
