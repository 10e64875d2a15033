"""What happens after a bug: the work is kept first, then the report is written, then it is shown."""

from __future__ import annotations

import contextlib
import datetime as dt
import faulthandler
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.app.facts import redacted, system_facts
from gui.dialogs.crash_report import CrashReportDialog
from gui.qt.application import running_application
from gui.qt.theme import Theme
from spkcore.base.errors import SpkError

_KEPT = 20
"""Reports; older ones are deleted."""
_FAULTS = "hard-crash*.txt"
"""One per process: a second window must not empty the file of the first."""
_OLD = 7 * 24 * 3600
"""Seconds after which an empty one belongs to nobody any more."""


class CrashHandler(QObject):
    """Catches what nobody caught: in the GUI thread, in Python threads, in destructors; and hard crashes.

    `save_work` keeps unsaved edits; it runs first and must not need the window.
    """

    reported = Signal(str)
    """The text of a report, in the GUI thread, before it is shown."""

    _caught = Signal(str, str)

    def __init__(self, folder: Path, theme: Theme, save_work: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._folder = folder
        self._theme = theme
        self._save_work = save_work
        self._window: QWidget | None = None
        self._is_showing = False
        self._saved_hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._fault_path = folder / f"hard-crash-{os.getpid()}.txt"
        self._facts = ""
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def attach(self, window: QWidget) -> None:
        """Reports are shown on this window."""
        self._window = window

    def install(self) -> str:
        """Watch from now on. Returns what a hard crash of the last run left behind; empty if there was none."""
        # Now, because a report may be written in a thread that must not ask Qt for its screens.
        self._facts = "\n".join(f"{name}: {value}" for name, value in system_facts(running_application()).items())
        self._folder.mkdir(parents=True, exist_ok=True)
        left = self._take_faults()
        self._fault_stream = self._fault_path.open("w", encoding="utf-8")
        faulthandler.enable(self._fault_stream)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        return left

    def remove(self) -> None:
        """Watch no longer; the program ends properly."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._saved_hooks
        faulthandler.disable()
        self._fault_stream.close()
        with contextlib.suppress(OSError):
            self._fault_path.unlink(missing_ok=True)

    def tell_hard_crash(self, left: str) -> None:
        """Show what a hard crash of the last run left behind."""
        report = self._report("SPK Creator was ended by the system last time.\n\n" + left)
        self._caught.emit(report, str(self._write(report) or ""))

    def handle(self, error: BaseException) -> Path | None:
        """Keep the work, write the report, show it later. Returns the file of the report."""
        with contextlib.suppress(SpkError, OSError):
            self._save_work()
        report = self._report("".join(traceback.format_exception(error)))
        path = self._write(report)
        self._caught.emit(report, str(path or ""))
        return path

    def _report(self, text: str) -> str:
        return redacted(f"{self._facts}\n\n{text}")

    def _take_faults(self) -> str:
        """What earlier runs left. Empty files belong to programs that run, or were ended without a crash."""
        found = []
        for path in sorted(self._folder.glob(_FAULTS)):
            left = _read(path)
            if left:
                found.append(left)
            if left or _is_old(path):
                with contextlib.suppress(OSError):
                    path.unlink()
        return "\n\n".join(found)

    def _write(self, report: str) -> Path | None:
        moment = dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d %H-%M-%S-%f")
        path = self._folder / f"crash {moment}.txt"
        try:
            path.write_text(report, encoding="utf-8")
            for old in sorted(self._folder.glob("crash *.txt"))[:-_KEPT]:
                old.unlink()
        except OSError:
            return None
        return path

    @Slot(str, str)
    def _show(self, report: str, path: str) -> None:
        self.reported.emit(report)
        if self._is_showing:
            return
        self._is_showing = True
        dialog = CrashReportDialog(report, Path(path) if path else None, self._theme, self._window)
        dialog.finished.connect(self._on_closed)
        dialog.open()

    @Slot()
    def _on_closed(self) -> None:
        self._is_showing = False

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._saved_hooks[0](kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self.handle(error)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        self._saved_hooks[1](arguments)
        if arguments.exc_value is not None:
            self.handle(arguments.exc_value)

    def _on_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        self._saved_hooks[2](arguments)
        if arguments.exc_value is not None:
            self.handle(arguments.exc_value)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _OLD
    except OSError:
        return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
