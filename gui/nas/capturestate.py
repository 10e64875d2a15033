"""What the capture workspace shows, without widgets: the stage, the steps, the sentences, the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from gui.nas.caughtfiles import CaughtFiles, RowChange
from gui.nas.outcome import CaptureOutcome
from gui.qt.i18n import tr
from gui.qt.progress import seconds_text, size_text
from gui.qt.rate import RateMeter, rate_text
from spkcore.base.errors import SpkError
from spkcore.base.tasks import Progress
from spkcore.nas.events import (
    CaptureEvent,
    ConnectionChanged,
    FileCaught,
    LogLine,
    LowSpace,
    PackageSeen,
    Step,
    StepChanged,
    Tick,
    Trouble,
)


class Stage(StrEnum):
    """What the page is about."""

    SETUP = "setup"
    RUNNING = "running"
    STOPPING = "stopping"
    RESULT = "result"
    FAILED = "failed"


class Aim(StrEnum):
    """What a capture waits for: what the user does in Package Center, what lies there, what the NAS is told to get."""

    PACKAGE_CENTER = "package center"
    FOUND = "found"
    RESUMED = "resumed"
    DOWNLOAD = "download"
    INSTALL = "install"


class StepState(StrEnum):
    """How a step of the row of steps looks."""

    DONE = "done"
    CURRENT = "current"
    PENDING = "pending"
    FAILED = "failed"


def _titles() -> tuple[str, ...]:
    return (tr("Connect"), tr("Prepare"), tr("Install"), tr("Catch"), tr("Fetch"), tr("Check"), tr("Done"))


_PLACE_OF_STEP = {
    Step.PREPARING: 1,
    Step.WAITING: 2,
    Step.DOWNLOADING: 3,
    Step.INSTALLING: 3,
    Step.COMPLETE: 3,
    Step.PULLING: 4,
    Step.VERIFYING: 5,
    Step.CLEANING: 5,
    Step.DONE: 6,
}


class CaptureState:
    """One capture from the first click to its result. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.place = ""
        self.nas_title = ""
        self.connected = False
        self.is_demo = False
        self.reset()

    def reset(self) -> None:
        """Back to the beginning; the connection stays."""
        self.stage = Stage.SETUP
        self.step: Step | None = None
        self.files = CaughtFiles()
        self.free: int | None = None
        self.notes: list[str] = []
        self.log: list[str] = []
        self.pull = Progress(0, 0)
        self.outcome: CaptureOutcome | None = None
        self.error: SpkError | None = None
        self.is_cut = False
        self.cuts = 0
        self.is_cancelled = False
        self.aim = Aim.PACKAGE_CENTER
        self.ordered = ""
        self._cut_at = 0.0
        self._rate = RateMeter()
        self._started = 0.0
        self._ended: float | None = None
        self._step_text = ""

    # What happens

    def begin(self, aim: Aim, ordered: str = "") -> None:
        """The capture starts now; `ordered` is the package that the NAS is told to get."""
        self.reset()
        self.aim, self.ordered = aim, ordered
        self.stage = Stage.RUNNING
        self.step = Step.PREPARING
        self._started = self._clock()

    def apply(self, events: Iterable[CaptureEvent]) -> list[RowChange]:
        """Take reports in; returns what has changed in the list of files."""
        changes = []
        for event in events:
            if isinstance(event, FileCaught | PackageSeen):
                changes.append(self.files.apply(event))
            else:
                self._apply_other(event)
        return changes

    def progress(self, progress: Progress) -> None:
        """How far the transfer is."""
        self.pull = progress
        if progress.unit == "bytes":
            self._rate.add(self._clock(), progress.done, progress.total)

    def stop(self) -> None:
        """The user has installed the package, or has enough."""
        self.stage = Stage.STOPPING

    def cancel(self) -> None:
        """The user wants nothing of it."""
        self.stage = Stage.STOPPING
        self.is_cancelled = True

    def finish(self, outcome: CaptureOutcome) -> None:
        """It worked."""
        self.stage = Stage.RESULT
        self.step = Step.DONE
        self.is_cut = False
        self.outcome = outcome
        self._ended = self._clock()

    def fail(self, error: SpkError | None) -> None:
        """It did not work; None when the user cancelled."""
        self.stage = Stage.FAILED
        self.error = error
        self._ended = self._clock()

    # What is shown

    @property
    def step_titles(self) -> tuple[str, ...]:
        """The names of the steps."""
        return _titles()

    @property
    def step_states(self) -> tuple[StepState, ...]:
        """How each step looks now."""
        nothing = self.outcome is not None and not self.outcome.files
        if self.stage is Stage.RESULT and not nothing:
            return (StepState.DONE,) * len(_titles())
        place = _PLACE_OF_STEP[Step.DOWNLOADING] if nothing else self.current_step
        here = StepState.FAILED if nothing or self.stage is Stage.FAILED else StepState.CURRENT
        return tuple(
            StepState.DONE if index < place else here if index == place else StepState.PENDING
            for index in range(len(_titles()))
        )

    @property
    def current_step(self) -> int:
        """The place of the current step in the row."""
        if self.step is None:
            return 1 if self.connected else 0
        return _PLACE_OF_STEP[self.step]

    @property
    def headline(self) -> str:
        """One sentence: what happens now, or what to do."""
        if self.is_stopping:
            return tr("Cancelling the capture") if self.is_cancelled else tr("Finishing the capture")
        if self.stage is Stage.RESULT:
            return self._result_headline()
        if self.stage is Stage.FAILED:
            return self.error.what if self.error is not None else tr("The capture was cancelled")
        if self.stage is Stage.SETUP:
            return tr("Ready to capture") if self.connected else tr("Choose the NAS")
        if self.is_cut:
            return tr("Getting the connection back")
        return self._waiting_headline() if self._still_waits else _headline(self.step)

    @property
    def hint(self) -> str:
        """More about the headline."""
        if self.stage is Stage.FAILED:
            return self._failed_hint()
        if self.stage is Stage.RESULT:
            return self._result_hint()
        if self.stage is Stage.SETUP:
            return ""
        if self.is_stopping:
            nothing = tr("Nothing comes to this computer. The NAS is cleaned up.")
            return nothing if self.is_cancelled else tr("What was caught comes to this computer.")
        if self.is_cut:
            lost = tr("The connection was lost {time} ago.", time=seconds_text(self._clock() - self._cut_at))
            return f"{lost} {tr('The capture goes on on the NAS; there is nothing to do.')}"
        catches = self.step in {Step.WAITING, Step.DOWNLOADING, Step.INSTALLING}
        if self._still_waits or (catches and self.aim in {Aim.DOWNLOAD, Aim.INSTALL}):
            return self._waiting_hint()
        text = _hint(self.step) or self._step_text
        return "" if text == self.headline else text

    @property
    def is_stopping(self) -> bool:
        """Whether the user has ended it and that is what is to be said; later steps speak for themselves."""
        ends_catching = self.step in {None, Step.PREPARING, Step.WAITING, Step.DOWNLOADING, Step.INSTALLING}
        return self.stage is Stage.STOPPING and (self.is_cancelled or ends_catching)

    @property
    def connection_text(self) -> str:
        """What is to be said about the connection while it stands; empty if nothing happened to it."""
        if self.is_cut or not self.cuts:
            return ""
        return tr("The connection was lost and is back. The capture went on on the NAS meanwhile.")

    @property
    def numbers(self) -> str:
        """Files, sizes and times in one line."""
        count = len(self.files)
        parts = [
            seconds_text(self.seconds),
            tr("{n} file caught", "{n} files caught", n=count),
            size_text(self.files.total),
        ]
        if self.free is not None:
            parts.append(tr("{size} free on the NAS", size=size_text(self.free)))
        return " · ".join(parts)

    @property
    def seconds(self) -> float:
        """How long it has been running, or has run."""
        return (self._ended if self._ended is not None else self._clock()) - self._started

    @property
    def is_pulling(self) -> bool:
        """Whether the progress bar means something."""
        return self.step in {Step.PULLING, Step.VERIFYING} and self.stage in {Stage.RUNNING, Stage.STOPPING}

    @property
    def pull_text(self) -> str:
        """How far the transfer is, how fast, how long still."""
        amount = tr("{done} of {total}", done=size_text(self.pull.done), total=size_text(self.pull.total))
        return " · ".join(part for part in (amount, rate_text(self._rate)) if part)

    @property
    def can_stop(self) -> bool:
        """Whether catching can be ended to pull what is there."""
        catching = {Step.WAITING, Step.DOWNLOADING, Step.INSTALLING}
        return self.stage is Stage.RUNNING and self.step in catching

    def _apply_other(self, event: CaptureEvent) -> None:
        if isinstance(event, StepChanged):
            self.step = event.step
            self._step_text = event.text
        elif isinstance(event, Tick):
            self.free = event.free
        elif isinstance(event, LowSpace):
            free = size_text(event.free)
            low = tr("{volume} has only {size} left; only packages are caught.", volume=event.volume, size=free)
            self._note(f"{low} {tr('Make room there for the rest.')}")
        elif isinstance(event, Trouble):
            self._note(_trouble_text(event))
        elif isinstance(event, LogLine):
            self.log.append(event.text)
        elif isinstance(event, ConnectionChanged):
            self._connection_changed(event)

    def _connection_changed(self, event: ConnectionChanged) -> None:
        if not event.is_there and not self.is_cut:
            self.cuts += 1
            self._cut_at = self._clock()
        self.is_cut = not event.is_there

    @property
    def _still_waits(self) -> bool:
        """Whether what is waited for has not begun. What Package Center left may be half a package: nothing grows."""
        return self.step is Step.WAITING or (self.aim is Aim.FOUND and self.step is Step.DOWNLOADING)

    def _waiting_headline(self) -> str:
        texts = {
            Aim.PACKAGE_CENTER: tr("Now install the package in Package Center"),
            Aim.FOUND: tr("Taking what lies there"),
            Aim.RESUMED: tr("Going on with the capture"),
            Aim.DOWNLOAD: tr("The NAS downloads {name}", name=self.ordered),
            Aim.INSTALL: tr("The NAS downloads and installs {name}", name=self.ordered),
        }
        return texts[self.aim]

    def _waiting_hint(self) -> str:
        if self.is_demo and self.aim is Aim.PACKAGE_CENTER:
            return tr("The demo NAS does that by itself in a moment.")
        manual = tr("In DSM open Package Center and install or update the package, or upload it with Manual Install.")
        texts = {
            Aim.FOUND: tr("Package Center left these files. They are not changed there."),
            Aim.RESUMED: tr("What was caught before is there. Stop and fetch brings it home."),
            Aim.DOWNLOAD: tr("It is not installed."),
            Aim.INSTALL: tr("There is nothing to do in Package Center."),
        }
        return texts.get(self.aim, manual)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _result_headline(self) -> str:
        assert self.outcome is not None
        package = self.outcome.package
        count = sum(file.is_package for file in self.outcome.files)
        if count > 1:
            return tr("{n} packages are here", n=count)
        if package is not None and package.was_here:
            return tr("{name} was here already", name=package.path.name)
        if package is not None:
            return tr("{name} is here", name=package.path.name)
        if self.outcome.files:
            return tr(
                "{n} file is here, but no package", "{n} files are here, but no package", n=len(self.outcome.files)
            )
        return tr("Nothing was caught")

    def _failed_hint(self) -> str:
        if self.error is None:
            return tr("Nothing came to this computer.")
        return "\n".join(part for part in (self.error.where, self.error.what_to_do) if part)

    def _result_hint(self) -> str:
        assert self.outcome is not None
        if self.outcome.files:
            return tr("It took {time}.", time=seconds_text(self.seconds))
        if self.aim is Aim.PACKAGE_CENTER:
            first = tr("Start the capture first, then install or update the package in Package Center.")
            again = tr("A package that is installed already has to be uninstalled before, or repaired.")
            return f"{first} {again}"
        return tr("The files may have been removed meanwhile. Capture the package while Package Center installs it.")


def _headline(step: Step | None) -> str:
    texts = {
        Step.PREPARING: tr("Preparing the NAS"),
        Step.DOWNLOADING: tr("Package Center is downloading"),
        Step.INSTALLING: tr("Package Center is installing"),
        Step.COMPLETE: tr("The package is caught"),
        Step.PULLING: tr("Bringing the files to this computer"),
        Step.VERIFYING: tr("Checking the files"),
        Step.CLEANING: tr("Cleaning up on the NAS"),
        Step.DONE: tr("Done"),
    }
    return texts[step] if step is not None else tr("Preparing the NAS")


def _trouble_text(trouble: Trouble) -> str:
    """What a report of the NAS's side means; its codes are those of docs/capture-protocol.md."""
    missing = tr("Files that lived only for a moment may be missing.")
    detach = tr(
        "A file could not be copied. What the package changes in it, changes here, too: {what}", what=trouble.text
    )
    texts = {
        "volume": tr("Nothing can be caught on one volume: {what}", what=trouble.text),
        "overflow": f"{tr('Too much happened at once, and everything was looked through again.')} {missing}",
        "watches": f"{tr('The NAS allows no more watching, so its folders are looked at again and again.')} {missing}",
        "link": tr("A file could not be caught: {what}", what=trouble.text),
        "detach": detach,
        "rescue": tr("A file that was deleted already could not be saved: {what}", what=trouble.text),
        "space": tr("There is nearly no room left on the NAS: {what}", what=trouble.text),
    }
    return texts.get(trouble.code, trouble.text)


def _hint(step: Step | None) -> str:
    if step in {Step.DOWNLOADING, Step.INSTALLING}:
        return tr("Let Package Center finish. You may also close its wizard once the download is through.")
    if step is Step.COMPLETE:
        return tr("It is whole. Now it comes to this computer.")
    return ""
