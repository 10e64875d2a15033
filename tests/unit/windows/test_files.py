"""Files as Windows has them: locked, read-only, deep, on drives that go away."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.archive.extract import extract_package
from spkcore.base.blockers import programs_using
from spkcore.base.errors import Obstacle, WriteError
from spkcore.base.files import clear_read_only, is_read_only, write_bytes
from spkcore.base.tasks import quiet
from spkcore.package.changes import put, set_content
from spkcore.package.entries import file_entry
from spkcore.package.project import open_package, save_package, save_package_as, unprotect
from spkcore.package.templates import create_package, list_templates
from tests.unit.windows.conftest import need_windows
from tests.wine import UNDER_WINE

need_windows()
assert sys.platform == "win32"

_GENERIC_READ = 0x80000000
_OPEN_EXISTING = 3
_REMOVE_DEFINITION = 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package folder."""
    template = list_templates()[0]
    create_package(template, template.complete({}), tmp_path / "Päckchen", quiet())
    return tmp_path / "Päckchen"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Have the file open as programs do that share nothing."""
    kernel = ctypes.WinDLL("kernel32")
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.CreateFileW(str(path), _GENERIC_READ, 0, None, _OPEN_EXISTING, 0, None))
    try:
        yield
    finally:
        kernel.CloseHandle(handle)


def refused(path: Path) -> WriteError:
    with pytest.raises(WriteError) as caught:
        write_bytes(path, b"new")
    return caught.value


def test_a_locked_file_keeps_its_bytes_and_can_be_written_later(tmp_path: Path) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(b"old")
    with locked(path):
        error = refused(path)
    assert error.obstacle in {Obstacle.LOCKED, Obstacle.FORBIDDEN}
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["INFO"]
    write_bytes(path, b"new")

    assert path.read_bytes() == b"new"


@pytest.mark.not_wine("has a Restart Manager that knows no programs")
def test_the_restart_manager_names_the_program(tmp_path: Path) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(b"old")
    with locked(path):
        assert any("python" in name.lower() for name in programs_using(path))
        assert refused(path).obstacle is Obstacle.LOCKED


def test_nobody_has_an_ordinary_file_open(tmp_path: Path) -> None:
    (tmp_path / "INFO").write_bytes(b"old")

    assert programs_using(tmp_path / "INFO") == ()


def test_a_read_only_file_is_told_and_its_mark_can_be_cleared(folder: Path) -> None:
    (folder / "INFO").chmod(0o444)
    assert is_read_only(folder / "INFO")
    package = open_package(folder, quiet())
    package.apply(set_content(package.entries, "INFO", package.content("INFO") + b'beta="yes"\n'))
    if not UNDER_WINE:  # Wine as root replaces read-only files as if nothing were the matter
        with pytest.raises(WriteError) as caught:
            save_package(package, quiet())
        assert caught.value.obstacle is Obstacle.READ_ONLY
    unprotect(package)
    save_package(package, quiet())

    assert (folder / "INFO").read_bytes().endswith(b'beta="yes"\n')
    clear_read_only(folder / "INFO")


def test_deep_payloads_are_opened_saved_built_and_unpacked(folder: Path, tmp_path: Path) -> None:
    deep = "package/" + "/".join(f"a folder with a long name {number:02}" for number in range(12)) + "/file.txt"
    assert len(str(folder / deep)) > 350
    package = open_package(folder, quiet())
    package.apply(put(package.entries, {deep: file_entry(b"one")}))
    save_package(package, quiet())
    again = open_package(folder, quiet())
    assert again.content(deep) == b"one"
    again.apply(set_content(again.entries, deep, b"two"))
    save_package(again, quiet())
    build_package(again, tmp_path / "deep.spk", BuildOptions(), quiet())
    extraction = extract_package(tmp_path / "deep.spk", tmp_path / "unpacked", quiet())
    unpacked = open_package(extraction.folder, quiet())
    assert unpacked.content(deep) == b"two"
    save_package_as(unpacked, tmp_path / "copy", quiet())

    assert open_package(tmp_path / "copy", quiet()).content(deep) == b"two"
    assert "\\\\?\\" not in str(unpacked.folder)


def test_a_package_folder_may_lie_deep_itself(tmp_path: Path) -> None:
    place = tmp_path.joinpath(*[f"a folder with a long name {number:02}" for number in range(9)], "package")
    assert len(str(place)) > 260
    template = list_templates()[0]
    create_package(template, template.complete({}), place, quiet())
    package = open_package(place, quiet())
    package.apply(set_content(package.entries, "LICENSE", b"mine"))
    save_package(package, quiet())

    assert open_package(place, quiet()).content("LICENSE") == b"mine"


@contextmanager
def drive(folder: Path) -> Iterator[str]:
    """A drive letter that shows `folder`, until it is pulled."""
    kernel = ctypes.WinDLL("kernel32")
    letter = next(f"{name}:" for name in "RSTUVW" if not Path(f"{name}:\\").exists())
    assert kernel.DefineDosDeviceW(0, letter, str(folder))
    try:
        if UNDER_WINE and not Path(f"{letter}\\").exists():
            pytest.skip("Wine makes no drive of a folder here")
        yield letter
    finally:
        kernel.DefineDosDeviceW(_REMOVE_DEFINITION, letter, str(folder))


def test_a_drive_that_is_pulled_is_told_and_saving_goes_on_when_it_is_back(folder: Path) -> None:
    with drive(folder.parent) as letter:
        package = open_package(Path(f"{letter}\\{folder.name}"), quiet())
        package.apply(set_content(package.entries, "LICENSE", b"mine"))
    with pytest.raises(WriteError) as caught:
        save_package(package, quiet())
    assert caught.value.obstacle is Obstacle.GONE
    assert package.is_dirty
    with drive(folder.parent) as again:
        assert again == letter
        save_package(package, quiet())

    assert (folder / "LICENSE").read_bytes() == b"mine"


def test_a_drive_that_was_never_there_is_told() -> None:
    assert refused(Path("W:\\no such drive\\INFO")).obstacle is Obstacle.GONE


def test_a_network_place_that_does_not_answer_is_told() -> None:
    assert refused(Path("\\\\127.0.0.1\\no-such-share-here\\INFO")).obstacle in {Obstacle.GONE, Obstacle.FORBIDDEN}


def test_a_network_place_works_like_a_folder(folder: Path) -> None:
    share = Path(f"\\\\localhost\\{folder.drive[0]}$", *folder.parts[1:])
    if not share.is_dir():
        pytest.skip("this computer does not share its drives with administrators")
    package = open_package(share, quiet())
    package.apply(set_content(package.entries, "LICENSE", b"mine"))
    save_package(package, quiet())

    assert (folder / "LICENSE").read_bytes() == b"mine"
