"""Unpacking: complete, safe, and nothing left behind when it fails."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.archive.build import BuildOptions, build_package
from spkcore.archive.extract import Extraction, extract_package
from spkcore.archive.unpacking import Limits
from spkcore.base import files
from spkcore.base.errors import Cancelled, SpkError, UnreadableError, UsageError, WriteError
from spkcore.base.files import is_windows_safe
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package.attributes import read_attributes
from spkcore.package.entries import Kind
from tests.unit.spkcore.archive.helpers import INFO, Item, info, opened, payload_spk, spk_bytes, tar_bytes, written


def _extract(data: bytes, tmp_path: Path, limits: Limits | None = None) -> Extraction:
    return extract_package(written(tmp_path / "x.spk", data), tmp_path / "out", quiet(), limits or Limits())


def _refused(data: bytes, tmp_path: Path, name: str, limits: Limits | None = None) -> None:
    """The package is refused with a message naming the member, and nothing at all is left on disk."""
    with pytest.raises(UnreadableError) as caught:
        _extract(data, tmp_path, limits)
    assert name in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["x.spk"]


def test_everything_arrives(tmp_path: Path) -> None:
    items: list[Item] = [
        info("bin", kind=tarfile.DIRTYPE, mode=0o750),
        ("bin/tool", b"#!/bin/sh\n"),
        info("bin/link", kind=tarfile.SYMTYPE, target="tool", mode=0o777),
        info("bin/hard", kind=tarfile.LNKTYPE, target="bin/tool"),
        info("empty", kind=tarfile.DIRTYPE),
    ]
    extraction = _extract(payload_spk(items), tmp_path)
    assert (extraction.members, extraction.payload_entries, extraction.warnings) == (2, 5, ())
    package = opened(extraction.folder)
    assert package.content("INFO") == INFO
    assert package.content("package/bin/hard") == b"#!/bin/sh\n"
    kinds = {path: entry.kind for path, entry in package.entries.items() if path.startswith("package/")}
    assert kinds == {
        "package/bin": Kind.DIRECTORY,
        "package/bin/tool": Kind.FILE,
        "package/bin/link": Kind.SYMLINK,
        "package/bin/hard": Kind.HARDLINK,
        "package/empty": Kind.DIRECTORY,
    }
    attributes = package.entries["package/bin"].attributes
    assert attributes is not None
    assert (attributes.mode, attributes.uid, attributes.uname, attributes.mtime) == (0o750, 7, "joe", 1_500_000_000)
    tool = tmp_path / "out" / "package" / "bin" / "tool"
    assert int(tool.stat().st_mtime) == 1_500_000_000
    if files.POSIX:
        assert tool.with_name("link").read_bytes() == b"#!/bin/sh\n"
    else:
        assert not tool.with_name("link").exists()


def test_facts_are_remembered(tmp_path: Path) -> None:
    data = tar_bytes(
        [
            ("package.tgz", gzip.compress(tar_bytes([info("./", kind=tarfile.DIRTYPE), ("./bin/x", b"1")]))),
            ("scripts/postinst", b"#!/bin/sh\n"),
            ("INFO", INFO),
        ]
    )
    facts = read_attributes(_extract(gzip.compress(data), tmp_path).folder).facts
    assert facts.outer_order == ("package.tgz", "scripts/postinst", "INFO")
    assert (facts.payload_prefix, facts.payload_root, facts.payload_compression) == ("./", True, "gzip")
    assert facts.outer_compression == "gzip"
    assert facts.implied_folders == {"scripts", "package/bin"}
    assert facts.payload_member is not None
    assert facts.payload_member.uid == 7


@pytest.mark.parametrize("name", ["/etc/passwd", "../evil", "a/../../evil", "..", "./../evil", "/"])
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    _refused(payload_spk([(name, b"evil")]), tmp_path, name)


@pytest.mark.parametrize("name", ["/etc/passwd", "../evil", "scripts/../../evil", "package/evil"])
def test_outer_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    _refused(spk_bytes(more=[(name, b"evil")]), tmp_path, name)


@pytest.mark.parametrize("name", ["..\\evil", "C:\\evil", "C:evil", "\\\\host\\share\\evil", "a\\..\\..\\evil"])
def test_windows_ways_out_are_only_names(name: str, tmp_path: Path) -> None:
    extraction = _extract(payload_spk([(name, b"tame")]), tmp_path)
    assert any(name in warning for warning in extraction.warnings)
    stored = list((tmp_path / "out" / "package").iterdir())
    assert [path.read_bytes() for path in stored] == [b"tame"]
    assert is_windows_safe(stored[0].name)
    assert opened(extraction.folder).content(f"package/{name}") == b"tame"


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z"])
def test_devices_are_refused(kind: bytes, tmp_path: Path) -> None:
    _refused(payload_spk([info("dev/x", kind=kind)]), tmp_path, "dev/x")


@pytest.mark.parametrize("target", ["/etc", "../../..", "C:\\Windows", ".", "bin"])
def test_nothing_is_written_through_a_link(target: str, tmp_path: Path) -> None:
    items: list[Item] = [info("way", kind=tarfile.SYMTYPE, target=target), ("way/evil", b"evil")]
    _refused(payload_spk(items), tmp_path, "way/evil")


def test_a_link_replaced_by_a_file_is_not_followed(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", b"safe")
    items: list[Item] = [info("way", kind=tarfile.SYMTYPE, target=str(outside)), ("way", b"evil")]
    extraction = _extract(payload_spk(items), tmp_path)
    assert outside.read_bytes() == b"safe"
    assert opened(extraction.folder).content("package/way") == b"evil"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "../x", "d/../../x", "d/../x"])
def test_links_that_leave_are_kept_but_never_made(target: str, tmp_path: Path) -> None:
    extraction = _extract(payload_spk([info("l", kind=tarfile.SYMTYPE, target=target)]), tmp_path)
    assert [warning.split(":")[0] for warning in extraction.warnings] == ["l"]
    assert opened(extraction.folder).entries["package/l"].target == target
    assert not os.path.lexists(tmp_path / "out" / "package" / "l")


@pytest.mark.parametrize("target", ["/etc/passwd", "../INFO", "gone", "l", "d"])
def test_hard_links_to_anything_else_are_refused(target: str, tmp_path: Path) -> None:
    items: list[Item] = [info("d", kind=tarfile.DIRTYPE), info("l", kind=tarfile.LNKTYPE, target=target)]
    _refused(payload_spk(items), tmp_path, "l")


def test_hard_link_to_a_symbolic_link_becomes_one(tmp_path: Path) -> None:
    items: list[Item] = [info("s", kind=tarfile.SYMTYPE, target="x"), info("h", kind=tarfile.LNKTYPE, target="s")]
    entry = opened(_extract(payload_spk(items), tmp_path).folder).entries["package/h"]
    assert (entry.kind, entry.target) == (Kind.SYMLINK, "x")


def test_outer_duplicates_are_refused(tmp_path: Path) -> None:
    _refused(spk_bytes(more=[("INFO", b"other")]), tmp_path, "INFO")
    _refused(spk_bytes(more=[("./INFO", b"other")]), tmp_path, "./INFO")


def test_payload_duplicates_are_neutralised(tmp_path: Path) -> None:
    items: list[Item] = [("a", b"first"), info("h", kind=tarfile.LNKTYPE, target="a"), ("a", b"last")]
    extraction = _extract(payload_spk(items), tmp_path)
    assert any(warning.startswith("a:") for warning in extraction.warnings)
    assert (tmp_path / "out/package/a").read_bytes() == b"last"
    assert (tmp_path / "out/package/h").read_bytes() == b"first"


@pytest.mark.parametrize("items", [[("a/b", b""), ("a", b"")], [("a", b""), ("a/b", b"")]])
def test_files_and_folders_of_one_name_are_refused(items: list[Item], tmp_path: Path) -> None:
    _refused(payload_spk(items), tmp_path, "a")


def test_names_that_windows_cannot_hold(tmp_path: Path) -> None:
    names = ["aux", "a:b", "dot.", "Case", "case", "CASE/x", "con.txt", "q?", ".spkcreator"]
    extraction = _extract(payload_spk([(name, name.encode()) for name in names]), tmp_path)
    on_disk = list((tmp_path / "out/package").rglob("*"))
    assert all(is_windows_safe(path.name) for path in on_disk)
    assert len({str(path).casefold() for path in on_disk}) == len(on_disk)
    package = opened(extraction.folder)
    assert {name: package.content(f"package/{name}") for name in names} == {name: name.encode() for name in names}


def test_bombs(tmp_path: Path) -> None:
    data = payload_spk([("zeros", bytes(4 << 20))])
    _refused(data, tmp_path, "zeros", Limits(max_ratio=100, ratio_free_bytes=1 << 20))
    _refused(data, tmp_path, "zeros", Limits(max_bytes=(4 << 20) - 1))
    _refused(payload_spk([(f"f{n}", b"") for n in range(20)]), tmp_path, "f", Limits(max_entries=10))
    assert _extract(data, tmp_path).payload_entries == 1


def test_a_header_that_promises_too_much_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    packed = gzip.compress(info("huge", size=1 << 50).tobuf() + bytes(1024))
    _refused(spk_bytes(packed), tmp_path, "huge")


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_truncated_payload(keep: float, tmp_path: Path) -> None:
    packed = gzip.compress(tar_bytes([(f"f{n}", os.urandom(600)) for n in range(50)]))
    _refused(spk_bytes(packed[: int(len(packed) * keep)]), tmp_path, "package.tgz")


def test_truncated_package(tmp_path: Path) -> None:
    _refused(spk_bytes()[:1800], tmp_path, "x.spk")


def test_synology_archive_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="encrypted"):
        _extract(b"\x70\xad\xbe\xef" + bytes(600), tmp_path)


@pytest.mark.parametrize("taken", ["file", "folder with a file"])
def test_a_taken_target_is_left_alone(taken: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    if taken == "file":
        target.write_bytes(b"mine")
    else:
        target.mkdir()
        (target / "mine").write_bytes(b"mine")
    with pytest.raises(UsageError):
        _extract(spk_bytes(), tmp_path)
    assert (target if taken == "file" else target / "mine").read_bytes() == b"mine"


def test_an_empty_target_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert (_extract(spk_bytes(), tmp_path).folder / "INFO").read_bytes() == INFO


def test_missing_parents_are_made_and_removed_again(tmp_path: Path) -> None:
    good = written(tmp_path / "x.spk", spk_bytes())
    bad = written(tmp_path / "bad.spk", payload_spk([("../x", b"")]))
    with pytest.raises(UnreadableError):
        extract_package(bad, tmp_path / "a/b/c", quiet())
    assert not (tmp_path / "a").exists()
    extract_package(good, tmp_path / "a/b/c", quiet())
    assert (tmp_path / "a/b/c/INFO").exists()


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    items: list[Item] = [(f"f{n}", os.urandom(100_000)) for n in range(20)]
    source = written(tmp_path / "x.spk", payload_spk(items))
    context = TaskContext(on_progress=lambda _: context.cancel())
    with pytest.raises(Cancelled):
        extract_package(source, tmp_path / "out", context)
    assert [path.name for path in tmp_path.iterdir()] == ["x.spk"]


_NAMES = st.lists(
    st.sampled_from(["a", "b", "A", "..", ".", "", "aux", "c:", "\\", "x\\y", "ü", "end.", " s ", "CON", "l"]),
    min_size=1,
    max_size=4,
).map("/".join)


_KINDS = st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_archive_ever_writes_outside(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    items = data.draw(st.lists(st.tuples(_NAMES, _KINDS, _NAMES), max_size=6))
    folder = tmp_path_factory.mktemp("case")
    source = written(folder / "x.spk", payload_spk([info(name, kind=kind, target=to) for name, kind, to in items]))
    (folder / "inside").mkdir()
    try:
        extract_package(source, folder / "inside" / "out", quiet())
    except SpkError:
        assert list((folder / "inside").iterdir()) == []
    assert {path.name for path in folder.iterdir()} == {"x.spk", "inside"}
    assert {path.name for path in (folder / "inside").iterdir()} <= {"out"}
    payload = folder / "inside" / "out" / "package"
    links = [path for path in folder.rglob("*") if path.is_symlink()]
    assert all(payload in Path(os.path.realpath(link)).parents or link.resolve() == payload for link in links)


def test_an_existing_target_stays_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    before = (tmp_path / "out").stat().st_ino
    _extract(spk_bytes(), tmp_path)
    assert (tmp_path / "out").stat().st_ino == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".spkcreator", "INFO", "package"]


def test_an_existing_target_is_empty_again_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UnreadableError):
        _extract(spk_bytes(b"\x1f\x8bdamaged"), tmp_path)
    assert not list((tmp_path / "out").iterdir())

    rename = Path.rename

    def locked(path: Path, target: Path) -> Path:
        if target.name == "package" and target.parent.name == "out":
            raise PermissionError(13, "locked")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(WriteError):
        _extract(spk_bytes(), tmp_path)
    assert not list((tmp_path / "out").iterdir())


def test_a_full_disk_is_no_fault_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("spkcore.archive.unpacking._dress", full)
    with pytest.raises(WriteError, match="No space left"):
        _extract(spk_bytes(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["x.spk"]


@pytest.mark.parametrize("name", ["a/" * 1500 + "x", "a/" * 100_000 + "x", "/".join(["long" * 20] * 60)])
def test_names_that_no_nas_can_hold_are_refused(name: str, tmp_path: Path) -> None:
    _refused(payload_spk([(name, b"x")]), tmp_path, "too long, or too deep")


@pytest.mark.parametrize("record", [{"path": "a\0b"}, {"uname": "a\0b"}, {"mtime": "1e300"}, {"uid": str(2**64)}])
def test_records_that_no_header_could_carry_on_are_refused(record: dict[str, str], tmp_path: Path) -> None:
    odd = info("odd")
    odd.pax_headers = record
    _refused(spk_bytes(tar_bytes([odd], tarfile.PAX_FORMAT)), tmp_path, "package.tgz")


def test_a_sparse_file_that_is_cut_off_is_damage(tmp_path: Path) -> None:
    old_gnu_map = b"".join(b"%011o\0%011o\0" % place for place in ((0, 512), (4096, 512)))
    header = bytearray(info("holes", size=1024).tobuf(tarfile.GNU_FORMAT))
    header[156:157] = b"S"
    header[386 : 386 + len(old_gnu_map)] = old_gnu_map
    header[483:495] = b"%011o\0" % 4608
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 0x20)
    whole = bytes(header) + bytes(1024 + 1024)
    assert _extract(spk_bytes(whole), tmp_path).payload_entries == 1
    shutil.rmtree(tmp_path / "out")
    _refused(spk_bytes(whole[:900]), tmp_path, "holes")


def test_what_lies_below_package_tgz_is_refused(tmp_path: Path) -> None:
    _refused(tar_bytes([("INFO", INFO), ("package.tgz/x", b"")]), tmp_path, "package.tgz/x")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_info_must_be_a_file(kind: bytes, tmp_path: Path) -> None:
    _refused(tar_bytes([("LICENSE", b""), info("INFO", kind=kind, target="LICENSE")]), tmp_path, "INFO")


def test_an_unchanged_mixture_of_prefixes_stays(tmp_path: Path) -> None:
    package = opened(_extract(payload_spk([("plain", b""), ("./dotted", b"")]), tmp_path).folder)
    assert package.archive.payload_prefix == ""
    assert package.entries["package/dotted"].archive_name == "./dotted"
    assert package.entries["package/plain"].archive_name == ""


def test_long_owner_names_survive_a_rebuild(tmp_path: Path) -> None:
    odd = info("odd")
    odd.uname, odd.gname = "u" * 40, "ü" * 20
    package = opened(_extract(spk_bytes(tar_bytes([odd], tarfile.PAX_FORMAT)), tmp_path).folder)
    build_package(package, tmp_path / "again.spk", BuildOptions(), quiet())
    with tarfile.open(tmp_path / "again.spk") as outer:
        stream = outer.extractfile("package.tgz")
        assert stream is not None
        with tarfile.open(fileobj=stream) as inner:
            assert [(member.uname, member.gname) for member in inner] == [("u" * 40, "ü" * 20)]


@pytest.mark.parametrize("target", ["", "t" * 5000])
def test_links_that_no_disk_takes_are_kept_in_attributes(target: str, tmp_path: Path) -> None:
    extraction = _extract(payload_spk([info("odd", kind=tarfile.SYMTYPE, target=target)]), tmp_path)
    assert opened(extraction.folder).entries["package/odd"].target == target
