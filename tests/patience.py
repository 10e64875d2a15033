"""A pytest-qt bot with patience: how long a test waits for what is to come says nothing about the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

PATIENCE = 60_000
"""Milliseconds. A wait ends as soon as its condition holds, so that only a test that fails ever takes this long.
pytest-qt's five seconds are a bet on the machine; what must not take long is measured, not waited for."""


class PatientBot(QtBot):
    """Waits at least so long for conditions, signals and windows."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 0) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE))

    def waitSignal(self, signal: Any, *, timeout: int = 0, **how: Any) -> Any:
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE), **how)

    def waitSignals(self, signals: list[Any], *, timeout: int = 0, **how: Any) -> Any:
        return super().waitSignals(signals, timeout=max(timeout, PATIENCE), **how)

    def waitActive(self, widget: QWidget, *, timeout: int = 0) -> Any:
        return super().waitActive(widget, timeout=max(timeout, PATIENCE))

    def waitExposed(self, widget: QWidget, *, timeout: int = 0) -> Any:
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE))
