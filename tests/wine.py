"""Wine, which the Windows tests run under on Linux: is it there, and what suits it?"""

from __future__ import annotations

import ctypes
import sys

UNDER_WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
"""Windows' own ntdll.dll has no such function."""

WINES_PLATFORM = "windows:fontengine=gdi"
"""Qt's platform for windows there: Wine's DirectWrite, the default, makes each text ten times as slow to lay out."""

EXIT_CODE = "SPK_PYTEST_EXIT_CODE"
"""The variable that names the file for pytest's exit code: Wine may kill a process that has said it already."""
