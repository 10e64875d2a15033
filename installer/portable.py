"""Packs the portable folder: the program with the marker that keeps its settings beside it, as a repeatable zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from installer.product import NAME
from spkcore.base.settings import PORTABLE_MARKER

_MARKER_TEXT = f"""\
This file makes {NAME} portable: it keeps its settings in the folder "settings" beside the program.
Delete this file, and they are kept in your user profile, as those of an installed {NAME} are.
"""
_FIXED_TIME = (2020, 1, 1, 0, 0, 0)
"""All entries have it: the same files make the same zip."""


def write_portable_zip(folder: Path, target: Path) -> None:
    """Pack the frozen `folder` and the marker into the zip `target`, below one folder named like the product."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in _contents(folder):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # as written on Windows: unpacking sets no modes
            archive.writestr(entry, data)


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    contents = {name: path.read_bytes for name, path in files.items()}
    for name in sorted([*contents, PORTABLE_MARKER]):
        yield name, _MARKER_TEXT.encode() if name == PORTABLE_MARKER else contents[name]()
