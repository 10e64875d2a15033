"""Builds the open package: where the .spk goes, the task, and its result."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from gui.services.notifier import Choice, Notifier, Question
from gui.services.settings import BUILD_COMPRESSION, BUILD_FAST, Setting, Settings
from spkcore.base.errors import SpkError
from spkcore.base.files import free_path
from spkcore.base.tasks import TaskContext
from spkcore.package.project import Package

OUTPUTS: Setting[dict[str, Any]] = Setting("build_outputs", {})
"""Package folder, or .spk that was opened → the .spk that was built from it last."""
_REMEMBERED = 50
BUILD_LANE = "build:"
"""With the output behind it."""


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
        self._origin = Path()
        self._name = ""
        self._output = Path()
        self.task: Task | None = None

    def build(self, document: Document) -> None:
        """Build to the usual place; asks where a file would be lost or no place is known."""
        if not self._take(document):
            return
        origin = self._origin
        known = Path(self._settings.get(OUTPUTS).get(str(origin), ""))
        if known.name and known != origin and known.parent.is_dir():
            self._start(known)
        elif os.access(origin.parent, os.W_OK):
            self._start_new(origin.parent / self._name)
        else:
            self.build_as(document)

    def build_as(self, document: Document) -> None:
        """Ask for the file to write, then build."""
        if not self._take(document):
            return
        patterns = ((tr("Synology packages"), "*.spk"),)
        suggested = free_path(self._origin.parent, self._name)
        self._notifier.save_file(tr("Build to"), patterns, suggested, self._start)

    def cancel(self) -> None:
        """Stop the build that runs."""
        if self.task is not None:
            self.task.cancel()

    def _take(self, document: Document) -> bool:
        if self.task is not None:
            self._notifier.inform(tr("A build is running already."))
            return False
        try:
            self._name = _name(document.package)
        except SpkError as error:  # INFO cannot be read: the folder is gone, or its drive
            self._notifier.error(error)
            return False
        self._document = document
        self._origin = document.scratch_source or document.folder
        return True

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
        elif answer == "other" and self._document is not None:
            self.build_as(self._document)

    def _start(self, output: Path) -> None:
        if self._document is None or self.task is not None:
            return
        self._output = output
        compression, fast = self._settings.get(BUILD_COMPRESSION), self._settings.get(BUILD_FAST)
        work = partial(_build, self._document.package.snapshot(), output, compression, fast)
        title = tr("Build {name}", name=output.name)
        task = self.task = self._tasks.start(f"{BUILD_LANE}{output}", title, work)
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.started.emit(task)

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        self.task = None
        origin = str(self._origin)
        others = [(key, value) for key, value in self._settings.get(OUTPUTS).items() if key != origin]
        self._settings.put(OUTPUTS, dict([*others, (origin, str(self._output))][-_REMEMBERED:]))
        self.built.emit(result)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self.task = None
        self.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self.task = None
        self.cancelled.emit()


def _name(package: Package) -> str:
    from spkcore.archive.build import default_name

    return default_name(package)


def _build(package: Package, output: Path, compression: str, fast: bool, context: TaskContext) -> object:
    from spkcore.archive.build import BuildOptions, build_package

    chosen = compression if compression in {"gzip", "xz"} else None
    return build_package(package, output, BuildOptions(compression=chosen, fast=fast), context)
