"""The files that a capture has caught so far: packages first, then the rest in the order of their coming."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spkcore.nas.events import FileCaught, PackageSeen, PackageState


@dataclass(frozen=True, slots=True)
class CaughtFile:
    """One caught file. `state` is None for files that are no package. Size in bytes."""

    volume: str
    path: str
    size: int
    state: PackageState | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of the list is new, or shows something else."""

    row: int
    is_new: bool
    moved_from: int | None = None
    """The row it had before it turned out to be a package."""


class CaughtFiles:
    """The list, in the order in which it is shown."""

    def __init__(self) -> None:
        self._packages: list[CaughtFile] = []
        self._others: list[CaughtFile] = []
        self._places: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._packages) + len(self._others)

    def __getitem__(self, row: int) -> CaughtFile:
        packages = len(self._packages)
        return self._packages[row] if row < packages else self._others[row - packages]

    @property
    def packages(self) -> list[CaughtFile]:
        """The package files."""
        return list(self._packages)

    @property
    def total(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in (*self._packages, *self._others))

    def apply(self, event: FileCaught | PackageSeen) -> RowChange:
        """Take one report in."""
        row = self._package_row(event.volume, event.path)
        if isinstance(event, PackageSeen):
            return self._set_package(row, event)
        if row is not None:
            self._packages[row] = replace(self._packages[row], size=event.size)
            return RowChange(row, is_new=False)
        return self._set_other(CaughtFile(event.volume, event.path, event.size))

    def _set_package(self, row: int | None, event: PackageSeen) -> RowChange:
        file = CaughtFile(event.volume, event.path, event.size, event.state)
        if row is not None:
            self._packages[row] = file
            return RowChange(row, is_new=False)
        moved_from = self._take_other(event.volume, event.path)
        self._packages.append(file)
        return RowChange(len(self._packages) - 1, is_new=True, moved_from=moved_from)

    def _set_other(self, file: CaughtFile) -> RowChange:
        key = (file.volume, file.path)
        place = self._places.get(key)
        if place is not None:
            self._others[place] = file
            return RowChange(len(self._packages) + place, is_new=False)
        self._places[key] = len(self._others)
        self._others.append(file)
        return RowChange(len(self) - 1, is_new=True)

    def _take_other(self, volume: str, path: str) -> int | None:
        place = self._places.pop((volume, path), None)
        if place is None:
            return None
        del self._others[place]
        self._places = {(file.volume, file.path): index for index, file in enumerate(self._others)}
        return len(self._packages) + place

    def _package_row(self, volume: str, path: str) -> int | None:
        for row, file in enumerate(self._packages):
            if (file.volume, file.path) == (volume, path):
                return row
        return None
