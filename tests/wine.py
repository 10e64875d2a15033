"""Wine, which the Windows tests run under on Linux: is it there?"""

from __future__ import annotations

import ctypes
import sys

UNDER_WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
"""Windows' own ntdll.dll has no such function."""
