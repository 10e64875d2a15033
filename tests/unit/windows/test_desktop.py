"""The desktop of Windows, really called: taskbar, title bar, shortcuts, jump list."""

from __future__ import annotations

import ctypes
import importlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from gui.services.desktop import APP_ID, BarState, Desktop, JumpItem, make_desktop
from tests.unit.windows.conftest import need_windows

need_windows()
assert sys.platform == "win32"
windowsdesktop = importlib.import_module("gui.services.windowsdesktop")
windowslinks = importlib.import_module("gui.services.windowslinks")


@pytest.fixture
def desktop() -> Any:
    made = make_desktop()
    assert isinstance(made, windowsdesktop.WindowsDesktop)
    return made


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    shown = QWidget()
    shown.show()
    yield shown
    shown.close()
    shown.deleteLater()


@pytest.mark.not_wine("does not tell the name again", raises=OSError)
def test_the_program_has_its_own_name(desktop: Desktop) -> None:
    desktop.name_program()
    name = ctypes.c_wchar_p()
    ctypes.OleDLL("shell32").GetCurrentProcessExplicitAppUserModelID(ctypes.byref(name))

    assert name.value == APP_ID


@pytest.mark.parametrize("state", list(BarState))
def test_the_taskbar_button_takes_every_state(desktop: Any, window: QWidget, state: BarState) -> None:
    desktop.set_progress(window, state, 0.5)

    assert desktop._taskbar() is not None


@pytest.mark.parametrize("dark", [True, False])
def test_the_title_bar_takes_the_colour(desktop: Desktop, window: QWidget, dark: bool) -> None:
    desktop.set_title_bar(window, dark=dark)


def test_the_window_comes_to_the_front(desktop: Desktop, window: QWidget) -> None:
    window.showMinimized()
    desktop.come_to_front(window)

    assert not window.isMinimized()
    assert window.isVisible()


def test_the_end_of_a_process_is_waited_for(desktop: Desktop) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    assert not desktop.wait_for_end(child.pid, 0.1)
    assert child.stdin is not None
    child.stdin.close()
    assert desktop.wait_for_end(child.pid, 30)
    child.wait()


def test_a_link_keeps_its_arguments(qapp: QApplication) -> None:
    link = windowslinks.make_link(
        windowslinks.Start("C:\\x.exe", "-m gui"), JumpItem("Titel", '"C:\\Päckchen 1"', "C:\\Päckchen 1")
    )
    text = ctypes.create_unicode_buffer(1024)
    link.call(10, (ctypes.c_wchar_p, ctypes.c_int), text, 1024)
    link.release()

    assert text.value == '-m gui "C:\\Päckchen 1"'


@pytest.mark.not_wine("has no jump lists", raises=OSError)
def test_the_jump_list_is_written_and_taken_away() -> None:
    items = [JumpItem(f"Package {number}", f'"C:\\p {number}"', "tip") for number in range(12)]
    tasks = [JumpItem("New window", "--new-window")]
    windowslinks.set_jump_list(windowslinks.this_start(), "Recent packages", items, tasks)
    windowslinks.set_jump_list(windowslinks.this_start(), "Recent packages", items[:1], tasks)
    windowslinks.set_jump_list(windowslinks.this_start(), "Recent packages", [], [])


def test_what_the_desktop_cannot_do_is_left_undone(desktop: Desktop) -> None:
    desktop.set_jump_list("Recent packages", [JumpItem("x", '"C:\\x"')], [])
    desktop.let_come_to_front(4)
