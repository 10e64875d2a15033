"""Tests of what the product is called, of its icon, its lists and its zip."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from gui.services.desktop import APP_ID
from installer import appicon, build, contents, portable, product
from spkcore import __version__
from spkcore.base.settings import PORTABLE_MARKER


def test_the_version_is_the_same_everywhere() -> None:
    about = product.read_product()
    assert about.version == __version__
    assert "paramiko" in about.dependencies


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", "0.1.0.0"), ("1.2", "1.2.0.0"), ("1.2.3rc4", "1.2.3.4"), ("1.2.3+g99", "1.2.3.0")],
)
def test_windows_counts_versions_with_four_numbers(version: str, numbers: str) -> None:
    assert product.Product(version, "", "", "", ()).dotted == numbers


def test_the_identity_is_the_same_in_program_and_installer() -> None:
    script = (product.ROOT / "installer" / "spk-creator.nsi").read_text(encoding="utf-8")
    assert product.IDENTITY == APP_ID
    assert f'!define IDENTITY "{APP_ID}"' in script
    assert f'!define WINDOW_PROGRAM "{product.WINDOW_PROGRAM}.exe"' in script


def test_the_icon_has_all_sizes(tmp_path: Path) -> None:
    icon = tmp_path / "app.ico"
    appicon.write_icon(product.ROOT / "resources" / "icons" / "app.svg", icon)
    data = icon.read_bytes()
    count = struct.unpack_from("<HHH", data)[2]
    assert count == len(appicon.SIZES) >= 7
    for number, size in enumerate(appicon.SIZES):
        width, _height, _colors, _zero, _planes, bits, length, offset = struct.unpack_from(
            "<BBBBHHII", data, 6 + 16 * number
        )
        picture = data[offset : offset + length]
        assert (width or 256, bits) == (size, 32)
        if size == 256:
            assert picture.startswith(b"\x89PNG")
        else:
            middle = 40 + (size // 2 * size + size // 2) * 4
            assert picture[middle + 3] == 255, "opaque in the middle"
            assert picture[40 + 3] < 128, "the corner is round"


def test_the_list_names_files_before_their_folders(tmp_path: Path) -> None:
    (tmp_path / "_internal" / "deep").mkdir(parents=True)
    (tmp_path / "_internal" / "deep" / "ä.txt").touch()
    (tmp_path / "spk.exe").touch()
    assert build.file_list(tmp_path).splitlines() == [
        "_internal\\deep\\ä.txt",
        "spk.exe",
        "_internal\\deep\\",
        "_internal\\",
    ]


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "spk.exe").write_bytes(b"program")
    (folder / "licence.txt").write_bytes(b"text")
    portable.write_portable_zip(folder, tmp_path / "one.zip")
    (folder / "spk.exe").touch()
    portable.write_portable_zip(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == [f"SPK Creator/{name}" for name in ("licence.txt", PORTABLE_MARKER, "spk.exe")]


def test_stand_ins_and_unused_parts_are_not_frozen() -> None:
    assert not contents.is_wanted("icuuc.dll")
    assert not contents.is_wanted("PySide6\\opengl32sw.dll")
    assert not contents.is_wanted("click-8.5.1.dist-info\\licenses\\LICENSE.txt")
    assert contents.is_wanted("PySide6\\plugins\\styles\\qmodernwindowsstyle.dll")
    kept = contents.wanted_modules(
        [(name, "", "") for name in ("pygments.lexers.shell", "pygments.lexers.python", "gui.app")]
    )
    assert [entry[0] for entry in kept] == ["pygments.lexers.shell", "gui.app"]
    assert "spkcore.cli.build" in contents.modules("spkcore")
    assert not [name for name in contents.modules("spkcore", without="spkcore.cli") if name.startswith("spkcore.cli")]
