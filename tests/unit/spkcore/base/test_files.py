"""Atomic writes and names for Windows."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base import blockers, files
from spkcore.base.errors import Obstacle, WriteError
from spkcore.base.files import (
    POSIX,
    atomic_write,
    is_windows_safe,
    make_folder,
    remove_folder,
    temporary_folder,
    windows_safe,
    write_bytes,
)


def test_writes_the_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_bytes(tmp_path / "INFO", b"a\r\nb")
    assert (tmp_path / "INFO").read_bytes() == b"a\r\nb"
    assert [item.name for item in tmp_path.iterdir()] == ["INFO"]


def test_a_block_that_fails_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(b"old")

    def write_half() -> None:
        with atomic_write(path) as stream:
            stream.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["INFO"]


def test_a_locked_file_stays_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(b"old")

    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(WriteError) as caught:
        write_bytes(path, b"new")
    assert caught.value.where == str(path)
    assert "Close the program" in caught.value.what_to_do
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["INFO"]


def test_a_temporary_folder_goes_with_its_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def fill_and_fail() -> None:
        with temporary_folder("spk-test-") as folder:
            assert folder.parent == tmp_path
            assert folder.name.startswith("spk-test-")
            (folder / "file").touch()
            raise KeyError

    with pytest.raises(KeyError):
        fill_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_what_is_held_open_does_not_keep_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_folder("spk-test-") as folder:
        held = (folder / "file").open("wb")
    with held:
        assert folder.exists() != POSIX


def test_a_missing_folder_is_a_write_error(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="could not be written"):
        write_bytes(tmp_path / "gone" / "INFO", b"")


def test_a_folder_that_cannot_be_made_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError):
        make_folder(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("plain.txt", "plain.txt"),
        ("100%", "100%"),
        ("a:b", "a%3Ab"),
        ("50%:", "50%25%3A"),
        ("aux", "%61ux"),
        ("AUX.txt", "%41UX.txt"),
        ("con .txt", "%63on .txt"),
        ("com¹", "%63om¹"),
        ("console", "console"),
        ("dot.", "dot%2E"),
        ("space ", "space%20"),
        ("...", "..%2E"),
        ("a\\b", "a%5Cb"),
        ("tab\tx", "tab%09x"),
        ("caf\udce9", "caf%E9"),
        ("", "%00"),
    ],
)
def test_what_windows_forbids_is_escaped(name: str, safe: str) -> None:
    assert windows_safe(name) == safe
    assert is_windows_safe(name) == (name == safe)


@given(st.text(alphabet=st.sampled_from("aA.: %*con1\x01\udc80"), min_size=1, max_size=6))
def test_escaped_names_are_safe_and_need_no_more_escaping(name: str) -> None:
    safe = windows_safe(name)
    assert is_windows_safe(safe)
    assert windows_safe(safe) == safe


@pytest.mark.skipif(os.name != "posix", reason="the bytes go to disk as they are only here")
def test_escaped_bytes_make_a_real_file(tmp_path: Path) -> None:
    write_bytes(tmp_path / windows_safe("caf\udce9:"), b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["caf%E9%3A"]


class WindowsRefusalError(PermissionError):
    """What Windows raises; `winerror` is its own number."""

    def __init__(self, number: int) -> None:
        super().__init__(13, "Permission denied")
        self.winerror = number


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "POSIX", False)
    monkeypatch.setattr(files, "_PATIENCE", (0.0, 0.0))


def refuse(monkeypatch: pytest.MonkeyPatch, *errors: OSError) -> list[str]:
    """Let renaming fail with these errors, one after the other, and then work."""
    planned = list(errors)
    tried: list[str] = []
    original = Path.replace

    def replace(self: Path, target: Path) -> Path:
        tried.append(target.name)
        if planned:
            raise planned.pop(0)
        return original(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    return tried


def caught(path: Path) -> WriteError:
    with pytest.raises(WriteError) as error:
        write_bytes(path, b"new")
    return error.value


def test_a_virus_scanner_that_looks_at_a_new_file_is_waited_for(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = refuse(monkeypatch, WindowsRefusalError(32), WindowsRefusalError(5))
    write_bytes(tmp_path / "INFO", b"new")

    assert tried == ["INFO"] * 3
    assert (tmp_path / "INFO").read_bytes() == b"new"


@pytest.mark.parametrize("number", [5, 32, 33])
def test_the_program_that_has_the_file_open_is_named(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(b"old")
    monkeypatch.setattr(blockers, "programs_using", lambda path: ("Notepad++", "7-Zip"))
    refuse(monkeypatch, *[WindowsRefusalError(number)] * 9)
    error = caught(path)

    assert error.obstacle is Obstacle.LOCKED
    assert error.what == "The file could not be written (Notepad++ and 7-Zip have it open)"
    assert path.read_bytes() == b"old"


def test_a_read_only_file_is_told_from_a_locked_one(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(b"old")
    path.chmod(0o444)
    tried = refuse(monkeypatch, *[WindowsRefusalError(5)] * 9)

    assert caught(path).obstacle is Obstacle.READ_ONLY
    assert len(tried) == 1
    files.clear_read_only(path)
    assert not files.is_read_only(path)


@pytest.mark.parametrize(
    ("number", "obstacle"), [(3, Obstacle.GONE), (21, Obstacle.GONE), (53, Obstacle.GONE), (1167, Obstacle.GONE),
                             (112, Obstacle.FULL), (33, Obstacle.LOCKED)]
)  # fmt: skip
def test_windows_says_why(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch, number: int, obstacle: Obstacle
) -> None:
    refuse(monkeypatch, *[WindowsRefusalError(number)] * 9)

    assert caught(tmp_path / "INFO").obstacle is obstacle


def test_linux_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert caught(tmp_path / "gone" / "INFO").obstacle is Obstacle.GONE
    refuse(monkeypatch, OSError(28, "No space left on device"))
    assert caught(tmp_path / "INFO").obstacle is Obstacle.FULL


def test_a_folder_that_is_in_use_for_a_moment_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    tries = []
    remove = shutil.rmtree

    def in_use_at_first(place: Path, *, ignore_errors: bool) -> None:
        tries.append(place)
        if len(tries) > 2:
            remove(place, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", in_use_at_first)

    assert remove_folder(tmp_path / "a")
    assert not (tmp_path / "a").exists()
    assert len(tries) == 3


def test_a_folder_that_stays_in_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda place, *, ignore_errors: None)

    assert not remove_folder(tmp_path)
