"""Names, proofs and verdicts of package files, without a NAS."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tarfile
from pathlib import Path

import pytest

from spkcore.archive.identify import ArchiveKind
from spkcore.archive.tarstream import EndMark
from spkcore.base import files
from spkcore.base.files import free_path, is_windows_safe
from spkcore.base.tasks import quiet
from spkcore.nas.harvest import verify_package
from spkcore.nas.naming import Naming, is_package_file, name_from_path
from spkcore.nas.wholeness import is_whole


def make_spk(checksum: str = "", info: bool = True) -> bytes:
    payload = gzip.compress(make_tar({"bin/tool": random.Random(1).randbytes(20_000)}), mtime=0)
    checksum = checksum or hashlib.md5(payload, usedforsecurity=False).hexdigest()
    text = f'package="Tool"\nversion="1.0-2"\narch="noarch"\nchecksum="{checksum}"\n'
    return make_tar({**({"INFO": text.encode()} if info else {}), "package.tgz": payload})


def make_tar(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def end_of_members(data: bytes) -> int:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.getmembers()
        return archive.offset


SPK = make_spk()
SPK_MEMBERS = end_of_members(SPK)
ZEROS = make_tar({"INFO": b"package=Zeros", "package.tgz": bytes(50_000), "conf/privilege": b"{}"})


@pytest.mark.parametrize(
    ("naming", "name"),
    [
        (Naming("Tool", "1.0-2", "noarch"), "Tool-1.0-2-noarch.spk"),
        (Naming("Tool", "1.0-2", "x86_64 armv7"), "Tool-1.0-2-x86_64_armv7.spk"),
        (Naming("Tool", "1", "a b c d e"), "Tool-1-a_and_4_more.spk"),
        (Naming("Tool"), "Tool.spk"),
        (Naming(), "package.spk"),
        (Naming("../../x", "1"), "..%2F..%2Fx-1.spk"),
        (Naming("x" * 300, "1", "noarch"), f"{'x' * 166}.spk"),
    ],
)
def test_a_package_is_named_after_its_info(naming: Naming, name: str) -> None:
    assert naming.file_name == name


@pytest.mark.parametrize("package", ["a:b", "con", "a/../b", "x*?", "ü n"])
def test_names_fit_on_windows(package: str) -> None:
    assert is_windows_safe(Naming(package, "", "").file_name)


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("synopkg/download.x/@SYNOPKG_DOWNLOAD_My Tool", "My Tool"),
        ("@synopkg/@download/Tool/@SYNOPKG_DOWNLOAD_Tool.~2~", "Tool"),
        ("upload_tmp.123", ""),
        ("upload_tmp.123.~1~", ""),
    ],
)
def test_package_files_are_known_by_their_names(path: str, package: str) -> None:
    assert is_package_file(path)
    assert name_from_path(path).package == package


@pytest.mark.parametrize("path", ["pkginstall/INFO", "x/upload", "synopkg/download.x/other"])
def test_other_files_are_none(path: str) -> None:
    assert not is_package_file(path)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    assert free_path(tmp_path, "Tool-1.0.spk").name == "Tool-1.0.spk"
    (tmp_path / "Tool-1.0.spk").touch()
    if files.POSIX:
        (tmp_path / "Tool-1.0 (2).spk").symlink_to("nowhere")
    else:
        (tmp_path / "tool-1.0 (2).SPK").touch()
    assert free_path(tmp_path, "Tool-1.0.spk").name == "Tool-1.0 (3).spk"
    (tmp_path / "folder").mkdir()
    assert free_path(tmp_path, "folder").name == "folder (2)"
    (tmp_path / "Tool-1.0 unpacked").mkdir()
    assert free_path(tmp_path, "Tool-1.0 unpacked").name == "Tool-1.0 unpacked (2)"


def verdict(tmp_path: Path, data: bytes) -> tuple[bool, str, str]:
    path = tmp_path / "file"
    path.write_bytes(data)
    result = verify_package(path, quiet())
    return result.is_whole, result.naming.package, result.warning


def test_a_good_package_is_whole_and_tells_its_name(tmp_path: Path) -> None:
    assert verdict(tmp_path, SPK) == (True, "Tool", "")
    assert verdict(tmp_path, gzip.compress(SPK)) == (True, "Tool", "")


def test_a_wrong_checksum_is_found(tmp_path: Path) -> None:
    whole, package, warning = verdict(tmp_path, make_spk(checksum="0" * 32))
    assert (whole, package) == (False, "Tool")
    assert "checksum" in warning


@pytest.mark.parametrize("length", [100, 600, 2000, len(SPK) // 2])
def test_a_package_that_is_cut_off_is_not_whole(tmp_path: Path, length: int) -> None:
    assert not verdict(tmp_path, SPK[:length])[0]
    assert not verdict(tmp_path, gzip.compress(SPK)[:length])[0]


@pytest.mark.parametrize(
    ("size", "end"),
    [
        (SPK_MEMBERS, EndMark.MISSING),
        (SPK_MEMBERS + 100, EndMark.SHORT),
        (SPK_MEMBERS + 512, EndMark.SHORT),
        (SPK_MEMBERS + 1024, EndMark.WHOLE),
    ],
)
def test_a_package_without_an_end_mark_is_whole_but_that_is_noted(tmp_path: Path, size: int, end: EndMark) -> None:
    path = tmp_path / "file"
    path.write_bytes(SPK[:size])
    result = verify_package(path, quiet())
    assert (result.is_whole, result.warning, result.naming.package) == (True, "", "Tool")
    assert result.end is end


@pytest.mark.parametrize("missing", [1, 100, 512])
def test_a_package_that_is_cut_off_within_its_last_file_is_not_whole(tmp_path: Path, missing: int) -> None:
    assert not verdict(tmp_path, SPK[: SPK_MEMBERS - missing])[0]


def test_other_files_are_not_whole_packages(tmp_path: Path) -> None:
    assert not verdict(tmp_path, b"<html>404</html>")[0]
    assert not verdict(tmp_path, make_spk(info=False))[0]


def test_a_synology_archive_is_whole_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(synology(b"secret" * 100))
    result = verify_package(path, quiet())
    assert (result.identity.kind, result.is_whole) == (ArchiveKind.SYNOLOGY, True)
    path.write_bytes(synology(b"secret" * 100)[:-1])
    assert not verify_package(path, quiet()).is_whole


def synology(data: bytes) -> bytes:
    header = (
        b"\x91\x91\x92\xcd"
        + len(data).to_bytes(2, "big")
        + b"\xc4\x20"
        + hashlib.blake2b(data, digest_size=32).digest()
    )
    return b"\x68\xad\xbe\xef" + len(header).to_bytes(4, "little") + header + bytes(64) + data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SPK, (True, False)),
        (SPK[: len(SPK) // 2 // 512 * 512], (False, False)),
        (SPK[:1000], (False, False)),
        (ZEROS[: len(ZEROS) // 2 // 512 * 512], (False, False)),
        (ZEROS, (True, False)),
        (SPK[: SPK_MEMBERS - 1], (False, False)),
        (SPK[: SPK_MEMBERS - 512], (False, False)),
        (SPK[:SPK_MEMBERS], (None, False)),
        (SPK[: SPK_MEMBERS + 700], (None, False)),
        (SPK[: SPK_MEMBERS + 1024], (True, False)),
        (gzip.compress(SPK), (None, False)),
        (synology(b"x" * 99), (True, True)),
        (synology(b"x" * 99)[:-1], (False, True)),
        (b"\x68\xad\xbe\xef\xff\xff\xff\xffcut", (None, True)),
    ],
)
def test_first_and_last_bytes_tell_whether_a_container_is_whole(
    data: bytes, expected: tuple[bool | None, bool]
) -> None:
    assert is_whole(data[:4096], data[-1024:], len(data)) == expected
