"""Builds the open package: where the .spk goes, the task, and its result."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.i18n import tr
from gui.qt.tasks import Task, TaskRunner
from gui.services.document import Document
from gui.services.notifier import Choice, Notifier, Question
from gui.services.settings import BUILD_COMPRESSION, BUILD_FAST, Setting, Settings
from spkcore.base.tasks import TaskContext
from spkcore.package.project import Package

OUTPUTS: Setting[dict[str, Any]] = Setting("build_outputs", {})
"""Package folder → the .spk that was built from it last."""


class Building(QObject):
    """One build at a time. The output lies beside the package folder unless the user chose another place."""

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
        self._output = Path()
        self.task: Task | None = None

    def build(self, document: Document) -> None:
        """Build to the usual place; asks where a file would be lost or no place is known."""
        self._document = document
        outputs = self._settings.get(OUTPUTS)
        known = outputs.get(str(document.folder))
        if known and Path(known).parent.is_dir():
            self._start(Path(known))
        elif document.is_scratch:
            self.build_as(document)
        else:
            self._start_new(document.folder.parent / _name(document.package))

    def build_as(self, document: Document) -> None:
        """Ask for the file to write, then build."""
        self._document = document
        source = document.scratch_source
        place = source.parent if source else document.folder.parent
        patterns = ((tr("Synology packages"), "*.spk"),)
        self._notifier.save_file(tr("Build to"), patterns, place / _name(document.package), self._start)

    def cancel(self) -> None:
        """Stop the build that runs."""
        if self.task is not None:
            self.task.cancel()

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
        task = self.task = self._tasks.start(f"build:{output}", title, work)
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.started.emit(task)

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        self.task = None
        if self._document is not None:
            known: dict[str, Any] = self._settings.get(OUTPUTS)
            self._settings.put(OUTPUTS, {**known, str(self._document.folder): str(self._output)})
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
