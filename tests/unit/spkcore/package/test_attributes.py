"""attributes.json keeps everything, reads well in git, and says where it is damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base.errors import UnreadableError
from spkcore.package.attributes import (
    ArchiveFacts,
    attributes_path,
    attributes_text,
    default_mode,
    read_attributes,
    write_attributes,
)
from spkcore.package.entries import Attributes, Entry, Kind
from spkcore.package.names import DiskNames

ENTRIES = {
    "INFO": Entry(Kind.FILE, Attributes(0o100777, 0, 1000, 100, "admin", "users"), position=0),
    "package": Entry(Kind.DIRECTORY, Attributes(0o755, 1700000000), archive_name="./"),
    "package/bin": Entry(Kind.DIRECTORY, Attributes(0o40755, 7), position=1, archive_name="./bin/"),
    "package/aux": Entry(
        Kind.FILE, Attributes(0o644, 8, pax=(("SCHILY.xattr.user.x", "ü"), ("mtime", "8.5"))), position=2
    ),
    "package/café\udce9": Entry(Kind.FILE, Attributes(0o600, -5)),
    "package/soft": Entry(Kind.SYMLINK, Attributes(0o777, 9), target="/etc/passwd"),
    "package/hard": Entry(Kind.HARDLINK, Attributes(0o644, 9), target="package/aux", position=4),
    "package/.gitignore": Entry(Kind.FILE),
    "extra.txt": Entry(Kind.FILE),
}
FACTS = ArchiveFacts(
    source="demo.spk",
    payload_compression="xz",
    payload_format="gnu",
    payload_prefix="./",
    payload_root=True,
    outer_compression="none",
    outer_format="ustar",
    outer_order=("INFO", "package.tgz", "scripts/"),
    payload_member=Attributes(0o100777, 3),
    implied_folders=frozenset({"scripts", "package/share"}),
)


def test_everything_comes_back(tmp_path: Path) -> None:
    names = DiskNames()
    for path in ENTRIES:
        names.claim(path)
    write_attributes(tmp_path, ENTRIES, FACTS, names, exec_bits=True)
    stored = read_attributes(tmp_path)
    assert stored.entries == ENTRIES
    assert stored.facts == FACTS
    assert dict(stored.names.differing) == {"package/aux": "%61ux", "package/café\udce9": "café%E9"}
    assert stored.exec_bits


attributes = st.builds(
    Attributes,
    st.integers(0, 0o177777),
    st.none() | st.integers(-(2**40), 2**40),
    st.integers(0, 2**40),
    st.integers(0, 2**40),
    st.text(max_size=3),
    st.text(max_size=3),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3).map(lambda pax: tuple(sorted(pax.items()))),
)
entries = st.builds(
    Entry,
    st.sampled_from(Kind),
    attributes,
    st.none(),
    st.text(max_size=4),
    st.none() | st.integers(0, 99),
    st.text(max_size=4),
)


@given(st.dictionaries(st.sampled_from(["INFO", "package/ü", "package/a b"]), entries))
def test_any_header_comes_back(some_entries: dict[str, Entry]) -> None:
    from spkcore.package.attributes import entry_from_json, entry_to_json

    for entry in some_entries.values():
        assert entry_from_json(json.loads(json.dumps(entry_to_json(entry)))) == entry


def test_one_entry_stands_on_one_line_in_a_stable_order() -> None:
    lines = attributes_text(dict(reversed(ENTRIES.items())), FACTS).decode("utf-8").splitlines()
    assert lines == attributes_text(ENTRIES, FACTS).decode("utf-8").splitlines()
    owner = '"uid": 1000, "gid": 100, "uname": "admin", "gname": "users"'
    assert f'"INFO": {{"mode": "100777", "mtime": 0, {owner}, "position": 0}},' in lines
    assert sum(line.startswith('"package') for line in lines) == 7


def test_plain_new_files_need_no_line() -> None:
    text = attributes_text({"INFO": Entry(Kind.FILE), "package": Entry(Kind.DIRECTORY), "package/x": Entry(Kind.FILE)})
    assert json.loads(text)["entries"] == {}


def test_no_file_means_nothing_is_known(tmp_path: Path) -> None:
    stored = read_attributes(tmp_path)
    assert stored.entries == {}
    assert stored.facts == ArchiveFacts()


def damage(folder: Path, text: str) -> UnreadableError:
    path = attributes_path(folder)
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError) as caught:
        read_attributes(folder)
    assert caught.value.where == str(path)
    assert caught.value.what_to_do
    return caught.value


def test_broken_json_is_reported_with_its_place(tmp_path: Path) -> None:
    assert "line 3, column 1" in damage(tmp_path, '{\n"schema": 1,\n,').what


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('"../x": {}', "'../x'"),
        ('"/x": {}', "'/x'"),
        ('"a//b": {}', "'a//b'"),
        ('"x": {"disk_name": "../y"}', "'x'"),
        ('"x": {"disk_name": "a/b"}', "'x'"),
        ('"x": {"disk_name": "a\\\\b"}', "'x'"),
        ('"x": {"kind": "device"}', "device"),
        ('"x": {"mode": "rwx"}', "'x'"),
        ('"x": {"mode": 493}', "'x'"),
        ('"x": {"mode": "755", "mtime": "today"}', "'x'"),
        ('"x": {"position": true}', "'x'"),
        ('"x": 5', "'x'"),
        ('"x": []', "'x'"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, line: str, why: str) -> None:
    assert why in damage(tmp_path, f'{{"schema": 1, "entries": {{{line}}}}}').what


@pytest.mark.parametrize(
    "text", ["[]", "{}", "null", '{"schema": 1}', '{"schema": 2, "entries": {}}', '{"schema": 1, "entries": []}']
)
def test_another_shape_is_damage(tmp_path: Path, text: str) -> None:
    damage(tmp_path, text)


def test_a_newer_layout_is_explained(tmp_path: Path) -> None:
    assert "newer" in damage(tmp_path, '{"schema": 9, "entries": {}}').what


def test_our_folder_keeps_short_lived_files_out_of_git(tmp_path: Path) -> None:
    write_attributes(tmp_path, {})
    assert (tmp_path / ".spkcreator" / ".gitignore").read_text().splitlines()[-2:] == ["trash/", "journal.json"]


@pytest.mark.parametrize(
    ("path", "kind", "head", "mode"),
    [
        ("scripts", Kind.DIRECTORY, b"", 0o755),
        ("INFO", Kind.FILE, b'package="x"', 0o644),
        ("scripts/postinst", Kind.FILE, b"", 0o755),
        ("WIZARD_UIFILES/install_uifile.sh", Kind.FILE, b"", 0o755),
        ("WIZARD_UIFILES/install_uifile", Kind.FILE, b"[", 0o644),
        ("package/ui/index.CGI", Kind.FILE, b"", 0o755),
        ("package/bin/tool", Kind.FILE, b"\x7fELF\x02", 0o755),
        ("package/bin/run", Kind.FILE, b"#!/bin/sh", 0o755),
        ("package/bin/data", Kind.FILE, b"ELF", 0o644),
        ("package/lib.so", Kind.SYMLINK, b"", 0o777),
    ],
)
def test_modes_by_role(path: str, kind: Kind, head: bytes, mode: int) -> None:
    assert default_mode(path, kind, head) == mode


@pytest.mark.parametrize("line", ['"mode": "77777777"', '"mode": "-1"', '"mode": "0644", "mtime": 1' + "0" * 40])
def test_numbers_that_no_archive_holds_are_damage(tmp_path: Path, line: str) -> None:
    assert "no number" in damage(tmp_path, f'{{"schema": 1, "entries": {{"INFO": {{{line}}}}}}}').what
