"""Downloads packages from their addresses, one after the other, and knows how far each one is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.app.context import AppContext
from gui.nas.plan import capture_folder
from gui.qt.i18n import tr
from gui.qt.progress import progress_text
from gui.qt.rate import RateMeter, rate_text
from gui.qt.tasks import Task
from spkcore.base.errors import SpkError
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas.download import Downloaded, download
from spkcore.nas.feeds import PackageUrl

NO_PROGRESS = Progress(0, 0)


class DownloadState(StrEnum):
    """How a download stands."""

    RUNNING = "running"
    HERE = "here"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class DownloadStatus:
    """One download. `path` is there once the file is, `error` once it failed."""

    state: DownloadState
    progress: Progress = NO_PROGRESS
    path: Path | None = None
    is_verified: bool = False
    error: SpkError | None = None
    speed: str = ""
    """How fast it goes and how long still, once that is known."""

    @property
    def text(self) -> str:
        """How it stands, in a few words."""
        if self.state is DownloadState.RUNNING:
            amount = progress_text(Progress(self.progress.done, self.progress.total)) or tr("waiting")
            return " · ".join(part for part in (amount, self.speed) if part)
        if self.state is DownloadState.HERE:
            return tr("here, checked") if self.is_verified else tr("here")
        if self.state is DownloadState.STOPPED:
            return tr("stopped; goes on where it was")
        return tr("failed: {reason}", reason=self.error.what if self.error is not None else "")


@dataclass(frozen=True, slots=True)
class DownloadJob:
    """One download in a worker thread."""

    item: PackageUrl
    folder: Path

    def run(self, context: TaskContext) -> Downloaded:
        """Carry it out."""
        return download(self.item, self.folder, context)


class Downloads(QObject):
    """Each download is a task with a row in the task panel; it goes on when the window that began it is closed."""

    changed = Signal(object)
    """PackageUrl whose status is another one."""
    failed = Signal(object, object)
    """PackageUrl, SpkError"""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._known: dict[str, DownloadStatus] = {}
        self._running: dict[str, _Download] = {}

    def status(self, item: PackageUrl) -> DownloadStatus | None:
        """How the download of this address stands; None if there was none."""
        return self._known.get(item.url)

    def is_running(self, item: PackageUrl) -> bool:
        """Whether it is on its way."""
        return item.url in self._running

    def start(self, item: PackageUrl) -> None:
        """Download it into the folder for captured packages, unless it is on its way."""
        if item.url in self._running:
            return
        name = item.package or item.shown.rpartition("/")[2]
        job = DownloadJob(item, capture_folder(self._context.settings))
        task = self._context.tasks.start("download", tr("Download {name}", name=name), job.run)
        self._running[item.url] = _Download(item, task, self._context.clock, self)
        self.take(item, DownloadStatus(DownloadState.RUNNING))

    def stop(self, item: PackageUrl) -> None:
        """Stop it; starting it again goes on where it was."""
        if (running := self._running.get(item.url)) is not None:
            running.task.cancel()

    def take(self, item: PackageUrl, status: DownloadStatus) -> None:
        """A download says how it stands."""
        self._known[item.url] = status
        if status.state is not DownloadState.RUNNING and (ended := self._running.pop(item.url, None)) is not None:
            ended.deleteLater()
        self.changed.emit(item)
        if status.error is not None:
            self.failed.emit(item, status.error)
        elif status.path is not None:
            self._context.notifier.inform(tr("{name} is here", name=status.path.name), str(status.path.parent))


class _Download(QObject):
    """Listens to the task of one download."""

    def __init__(self, item: PackageUrl, task: Task, clock: Callable[[], float], downloads: Downloads) -> None:
        super().__init__(downloads)
        self.task = task
        self._item = item
        self._downloads = downloads
        self._clock = clock
        self._rate = RateMeter()
        task.progressed.connect(self._on_progressed)
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        self._rate.add(self._clock(), progress.done, progress.total)
        status = DownloadStatus(DownloadState.RUNNING, progress, speed=rate_text(self._rate))
        self._downloads.take(self._item, status)

    @Slot(object)
    def _on_finished(self, came: Downloaded) -> None:
        status = DownloadStatus(DownloadState.HERE, path=came.path, is_verified=came.is_verified)
        self._downloads.take(self._item, status)

    @Slot(object)
    def _on_failed(self, error: SpkError) -> None:
        self._downloads.take(self._item, DownloadStatus(DownloadState.FAILED, error=error))

    @Slot()
    def _on_cancelled(self) -> None:
        self._downloads.take(self._item, DownloadStatus(DownloadState.STOPPED))
