"""A folder whose package.tgz is still packed: unpacked in place, whole or not at all."""

from __future__ import annotations

import gzip
import lzma
import tarfile
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.archive.extract import extract_package, unpack_payload
from spkcore.base.errors import Cancelled, UnreadableError, UsageError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package.attributes import read_attributes
from spkcore.package.entries import Kind
from spkcore.package.project import ClutterKind
from tests.unit.spkcore.archive.helpers import INFO, Item, info, opened, tar_bytes

ITEMS: list[Item] = [
    info("./", kind=tarfile.DIRTYPE, mode=0o755),
    info("./bin", kind=tarfile.DIRTYPE, mode=0o750),
    ("./bin/tool", b"#!/bin/sh\n"),
    info("./bin/link", kind=tarfile.SYMTYPE, target="tool", mode=0o777),
    info("./aux", kind=tarfile.DIRTYPE),
]


def _folder(tmp_path: Path, payload: bytes) -> Path:
    """What 7-Zip makes of an .spk when it unpacks only the outer archive."""
    folder = tmp_path / "Demo"
    (folder / "scripts").mkdir(parents=True)
    (folder / "INFO").write_bytes(INFO)
    (folder / "scripts" / "postinst").write_bytes(b"#!/bin/sh\nexit 0\n")
    (folder / "package.tgz").write_bytes(payload)
    return folder


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bytes], ids=["gzip", "xz", "plain"])
def test_the_payload_arrives_with_its_attributes_and_builds(tmp_path: Path, pack: type[bytes]) -> None:
    folder = _folder(tmp_path, pack(tar_bytes(ITEMS)))
    assert unpack_payload(folder, quiet()) == 5
    package = opened(folder)
    assert package.content("package/bin/tool") == b"#!/bin/sh\n"
    assert package.entries["package/bin/link"].kind is Kind.SYMLINK
    attributes = package.entries["package/bin"].attributes
    assert attributes is not None
    assert (attributes.mode, attributes.uid, attributes.uname) == (0o750, 7, "joe")
    assert package.entries["package/aux"].kind is Kind.DIRECTORY
    assert package.archive.payload_prefix == "./"
    assert package.archive.payload_root
    assert [(item.path, item.kind) for item in package.clutter] == [("package.tgz", ClutterKind.STALE_ARCHIVE)]
    built = build_package(package, tmp_path / "out.spk", BuildOptions(), quiet())
    again = extract_package(built.path, tmp_path / "again", quiet())
    assert opened(again.folder).content("package/bin/tool") == b"#!/bin/sh\n"


def test_what_attributes_json_knew_stays(tmp_path: Path) -> None:
    first = _folder(tmp_path, gzip.compress(tar_bytes(ITEMS)))
    spk = tmp_path / "x.spk"
    spk.write_bytes(tar_bytes([("INFO", INFO), ("scripts/postinst", b"#!/bin/sh\n")]))
    extraction = extract_package(spk, tmp_path / "out", quiet())
    (extraction.folder / "package").rmdir()
    (first / "package.tgz").rename(extraction.folder / "package.tgz")
    before = read_attributes(extraction.folder)
    unpack_payload(extraction.folder, quiet())
    after = read_attributes(extraction.folder)
    assert after.entries["scripts/postinst"] == before.entries["scripts/postinst"]
    assert after.facts.outer_order == before.facts.outer_order
    assert after.facts.source == "x.spk"
    assert after.facts.payload_compression == "gzip"


@pytest.mark.parametrize(
    "payload",
    [
        gzip.compress(tar_bytes(ITEMS))[:-20],
        b"no archive at all",
        gzip.compress(tar_bytes([("../../evil", b"x")])),
        gzip.compress(tar_bytes([("fine", b"x"), ("/etc/evil", b"x")])),
    ],
    ids=["cut off", "no archive", "leads out", "absolute"],
)
def test_a_bad_payload_is_refused_and_leaves_nothing(tmp_path: Path, payload: bytes) -> None:
    folder = _folder(tmp_path, payload)
    with pytest.raises(UnreadableError):
        unpack_payload(folder, quiet())
    assert sorted(path.name for path in folder.iterdir()) == ["INFO", "package.tgz", "scripts"]
    assert [path.name for path in tmp_path.iterdir()] == ["Demo"]


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    folder = _folder(tmp_path, gzip.compress(tar_bytes(ITEMS)))
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        unpack_payload(folder, context)
    assert sorted(path.name for path in folder.iterdir()) == ["INFO", "package.tgz", "scripts"]


def test_a_payload_that_is_there_is_not_touched(tmp_path: Path) -> None:
    folder = _folder(tmp_path, gzip.compress(tar_bytes(ITEMS)))
    (folder / "package").mkdir()
    (folder / "package" / "mine").write_bytes(b"mine")
    with pytest.raises(UsageError):
        unpack_payload(folder, quiet())
    assert (folder / "package" / "mine").read_bytes() == b"mine"


def test_a_folder_without_package_tgz_says_so(tmp_path: Path) -> None:
    folder = _folder(tmp_path, b"")
    (folder / "package.tgz").unlink()
    with pytest.raises(UnreadableError, match=r"package\.tgz"):
        unpack_payload(folder, quiet())
