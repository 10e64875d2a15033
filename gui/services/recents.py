"""The packages that were open lately: pinned ones first, then the latest."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.services.settings import Setting, Settings

_LIMIT = 12
_RECENTS: Setting[list[Any]] = Setting("recents", [])


@dataclass(frozen=True, slots=True)
class Recent:
    """One package: its folder or .spk, the name and version it had, and whether it stays on top."""

    path: str
    title: str
    version: str = ""
    pinned: bool = False

    @property
    def is_there(self) -> bool:
        """Whether the folder or file still exists. Touches the disk: ask in a task, or on a click."""
        return Path(self.path).exists()


class Recents(QObject):
    """Remembers packages in the settings."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def all(self) -> list[Recent]:
        """Pinned ones first; within them, the latest first."""
        items = [recent for raw in self._settings.get(_RECENTS) if (recent := _recent(raw)) is not None]
        return sorted(items, key=_is_loose)

    def add(self, path: Path, title: str, version: str = "") -> None:
        """Put this package on top; a pinned one stays pinned."""
        known = {recent.path: recent for recent in self.all()}
        old = known.pop(str(path), None)
        new = Recent(str(path), title, version, old.pinned if old else False)
        kept = [new, *known.values()]
        loose = [recent for recent in kept if not recent.pinned]
        doomed = {recent.path for recent in loose[_LIMIT:]}
        self._store([recent for recent in kept if recent.path not in doomed])

    def set_pinned(self, path: str, pinned: bool) -> None:
        """Pin it to the top, or let it go."""
        self._store([replace(item, pinned=pinned) if item.path == path else item for item in self.all()])

    def remove(self, path: str) -> None:
        """Take it off the list; the package itself stays."""
        self._store([item for item in self.all() if item.path != path])

    def clear(self) -> None:
        """Forget all but the pinned ones."""
        self._store([item for item in self.all() if item.pinned])

    def _store(self, items: list[Recent]) -> None:
        self._settings.put(_RECENTS, [asdict(item) for item in items])
        self.changed.emit()


def _is_loose(recent: Recent) -> bool:
    return not recent.pinned


def _recent(raw: Any) -> Recent | None:
    try:
        return Recent(str(raw["path"]), str(raw["title"]), str(raw["version"]), bool(raw["pinned"]))
    except (KeyError, TypeError):
        return None
