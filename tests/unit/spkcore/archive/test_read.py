"""Reading forward: all flavours, in constant memory, with damage noticed."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.archive.read import inspect
from spkcore.archive.streams import Decompressed
from spkcore.archive.tarstream import Member, TarDamageError, clean_path, tar_members
from spkcore.base.errors import Cancelled, UnreadableError
from spkcore.base.tasks import TaskContext, quiet
from tests.unit.spkcore.archive.helpers import Item, info, listing, payload_spk, spk_bytes, tar_bytes, written

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


@pytest.mark.parametrize("compression", ["gzip", "xz", "none"])
def test_inspect(compression: str, tmp_path: Path) -> None:
    path = written(
        tmp_path / "x.spk",
        payload_spk([("bin/a", b"12345"), info("l", kind=tarfile.SYMTYPE, target="bin/a")], compression),
    )
    seen: list[Member] = []
    inspection = inspect(path, quiet(), seen.append)
    assert inspection.info["package"] == "Demo"
    assert [member.name for member in inspection.members] == ["INFO", "package.tgz"]
    assert inspection.payload is not None
    assert (inspection.payload.compression, inspection.payload.entries, inspection.payload.bytes) == (compression, 2, 5)
    assert [(member.name, member.kind, member.target) for member in seen] == [
        ("bin/a", "file", ""),
        ("l", "symlink", "bin/a"),
    ]


def test_inspect_reads_info_behind_the_payload(tmp_path: Path) -> None:
    data = tar_bytes([("package.tgz", gzip.compress(tar_bytes([("a", b"1")]))), ("INFO", b'package="Late"\n')])
    inspection = inspect(written(tmp_path / "x.spk", data), quiet())
    assert inspection.info == {"package": "Late"}


@pytest.mark.parametrize("compression", ["none", "gzip"])
@pytest.mark.parametrize(("size", "said"), [(2048, "mark at its very end"), (2560, "but the mark"), (3072, "")])
def test_a_missing_end_mark_is_a_warning(compression: str, size: int, said: str, tmp_path: Path) -> None:
    data = spk_bytes()[:size]
    result = inspect(written(tmp_path / "x", gzip.compress(data) if compression == "gzip" else data), quiet())
    assert [member.path for member in result.members] == ["INFO", "package.tgz"]
    assert result.payload is not None
    assert len(result.warnings) == bool(said)
    assert all(said in warning for warning in result.warnings)
    # The checksum of compressed data proves that nothing followed.
    doubts = any("compare its size" in warning for warning in result.warnings)
    assert doubts == (size == 2048 and compression == "none")


def test_inspect_says_what_is_no_package(tmp_path: Path) -> None:
    inspection = inspect(written(tmp_path / "x.spk", b"PK\x03\x04"), quiet())
    assert (inspection.identity.kind, inspection.members, inspection.payload) == ("zip", (), None)


@pytest.mark.parametrize("tar_format", FORMATS)
def test_headers_are_read_as_the_standard_library_reads_them(tar_format: str) -> None:
    deep = "d" * 90 + "/" + "f" * 60
    odd = info("odd", mode=0o100777)
    odd.uid, odd.uname = 1_000_000, "jürgen"
    items: list[Item] = [("a", b"x" * 513), (deep, b"y"), info("dir/", kind=tarfile.DIRTYPE), odd, ("ü/ß", b"")]
    data = tar_bytes(items, FORMATS[tar_format])
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        theirs = [(i.name, i.mode, i.uid, i.gid, i.uname, i.gname, i.size, i.mtime) for i in tar]
    ours = []
    for member, _ in listing(data):
        a = member.attributes
        ours.append((member.name.rstrip("/"), a.mode, a.uid, a.gid, a.uname, a.gname, member.size, a.mtime))
    assert ours == theirs
    assert listing(data)[0][1] == b"x" * 513


def test_binary_numbers_and_long_names() -> None:
    odd = info("n" * 300, kind=tarfile.SYMTYPE, target="t" * 300)
    odd.uid, odd.mtime = 5_000_000, -5
    member = listing(tar_bytes([odd]))[0][0]
    assert (member.name, member.target) == ("n" * 300, "t" * 300)
    assert (member.attributes.uid, member.attributes.mtime) == (5_000_000, -5)


def test_pax_records_that_no_other_header_can_carry_are_kept() -> None:
    fine = info("a")
    fine.mtime = 1_500_000_000.25
    fine.pax_headers = {"SCHILY.xattr.user.x": "1"}
    member = listing(tar_bytes([fine], tarfile.PAX_FORMAT))[0][0]
    assert member.attributes.mtime == 1_500_000_000
    assert member.attributes.pax == (("SCHILY.xattr.user.x", "1"), ("mtime", "1500000000.25"))


def test_common_pax_records_belong_to_no_entry() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "hash"}) as tar:
        tar.addfile(info("a"))
    member = listing(buffer.getvalue())[0][0]
    assert (member.name, member.attributes.pax) == ("a", ())


def test_devices_are_told_apart() -> None:
    kinds = [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z"]
    members = [member for member, _ in listing(tar_bytes([info("x", kind=kind) for kind in kinds]))]
    assert [member.kind for member in members] == ["character device", "block device", "pipe", "unknown"]
    assert {member.entry_kind for member in members} == {None}


@pytest.mark.parametrize("size", [0, 100, 512, 700, 1024, 1500])
def test_a_tar_without_its_end_is_an_error(size: int) -> None:
    data = tar_bytes([("a", b"x" * 300), ("b", b"y" * 300)])
    with pytest.raises(TarDamageError) as caught:
        listing(data[:size])
    assert caught.value.is_cut_off


@pytest.mark.parametrize(
    "record", [b"7 size=x\n", b"12 size=-512\n", b"999 a=b\n", b"x a=b\n", b"17 mtime=infinity\n", b"9 mtime\n\n"]
)
def test_hostile_pax_records_are_damage(record: bytes) -> None:
    header = info("x", kind=b"x", size=len(record)).tobuf()
    data = header + record.ljust(512, b"\0") + tar_bytes([("a", b"1")])
    with pytest.raises(TarDamageError):
        listing(data)


def test_monstrous_extension_is_damage_not_memory() -> None:
    header = info("x", kind=b"L", size=7 << 30).tobuf()
    with pytest.raises(TarDamageError, match="impossibly long"):
        listing(header + bytes(4096))


def test_negative_size_is_damage() -> None:
    header = bytearray(info("x").tobuf())
    header[124:136] = b"\xff" * 12
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(TarDamageError, match="negative"):
        listing(bytes(header) + bytes(1024))


@given(st.binary(max_size=2000))
def test_garbage_never_does_worse_than_damage(data: bytes) -> None:
    try:
        listing(data)
    except TarDamageError:
        return
    assert not any(data[:512])


@given(st.integers(0, 4095), st.integers(0, 255))
def test_a_changed_byte_never_does_worse_than_damage(place: int, value: int) -> None:
    data = bytearray(tar_bytes([("a", b"1"), info("l", kind=tarfile.SYMTYPE, target="a"), ("n" * 120, b"2")]))
    data[place] = value
    with contextlib.suppress(TarDamageError):
        listing(bytes(data))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", "a"),
        ("./a", "a"),
        (".", ""),
        ("./", ""),
        ("a/", "a"),
        ("a//b/./c/", "a/b/c"),
        ("/a", "/a"),
        ("//a", "/a"),
        ("a/../b", "a/../b"),
    ],
)
def test_clean_path(name: str, path: str) -> None:
    assert clean_path(name) == path


def _unpacked(data: bytes, compression: str) -> Decompressed:
    return Decompressed(io.BytesIO(data), compression, "here")


def _all(stream: Decompressed) -> bytes:
    pieces = []
    while piece := stream.read(1000):
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize(("compression", "pack"), [("gzip", gzip.compress), ("xz", lzma.compress)])
@pytest.mark.parametrize("tail", [b"", bytes(700), b"garbage", b"\0\0x"])
def test_members_one_after_the_other_and_bytes_behind(compression: str, pack: object, tail: bytes) -> None:
    assert callable(pack)
    data = bytes(range(256)) * 5000
    stream = _unpacked(pack(data) + pack(b"second") + tail, compression)
    assert _all(stream) == data + b"second"
    assert stream.has_trailing_bytes is bool(tail.strip(b"\0"))


@pytest.mark.parametrize(("compression", "pack"), [("gzip", gzip.compress), ("xz", lzma.compress)])
def test_cut_or_damaged_compression_is_an_error(compression: str, pack: object) -> None:
    assert callable(pack)
    packed = pack(bytes(range(256)) * 50)
    with pytest.raises(UnreadableError, match="cut off"):
        _all(_unpacked(packed[:-9], compression))
    with pytest.raises(UnreadableError, match="damaged"):
        _all(_unpacked(packed[:-9] + b"\xff" * 9, compression))


def test_a_damaged_payload_is_noticed_though_its_tar_is_whole(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(tar_bytes([("a", b"1")])))
    packed[-5] ^= 1
    with pytest.raises(UnreadableError, match=r"package\.tgz"):
        inspect(written(tmp_path / "x.spk", spk_bytes(bytes(packed))), quiet())


def test_inspect_can_be_cancelled(tmp_path: Path) -> None:
    path = written(tmp_path / "x.spk", payload_spk([(f"f{n}", b"1" * 400) for n in range(3000)]))
    context = TaskContext()
    with pytest.raises(Cancelled):
        inspect(path, context, lambda _: context.cancel())


_MEASURE = """
import re, sys
from pathlib import Path
from spkcore.archive.read import inspect
from spkcore.base.tasks import quiet
inspection = inspect(Path(sys.argv[1]), quiet())
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
print(inspection.payload.entries, inspection.payload.bytes, peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
def test_memory_stays_constant(tmp_path: Path) -> None:
    """20,000 entries and 300 MB of payload in less memory than a tenth of it."""
    plain = tmp_path / "plain"
    with plain.open("wb") as file:
        file.write(info("big", size=300 << 20).tobuf())
        for _ in range(300):
            file.write(bytes(1 << 20))
        for number in range(20_000):
            file.write(info(f"folder/file{number}").tobuf())
        file.write(bytes(1024))
    with plain.open("rb") as source, gzip.open(tmp_path / "p.tgz", "wb", compresslevel=1) as packed:
        while piece := source.read(1 << 20):
            packed.write(piece)
    path = written(tmp_path / "x.spk", spk_bytes((tmp_path / "p.tgz").read_bytes()))
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True)
    entries, size, kilobytes = map(int, done.stdout.split())
    assert (entries, size) == (20_001, 300 << 20)
    assert kilobytes < 60_000


def test_a_mode_larger_than_its_field_is_cut_to_it() -> None:
    header = bytearray(info("odd").tobuf(tarfile.GNU_FORMAT))
    header[100:108] = b"\x80\0\0\x30\0\x006\0"
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 0x20)
    member = listing(bytes(header) + bytes(1024))[0][0]
    assert 0 <= member.mode <= 0o7777777


def test_damage_within_a_file_names_the_file_and_its_archive() -> None:
    stream = io.BytesIO(tar_bytes([("whole", b"1"), ("torn", bytes(3000))])[:2100])
    with pytest.raises(TarDamageError, match=r"some\.tar, byte 1024, torn"):
        [source.read(member.size) for member, source in tar_members(stream, "some.tar") if source]
