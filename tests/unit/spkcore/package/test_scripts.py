"""Tests of what is known about scripts: variables, starters, line ends, interpreters."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.package import scripts
from spkcore.package.entries import Entry, file_entry
from spkcore.package.scripts import LineEnd

WIZARD = b'[{"step_title": "a", "items": [{"type": "textfield", "subitems": [{"key": "wizard_name"}]}]}]'
REMOVAL = b'#!/bin/sh\ncat > $SYNOPKG_TEMP_LOGFILE <<X\n[{"items":[{"subitems":[{"key" :\n"wizard_wipe"}]}]}]\nX\n'
ENTRIES: dict[str, Entry] = {
    "WIZARD_UIFILES/install_uifile": file_entry(WIZARD),
    "WIZARD_UIFILES/install_uifile_ger": file_entry(WIZARD),
    "WIZARD_UIFILES/uninstall_uifile.sh": file_entry(REMOVAL),
    "WIZARD_UIFILES/notes": file_entry(b'{"key": "not_a_wizard"}'),
}


def names(path: str) -> list[str]:
    return [variable.name for variable in scripts.variables(path, ENTRIES)]


def test_all_lifecycle_scripts_are_known_with_their_meaning() -> None:
    known = scripts.lifecycle()
    assert {"preinst", "postinst", "preuninst", "postuninst", "preupgrade", "postupgrade"} <= set(known)
    assert [name for name, script in known.items() if script.needed == "dsm7"] == [
        "preupgrade",
        "postupgrade",
        "start-stop-status",
    ]
    assert all(script.title and script.when and script.failure and script.user for script in known.values())
    assert known["preinst"].path == "scripts/preinst"


@pytest.mark.skipif(not shutil.which("dash"), reason="needs dash")
@pytest.mark.parametrize("name", sorted(scripts.lifecycle()))
def test_starters_run_and_succeed(name: str) -> None:
    text = scripts.starter(f"scripts/{name}")
    assert text.startswith(b"#!/bin/sh\n")
    assert b"\r" not in text
    arguments = ["prestart", "start", "status", "prestop", "stop"] if name == "start-stop-status" else [""]
    for argument in arguments:
        command = ["dash", "-s", *([argument] if argument else [])]
        assert subprocess.run(command, input=text, check=False, capture_output=True).returncode == 0


def test_starters_of_other_files() -> None:
    helper = scripts.starter("scripts/helper")
    assert helper.startswith(b"#!/bin/sh\n")
    assert b"exit" not in helper, "it would end the script that reads it in"
    assert b"SYNOPKG_TEMP_LOGFILE" in scripts.starter("WIZARD_UIFILES/install_uifile_ger.sh")


def test_variables_differ_by_script() -> None:
    assert "SYNOPKG_TEMP_SPKFILE" in names("scripts/preinst")
    assert "SYNOPKG_TEMP_SPKFILE" not in names("scripts/start-stop-status")
    assert "SYNOPKG_PKG_STATUS" not in names("WIZARD_UIFILES/install_uifile.sh")
    assert "SYNOPKG_TEMP_SPKFILE" in names("scripts/my-helper")


def test_answers_of_wizards_reach_the_scripts_that_dsm_gives_them_to() -> None:
    assert names("scripts/postinst").count("wizard_name") == 1
    assert "wizard_wipe" not in names("scripts/postinst")
    assert "wizard_wipe" in names("scripts/postuninst")
    assert "wizard_name" not in names("scripts/postuninst")
    assert {"wizard_name", "wizard_wipe"} <= set(names("scripts/my-helper"))
    assert "not_a_wizard" not in names("scripts/my-helper")
    assert "wizard_name" not in names("WIZARD_UIFILES/install_uifile.sh")


def test_every_variable_has_a_meaning_and_a_sample() -> None:
    for variable in scripts.variables("scripts/preinst", {}):
        assert variable.meaning
        assert variable.sample
    (found,) = [v for v in scripts.variables("scripts/postinst", ENTRIES) if v.wizard]
    assert found.wizard == "WIZARD_UIFILES/install_uifile"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('echo "$wizard_a" ${wizard_b:-x} $HOME', ["wizard_a", "wizard_b", "HOME"]),
        ("# $hidden\necho $seen # $hidden", ["seen"]),
        ("echo '$hidden' \"'$seen'\"", ["seen"]),
        ('echo "# $seen"', ["seen"]),
        ("echo \\$hidden $$ $1 $?", []),
        ("echo \"it's $seen\" and '$hidden'", ["seen"]),
        ("echo a#b $seen", ["seen"]),
    ],
)
def test_used_variables(text: str, found: list[str]) -> None:
    assert scripts.used_variables(text) == found


def test_used_wizard_variables_are_those_that_a_wizard_asks_for() -> None:
    assert scripts.used_wizard_variables('echo "$wizard_name $HOME $wizard_other"', ENTRIES) == ["wizard_name"]


def test_assigned_variables() -> None:
    assert scripts.assigned_variables('A=1\nexport B="C=2"; D=$A # E=3\n[ x = y ]') == ["A", "B", "D"]


@settings(max_examples=100)
@given(st.text(alphabet="$a{}\"'\\# =\n", max_size=40))
def test_any_text_can_be_looked_through(text: str) -> None:
    scripts.used_variables(text)
    scripts.assigned_variables(text)


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"", LineEnd.NONE),
        (b"a", LineEnd.NONE),
        (b"a\nb\n", LineEnd.LF),
        (b"a\r\nb\r\n", LineEnd.CRLF),
        (b"a\r\nb\n", LineEnd.MIXED),
        (b"a\rb\n", LineEnd.MIXED),
        (b"a\rb", LineEnd.MIXED),
        (b"a\r\r\n", LineEnd.MIXED),
    ],
)
def test_line_ends_are_recognised_and_converted(data: bytes, end: LineEnd) -> None:
    assert scripts.line_end(data) is end
    unix = scripts.with_line_end(data, LineEnd.LF)
    assert b"\r" not in unix
    windows = scripts.with_line_end(data, LineEnd.CRLF)
    assert windows.count(b"\r\n") == unix.count(b"\n") == windows.count(b"\n")
    assert scripts.with_line_end(windows, LineEnd.LF) == unix


@pytest.mark.parametrize(
    ("data", "program", "language", "runnable"),
    [
        (b"#!/bin/sh\n", "/bin/sh", "sh", True),
        (b"#! /bin/bash -e\nx", "/bin/bash", "bash", True),
        (b"#!/usr/bin/env python3\n", "/usr/bin/env", "python", True),
        (b"#!/usr/bin/env -S A=1 php -n\n", "/usr/bin/env", "php", True),
        (b"#!/usr/bin/python3.8", "/usr/bin/python3.8", "python", True),
        (b"#!/bin/sh\r\n", "/bin/sh", "sh", False),
        (b"\xef\xbb\xbf#!/bin/sh\n", "/bin/sh", "sh", False),
        (b"#!/opt/strange\n", "/opt/strange", "", True),
    ],
)
def test_interpreter(data: bytes, program: str, language: str, runnable: bool) -> None:
    found = scripts.interpreter(data)
    assert found is not None
    assert (found.program, found.language, found.runnable) == (program, language, runnable)


def test_no_interpreter() -> None:
    assert scripts.interpreter(b"echo\n#!/bin/sh") is None
    assert scripts.interpreter(b"") is None
    assert scripts.interpreter(b"#!\n") is None
