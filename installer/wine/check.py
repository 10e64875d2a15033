"""Everything about the Windows program that Linux can do: `python -m installer.wine.check`, or `python dev.py wine`.

Makes the Windows environment, runs the test suite in it, freezes the programs, packs the installer and the portable zip
(into dist/), and tests both. Goes on after a failed test, to tell all that is wrong; ends with 1 if anything was.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from installer.wine.prefix import HERE, ROOT

STEPS = ("environment", "tests", "build", "frozen", "installer")
NEEDED = frozenset({"environment", "build"})
"""After one of these has failed there is nothing to go on with."""

TRIED_TWICE = frozenset({"frozen", "installer"})


def main() -> int:
    """Do the steps, say how long each took, and return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "wine", help="where the environment goes")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where installer and zip go")
    parser.add_argument("--trial", action="store_true", help="compress the installer quickly instead of well")
    parser.add_argument(
        "--only", nargs="+", choices=STEPS, default=STEPS, metavar="STEP", help=f"of {', '.join(STEPS)}"
    )
    choice = parser.parse_args()
    failed = []
    for name in (step for step in STEPS if step in choice.only):
        started = time.monotonic()
        print(f"== Windows: {name}", flush=True)
        code = attempt(name, choice)
        print(f"== Windows: {name} {'failed' if code else 'done'} in {time.monotonic() - started:.0f} s", flush=True)
        if code:
            failed.append(name)
            if name in NEEDED:
                break
    if failed:
        print(f"Windows: failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def attempt(step: str, choice: argparse.Namespace) -> int:
    """Do one step; the tests of the programs get a second try, as Wine now and then loses a window or a second."""
    code = subprocess.run(command(step, choice), cwd=ROOT, check=False).returncode
    if code and step in TRIED_TWICE:
        print(f"== Windows: {step} is tried a second time", flush=True)
        code = subprocess.run(command(step, choice), cwd=ROOT, check=False).returncode
    return code


def command(step: str, choice: argparse.Namespace) -> list[str]:
    """The command of one step."""
    environment, output = str(choice.work.resolve()), str(choice.output.resolve())
    commands = {
        "environment": [sys.executable, "-m", "installer.wine.make_environment", environment],
        "tests": [sys.executable, "-m", "installer.wine.run_tests", environment],
        "build": [str(HERE / "build"), environment, output, *(["--trial"] if choice.trial else [])],
        "frozen": [str(HERE / "test_frozen"), environment, output],
        "installer": [str(HERE / "test_installer"), environment, output],
    }
    return commands[step]


if __name__ == "__main__":
    sys.exit(main())
