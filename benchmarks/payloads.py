"""Makes the packages that the benchmarks measure: real programs, libraries and texts of this machine, or tiny files."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

_SOURCES = ("/usr/lib/x86_64-linux-gnu", "/usr/bin", "/usr/share/doc", "/usr/lib/python3", "/usr/share/perl")
_LARGEST = 6 << 20

INFO = b'package="Bench"\nversion="1.0-1"\nos_min_ver="7.0-40000"\narch="noarch"\nchecksum=""\nextractsize="0"\n'


def mixed_package(folder: Path, megabytes: int) -> Path:
    """A package folder with about `megabytes` of this machine's files: the venv's first, then those of /usr."""
    payload = _new_package(folder)
    left = megabytes << 20
    for number, source in enumerate(_files()):
        size = source.stat().st_size
        if size > min(left, _LARGEST):
            continue
        target = payload / f"share{number // 300:04d}" / source.name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
        left -= size
        if left < 1 << 16:
            break
    return folder


def tiny_package(folder: Path, count: int) -> Path:
    """A package folder with `count` files of a few hundred bytes."""
    payload = _new_package(folder)
    chance = random.Random(7)
    for number in range(count):
        target = payload / f"d{number // 200:04d}" / f"f{number}.txt"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(chance.randbytes(chance.randrange(150)) * 3)
    return folder


def _new_package(folder: Path) -> Path:
    payload = folder / "package"
    payload.mkdir(parents=True)
    (folder / "INFO").write_bytes(INFO)
    scripts = folder / "scripts"
    scripts.mkdir()
    (scripts / "start-stop-status").write_bytes(b"#!/bin/sh\nexit 0\n")
    return payload


def _files() -> Iterator[Path]:
    """Regular files, the larger trees taken in turn so that every size of payload is mixed alike."""
    walks = [_walk(Path(os.__file__).parent.parent), *(_walk(Path(source)) for source in _SOURCES)]
    walks.insert(0, _walk(Path(shutil.__file__).parent))
    venv = Path(os.environ.get("VIRTUAL_ENV", ".venv")) / "lib"
    walks.insert(0, _walk(venv))
    while walks:
        for walk in list(walks):
            item = next(walk, None)
            if item is None:
                walks.remove(walk)
            else:
                yield item


def _walk(root: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = Path(parent) / name
            if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                yield path
