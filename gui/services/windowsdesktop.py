"""The desktop of Windows, through its own functions: see `Desktop` for what each of them is for."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.services import windowscom as com
from gui.services import windowslinks as links
from gui.services.desktop import APP_ID, BarState, JumpItem, PlainDesktop

assert sys.platform == "win32"

_TASKBAR_LIST = "{56FDF344-FD6D-11D0-958A-006097C9A090}"
_I_TASKBAR_LIST_3 = "{EA1AFB91-9E28-4B86-90E9-9E9F8A5EEFAF}"
_DARK_TITLE_BAR = (20, 19)
"""DWMWA_USE_IMMERSIVE_DARK_MODE; before build 18985 of Windows 10 it was 19."""
_SYNCHRONIZE = 0x00100000
_PARTS = 1000
"""Steps of the progress on the taskbar button."""


class WindowsDesktop(PlainDesktop):
    """Windows 10 and 11."""

    def __init__(self) -> None:
        self._bar: com.Interface | None = None
        self._has_bar = True

    def name_program(self) -> None:
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)

    def set_progress(self, window: QWidget, state: BarState, fraction: float = 0.0) -> None:
        bar = self._taskbar()
        if bar is None:
            return
        handle = _handle(window)
        with contextlib.suppress(OSError):  # no taskbar button yet, or no taskbar at all
            if state in {BarState.NORMAL, BarState.PAUSED, BarState.ERROR}:
                done = int(fraction * _PARTS)
                bar.call(9, (com.PTR, ctypes.c_ulonglong, ctypes.c_ulonglong), handle, done, _PARTS)
            bar.call(10, (com.PTR, com.INT), handle, int(state))

    def set_title_bar(self, window: QWidget, dark: bool) -> None:
        value = ctypes.c_int(dark)
        set_attribute = ctypes.windll.dwmapi.DwmSetWindowAttribute
        for attribute in _DARK_TITLE_BAR:
            if set_attribute(_handle(window), attribute, ctypes.byref(value), ctypes.sizeof(value)) == 0:
                return

    def come_to_front(self, window: QWidget) -> None:
        super().come_to_front(window)
        if not ctypes.windll.user32.SetForegroundWindow(_handle(window)):
            self.flash(window)

    def let_come_to_front(self, process: int) -> None:
        ctypes.windll.user32.AllowSetForegroundWindow(process)

    def wait_for_end(self, process: int, seconds: float) -> bool:
        kernel = ctypes.windll.kernel32
        kernel.OpenProcess.restype = com.PTR
        handle = kernel.OpenProcess(_SYNCHRONIZE, 0, process)
        if not handle:
            return True  # it is gone already
        try:
            return int(kernel.WaitForSingleObject(com.PTR(handle), int(seconds * 1000))) == 0
        finally:
            kernel.CloseHandle(com.PTR(handle))

    def set_jump_list(self, category: str, recent: Sequence[JumpItem], tasks: Sequence[JumpItem]) -> None:
        with contextlib.suppress(OSError):  # jump lists are switched off by the user or an administrator
            links.set_jump_list(links.this_start(), category, recent, tasks)

    def _taskbar(self) -> com.Interface | None:
        if self._bar is None and self._has_bar:
            self._has_bar = False  # asked once
            with contextlib.suppress(OSError):
                bar = com.create(_TASKBAR_LIST, _I_TASKBAR_LIST_3)
                bar.call(3)
                self._bar = bar
        return self._bar


def _handle(window: QWidget) -> ctypes.c_void_p:
    return com.PTR(int(window.winId()))
