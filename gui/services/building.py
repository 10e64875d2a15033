"""Builds the open package: where the .spk goes, the task, and its result."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.buildgate import BUILD, refusal_question
from gui.services.document import Document
from gui.services.notifier import Choice, Notifier, Question
from gui.services.settings import BUILD_COMPRESSION, BUILD_FAST, Setting, Settings
from spkcore.base.errors import SpkError
from spkcore.base.files import free_path
from spkcore.base.tasks import TaskContext
from spkcore.checks.subject import Subject
from spkcore.checks.verdict import Verdict, is_refused_everywhere, verdict
from spkcore.package.buildtargets import BuildTarget
from spkcore.package.project import Package

OUTPUTS: Setting[dict[str, Any]] = Setting("build_outputs", {})
"""Package folder, or .spk that was opened → the .spk that was built from it last; build targets as "folder#name"."""
_REMEMBERED = 50
BUILD_LANE = "build:"
"""With the output behind it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The package as a build target has it, the name of its file, and what the DSM versions that it is for say."""

    target: BuildTarget
    package: Package
    name: str
    verdicts: tuple[Verdict, ...]


class Building(QObject):
    """One build at a time. The output lies beside the package folder, or beside the .spk that was opened, unless the
    user chose another place. A file that was not built from this package is never replaced without a question."""

    started = Signal(object)
    """Task"""
    built = Signal(object)
    """BuildResult"""
    failed = Signal(object)
    """SpkError"""
    cancelled = Signal()

    def __init__(
        self, tasks: TaskRunner, notifier: Notifier, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._notifier = notifier
        self._settings = settings
        self._document: Document | None = None
        self._target: Prepared | None = None
        self._preparing: Task | None = None
        self.target_title = ""
        """The build target of the build that runs ("DSM 6"); empty for the package itself."""
        self._origin = Path()
        self._name = ""
        self._output = Path()
        self.task: Task | None = None

    def build(self, document: Document) -> None:
        """Build to the usual place; asks where a file would be lost or no place is known."""
        if self._take(document):
            self._go()

    def build_as(self, document: Document) -> None:
        """Ask for the file to write, then build."""
        if self._take(document):
            self._ask_place()

    def build_target(self, document: Document, target: BuildTarget) -> None:
        """Build the package as `target` has it, beside the other one; asks where no DSM of its range takes it."""
        if not self._take(document):
            return
        work = partial(_prepare, document.package.snapshot(), target)
        title = tr("Prepare the package for {target}", target=target.title)
        self._preparing = self._tasks.start(f"{BUILD_LANE}{target.name}", title, work, hidden=True)
        self._preparing.finished.connect(self._on_prepared)
        self._preparing.failed.connect(self._on_prepare_failed)
        self._preparing.ended.connect(self._on_prepare_ended)

    def _go(self) -> None:
        """To the usual place of what is built."""
        origin = self._origin
        known = Path(self._settings.get(OUTPUTS).get(self._key, ""))
        if known.name and known != origin and known.parent.is_dir():
            self._start(known)
        elif os.access(origin.parent, os.W_OK):
            self._start_new(origin.parent / self._name)
        else:
            self._ask_place()

    def _ask_place(self) -> None:
        patterns = ((tr("Synology packages"), "*.spk"),)
        suggested = free_path(self._origin.parent, self._name)
        self._notifier.save_file(tr("Build to"), patterns, suggested, self._start)

    def cancel(self) -> None:
        """Stop the build that runs."""
        if self.task is not None:
            self.task.cancel()

    def _take(self, document: Document) -> bool:
        if self.task is not None or self._preparing is not None:
            self._notifier.inform(tr("A build is running already."))
            return False
        try:
            self._name = _name(document.package)
        except SpkError as error:  # INFO cannot be read: the folder is gone, or its drive
            self._notifier.error(error)
            return False
        self._document = document
        self._target, self.target_title = None, ""
        self._origin = document.scratch_source or document.folder
        return True

    @property
    def _key(self) -> str:
        """What OUTPUTS calls that which is built."""
        return str(self._origin) if self._target is None else f"{self._origin}#{self._target.target.name}"

    @Slot(object)
    def _on_prepared(self, prepared: Prepared) -> None:
        self._preparing = None
        self._target, self.target_title = prepared, prepared.target.title
        self._name = prepared.name
        if is_refused_everywhere(prepared.verdicts):
            self._notifier.ask(refusal_question(prepared.verdicts, can_show=False), self._refusal_answered)
        else:
            self._go()

    def _refusal_answered(self, answer: str) -> None:
        if answer == BUILD:
            self._go()

    @Slot(object)
    def _on_prepare_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._notifier.error(error)

    @Slot()
    def _on_prepare_ended(self) -> None:
        self._preparing = None

    def _start_new(self, output: Path) -> None:
        self._output = output
        if not output.exists():
            self._start(output)
            return
        choices = (
            Choice("other", tr("Choose another name"), "primary"),
            Choice("replace", tr("Replace it"), "danger"),
            Choice("cancel", tr("Cancel")),
        )
        text = tr("{path} was not built from this package here. Replacing it cannot be undone.", path=output)
        self._notifier.ask(Question(tr("There is already a file of this name"), text, choices), self._answered)

    def _answered(self, answer: str) -> None:
        if answer == "replace":
            self._start(self._output)
        elif answer == "other":
            self._ask_place()

    def _start(self, output: Path) -> None:
        if self._document is None or self.task is not None:
            return
        self._output = output
        compression, fast = self._settings.get(BUILD_COMPRESSION), self._settings.get(BUILD_FAST)
        package = self._target.package if self._target is not None else self._document.package.snapshot()
        work = partial(_build, package, output, compression, fast)
        title = tr("Build {name}", name=output.name)
        task = self.task = self._tasks.start(f"{BUILD_LANE}{output}", title, work)
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.started.emit(task)

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        self.task = None
        others = [(key, value) for key, value in self._settings.get(OUTPUTS).items() if key != self._key]
        self._settings.put(OUTPUTS, dict([*others, (self._key, str(self._output))][-_REMEMBERED:]))
        self.built.emit(result)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self.task = None
        self.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self.task = None
        self.cancelled.emit()


def _prepare(package: Package, target: BuildTarget, context: TaskContext) -> Prepared:
    made = target.apply_to(package)
    name = f"{_name(made).removesuffix('.spk')}-{target.name}.spk"
    return Prepared(target, made, name, tuple(verdict(Subject.of(made.entries, context=context))))


def _name(package: Package) -> str:
    from spkcore.archive.build import default_name

    return default_name(package)


def _build(package: Package, output: Path, compression: str, fast: bool, context: TaskContext) -> object:
    from spkcore.archive.build import BuildOptions, build_package

    chosen = compression if compression in {"gzip", "xz"} else None
    return build_package(package, output, BuildOptions(compression=chosen, fast=fast), context)
