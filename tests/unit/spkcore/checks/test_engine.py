"""Tests for spkcore.checks: the problems of a package, their places, and how little is read again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

import pytest

from spkcore.base.errors import Cancelled, UnreadableError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.checks.engine import Problem, Severity, check, find_problems, needs_second_look
from spkcore.checks.subject import Subject
from spkcore.package.entries import BytesContent, Entry, Kind, file_entry
from spkcore.package.templates import Template, list_templates, render
from tests.data.recipes.spk import START_STOP_STATUS, png

INFO = b"""package="tool"
version="1.0-0001"
os_min_ver="7.0-40000"
description="A tool."
arch="noarch"
maintainer="Jane"
"""
SCRIPTS = ("preinst", "postinst", "preuninst", "postuninst", "preupgrade", "postupgrade", "start-stop-status")


@dataclass
class Folder:
    """What the checks see of a package."""

    entries: Mapping[str, Entry]


def good() -> dict[str, Entry]:
    scripts = {f"scripts/{name}": file_entry(b"#!/bin/sh\nexit 0\n") for name in SCRIPTS}
    return scripts | {
        "scripts/start-stop-status": file_entry(START_STOP_STATUS.encode()),
        "INFO": file_entry(INFO),
        "conf/privilege": file_entry(b'{"defaults": {"run-as": "package"}}'),
        "PACKAGE_ICON.PNG": file_entry(png(64)),
        "PACKAGE_ICON_256.PNG": file_entry(png(256)),
        "package": Entry(Kind.DIRECTORY),
    }


def problems(**changed: bytes | None) -> list[Problem]:
    """The problems of a good package in which these files ("__" stands for "/") have other bytes or are gone."""
    entries = good()
    for name, data in changed.items():
        path = name.replace("__", "/").replace("_dash_", "-")
        if data is None:
            del entries[path]
        else:
            entries[path] = file_entry(data)
    return find_problems(Folder(entries), quiet())


def test_a_good_package_has_no_problems() -> None:
    assert problems() == []


def test_an_empty_package() -> None:
    found = find_problems(Folder({}), quiet())
    assert {problem.rule for problem in found} >= {"A005", "A006", "S001", "P001", "G001", "G002"}
    assert {problem.path for problem in found if problem.severity is Severity.ERROR} >= {"INFO", "conf/privilege"}


@pytest.mark.parametrize(
    ("key", "value", "rule", "severity"),
    [
        ("arch", "x64", "I034", Severity.ERROR),
        ("arch", "noarch alpine", "I036", Severity.WARNING),
        ("os_min_ver", "7.0-100", "I008", Severity.ERROR),
        ("os_min_ver", "7", "I056", Severity.ERROR),
        ("os_max_ver", "6.2-25556", "I011", Severity.ERROR),
        ("beta", "true", "I015", Severity.WARNING),
        ("adminport", "0", "I042", Severity.ERROR),
        ("description", "", "I002", Severity.ERROR),
        ("version", "one", "I005", Severity.WARNING),
        ("description_xyz", "a", "I026", Severity.WARNING),
        ("install_dep_package", "a", "I025", Severity.WARNING),
        ("mystery", "a", "I025", Severity.INFO),
    ],
)
def test_values_of_info(key: str, value: str, rule: str, severity: Severity) -> None:
    lines = [line for line in INFO.decode().splitlines() if not line.startswith(key + "=")]
    text = "\n".join([*lines, f'{key}="{value}"', ""])
    found = [problem for problem in problems(INFO=text.encode()) if problem.path == "INFO"]
    assert [(problem.rule, problem.severity, problem.field) for problem in found] == [(rule, severity, key)]
    assert found[0].line == len(lines) + 1


def test_writing_of_info() -> None:
    found = problems(INFO=INFO.replace(b'arch="noarch"', b"arch noarch") + b'maintainer="Joe"\n')
    assert [(problem.rule, problem.line) for problem in found if problem.path == "INFO"] == [
        ("I002", 0),
        ("I017", 5),
        ("I024", 6),
    ]


def test_old_dsm_needs_less() -> None:
    entries = good()
    del entries["conf/privilege"]
    entries["PACKAGE_ICON.PNG"] = file_entry(png(72))
    entries["INFO"] = file_entry(b'package="tool"\nversion="1.0-0001"\nfirmware="5.0-4458"\n')
    assert find_problems(Folder(entries), quiet()) == []


def test_json_parts() -> None:
    found = problems(conf__privilege=b'{"defaults": {}}', conf__resource=b'{\n  "port-config": {}\n  "x": 1}')
    assert [(problem.rule, problem.path, problem.line, problem.column, problem.field) for problem in found] == [
        ("P002", "conf/privilege", 1, 14, "/defaults"),
        ("R001", "conf/resource", 2, 20, ""),
    ]
    found = problems(WIZARD_UIFILES__install_uifile=b'[{"step_title": "a\nb", "items": []}]')
    assert [(problem.rule, problem.severity) for problem in found] == [("W002", Severity.INFO)]


def test_root_is_refused_by_dsm_7_only() -> None:
    root = b'{"defaults": {"run-as": "root"}}'
    found = problems(conf__privilege=root)
    assert [(problem.rule, problem.column, problem.field) for problem in found] == [("P003", 25, "/defaults/run-as")]
    old = problems(conf__privilege=root, INFO=INFO.replace(b"7.0-40000", b"6.1-15047"))
    assert [problem for problem in old if problem.path == "conf/privilege"] == []
    assert len(problems(conf__privilege=b'{"defaults": {"run-as": "nobody"}}')) == 1
    assert {problem.rule for problem in problems(conf__privilege=b"{} // nothing")} == {"P002", "P012"}


def test_the_desktop_folder_of_info_decides_which_files_are_checked() -> None:
    assert problems(package__ui__config=b"[]") == []
    found = problems(package__ui__config=b"[]", INFO=INFO + b'dsmuidir="ui"\n')
    assert [(problem.rule, problem.path) for problem in found] == [("U002", "package/ui/config")]
    found = problems(INFO=INFO + b'dsmuidir="ui"\n')
    assert [(problem.rule, problem.path) for problem in found] == [("U001", "INFO")]


def test_line_ends_of_scripts() -> None:
    found = problems(scripts__preinst=b"#!/bin/sh\nset -e\r\nexit 0\n", scripts__helper=b"\x7fELF\0\r\n")
    assert [(problem.rule, problem.path, problem.line) for problem in found] == [("S003", "scripts/preinst", 2)]


@dataclass(eq=False)
class Watched:
    """Content that counts how often it is read, or cannot be read."""

    data: bytes = b""
    reads: int = 0
    is_gone: bool = False

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        raise AssertionError("checks read files as a whole")

    def read(self) -> bytes:
        self.reads += 1
        if self.is_gone:
            raise UnreadableError("It is gone", "there", "Bring it back.")
        return self.data


def test_only_changed_files_are_read_again() -> None:
    watched = {name: Watched(b"#!/bin/sh\r\n") for name in SCRIPTS}
    entries = good() | {f"scripts/{name}": Entry(Kind.FILE, content=item) for name, item in watched.items()}
    first = find_problems(Folder(entries), quiet())
    entries["INFO"] = file_entry(INFO + b'beta="no"\n')
    entries["scripts/preinst"] = Entry(Kind.FILE, content=watched["preinst"])
    assert find_problems(Folder(entries), quiet()) == first
    assert [problem.rule for problem in first].count("S003") == len(SCRIPTS)
    assert {name: item.reads for name, item in watched.items()} == dict.fromkeys(SCRIPTS, 1) | {"preinst": 2}


def test_unreadable_and_huge_files() -> None:
    entries = good() | {
        "conf/resource": Entry(Kind.FILE, content=Watched(is_gone=True)),
        "scripts/preinst": Entry(Kind.FILE, content=BytesContent(b" " * (5 << 20))),
    }
    found = find_problems(Folder(entries), quiet())
    assert [(problem.rule, problem.path) for problem in found] == [
        ("A028", "scripts/preinst"),
        ("A027", "conf/resource"),
    ]


def test_what_a_link_leads_to_is_not_judged() -> None:
    entries = good() | {"scripts/preinst": Entry(Kind.SYMLINK, target="postinst")}
    assert {problem.rule for problem in find_problems(Folder(entries), quiet())} == {"A017"}


@pytest.mark.parametrize("template", list_templates(), ids=lambda template: template.id)
def test_starter_packages_have_no_problems(template: Template) -> None:
    assert find_problems(Folder(render(template, {})), quiet()) == []


def test_cancel() -> None:
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        find_problems(Folder(good()), context)


class Counted:
    """A content that counts how often it is read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads = 0

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        self.reads += 1
        return io.BytesIO(self.data)

    def read(self) -> bytes:
        return self.open().read()


def test_a_second_look_reads_only_what_has_changed() -> None:
    entries = good()
    contents = {path: Counted(entry.content.read()) for path, entry in entries.items() if entry.content is not None}
    entries |= {path: replace(entries[path], content=content) for path, content in contents.items()}
    find_problems(Folder(entries), quiet())
    reads = {path: content.reads for path, content in contents.items()}

    entries["scripts/postinst"] = file_entry(b"#!/bin/sh\r\n")
    problems = find_problems(Folder(entries), quiet())

    assert [problem.rule for problem in problems] == ["S003"]
    assert reads["conf/privilege"] == contents["conf/privilege"].reads > 0
    assert reads["scripts/preinst"] == contents["scripts/preinst"].reads > 0


def test_a_quick_look_asks_shellcheck_nothing_new() -> None:
    entries = good() | {"scripts/preinst": file_entry(b'#!/bin/sh\nfor quick in $(ls *.x); do echo "$quick"; done\n')}
    quick = Subject.of(entries, quick=True)
    assert needs_second_look(quick)
    assert "S020" not in {problem.rule for problem in check(quick)}
    whole = check(Subject.of(entries))
    assert "S020" in {problem.rule for problem in whole}
    again = Subject.of(entries, quick=True)
    assert not needs_second_look(again)
    assert check(again) == whole


def test_halves_of_characters_reach_no_message() -> None:
    wizard = file_entry(b'[{"step_title": "x", "items": [{"type": "\\ud800", "desc": "", "subitems": []}]}]')
    found = check(Subject.of(good() | {"WIZARD_UIFILES/install_uifile": wizard}))
    assert any("\ufffd" in problem.message for problem in found)
    assert all(problem.message.encode() for problem in found)
