"""One capture: from starting the agent to the files in the user's folder and a clean NAS."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spkcore.base.errors import NasError, SpkError, UsageError
from spkcore.base.files import make_folder
from spkcore.base.tasks import TaskContext
from spkcore.nas import orphans
from spkcore.nas.agents import (
    SH,
    Agent,
    AgentFailedError,
    AgentSetup,
    Engine,
    attach_agent,
    choose_engine,
    named_command,
    new_session,
    start_agent,
)
from spkcore.nas.comeback import come_back
from spkcore.nas.errors import ConnectionLostError, NasTimeoutError
from spkcore.nas.events import AgentEvent, CaptureEvent, ConnectionChanged, Done, Ready, Step, StepChanged
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.harvest import CapturedFile, CapturedPackage, Harvest, Harvester, Keep
from spkcore.nas.picture import SETTLE_SECONDS, KnownPackage, Picture, Until
from spkcore.nas.queue import MOST_QUIET_SECONDS, Queue
from spkcore.nas.session import Session
from spkcore.nas.staging import remove_stale_copies
from spkcore.nas.transfer import Way
from spkcore.nas.wholeness import HEAD_BYTES, TAIL_BYTES, is_whole

__all__ = [
    "Capture",
    "CaptureKeptError",
    "CaptureLostError",
    "CaptureRequest",
    "CaptureResult",
    "CapturedFile",
    "CapturedPackage",
    "Keep",
    "Until",
    "take_orphan",
]

_MOST_AGENTS = 4
"""How often an agent that dies is replaced before the capture gives up on catching more."""
_COMEBACK_SECONDS = 30.0
_HEAD = """
ls -ln "$1" | awk '{ print $5 }'
head -c "$2" "$1"
tail -c 1024 "$1"
"""
_TEXTS = {
    Step.WAITING: "Now install the package in Package Center",
    Step.DOWNLOADING: "Package Center downloads",
    Step.INSTALLING: "Package Center unpacks and installs",
    Step.COMPLETE: "The package is whole",
}


class CaptureLostError(NasError):
    """The connection broke during a capture; what was caught is still on the NAS."""

    def __init__(self, place: str, folders: Sequence[str]) -> None:
        super().__init__(
            "The connection to the NAS was lost during the capture",
            place,
            "Connect again: the program then offers to take or remove what was caught, which lies in "
            f"{', '.join(folders)}. Nothing keeps running there for more than a few minutes.",
        )


class CaptureKeptError(NasError):
    """What was caught could not be brought home (a full disk, say), so it stays on the NAS for another try."""

    def __init__(self, reason: SpkError) -> None:
        advice = "What was caught waits on the NAS: fetch it from there, or remove it."
        super().__init__(reason.what, reason.where, f"{reason.what_to_do} {advice}".strip())
        self.exit_code = reason.exit_code


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """What to capture: the volumes to watch ("/volume1"), and the folder on this computer for what is caught.

    `settle` is how many seconds of quiet it takes before a whole package is brought home. `engine` None: probe.
    `prefer` is the way home. After a lost connection the capture tries for `patience` seconds to get it back, and goes
    on; 0: it ends. `resume` goes on with what an earlier capture, cut off, left on the NAS. `agent` overrides the
    agent's times and limits (session and volumes are set here). `known` is what a list says of the wanted packages:
    their names, sizes and checksums are compared. `keep` is what comes home of all that DSM unpacked.
    """

    volumes: tuple[str, ...]
    folder: Path
    until: Until = Until.PACKAGE
    settle: float = SETTLE_SECONDS
    engine: Engine | None = None
    prefer: Way = "sftp"
    tree_root: str = ""
    take_leftovers: bool = False
    agent: AgentSetup | None = None
    patience: float = 600.0
    resume: orphans.Orphan | None = None
    known: tuple[PackageUrl, ...] = ()
    keep: Keep = Keep.PARTS


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """What a capture brought home; the CLI's `--json` shows files, packages and seconds."""

    files: tuple[CapturedFile, ...]
    packages: tuple[CapturedPackage, ...]
    urls: tuple[PackageUrl, ...]
    unpacked: Path | None
    seconds: float
    warnings: tuple[str, ...]


class Capture:
    """One capture over an open session. `run` blocks; `stop` may be called from any thread.

    `on_event` hears the agent's events and a `StepChanged` at every step, in the thread of `run`.
    """

    def __init__(
        self, session: Session, request: CaptureRequest, context: TaskContext, on_event: Callable[[CaptureEvent], None]
    ) -> None:
        if not request.volumes:
            raise UsageError("There is no volume to watch", session.target.place, "Check the NAS's Storage Manager.")
        self._session = session
        self._request = request
        self._context = context
        self._on_event = on_event
        base = request.agent or AgentSetup("", ())
        session_name = request.resume.session if request.resume else new_session()
        self._setup = replace(base, session=session_name, volumes=request.volumes, tree_root=request.tree_root)
        self._engine = SH
        self._agents_lost = 0
        self._stop_wanted = threading.Event()
        self._agent: Agent | None = None
        self._picture = Picture({}, request.until, request.settle)
        self._queue = Queue(session.root, request.tree_root)
        self._step: Step | None = None
        self._warnings: list[str] = []

    def stop(self) -> None:
        """The user says: that is all, bring home what is there."""
        self._stop_wanted.set()
        if self._agent is not None:
            self._agent.stop()

    @property
    def nas_folders(self) -> tuple[str, ...]:
        """The folders that this capture makes on the NAS."""
        return orphans.folders_of(self._setup.volumes, self._setup.session, self._setup.tree_root)

    def run(self) -> CaptureResult:
        """Capture until the package is whole, or until `stop`; bring it home; clean the NAS.

        The NAS is cleaned whatever happens, unless what was caught would be lost by that (`CaptureKeptError`). Raises
        `CaptureLostError` when cleaning was not possible, `AgentFailedError`, `Cancelled`, and what sessions raise.
        """
        started = time.monotonic()
        try:
            self._prepare()
            self._watch()
            harvest = self._bring_home()
        except (ConnectionLostError, CaptureLostError) as error:
            self._close_agent()
            self._session.log.add(f"The connection was lost; left on the NAS: {', '.join(self.nas_folders)}")
            raise CaptureLostError(self._session.target.place, self.nas_folders) from error
        except CaptureKeptError:
            self._close_agent()
            self._session.log.add(f"It did not come home; left on the NAS: {', '.join(self.nas_folders)}")
            raise
        except BaseException:
            self._clean()
            raise
        self._clean()
        self._enter(Step.DONE, "Done")
        warnings = (*self._warnings, *harvest.warnings)
        seconds = time.monotonic() - started
        files, packages = tuple(harvest.files), tuple(harvest.packages)
        return CaptureResult(files, packages, harvest.urls, harvest.unpacked, seconds, warnings)

    def _prepare(self) -> None:
        self._enter(Step.PREPARING, "Starting the capture on the NAS")
        make_folder(self._request.folder)
        root = self._session.root
        request = self._request
        remove_stale_copies(self._session)
        for folder in orphans.sweep_unfinished(root, request.volumes, request.tree_root):
            self._session.log.add(f"Removed {folder}, which an earlier agent had left empty")
        left = orphans.find_leftovers(root, request.volumes, request.tree_root)
        known = (
            {} if request.take_leftovers or request.resume else {self._below_tmp(file.path): file.size for file in left}
        )
        self._picture = Picture(known, request.until, request.settle)
        self._queue.begin()
        self._engine = request.engine or choose_engine(root)
        if request.resume is None:
            self._start_agent(adopt=False)
        else:
            self._find_agent()

    def _start_agent(self, *, adopt: bool) -> None:
        """Start an agent; with `adopt` it goes on in the folder of one that has ended."""
        root = self._session.root
        if adopt:
            orphans.end_agent(root, self._setup.session, self._context)
        self._session.log.add(f"Start the capture agent ({self._engine.kind}) on {', '.join(self._request.volumes)}")
        self._hold(start_agent(root, self._engine, replace(self._setup, adopt=adopt)))

    def _find_agent(self) -> None:
        """Go on with the agent of this capture: speak with it if it runs, else start another one in its folder."""
        root, request = self._session.root, self._request
        own = [
            orphan
            for orphan in orphans.find_orphans(root, request.volumes, request.tree_root)
            if orphan.session == self._setup.session
        ]
        if not any(orphan.is_running for orphan in own):
            self._start_agent(adopt=True)
            return
        first = next(folder for folder in self.nas_folders if folder in {orphan.folder for orphan in own})
        self._session.log.add(f"Go on with the agent in {first}")
        self._hold(attach_agent(root, self._engine, self._setup, first))

    def _hold(self, agent: Agent) -> None:
        self._agent = agent
        if self._stop_wanted.is_set():
            agent.stop()

    def _below_tmp(self, path: str) -> tuple[str, str]:
        """(volume, path below @tmp) of a path on the NAS."""
        volume, _, rest = path.removeprefix(self._request.tree_root).partition("/@tmp/")
        return volume, rest

    def _watch(self) -> None:
        """Follow the agent to its end, over lost connections and agents that die."""
        while True:
            try:
                if self._agent is None:
                    self._find_agent()
                if self._follow():
                    return
            except (ConnectionLostError, NasTimeoutError) as error:
                self._get_back(error)
            except AgentFailedError as error:
                if not self._replace_agent(error):
                    return

    def _get_back(self, error: NasError) -> None:
        """Get the connection back. Raises `CaptureLostError`."""
        self._close_agent()
        self._agent = None
        if not self._request.patience:
            raise error
        place = self._session.target.place
        self._on_event(ConnectionChanged(is_there=False, text="The connection is lost; trying to get it back"))
        try:
            come_back(self._session, self._request.patience, self._context)
        except NasError as failed:
            self._session.log.add(f"The connection did not come back: {failed}")
            raise CaptureLostError(place, self.nas_folders) from failed
        self._on_event(ConnectionChanged(is_there=True, text="The connection is back"))

    def _replace_agent(self, error: AgentFailedError) -> bool:
        """An agent that died is replaced by another one in its folder, so that what was caught stays caught. False if
        that is no use any more, and what was caught should be brought home."""
        self._agents_lost += 1
        self._close_agent()
        if self._agents_lost >= _MOST_AGENTS or (self._agents_lost > 1 and not self._picture.folders):
            if not self._picture.packages:
                raise error
            self._warnings.append(f"Catching ended before its time: {error.what}")
            return False
        self._session.log.add(f"The agent ended: {error}")
        if not self._picture.folders or self._agents_lost > 1:
            self._engine = SH
        try:
            self._start_agent(adopt=True)
        except (ConnectionLostError, NasTimeoutError) as lost:
            self._get_back(lost)
        return True

    def _bring_home(self) -> Harvest:
        """Fetch what was caught, over lost connections. Raises `CaptureKeptError` where that fails."""
        while True:
            try:
                return self._harvest()
            except (ConnectionLostError, NasTimeoutError) as error:
                self._get_back(error)
            except SpkError as error:
                if not self._picture.packages:
                    raise
                raise CaptureKeptError(error) from error

    def _follow(self) -> bool:
        """Take the agent's events until it is done. False if it gave this computer up, which is here: a laptop that
        slept, or a command that the NAS kept waiting. Another one goes on then."""
        agent = self._agent
        assert agent is not None
        gave_up = False
        for event in agent.events(self._stop_if_finished):
            self._take(event)
            self._context.check()
            if isinstance(event, Done):
                gave_up = event.reason == "gone" and not self._stop_wanted.is_set() and not self._picture.is_finished
                if event.reason == "ttl":
                    self._warnings.append("The capture ended because its time was over; start it again for more.")
        agent.close()
        if gave_up:
            self._session.log.add("The agent had not heard of this computer for a while; another one goes on")
            self._agent = None
        return not gave_up

    def _take(self, event: AgentEvent) -> None:
        self._picture.apply(event)
        self._on_event(event)
        if isinstance(event, Ready):
            self._session.log.add(f"The agent watches ({event.method})")
            self._enter(Step.WAITING, _TEXTS[Step.WAITING])
        self._look()

    def _look(self) -> None:
        for package in self._picture.to_check():
            self._picture.checked(package, *self._look_into(package))
        if self._step is not None and self._step is not Step.PREPARING and self._picture.step is not self._step:
            self._enter(self._picture.step, _TEXTS[self._picture.step])

    def _stop_if_finished(self) -> None:
        assert self._agent is not None
        if self._stop_wanted.is_set() or (self._picture.is_finished and not self._is_queue_busy()):
            self._agent.stop()

    def _is_queue_busy(self) -> bool:
        """Whether Package Center goes on with its queue, in a pause between two packages."""
        picture = self._picture
        if self._request.until in {Until.DOWNLOADED, Until.FOUND} or self._agent is None or self._agent.is_stopping:
            return False
        if not self._queue.is_busy(self._context):
            return False
        if picture.quiet_seconds >= MOST_QUIET_SECONDS:
            self._session.log.add("Package Center looks busy, but nothing has happened for long: not waited for")
            return False
        picture.wait_on()
        return True

    def _look_into(self, package: KnownPackage) -> tuple[bool | None, bool]:
        """Whether the container of a package file on the NAS is whole, and whether it is encrypted."""
        path = f"{self._picture.folders[package.volume]}/tree/{package.path}"
        command = named_command(_HEAD, "spkcap-head", [path, str(HEAD_BYTES)])
        size, found, data = self._session.root.execute(command, context=self._context).out.partition(b"\n")
        if not found or not size.isdigit():
            return None, False
        return is_whole(data[:HEAD_BYTES], data[-TAIL_BYTES:], int(size))

    def _harvest(self) -> Harvest:
        picture = self._picture
        left = [] if self._request.take_leftovers else [package.path for package in picture.leftovers]
        if left and not picture.packages:
            names = ", ".join(left)
            found = "Package Center had left package files on the NAS before. Connect again to take them"
            self._warnings.append(f"{found}: {names}")
        if not picture.folders:
            return Harvest()
        request = self._request
        harvester = Harvester(
            self._session, request.folder, self._context, self._enter_harvest, request.prefer, keep=request.keep
        )
        return harvester.run(tuple(picture.folders.values()), left, "\n".join(picture.log_lines), self._request.known)

    def _enter_harvest(self, step: Step, text: str) -> None:
        self._enter(step, text)

    def _enter(self, step: Step, text: str) -> None:
        self._step = step
        self._on_event(StepChanged(step, text))

    def _close_agent(self) -> None:
        if self._agent is not None:
            self._agent.close()

    def _clean(self) -> None:
        """Leave nothing on the NAS; runs after errors and cancels too, so it has a context of its own."""
        try:
            self._enter(Step.CLEANING, "Cleaning up on the NAS")
        finally:
            self._clean_silently()

    def _clean_silently(self) -> None:
        self._close_agent()
        try:
            self._clean_folders()
        except NasError as error:
            self._warnings.append(f"The NAS could not be cleaned up; the next connection offers that again. {error}")
            self._session.log.add(f"Left on the NAS: {', '.join(self.nas_folders)} ({error.what})")

    def _clean_folders(self) -> None:
        try:
            self._remove_folders()
        except ConnectionLostError:
            # What it needs is little, and nobody wants to wait for it.
            come_back(self._session, min(self._request.patience, _COMEBACK_SECONDS), TaskContext())
            self._remove_folders()

    def _remove_folders(self) -> None:
        for folder in self.nas_folders:
            problem = orphans.remove_folder(self._session.root, folder, TaskContext())
            if problem:
                self._warnings.append(_left_text(folder, problem))
            self._session.log.add(f"Left on the NAS: {folder} ({problem})" if problem else f"Removed {folder}")


def _left_text(folder: str, problem: str) -> str:
    return f"{folder} is still on the NAS; the next connection offers to remove it. {problem}"


def take_orphan(
    session: Session,
    orphan: orphans.Orphan,
    folder: Path,
    context: TaskContext,
    on_event: Callable[[CaptureEvent], None],
) -> CaptureResult:
    """Bring home what an earlier, interrupted capture caught, then remove it from the NAS.

    Raises `UsageError` while its agent still runs, and what transfers raise; the NAS keeps the folder after an error.
    """
    if orphan.is_running:
        raise UsageError(
            "This capture still runs on the NAS", orphan.folder, "Wait a few minutes until it ends, or remove it."
        )
    started = time.monotonic()

    def enter(step: Step, text: str) -> None:
        on_event(StepChanged(step, text))

    harvest = Harvester(session, folder, context, enter).run([orphan.folder], [], "")
    enter(Step.CLEANING, "Cleaning up on the NAS")
    problem = orphans.remove_orphan(session.root, orphan)
    warnings = [*harvest.warnings, *([_left_text(orphan.folder, problem)] if problem else [])]
    enter(Step.DONE, "Done")
    return CaptureResult(
        tuple(harvest.files),
        tuple(harvest.packages),
        harvest.urls,
        harvest.unpacked,
        time.monotonic() - started,
        tuple(warnings),
    )
