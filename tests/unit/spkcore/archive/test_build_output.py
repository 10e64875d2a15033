"""Where a build may write, and what it leaves in memory."""

from __future__ import annotations

import io
import os
import tracemalloc
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.errors import UsageError
from spkcore.base.tasks import quiet
from spkcore.package.entries import FileContent, file_entry
from spkcore.package.project import Package, save_package
from tests.unit.spkcore.archive.helpers import INFO, opened, package_of, written


@pytest.mark.parametrize("name", ["INFO", "LICENSE", "package/more.spk", ".spkcreator/x.spk", "scripts/x"])
def test_no_output_takes_the_place_of_a_part(name: str, tmp_path: Path) -> None:
    package = _saved(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="part of the package"):
        build_package(package, package.folder / name, BuildOptions(), quiet())
    assert (package.folder / "INFO").read_bytes() == INFO
    assert sorted(tmp_path.rglob("*")) == before


def test_an_output_at_the_top_of_the_folder_is_never_packed(tmp_path: Path) -> None:
    package = _saved(tmp_path)
    first = build_package(package, package.folder / "Demo.spk", BuildOptions(), quiet())
    second = build_package(opened(package.folder), package.folder / "Demo.spk", BuildOptions(), quiet())
    assert first.sha256 == second.sha256


def _saved(tmp_path: Path) -> Package:
    package = package_of(tmp_path / "Demo", {"INFO": file_entry(INFO), "package/tool": file_entry(b"x")})
    save_package(package, quiet())
    return package


def test_a_build_keeps_nothing_of_what_it_read(tmp_path: Path) -> None:
    folder = tmp_path / "Many"
    (folder / "package").mkdir(parents=True)
    written(folder / "INFO", INFO)
    for number in range(1500):
        written(folder / "package" / f"{number}", b"x")
    package = opened(folder)
    build_package(package, tmp_path / "out.spk", BuildOptions(), quiet())
    again = opened(folder)
    for entry in again.entries.values():
        if isinstance(entry.content, FileContent):
            io.FileIO(os.fspath(entry.content.place)).close()  # Python 3.11 on Windows keeps a copy of the name
    tracemalloc.start()
    try:
        build_package(again, tmp_path / "out.spk", BuildOptions(), quiet())
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()


def test_folders_in_folders_without_end(tmp_path: Path) -> None:
    path = "package/" + "a/" * 2000 + "end"
    package = package_of(tmp_path, {"INFO": file_entry(INFO), path: file_entry(b"x")})
    assert build_package(package, tmp_path / "out.spk", BuildOptions(), quiet()).payload_entries == 2001
