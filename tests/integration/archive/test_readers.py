"""Independent programs read what we build: GNU tar, busybox, 7-Zip, pigz, Python, libarchive."""

from __future__ import annotations

import hashlib
import sys
import tarfile
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry
from spkcore.package.project import Package
from tests.integration.archive.test_foreign_archives import INFO, run

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="drives Linux programs"),
]

BIG = b"".join(hashlib.sha256(b"%d" % (number // 5)).digest() for number in range(150_000))
"""4.8 MB: several gzip members and xz blocks."""

WAYS = {"gzip": BuildOptions("gzip"), "fast": BuildOptions("gzip", fast=True), "xz": BuildOptions("xz", fast=True)}

FILES = {
    "bin/tool": b"\x7fELF" + bytes(100),
    "big.bin": BIG,
    "share/grün.txt": b"x",
    "d" * 80 + "/" + "e" * 90: b"prefix",
    "l" * 120 + "/" + "n" * 150: b"long",
    "owned": b"o",
}

READERS = {
    "GNU tar": "tar -xf '{spk}' && mkdir out && tar -xf package.tgz -C out",
    "busybox": "busybox tar -xf '{spk}' && mkdir out && busybox tar -x{letter}f package.tgz -C out",
    "busybox gunzip": "tar -xf '{spk}' && mkdir out && busybox {cat} < package.tgz | busybox tar -xf - -C out",
    "bsdtar": "bsdtar -xf '{spk}' && mkdir out && bsdtar -xf package.tgz -C out",
    "7-Zip": "7z x -bso0 '{spk}' && 7z x -so -tgzip package.tgz > p.tar && mkdir out && 7z x -snld -bso0 -oout p.tar",
    "pigz": "tar -xf '{spk}' && mkdir out && pigz -dc package.tgz | tar -xf - -C out",
    "xz": "tar -xf '{spk}' && mkdir out && xz -t --format=xz package.tgz && xz -dc package.tgz | tar -xf - -C out",
}

_ONLY = {"xz": {"xz"}, "pigz": {"gzip", "fast"}}


@pytest.fixture(scope="module", params=WAYS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A built package, and the way it was built."""
    entries = {"INFO": file_entry(INFO), "scripts/postinst": file_entry(b"#!/bin/sh\n")}
    entries |= {f"package/{name}": file_entry(data) for name, data in FILES.items()}
    owned = Attributes(0o640, 1_400_000_000, 3_000_000, 100, "joe", "users", (("SCHILY.xattr.user.a", "1"),))
    entries["package/owned"] = Entry(Kind.FILE, owned, BytesContent(b"o"))
    entries["package/alias"] = Entry(Kind.SYMLINK, target="bin/tool")
    entries["package/far"] = Entry(Kind.SYMLINK, target="t" * 140)
    entries["package/twin"] = Entry(Kind.HARDLINK, target="package/big.bin")
    folder = tmp_path_factory.mktemp("built")
    package = Package.from_entries(folder, entries)
    way: str = request.param
    return way, build_package(package, folder / "x.spk", WAYS[way], quiet()).path


@pytest.mark.parametrize("reader", READERS)
def test_program_reads_it(reader: str, built: tuple[str, Path], tmp_path: Path) -> None:
    way, spk = built
    if way not in _ONLY.get(reader, WAYS):
        return
    packing = "xz" if way == "xz" else "gzip"
    command = READERS[reader].replace("-tgzip", f"-t{packing}")
    cat = "unxz -c" if packing == "xz" else "gunzip -c"
    run(command.format(spk=spk, cat=cat, letter="J" if packing == "xz" else "z"), tmp_path)
    for name, data in FILES.items():
        assert (tmp_path / "out" / name).read_bytes() == data
    assert (tmp_path / "out/twin").read_bytes() == BIG
    assert str((tmp_path / "out/alias").readlink()) == "bin/tool"
    assert str((tmp_path / "out/far").readlink()) == "t" * 140
    assert (tmp_path / "INFO").read_bytes().startswith(INFO)


def test_python_reads_it(built: tuple[str, Path]) -> None:
    with tarfile.open(built[1], "r:") as outer:
        names = outer.getnames()
        with tarfile.open(fileobj=outer.extractfile("package.tgz")) as inner:
            for name, data in FILES.items():
                stream = inner.extractfile(name)
                assert stream is not None
                assert stream.read() == data
            assert inner.getmember("owned").uid == 3_000_000
            assert inner.getmember("owned").pax_headers["SCHILY.xattr.user.a"] == "1"
    assert names == ["INFO", "package.tgz", "scripts", "scripts/postinst"]


def test_libarchive_reads_it(built: tuple[str, Path], tmp_path: Path) -> None:
    libarchive = pytest.importorskip("libarchive")
    run(f"tar -xf '{built[1]}' package.tgz", tmp_path)
    sizes = {}
    with libarchive.file_reader(str(tmp_path / "package.tgz")) as archive:
        for entry in archive:
            sizes[entry.pathname] = sum(len(block) for block in entry.get_blocks())
    assert {name: sizes[name] for name in FILES} == {name: len(data) for name, data in FILES.items()}


def test_dsm_extracts_single_members_by_name(built: tuple[str, Path], tmp_path: Path) -> None:
    for program in ("tar", "busybox tar", "bsdtar"):
        run(f"rm -f INFO && {program} -xf '{built[1]}' INFO && test -s INFO", tmp_path)
