"""How much each capture agent catches, what it costs and what it writes, beside the loop of `cp -R` that people used.

    sudo .venv/bin/python -m benchmarks.capture            # the small case, about a minute
    sudo .venv/bin/python -m benchmarks.capture --large    # 500 MB and 5,000 files as well

Package Center is simulated (tests/integration/capture/packagecenter.py). Small: 200 files in groups of 10 that live 50
to 500 ms; large: 5,000 in groups of 20 in about 10 s. A file counts as caught if its content is there, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from spkcore.nas.agents import Engine
from tests.integration.capture.local import LocalAgent, LocalProcess, LocalRoot, busybox_path, caught, local_setup
from tests.integration.capture.packagecenter import Install, Written, make_volumes, md5

SMALL = Install(
    dsm=6,
    files=200,
    group=10,
    filler=14_000_000,
    rate=20e6,
    shortest=0.05,
    longest=0.5,
    metadata_life=0.06,
    spread=0.05,
)
LARGE = replace(SMALL, files=5000, group=20, filler=330_000_000, rate=100e6, spread=0.02)
NAIVE = 'while :; do cp -R "$1/volume1/@tmp/." "$1/volume1/copy/"; done 2>/dev/null'


@dataclass(frozen=True)
class Outcome:
    """One run: what was caught of the three kinds (0 to 1), CPU seconds, bytes written."""

    package: bool
    short: float
    metadata: float
    cpu: float
    written: int


@contextmanager
def nas() -> Iterator[Path]:
    """A bare tree on the disk of the temporary files."""
    with tempfile.TemporaryDirectory(prefix="spk-bench-") as folder:
        root = Path(folder) / "nas"
        make_volumes(root)
        yield root


def install(root: Path, plan: Install) -> Written:
    """Carry the plan out in a process of its own."""
    command = [sys.executable, "-m", "tests.integration.capture.packagecenter", str(root), json.dumps(asdict(plan))]
    return Written(**json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def run_agent(name: str, plan: Install) -> Outcome:
    """One run of one of our agents."""
    with nas() as root, running(name, root) as agent:
        written = install(root, plan)
        agent.finish()
        return outcome(set(caught(root, agent.agent.setup)), written, agent.process.seconds, agent.process.written)


@contextmanager
def running(name: str, root: Path) -> Iterator[LocalAgent]:
    """An agent that is ready."""
    path = busybox_path(root.parent / "applets") if name == "busybox" else None
    program = {"inotify": sys.executable, "dash": shutil.which("dash"), "busybox": f"{path}/sh"}[name]
    assert program is not None, f"{name} is not installed"
    shell = LocalRoot(path)
    try:
        yield LocalAgent(shell, Engine("python" if name == "inotify" else "sh", program), local_setup(root))
    finally:
        shell.kill()


def run_naive(plan: Install) -> Outcome:
    """One run of the old loop."""
    with nas() as root:
        (root / "volume1/copy").mkdir()
        process = LocalProcess(f"set -- {root}; {NAIVE}", dict(os.environ))
        try:
            written = install(root, plan)
        finally:
            os.killpg(process.process.pid, signal.SIGTERM)
            process.wait()
            process.close()
        found = {md5(path.read_bytes()) for path in (root / "volume1/copy").rglob("*") if path.is_file()}
        return outcome(found, written, process.seconds, process.written)


def idle(name: str, seconds: float) -> float:
    """The share of one core that an agent takes while nothing happens."""
    with nas() as root, running(name, root) as agent:
        time.sleep(seconds)
        agent.finish()
        return agent.process.seconds / seconds


def outcome(found: set[str], written: Written, cpu: float, size: int) -> Outcome:
    """Compare what is there with what was written."""
    short = len(found & set(written.short)) / len(written.short)
    metadata = len(found & set(written.metadata)) / len(written.metadata)
    return Outcome(written.spk in found, short, metadata, cpu, size)


def show(case: str, plan: Install, runs: int) -> None:
    """Run all ways and print their means."""
    print(f"\n{case}: {plan.files} files, {plan.filler / 1e6:.0f} MB and more, {runs} runs each")
    print(f"{'':12}{'.spk':>7}{'files':>10}{'worst':>10}{'metadata':>10}{'CPU s':>8}{'MB written':>12}{'of cp -R':>10}")
    naive_bytes = 0.0
    for name in ("cp -R loop", "inotify", "dash", "busybox"):
        results = [run_naive(plan) if name == "cp -R loop" else run_agent(name, plan) for _ in range(runs)]
        size = sum(result.written for result in results) / runs
        naive_bytes = naive_bytes or size
        print(
            f"{name:12}{sum(result.package for result in results):>5}/{runs}"
            f"{sum(result.short for result in results) / runs:>10.2%}{min(result.short for result in results):>10.2%}"
            f"{sum(result.metadata for result in results) / runs:>10.1%}"
            f"{sum(result.cpu for result in results) / runs:>8.2f}{size / 1e6:>12.1f}{size / naive_bytes:>10.2%}",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="run the large case too")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    show("small", SMALL, arguments.runs)
    for name in ("inotify", "dash", "busybox"):
        print(f"{name}: {idle(name, 8):.1%} of one core while it waits")
    if arguments.large:
        show("large", LARGE, arguments.runs)


if __name__ == "__main__":
    main()
