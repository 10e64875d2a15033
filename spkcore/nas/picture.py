"""What a running capture knows: packages and how far they are, what Package Center does, whether all is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from spkcore.nas.events import (
    AgentEvent,
    AgentPhase,
    FileCaught,
    FolderMade,
    LogLine,
    PackageSeen,
    PackageState,
    PhaseChanged,
    Step,
)
from spkcore.nas.queue import MOST_QUIET_SECONDS, LoggedWork

SETTLE_SECONDS = 3.0
"""Quiet time after which a whole package is taken home."""
UNPROVEN_FACTOR = 5
"""So much longer for a container that cannot prove that it is whole (compressed outside, or of an unknown kind), and
while Package Center installs: it does its queue one by one, and the next package may begin after this one."""


class Until(StrEnum):
    """When a capture ends by itself.

    PACKAGE: the package file is whole (for an encrypted one, also when its installation is over, because what DSM
    unpacked is the only readable part). DOWNLOADED: the package file is whole, encrypted or not, because nothing is
    installed. INSTALLED: the installation is over. STOPPED: only when the user says so. FOUND: the package files that
    lie there stand still, whole or not; nothing more is waited for.
    """

    PACKAGE = "package"
    DOWNLOADED = "downloaded"
    INSTALLED = "installed"
    STOPPED = "stopped"
    FOUND = "found"


@dataclass(slots=True)
class KnownPackage:
    """A package file on the NAS. `path` is below @tmp; sizes in bytes.

    `is_whole` is None until its container was looked at, and where only reading everything could tell.
    """

    volume: str
    path: str
    size: int
    state: PackageState
    checked_size: int = -1
    is_whole: bool | None = None
    is_encrypted: bool = False

    @property
    def wants_check(self) -> bool:
        """Whether it stands still at a size at which its container was not looked at yet."""
        return self.state is not PackageState.GROWING and self.size > 0 and self.checked_size != self.size

    @property
    def is_given_up(self) -> bool:
        """Whether DSM removed it before it was whole: a download that was cancelled or begun again."""
        return (
            self.state is PackageState.RELEASED and not self.wants_check and (self.is_whole is False or not self.size)
        )


class Picture:
    """Takes the agent's events in and answers what the capture needs to know.

    `leftovers` are the package files that lay there before, as {(volume, path): size}; they count only once they grow.
    `settle` is in seconds.
    """

    def __init__(
        self,
        leftovers: dict[tuple[str, str], int],
        until: Until,
        settle: float = SETTLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.phase = AgentPhase.WAITING
        self.folders: dict[str, str] = {}
        self.files: dict[tuple[str, str], int] = {}
        self.log_lines: list[str] = []
        self._leftovers = dict(leftovers)
        self._packages: dict[tuple[str, str], KnownPackage] = {}
        self._until = until
        self._settle = settle
        self._clock = clock
        self._last_change = self._quiet_from = clock()
        self._work = LoggedWork()

    def apply(self, event: AgentEvent) -> None:
        """Take one event in."""
        if isinstance(event, FolderMade):
            self.folders[event.volume] = event.path
            self._changed()
        elif isinstance(event, FileCaught):
            self._caught(event)
        elif isinstance(event, PackageSeen):
            self._seen(event)
        elif isinstance(event, PhaseChanged):
            self.phase = event.phase
            self._changed()
        elif isinstance(event, LogLine):
            self.log_lines.append(event.text)
            self._work.read(event.text)
            self._changed()

    @property
    def packages(self) -> list[KnownPackage]:
        """The package files of this capture, in the order in which they came."""
        return [package for key, package in self._packages.items() if key not in self._leftovers]

    @property
    def leftovers(self) -> list[KnownPackage]:
        """The package files that lay there before and did not change."""
        return [package for key, package in self._packages.items() if key in self._leftovers]

    @property
    def step(self) -> Step:
        """The step that the user should see."""
        if self.is_everything_whole:
            return Step.COMPLETE
        if self.phase in {AgentPhase.UNPACKING, AgentPhase.INSTALLING}:
            return Step.INSTALLING
        growing = any(package.state is PackageState.GROWING for package in self.packages)
        return Step.DOWNLOADING if growing or self._wanted else Step.WAITING

    @property
    def is_everything_whole(self) -> bool:
        """Whether there are packages, and every one that was not given up is proven whole."""
        return bool(self._wanted) and all(package.is_whole for package in self._wanted)

    def to_check(self) -> Iterable[KnownPackage]:
        """The packages whose container should be looked at now."""
        return [package for package in self.packages if package.wants_check]

    def checked(self, package: KnownPackage, is_whole: bool | None, is_encrypted: bool) -> None:
        """The container of `package` was looked at."""
        package.checked_size = package.size
        package.is_whole = is_whole
        package.is_encrypted = is_encrypted

    @property
    def is_finished(self) -> bool:
        """Whether the capture should take home what it has, without being told."""
        packages = self._wanted
        if self._until is Until.FOUND:
            return self._stands_still
        if self._until is Until.STOPPED or not packages:
            return False
        if any(package.wants_check or package.state is PackageState.GROWING for package in packages):
            return False
        if any(package.is_whole is False for package in packages):
            return False
        sure = all(package.is_whole for package in packages) and self.phase is not AgentPhase.INSTALLING
        if self._work.is_going_on and self.quiet_seconds < MOST_QUIET_SECONDS:
            return False
        quiet = self._clock() - max(self._last_change, self._quiet_from)
        if quiet < (self._settle if sure else self._settle * UNPROVEN_FACTOR):
            return False
        return self._is_installed or not self._needs_installation

    @property
    def quiet_seconds(self) -> float:
        """How long nothing has happened."""
        return self._clock() - self._last_change

    def wait_on(self) -> None:
        """Package Center is still busy: the quiet time begins anew."""
        self._quiet_from = self._clock()

    @property
    def _stands_still(self) -> bool:
        """Whether nothing grows and nothing new came for a while."""
        moving = any(package.wants_check or package.state is PackageState.GROWING for package in self.packages)
        return bool(self.folders) and not moving and self._clock() - self._last_change >= self._settle

    @property
    def _wanted(self) -> list[KnownPackage]:
        return [package for package in self.packages if not package.is_given_up]

    @property
    def _needs_installation(self) -> bool:
        if self._until is Until.DOWNLOADED:
            return False
        return self._until is Until.INSTALLED or any(package.is_encrypted for package in self._wanted)

    @property
    def _is_installed(self) -> bool:
        """DSM has removed its package files and unpacks nothing; older downloads may still lie in its places."""
        return self.phase in {AgentPhase.WAITING, AgentPhase.DOWNLOADING} and all(
            package.state is PackageState.RELEASED for package in self.packages
        )

    def _caught(self, event: FileCaught) -> None:
        key = (event.volume, event.path)
        if self.files.get(key) != event.size and key not in self._leftovers:
            self._changed()
        self.files[key] = event.size

    def _seen(self, event: PackageSeen) -> None:
        key = (event.volume, event.path)
        known = self._packages.get(key)
        grows_again = known is not None and event.state is PackageState.GROWING is not known.state
        if key in self._leftovers and (grows_again or event.size != self._leftovers[key]):
            del self._leftovers[key]
        if known is None:
            known = self._packages[key] = KnownPackage(event.volume, event.path, event.size, event.state)
        if known.size != event.size or event.state is PackageState.GROWING:
            self._changed()
        known.size, known.state = event.size, event.state

    def _changed(self) -> None:
        self._last_change = self._clock()
