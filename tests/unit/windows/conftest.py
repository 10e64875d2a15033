"""For the tests that need Windows itself, or Wine."""

from __future__ import annotations

import sys

import pytest


def need_windows() -> None:
    """Skip the module that calls this anywhere else."""
    if sys.platform != "win32":
        pytest.skip("needs Windows", allow_module_level=True)
