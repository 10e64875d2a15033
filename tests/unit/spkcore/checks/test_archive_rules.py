"""Tests for the archive rules beyond their two packages: what they leave alone, and what their fixes do."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile
from spkcore.checks.spkfile import read_spk
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.package import changes
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry
from spkcore.package.findings import Severity
from spkcore.package.templates import create_package, list_templates
from tests.data.recipes.spk import Member, added, changed, elf, pack, spk

INFO = b'package="sample"\nversion="1.0-0001"\nos_min_ver="7.0-40000"\narch="noarch"\n'
Look = Callable[..., list[Problem]]
Entries = dict[str, Entry]


def package(more: Mapping[str, Entry | None] | None = None, info: bytes = INFO) -> Entries:
    """A small package folder with some entries more, or without those that are None."""
    entries: Mapping[str, Entry | None] = {
        "INFO": file_entry(info),
        "scripts": Entry(Kind.DIRECTORY),
        "scripts/postinst": file_entry(b"#!/bin/sh\n"),
        "package": Entry(Kind.DIRECTORY),
        "package/bin": Entry(Kind.DIRECTORY),
        "package/bin/tool": file_entry(b"#!/bin/sh\n"),
        **(more or {}),
    }
    return {path: entry for path, entry in entries.items() if entry is not None}


def found(rule: str, entries: Entries, dsm: str = "") -> list[Problem]:
    """What one rule says about a package folder."""
    subject = Subject.of(entries, asked_targets(dsm) if dsm else None)
    return check(subject, Options(Profile.PUBLICATION, only=frozenset({rule})))


def mended(rule: str, entries: Entries) -> Entries:
    """The package after the fixes of one rule."""
    after = dict(entries)
    for problem in found(rule, entries):
        change = fixes()[rule](Subject.of(after), problem)
        if change is not None:
            changes.apply(after, change)
    return after


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """What one rule says about an .spk of these bytes."""

    def look_at(rule: str, data: bytes) -> list[Problem]:
        (tmp_path / "some.spk").write_bytes(data)
        subject = read_spk(tmp_path / "some.spk", quiet())
        return check(subject, Options(Profile.PUBLICATION, only=frozenset({rule})))

    return look_at


def file(mode: int, data: bytes = b"", uid: int = 0) -> Entry:
    return Entry(Kind.FILE, Attributes(mode, 0, uid, uid), BytesContent(data))


def link(target: str) -> Entry:
    return Entry(Kind.SYMLINK, Attributes(0o777), target=target)


def mode(entries: Entries, path: str) -> int:
    attributes = entries[path].attributes
    assert attributes is not None
    return attributes.mode


# ------------------------------------------------------------------------------------------------ the file itself


@pytest.mark.parametrize(
    ("start", "rule"), [(b"PK\x03\x04", "A003"), (b"7z\xbc\xaf\x27\x1c", "A003"), (b"BZh9", "A003")]
)
def test_other_archives(look: Look, start: bytes, rule: str) -> None:
    (problem,) = look(rule, start + bytes(600))
    assert problem.severity is Severity.ERROR
    assert "Package Center takes only a plain tar." in problem.message
    assert not look("A005", start + bytes(600))


def test_a_payload_alone_is_no_package(look: Look) -> None:
    assert look("A003", spk(wrap="gzip", rework=lambda members: members[1:2]))
    assert not look("A001", spk(wrap="gzip", rework=lambda members: members[1:2]))


def test_a_payload_that_is_not_compressed_is_a_warning(look: Look) -> None:
    (problem,) = look("A019", spk(compression="none"))
    assert (problem.severity, problem.path) == (Severity.WARNING, "package")
    assert not look("A019", spk(compression="xz"))


@pytest.mark.parametrize("data", [b"", b"BZh91AY&SY" + bytes(50), b"no archive at all " * 50])
def test_a_payload_that_cannot_be_unpacked(look: Look, data: bytes) -> None:
    (problem,) = look("A019", spk(rework=changed("package.tgz", data=data)))
    assert problem.severity is Severity.ERROR


@pytest.mark.parametrize(("data", "severity"), [(b"", Severity.WARNING), (b"half a header", Severity.ERROR)])
def test_a_payload_without_an_end_mark(look: Look, data: bytes, severity: Severity) -> None:
    (problem,) = look("A019", spk(rework=changed("package.tgz", data=pack(data, "gzip"))))
    assert problem.severity is severity


def test_folders_may_be_named_twice(look: Look) -> None:
    folder = Member("scripts", mode=0o755, type=tarfile.DIRTYPE)
    assert not look("A016", spk(rework=added(folder)))


def test_a_name_twice_in_the_payload_is_a_warning(look: Look) -> None:
    (problem,) = look("A016", spk(rework_payload=added(Member("bin/tool", b"x"))))
    assert (problem.severity, problem.path) == (Severity.WARNING, "package")
    assert "bin/tool" in problem.message


@pytest.mark.parametrize("name", ["/etc/passwd", "a/../../b"])
def test_names_that_lead_out(look: Look, name: str) -> None:
    (problem,) = look("A020", spk(rework_payload=added(Member(name, b"x"))))
    assert name in problem.message
    assert not look("A020", spk(payload={"a..b/..c": b"x"}))


def test_a_device_outside(look: Look) -> None:
    (problem,) = look("A017", spk(rework=added(Member("scripts/null", type=tarfile.CHRTYPE))))
    assert "character device" in problem.message


def test_dotted_names_count_without_the_root(look: Look) -> None:
    assert not look("A007", spk(rework=lambda members: [Member("./", type=tarfile.DIRTYPE), *members]))


@pytest.mark.parametrize("compression", ["gzip", "xz"])
def test_what_we_build_has_no_archive_problems(tmp_path: Path, compression: str) -> None:
    template = list_templates()[0]
    built = create_package(template, {}, tmp_path / "package", quiet())
    build_package(built, tmp_path / "out.spk", BuildOptions(compression), quiet())
    problems = check(read_spk(tmp_path / "out.spk", quiet()), Options(Profile.PUBLICATION))
    assert [problem for problem in problems if problem.rule.startswith(("A", "G"))] == []


# ------------------------------------------------------------------------------------------------ the signature


def signed(mtime: int = 1000) -> Member:
    return Member("syno_signature.asc", b"x", mtime=mtime)


def test_a_signature_that_nothing_speaks_against(look: Look) -> None:
    assert not look("A025", spk(dsm=6, rework=added(signed())))
    assert look("A025", spk(dsm=6, info={"checksum": "0" * 32}, rework=added(signed())))
    assert look("A025", spk(dsm=6, rework=lambda members: [signed(), *changed("INFO", mtime=2000)(members)]))


def test_a_signature_in_a_folder_never_outlives_the_build() -> None:
    old = INFO.replace(b"7.0-40000", b"6.0-7321")
    entries = package({"syno_signature.asc": file_entry(b"x")}, old)
    assert found("A025", entries)
    assert "syno_signature.asc" not in mended("A025", entries)
    assert not found("A025", package({"syno_signature.asc": file_entry(b"x")}))
    assert not found("A024", entries)
    assert found("A024", package({"syno_signature.asc": file_entry(b"x")}))


# ------------------------------------------------------------------------------------------------ owners and modes


def test_many_files_are_one_problem_on_each_side() -> None:
    everybody = {f"package/data/{name}": file(0o666) for name in "abc"} | {f"conf/{name}": file(0o777) for name in "xy"}
    inside, outside = found("A022", package(everybody)), found("A011", package(everybody))
    assert [(problem.path, problem.argument("count")) for problem in (*inside, *outside)] == [("package", 3), ("", 2)]
    assert "package/data/a" in inside[0].message
    after = mended("A022", package(everybody))
    assert mode(after, "package/data/c") == 0o644
    assert mode(after, "conf/x") == 0o777


def test_modes_by_role() -> None:
    entries = package(
        {
            "package/script": file(0o777, b"#!/bin/sh\n"),
            "package/program": file(0o777, elf(62)),
            "package/no-shebang": file(0o777, b"echo\n"),
            "package/page.html": file(0o100777, b"<html>"),
            "package/run.cgi": file(0o666, b"x"),
            "package/setuid": file(0o4777, elf(62)),
            "package/folder": Entry(Kind.DIRECTORY, Attributes(0o777)),
            "package/fine": file(0o711, elf(62)),
            "package/tmp": Entry(Kind.DIRECTORY, Attributes(0o1777)),
            "package/link": link("fine"),
        }
    )
    after = mended("A022", entries)
    assert {path.removeprefix("package/"): mode(after, path) for path in after if after[path].attributes} == {
        "script": 0o755,
        "program": 0o755,
        "no-shebang": 0o755,
        "page.html": 0o100644,
        "run.cgi": 0o755,
        "setuid": 0o4755,
        "folder": 0o755,
        "fine": 0o711,
        "tmp": 0o1777,
        "link": 0o777,
    }
    assert not found("A022", after)


def test_type_bits_go_and_permissions_stay() -> None:
    entries = package({"LICENSE": file(0o100777), "package/x": file(0o100640), "package/y": file(0o100600)})
    assert [problem.path for problem in found("A012", entries)] == ["LICENSE", "package"]
    after = mended("A012", entries)
    assert [mode(after, path) for path in ("LICENSE", "package/x", "package/y")] == [0o777, 0o640, 0o600]


def test_owners_inside_the_payload_are_nobodys_business() -> None:
    entries = package({"package/x": file(0o644, uid=1000), "LICENSE": file(0o644, uid=1000)})
    assert [problem.path for problem in found("A010", entries)] == ["LICENSE"]
    after = mended("A010", entries)
    assert after["LICENSE"].attributes == Attributes(0o644, 0)
    assert after["package/x"] == entries["package/x"]


# ------------------------------------------------------------------------------------------------ junk and names


def test_junk_folders_go_as_a_whole() -> None:
    entries = package(
        {
            "package/__MACOSX": Entry(Kind.DIRECTORY),
            "package/__MACOSX/._tool": file_entry(b""),
            "package/__MACOSX/other": file_entry(b""),
            "package/web/Thumbs.db": file_entry(b""),
            "package/PaxHeaders.1234": Entry(Kind.DIRECTORY),
            "package/Thumbs.dbx": file_entry(b""),
            "package/PaxHeaderReader.py": file_entry(b""),
        }
    )
    (problem,) = found("A013", entries)
    assert (problem.path, problem.argument("count")) == ("package", 3)
    assert set(entries) - set(mended("A013", entries)) == {
        "package/__MACOSX",
        "package/__MACOSX/._tool",
        "package/__MACOSX/other",
        "package/web/Thumbs.db",
        "package/PaxHeaders.1234",
    }


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("license", "LICENSE"),
        ("scripts/PostUnInst", "scripts/postuninst"),
        ("conf/Privilege", "conf/privilege"),
        ("WIZARD_UIFILES/Install_UIFile_enu", "WIZARD_UIFILES/install_uifile_enu"),
    ],
)
def test_names_in_other_letters(path: str, meant: str) -> None:
    entries = package({path: file_entry(b"x")})
    assert [problem.path for problem in found("A014", entries)] == [path]
    after = mended("A014", entries)
    assert path not in after
    assert meant in after


def test_a_folder_in_other_letters_is_one_problem() -> None:
    entries = package({"Conf": Entry(Kind.DIRECTORY), "Conf/Privilege": file_entry(b"x")})
    assert [problem.path for problem in found("A014", entries)] == ["Conf"]
    after = mended("A014", entries)
    assert {"conf", "conf/privilege"} <= set(after)
    assert not found("A014", after)


def test_a_name_that_is_taken_is_not_renamed() -> None:
    entries = package({"Info": file_entry(b"x")})
    (problem,) = found("A014", entries)
    assert not problem.fixable
    assert mended("A014", entries) == entries


def test_own_files_are_no_known_names() -> None:
    assert not found("A014", package({"scripts/helper": file_entry(b"x"), "package/info": file_entry(b"x")}))


def test_unknown_members(look: Look) -> None:
    entries = package({"screen_1.png": file_entry(b""), "tools/x": file_entry(b""), "indexdb/a": file_entry(b"")})
    assert [problem.path for problem in found("A015", entries)] == ["screen_1.png", "tools"]
    assert [problem.path for problem in look("A015", spk(rework=added(Member("package/x", b""))))] == ["package"]


def test_names_beyond_ascii() -> None:
    (problem,) = found("A023", package({"package/Bücher": file_entry(b""), "package/über": file_entry(b"")}))
    assert (problem.severity, problem.argument("count")) == (Severity.INFO, 2)
    (problem,) = found("A023", package({"package/B\udcfccher": file_entry(b""), "package/über": file_entry(b"")}))
    assert (problem.severity, problem.path) == (Severity.WARNING, "package/B\udcfccher")


def test_names_equal_but_for_case() -> None:
    entries = package(
        {
            "package/Lib": Entry(Kind.DIRECTORY),
            "package/Lib/a": file_entry(b""),
            "package/lib": Entry(Kind.DIRECTORY),
            "package/lib/a": file_entry(b""),
            "package/lib/A": file_entry(b""),
            "package/straße": file_entry(b""),
            "package/STRASSE": file_entry(b""),
        }
    )
    assert [problem.path for problem in found("A026", entries)] == ["package/lib", "package/lib/a", "package/straße"]


# ------------------------------------------------------------------------------------------------ links


@pytest.mark.parametrize(
    ("target", "severity", "after"),
    [
        ("/volume2/@appstore/sample/bin/tool", Severity.WARNING, "../bin/tool"),
        ("/var/packages/sample/target/bin/tool", Severity.INFO, "../bin/tool"),
        ("/usr/local/packages/@appstore/sample/lib/x/../y", Severity.INFO, "y"),
        ("/var/packages/sample/target", Severity.INFO, ".."),
        ("/volume1/web/page", Severity.WARNING, "/volume1/web/page"),
        ("/opt/bin/x", Severity.WARNING, "/opt/bin/x"),
    ],
)
def test_absolute_links(target: str, severity: Severity, after: str) -> None:
    entries = package({"package/lib": Entry(Kind.DIRECTORY), "package/lib/link": link(target)})
    (problem,) = found("A021", entries)
    assert (problem.path, problem.severity) == ("package/lib/link", severity)
    assert problem.fixable == (after != target)
    assert mended("A021", entries)["package/lib/link"].target == after


@pytest.mark.parametrize(
    "target",
    ["../bin/tool", "/usr/bin/python3", "/dev/null", "/var/packages/sample/var/log", "/var/packages/sampler/target"],
)
def test_links_that_are_the_same_on_every_nas(target: str) -> None:
    assert not found("A021", package({"package/lib/link": link(target)}))


def test_a_link_outside_becomes_the_file() -> None:
    entries = package(
        {"scripts/preinst": link("./postinst"), "scripts/preuninst": link("preinst"), "x": link("/etc/x")}
    )
    assert [(problem.path, problem.fixable) for problem in found("A017", entries)] == [
        ("scripts/preinst", True),
        ("scripts/preuninst", True),
        ("x", False),
    ]
    after = mended("A017", entries)
    assert after["scripts/preinst"] == after["scripts/preuninst"] == entries["scripts/postinst"]
    assert after["x"] == entries["x"]


def test_links_in_a_circle() -> None:
    entries = package({"scripts/a": link("b"), "scripts/b": link("a")})
    assert [problem.fixable for problem in found("A017", entries)] == [False, False]
    assert [problem.path for problem in found("A027", entries)] == ["scripts/a", "scripts/b"]


# ------------------------------------------------------------------------------------------------ parts


class Gone:
    """A content that cannot be read any more."""

    size = 10

    def open(self) -> BinaryIO:
        raise UnreadableError("The file is gone.", "there", "Bring it back.")

    def read(self) -> bytes:
        raise UnreadableError("The file is gone.", "there", "Bring it back.")


def test_parts_that_cannot_be_read() -> None:
    info = INFO + b'dsmuidir="ui"\n'
    gone = Entry(Kind.FILE, content=Gone())
    entries = package(
        {"conf/resource": gone, "package/ui/config": gone, "package/big": gone, "LICENSE": file_entry(b"")}, info
    )
    problems = found("A027", entries)
    assert [problem.path for problem in problems] == ["conf/resource", "package/ui/config"]
    assert problems[0].message == "conf/resource cannot be read: The file is gone."


def test_parts_that_are_too_large() -> None:
    entries = package(
        {
            "scripts/postinst": file_entry(b"#" * (5 << 20)),
            "scripts/program": file_entry(elf(62) * (100_000)),
            "package/large": file_entry(b"#" * (5 << 20)),
        }
    )
    assert [problem.path for problem in found("A028", entries)] == ["scripts/postinst"]


def test_missing_parts() -> None:
    assert [problem.path for problem in found("A005", package({"INFO": Entry(Kind.DIRECTORY)}))] == ["INFO"]
    without = {"package": None, "package/bin": None, "package/bin/tool": None}
    assert [problem.path for problem in found("A006", package(without))] == ["package"]
    assert not found("A006", package({"package/bin": None, "package/bin/tool": None}))
