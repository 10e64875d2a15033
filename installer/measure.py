"""Measures what users feel: the size of the download and of the folder, and how soon the window can be used.

python -m installer.measure --output FOLDER [--wine ENVIRONMENT] [--rounds N]

FOLDER is what `installer.build` made. The unfrozen program runs in Windows' Python, in turn with the frozen one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.build import Plan
from installer.product import CONSOLE_PROGRAM, ROOT, WINDOW_PROGRAM

FOLDER_TARGET, SETUP_TARGET, RATIO_TARGET = 75.0, 24.0, 1.5
"""MB (10^6 bytes), MB, and frozen start over unfrozen start; from the reference chapter on the Windows build."""


@dataclass(frozen=True)
class Machine:
    """How Windows programs are started here."""

    wine: Path | None

    @property
    def run(self) -> list[str]:
        return [str(self.wine / "bin" / "wine-run")] if self.wine else []

    @property
    def python(self) -> list[str]:
        return [str(self.wine / "bin" / "winpy")] if self.wine else [sys.executable]

    def name(self, path: Path) -> str:
        """How Windows programs call `path`."""
        return "Z:" + str(path).replace("/", "\\") if self.wine else str(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser("installer.measure", description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--wine", type=Path, help="the Wine environment, on Linux")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    plan = Plan(options.output.resolve(), options.output.resolve())
    machine = Machine(options.wine.resolve() if options.wine else None)
    rows = [*sizes(plan), *starts(plan, machine, options.rounds)]
    width = max(len(row[0]) for row in rows)
    for name, value, target in rows:
        sys.stdout.write(f"{name:{width}}  {value:>10}  {target}\n")
    return 0


def sizes(plan: Plan) -> list[tuple[str, str, str]]:
    """Rows of the table: what is measured, the value, the target."""
    files = [path for path in plan.folder.rglob("*") if path.is_file()]
    folder = sum(path.stat().st_size for path in files) / 1e6
    largest = sorted(files, key=_size, reverse=True)[:3]
    setup = plan.setup.stat().st_size / 1e6
    portable = plan.portable_zip.stat().st_size / 1e6
    of_which = ", ".join(f"{path.name} {_size(path) / 1e6:.1f}" for path in largest)
    return [
        ("installed", f"{folder:.1f} MB", f"target {FOLDER_TARGET:.0f} MB; {len(files)} files, of which {of_which}"),
        ("installer", f"{setup:.1f} MB", f"target {SETUP_TARGET:.0f} MB"),
        ("portable zip", f"{portable:.1f} MB", ""),
    ]


def starts(plan: Plan, machine: Machine, rounds: int) -> list[tuple[str, str, str]]:
    """Seconds from the start of the process to a window that answers, as the program's self-test tells them."""
    frozen = [*machine.run, machine.name(plan.folder / f"{WINDOW_PROGRAM}.exe")]
    source = [*machine.python, "-m", "gui"]
    usable(frozen, machine)  # the first one starts Wine's services
    cold = _cold_start(plan, frozen, machine)
    pairs = [(usable(frozen, machine), usable(source, machine)) for _ in range(rounds)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    console = statistics.median(
        _console([*machine.run, machine.name(plan.folder / f"{CONSOLE_PROGRAM}.exe")]) for _ in range(rounds)
    )
    return [
        ("window, cold", cold, "its files not in memory"),
        ("window, warm", f"{ours:.2f} s", f"median of {rounds}"),
        ("window, not frozen", f"{theirs:.2f} s", f"median of {rounds}"),
        ("frozen / not frozen", f"{ours / theirs:.2f}", f"target {RATIO_TARGET}"),
        ("spk --version", f"{console:.2f} s", f"median of {rounds}, with the start of the process"),
    ]


def usable(command: list[str], machine: Machine) -> float:
    """Run the self-test once; seconds until its window could be used."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("QT_")}
        words = [*command, "--self-test", machine.name(report)]
        subprocess.run(words, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        timings: dict[str, float] = json.loads(report.read_text(encoding="utf-8"))["timings"]
    return timings["usable"]


def _cold_start(plan: Plan, command: list[str], machine: Machine) -> str:
    """With the folder's files put out of memory, which only Linux lets us do."""
    if sys.platform == "win32":
        return "-"
    for path in plan.folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return f"{usable(command, machine):.2f} s"


def _console(command: list[str]) -> float:
    import time

    started = time.perf_counter()
    subprocess.run([*command, "--version"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _size(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
