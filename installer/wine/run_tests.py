"""Runs the test suite in Windows' Python under Wine: `python -m installer.wine.run_tests FOLDER [pytest's words]`.

FOLDER is what make_environment made. The windows are drawn by Qt's own windows platform on a screen of our own; a bench
NAS (a real sshd) runs on Linux beside it for the tests of sessions and pulls. The suite is run in shares, some at the
same time, each in an environment of its own: programs on one desktop would take the focus from each other, and all
programs of an environment wait for its one wineserver. Words that name tests are run in one go instead.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

from installer.wine.prefix import ROOT, WinePrefix, screen
from tests.wine import EXIT_CODE

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
)
VARIABLES = {
    "HYPOTHESIS_STORAGE_DIRECTORY": "C:\\hypothesis",  # nothing is written beside the sources
    "PYTHONIOENCODING": "utf-8",  # what is printed into a pipe is in the code page of Windows otherwise
}
SOME_FAILED = 1
"""pytest's exit code when it ran to its end."""
KILLED = 256 - signal.SIGKILL
"""What winpy tells when Wine killed Python. On a busy machine it does so with a program that has ended, but whose
process needs more than a second to go: pytest's own word counts then."""
AT_ONCE = (os.cpu_count() or 2) + 1
"""Shares that run at the same time: a test of windows mostly waits, for timers or for its wineserver."""
FOLDERS = (("tests/gui/editors",), ("tests/gui/nas", "tests/gui/problems"))
"""Shares of their own; the files of tests/gui make some more, and all other tests make one."""
PARTS = 3
"""Shares that the files of tests/gui make."""
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


def shares() -> list[list[str]]:
    """The suite in shares, as words for pytest, the longest first. Whichever environment is free takes the next one."""
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "gui").glob("test_*.py"))
    named = [*map(list, FOLDERS), *(files[part::PARTS] for part in range(PARTS))]
    rest = [f"--ignore={name}" for name in (*ELSEWHERE, *(name for share in named for name in share))]
    return [named[0], rest, *named[1:]]


def run_shares(place: WinePrefix, words: list[str]) -> int:
    """Run all shares; what each one said is printed whole, in their order. 0 if every one went well."""
    environments: SimpleQueue[WinePrefix] = SimpleQueue()
    codes = []

    def run_share(share: list[str]) -> tuple[int, str, float]:
        environment, started = environments.get(), time.monotonic()
        try:
            return *run(environment, [*words, *share], subprocess.PIPE), time.monotonic() - started
        finally:
            environments.put(environment)

    with ExitStack() as copies, ThreadPoolExecutor(AT_ONCE) as pool:
        environments.put(place)
        for number in range(1, AT_ONCE):
            environments.put(copies.enter_context(copy_of(place, number)))
        for number, (code, said, seconds) in enumerate(pool.map(run_share, shares()), 1):
            print(said)
            print(f"-- share {number}: exit code {code} after {seconds:.0f} s", flush=True)
            codes.append(code)
    return max(codes, key=abs)


@contextmanager
def copy_of(place: WinePrefix, number: int) -> Iterator[WinePrefix]:
    """Another environment whose files are the same ones on disk until a program replaces them."""
    copy = WinePrefix(place.folder.with_name(f"{place.folder.name}-{number}"))
    shutil.rmtree(copy.folder, ignore_errors=True)
    subprocess.run(["cp", "--archive", "--link", place.folder, copy.folder], check=True)
    try:
        yield copy
    finally:
        shutil.rmtree(copy.folder, ignore_errors=True)


def run(place: WinePrefix, words: list[str], output: int | None = None) -> tuple[int, str]:
    """Run pytest with these words added; its exit code, and what it said if `output` is a pipe."""
    cache = f"cache_dir=C:\\pytest-cache-{place.folder.name}"  # pytest writes in place, into the file of all copies
    verdict = place.drive / "pytest-exit-code"
    with screen() as display, bench_nas() as nas:
        variables = os.environ | VARIABLES | {"DISPLAY": display, "SPK_BENCH_NAS": nas}
        variables[EXIT_CODE] = f"C:\\{verdict.name}"

        def attempt(*more: str) -> tuple[int, str]:
            verdict.unlink(missing_ok=True)
            done = subprocess.run(
                [str(place.winpy), *ALWAYS, "-o", cache, *words, *more],
                cwd=ROOT,
                env=variables,
                check=False,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                encoding="utf-8",
                errors="replace",
            )
            code = done.returncode
            if code == KILLED and verdict.exists():
                code = int(verdict.read_text(encoding="utf-8"))
            return code, done.stdout or ""

        try:
            code, said = attempt()
            if code == SOME_FAILED:
                again = "These tests are tried a second time: a busy Wine is slower than their patience.\n"
                if output is None:
                    print(again, end="", flush=True)
                code, said_again = attempt("--last-failed", "--last-failed-no-failures", "none")
                said += again + said_again
        finally:
            place.end()
    return code, said


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
