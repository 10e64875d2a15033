"""Finds in the background what an error means, and which problems of the open package lead to it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.notifier import Notifier
from spkcore.base.errors import SpkError, UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import Options, Problem, check
from spkcore.checks.explain import Cause, explain
from spkcore.checks.rulebook import Profile
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets, asked_targets, releases
from spkcore.package.project import Package

LANE = "explain"
DEBOUNCE = 200
"""Milliseconds without a keystroke before the text is read."""
LARGEST = 256 << 10
"""Bytes of a log that are read: its end, as what went wrong is there."""
_GENERATION = "I008"


class Explaining(QObject):
    """Explains one text at a time; what arrives late about an older one is dropped."""

    explained = Signal(object)
    """tuple[Cause, ...]"""
    log_read = Signal(str)
    """The end of a log file."""

    def __init__(self, tasks: TaskRunner, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._notifier = notifier
        self._task: Task | None = None
        self._text = ""
        self._dsm = ""
        self._package: Package | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self._start)

    def ask(self, text: str, dsm: str, package: Package | None) -> None:
        """Explain `text`, said by DSM `dsm` ("" for those that INFO names); `package` is the open one, or None."""
        self.stop()
        self._text, self._dsm, self._package = text, dsm, package
        self._timer.start()

    def read_log(self, path: Path) -> None:
        """Read the end of a log file; `log_read` brings it."""
        task = self._tasks.start(LANE, tr("Read {name}", name=path.name), partial(_read, path), hidden=True)
        task.finished.connect(self._on_read)
        task.failed.connect(self._on_failed)

    def stop(self) -> None:
        """Forget what was asked."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot()
    def _start(self) -> None:
        package = self._package.snapshot() if self._package is not None else None
        work = partial(_explain, self._text, self._dsm, package)
        self._task = self._tasks.start(LANE, tr("Explain the error"), work, hidden=True)
        self._task.finished.connect(self._on_explained)
        self._task.failed.connect(self._on_failed)

    @Slot(object)
    def _on_explained(self, causes: object) -> None:
        if self.sender() is self._task and isinstance(causes, tuple):
            self._task = None
            self.explained.emit(causes)

    @Slot(object)
    def _on_read(self, text: object) -> None:
        self.log_read.emit(str(text))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self.sender() is self._task:  # and no log that cannot be read, while a text is being explained
            self._task = None
        if isinstance(error, SpkError):
            self._notifier.error(error)


def _explain(text: str, dsm: str, package: Package | None, context: TaskContext) -> tuple[Cause, ...]:
    return tuple(explain(text, _problems(package, dsm, context) if package is not None else ()))


def _problems(package: Package, dsm: str, context: TaskContext) -> list[Problem]:
    """All problems, accepted or not: DSM knows no overrides. A package for another generation than the NAS has is what
    people ask about most, so it is told even where the NAS is not named."""
    asked = asked_targets(dsm) if dsm else None
    subject = Subject.of(package.entries, asked, context=context)
    found = check(subject, Options(Profile.GUIDE, subject.targets))
    if asked is None and not subject.targets.dsm7:
        newest = releases()[-1].version
        other = replace(subject, targets=Targets(newest, newest))
        found += check(other, Options(Profile.GUIDE, other.targets, only=frozenset({_GENERATION})))
    return found


def _read(path: Path, _context: TaskContext) -> str:
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(size - LARGEST, 0))
            data = stream.read()
    except OSError as error:
        raise UnreadableError(
            tr("This file cannot be read"), str(path), tr("Choose a log file, for example /var/log/synopkg.log.")
        ) from error
    whole_lines = data.partition(b"\n")[2] if size > LARGEST else data
    return whole_lines.decode("utf-8", "replace")
