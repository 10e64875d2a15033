"""Checks the open package in the background while it is edited: problems and verdict, debounced, never stale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from gui.services.notifier import Notifier
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.checks import shellcheck
from spkcore.checks.engine import Options, Problem, check, needs_second_look
from spkcore.checks.overrides import CheckSettings, Override, read_settings, split, write_settings
from spkcore.checks.subject import Subject
from spkcore.checks.verdict import Verdict, verdict
from spkcore.package.project import Package

LANE = "check"
DEBOUNCE = 300
"""Milliseconds without an edit before the check runs."""

Accepted = tuple[Problem, Override]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found, at which revision of the document, with which choices. `is_whole` is false while shellcheck
    still reads."""

    revision: int
    settings: CheckSettings
    is_whole: bool = True
    problems: tuple[Problem, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


class Validation(QObject):
    """Holds the problems, the accepted problems and the verdict of one document, and the choices behind them."""

    problems_changed = Signal()
    verdict_changed = Signal()
    settings_changed = Signal()

    def __init__(
        self, document: Document, tasks: TaskRunner, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self._notifier = notifier
        self._task: Task | None = None
        self._waiting: list[Callable[[], object]] = []
        self._may_write = True
        self.settings = self._read_settings()
        self._outcome = Outcome(-1, self.settings)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.check_now)
        document.changed.connect(self._on_document_changed)
        document.moved.connect(self._on_moved)

    @property
    def problems(self) -> Sequence[Problem]:
        """The problems that count, in the order of the tree."""
        return self._outcome.problems

    @property
    def accepted(self) -> Sequence[Accepted]:
        """The problems that overrides accept, with the override."""
        return self._outcome.accepted

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """What each DSM of the range says, oldest first; empty before the first check has ended."""
        return self._outcome.verdicts

    @property
    def is_fresh(self) -> bool:
        """Whether the result is about the package and the choices as they are now."""
        return self._is_of_now(self._outcome)

    @property
    def has_result(self) -> bool:
        """Whether a check has ended at all."""
        return self._outcome.revision >= 0

    def of(self, path: str) -> list[Problem]:
        """The problems of one part, and of what lies below it."""
        below = path + "/"
        return [problem for problem in self.problems if problem.path == path or problem.path.startswith(below)]

    def options(self) -> Options:
        """Profile and targets, as the engine wants them."""
        return Options(self.settings.profile, self.settings.targets)

    def set_settings(self, settings: CheckSettings) -> None:
        """Choose another profile, range or other overrides; they are kept in the package folder."""
        if settings == self.settings:
            return
        self.settings = settings
        self._write_settings()
        self.settings_changed.emit()
        self.check_now()

    def when_fresh(self, then: Callable[[], object]) -> None:
        """Call `then` as soon as the result is about the package as it is now; at once if it is."""
        if self.is_fresh:
            then()
            return
        self._waiting.append(then)
        if self._task is None or self._timer.isActive():
            self.check_now()

    @Slot()
    def check_now(self) -> None:
        """Check the package as it is now; a check that still runs is stopped.

        A quick look comes first. Where shellcheck must read new scripts, which takes seconds for hundreds of them, a
        second one follows.
        """
        self._look(quick=True)

    def _look(self, *, quick: bool) -> None:
        self._timer.stop()
        self._stop_task()
        document = self._document
        work = partial(_check, document.package.snapshot(), document.revision, self.settings, quick)
        self._task = self._tasks.start(LANE, tr("Check the package"), work, hidden=True)
        self._task.finished.connect(self._on_finished)
        self._task.failed.connect(self._on_failed)

    def stop(self) -> None:
        """Stop a check that runs, and one that is due."""
        self._timer.stop()
        self._waiting.clear()
        self._stop_task()

    def _stop_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _forget_task(self) -> bool:
        """A check has ended; whether it was the last one, and not one that was over at the moment it was stopped."""
        is_last = self.sender() is self._task
        if is_last:
            self._task = None
        return is_last

    def _read_settings(self) -> CheckSettings:
        try:
            return read_settings(self._document.folder)
        except SpkError as error:
            self._may_write = False  # the file is the user's: it is not replaced before it can be understood
            self._notifier.error(error)
            return CheckSettings()

    def _write_settings(self) -> None:
        if not self._may_write:
            self._look_at_file_again()
        if self._may_write:
            work = partial(_write, self._document.package, self.settings)
            task = self._tasks.start(LANE, tr("Keep the choices of the check"), work, hidden=True, essential=True)
            task.failed.connect(self._on_write_failed)

    def _look_at_file_again(self) -> None:
        """Write again once the user has mended or removed the file; until then tell that choices are not kept."""
        try:
            read_settings(self._document.folder)
        except SpkError as error:
            self._notifier.inform(tr("This counts only until the package is closed."), str(error))
        else:
            self._may_write = True

    @Slot(object)
    def _on_document_changed(self, _paths: object) -> None:
        self._timer.start()

    @Slot()
    def _on_moved(self) -> None:
        """A copy of the package in another folder keeps its choices."""
        self._may_write = True
        if self.settings != CheckSettings():
            self._write_settings()

    @Slot(object)
    def _on_finished(self, outcome: object) -> None:
        self._forget_task()
        if not isinstance(outcome, Outcome) or not self._is_of_now(outcome):
            return
        before, self._outcome = self._outcome, self._with_known(outcome)
        outcome = self._outcome
        if not outcome.is_whole:
            self._look(quick=False)
        if before.revision < 0 or (outcome.problems, outcome.accepted) != (before.problems, before.accepted):
            self.problems_changed.emit()
        if outcome.verdicts != before.verdicts:
            self.verdict_changed.emit()
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def _is_of_now(self, outcome: Outcome) -> bool:
        return outcome.revision == self._document.revision and outcome.settings == self.settings

    def _with_known(self, outcome: Outcome) -> Outcome:
        """A quick look keeps what shellcheck said before, so that its findings do not come and go with every key."""
        if outcome.is_whole:
            return outcome
        kept = [problem for problem in self._outcome.problems if problem.rule in shellcheck.RULES]
        new = [problem for problem in kept if problem not in outcome.problems]
        return replace(outcome, problems=(*outcome.problems, *new))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self._forget_task() and isinstance(error, SpkError) and self._waiting:
            self._waiting.clear()
            self._notifier.error(error)

    @Slot(object)
    def _on_write_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._notifier.error(error)


def _check(package: Package, revision: int, settings: CheckSettings, quick: bool, context: TaskContext) -> Outcome:
    subject = Subject.of(package.entries, settings.targets, context=context, quick=quick)
    counting, accepted = split(check(subject, Options(settings.profile, subject.targets)), settings.overrides)
    is_whole = not needs_second_look(subject)
    return Outcome(revision, settings, is_whole, tuple(counting), tuple(accepted), tuple(verdict(subject)))


def _write(package: Package, settings: CheckSettings, _context: TaskContext) -> None:
    write_settings(package.folder, settings)
