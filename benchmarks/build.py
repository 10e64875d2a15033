"""Times `spk build` against GNU tar piped into gzip -6, in turn: python -m benchmarks.build --help."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.payloads import mixed_package, tiny_package

_BUILD = """
import re, sys
from pathlib import Path
from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.package.project import open_package
folder, output, fast = sys.argv[1:]
package = open_package(Path(folder), quiet())
result = build_package(package, Path(output), BuildOptions(compression="gzip", fast=fast == "fast"), quiet())
peak = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(result.seconds, result.size, peak, result.payload_entries)
"""


def main() -> None:
    """Print the ratios of time and size, and the peak memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tiny", type=int, default=0, help="this many tiny files instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folder = work / "Bench"
        if options.tiny:
            tiny_package(folder, options.tiny)
        else:
            mixed_package(folder, options.megabytes)
        _compare(folder, work, options.runs)


def _compare(folder: Path, work: Path, runs: int) -> None:
    times: dict[str, list[float]] = {"tar | gzip -6": [], "default": [], "fast": []}
    sizes: dict[str, int] = {}
    peaks: dict[str, float] = {}
    for _ in range(runs):
        times["tar | gzip -6"].append(_rival(folder / "package", work / "rival.tgz"))
        sizes["tar | gzip -6"] = (work / "rival.tgz").stat().st_size
        for way in ("default", "fast"):
            seconds, size, peak, _entries = _ours(folder, work / f"{way}.spk", way)
            times[way].append(seconds)
            sizes[way] = int(size)
            peaks[way] = max(peaks.get(way, 0), peak)
    base = statistics.median(times["tar | gzip -6"])
    for way, taken in times.items():
        median = statistics.median(taken)
        size = sizes[way] / sizes["tar | gzip -6"]
        memory = f"{peaks[way]:.0f} MB" if way in peaks else ""
        print(f"{way:14} {median:7.2f} s  {base / median:6.2f} x  size {size:.3f}  {memory}")


def _rival(payload: Path, output: Path) -> float:
    started = time.perf_counter()
    subprocess.run(f"tar -C '{payload}' -cf - . | gzip -6 > '{output}'", shell=True, check=True)
    return time.perf_counter() - started


def _ours(folder: Path, output: Path, way: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, str(folder), str(output), way], capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    main()
