"""Makes small tar archives and packages with the standard library, independent of our own writer."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from collections.abc import Iterable
from pathlib import Path

from spkcore.archive.tarstream import Member, tar_members
from spkcore.base.tasks import quiet
from spkcore.package.entries import Entry
from spkcore.package.project import Package, open_package

INFO = b'package="Demo"\nversion="1.0-0001"\nos_min_ver="7.0-40000"\narch="noarch"\n'


def info(
    name: str, *, kind: bytes = tarfile.REGTYPE, target: str = "", mode: int = 0o644, size: int = 0
) -> tarfile.TarInfo:
    """A header with an owner and a time."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode, made.size = kind, target, mode, size
    made.mtime, made.uid, made.gid, made.uname, made.gname = 1_500_000_000, 7, 8, "joe", "users"
    return made


Item = tuple[str, bytes] | tarfile.TarInfo


def tar_bytes(items: Iterable[Item], tar_format: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar of files (name and bytes) and of whatever else the headers say."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format) as tar:
        for item in items:
            if isinstance(item, tarfile.TarInfo):
                tar.addfile(item)
            else:
                tar.addfile(info(item[0], size=len(item[1])), io.BytesIO(item[1]))
    return buffer.getvalue()


def spk_bytes(payload: bytes | None = None, more: Iterable[Item] = ()) -> bytes:
    """A package with INFO, this package.tgz (default: one file, gzip) and more members."""
    if payload is None:
        payload = gzip.compress(tar_bytes([("bin/tool", b"#!/bin/sh\n")]))
    return tar_bytes([("INFO", INFO), ("package.tgz", payload), *more])


def payload_spk(items: Iterable[Item], compression: str = "gzip") -> bytes:
    """A package with these payload entries."""
    packed = tar_bytes(items)
    if compression == "gzip":
        packed = gzip.compress(packed)
    elif compression == "xz":
        packed = lzma.compress(packed)
    return spk_bytes(packed)


def written(path: Path, data: bytes) -> Path:
    """The file `path` with these bytes."""
    path.write_bytes(data)
    return path


def listing(data: bytes) -> list[tuple[Member, bytes]]:
    """All members of a tar with their bytes, by our reader; how their headers are coded is left out."""
    return [
        (member._replace(has_pax=False), stream.read(member.size) if stream else b"")
        for member, stream in tar_members(io.BytesIO(data), "x")
    ]


def package_of(folder: Path, entries: dict[str, Entry]) -> Package:
    """A package of these entries that lives nowhere yet."""
    return Package.from_entries(folder, entries)


def opened(folder: Path) -> Package:
    """The package folder, opened."""
    return open_package(folder, quiet())
