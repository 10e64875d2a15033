"""Every kind of file is told apart by its bytes and explained."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
from pathlib import Path

import pytest

from spkcore.archive.identify import ArchiveKind, identify
from spkcore.archive.synology import expected_size, is_unaltered
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import quiet
from tests.unit.spkcore.archive.helpers import INFO, info, spk_bytes, tar_bytes, written


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("INFO", "x")
    return buffer.getvalue()


def _synology(blocks: list[bytes], type_byte: int = 0x70) -> bytes:
    import hashlib

    records = b"".join(
        b"\x92\xce" + struct.pack(">I", len(block)) + b"\xc4\x20" + hashlib.blake2b(block, digest_size=32).digest()
        for block in blocks
    )
    header = b"\x92\xc4\x04keys" + bytes([0x90 | len(blocks)]) + records
    head = bytes([type_byte]) + b"\xad\xbe\xef" + struct.pack("<I", len(header))
    return head + header + bytes(64) + b"".join(blocks)


V7 = tar_bytes([("INFO", b"x")])
V7 = V7[:257] + bytes(8) + V7[265:]

CASES = {
    "plain": (spk_bytes(), ArchiveKind.SPK),
    "signed": (spk_bytes(more=[("syno_signature.asc", b"-----BEGIN")]), ArchiveKind.SIGNED),
    "dotted": (tar_bytes([("./INFO", b"x"), ("./package.tgz", b"")]), ArchiveKind.SPK),
    "gzip outside": (gzip.compress(spk_bytes()), ArchiveKind.COMPRESSED),
    "xz outside": (lzma.compress(spk_bytes()), ArchiveKind.COMPRESSED),
    "payload": (gzip.compress(tar_bytes([("bin/x", b"1")])), ArchiveKind.PAYLOAD),
    "xz payload": (lzma.compress(tar_bytes([("bin/x", b"1")])), ArchiveKind.PAYLOAD),
    "tar without INFO": (tar_bytes([("folder/INFO", b"1")]), ArchiveKind.TAR),
    "zip": (_zip(), ArchiveKind.ZIP),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(50), ArchiveKind.RAR),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), ArchiveKind.SEVEN_ZIP),
    "bzip2": (bz2.compress(spk_bytes()), ArchiveKind.BZIP2),
    "page": (b"\r\n<!DOCTYPE html><html>404</html>", ArchiveKind.WEB_PAGE),
    "message": (b"Not found", ArchiveKind.WEB_PAGE),
    "empty": (b"", ArchiveKind.EMPTY),
    "zeros": (bytes(4096), ArchiveKind.TRUNCATED),
    "noise": (bytes(range(256)) * 8, ArchiveKind.UNKNOWN),
    "synology 70": (_synology([b"abc", b"defg"]), ArchiveKind.SYNOLOGY),
    "synology 68": (_synology([b"abc"], 0x68), ArchiveKind.SYNOLOGY),
    "cut gzip": (gzip.compress(b"x" * 1000)[:-20], ArchiveKind.TRUNCATED),
    "damaged gzip": (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 600, ArchiveKind.DAMAGED),
}


@pytest.mark.parametrize("name", CASES)
def test_kind(name: str, tmp_path: Path) -> None:
    data, kind = CASES[name]
    identity = identify(written(tmp_path / "x.spk", data))
    assert identity.kind is kind
    assert identity.explanation.endswith(".")
    assert identity.advice.endswith(".")
    assert identity.readable is (kind in {ArchiveKind.SPK, ArchiveKind.SIGNED, ArchiveKind.COMPRESSED})


def test_folder(tmp_path: Path) -> None:
    assert identify(tmp_path).kind is ArchiveKind.FOLDER


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        identify(tmp_path / "gone.spk")


@pytest.mark.parametrize("cut", [100, 513, 1024, 1100, 1700, 2047])
def test_every_cut_of_a_tar_is_noticed(cut: int, tmp_path: Path) -> None:
    kind = ArchiveKind.UNKNOWN if cut == 100 else ArchiveKind.TRUNCATED
    assert identify(written(tmp_path / "x", spk_bytes()[:cut])).kind is kind


_MEMBERS = 2048
"""Bytes of INFO and package.tgz with their headers."""


@pytest.mark.parametrize(
    ("size", "is_complete", "said"),
    [
        (_MEMBERS, None, "the mark at its very end is missing"),
        (_MEMBERS + 100, True, "but the mark at its very end"),
        (_MEMBERS + 512, True, "but the mark at its very end"),
        (_MEMBERS + 1023, True, "but the mark at its very end"),
        (_MEMBERS + 1024, True, ""),
        (_MEMBERS + 1500, True, ""),
    ],
)
def test_a_package_whose_end_mark_is_missing_is_one_but_that_is_said(
    size: int, is_complete: bool | None, said: str, tmp_path: Path
) -> None:
    data = spk_bytes()
    assert data[_MEMBERS : _MEMBERS + 1024] == bytes(1024)
    identity = identify(written(tmp_path / "x", data[:size]))
    assert (identity.kind, identity.is_complete) == (ArchiveKind.SPK, is_complete)
    assert said in identity.explanation
    assert ("mark" in identity.explanation) == bool(said)


def test_without_an_end_mark_and_a_payload_it_is_cut_off(tmp_path: Path) -> None:
    data = tar_bytes([("INFO", INFO), ("LICENSE", b"free")])
    assert identify(written(tmp_path / "x", data[:2048])).kind is ArchiveKind.TRUNCATED


def test_cut_within_a_large_member_is_noticed_though_it_is_skipped(tmp_path: Path) -> None:
    whole = tar_bytes([("INFO", b"x"), ("package.tgz", bytes(3 << 20))])
    for size in (1 << 20, (3 << 20) + 1024, len(whole) - 10240):
        assert identify(written(tmp_path / "x", whole[:size])).kind is ArchiveKind.TRUNCATED
    assert identify(written(tmp_path / "x", whole)).is_complete


def test_wrong_header_checksum_is_damage(tmp_path: Path) -> None:
    whole = bytearray(spk_bytes())
    whole[1024 + 100] ^= 1
    identity = identify(written(tmp_path / "x", bytes(whole)))
    assert identity.kind is ArchiveKind.DAMAGED
    assert "INFO" in identity.explanation


def test_a_text_is_no_damaged_archive(tmp_path: Path) -> None:
    assert identify(written(tmp_path / "x", b"a" * 5000)).kind is ArchiveKind.WEB_PAGE


def test_version_7_has_no_magic(tmp_path: Path) -> None:
    data = bytearray(V7)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    assert identify(written(tmp_path / "x", bytes(data))).kind is ArchiveKind.SPK


def test_synology_archive_is_proven_complete(tmp_path: Path) -> None:
    whole = _synology([b"abc" * 100, b"defg"])
    path = written(tmp_path / "x", whole)
    assert identify(path).is_complete is True
    assert is_unaltered(path, quiet()) is True
    with path.open("rb") as stream:
        assert expected_size(stream) == len(whole)


def test_incomplete_or_altered_synology_archive(tmp_path: Path) -> None:
    whole = _synology([b"abc" * 100, b"defg"])
    identity = identify(written(tmp_path / "cut", whole[:-1]))
    assert identity.is_complete is False
    assert "not whole" in identity.explanation
    assert is_unaltered(written(tmp_path / "altered", whole[:-1] + b"!"), quiet()) is False


@pytest.mark.parametrize("header", [b"", b"\xc1", b"\x91\xdd\xff\xff\xff\xff", b"\x91" * 100, b"\xc4\xff"])
def test_synology_archive_with_a_strange_header(header: bytes, tmp_path: Path) -> None:
    data = b"\x70\xad\xbe\xef" + struct.pack("<I", len(header)) + header + bytes(100)
    identity = identify(written(tmp_path / "x", data))
    assert (identity.kind, identity.is_complete) == (ArchiveKind.SYNOLOGY, None)


def test_info_behind_the_payload_is_found_in_a_compressed_package(tmp_path: Path) -> None:
    data = gzip.compress(tar_bytes([("package.tgz", bytes(1 << 20)), info("scripts", mode=0o755), ("INFO", b"x")]))
    assert identify(written(tmp_path / "x", data)).kind is ArchiveKind.COMPRESSED


def test_a_small_file_that_unpacks_to_a_mountain_is_not_unpacked_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spkcore.archive.identify._LOOK_AHEAD", 1 << 20)
    data = gzip.compress(tar_bytes([("mountain", bytes(3 << 20)), ("INFO", b"far behind")]))
    assert identify(written(tmp_path / "x.spk", data)).kind is ArchiveKind.PAYLOAD
