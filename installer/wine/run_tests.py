"""Runs the test suite in Windows' Python under Wine: `python -m installer.wine.run_tests FOLDER [pytest's words]`.

FOLDER is what make_environment made. The windows are drawn by Qt's own windows platform on a screen of our own; a bench
NAS (a real sshd) runs on Linux beside it for the tests of sessions and pulls. The suite is run in two shares at once,
each in an environment of its own: programs on one desktop would take the focus from each other, and all programs of an
environment wait for its one wineserver. Words that name tests are run in one go instead.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from installer.wine.prefix import ROOT, WinePrefix, screen

LINUX_PYTHON = ROOT / ".venv" / "bin" / "python"
ALWAYS = (
    "-u",
    "-X",
    "faulthandler",
    "-m",
    "pytest",
    "-m",
    "not integration",
    "-p",
    "no:xdist",
    "-o",
    "cache_dir=C:\\pytest-cache",
)
VARIABLES = {
    "HYPOTHESIS_STORAGE_DIRECTORY": "C:\\hypothesis",  # nothing is written beside the sources
    "PYTHONIOENCODING": "utf-8",  # what is printed into a pipe is in the code page of Windows otherwise
}
SOME_FAILED = 1
"""pytest's exit code when it ran to its end."""
WINDOWS = ("tests/gui/editors",)
"""The first share, half of the time; the second one is all the other tests."""
ELSEWHERE = ("tests/architecture",)
"""Tests that look at sources only: the same on every system, and Linux runs them."""


def main() -> int:
    """Run them; 0 if every test passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the environment")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="passed on to pytest")
    choice = parser.parse_args()
    place = WinePrefix(choice.folder.resolve())
    words = choice.words or ["-q", "--durations=10"]
    if any((ROOT / word.partition("::")[0]).exists() for word in words):
        return run(place, words)[0]
    return run_shares(place, words)


def run_shares(place: WinePrefix, words: list[str]) -> int:
    """Run both shares of the suite; what the first one said comes after the other's output."""
    others = [f"--ignore={name}" for name in (*WINDOWS, *ELSEWHERE)]
    with copy_of(place) as copy, ThreadPoolExecutor() as pool:
        first = pool.submit(run, copy, [*words, *WINDOWS], subprocess.PIPE)
        code, _ = run(place, [*words, *others])
        windows_code, text = first.result()
        print(text, flush=True)
        return windows_code or code


@contextmanager
def copy_of(place: WinePrefix) -> Iterator[WinePrefix]:
    """A second environment whose files are the same ones on disk until a program replaces them."""
    copy = WinePrefix(place.folder.with_name(f"{place.folder.name}-copy"))
    shutil.rmtree(copy.folder, ignore_errors=True)
    subprocess.run(["cp", "--archive", "--link", place.folder, copy.folder], check=True)
    try:
        yield copy
    finally:
        shutil.rmtree(copy.folder, ignore_errors=True)


def run(place: WinePrefix, words: list[str], output: int | None = None) -> tuple[int, str]:
    """Run pytest with these words added; its exit code, and what it said if `output` is a pipe."""
    with screen() as display, bench_nas() as nas:
        variables = os.environ | VARIABLES | {"DISPLAY": display, "SPK_BENCH_NAS": nas}
        command = [str(place.winpy), *ALWAYS, *words]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=variables, check=False, stdout=output, encoding="utf-8", errors="replace"
            )
            said = done.stdout or ""
            if done.returncode == SOME_FAILED:
                print("These tests are tried a second time: a busy Wine is slower than their patience.", flush=True)
                command += ["--last-failed", "--last-failed-no-failures", "none"]
                done = subprocess.run(
                    command, cwd=ROOT, env=variables, check=False, stdout=output, encoding="utf-8", errors="replace"
                )
                said += done.stdout or ""
        finally:
            place.end()
    return done.returncode, said


@contextmanager
def bench_nas() -> Iterator[str]:
    """A NAS of sshd, sudo and shells on this machine; yields what SPK_BENCH_NAS says about it."""
    python = str(LINUX_PYTHON) if LINUX_PYTHON.exists() else sys.executable
    command = [python, "-m", "tests.integration.nasbench"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout is not None
        known = bench.stdout.readline().strip()
        if not known:
            raise SystemExit("the bench NAS did not start")
        try:
            yield known
        finally:
            bench.communicate()


if __name__ == "__main__":
    sys.exit(main())
