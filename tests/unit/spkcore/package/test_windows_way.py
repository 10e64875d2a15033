"""A folder travels between Windows and Linux without losing links, modes or names (run anywhere)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spkcore.base import files
from spkcore.base.tasks import quiet
from spkcore.package import changes, payload
from spkcore.package.entries import Attributes, Entry, Kind, file_entry
from spkcore.package.project import Package, open_package, save_package, save_package_as

from .conftest import contents

TREE = {
    "INFO": replace(file_entry(b"info"), attributes=Attributes(0o100777)),
    "package/bin/tool": replace(file_entry(b"tool"), attributes=Attributes(0o755, 5, 1, 2)),
    "package/data": replace(file_entry(b"data"), attributes=Attributes(0o640)),
    "package/soft": Entry(Kind.SYMLINK, Attributes(0o777), target="bin/tool"),
    "package/out": Entry(Kind.SYMLINK, Attributes(0o777), target="/etc"),
    "package/hard": Entry(Kind.HARDLINK, Attributes(0o755), target="package/bin/tool"),
    "package/aux.h": file_entry(b"aux"),
    "package/Readme": file_entry(b"1"),
    "package/README": file_entry(b"2"),
    "package/empty": Entry(Kind.DIRECTORY, Attributes(0o700)),
}


def seen(package: Package) -> dict[str, tuple[object, ...]]:
    bytes_of = contents(package)
    return {
        path: (entry.kind, entry.attributes, entry.target, bytes_of.get(path))
        for path, entry in package.entries.items()
    }


def saved_in(folder: Path) -> Package:
    package = Package.from_entries(folder, TREE)
    save_package(package, quiet())
    return package


def test_windows_keeps_links_in_attributes_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "POSIX", False)
    package = saved_in(tmp_path / "p")
    assert not [path for path in (tmp_path / "p").rglob("*") if path.is_symlink()]
    assert seen(open_package(tmp_path / "p", quiet())) == seen(package)


@pytest.mark.parametrize("first", [True, False])
def test_a_folder_travels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool) -> None:
    """Made on one system, edited on the other, edited again on the first."""
    wanted = dict(TREE)
    folder = tmp_path / "p"
    monkeypatch.setattr(files, "POSIX", first and files.POSIX)
    saved_in(folder)
    for number, posix in enumerate((not first, first)):
        monkeypatch.undo()
        monkeypatch.setattr(files, "POSIX", posix and files.POSIX)
        package = open_package(folder, quiet())
        assert seen(package) == seen(Package.from_entries(folder, wanted))
        change = changes.put(package.entries, {f"package/n{number}": file_entry(b"n")})
        package.apply(change)
        wanted[f"package/n{number}"] = file_entry(b"n")
        save_package(package, quiet())
    monkeypatch.undo()
    assert seen(open_package(folder, quiet())) == seen(Package.from_entries(folder, wanted))


def test_links_are_replaced_removed_copied_and_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "POSIX", False)
    package = saved_in(tmp_path / "p")
    package.apply(changes.set_content(package.entries, "package/soft", b"a file now"))
    package.apply(changes.remove(package.entries, ["package/out"]))
    package.apply(changes.put(package.entries, {"package/data": Entry(Kind.SYMLINK, target="README")}))
    save_package(package, quiet())
    assert (tmp_path / "p/package/soft").read_bytes() == b"a file now"
    assert not (tmp_path / "p/package/data").exists()
    assert seen(open_package(tmp_path / "p", quiet())) == seen(package)
    save_package_as(package, tmp_path / "q", quiet())
    assert seen(open_package(tmp_path / "q", quiet())) == seen(package)
    (tmp_path / "out").mkdir()
    payload.export(package.entries, ["package/data", "package/hard"], tmp_path / "out", quiet())
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["hard"]
