"""What lies on a NAS from before: captures that still run or were cut off, and files that Package Center left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale

from gui.qt.i18n import tr
from gui.qt.progress import size_text
from spkcore.nas.naming import name_from_path
from spkcore.nas.orphans import Leftover, Orphan

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier capture: its folders, one per volume."""

    orphans: tuple[Orphan, ...]

    @property
    def is_running(self) -> bool:
        """Whether its agent still watches."""
        return any(orphan.is_running for orphan in self.orphans)

    @property
    def has_packages(self) -> bool:
        """Whether it caught a package file."""
        return any(orphan.packages for orphan in self.orphans)

    @property
    def title(self) -> str:
        """What it is."""
        if self.is_running:
            return tr("A capture still runs on the NAS")
        return tr("An earlier capture was cut off")

    @property
    def text(self) -> str:
        """When it began, and what it caught."""
        started = [orphan.started for orphan in self.orphans if orphan.started is not None]
        packages = [package for orphan in self.orphans for package in orphan.packages]
        caught = _files_text(packages) if packages else tr("no package file yet")
        return " · ".join([*([tr("begun {time}", time=_time_text(min(started)))] if started else []), caught])


def group_orphans(orphans: Sequence[Orphan]) -> tuple[Earlier, ...]:
    """The captures behind these folders, those that still run first."""
    sessions = dict.fromkeys(orphan.session for orphan in orphans)
    found = [Earlier(tuple(orphan for orphan in orphans if orphan.session == session)) for session in sessions]
    return tuple(sorted(found, key=lambda earlier: not earlier.is_running))


def leftovers_text(leftovers: Sequence[Leftover]) -> str:
    """What Package Center left: "2 package files (3.1 MB): Git, Perl"."""
    return _files_text([(file.path, file.size) for file in leftovers])


def _files_text(files: Sequence[tuple[str, int]]) -> str:
    size = size_text(sum(size for _path, size in files))
    count = tr("{n} package file ({size})", "{n} package files ({size})", n=len(files), size=size)
    names = list(dict.fromkeys(name_from_path(path).package or tr("an uploaded file") for path, _size in files))
    shown = ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
    return f"{count}: {shown}"


def _time_text(time: datetime) -> str:
    local = QDateTime.fromSecsSinceEpoch(int(time.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)
