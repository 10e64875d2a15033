"""Remembers which packages are open, so that the next start knows what a crash interrupted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from PySide6.QtCore import QLockFile

from spkcore.base.files import write_bytes


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """One open package: its folder, and the .spk it was unpacked from ("" for none).

    `borrowed` are scratch folders that it reads from: what was taken over from another .spk is copied by saving.
    """

    folder: str
    source: str = ""
    borrowed: tuple[str, ...] = ()


class Sessions:
    """One small file with a lock per open package, in `folder`. The system frees the lock when the program dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, QLockFile] = {}

    def begin(self, package: OpenPackage) -> bool:
        """Note that the package is open; what it borrowed before a crash stays borrowed. False when another window of
        this program has it open."""
        if package.folder in self._locks:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        note = self._note(package.folder)
        lock = _lock(note)
        if not lock.tryLock(0):
            return False
        self._locks[package.folder] = lock
        before = _read(note)
        kept = before.borrowed if before is not None else ()
        write_bytes(note, _written(replace(package, borrowed=tuple(dict.fromkeys((*kept, *package.borrowed))))))
        return True

    def borrow(self, folder: str, rooms: Iterable[Path]) -> None:
        """The open package `folder` reads from these scratch folders until it is closed, also after a crash."""
        note = self._note(folder)
        package = _read(note) if folder in self._locks else None
        if package is not None:
            borrowed = dict.fromkeys((*package.borrowed, *map(str, rooms)))
            write_bytes(note, _written(replace(package, borrowed=tuple(borrowed))))

    def borrowed(self, folder: str) -> list[Path]:
        """The scratch folders that the open package `folder` reads from."""
        package = _read(self._note(folder)) if folder in self._locks else None
        return [Path(room) for room in package.borrowed] if package is not None else []

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

    def known_folders(self) -> frozenset[Path]:
        """What open and interrupted packages read from: their folders, and what they borrowed."""
        packages = [package for note in self._folder.glob("*.json") if (package := _read(note)) is not None]
        return frozenset(Path(place) for package in packages for place in (package.folder, *package.borrowed))

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


def _written(package: OpenPackage) -> bytes:
    return json.dumps(asdict(package)).encode()


def _read(note: Path) -> OpenPackage | None:
    try:
        raw = json.loads(note.read_text(encoding="utf-8"))
        return OpenPackage(str(raw["folder"]), str(raw["source"]), tuple(map(str, raw.get("borrowed", ()))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
