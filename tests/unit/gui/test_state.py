"""Windows come back onto a screen that is there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget

from gui.qt.state import encode, is_reachable, restore_window

LEFT, RIGHT = QRect(0, 0, 1920, 1040), QRect(1920, 0, 2560, 1400)


@pytest.mark.parametrize(
    ("frame", "screens", "reachable"),
    [
        (QRect(100, 100, 800, 600), [LEFT], True),
        (QRect(2500, 100, 800, 600), [LEFT, RIGHT], True),
        (QRect(2500, 100, 800, 600), [LEFT], False),  # the second screen is gone
        (QRect(1880, 100, 800, 600), [LEFT], False),  # a strip of forty pixels is left
        (QRect(-700, 100, 800, 600), [LEFT], False),
        (QRect(100, -300, 800, 600), [LEFT], False),  # without its title bar nobody can move it
        (QRect(100, 1035, 800, 600), [LEFT], False),  # behind the taskbar
        (QRect(1600, 100, 800, 600), [LEFT, RIGHT], True),
    ],
)
def test_a_window_is_reachable_by_its_title_bar(frame: QRect, screens: list[QRect], reachable: bool) -> None:
    assert is_reachable(frame, screens) is reachable


def test_a_window_from_a_screen_that_is_gone_comes_back(qapp: QApplication) -> None:
    window = QWidget()
    window.setGeometry(9000, 9000, 300, 200)
    saved = encode(window.saveGeometry())
    assert restore_window(window, saved)

    assert qapp.primaryScreen().availableGeometry().contains(window.geometry())
    window.deleteLater()
