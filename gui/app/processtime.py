"""How old this process is: for the self-test, which tells how long the start took."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_FILETIME_UNITS = 10_000_000
"""Per second: FILETIME counts in 100 nanoseconds."""
_FILETIME_EPOCH = 11_644_473_600
"""Seconds from 1601 to 1970."""

if sys.platform == "win32":

    def process_age() -> float | None:
        """Seconds since the system made this process; None where it cannot be told."""
        import ctypes

        times = [ctypes.c_ulonglong() for _ in range(4)]
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(kernel.GetCurrentProcess())
        if not kernel.GetProcessTimes(process, *(ctypes.byref(value) for value in times)):
            return None
        return time.time() + _FILETIME_EPOCH - times[0].value / _FILETIME_UNITS

else:

    def process_age() -> float | None:
        """Seconds since the system made this process; None where it cannot be told."""
        try:
            fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            since_boot = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        except OSError:
            return None
        return since_boot - int(fields[19]) / os.sysconf("SC_CLK_TCK")
