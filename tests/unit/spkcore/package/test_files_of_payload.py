"""Roles of files, links, owners, comparing and replacing: the engine behind the payload editor."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.tasks import quiet
from spkcore.package import changes
from spkcore.package.compare import Aspect, Side, compare, counts, take_over
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry
from spkcore.package.executables import Role, make_executable, proposals, role_of, roles
from spkcore.package.links import Leads, follow, partners
from spkcore.package.ownership import set_bits, set_mtime, set_owner, set_target
from spkcore.package.replacing import plan_replacement

from .conftest import write_tree

FOLDER = Entry(Kind.DIRECTORY)


def owned(data: bytes, mode: int = 0o644, **more: Any) -> Entry:
    return Entry(Kind.FILE, Attributes(mode, 5, **more), BytesContent(data))


def read(entries: dict[str, Entry], path: str) -> bytes:
    """The bytes of a file."""
    content = entries[path].content
    assert content is not None
    return content.read()


def permissions(entries: dict[str, Entry], path: str) -> int:
    attributes = entries[path].attributes
    assert attributes is not None
    return attributes.permissions


def applied(entries: dict[str, Entry], change: changes.Change) -> dict[str, Entry]:
    result = dict(entries)
    changes.apply(result, change)
    return result


def elf(kind: int, *, interpreter: bool = False, wide: bool = True, big: bool = False) -> bytes:
    """The start of a compiled file with two program headers, the second of which may name the loader."""
    order = ">" if big else "<"
    ident = b"\x7fELF" + bytes([2 if wide else 1, 2 if big else 1, 1]) + bytes(9)
    size = 56 if wide else 32
    if wide:
        head = struct.pack(order + "HHIQQQIHHHHHH", kind, 62, 1, 0, 64, 0, 0, 64, size, 2, 0, 0, 0)
    else:
        head = struct.pack(order + "HHIIIIIHHHHHH", kind, 40, 1, 0, 52, 0, 0, 52, size, 2, 0, 0, 0)
    programs = struct.pack(order + "I", 6) + bytes(size - 4) + struct.pack(order + "I", 3 if interpreter else 1)
    return ident + head + programs + bytes(size - 4)


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("big", [True, False])
def test_programs_and_libraries_are_told_apart(wide: bool, big: bool) -> None:
    def role(path: str, kind: int, *, interpreter: bool = False) -> Role:
        return role_of(path, elf(kind, interpreter=interpreter, wide=wide, big=big))

    assert role("package/bin/a", 2) is Role.PROGRAM
    assert role("package/x/a", 3, interpreter=True) is Role.PROGRAM
    assert role("package/x/a", 3) is Role.LIBRARY
    assert role("package/sbin/static", 3) is Role.PROGRAM
    assert role("package/lib/libc.so.6", 3, interpreter=True) is Role.LIBRARY
    assert role("package/bin/x.so", 3) is Role.LIBRARY
    assert role("package/x/crt1.o", 1) is Role.LIBRARY


def test_other_files() -> None:
    assert role_of("x", b"#!/bin/sh\n") is Role.SCRIPT
    assert role_of("x", b"hello") is Role.TEXT
    assert role_of("x", b"a\0b") is Role.DATA
    assert role_of("x", b"\x7fELF") is Role.LIBRARY
    assert role_of("x", b"") is Role.TEXT


def test_only_programs_without_the_bit_are_proposed() -> None:
    entries = {
        "package/bin/off": owned(elf(2)),
        "package/bin/on": owned(elf(2), 0o755),
        "package/bin/by-role": file_entry(elf(2)),
        "package/lib/x.so": owned(elf(3)),
        "package/lib/site-packages/m": owned(b"#!/usr/bin/python\n"),
        "package/run": owned(b"#!/bin/sh\n", 0o640),
        "scripts/postinst": owned(b"#!/bin/sh\n"),
    }
    known = roles(entries, entries, quiet(), lambda entry: None)
    found = proposals(entries, known)
    assert [(item.path, item.is_likely) for item in found] == [
        ("package/bin/off", True), ("package/lib/site-packages/m", False), ("package/run", True),
    ]  # fmt: skip
    after = applied(entries, make_executable(entries, ["package/bin/off", "package/run"]))
    assert [permissions(after, path) for path in ("package/bin/off", "package/run")] == [0o755, 0o750]


@pytest.mark.parametrize(
    ("target", "leads", "path"),
    [
        ("bin/tool", Leads.INSIDE, "package/bin/tool"),
        ("bin/../bin/./tool", Leads.INSIDE, "package/bin/tool"),
        ("here", Leads.INSIDE, "package/bin/tool"),
        ("folder/tool", Leads.INSIDE, "package/bin/tool"),
        ("gone", Leads.MISSING, "package/gone"),
        ("../INFO", Leads.OUTSIDE, ""),
        ("/etc/passwd", Leads.OUTSIDE, ""),
        ("/var/packages/attic/target/bin/tool", Leads.INSIDE, "package/bin/tool"),
        ("/var/packages/attic/target", Leads.INSIDE, "package"),
        ("/var/packages/other/target/bin", Leads.OUTSIDE, ""),
        ("link", Leads.CIRCLE, ""),
    ],
)
def test_links_are_followed(target: str, leads: Leads, path: str) -> None:
    entries = {
        "package": FOLDER,
        "package/bin": FOLDER,
        "package/bin/tool": file_entry(b"x"),
        "package/here": Entry(Kind.SYMLINK, target="bin/tool"),
        "package/folder": Entry(Kind.SYMLINK, target="bin"),
        "package/link": Entry(Kind.SYMLINK, target=target),
    }
    end = follow(entries, "package/link", "attic")
    assert (end.leads, end.path) == (leads, path)


def test_hard_links_are_shown_with_all_their_names() -> None:
    entries = {
        "package/a": file_entry(b"x"),
        "package/b": Entry(Kind.HARDLINK, target="package/a"),
        "package/c": Entry(Kind.HARDLINK, target="package/b"),
        "package/d": file_entry(b"x"),
    }
    assert partners(entries, "package/b") == ["package/a", "package/c"]
    assert partners(entries, "package/a") == ["package/b", "package/c"]
    assert partners(entries, "package/d") == []


def test_owner_bits_time_and_target_change_alone() -> None:
    entries = {
        "package/a": owned(b"x", 0o100750, uid=7, gname="users", pax=(("mtime", "5.25"),)),
        "package/b": file_entry(b"#!/bin/sh\n"),
        "package/l": Entry(Kind.SYMLINK, target="a"),
    }
    bits = applied(entries, set_bits(entries, entries, 0o022, 0o020))
    assert bits["package/a"].attributes == Attributes(0o100770, 5, 7, 0, "", "users", (("mtime", "5.25"),))
    assert bits["package/b"].attributes == Attributes(0o775)
    assert bits["package/l"] is entries["package/l"]
    owner = applied(entries, set_owner(entries, ["package/a", "package/b"], uid=1000, gname=""))
    assert owner["package/a"].attributes == Attributes(0o100750, 5, 1000, 0, "", "", (("mtime", "5.25"),))
    assert owner["package/b"].attributes == Attributes(0o755, uid=1000)
    time = applied(entries, set_mtime(entries, ["package/a"], 99))
    assert time["package/a"].attributes == Attributes(0o100750, 99, 7, 0, "", "users")
    assert applied(entries, set_target(entries, "package/l", "b"))["package/l"].target == "b"
    assert set_owner(entries, ["package/a"], uid=7).is_empty
    with pytest.raises(UsageError):
        set_owner(entries, ["package/a"], gid=2_097_152)
    for name in ("a" * 32, "ü" * 16, "a\nb"):
        with pytest.raises(UsageError):
            set_owner(entries, ["package/a"], uname=name)
        with pytest.raises(UsageError):
            set_owner(entries, ["package/a"], gname=name)
    with pytest.raises(UsageError):
        set_target(entries, "package/l", "")


def _two_packages() -> tuple[dict[str, Entry], dict[str, Entry]]:
    here = {
        "INFO": file_entry(b"1"),
        "package": FOLDER,
        "package/same": owned(b"same"),
        "package/text": owned(b"old"),
        "package/mode": owned(b"m"),
        "package/owner": owned(b"o"),
        "package/link": Entry(Kind.SYMLINK, target="a"),
        "package/kind": FOLDER,
        "package/kind/inner": file_entry(b""),
        "package/mine": file_entry(b""),
    }
    there = {
        "INFO": file_entry(b"2"),
        "package": FOLDER,
        "package/same": Entry(Kind.FILE, Attributes(0o644, 77), BytesContent(b"same")),
        "package/text": owned(b"new"),
        "package/mode": owned(b"m", 0o755),
        "package/owner": owned(b"o", uid=3),
        "package/link": Entry(Kind.SYMLINK, target="b"),
        "package/kind": file_entry(b"f"),
        "package/theirs": owned(b"t"),
        "package/hard": Entry(Kind.HARDLINK, target="package/theirs"),
    }
    return here, there


def test_a_comparison_says_what_differs() -> None:
    here, there = _two_packages()
    found = compare(here, there, quiet())
    by_path = {item.path.removeprefix("package/"): item for item in found.differences}
    assert found.same == 2
    assert {path: item.aspects for path, item in by_path.items() if item.side is Side.BOTH} == {
        "INFO": {Aspect.CONTENT},
        "text": {Aspect.CONTENT},
        "mode": {Aspect.MODE},
        "owner": {Aspect.OWNER},
        "link": {Aspect.LINK},
        "kind": {Aspect.KIND},
    }
    assert counts(found.differences) == {Side.HERE: 2, Side.THERE: 2, Side.BOTH: 6}


def test_taking_over_everything_leaves_no_difference() -> None:
    here, there = _two_packages()
    paths = [item.path for item in compare(here, there, quiet()).differences]
    change = take_over(here, there, paths, quiet())
    after = applied(here, change)
    assert compare(after, there, quiet()).differences == ()
    assert applied(after, change.inverse()) == here


def test_one_hard_link_taken_over_alone_becomes_a_file() -> None:
    here, there = _two_packages()
    after = applied(here, take_over(here, there, ["package/hard"], quiet()))
    assert after["package/hard"].kind is Kind.FILE
    assert after["package/hard"].content == BytesContent(b"t")
    assert "package/theirs" not in after


def test_a_hard_link_to_the_same_bytes_is_no_difference_of_content() -> None:
    here = {"package/a": owned(b"x"), "package/b": owned(b"x")}
    there = {"package/a": owned(b"x"), "package/b": Entry(Kind.HARDLINK, Attributes(0o644, 5), target="package/a")}
    (found,) = compare(here, there, quiet()).differences
    assert found.aspects == {Aspect.LINK}


def test_replacing_keeps_modes_and_owners_of_what_stays(tmp_path: Path) -> None:
    write_tree(tmp_path, {"tool": b"new", "same": b"same", "sub/added": b"a", "kind/x": b"x"})
    (tmp_path / "Thumbs.db").write_bytes(b"junk")
    entries = {
        "package": FOLDER,
        "package/bin": FOLDER,
        "package/bin/tool": owned(b"old", 0o4750, uid=9),
        "package/bin/same": owned(b"same", 0o600),
        "package/bin/gone": file_entry(b"g"),
        "package/bin/kind": file_entry(b"k"),
        "package/bin/old": FOLDER,
        "package/bin/old/link": Entry(Kind.SYMLINK, target="../tool"),
        "package/bin/kind2": FOLDER,
        "package/out": file_entry(b"o"),
    }
    plan = plan_replacement(entries, "package/bin", tmp_path, quiet())
    assert plan.added == ("package/bin/kind/x", "package/bin/sub", "package/bin/sub/added")
    assert plan.changed == ("package/bin/kind", "package/bin/tool")
    assert plan.removed == ("package/bin/gone", "package/bin/kind2")
    assert (plan.same, plan.kept_links) == (1, ("package/bin/old/link",))
    after = applied(entries, plan.change)
    assert after["package/bin/tool"].attributes == Attributes(0o4750, None, 9)
    assert read(after, "package/bin/tool") == b"new"
    assert after["package/bin/same"] is entries["package/bin/same"]
    assert "package/bin/old/link" in after
    assert after["package/out"] is entries["package/out"]
    assert applied(after, plan.change.inverse()) == entries
    without = plan_replacement(entries, "package/bin", tmp_path, quiet(), keep_links=False)
    assert "package/bin/old/link" in without.removed


def _linked() -> dict[str, Entry]:
    """A file with another name, in a folder that is replaced."""
    link = Entry(Kind.HARDLINK, Attributes(0o644, 5), target="package/bin/a")
    return {"package": FOLDER, "package/bin": FOLDER, "package/bin/a": owned(b"old"), "package/bin/b": link}


def test_replacing_the_target_of_a_hard_link_leaves_the_bytes_of_the_link(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": b"new", "b": b"old"})
    plan = plan_replacement(_linked(), "package/bin", tmp_path, quiet())
    after = applied(_linked(), plan.change)
    assert after["package/bin/b"].kind is Kind.FILE
    assert read(after, "package/bin/b") == b"old"
    assert plan.changed == ("package/bin/a", "package/bin/b")


def test_replacing_both_names_of_a_file_keeps_them_one_file(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": b"new", "b": b"new"})
    plan = plan_replacement(_linked(), "package/bin", tmp_path, quiet())
    after = applied(_linked(), plan.change)
    assert read(after, "package/bin/a") == b"new"
    assert after["package/bin/b"] == _linked()["package/bin/b"]
    assert (plan.changed, plan.same) == (("package/bin/a",), 1)


def test_a_hard_link_to_a_file_elsewhere_stays(tmp_path: Path) -> None:
    write_tree(tmp_path, {"b": b"old"})
    entries = {
        "package/a": owned(b"old"),
        "package/bin": FOLDER,
        "package/bin/b": Entry(Kind.HARDLINK, target="package/a"),
    }
    assert plan_replacement(entries, "package/bin", tmp_path, quiet()).change.is_empty


def test_a_hard_link_is_taken_over_alone_where_its_file_is_the_same_here() -> None:
    link = Entry(Kind.HARDLINK, Attributes(0o644, 5), target="package/a")
    here = {"package": FOLDER, "package/a": owned(b"x"), "package/b": owned(b"x")}
    there = {"package": FOLDER, "package/a": owned(b"x"), "package/b": link}
    after = applied(here, take_over(here, there, ["package/b"], quiet()))
    assert compare(after, there, quiet()).differences == ()
    assert after["package/b"] == link
    elsewhere = {"package/a": owned(b"y"), "package/b": owned(b"x")}
    assert applied(elsewhere, take_over(elsewhere, there, ["package/b"], quiet()))["package/b"].kind is Kind.FILE


def test_mode_owner_and_time_are_those_of_all_names_of_a_file() -> None:
    entries = _linked()
    bits = applied(entries, set_bits(entries, ["package/bin/b"], 0o7777, 0o700))
    owner = applied(entries, set_owner(entries, ["package/bin/a"], uid=7))
    time = applied(entries, set_mtime(entries, ["package/bin/a", "package/bin/b"], 99))
    for name in ("package/bin/a", "package/bin/b"):
        assert bits[name].attributes == Attributes(0o700, 5)
        assert owner[name].attributes == Attributes(0o644, 5, uid=7)
        assert time[name].attributes == Attributes(0o644, 99)
    change = set_mtime(entries, ["package/bin/a", "package/bin/b"], 99)
    assert len(change.edits) == 2
    assert applied(applied(entries, change), change.inverse()) == entries


def test_an_empty_or_missing_folder_replaces_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        plan_replacement({"package": FOLDER}, "package", tmp_path, quiet())
    with pytest.raises(UnreadableError):
        plan_replacement({"package": FOLDER}, "package", tmp_path / "none", quiet())


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX modes")
def test_a_fresh_program_keeps_the_execute_bit_of_a_linux_disk(tmp_path: Path) -> None:
    write_tree(tmp_path, {"tool": b"new"})
    (tmp_path / "tool").chmod(0o755)
    plan = plan_replacement({"package": FOLDER}, "package", tmp_path, quiet())
    (edit,) = plan.change.edits
    assert edit.after is not None
    assert edit.after.attributes == Attributes(0o755)
