"""What happens during a capture, as frozen values: the agent's reports, parsed, and the capture's own steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class PackageState(StrEnum):
    """How far a package file is. RELEASED: DSM removed its own name, only our link keeps the file."""

    GROWING = "growing"
    STABLE = "stable"
    RELEASED = "released"


class AgentPhase(StrEnum):
    """What Package Center is doing, judged by the places it works in."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    UNPACKING = "unpacking"
    INSTALLING = "installing"


class Step(StrEnum):
    """The steps of a capture, as the user sees them."""

    PREPARING = "preparing"
    WAITING = "waiting"
    DOWNLOADING = "downloading"
    INSTALLING = "installing"
    COMPLETE = "complete"
    PULLING = "pulling"
    VERIFYING = "verifying"
    CLEANING = "cleaning"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is watched: install the package now."""

    session: str
    engine: str
    method: str
    pid: int


@dataclass(frozen=True, slots=True)
class FolderMade:
    """The agent's folder on one volume."""

    volume: str
    path: str


@dataclass(frozen=True, slots=True)
class FileCaught:
    """A file was caught, or has another size now. `path` is relative to /volumeN/@tmp; size in bytes."""

    volume: str
    path: str
    size: int
    inode: int


@dataclass(frozen=True, slots=True)
class PackageSeen:
    """The state of a package file (.spk). Size in bytes."""

    volume: str
    path: str
    size: int
    state: PackageState


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """Package Center does something else now; `detail` is the place below @tmp."""

    phase: AgentPhase
    detail: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The agent lives: seconds since its start, what it has caught, the smallest free space in bytes."""

    seconds: int
    files: int
    bytes: int
    free: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """A new line of one of DSM's logs."""

    log: str
    text: str


@dataclass(frozen=True, slots=True)
class LowSpace:
    """A volume is nearly full; only package files are caught there now."""

    volume: str
    free: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong, but the agent goes on."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The agent cannot work."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The agent has ended; `reason` is "stop", "ttl" or "gone"."""

    files: int
    bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class StepChanged:
    """The capture itself is at another step; `text` is a sentence for the user."""

    step: Step
    text: str


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The connection was lost or is back; `text` is a sentence for the user. The agent goes on in between."""

    is_there: bool
    text: str


AgentEvent = (
    Ready | FolderMade | FileCaught | PackageSeen | PhaseChanged | Tick | LogLine | LowSpace | Trouble | Failed | Done
)
CaptureEvent = AgentEvent | StepChanged | ConnectionChanged

_PARSERS: dict[str, Callable[[list[str]], AgentEvent]] = {
    "READY": lambda fields: Ready(fields[1], fields[2], fields[3], int(fields[4])),
    "FOLDER": lambda fields: FolderMade(fields[0], fields[1]),
    "FILE": lambda fields: FileCaught(fields[0], fields[1], int(fields[2]), int(fields[3])),
    "SPK": lambda fields: PackageSeen(fields[0], fields[1], int(fields[2]), PackageState(fields[3])),
    "PHASE": lambda fields: PhaseChanged(AgentPhase(fields[0]), fields[1] if len(fields) > 1 else ""),
    "TICK": lambda fields: Tick(*(int(field) for field in fields[:4])),
    "LOG": lambda fields: LogLine(fields[0], fields[1]),
    "LOW": lambda fields: LowSpace(fields[0], int(fields[1])),
    "ERR": lambda fields: Trouble(fields[0], fields[1]),
    "FAIL": lambda fields: Failed(fields[0], fields[1]),
    "DONE": lambda fields: Done(int(fields[0]), int(fields[1]), fields[2]),
}

_ESCAPES = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def parse_event(line: str) -> AgentEvent | None:
    """The event of one report line (docs/capture-protocol.md); None for lines that are none, which are ignored."""
    word, *fields = line.rstrip("\r\n").split("\t")
    parser = _PARSERS.get(word)
    if parser is None:
        return None
    try:
        return parser([re.sub(r"\\[\\tnr]", _plain, field) for field in fields])
    except (IndexError, ValueError, TypeError):
        return None


def _plain(match: re.Match[str]) -> str:
    return _ESCAPES[match.group()]
