"""What came home is put under its name once, and never over a file of the user."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from spkcore.base.errors import WriteError
from spkcore.base.files import POSIX
from spkcore.nas.keeping import Kept, Other, keep_file, keep_folder, move
from spkcore.nas.received import Pulled


def came(folder: Path, data: bytes) -> Pulled:
    path = folder / "work"
    path.write_bytes(data)
    return Pulled("x", path, len(data), hashlib.md5(data, usedforsecurity=False).hexdigest())


def test_a_file_is_known_by_its_size_and_sum(tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = [keep_file(came(tmp_path, data), home, "a.spk") for data in (b"1", b"1", b"2", b"33", b"2", b"1")]
    assert [item.path.name for item in kept] == ["a.spk", "a.spk", "a (2).spk", "a (3).spk", "a (2).spk", "a.spk"]
    assert [item.was_here for item in kept] == [False, True, False, False, True, True]
    assert sorted(path.read_bytes() for path in home.iterdir()) == [b"1", b"2", b"33"]


def test_the_file_that_has_the_name_is_told_by_its_size_or_its_sum(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.spk").write_bytes(b"old")
    longer, same_size = (keep_file(came(tmp_path, data), home, "a.spk") for data in (b"newer", b"new"))
    assert longer == Kept(home / "a (2).spk", other=Other(home / "a.spk", 3))
    assert same_size == Kept(home / "a (3).spk", other=Other(home / "a.spk", 3, hashlib.md5(b"old").hexdigest()))


def test_a_folder_of_that_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "home/a.spk").mkdir(parents=True)
    assert keep_file(came(tmp_path, b"1"), tmp_path / "home", "a.spk") == Kept(tmp_path / "home/a (2).spk")


def test_a_folder_put_into_an_older_one_afterwards_does_not_count(tmp_path: Path) -> None:
    for name in ("x", "x (2)"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "INFO").write_bytes(b"1")
    (tmp_path / "x/other").mkdir()
    (tmp_path / "x/other/file").touch()
    assert keep_folder(tmp_path / "x (2)", "x").name == "x (2)"
    assert keep_folder(tmp_path / "x (2)", "x", "other").name == "x"


@pytest.mark.skipif(not POSIX, reason="links need a right of their own on Windows")
def test_links_are_compared_as_links(tmp_path: Path) -> None:
    for name, target in (("x", "here"), ("x (2)", "there"), ("x (3)", "there")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "link").symlink_to(target)
    assert keep_folder(tmp_path / "x (3)", "x").name == "x (2)"
    assert not (tmp_path / "x (3)").exists()


def test_a_file_that_cannot_be_moved_is_explained(tmp_path: Path) -> None:
    with pytest.raises(WriteError):
        move(tmp_path / "gone", tmp_path / "home/a.spk")
