"""Building: what is written, in which order, with which attributes; the same bytes every time; nothing half done."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.archive import build as build_module
from spkcore.archive import compress
from spkcore.archive.build import FIXED_MOMENT, BuildOptions, BuildResult, build_package, default_name
from spkcore.archive.compress import BlockWriter, Method, gzip_method, plain_method, xz_method
from spkcore.archive.extract import extract_package
from spkcore.archive.tarheaders import END_OF_ARCHIVE, padding, tar_header
from spkcore.archive.verify import Expected, Fingerprint, PayloadVerifier, verify_package
from spkcore.base.errors import Cancelled, SpkError, UnreadableError, UsageError, WriteError
from spkcore.base.tasks import Progress, TaskContext, quiet
from spkcore.package import changes
from spkcore.package.entries import Attributes, BytesContent, Entry, FileContent, Kind, file_entry
from spkcore.package.project import Package
from tests.unit.spkcore.archive.helpers import (
    INFO,
    Item,
    info,
    listing,
    opened,
    package_of,
    payload_spk,
    tar_bytes,
    written,
)


def _entries(**more: Entry) -> dict[str, Entry]:
    return {
        "INFO": file_entry(INFO),
        "package/bin/tool": file_entry(b"\x7fELF" + bytes(600)),
        "package/readme.txt": file_entry(b"hello"),
        "scripts/postinst": file_entry(b"echo\n"),
        **more,
    }


def _build(package: Package, folder: Path, options: BuildOptions | None = None) -> BuildResult:
    return build_package(package, folder / "out.spk", options or BuildOptions(), quiet())


def _tar(path: Path) -> tarfile.TarFile:
    return tarfile.open(path, "r:")


def _payload(path: Path) -> tarfile.TarFile:
    with _tar(path) as outer:
        stream = outer.extractfile("package.tgz")
        assert stream is not None
        return tarfile.open(fileobj=io.BytesIO(stream.read()))


def test_a_new_package(tmp_path: Path) -> None:
    more = {
        "LICENSE": file_entry(b"MIT"),
        "PACKAGE_ICON.PNG": file_entry(b"png"),
        "conf/privilege": file_entry(b"{}"),
        "WIZARD_UIFILES/install_uifile.sh": file_entry(b"x"),
    }
    result = _build(package_of(tmp_path, _entries(**more)), tmp_path)
    with _tar(result.path) as outer:
        members = outer.getmembers()
    assert [member.name for member in members] == [
        "INFO", "LICENSE", "PACKAGE_ICON.PNG", "conf", "conf/privilege", "package.tgz",
        "scripts", "scripts/postinst", "WIZARD_UIFILES", "WIZARD_UIFILES/install_uifile.sh",
    ]  # fmt: skip
    modes = {member.name: member.mode for member in members}
    assert (modes["INFO"], modes["conf"], modes["scripts/postinst"]) == (0o644, 0o755, 0o755)
    assert modes["WIZARD_UIFILES/install_uifile.sh"] == 0o755
    assert {(member.uid, member.gid, member.uname, member.mtime) for member in members} == {(0, 0, "", FIXED_MOMENT)}
    with _payload(result.path) as inner:
        names = {member.name: member.mode for member in inner}
    assert names == {"bin": 0o755, "bin/tool": 0o755, "readme.txt": 0o644}


def test_result_and_info_agree_with_the_file(tmp_path: Path) -> None:
    result = _build(package_of(tmp_path, _entries()), tmp_path)
    data = result.path.read_bytes()
    assert (result.size, result.md5) == (len(data), hashlib.md5(data).hexdigest())
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    with _tar(result.path) as outer:
        packed = outer.extractfile("package.tgz")
        written_info = outer.extractfile("INFO")
        assert packed is not None
        assert written_info is not None
        assert hashlib.md5(packed.read()).hexdigest() == result.checksum
        text = written_info.read()
    assert text == INFO + f'checksum="{result.checksum}"\nextractsize="{result.extractsize}"\n'.encode()
    assert result.payload_entries == 3
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("line", "factor"),
    [(b'os_min_ver="7.0-40000"', 1), (b'os_min_ver="6.0-7321"', 1), (b'os_min_ver="5.2-5565"', 1024),
     (b'firmware="6.1-15047"', 1), (b'firmware="4.3-3810"', 1024), (b'maintainer="x"', 1024)],
)  # fmt: skip
def test_extractsize_counts_kilobytes_from_dsm_6_on(line: bytes, factor: int, tmp_path: Path) -> None:
    result = _build(package_of(tmp_path, _entries(INFO=file_entry(b'package="x"\n' + line + b"\n"))), tmp_path)
    assert result.extractsize == 12 * factor  # one folder and two files of one 4 KB block each


def test_only_computed_keys_of_info_change(tmp_path: Path) -> None:
    before = b'# mine\r\nchecksum="old"\r\npackage = "Demo"\r\nos_min_ver="7.0"\r\nextractsize=1\r\nodd="\xff"\r\n'
    result = _build(package_of(tmp_path, _entries(INFO=file_entry(before))), tmp_path)
    with _tar(result.path) as outer:
        stream = outer.extractfile("INFO")
        assert stream is not None
        after = stream.read()
    expected = before.replace(b'"old"', f'"{result.checksum}"'.encode())
    assert after.replace(b'"%d"' % result.extractsize, b"%d" % result.extractsize) == expected.replace(
        b"extractsize=1", b"extractsize=%d" % result.extractsize
    )


def test_missing_info(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="INFO"):
        _build(package_of(tmp_path, {"package/x": file_entry(b"")}), tmp_path)


@pytest.mark.parametrize("compression", ["gzip", "xz", "none"])
@pytest.mark.parametrize("fast", [False, True])
def test_same_bytes_whatever_the_number_of_cores(
    compression: str, fast: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"".join(hashlib.sha256(b"%d" % number).digest() * 3 for number in range(18_000))
    entries = _entries(**{"package/big": file_entry(data)})
    options = BuildOptions(compression, fast)
    results = []
    for cores in (1, 7):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        results.append(_build(package_of(tmp_path, entries), tmp_path, options).sha256)
    assert results[0] == results[1]


def test_source_date_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with _payload(_build(package_of(tmp_path, _entries()), tmp_path).path) as inner:
        assert {member.mtime for member in inner} == {1_700_000_000}


ODD = Attributes(0o100777, 1_400_000_000, 1000, 100, "joe", "users", (("SCHILY.xattr.user.k", "ü"),))


def test_an_unchanged_package_comes_out_as_it_was(tmp_path: Path) -> None:
    fine = info("./fine")
    fine.mtime = 1_500_000_000.5
    fine.pax_headers = {"SCHILY.xattr.user.x": "1"}
    inner_items: list[Item] = [
        info("./", kind=tarfile.DIRTYPE, mode=0o700),
        info("./z/", kind=tarfile.DIRTYPE, mode=0o40755),
        ("./z/aux", b"1" * 2000),
        info("./a", kind=tarfile.SYMTYPE, target="/abs", mode=0o777),
        info("./b", kind=tarfile.LNKTYPE, target="./z/aux"),
        fine,
        ("./" + "long/" * 60 + "name", b"2"),
        ("./ü\udcff", b"3"),
        ("./Z", b"4"),
    ]
    inner = tar_bytes(inner_items, tarfile.PAX_FORMAT)
    outer_items: list[Item] = [
        info("conf", kind=tarfile.DIRTYPE), ("package.tgz", gzip.compress(inner)), ("CHANGELOG", b"c"), ("INFO", INFO),
        ("scripts/x", b"s"), ("Thumbs.db", b"junk"),
    ]  # fmt: skip
    source = written(tmp_path / "in.spk", tar_bytes(outer_items))
    folder = extract_package(source, tmp_path / "folder", quiet()).folder
    result = _build(opened(folder), tmp_path)
    assert [
        (m.name.rstrip("/"), m.attributes.mode, m.attributes.uid) for m, _ in listing(result.path.read_bytes())
    ] == [(name, 0o644, 7) for name in ("INFO", "conf", "package.tgz", "CHANGELOG", "scripts/x", "Thumbs.db")]
    with _tar(result.path) as outer:
        packed = outer.extractfile("package.tgz")
        assert packed is not None
        again = gzip.decompress(packed.read())
    assert listing(again) == listing(inner)
    assert _build(opened(folder), tmp_path).sha256 == result.sha256


@pytest.mark.parametrize("compression", ["gzip", "xz", "none"])
def test_compression_stays_what_it_was(compression: str, tmp_path: Path) -> None:
    source = written(tmp_path / "in.spk", payload_spk([("a", b"1")], compression))
    package = opened(extract_package(source, tmp_path / "folder", quiet()).folder)
    result = _build(package, tmp_path)
    again = opened(extract_package(result.path, tmp_path / "again", quiet()).folder)
    assert again.archive.payload_compression == compression


def test_new_files_come_behind_and_parents_before_children(tmp_path: Path) -> None:
    source = written(tmp_path / "in.spk", payload_spk([("z/one", b"1"), ("a", b"2")]))
    package = opened(extract_package(source, tmp_path / "folder", quiet()).folder)
    package.apply(changes.put(package.entries, {"package/m/new": file_entry(b"x"), "scripts/new": file_entry(b"y")}))
    result = _build(package, tmp_path)
    with _payload(result.path) as inner:
        assert inner.getnames() == ["z/one", "a", "m", "m/new"]
    with _tar(result.path) as outer:
        assert outer.getnames() == ["INFO", "package.tgz", "scripts", "scripts/new"]


def test_hard_links_follow_their_target(tmp_path: Path) -> None:
    link = Entry(Kind.HARDLINK, target="package/readme.txt")
    result = _build(package_of(tmp_path, _entries(**{"package/a": link})), tmp_path)
    with _payload(result.path) as inner:
        names = inner.getnames()
        assert names.index("a") > names.index("readme.txt")
        assert inner.getmember("a").linkname == "readme.txt"


def test_a_hard_link_to_nothing_is_named(tmp_path: Path) -> None:
    link = Entry(Kind.HARDLINK, target="package/gone")
    with pytest.raises(UsageError, match="package/a"):
        _build(package_of(tmp_path, _entries(**{"package/a": link})), tmp_path)


def test_progress_counts_every_byte(tmp_path: Path) -> None:
    reports: list[Progress] = []
    clock = iter(range(10_000))
    context = TaskContext(reports.append, clock=lambda: float(next(clock)))
    entries = _entries(**{"package/big": file_entry(bytes(5 << 20)), "screen_1.png": file_entry(bytes(1 << 20))})
    build_package(package_of(tmp_path, entries), tmp_path / "out.spk", BuildOptions(), context)
    building = [report for report in reports if report.text == "Building"]
    assert len(building) >= 10
    assert building[-1].done <= building[-1].total
    assert building[-1].done > building[-1].total - 1000


def test_wrong_source_date_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        _build(package_of(tmp_path, _entries()), tmp_path)


def test_clutter_is_never_packed(tmp_path: Path) -> None:
    for name, data in {"INFO": INFO, "7z.exe": b"MZ", "Pack.cmd": b"x", "old.spk": b"x", "package/f": b"1"}.items():
        path = tmp_path / "Old" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with _tar(_build(opened(tmp_path / "Old"), tmp_path).path) as outer:
        assert outer.getnames() == ["INFO", "package.tgz"]


@pytest.mark.parametrize("damage", ["shorter", "longer", "gone", "was empty"])
def test_a_file_that_changes_is_named(damage: str, tmp_path: Path) -> None:
    path = written(tmp_path / "data", b"" if damage == "was empty" else b"x" * 3000)
    content = FileContent.of(path)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"x" * (2999 if damage == "shorter" else 3001))
    package = package_of(tmp_path, _entries(**{"package/data": Entry(Kind.FILE, content=content)}))
    with pytest.raises(UnreadableError, match="data"):
        _build(package, tmp_path)
    assert not (tmp_path / "out.spk").exists()
    assert not list(tmp_path.glob(".*"))


def test_growth_is_noticed_even_where_a_block_ends(tmp_path: Path) -> None:
    size = (1 << 20) - 512
    path = written(tmp_path / "data", bytes(size))
    content = FileContent.of(path)
    path.write_bytes(bytes(size + 1))
    entries = {"INFO": file_entry(INFO), "package/data": Entry(Kind.FILE, content=content)}
    with pytest.raises(UnreadableError, match="changed"):
        _build(package_of(tmp_path, entries), tmp_path)


@pytest.mark.parametrize("phase", ["Building", "Verifying"])
def test_cancelling_keeps_the_old_file(phase: str, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.text == phase:
            context.cancel()

    context = TaskContext(stop)
    old = written(tmp_path / "out.spk", b"old")
    package = package_of(tmp_path, _entries(**{f"package/f{n}": file_entry(bytes(400_000)) for n in range(20)}))
    with pytest.raises(Cancelled):
        build_package(package, old, BuildOptions(), context)
    assert old.read_bytes() == b"old"
    assert not list(tmp_path.glob(".*"))


def test_a_failed_verification_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = written(tmp_path / "out.spk", b"old")

    def broken(*, fast: bool = False) -> Method:
        return Method("gzip", 1 << 20, 1, lambda data: (gzip.compress(bytes(data).replace(b"hello", b"jello")), b""))

    monkeypatch.setattr(build_module, "gzip_method", broken)
    entries = _entries(**{"package/hello": file_entry(b"")})
    with pytest.raises(WriteError, match="verification"):
        _build(package_of(tmp_path, entries), tmp_path)
    assert old.read_bytes() == b"old"


def test_an_output_in_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SpkError):
        build_package(package_of(tmp_path, _entries()), tmp_path / "no" / "x.spk", BuildOptions(), quiet())
    with pytest.raises(UsageError):
        build_package(package_of(tmp_path, _entries()), tmp_path, BuildOptions(), quiet())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b'package="Demo"\nversion="1.0-1"\narch="noarch"', "Demo-1.0-1.spk"),
        (b'package="Demo"\nversion="1.0-1"', "Demo-1.0-1.spk"),
        (b'package="Demo"\nversion="1.0-1"\narch="x86_64"', "Demo-x86_64-1.0-1.spk"),
        (b'package="Demo"\nversion="1.0-1"\narch="x86_64 armv7"', "Demo-multi-1.0-1.spk"),
        (b'package="a/b:c"\nversion="1 0"', "a_b_c-1_0.spk"),
    ],
)
def test_default_name(text: bytes, name: str, tmp_path: Path) -> None:
    assert default_name(package_of(tmp_path, _entries(INFO=file_entry(text)))) == name


def test_verification_notices_every_difference(tmp_path: Path) -> None:
    result = _build(package_of(tmp_path, _entries()), tmp_path)
    seen = Fingerprint()
    with _payload(result.path) as inner:
        for member in inner:
            seen.add(member.name, "file" if member.isfile() else "dir", member.size, member.mode)
    with _tar(result.path) as outer:
        members = [(member.name, member.size) for member in outer]
        packed = outer.extractfile("package.tgz")
        assert packed is not None
        crc = zlib.crc32(packed.read())
    good = Expected(members, seen, result.checksum, crc)
    assert verify_package(result.path, good, quiet()).sha256 == result.sha256
    for bad in (
        Expected(members[:-1], seen, result.checksum, crc),
        Expected(members, seen, "0" * 32, crc),
        Expected(members, seen, result.checksum, crc ^ 1),
    ):
        with pytest.raises(WriteError):
            verify_package(result.path, bad, quiet())


def test_verification_notices_a_missing_end_mark(tmp_path: Path) -> None:
    result = _build(package_of(tmp_path, _entries()), tmp_path)
    with _tar(result.path) as outer:
        members = [(member.name, member.size) for member in outer]
        end = outer.offset
    expected = Expected(members, Fingerprint(), result.checksum)
    result.path.write_bytes(result.path.read_bytes()[:end])
    with pytest.raises(WriteError, match="the mark at its very end is missing"):
        verify_package(result.path, expected, quiet())


@pytest.mark.parametrize("difference", ["entries", "bytes", "crc", "cut"])
def test_verification_of_the_payload_notices_every_difference(difference: str, tmp_path: Path) -> None:
    data = gzip.compress(tar_bytes([("a", b"1"), ("b", b"22")]))
    expected = Fingerprint()
    expected.add("a", "file", 1, 0o644)
    expected.add("b", "file", 2, 0o644)
    path = written(tmp_path / "x", b"before" + data)
    with PayloadVerifier(path, 6, quiet()) as verifier:
        for _ in data:
            verifier.grow(1)
        verifier.finish(expected)
    if difference != "cut":
        setattr(expected, difference, getattr(expected, difference) ^ 1)
    with PayloadVerifier(path, 6, quiet()) as verifier:
        verifier.grow(len(data) - (9 if difference == "cut" else 0))
        with pytest.raises(WriteError):
            verifier.finish(expected)


_TEXT = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=120)
_PATHS = st.lists(_TEXT.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=4).map("/".join)


@settings(deadline=None)
@given(
    name=_PATHS,
    target=_PATHS,
    kind=st.sampled_from([Kind.FILE, Kind.SYMLINK, Kind.HARDLINK]),
    size=st.integers(0, 1 << 40),
    mode=st.integers(0, 0o177777),
    owner=st.integers(0, 1 << 40),
    mtime=st.integers(-(1 << 40), 1 << 40),
    pax=st.dictionaries(st.sampled_from(["SCHILY.xattr.a", "b", "mtime"]), st.just("1.5") | _TEXT, max_size=2),
)
def test_headers_say_what_they_should(
    name: str, target: str, kind: Kind, size: int, mode: int, owner: int, mtime: int, pax: dict[str, str]
) -> None:
    pax.pop("mtime", None)
    attributes = Attributes(mode, mtime, owner, owner, "joe", "users", tuple(sorted(pax.items())))
    size = size if kind is Kind.FILE else 0
    target = target if kind is not Kind.FILE else ""
    header = tar_header(name, kind, size, attributes, target)
    with tarfile.open(fileobj=io.BytesIO(header + END_OF_ARCHIVE)) as tar:
        theirs = tar.next()
    assert theirs is not None
    assert (theirs.name, theirs.linkname, theirs.size, theirs.mode) == (name.rstrip("/"), target, size, mode)
    assert (theirs.uid, theirs.gid, theirs.mtime, theirs.uname) == (owner, owner, mtime, "joe")
    assert {key: theirs.pax_headers[key] for key in pax} == pax
    if kind is not Kind.FILE:
        ours = listing(header + END_OF_ARCHIVE)[0][0]
        assert (ours.name, ours.kind, ours.target, ours.attributes) == (name, kind, target, attributes)


def test_padding() -> None:
    assert [len(padding(size)) for size in (0, 1, 511, 512, 513)] == [0, 511, 1, 0, 511]


@pytest.mark.parametrize("method", [gzip_method(), gzip_method(fast=True), xz_method(fast=True), plain_method()])
@pytest.mark.parametrize("piece", [1000, 1 << 20, (1 << 20) + 1])
def test_block_writer_keeps_the_order(method: Method, piece: int) -> None:
    import lzma

    data = b"".join(b"%d," % number for number in range(700_000))
    parts: list[bytes] = []
    with BlockWriter(method, lambda part: parts.append(bytes(part))) as writer:
        for at in range(0, len(data), piece):
            writer.write(data[at : at + piece])
    joined = b"".join(parts)
    if method.name == "gzip":
        joined = gzip.decompress(joined)
    elif method.name == "xz":
        joined = lzma.decompress(joined)
    assert joined == data


def test_block_writer_stops_on_errors() -> None:
    def fail(data: bytearray | memoryview) -> tuple[bytes, bytes]:
        raise UnreadableError("broken")

    with pytest.raises(UnreadableError), BlockWriter(Method("x", 1000, 2, fail), len) as writer:
        writer.write(bytes(100_000))


def test_xz_is_one_stream_with_many_blocks() -> None:
    import lzma

    parts: list[bytes] = []
    with BlockWriter(xz_method(fast=True), lambda part: parts.append(bytes(part))) as writer:
        writer.write(bytes(compress.XZ_BLOCK * 2 + 5))
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ)
    assert decompressor.decompress(b"".join(parts)) == bytes(compress.XZ_BLOCK * 2 + 5)
    assert decompressor.eof
    assert decompressor.unused_data == b""


def test_contents_that_are_no_files_are_built_too(tmp_path: Path) -> None:
    entries = _entries(**{"package/memory": Entry(Kind.FILE, ODD, BytesContent(b"m" * 3_000_000))})
    with _payload(_build(package_of(tmp_path, entries), tmp_path).path) as inner:
        member = inner.getmember("memory")
        assert (member.size, member.mode, member.pax_headers["SCHILY.xattr.user.k"]) == (3_000_000, 0o100777, "ü")


def test_a_payload_that_is_still_packed_is_not_lost_silently(tmp_path: Path) -> None:
    (tmp_path / "packed").mkdir()
    written(tmp_path / "packed" / "INFO", INFO)
    written(tmp_path / "packed" / "package.tgz", gzip.compress(tar_bytes([("tool", b"x")])))

    with pytest.raises(UsageError, match="still packed"):
        build_package(opened(tmp_path / "packed"), tmp_path / "x.spk", BuildOptions(), quiet())

    assert not (tmp_path / "x.spk").exists()


def test_a_verifier_that_was_never_left_ends_when_the_task_is_cancelled(tmp_path: Path) -> None:
    """As after a Ctrl+C that came between making it and entering its block: no thread may wait for ever."""
    context = TaskContext()
    verifier = PayloadVerifier(written(tmp_path / "growing", b""), 0, context)
    context.cancel()

    with pytest.raises(Cancelled):
        verifier.available(0)
