"""Tests for spkcore.checks.spkfile: an .spk is read once, leniently, and never as a whole."""

from __future__ import annotations

import contextlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spkcore.base.errors import Cancelled, UnreadableError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.checks import spkfile
from spkcore.checks.engine import Options, check
from spkcore.checks.rulebook import rules
from spkcore.checks.spkfile import read_spk
from spkcore.checks.subject import HEAD, SpkFacts, Subject, Unread
from spkcore.package.entries import Kind
from tests.data.recipes.spk import Member, added, changed, elf, pack, spk

Read = Callable[[bytes], Subject]
SOUND = spk(files={"PACKAGE_ICON_256.PNG": None})


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads these bytes as an .spk."""

    def read_bytes(data: bytes) -> Subject:
        path = tmp_path / "some.spk"
        path.write_bytes(data)
        return read_spk(path, quiet())

    return read_bytes


def facts(subject: Subject) -> SpkFacts:
    assert subject.spk is not None
    return subject.spk


def test_a_sound_package(read: Read) -> None:
    found = read(spk())
    assert found.package == "sample"
    assert found.data("scripts/preinst") == b"#!/bin/sh\nexit 0\n"
    assert [member.path for member in facts(found).payload_members] == ["bin", "bin/tool"]
    assert facts(found).payload_error == ""
    assert facts(found).payload_compression == "gzip"
    assert facts(found).unpacked_size == found.entries["package/bin/tool"].size


def test_of_programs_only_the_start_is_kept(read: Read) -> None:
    found = read(spk(payload={"bin/program": elf(62) + bytes(4000), "web/page.cgi": b"#!/bin/sh\n" + b"#" * 4000}))
    program = found.entries["package/bin/program"]
    assert isinstance(program.content, Unread)
    assert program.size == 4064
    assert found.data("package/bin/program") == b""
    assert found.head("package/bin/program") == elf(62)[:HEAD]
    assert len(found.data("package/web/page.cgi")) == 4010


def test_no_more_is_kept_than_memory_allows(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spkfile, "_MOST_KEPT", 5000)
    found = read(spk(payload={"a.sh": "#" * 2000, "b.sh": "#" * 6000, "c.sh": "#" * 500}))
    assert [len(found.data(f"package/{name}.sh")) for name in "abc"] == [2000, 0, 500]


def test_desktop_files_are_kept_wherever_info_stands(read: Read) -> None:
    files = {"ui/config": '{".url": {}}', "ui/texts/enu/strings": "[a]\n"}
    info_last = spk(
        info={"dsmuidir": "ui"},
        payload=files,
        rework=lambda members: sorted(members, key=lambda member: member.name == "INFO"),
    )
    found = read(info_last)
    assert found.data("package/ui/config") == b'{".url": {}}'
    assert found.data("package/ui/texts/enu/strings") == b"[a]\n"


def test_of_two_members_the_last_one_counts(read: Read) -> None:
    found = read(spk(rework=added(Member("scripts/postinst", b"second"))))
    assert found.data("scripts/postinst") == b"second"
    assert [member.path for member in facts(found).members].count("scripts/postinst") == 2


def test_of_two_payloads_the_last_one_counts(read: Read) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("other"))
    found = read(spk(rework=added(Member("package.tgz", pack(buffer.getvalue(), "gzip")))))
    assert [path for path in found.entries if path.startswith("package/")] == ["package/other"]
    assert [member.path for member in facts(found).payload_members] == ["other"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "d/" * 300 + "file"])
def test_unsafe_names_are_no_entries(read: Read, name: str) -> None:
    found = read(
        spk(rework=added(Member(name, b"x")), rework_payload=added(Member(name, b"x")), format=tarfile.GNU_FORMAT)
    )
    assert not [path for path in found.entries if "passwd" in path or path.endswith(("b", "file"))]
    assert name in {member.name for member in facts(found).payload_members}


def test_members_in_the_place_of_the_payload_are_no_payload(read: Read) -> None:
    found = read(spk(rework=added(Member("package/bin/fake", b"x"), Member(".spkcreator/attributes.json", b"{}"))))
    assert "package/bin/fake" not in found.entries
    assert not [path for path in found.entries if path.startswith(".spkcreator")]


def test_devices_are_members_but_no_entries(read: Read) -> None:
    device = Member("dev/sda", type=tarfile.BLKTYPE)
    found = read(spk(rework=added(device), rework_payload=added(device)))
    assert not [path for path in found.entries if path.endswith("sda")]
    assert facts(found).payload_members[-1].kind == "block device"


def test_folders_that_no_member_names(read: Read) -> None:
    found = read(spk(rework_payload=lambda members: [replace(members[-1], name="a/b/c")]))
    assert found.entries["package/a"].kind is found.entries["package/a/b"].kind is Kind.DIRECTORY


def test_hard_links_point_to_paths_of_the_package(read: Read) -> None:
    link = Member("bin/link", type=tarfile.LNKTYPE, target="./bin/tool")
    found = read(spk(payload={"bin/tool": "#!/bin/sh\n"}, rework_payload=added(link)))
    assert found.entries["package/bin/link"].target == "package/bin/tool"


def test_a_damaged_payload_is_told_and_its_checksum_taken(read: Read) -> None:
    whole = read(spk())
    packed = pack(b"\1" * 2000, "gzip")
    found = read(spk(rework=changed("package.tgz", data=packed)))
    assert facts(found).payload_error
    assert facts(found).payload_size == len(packed)
    assert facts(found).payload_md5 not in {"", facts(whole).payload_md5}
    assert found.data("scripts/preinst")


def test_a_payload_that_unpacks_to_too_much(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spkfile, "_LIMITS", replace(spkfile._LIMITS, ratio_free_bytes=5000, max_ratio=0))
    found = read(spk(payload={"a": bytes(6000), "b": b"x"}))
    assert "more than any package needs" in facts(found).payload_error
    assert "package/b" not in found.entries


def test_headers_of_the_pax_format_are_told(read: Read) -> None:
    found = read(spk(rework=changed("INFO", pax=(("comment", "x"),)), format=tarfile.PAX_FORMAT))
    assert [member.name for member in facts(found).members if member.has_pax] == ["INFO"]
    assert not any(member.has_pax for member in facts(read(spk())).members)


def test_type_bits_of_modes_survive(read: Read) -> None:
    found = read(spk(modes={"INFO": 0o100777}))
    attributes = found.entries["INFO"].attributes
    assert attributes is not None
    assert attributes.mode == 0o100777


def test_a_package_that_is_compressed_as_a_whole(read: Read) -> None:
    found = read(spk(wrap="gzip"))
    assert facts(found).identity.outer == "gzip"
    assert found.package == "sample"


@pytest.mark.parametrize("data", [b"", b"<html>404</html>", spk()[:3000], b"\x1f\x8b\x08\0garbage"])
def test_what_nobody_can_read(read: Read, data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(data)


@pytest.mark.parametrize("data", [b"PK\x03\x04" + bytes(40), b"\x68\xad\xbe\xef" + bytes(60)])
def test_other_archives_are_packages_without_entries(read: Read, data: bytes) -> None:
    found = read(data)
    assert not found.entries
    assert not found.is_readable


def test_cancel(tmp_path: Path) -> None:
    (tmp_path / "some.spk").write_bytes(spk())
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        read_spk(tmp_path / "some.spk", context)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_whatever_is_broken_is_told_or_passed_over(read: Read, damage: list[tuple[int, int]]) -> None:
    data = bytearray(SOUND)
    for place, byte in damage:
        data[place] = byte
    with contextlib.suppress(UnreadableError):
        check(read(bytes(data)), Options(only=frozenset(name for name in rules() if name[0] in "AG")))
