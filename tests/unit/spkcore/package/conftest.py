"""Package folders on disk to open, edit and save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spkcore.base.tasks import quiet
from spkcore.package.project import Package, open_package

FILES = {
    "INFO": b'package="demo"\nversion="1.0-1"\n',
    "LICENSE": b"free\n",
    "PACKAGE_ICON.PNG": b"\x89PNG",
    "scripts/postinst": b"#!/bin/sh\nexit 0\n",
    "conf/privilege": b'{"defaults": {"run-as": "package"}}\n',
    "package/bin/tool": b"\x7fELF....",
    "package/ui/config": b"{}",
    "package/share/data.bin": bytes(range(256)),
}


def write_tree(folder: Path, files: dict[str, bytes]) -> Path:
    """Make these files below `folder`."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def disk_state(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, but for our own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".spkcreator" not in path.relative_to(folder).parts
    }


def contents(package: Package) -> dict[str, bytes]:
    """The bytes of every file of the package, hard links included."""
    return {
        path: package.content(path) for path, entry in package.entries.items() if entry.kind in {"file", "hardlink"}
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "Demo", FILES)


@pytest.fixture
def package(folder: Path) -> Package:
    return open_package(folder, quiet())


@pytest.fixture
def reopen() -> Callable[[Package], Package]:
    def open_again(package: Package) -> Package:
        return open_package(package.folder, quiet())

    return open_again
