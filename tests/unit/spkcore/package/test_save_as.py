"""Saving to another place: new packages and full copies, which leave nothing when they fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spkcore.base.errors import SpkError, UsageError
from spkcore.base.tasks import quiet
from spkcore.package import changes
from spkcore.package.entries import Attributes, Entry, FileContent, Kind, file_entry
from spkcore.package.project import Package, save_package, save_package_as
from tests.unit.spkcore.package.test_save import Reopen, do, edit, save

from .conftest import FILES, contents, disk_state, write_tree


def test_a_new_package_appears_with_its_first_save(tmp_path: Path, reopen: Reopen) -> None:
    package = Package.from_entries(tmp_path / "new" / "Demo", {path: file_entry(data) for path, data in FILES.items()})
    assert package.is_dirty
    assert not package.folder.exists()
    save(package)
    assert disk_state(package.folder) == FILES
    assert contents(reopen(package)) == FILES


def test_a_new_package_does_not_move_into_a_folder_that_is_used(tmp_path: Path) -> None:
    write_tree(tmp_path / "used", {"thesis.doc": b"work"})
    package = Package.from_entries(tmp_path / "used", {"INFO": file_entry(b"")})
    with pytest.raises(UsageError, match="not empty"):
        save_package(package, quiet())
    assert disk_state(tmp_path / "used") == {"thesis.doc": b"work"}


def test_save_as_makes_a_full_copy_and_moves_over(package: Package, tmp_path: Path, reopen: Reopen) -> None:
    old = package.folder
    undone = edit(package, "INFO", b"new")
    new = {
        "package/hard": Entry(Kind.HARDLINK, target="package/bin/tool"),
        "package/soft": Entry(Kind.SYMLINK, target="bin"),
        "package/a:b": replace(package.entries["LICENSE"], attributes=Attributes(0o100600)),
    }
    do(package, changes.put(package.entries, new))
    save_package_as(package, tmp_path / "deep" / "Copy", quiet())
    assert disk_state(old) == FILES
    assert package.folder == tmp_path / "deep" / "Copy"
    assert not package.is_dirty
    again = reopen(package)
    assert contents(again) == contents(package)
    assert again.entries["package/a:b"].attributes == Attributes(0o100600)
    for entry in package.entries.values():
        if isinstance(entry.content, FileContent):
            assert entry.content.path.is_relative_to(package.folder)
    package.apply(undone.inverse())
    save(package)
    assert disk_state(package.folder)["INFO"] == FILES["INFO"]
    assert disk_state(old) == FILES


def test_save_as_into_its_own_folder_saves(package: Package) -> None:
    edit(package, "INFO", b"new")
    save_package_as(package, package.folder, quiet())
    assert disk_state(package.folder)["INFO"] == b"new"


def test_save_as_refuses_used_folders_and_its_own_inside(package: Package, tmp_path: Path) -> None:
    write_tree(tmp_path / "used", {"x": b""})
    for place in (tmp_path / "used", tmp_path / "used/x", package.folder / "package/inner"):
        with pytest.raises(UsageError):
            save_package_as(package, place, quiet())
    assert disk_state(package.folder) == FILES


@pytest.mark.parametrize("exists", [True, False])
def test_a_failed_save_as_leaves_nothing_and_changes_nothing(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    place = tmp_path / "copy"
    if exists:
        place.mkdir()
    edit(package, "INFO", b"new")
    (package.folder / "package/share/data.bin").unlink()
    with pytest.raises(SpkError):
        save_package_as(package, place, quiet())
    assert place.exists() == exists
    assert not exists or not list(place.iterdir())
    assert package.folder != place
    assert package.is_dirty
    assert package.content("LICENSE") == FILES["LICENSE"]
