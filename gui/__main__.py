"""Starts the window: `python -m gui` or `spk-creator`, with a package folder, an INFO file or an .spk to open."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.services.desktop import Desktop

FAILED, HANGS = 1, 3
"""Exit codes: it did not work or the user decided otherwise; the running program does not answer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program until its window is closed; returns the exit code."""
    options = _parse(arguments)
    from PySide6.QtWidgets import QApplication

    from gui.services.desktop import make_desktop

    desktop = make_desktop()
    desktop.name_program()
    application = QApplication(sys.argv[:1])
    if options.self_test is not None:
        from gui.app.selftest import run_self_test

        return run_self_test(application, options.self_test, options.paths, desktop)
    if options.quit:
        return _quit_running(desktop)
    return _run(application, desktop, options)


def _run(application: QApplication, desktop: Desktop, options: argparse.Namespace) -> int:
    from gui.app.single_instance import Claim, SingleInstance
    from spkcore.base.settings import user_folder

    home = user_folder()
    instance = SingleInstance(home, desktop, parent=application)
    claim = Claim.UNANSWERED if options.new_window else instance.claim(options.paths)
    if claim is Claim.HANDED_OVER:
        return 0
    from gui.app.arrivals import Arrivals, tell_notices
    from gui.app.bootstrap import Ports, Program

    program = Program(application, home, Ports(desktop=desktop))
    Arrivals(instance, program.context, program.window, desktop)
    program.start(options.paths)
    tell_notices(program.context.notifier, is_unanswered=claim is Claim.UNANSWERED and not options.new_window)
    code = application.exec()
    program.shut_down()
    instance.close()
    return code


def _quit_running(desktop: Desktop) -> int:
    from gui.app.single_instance import Ending, SingleInstance
    from spkcore.base.settings import user_folder

    ending = SingleInstance(user_folder(), desktop).ask_to_quit()
    return {Ending.CLOSED: 0, Ending.KEPT: FAILED, Ending.UNANSWERED: HANGS}[ending]


def _path(text: str) -> Path:
    """Explorer puts the root of a drive into quotes, and the backslash of "D:\\" then takes the last one along."""
    return Path(text.rstrip('"'))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    from spkcore import __version__

    parser = argparse.ArgumentParser("spk-creator", description="Edit, check, build and capture Synology packages.")
    parser.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH", help="a package folder, an INFO file or an .spk to open"
    )
    parser.add_argument("--new-window", action="store_true", help="open a second window beside a running one")
    parser.add_argument(
        "--quit",
        action="store_true",
        help="ask the running program to close; 0 when it is closed, 1 when the user kept it open, 3 when it hangs",
    )
    parser.add_argument(
        "--self-test",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="FILE.json",
        help="open, edit, undo, drop and build a package, write what was seen into the file, and exit",
    )
    parser.add_argument("--version", action="version", version=f"SPK Creator {__version__}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
