"""Packages packed by independent programs: read, unpacked, built again, and compared by GNU tar."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.archive.extract import extract_package
from spkcore.archive.identify import ArchiveKind, identify
from spkcore.archive.read import inspect
from spkcore.base.tasks import quiet
from spkcore.package.project import open_package

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="drives Linux programs"),
]

INFO = b'package="Foreign"\nversion="1.0-1"\nos_min_ver="6.0-1"\n'

PACKERS = {
    "gnu tar ustar": "tar --format=ustar -cf {out} {what}",
    "gnu tar gnu": "tar --format=gnu -cf {out} {what}",
    "gnu tar oldgnu": "tar --format=oldgnu -cf {out} {what}",
    "gnu tar pax": "tar --format=pax -cf {out} {what}",
    "gnu tar v7": "tar --format=v7 -cf {out} {what}",
    "gnu tar sparse": "tar -S --format=pax -cf {out} {what}",
    "gnu tar owner": "tar --owner=joe:3000000 --group=users:100 --mtime=@1234567890 -cf {out} {what}",
    "busybox": "busybox tar -cf {out} {what}",
    "bsdtar": "bsdtar -cf {out} {what}",
    "bsdtar pax": "bsdtar --format=pax -cf {out} {what}",
    "7-Zip": "7z a -ttar -bso0 -snl {out} {what}",
    "python pax": "python3 -m tarfile -c {out} {what}",
}

SHELL_PACKERS = ("gzip -6", "gzip -9", "xz -6", "xz -T2 --block-size=100000", "pigz", "busybox gzip", "cat")


def run(command: str, folder: Path) -> bytes:
    """What the command prints; it must succeed."""
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A payload with what the field has: modes, links, spaces, umlauts, holes, empty folders."""
    root = tmp_path_factory.mktemp("tree")
    for name, data in {
        "bin/tool": b"\x7fELF" + bytes(range(256)) * 50,
        "bin/start.sh": b"#!/bin/sh\n",
        "share/a file.txt": b"hello\n",
        "share/grün.txt": b"gr\xc3\xbcn",
        "share/empty": b"",
    }.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    (root / "bin/start.sh").chmod(0o755)
    (root / "bin/tool").chmod(0o4711)
    (root / "hollow").mkdir()
    (root / "bin/alias").symlink_to("tool")
    (root / "share/abroad").symlink_to("/usr/share")
    os.link(root / "bin/tool", root / "bin/twin")
    with (root / "share/holes").open("wb") as file:
        file.truncate(300_000)
        file.seek(200_000)
        file.write(b"end")
    return root


@pytest.fixture(scope="module")
def deep_tree(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with names and targets beyond every limit of ustar."""
    root = tmp_path_factory.mktemp("deep") / "tree"
    shutil.copytree(tree, root, symlinks=True)
    folder = root / ("d" * 120)
    folder.mkdir()
    (folder / ("f" * 180)).write_bytes(b"deep")
    (root / "far").symlink_to("t" * 150)
    return root


def _listing(tar: Path) -> list[str]:
    """Every member as the standard library sees it, with its bytes."""
    lines = []
    with tarfile.open(tar) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            data = file.read() if file is not None else b""
            kind = b"0" if member.isreg() else member.type
            owner = (member.uid, member.gid, member.uname, member.gname)
            times = (int(member.mtime), member.pax_headers.get("mtime"))
            record = (member.name, kind, member.mode, owner, times, member.linkname, len(data), hash(data))
            lines.append(repr(record))
    return lines


def _spk(folder: Path, payload: Path, outer: str = "tar --format=ustar -cf {out} {what}") -> Path:
    stage = folder / "stage"
    (stage / "scripts").mkdir(parents=True)
    (stage / "INFO").write_bytes(INFO)
    (stage / "scripts" / "postinst").write_bytes(b"#!/bin/sh\n")
    shutil.copyfile(payload, stage / "package.tgz")
    run(outer.format(out=folder / "in.spk", what="INFO package.tgz scripts"), stage)
    return folder / "in.spk"


def _round_trip(spk: Path, folder: Path) -> Path:
    """package.tgz after unpacking and building without a change."""
    extracted = extract_package(spk, folder / "package-folder", quiet())
    package = open_package(extracted.folder, quiet())
    built = build_package(package, folder / "out.spk", BuildOptions(), quiet())
    again = open_package(extract_package(built.path, folder / "again", quiet()).folder, quiet())
    assert set(again.entries) == set(package.entries)
    out = folder / "out.tgz"
    out.write_bytes(run(f"tar -xOf '{built.path}' package.tgz", folder))
    assert inspect(built.path, quiet()).info["checksum"] == run(f"md5sum < '{out}'", folder).split()[0].decode()
    return out


@pytest.mark.parametrize("what", [".", "bin hollow share"])
@pytest.mark.parametrize("packer", PACKERS)
def test_round_trip_of_every_flavour(packer: str, what: str, tree: Path, tmp_path: Path) -> None:
    payload = tmp_path / "payload.tar"
    run(PACKERS[packer].format(out=payload, what=what), tree)
    assert _listing(_round_trip(_spk(tmp_path, payload), tmp_path)) == _listing(payload)


@pytest.mark.parametrize(
    "packer", ["gnu tar gnu", "gnu tar oldgnu", "gnu tar pax", "busybox", "bsdtar pax", "7-Zip", "python pax"]
)
def test_round_trip_of_names_beyond_ustar(packer: str, deep_tree: Path, tmp_path: Path) -> None:
    payload = tmp_path / "payload.tar"
    run(PACKERS[packer].format(out=payload, what="."), deep_tree)
    assert _listing(_round_trip(_spk(tmp_path, payload), tmp_path)) == _listing(payload)


@pytest.mark.parametrize("shell_packer", SHELL_PACKERS)
def test_every_compression(shell_packer: str, tree: Path, tmp_path: Path) -> None:
    payload = tmp_path / "payload.tgz"
    run(f"tar -cf - . | {shell_packer} > '{payload}'", tree)
    kept = run(f"file -b '{payload}' || true", tmp_path)
    out = _round_trip(_spk(tmp_path, payload), tmp_path)
    assert _listing(out) == _listing(payload)
    assert run(f"file -b '{out}' || true", tmp_path)[:4] == kept[:4]


@pytest.mark.parametrize("packer", [name for name in PACKERS if name != "gnu tar sparse"])
def test_outer_archives_of_every_flavour(packer: str, tree: Path, tmp_path: Path) -> None:
    payload = tmp_path / "payload.tgz"
    run(f"tar -czf '{payload}' .", tree)
    spk = _spk(tmp_path, payload, PACKERS[packer])
    assert identify(spk).kind is ArchiveKind.SPK
    _round_trip(spk, tmp_path)


@pytest.mark.parametrize("command", ["gzip -9", "pigz", "xz"])
def test_packages_compressed_as_a_whole(command: str, tree: Path, tmp_path: Path) -> None:
    payload = tmp_path / "payload.tgz"
    run(f"tar -czf '{payload}' .", tree)
    spk = _spk(tmp_path, payload)
    run(f"{command} < in.spk > whole.spk", tmp_path)
    assert identify(tmp_path / "whole.spk").kind is ArchiveKind.COMPRESSED
    (tmp_path / "x").mkdir()
    _round_trip(tmp_path / "whole.spk", tmp_path / "x")
    assert inspect(spk, quiet()).payload == inspect(tmp_path / "whole.spk", quiet()).payload


def test_appended_archives_keep_the_last_version(tree: Path, tmp_path: Path) -> None:
    payload = tmp_path / "payload.tar"
    run(f"tar -cf '{payload}' share && tar -rf '{payload}' share", tree)
    extraction = extract_package(_spk(tmp_path, payload), tmp_path / "folder", quiet())
    assert any("a file.txt" in warning for warning in extraction.warnings)
