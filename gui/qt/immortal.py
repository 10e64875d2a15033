"""Keeps None, True and False alive under Python 3.11, where PySide6 6.12 drops a reference with every call.

PySide6's wheels are compiled against headers of Python 3.12 and newer, in which these objects are immortal and
returning one takes no reference. Python 3.11 counts them: after some ten thousand calls of Qt it aborts with
"none_dealloc: deallocating None". A count that no program can use up puts that right.
"""

from __future__ import annotations

import ctypes
import sys

_PLENTY = 1 << 40 if sys.maxsize > 1 << 32 else 1 << 28


def keep_singletons_alive() -> None:
    """Give the singletons so many references that they never run out; does nothing where they are immortal."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for singleton in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(singleton))
        if count.value < _PLENTY:
            count.value += _PLENTY
