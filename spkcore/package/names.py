"""Names on disk: which file holds which entry where Windows could not hold the true name.

The same names are chosen on every platform, so that a package folder can travel: `a:b` lies on disk as `a%3Ab`, and of
two names that differ only by case the later one gets a suffix. attributes.json remembers the choice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import count

from spkcore.base.files import windows_safe
from spkcore.package.entries import OWN_FOLDER

_LONGEST_NAME = 200
"""Bytes of UTF-8: file systems end at 255, and temporary names are longer than the file's own."""


def collision_key(name: str) -> str:
    """Equal for names (or paths) that one Windows folder cannot hold both."""
    return name.upper().casefold()


class DiskNames:
    """The names on disk of the entries of one package.

    `claim` chooses the name of a new entry; `disk_path` answers for every entry. Paths have forward slashes and are
    relative to the package folder.
    """

    def __init__(self, names: Mapping[str, str] | None = None, claimed: Iterable[str] = ()) -> None:
        """`names` maps true paths to one-component names on disk where they differ; `claimed` are entries that lie
        on disk already."""
        self._names = dict(names or {})
        self._claimed = set(claimed)
        self._lazily_taken: dict[str, set[str]] | None = None

    @property
    def differing(self) -> Mapping[str, str]:
        """True path → name on disk (one component), only where it is not the last part of the path."""
        return self._names

    def copy(self) -> DiskNames:
        """An independent copy."""
        return DiskNames(self._names, self._claimed)

    def disk_path(self, path: str) -> str:
        """Where the entry `path` lies on disk."""
        if not self._names:
            return path
        parent, _, name = path.rpartition("/")
        own = self._names.get(path, name)
        return f"{self.disk_path(parent)}/{own}" if parent else own

    def claim(self, path: str) -> str:
        """Choose where the new entry `path` will lie on disk, and the folders above it; returns the disk path."""
        if path not in self._claimed:
            parent, _, name = path.rpartition("/")
            if parent:
                self.claim(parent)
            self._choose(path, name, self._taken().setdefault(parent, set()))
            self._claimed.add(path)
        return self.disk_path(path)

    def note_existing(self, path: str) -> None:
        """The entry `path` was found on disk under its true name."""
        self._take(path)
        self._claimed.add(path)

    def forget(self, path: str) -> None:
        """The entry `path` is gone; its name is free again."""
        if path in self._claimed:
            parent, name = self._parent_and_name(path)
            self._taken()[parent].discard(collision_key(name))
            self._claimed.discard(path)
            self._names.pop(path, None)

    def true_names(self) -> dict[str, dict[str, str]]:
        """True folder → name on disk → true name, for the entries whose names differ."""
        found: dict[str, dict[str, str]] = {}
        for path, disk_name in self._names.items():
            parent, _, name = path.rpartition("/")
            found.setdefault(parent, {})[disk_name] = name
        return found

    def _parent_and_name(self, path: str) -> tuple[str, str]:
        parent, _, name = path.rpartition("/")
        return parent, self._names.get(path, name)

    def _taken(self) -> dict[str, set[str]]:
        """Folder → the keys of the names in it; made when the first name is to be chosen."""
        if self._lazily_taken is None:
            self._lazily_taken = {}
            for path in self._claimed:
                self._take(path)
        return self._lazily_taken

    def _take(self, path: str) -> None:
        parent, name = self._parent_and_name(path)
        self._taken().setdefault(parent, set()).add(collision_key(name))

    def _choose(self, path: str, name: str, taken: set[str]) -> None:
        safe = _shortened(windows_safe(name))
        if collision_key(path) == collision_key(OWN_FOLDER):
            safe = f"%2E{name[1:]}"
        chosen = safe
        for number in count(2):
            if collision_key(chosen) not in taken:
                break
            chosen = _numbered(safe, number)
        taken.add(collision_key(chosen))
        if chosen != name:
            self._names[path] = chosen
        else:
            self._names.pop(path, None)


def _numbered(name: str, number: int) -> str:
    stem, dot, extension = name.rpartition(".")
    return f"{stem}~{number}.{extension}" if stem and dot else f"{name}~{number}"


def _shortened(name: str) -> str:
    data = name.encode("utf-8", "surrogateescape")
    if len(data) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(data).hexdigest()[:12]
    return f"{data[: _LONGEST_NAME - 20].decode('utf-8', 'ignore').rstrip('. ')}~{digest}"
