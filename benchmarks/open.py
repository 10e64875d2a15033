"""Times listing, unpacking and opening a package against GNU tar, in turn: python -m benchmarks.open --help."""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.payloads import mixed_package, tiny_package

_PREPARE = """
import sys
from pathlib import Path
from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.package.project import open_package
package = open_package(Path(sys.argv[1]), quiet())
build_package(package, Path(sys.argv[2]), BuildOptions("gzip"), quiet())
"""

_MEASURE = """
import re, sys, time
from pathlib import Path
from spkcore.archive.extract import extract_package
from spkcore.archive.read import inspect
from spkcore.base.tasks import quiet
from spkcore.package.project import open_package
way, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
started = time.perf_counter()
if way == "list":
    inspect(source, quiet(), lambda entry: None)
elif way == "unpack":
    extract_package(source, folder, quiet())
else:
    open_package(folder, quiet())
seconds = time.perf_counter() - started
status = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) / 1024 if status.exists() else 0
print(seconds, peak)
"""


def main() -> None:
    """Print seconds, ratios to GNU tar, and the peak memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=300, help="size of the mixed package")
    parser.add_argument("--entries", type=int, default=50_000, help="files of the package of tiny files")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        for title, folder in (
            (f"mixed, {options.megabytes} MB", mixed_package(work / "mixed", options.megabytes)),
            (f"{options.entries:,} tiny files", tiny_package(work / "tiny", options.entries)),
        ):
            print(title)
            _compare(folder, work, options.runs)


def _compare(folder: Path, work: Path, runs: int) -> None:
    source = work / "x.spk"
    subprocess.run([sys.executable, "-c", _PREPARE, str(folder), str(source)], check=True)
    target = work / "unpacked"
    times: dict[str, list[float]] = {name: [] for name in ("tar t", "list", "tar x", "unpack", "open folder")}
    peaks: dict[str, float] = {}
    for _ in range(runs):
        times["tar t"].append(_shell(f"tar -xOf '{source}' package.tgz | tar -tzf - > /dev/null"))
        _ours("list", source, target, times, peaks)
        target.mkdir()
        times["tar x"].append(_shell(f"tar -xOf '{source}' package.tgz | tar -xzf - -C '{target}'"))
        shutil.rmtree(target)
        _ours("unpack", source, target, times, peaks)
        _ours("open folder", source, target, times, peaks)
        shutil.rmtree(target)
    rivals = {"list": "tar t", "unpack": "tar x"}
    for name, taken in times.items():
        rival = f"{statistics.median(times[rivals[name]]) / statistics.median(taken):6.2f} x" if name in rivals else ""
        memory = f"{peaks[name]:4.0f} MB" if name in peaks else ""
        print(f"  {name:12} {statistics.median(taken):7.2f} s  {rival:9} {memory}")


def _shell(command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, shell=True, check=True)
    return time.perf_counter() - started


def _ours(way: str, source: Path, target: Path, times: dict[str, list[float]], peaks: dict[str, float]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, way, str(source), str(target)], capture_output=True, text=True, check=True
    )
    seconds, peak = map(float, done.stdout.split())
    times[way].append(seconds)
    peaks[way] = max(peaks.get(way, 0.0), peak)


if __name__ == "__main__":
    main()
