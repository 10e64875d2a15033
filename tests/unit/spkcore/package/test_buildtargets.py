"""Tests for spkcore.package.buildtargets: one folder, two packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.tasks import quiet
from spkcore.package.buildtargets import (
    BuildTarget,
    list_targets,
    read_target,
    remove_target,
    target_from,
    write_target,
)
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry
from spkcore.package.info import Info
from spkcore.package.project import open_package, save_package_as
from spkcore.package.state import Package

MAIN = {
    "INFO": file_entry(b'package="a"\nversion="2"\nos_min_ver="7.0-40000"\n'),
    "scripts": Entry(Kind.DIRECTORY),
    "scripts/postinst": file_entry(b"#!/bin/sh\n: new\n"),
    "scripts/preupgrade": file_entry(b"#!/bin/sh\n"),
}
OTHER = {
    "INFO": file_entry(b'package="a"\nversion="1"\nfirmware="6.0-7321"\n'),
    "scripts": Entry(Kind.DIRECTORY),
    "scripts/postinst": Entry(Kind.FILE, Attributes(0o700), BytesContent(b"#!/bin/sh\nold\n")),
}


def package(tmp_path: Path) -> Package:
    return Package.from_entries(tmp_path / "p", MAIN)


def read(made: Package, path: str) -> bytes:
    return made.content(path)


def test_a_target_makes_the_other_package_again(tmp_path: Path) -> None:
    made = target_from("dsm6", "DSM 6", MAIN, OTHER).apply_to(package(tmp_path))
    assert set(made.entries) == set(OTHER)
    assert read(made, "scripts/postinst") == b"#!/bin/sh\nold\n"
    attributes = made.entries["scripts/postinst"].attributes
    assert attributes is not None
    assert attributes.permissions == 0o700
    info = Info.parse(read(made, "INFO")).as_dict()
    assert info == {"package": "a", "version": "1", "firmware": "6.0-7321"}


def test_what_changes_later_in_the_main_package_reaches_the_target(tmp_path: Path) -> None:
    other = {**OTHER, "INFO": file_entry(b'package="a"\nversion="2"\nfirmware="6.0-7321"\n')}
    target = target_from("dsm6", "DSM 6", MAIN, other)
    later = Package.from_entries(
        tmp_path, {**MAIN, "INFO": file_entry(b'package="a"\nversion="3"\nos_min_ver="7.0-40000"\n')}
    )
    assert Info.parse(read(target.apply_to(later), "INFO")).get("version") == "3"


def test_the_main_package_is_not_touched(tmp_path: Path) -> None:
    main = package(tmp_path)
    target_from("dsm6", "DSM 6", MAIN, OTHER).apply_to(main)
    assert dict(main.entries) == MAIN


def test_a_target_is_kept_in_the_folder_and_never_packed(tmp_path: Path) -> None:
    (tmp_path / "INFO").write_bytes(b'package="a"\n')
    target = target_from("dsm6", "DSM 6", MAIN, OTHER)
    write_target(tmp_path, target)
    assert list_targets(tmp_path) == (target,)
    assert read_target(tmp_path, "dsm6") == target
    assert set(open_package(tmp_path, quiet()).entries) == {"INFO"}


def test_a_target_is_never_overwritten(tmp_path: Path) -> None:
    write_target(tmp_path, BuildTarget("dsm6", "DSM 6"))
    write_target(tmp_path, BuildTarget("dsm6", "DSM 6"))  # the same: nothing to do
    with pytest.raises(UsageError, match="already"):
        write_target(tmp_path, BuildTarget("dsm6", "Another"))


def test_a_target_is_removed_without_what_others_put_there(tmp_path: Path) -> None:
    write_target(tmp_path, target_from("dsm6", "DSM 6", MAIN, OTHER))
    root = tmp_path / ".spkcreator" / "targets"
    remove_target(tmp_path, "dsm6")
    remove_target(tmp_path, "dsm6")
    assert not root.exists()
    write_target(tmp_path, target_from("dsm6", "DSM 6", MAIN, OTHER))
    (root / "dsm6" / "notes.txt").write_text("mine", encoding="utf-8")
    remove_target(tmp_path, "dsm6")
    assert list_targets(tmp_path) == ()
    assert [path.name for path in (root / "dsm6").iterdir()] == ["notes.txt"]


def test_a_copy_of_the_package_has_its_targets(tmp_path: Path) -> None:
    folder, new = tmp_path / "old", tmp_path / "new"
    folder.mkdir()
    (folder / "INFO").write_bytes(b'package="a"\n')
    write_target(folder, target_from("dsm6", "DSM 6", MAIN, OTHER))
    save_package_as(open_package(folder, quiet()), new, quiet())
    assert list_targets(new) == list_targets(folder) != ()


@pytest.mark.parametrize("name", ["none", "../x", ""])
def test_a_target_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no such"):
        read_target(tmp_path, name)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"files": {"../../etc/x": "0644"}}', '{"files": {"a": "0644"}}', '{"without": ["/a"]}']
)
def test_a_damaged_target_is_told(tmp_path: Path, text: str) -> None:
    place = tmp_path / ".spkcreator" / "targets" / "dsm6"
    place.mkdir(parents=True)
    (place / "target.json").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match="target"):
        read_target(tmp_path, "dsm6")
