"""What the desktop does for a program beyond its windows: taskbar, jump list, title bars, who may come to the front.

`WindowsDesktop` (gui/services/windowsdesktop.py) talks to Windows; everywhere else `PlainDesktop` does what Qt can.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

APP_ID = "SPKCreator.SPKCreator"
"""The AppUserModelID: Windows groups windows, pins and jump lists by it. The installer gives it to our shortcuts."""


class BarState(IntEnum):
    """How the taskbar shows progress; the numbers are those of TBPFLAG (shobjidl_core.h)."""

    NONE = 0
    BUSY = 1
    """Something runs and cannot say how far it is."""
    NORMAL = 2
    ERROR = 4
    PAUSED = 8
    """It waits for an answer of the user."""


@dataclass(frozen=True, slots=True)
class JumpItem:
    """One line of the jump list: starts this program with `arguments`. `icon` is a file with an icon in it; empty is
    the icon of the program."""

    title: str
    arguments: str
    tip: str = ""
    icon: str = ""


class Desktop(Protocol):
    """All calls return at once and never raise: a desktop that cannot do something leaves it undone."""

    def name_program(self) -> None:
        """Tell the desktop who we are; before the first window."""

    def set_progress(self, window: QWidget, state: BarState, fraction: float = 0.0) -> None:
        """Show progress on the taskbar button of `window`; `fraction` is 0.0 to 1.0."""

    def set_title_bar(self, window: QWidget, dark: bool) -> None:
        """Give the window a dark or a light title bar."""

    def flash(self, window: QWidget) -> None:
        """Ask for attention, without taking the focus; it ends when the user comes to the window."""

    def come_to_front(self, window: QWidget) -> None:
        """Bring the window to the front, restored if it was minimised."""

    def let_come_to_front(self, process: int) -> None:
        """Hand on the right to come to the front, which the system gave to this process, to another one."""

    def wait_for_end(self, process: int, seconds: float) -> bool:
        """Wait until a process has ended; whether it has. Blocks: only for a start without windows."""

    def set_jump_list(self, category: str, recent: Sequence[JumpItem], tasks: Sequence[JumpItem]) -> None:
        """Show these lines on the taskbar button; empty ones take it away. Slow (it writes a file): call it in a
        worker thread."""


class PlainDesktop:
    """What Qt can do anywhere."""

    def name_program(self) -> None: ...

    def set_progress(self, window: QWidget, state: BarState, fraction: float = 0.0) -> None: ...

    def set_title_bar(self, window: QWidget, dark: bool) -> None: ...

    def flash(self, window: QWidget) -> None:
        QApplication.alert(window)

    def come_to_front(self, window: QWidget) -> None:
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def let_come_to_front(self, process: int) -> None: ...

    def wait_for_end(self, process: int, seconds: float) -> bool:
        return True

    def set_jump_list(self, category: str, recent: Sequence[JumpItem], tasks: Sequence[JumpItem]) -> None: ...


def make_desktop() -> Desktop:
    """The desktop of this system."""
    if sys.platform == "win32":
        from gui.services.windowsdesktop import WindowsDesktop

        return WindowsDesktop()
    else:  # noqa: RET505 - mypy takes what follows a return on Windows for unreachable there
        return PlainDesktop()
