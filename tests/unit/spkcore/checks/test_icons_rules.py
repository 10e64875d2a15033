"""Tests for the icon and LICENSE rules, and for those about compiled files, beyond their two packages."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from PIL import Image

from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.rules.info_payload import machine_of
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.package import changes
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.icons import describe
from tests.data.recipes.spk import elf, png

INFO = b'package="sample"\nversion="1.0-0001"\nos_min_ver="7.0-40000"\n'
ICON, LARGE = "PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG"
Entries = dict[str, Entry]


def package(files: Mapping[str, bytes], info: bytes = b"") -> Entries:
    return {"INFO": file_entry(INFO + info)} | {path: file_entry(data) for path, data in files.items()}


def found(rule: str, entries: Entries, *dsm: str) -> list[Problem]:
    subject = Subject.of(entries, asked_targets(*dsm) if dsm else None)
    return check(subject, Options(only=frozenset({rule})))


def mended(rule: str, entries: Entries) -> Entries:
    after = dict(entries)
    for problem in found(rule, entries):
        change = fixes()[rule](Subject.of(after), problem)
        if change is not None:
            changes.apply(after, change)
    return after


def picture(size: int, colour: str, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(stream, kind)
    return stream.getvalue()


def icon(entries: Entries, path: str) -> tuple[int, tuple[int, ...]]:
    """The size of an icon, and the colour in its middle."""
    content = entries[path].content
    assert content is not None
    with Image.open(io.BytesIO(content.read())) as image:
        colour = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
        assert isinstance(colour, tuple)
        return image.width, colour


def test_sizes_by_dsm() -> None:
    entries = package({ICON: png(72), LARGE: png(128), "PACKAGE_ICON_120.PNG": png(120, 100)})
    assert [problem.path for problem in found("G003", entries, "7.2")] == [ICON, LARGE, "PACKAGE_ICON_120.PNG"]
    assert [problem.path for problem in found("G003", entries, "6.2")] == [LARGE, "PACKAGE_ICON_120.PNG"]
    assert [problem.path for problem in found("G003", entries, "6.0", "7.2")] == [LARGE, "PACKAGE_ICON_120.PNG"]
    assert "72 × 72" in found("G003", entries, "7.2")[0].message


def test_icons_in_info_are_icons() -> None:
    assert not found("G001", package({}, b'package_icon="abc"\n'))
    assert [problem.fixable for problem in found("G001", package({}))] == [False]
    assert not found("G002", package({}), "5.2")


def test_an_icon_in_other_letters_is_not_missing_as_well() -> None:
    assert not found("G001", package({"PACKAGE_ICON.png": png(64)}))


def test_an_icon_that_is_a_hard_link() -> None:
    entries = package({LARGE: png(256)}) | {ICON: Entry(Kind.HARDLINK, target=LARGE)}
    assert not found("G004", entries)
    assert [problem.path for problem in found("G003", entries)] == [ICON]
    assert icon(mended("G003", entries), ICON)[0] == 64


def test_a_missing_icon_is_made_of_the_package_icon_that_is_large_enough() -> None:
    files = {LARGE: picture(256, "red"), "package/ui/images/a_256.png": picture(512, "blue")}
    after = mended("G001", package(files, b'dsmuidir="ui"\n'))
    assert icon(after, ICON) == (64, (255, 0, 0))


def test_else_of_the_largest_picture_of_the_desktop() -> None:
    files = {ICON: picture(64, "red"), "package/ui/images/a_256.png": picture(256, "blue")}
    files |= {"package/ui/images/a_72.png": picture(72, "lime"), "package/other.png": picture(999, "lime")}
    assert icon(mended("G002", package(files, b'dsmuidir="ui"\n')), LARGE) == (256, (0, 0, 255))
    assert icon(mended("G002", package({ICON: picture(64, "red")})), LARGE) == (256, (255, 0, 0))


def test_an_icon_that_is_too_large_is_scaled_itself() -> None:
    files = {ICON: picture(300, "lime"), LARGE: picture(256, "red")}
    assert icon(mended("G003", package(files)), ICON) == (64, (0, 255, 0))


def test_an_icon_that_is_too_small_is_made_of_a_larger_one() -> None:
    files = {ICON: picture(16, "lime"), LARGE: picture(256, "red")}
    assert icon(mended("G003", package(files)), ICON) == (64, (255, 0, 0))
    assert icon(mended("G003", package({ICON: picture(16, "lime")})), ICON) == (64, (0, 255, 0))


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP", "WEBP"])
def test_other_pictures_become_png(kind: str) -> None:
    entries = package({LARGE: picture(300, "red", kind)})
    (problem,) = found("G004", entries)
    assert problem.fixable
    content = mended("G004", entries)[LARGE].content
    assert content is not None
    assert (describe(content.read()).format, describe(content.read()).width) == ("PNG", 256)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"text"])
def test_what_is_no_picture(data: bytes) -> None:
    (problem,) = found("G004", package({ICON: data}))
    assert mended("G004", package({ICON: data}))[ICON] == file_entry(data)
    assert not problem.fixable
    assert not found("G003", package({ICON: data}))


def test_a_broken_icon_is_made_of_a_whole_one() -> None:
    entries = package({ICON: b"text", LARGE: picture(256, "red")})
    assert icon(mended("G004", entries), ICON) == (64, (255, 0, 0))


def test_license() -> None:
    (problem,) = found("G005", package({"LICENSE": "One\nTwo ü\n".encode("cp1252")}))
    assert (problem.line, problem.column, problem.fixable) == (2, 5, True)
    large = package({"LICENSE": b"x" * (1 << 20)})
    assert [problem.fixable for problem in found("G005", large)] == [False]
    assert mended("G005", large) == large
    assert not found("G005", package({"LICENSE": b"x" * ((1 << 20) - 1)}))
    assert not found("G005", {**package({}), "LICENSE": Entry(Kind.DIRECTORY)})


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_license_in_an_encoding_of_windows(encoding: str) -> None:
    text = "Für “alle”, € 0\r\n"
    assert mended("G005", package({"LICENSE": text.encode(encoding)}))["LICENSE"] == file_entry(text.encode())


def test_license_in_an_unknown_encoding() -> None:
    entries = package({"LICENSE": b"\x81\x8d"})
    assert [problem.fixable for problem in found("G005", entries)] == [False]
    assert mended("G005", entries) == entries


# ------------------------------------------------------------------------------------------------ compiled files


def test_machines() -> None:
    assert [machine_of(elf(number)) for number in (3, 20, 40, 62, 183, 9999)] == [
        "i386",
        "ppc",
        "arm",
        "x86_64",
        "aarch64",
        "",
    ]
    big_endian = bytearray(elf(0))
    big_endian[5], big_endian[18:20] = 2, b"\0\x14"
    assert machine_of(bytes(big_endian)) == "ppc"
    assert machine_of(b"\x7fELF") == machine_of(b"#!/bin/sh\n" + bytes(20)) == ""


@pytest.mark.parametrize(
    ("arch", "machine", "fits"),
    [
        ("x86_64", 62, True),
        ("bromolow apollolake", 3, True),
        ("apollolake", 183, False),
        ("rtd1296", 40, True),
        ("armv7", 183, False),
        ("88f6282", 40, True),
        ("88f6281 x86_64", 62, True),
        ("evansport", 62, False),
        ("nobody_knows", 62, True),
        ("hawkeye", 62, True),
    ],
)
def test_machines_of_platforms(arch: str, machine: int, fits: bool) -> None:
    entries = package({"package/bin/x": elf(machine)}, f'arch="{arch}"\n'.encode())
    assert bool(found("I037", entries)) != fits


def test_only_what_may_be_compiled_is_looked_at() -> None:
    names = ["a.py", "b.so", "c.so.1.2", "python3.11", "d.png", "e"]
    entries = package({f"package/lib/{name}": elf(183) for name in names}, b'arch="x86_64"\n')
    (problem,) = found("I037", entries)
    assert (problem.argument("count"), problem.path) == (4, "package/lib/b.so")


def test_noarch() -> None:
    one = package({"package/bin/x": elf(62)}, b'arch="noarch"\n')
    both = package({"package/x86/x": elf(62), "package/arm/x": elf(183)}, b'arch="noarch"\n')
    assert [(problem.path, problem.line, problem.field) for problem in found("I036", one)] == [("INFO", 4, "arch")]
    assert not found("I036", both)
    assert not found("I037", one)
    assert len(found("I036", package({}, b'arch="noarch alpine"\n'))) == 1
