"""For the tests that need Windows itself, or Wine."""

from __future__ import annotations

import sys

import pytest

WINE = False
"""Whether this Windows is Wine, which leaves much of the desktop and of the Restart Manager out."""

if sys.platform == "win32":
    import ctypes

    WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


def need_windows() -> None:
    """Skip the module that calls this anywhere else."""
    if sys.platform != "win32":
        pytest.skip("needs Windows", allow_module_level=True)
