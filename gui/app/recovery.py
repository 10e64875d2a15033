"""At the start: finds the packages that a crash interrupted, and leads back to their unsaved changes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from gui.app.context import AppContext
from gui.qt.i18n import tr
from gui.services.loading import remove_scratch, scratch_folder
from gui.services.notifier import Choice, Question
from gui.services.sessions import OpenPackage
from gui.services.workbench import Workbench
from spkcore.base.tasks import TaskContext
from spkcore.package.journal import journal_path

LANE = "recovery"
_OFFERED = 4
"""Packages that one question offers; the others wait for the next start."""
_SCRATCH_AGE = 7 * 24 * 3600
"""Seconds after which a scratch folder that nobody knows of is deleted: an unpacking that was cut off left it."""


@dataclass(frozen=True, slots=True)
class _Found:
    with_work: tuple[OpenPackage, ...]
    without: tuple[OpenPackage, ...]


class Recovery(QObject):
    """Runs once."""

    def __init__(self, context: AppContext, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._context = context
        self._bench = workbench
        self._open_found = True
        self._offered: tuple[OpenPackage, ...] = ()

    def start(self, open_found: bool) -> None:
        """Look; with `open_found` an interrupted package is opened, and its changes are offered there. Of several the
        user chooses one; the others are offered at the next start, or when they are opened."""
        self._open_found = open_found
        sessions = self._bench.sessions
        work = partial(_look, tuple(sessions.interrupted()), sessions.known_folders(), self._context.home)
        task = self._context.tasks.start(LANE, tr("Look for unsaved changes"), work, hidden=True)
        task.finished.connect(self._on_looked)

    @Slot(object)
    def _on_looked(self, found: object) -> None:
        if not isinstance(found, _Found):
            return
        for package in found.without:
            self._bench.sessions.forget(package.folder)
        if not self._open_found or self._bench.current is not None or not found.with_work:
            return
        if len(found.with_work) == 1:
            self._open(found.with_work[0])
        else:
            self._ask_which(found.with_work[:_OFFERED])

    def _ask_which(self, packages: tuple[OpenPackage, ...]) -> None:
        self._offered = packages
        choices = [Choice(package.folder, _name(package).replace("&", "&&")) for package in self._offered]
        question = Question(
            tr("Which package do you want to recover?"),
            tr("SPK Creator ended unexpectedly while several packages had unsaved changes. All of them were kept."),
            (*choices, Choice("later", tr("Decide &later"))),
            detail="\n".join(package.source or package.folder for package in self._offered),
            cancel="later",
        )
        self._context.notifier.ask(question, self._answered)

    def _answered(self, folder: str) -> None:
        for package in self._offered:
            if package.folder == folder:
                self._open(package)

    def _open(self, package: OpenPackage) -> None:
        self._bench.opener.open_interrupted(Path(package.folder), Path(package.source) if package.source else None)


def _name(package: OpenPackage) -> str:
    return Path(package.source or package.folder).name


def _look(packages: tuple[OpenPackage, ...], known: frozenset[Path], home: Path, context: TaskContext) -> _Found:
    with_work, without = [], []
    for package in packages:
        context.check()
        folder = Path(package.folder)
        if journal_path(folder).is_file():
            with_work.append(package)
            continue
        without.append(package)
        for room in ([folder] if package.source else []) + [Path(place) for place in package.borrowed]:
            remove_scratch(room, home)
    _remove_forgotten(known, home)
    return _Found(tuple(with_work), tuple(without))


def _remove_forgotten(known: frozenset[Path], home: Path) -> None:
    rooms = known | {folder.parent for folder in known}
    root = scratch_folder(home)
    for room in list(root.iterdir()) if root.is_dir() else ():
        if room not in rooms and time.time() - room.stat().st_mtime > _SCRATCH_AGE:
            remove_scratch(room, home)
