"""Script-made wizards on this PC: real shells, temporary folders, time limits; and how shells are found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest

from spkcore.base.errors import Cancelled, UsageError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package import shells
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.shells import Shell, ShellKind, find_shells
from spkcore.package.wizardscript import (
    LARGEST_OUTPUT,
    PAGES_VARIABLE,
    Output,
    Trial,
    files_for,
    require_shell,
    run,
    sample_environment,
)

PATH = "WIZARD_UIFILES/install_uifile.sh"
FOUND = find_shells()
NONE = pytest.param(None, marks=pytest.mark.skip(reason="no shell is here"))
with_each_shell = pytest.mark.parametrize("shell", FOUND or [NONE], ids=lambda shell: getattr(shell, "title", "none"))
needs_a_shell = pytest.mark.skipif(not FOUND, reason="no shell is here")


def trial(script: str, environment: dict[str, str] | None = None, **beside: bytes) -> Trial:
    files = {f"WIZARD_UIFILES/{name}": data for name, data in beside.items()}
    return Trial(PATH, {PATH: script.encode(), **files}, environment or {})


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made during the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@with_each_shell
def test_pages_output_and_exit_code(shell: Shell, temporary: Path) -> None:
    script = (
        "#!/bin/sh\necho out; echo err >&2\n"
        'sed "s/@NAME@/$SYNOPKG_PKGNAME/" "$(dirname "$0")/pages" >"$SYNOPKG_TEMP_LOGFILE"\nexit 4\n'
    )

    output = run(trial(script, {"SYNOPKG_PKGNAME": "ät'tic"}, pages=b'["@NAME@"]'), shell, quiet())

    assert output == Output('["ät\'tic"]', "out\nerr\n", 4)
    assert not list(temporary.iterdir())


PYTHON = Shell("Python", sys.executable)
"""Stands in for a shell where there is none: starting, reading and ending is the same for every program."""


def test_any_program_of_windows_is_started_read_and_ended(temporary: Path) -> None:
    script = (
        "import os, sys\nprint('here', os.environ['SYNOPKG_PKGNAME'], flush=True)\n"
        f"open(os.environ['{PAGES_VARIABLE}'], 'w', newline='').write('[]\\n')\nsys.exit(5)\n"
    )

    output = run(trial(script, {"SYNOPKG_PKGNAME": "attic"}), PYTHON, quiet())

    assert (output.pages, output.log.split(), output.exit_code) == ("[]\n", ["here", "attic"], 5)
    begun = time.monotonic()
    output = run(trial("import time\nprint('begun', flush=True)\ntime.sleep(60)\n"), PYTHON, quiet(), seconds=3)
    assert time.monotonic() - begun < 30
    assert (output.log.split(), output.exit_code, output.ended) == (["begun"], -1, "time")
    assert not list(temporary.iterdir())


@needs_a_shell
def test_the_script_sees_little_of_this_pc(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hidden")

    output = run(trial('#!/bin/sh\necho "[$SECRET_TOKEN]"; touch "$HOME/x"; echo "$HOME"\n'), FOUND[0], quiet())

    lines = output.log.split()
    assert lines[0] == "[]"
    assert Path(lines[1]).resolve().is_relative_to(temporary.resolve())
    assert not list(temporary.iterdir())


@needs_a_shell
def test_the_place_of_the_pages_cannot_be_chosen(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"

    output = run(
        trial('#!/bin/sh\necho x >"$SYNOPKG_TEMP_LOGFILE"\n', {PAGES_VARIABLE: str(elsewhere)}), FOUND[0], quiet()
    )

    assert output.pages == "x\n"
    assert not elsewhere.exists()


@with_each_shell
def test_a_script_without_end_is_ended(shell: Shell) -> None:
    begun = time.monotonic()

    output = run(trial("#!/bin/sh\necho begun\nsleep 60\n"), shell, quiet(), seconds=0.5)

    assert output == Output("", "begun\n", -1, "time")
    assert time.monotonic() - begun < 20


@needs_a_shell
def test_a_script_that_writes_for_ever_is_ended(temporary: Path) -> None:
    output = run(
        trial("#!/bin/sh\nwhile :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done\n"), FOUND[0], quiet()
    )

    assert (output.exit_code, output.ended) == (-1, "too much")
    assert len(output.log) <= LARGEST_OUTPUT
    assert not list(temporary.iterdir())


@needs_a_shell
def test_cancelling(temporary: Path) -> None:
    context = TaskContext()
    canceller = threading.Timer(0.2, context.cancel)
    canceller.start()

    with pytest.raises(Cancelled):
        run(trial("#!/bin/sh\nsleep 60\n"), FOUND[0], context)

    canceller.join()
    assert not list(temporary.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
@needs_a_shell
def test_what_a_script_leaves_running_ends_with_it() -> None:
    output = run(trial("#!/bin/sh\nsleep 60 &\necho $!\n"), FOUND[0], quiet())

    pid = int(output.log)
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.01)  # looked at again, not relied on
    assert not _lives(pid)


ALONE = "setsid sh -c 'echo $$ >started; exec sleep 60' & until [ -s started ]; do :; done; cat started\n"
"""A child in a session of its own, as a service that is started makes itself."""


@pytest.mark.skipif(sys.platform != "linux", reason="setsid is a program of Linux")
@pytest.mark.parametrize("ending", ["exit 0\n", "sleep 60\n"], ids=["by itself", "by time"])
@needs_a_shell
def test_what_makes_itself_independent_ends_too(ending: str) -> None:
    output = run(trial(f"#!/bin/sh\n{ALONE}{ending}"), FOUND[0], quiet(), 1.0 if "sleep" in ending else 30.0)

    if output.log:  # a busy machine may not come so far in a second
        assert not _lives(int(output.log))
    assert output.log or output.ended == "time"


@pytest.mark.skipif(sys.platform != "linux", reason="setsid is a program of Linux")
@needs_a_shell
def test_only_what_the_script_started_ends() -> None:
    with subprocess.Popen(["sleep", "60"], env={**os.environ, PAGES_VARIABLE: "/tmp/spk-wizard-other/pages"}) as other:
        run(trial(f"#!/bin/sh\n{ALONE}"), FOUND[0], quiet())
        assert other.poll() is None
        other.kill()


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def test_a_shell_that_is_gone_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        run(trial("#!/bin/sh\n"), Shell("gone", "/nowhere/bash"), quiet())

    assert caught.value.where == "/nowhere/bash"


def test_files_beside_the_script_come_along_and_the_payload_does_not() -> None:
    entries = {
        PATH: file_entry(b"#!/bin/sh\n"),
        "INFO": file_entry(b"x"),
        "WIZARD_UIFILES": Entry(Kind.DIRECTORY),
        "WIZARD_UIFILES/pages": file_entry(b"[]"),
        "scripts/common": file_entry(b"y"),
        "package/large": file_entry(b"z"),
        "LICENSE": file_entry(b"l"),
    }

    assert sorted(files_for(PATH, entries)) == ["INFO", PATH, "WIZARD_UIFILES/pages", "scripts/common"]
    with pytest.raises(UsageError):
        files_for("WIZARD_UIFILES/upgrade_uifile.sh", entries)


def test_neighbours_that_are_too_large_are_refused() -> None:
    entries = {PATH: file_entry(b"#!/bin/sh\n"), "conf/x": file_entry(bytes(33 << 20))}

    with pytest.raises(UsageError):
        files_for(PATH, entries)


def test_only_shell_scripts_run_on_a_pc() -> None:
    assert require_shell(PATH, b"#!/bin/bash\n") == "/bin/bash"
    assert require_shell(PATH, b"echo\n") == "/bin/sh"
    with pytest.raises(UsageError, match="python"):
        require_shell(PATH, b"#!/usr/bin/python3\n")


def test_sample_values_fit_the_package() -> None:
    info = {"package": "attic", "version": "2.0-5", "adminport": "9000"}

    found = {row.name: row.sample for row in sample_environment("WIZARD_UIFILES/upgrade_uifile_ger.sh", {}, info)}

    assert found["SYNOPKG_PKGNAME"] == "attic"
    assert found["SYNOPKG_PKGVER"] == "2.0-5"
    assert found["SYNOPKG_PKGPORT"] == "9000"
    assert found["SYNOPKG_PKGDEST"].endswith("/attic")
    assert found["SYNOPKG_DSM_LANGUAGE"] == "ger"
    assert found["SYNOPKG_OLD_PKGVER"]
    assert PAGES_VARIABLE not in found


def test_nothing_is_upgraded_while_installing() -> None:
    found = {row.name: row.sample for row in sample_environment(PATH, {}, {})}

    assert found["SYNOPKG_OLD_PKGVER"] == ""
    assert found["SYNOPKG_DSM_LANGUAGE"] == "enu"


# --- finding shells --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="these are the shells of Linux")
def test_shells_of_linux_are_found_once() -> None:
    programs = [(os.path.realpath(shell.program), shell.kind) for shell in FOUND]

    assert len(programs) == len(set(programs))
    assert any(kind is not ShellKind.WSL for _program, kind in programs)


def test_shells_of_windows_are_looked_for_in_their_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {
        "PROGRAMFILES": tmp_path / "Program Files",
        "LOCALAPPDATA": tmp_path / "Local",
        "USERPROFILE": tmp_path / "jane",
        "SYSTEMROOT": tmp_path / "Windows",
    }
    for inside in ("Program Files/Git/bin/bash.exe", "jane/scoop/apps/busybox/current/busybox.exe"):
        (tmp_path / inside).parent.mkdir(parents=True)
        (tmp_path / inside).touch()
    (tmp_path / "Windows/System32").mkdir(parents=True)
    (tmp_path / "Windows/System32/wsl.exe").touch()
    on_path = {"bash": str(tmp_path / "Windows/System32/bash.exe")}
    monkeypatch.setattr(shutil, "which", on_path.get)

    found = list(shells._windows_shells({name: str(path) for name, path in places.items()}))

    assert [(shell.title, shell.kind) for shell in found] == [
        ("Git Bash", ShellKind.PLAIN),
        ("BusyBox sh", ShellKind.BUSYBOX),
    ]
    assert found[0].is_bash


def test_wsl_gets_variables_and_paths_in_its_own_way() -> None:
    wsl = Shell("WSL", r"C:\Windows\System32\wsl.exe", ShellKind.WSL)

    assert wsl.start_line("./x.sh", {"A": "b c"}) == [wsl.program, "--exec", "env", "A=b c", "sh", "./x.sh"]
    assert wsl.path_for(PureWindowsPath("C:/Users/jane/x")) == "/mnt/c/Users/jane/x"
    assert Shell("Git Bash", "bash.exe").path_for(PureWindowsPath("C:/x")) == "C:/x"


@needs_a_shell
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
@pytest.mark.parametrize(
    "odd",
    ['mkfifo "$SYNOPKG_TEMP_LOGFILE"', 'mkdir "$SYNOPKG_TEMP_LOGFILE"', 'ln -s /nowhere "$SYNOPKG_TEMP_LOGFILE"'],
)
def test_pages_that_are_no_file_are_no_pages(odd: str, temporary: Path) -> None:
    assert run(trial(f"#!/bin/sh\n{odd}\n"), FOUND[0], quiet()) == Output("", "", 0)
    assert not list(temporary.iterdir())


@needs_a_shell
def test_variables_that_no_shell_can_have_are_left_out(temporary: Path) -> None:
    odd = {"A=B": "1", "": "2", "x y": "3", "GOOD": "a\0b"}
    output = run(trial('#!/bin/sh\necho "$GOOD"\n', odd), FOUND[0], quiet())
    assert output == Output("", "a\n", 0)


@needs_a_shell
def test_neighbours_that_this_pc_cannot_name_are_left_out(temporary: Path) -> None:
    given = trial("#!/bin/sh\nls WIZARD_UIFILES\n")
    files = {**given.files, f"WIZARD_UIFILES/{'x' * 300}": b"1"}
    assert run(replace(given, files=files), FOUND[0], quiet()).log == "install_uifile.sh\n"
