"""Tests of calling shellcheck: many scripts at once, each text once, cancelled in between, or not there at all."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import TaskContext, quiet
from spkcore.checks import shellcheck

UNSAFE = b'#!/bin/sh\ncd "$1"\nrm x # %d\n'
pytestmark = pytest.mark.skipif(not shellcheck.available(), reason="shellcheck is not installed")


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from other tests."""
    monkeypatch.setattr(shellcheck, "_known", shellcheck._Known())


def test_the_one_that_was_installed_with_us_is_used() -> None:
    found = shellcheck.program()
    assert found is not None
    assert found.is_file()


def test_each_script_gets_its_own_remarks() -> None:
    scripts = [UNSAFE % number for number in range(30)] + [b"#!/bin/sh\nexit 0\n", b"#!/bin/sh\nif x; then\n"]
    said = shellcheck.remarks(scripts, quiet())
    assert all([(item.code, item.line, item.column) for item in said[data]] == [(2164, 2, 1)] for data in scripts[:30])
    assert said[scripts[30]] == ()
    assert any(item.is_fatal for item in said[scripts[31]])


def test_a_text_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = shellcheck.remarks([UNSAFE % 1], quiet())
    assert shellcheck.is_known(UNSAFE % 1)
    monkeypatch.setattr(shellcheck, "_learn", lambda *args: pytest.fail("asked again"))
    assert shellcheck.remarks([UNSAFE % 1], quiet()) == first
    windows = (UNSAFE % 1).replace(b"\n", b"\r\n")
    assert shellcheck.remarks([windows], quiet())[windows] == first[UNSAFE % 1]


def test_huge_files_are_left_alone() -> None:
    data = b"#!/bin/sh\n" + b"cd x\n" * 40_000
    assert shellcheck.is_known(data)
    assert shellcheck.remarks([data], quiet()) == {}


def test_a_cancelled_check_stops() -> None:
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        shellcheck.remarks([UNSAFE % 2], context)
    assert not shellcheck.is_known(UNSAFE % 2)


def test_a_running_process_is_ended_when_the_check_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = TaskContext()
    program = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(60)"
    command = [sys.executable, "-c", program, str(tmp_path / "started")]
    monkeypatch.setattr(shellcheck, "_command", lambda: command)
    monkeypatch.setattr(context, "check", lambda: _cancel_once_started(context, tmp_path / "started"))
    with pytest.raises(Cancelled):
        shellcheck.remarks([UNSAFE % 3], context)


def _cancel_once_started(context: TaskContext, mark: Path) -> None:
    if mark.exists():
        context.cancel()
    TaskContext.check(context)


def test_nobody_waits_for_a_process_that_kept_the_output_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that happened to be started meanwhile and lives on when shellcheck was ended: the program could not close."""
    heir = "import os, sys, time; open(sys.argv[1] + '-', 'w').write(str(os.getpid())); "
    heir += "os.replace(sys.argv[1] + '-', sys.argv[1]); time.sleep(30)"
    program = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {heir!r}, sys.argv[1]]); "
    program += "time.sleep(30)"
    mark = tmp_path / "started"
    context = TaskContext()
    monkeypatch.setattr(shellcheck, "_command", lambda: [sys.executable, "-c", program, str(mark)])
    monkeypatch.setattr(context, "check", lambda: _cancel_once_started(context, mark))
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        shellcheck.remarks([UNSAFE % 6], context)
    os.kill(int(mark.read_text(encoding="utf-8")), signal.SIGTERM)  # it is there still: nobody waited for it
    assert time.monotonic() - begun < 25


def test_without_the_program_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellcheck, "program", lambda: None)
    assert not shellcheck.available()
    assert shellcheck.remarks([UNSAFE % 4], quiet()) == {UNSAFE % 4: ()}


def test_an_answer_that_cannot_be_read_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellcheck, "_answer", lambda *args: b"no JSON")
    assert shellcheck.remarks([UNSAFE % 5], quiet()) == {UNSAFE % 5: ()}
