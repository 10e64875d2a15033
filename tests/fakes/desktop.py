"""A desktop that remembers what it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.services.desktop import BarState, JumpItem


class FakeDesktop:
    """`bar` are the states shown on the taskbar button, `fronted` and `flashed` the windows, `jumps` the jump lists."""

    def __init__(self) -> None:
        self.bar: list[tuple[BarState, float]] = []
        self.dark: dict[str, bool] = {}
        self.fronted: list[str] = []
        self.flashed: list[str] = []
        self.allowed: list[int] = []
        self.awaited: list[int] = []
        self.jumps: list[tuple[tuple[JumpItem, ...], tuple[JumpItem, ...]]] = []
        self.named = False

    def name_program(self) -> None:
        self.named = True

    def set_progress(self, window: QWidget, state: BarState, fraction: float = 0.0) -> None:
        self.bar.append((state, round(fraction, 2)))

    def set_title_bar(self, window: QWidget, dark: bool) -> None:
        self.dark[type(window).__name__] = dark

    def flash(self, window: QWidget) -> None:
        self.flashed.append(type(window).__name__)

    def come_to_front(self, window: QWidget) -> None:
        self.fronted.append(type(window).__name__)

    def let_come_to_front(self, process: int) -> None:
        self.allowed.append(process)

    def wait_for_end(self, process: int, seconds: float) -> bool:
        self.awaited.append(process)
        return True

    def set_jump_list(self, category: str, recent: Sequence[JumpItem], tasks: Sequence[JumpItem]) -> None:
        self.jumps.append((tuple(recent), tuple(tasks)))
