"""Which programs have a file open: the Restart Manager of Windows knows; elsewhere nobody has to be asked."""

from __future__ import annotations

import sys
from pathlib import Path

from spkcore.base.longpaths import plain_text

_MOST = 16
"""Programs that are asked for; more than a few make no better message."""

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Process(ctypes.Structure):
        """RM_PROCESS_INFO of restartmanager.h."""

        _fields_ = (
            ("process", wintypes.DWORD),
            ("start", wintypes.FILETIME),
            ("name", wintypes.WCHAR * 256),
            ("service", wintypes.WCHAR * 64),
            ("kind", ctypes.c_int),
            ("status", wintypes.ULONG),
            ("session", wintypes.DWORD),
            ("restartable", wintypes.BOOL),
        )

    def programs_using(path: Path) -> tuple[str, ...]:
        """The names of the programs that have `path` open, as the Task Manager calls them; empty when unknown."""
        try:
            manager = ctypes.WinDLL("rstrtmgr")
        except OSError:
            return ()
        session, key = wintypes.DWORD(), ctypes.create_unicode_buffer(33)
        if manager.RmStartSession(ctypes.byref(session), 0, key):
            return ()
        try:
            return _ask(manager, session, path)
        finally:
            manager.RmEndSession(session)

    def _ask(manager: ctypes.WinDLL, session: wintypes.DWORD, path: Path) -> tuple[str, ...]:
        files = (wintypes.LPCWSTR * 1)(plain_text(str(path)))
        if manager.RmRegisterResources(session, 1, files, 0, None, 0, None):
            return ()
        needed, count, reasons = wintypes.UINT(), wintypes.UINT(_MOST), wintypes.DWORD()
        found = (_Process * _MOST)()
        failed = manager.RmGetList(session, ctypes.byref(needed), ctypes.byref(count), found, ctypes.byref(reasons))
        names = [] if failed else [found[position].name for position in range(min(count.value, _MOST))]
        return tuple(dict.fromkeys(name for name in names if name))

else:

    def programs_using(_path: Path) -> tuple[str, ...]:
        """The names of the programs that have `path` open, as the Task Manager calls them; empty when unknown."""
        return ()
