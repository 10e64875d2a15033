"""The user's settings and the window's memory: declared keys with a type and a default, kept in one JSON file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from spkcore.base.files import write_bytes

_VERSION = 1
_WRITE_DELAY = 400
"""Milliseconds during which further changes are gathered into one write."""

Value = TypeVar("Value")


def home_folder() -> Path:
    """Where the program keeps its own files: SPK_CREATOR_HOME, or the user's local data folder."""
    override = os.environ.get("SPK_CREATOR_HOME")
    if override:
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_data_dir("SPK Creator", appauthor=False))


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """One declared setting: its key in the file and the value it has until somebody changes it.

    Values are what JSON can hold; one of another type than the default is taken for damage and ignored.
    """

    key: str
    default: Value


THEME = Setting("theme", "system")
"""system, light or dark"""
FONT_SIZE = Setting("font_size", 0)
"""Points; 0 is the system's."""
AUTOSAVE_SECONDS = Setting("autosave_seconds", 15)
"""Seconds between two writes of the recovery journal; 0 turns it off."""
LAST_FOLDER = Setting("last_folder", "")
BUILD_COMPRESSION = Setting("build_compression", "as it came")
"""gzip, xz, or anything else: as the package came."""
BUILD_FAST = Setting("build_fast", default=False)


class Settings(QObject):
    """Reads and writes the declared settings. Writes are gathered, and flushed at the end of the program."""

    changed = Signal(str)
    """The key."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._values = _read(path)
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WRITE_DELAY)
        self._timer.timeout.connect(self.flush)

    def get(self, setting: Setting[Value]) -> Value:
        """The value, or the default."""
        value = self._values.get(setting.key, setting.default)
        return value if type(value) is type(setting.default) else setting.default

    def put(self, setting: Setting[Value], value: Value) -> None:
        """Remember `value` and tell everybody who listens."""
        if self.get(setting) == value and setting.key in self._values:
            return
        self._values[setting.key] = value
        self._dirty = True
        self._timer.start()
        self.changed.emit(setting.key)

    @Slot()
    def flush(self) -> None:
        """Write now what has changed. A settings file that cannot be written is not worth stopping anybody."""
        self._timer.stop()
        if not self._dirty:
            return
        self._dirty = False
        document = {"version": _VERSION, "settings": self._values}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(self._path, json.dumps(document, indent=1, ensure_ascii=False).encode())


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        values = document["settings"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return values if isinstance(values, dict) else {}
