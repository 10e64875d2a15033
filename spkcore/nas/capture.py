"""One capture: from starting the agent to the files in the user's folder and a clean NAS."""

from __future__ import annotations

import contextlib
import io
import tarfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spkcore.archive.streams import compression_of
from spkcore.archive.synology import expected_size, is_synology_archive
from spkcore.base.errors import NasError, UsageError
from spkcore.base.files import make_folder
from spkcore.base.tasks import TaskContext
from spkcore.nas import orphans
from spkcore.nas.agents import (
    SH,
    Agent,
    AgentFailedError,
    AgentSetup,
    Engine,
    choose_engine,
    named_command,
    new_session,
    start_agent,
)
from spkcore.nas.errors import ConnectionLostError
from spkcore.nas.events import AgentEvent, CaptureEvent, Done, Ready, Step, StepChanged
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.harvest import CapturedFile, CapturedPackage, Harvest, Harvester
from spkcore.nas.picture import SETTLE_SECONDS, KnownPackage, Picture, Until
from spkcore.nas.session import Session
from spkcore.nas.staging import remove_stale_copies
from spkcore.nas.transfer import Way

__all__ = [
    "Capture",
    "CaptureLostError",
    "CaptureRequest",
    "CaptureResult",
    "CapturedFile",
    "CapturedPackage",
    "Until",
    "take_orphan",
]

_HEAD_BYTES = 1 << 20
_TAIL_BYTES = 1024
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


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """What to capture: the volumes to watch ("/volume1"), and the folder on this computer for what is caught.

    `settle` is how many seconds of quiet it takes before a whole package is brought home. `engine` None: probe.
    `prefer` is the way home. `agent` overrides the agent's times and limits (session and volumes are set here).
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
        self._setup = replace(base, session=new_session(), volumes=request.volumes, tree_root=request.tree_root)
        self._stop_wanted = threading.Event()
        self._agent: Agent | None = None
        self._picture = Picture({}, request.until, request.settle)
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

        The NAS is cleaned whatever happens. Raises `CaptureLostError` when that was not possible, `AgentFailedError`,
        `Cancelled`, and what sessions and transfers raise.
        """
        started = time.monotonic()
        try:
            self._prepare()
            self._watch()
            harvest = self._harvest()
        except ConnectionLostError as error:
            self._close_agent()
            self._on_loss()
            raise CaptureLostError(self._session.target.place, self.nas_folders) from error
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
        left = orphans.find_leftovers(root, request.volumes, request.tree_root)
        known = {} if request.take_leftovers else {self._below_tmp(file.path): file.size for file in left}
        self._picture = Picture(known, request.until, request.settle)
        engine = request.engine or choose_engine(root)
        self._session.log.add(f"Start the capture agent ({engine.kind}) on {', '.join(request.volumes)}")
        self._agent = start_agent(root, engine, self._setup)
        if self._stop_wanted.is_set():
            self._agent.stop()

    def _below_tmp(self, path: str) -> tuple[str, str]:
        """(volume, path below @tmp) of a path on the NAS."""
        volume, _, rest = path.removeprefix(self._request.tree_root).partition("/@tmp/")
        return volume, rest

    def _watch(self) -> None:
        try:
            self._follow()
        except AgentFailedError:
            if self._agent is None or self._agent.engine.kind == "sh" or self._picture.files:
                raise
            self._session.log.add("The Python agent failed; starting the one in sh")
            self._close_agent()
            self._clean_folders()
            self._agent = start_agent(self._session.root, SH, self._setup)
            self._follow()

    def _follow(self) -> None:
        """Take the agent's events until it is done."""
        agent = self._agent
        assert agent is not None
        for event in agent.events(self._stop_if_finished):
            self._take(event)
            self._context.check()
            if isinstance(event, Done) and event.reason == "ttl":
                self._warnings.append("The capture ended because its time was over; start it again for more.")
        agent.close()

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
        if self._stop_wanted.is_set() or self._picture.is_finished:
            self._agent.stop()

    def _look_into(self, package: KnownPackage) -> tuple[bool | None, bool]:
        """Whether the container of a package file on the NAS is whole, and whether it is encrypted."""
        path = f"{self._picture.folders[package.volume]}/tree/{package.path}"
        command = named_command(_HEAD, "spkcap-head", [path, str(_HEAD_BYTES)])
        size, found, data = self._session.root.execute(command, context=self._context).out.partition(b"\n")
        if not found or not size.isdigit():
            return None, False
        return is_whole(data[:_HEAD_BYTES], data[-_TAIL_BYTES:], int(size))

    def _harvest(self) -> Harvest:
        picture = self._picture
        left = [] if self._request.take_leftovers else [package.path for package in picture.leftovers]
        if left and not picture.packages:
            names = ", ".join(left)
            self._warnings.append(f"Package Center had left package files before, which were not taken: {names}")
        if not picture.folders:
            return Harvest()
        harvester = Harvester(
            self._session, self._request.folder, self._context, self._enter_harvest, self._request.prefer
        )
        return harvester.run(tuple(picture.folders.values()), left, "\n".join(picture.log_lines))

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
            self._warnings.append(f"The NAS could not be cleaned: {error}")
            self._session.log.add(f"Left on the NAS: {', '.join(self.nas_folders)} ({error.what})")

    def _clean_folders(self) -> None:
        for folder in self.nas_folders:
            problem = orphans.remove_folder(self._session.root, folder, TaskContext())
            if problem:
                self._warnings.append(f"{folder} is still on the NAS: {problem}")
            self._session.log.add(f"Left on the NAS: {folder} ({problem})" if problem else f"Removed {folder}")

    def _on_loss(self) -> None:
        self._session.log.add(f"The connection was lost; left on the NAS: {', '.join(self.nas_folders)}")


def is_whole(head: bytes, tail: bytes, size: int) -> tuple[bool | None, bool]:
    """Whether a package of `size` bytes with these first and last bytes is whole, and whether it is encrypted.

    The first is None where only reading everything could tell. A tar ends with at least 1024 zero bytes behind its last
    member; a Synology archive says in its header how long it is.
    """
    if is_synology_archive(head):
        expected = expected_size(io.BytesIO(head))
        return (None if expected is None else expected == size), True
    if compression_of(head[:6]) != "none":
        return None, False
    if head[257:262] == b"ustar" or (len(head) >= 512 and head[:100].rstrip(b"\0").isascii()):
        ends = size % 512 == 0 and len(tail) == _TAIL_BYTES and not any(tail)
        return ends and size >= _end_of_members(head) + _TAIL_BYTES, False
    return None, False


def _end_of_members(head: bytes) -> int:
    """Where the last tar member ends of which `head` holds the header: zeros before that are part of a file."""
    position = 0
    while len(block := head[position : position + tarfile.BLOCKSIZE]) == tarfile.BLOCKSIZE:
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            break
        position += tarfile.BLOCKSIZE * (1 - -member.size // tarfile.BLOCKSIZE)
    return position


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

    with contextlib.suppress(NasError):
        session.root.execute(named_command('rm -rf "$1/home" "$1/unpacked"', "spkcap-reset", [orphan.folder]))
    harvest = Harvester(session, folder, context, enter).run([orphan.folder], [], "")
    enter(Step.CLEANING, "Cleaning up on the NAS")
    problem = orphans.remove_orphan(session.root, orphan)
    warnings = [*harvest.warnings, *([f"{orphan.folder} is still on the NAS: {problem}"] if problem else [])]
    enter(Step.DONE, "Done")
    return CaptureResult(
        tuple(harvest.files),
        tuple(harvest.packages),
        harvest.urls,
        harvest.unpacked,
        time.monotonic() - started,
        tuple(warnings),
    )
