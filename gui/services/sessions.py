"""Remembers which packages are open, so that the next start knows what a crash interrupted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from spkcore.base.files import write_bytes


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """One open package: its folder, and the .spk it was unpacked from ("" for none)."""

    folder: str
    source: str = ""


class Sessions:
    """One small file with a lock per open package, in `folder`. The system frees the lock when the program dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, QLockFile] = {}

    def begin(self, package: OpenPackage) -> bool:
        """Note that the package is open. False when another window of this program has it open."""
        if package.folder in self._locks:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        note = self._note(package.folder)
        lock = _lock(note)
        if not lock.tryLock(0):
            return False
        self._locks[package.folder] = lock
        write_bytes(note, json.dumps({"folder": package.folder, "source": package.source}).encode())
        return True

    def end(self, folder: str) -> None:
        """The package was closed properly."""
        lock = self._locks.pop(folder, None)
        if lock is not None:
            self._note(folder).unlink(missing_ok=True)
            lock.unlock()

    def end_all(self) -> None:
        """The program ends properly."""
        for folder in list(self._locks):
            self.end(folder)

    def postpone(self, folder: str) -> None:
        """Let go of the package, but tell of it again at the next start: its recovery was not decided."""
        lock = self._locks.pop(folder, None)
        if lock is not None:
            lock.unlock()

    def forget(self, folder: str) -> None:
        """An interrupted package needs no attention any more."""
        if folder not in self._locks:
            self._note(folder).unlink(missing_ok=True)

    def known_folders(self) -> frozenset[str]:
        """The folders of all notes, of open packages and of interrupted ones."""
        packages = [_read(note) for note in self._folder.glob("*.json")]
        return frozenset(package.folder for package in packages if package is not None)

    def interrupted(self) -> list[OpenPackage]:
        """The packages that were open when the program died, and were neither opened again nor forgotten since."""
        found = []
        for note in sorted(self._folder.glob("*.json")):
            package = _read(note)
            if package is not None and package.folder in self._locks:
                continue
            lock = _lock(note)
            if not lock.tryLock(0):
                continue
            lock.unlock()
            if package is None:
                note.unlink(missing_ok=True)
            else:
                found.append(package)
        return found

    def _note(self, folder: str) -> Path:
        return self._folder / f"{hashlib.sha256(folder.encode()).hexdigest()[:16]}.json"


def _lock(note: Path) -> QLockFile:
    lock = QLockFile(str(note.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock


def _read(note: Path) -> OpenPackage | None:
    try:
        raw = json.loads(note.read_text(encoding="utf-8"))
        return OpenPackage(str(raw["folder"]), str(raw["source"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
