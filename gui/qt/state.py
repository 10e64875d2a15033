"""Keeps places and sizes of windows, splitters and columns, and brings them back onto a visible screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QSplitter, QWidget

_HANDLE = QSize(120, 32)
"""Pixels of a title bar that can be caught with the mouse."""


def encode(state: QByteArray) -> str:
    """Bytes of Qt as text for the settings."""
    return bytes(state.toBase64().data()).decode("ascii")


def decode(text: str) -> QByteArray:
    """The bytes again; empty for text that is none of ours."""
    return QByteArray.fromBase64(text.encode("ascii", errors="ignore"))


def restore_window(window: QWidget, saved: str) -> bool:
    """Give `window` its saved place, moved onto a screen that is there. False when nothing usable was saved."""
    if not saved or not window.restoreGeometry(decode(saved)):
        return False
    frame = window.geometry()
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if screens and not is_reachable(frame, screens):
        window.setGeometry(_onto(screens[0], frame))
    return True


def is_reachable(frame: QRect, screens: Sequence[QRect]) -> bool:
    """Whether enough of the window's upper edge is on a screen to take hold of it and drag it."""
    handle = QRect(frame.left(), frame.top(), frame.width(), _HANDLE.height())
    parts = [screen.intersected(handle) for screen in screens]
    return any(part.width() >= _HANDLE.width() and part.height() >= _HANDLE.height() // 2 for part in parts)


def restore_splitter(splitter: QSplitter, saved: str) -> bool:
    """Give the splitter its saved sizes. False when nothing usable was saved."""
    return bool(saved) and splitter.restoreState(decode(saved))


def restore_header(header: QHeaderView, saved: str) -> bool:
    """Give the columns their saved widths. False when nothing usable was saved."""
    return bool(saved) and header.restoreState(decode(saved))


def _onto(screen: QRect, frame: QRect) -> QRect:
    result = QRect(screen.topLeft(), frame.size().boundedTo(screen.size()))
    result.moveCenter(screen.center())
    return result
