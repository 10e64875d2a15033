"""Starts the window: `python -m gui` or `spk-creator`, with a package folder, an INFO file or an .spk to open."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program until its window is closed; returns the exit code."""
    options = _parse(arguments)
    from PySide6.QtWidgets import QApplication

    from gui.app.bootstrap import Program
    from gui.app.selftest import run_self_test
    from spkcore.base.settings import user_folder

    application = QApplication(sys.argv[:1])
    if options.self_test:
        return run_self_test(application)
    _name_for_taskbar()
    program = Program(application, user_folder())
    program.start([Path(path) for path in options.paths])
    code = application.exec()
    program.shut_down()
    return code


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    from spkcore import __version__

    parser = argparse.ArgumentParser("spk-creator", description="Edit, check, build and capture Synology packages.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a package folder, an INFO file or an .spk to open")
    parser.add_argument("--self-test", action="store_true", help="open, edit, undo and build a package, then exit")
    parser.add_argument("--version", action="version", version=f"SPK Creator {__version__}")
    return parser.parse_args(arguments)


def _name_for_taskbar() -> None:
    """Windows groups windows and pins by this name; without it ours would be one of many Python windows."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("SPKCreator.SPKCreator")


if __name__ == "__main__":
    sys.exit(main())
