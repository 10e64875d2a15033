"""The user's settings in the window: typed keys, news about changes, and gathered writes into the engine's file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from spkcore.base.errors import WriteError
from spkcore.base.settings import Settings as SettingsFile

_WRITE_DELAY = 400
"""Milliseconds during which further changes are gathered into one write."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """The key of a setting with its type. `default` is there for the type checker and the reader: what counts is
    declared in spkcore/base/settings.py, and a test compares the two."""

    key: str
    default: Value


THEME = Setting("theme", "system")
"""system, light or dark"""
FONT_SIZE = Setting("font_size", 0)
"""Points; 0 is the system's."""
AUTOSAVE_SECONDS = Setting("autosave_seconds", 15)
"""Seconds between two writes of the recovery journal; 0 turns it off."""
LAST_FOLDER = Setting("last_folder", "")
AUTHOR = Setting("author", "")
"""The maintainer of the last new package, and below their web page: the next one begins with them."""
AUTHOR_URL = Setting("author_url", "")
BUILD_COMPRESSION = Setting("build_compression", "as it came")
"""gzip, xz, or anything else: as the package came."""
BUILD_FAST = Setting("build_fast", default=False)
MIGRATION_OFFERED: Setting[list[str]] = Setting("migration_offered", [])
"""Package folders, or .spk files, for DSM 6 whose user was told once that they can be migrated."""
GEOMETRY = Setting("window_geometry", "")
SIDES = Setting("window_sides", "")
PANEL = Setting("window_panel", "")
PANEL_OPEN = Setting("window_panel_open", default=False)
SCRIPT_SIDE = Setting("script_side", "")
"""How wide the pane beside scripts is."""
SCRIPT_SIDE_OPEN = Setting("script_side_open", default=True)
SCRIPT_SIDE_TAB = Setting("script_side_tab", 0)
WIZARD_DESIGNER = Setting("wizard_designer", 432)
"""Pixels: how wide the wizard designer is beside its preview."""


class Settings(QObject):
    """Reads and writes the declared settings. Writes are gathered, and flushed at the end of the program."""

    changed = Signal(str)
    """The key."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = SettingsFile(path)
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WRITE_DELAY)
        self._timer.timeout.connect(self.flush)

    def get(self, setting: Setting[Value]) -> Value:
        """The value, or the declared default. Raises `KeyError` for a key that is not declared."""
        return cast("Value", self._file.get(setting.key))

    def put(self, setting: Setting[Value], value: Value) -> None:
        """Remember `value` and tell everybody who listens. Raises `ValueError` for a value that is none."""
        if self.get(setting) == value:
            return
        self._file.set(setting.key, value, write=False)
        self._dirty = True
        self._timer.start()
        self.changed.emit(setting.key)

    @Slot()
    def flush(self) -> None:
        """Write now what has changed. Settings that cannot be written are tried again with the next change."""
        self._timer.stop()
        if not self._dirty:
            return
        try:
            self._file.write()
        except WriteError:
            return
        self._dirty = False
