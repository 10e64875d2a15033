"""Tests of the check of frozen folders: it finds what must not be there and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer import check_distribution
from tests.unit.installer.pefiles import make_pe

WINE = b"Wine builtin DLL\0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A frozen folder in which nothing is wrong."""
    for name in check_distribution._NEEDED:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(make_pe(["KERNEL32.dll"]) if file.suffix in {".exe", ".dll"} else b"text")
    return tmp_path


def faults(folder: Path) -> str:
    return "\n".join(check_distribution.check(folder).faults)


def test_a_sound_folder_passes(folder: Path) -> None:
    assert faults(folder) == ""
    assert check_distribution.main([str(folder)]) == 0


@pytest.mark.parametrize(
    "name", ["icuuc.dll", "mscms.dll", "bcryptprimitives.dll", "ucrtbase.dll", "api-ms-win-crt-heap-l1-1-0.dll"]
)
def test_a_planted_stand_in_is_found(folder: Path, name: str) -> None:
    (folder / "_internal" / name.upper()).write_bytes(make_pe())
    assert f"_internal/{name.upper()}: a part of Windows" in faults(folder)
    assert check_distribution.main([str(folder)]) == 1


def test_a_file_of_wine_is_found(folder: Path) -> None:
    (folder / "_internal" / "harmless.dll").write_bytes(make_pe(mark=WINE))
    assert faults(folder) == "_internal/harmless.dll: a file of Wine"


def test_other_processors_and_too_new_windows_are_found(folder: Path) -> None:
    (folder / "old.dll").write_bytes(make_pe(machine=0x14C))
    (folder / "new.dll").write_bytes(make_pe(subsystem=(10, 1)))
    assert "old.dll: not for x64" in faults(folder)
    assert "new.dll: wants a Windows after 10.0" in faults(folder)


def test_imports_must_be_in_the_folder_or_in_windows(folder: Path) -> None:
    (folder / "_internal" / "part.pyd").write_bytes(make_pe(["other.dll", "USER32.dll"], delayed=["late.dll"]))
    assert "loads other.dll" in faults(folder)
    assert "loads late.dll" in faults(folder)
    (folder / "Other.DLL").write_bytes(make_pe())
    (folder / "late.dll").write_bytes(make_pe(["api-ms-win-core-file-l1-1-0.dll"]))
    assert faults(folder) == ""


def test_a_missing_part_and_a_broken_file_are_found(folder: Path) -> None:
    (folder / "spk.exe").unlink()
    (folder / "_internal" / "broken.dll").write_bytes(b"MZ nothing more")
    assert "spk.exe: missing" in faults(folder)
    assert "broken.dll is no PE file" in faults(folder)
