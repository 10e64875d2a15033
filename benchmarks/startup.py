"""Start-up: the window until it is painted against a bare Qt window, `spk --version` against an empty Python program.

python -m benchmarks.startup            (under a screen; on Linux: xvfb-run -a python -m benchmarks.startup)
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
BARE = "a bare Qt window"
OURS = "SPK Creator's window"

_BARE_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv)
window = QMainWindow()
window.show()
window.repaint()
QTimer.singleShot(0, application.quit)
application.exec()
"""
_OUR_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app.bootstrap import Program
application = QApplication(sys.argv)
program = Program(application, Path(sys.argv[1]))
program.start()
program.window.repaint()
QTimer.singleShot(0, application.quit)
application.exec()
program.shut_down()
"""


def main() -> None:
    """Time all four in turn and print medians and ratios."""
    with tempfile.TemporaryDirectory() as home:
        programs = {
            "an empty Python program": ["-c", "pass"],
            "spk --version": ["-m", "spkcore.cli", "--version"],
            BARE: ["-c", _BARE_WINDOW],
            OURS: ["-c", _OUR_WINDOW, home],
        }
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(ROUNDS):
            for name, arguments in programs.items():
                seconds[name].append(_time(arguments))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, median in medians.items():
        print(f"{name:26} {median * 1000:6.0f} ms")
    print(f"spk --version / empty program: {medians['spk --version'] / medians['an empty Python program']:.1f}")
    print(f"our window / bare Qt window:   {medians[OURS] / medians[BARE]:.1f}")


def _time(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=os.environ)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
