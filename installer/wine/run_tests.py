"""Runs the test suite in Windows' Python under Wine: `python -m installer.wine.run_tests FOLDER [pytest's words]`.

FOLDER is what make_environment made. The windows are drawn by Qt's own windows platform on a screen of our own; a bench
NAS (a real sshd) runs on Linux beside it for the tests of sessions and pulls.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer.wine.prefix import ROOT, WinePrefix, screen

LINUX_PYTHON = ROOT / ".venv" / "bin" / "python"
ALWAYS = (
    *("-m", "pytest", "-m", "not integration", "-q", "-n", "2", "--dist", "loadgroup"),
    *("-p", "no:cacheprovider", "--basetemp", "C:\\tests"),
)
VARIABLES = {"HYPOTHESIS_STORAGE_DIRECTORY": "C:\\hypothesis"}  # nothing is written beside the sources


def main() -> int:
    """Run them; the exit code is pytest's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the environment")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="passed on to pytest")
    choice = parser.parse_args()
    return run(WinePrefix(choice.folder.resolve()), choice.words)


def run(place: WinePrefix, words: list[str]) -> int:
    """Run pytest with these words added."""
    with screen() as display, bench_nas() as nas:
        variables = os.environ | VARIABLES | {"DISPLAY": display, "SPK_BENCH_NAS": nas}
        try:
            return subprocess.run([place.winpy, *ALWAYS, *words], cwd=ROOT, env=variables, check=False).returncode
        finally:
            place.end()


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
