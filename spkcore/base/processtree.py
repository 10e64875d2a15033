"""Ends a program together with everything that it has started, also what made itself independent of it meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

_PATIENCE = 10.0
_GLANCE = 0.01

if sys.platform == "win32":
    import contextlib
    import ctypes
    from ctypes import wintypes

    class ProcessTree:
        """A program that was just started and what it starts. `mark` is of use on Linux only.

        A job object of Windows holds all of them; `taskkill` ends what runs where there can be no job.
        """

        def __init__(self, process: subprocess.Popen[bytes], mark: str) -> None:
            self._process = process
            self._kernel = ctypes.WinDLL("kernel32")
            self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
            job = self._kernel.CreateJobObjectW(None, None)
            self._job = wintypes.HANDLE(job)
            handle = wintypes.HANDLE(int(process._handle))  # type: ignore[attr-defined]  # there is no public one
            self._is_held = bool(job and self._kernel.AssignProcessToJobObject(self._job, handle))

        def end(self) -> None:
            """End all of them, and wait for the first."""
            if not self._is_held or not self._kernel.TerminateJobObject(self._job, 1):
                self._end_what_runs_under_it()
            if self._job.value:
                self._kernel.CloseHandle(self._job)
            self._process.kill()  # where both failed, at least the program itself ends
            self._process.wait()

        def _end_what_runs_under_it(self) -> None:
            if self._process.poll() is None:
                with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                    subprocess.run(
                        ["taskkill", "/T", "/F", "/PID", str(self._process.pid)], check=False, capture_output=True,
                        creationflags=subprocess.CREATE_NO_WINDOW, timeout=_PATIENCE,
                    )  # fmt: skip

else:

    class ProcessTree:
        """A program that was just started, as the leader of its session, and what it starts.

        `mark` is a text in the program's environment that no other program has: what has left the session is known by
        it (proc(5): environ). Only what changes both its session and its environment escapes.
        """

        def __init__(self, process: subprocess.Popen[bytes], mark: str) -> None:
            self._process = process
            self._mark = os.fsencode(mark)

        def end(self) -> None:
            """End all of them, and wait for the first."""
            _kill(-self._process.pid)
            self._process.wait()
            end = monotonic() + _PATIENCE
            while (found := self._marked()) and monotonic() < end:
                for pid in found:
                    _kill(pid)
                sleep(_GLANCE)  # what was killed is gone a moment later; what it started meanwhile is found next time

        def _marked(self) -> list[int]:
            own = {os.getpid(), os.getppid()}
            numbers = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
            return [pid for pid in numbers if pid not in own and self._mark in _environment(pid)]

    def _environment(pid: int) -> bytes:
        """As the program got it; nothing of what has ended or belongs to others."""
        try:
            return Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return b""

    def _kill(pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
