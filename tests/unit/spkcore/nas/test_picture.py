"""When a capture is whole, and when it ends by itself."""

from __future__ import annotations

from spkcore.nas.events import (
    AgentPhase,
    FileCaught,
    FolderMade,
    LogLine,
    PackageSeen,
    PackageState,
    PhaseChanged,
    Step,
)
from spkcore.nas.picture import SETTLE_SECONDS, UNPROVEN_FACTOR, Picture, Until
from spkcore.nas.queue import MOST_QUIET_SECONDS

KEY = ("/volume1", "synopkg/download.x/@SYNOPKG_DOWNLOAD_Tool")


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Film:
    """A picture with a clock."""

    def __init__(self, until: Until = Until.PACKAGE, leftovers: dict[tuple[str, str], int] | None = None) -> None:
        self.clock = Clock()
        self.picture = Picture(leftovers or {}, until, clock=self.clock)

    def spk(self, size: int, state: PackageState, path: str = KEY[1]) -> None:
        self.picture.apply(PackageSeen(KEY[0], path, size, state))

    def check(self, whole: bool | None = True, encrypted: bool = False) -> None:
        for package in self.picture.to_check():
            self.picture.checked(package, whole, encrypted)

    def step(self) -> Step:
        return self.picture.step

    def ends_after(self, seconds: float) -> bool:
        self.clock.now += seconds
        return self.picture.is_finished


def test_a_growing_file_is_never_looked_at_nor_taken() -> None:
    film = Film()
    film.spk(10, PackageState.GROWING)
    assert film.step() is Step.DOWNLOADING
    assert list(film.picture.to_check()) == []
    assert not film.ends_after(1000)


def test_a_whole_package_is_taken_after_a_quiet_while() -> None:
    film = Film()
    assert film.step() is Step.WAITING
    film.spk(10, PackageState.STABLE)
    assert not film.ends_after(1000)
    film.check()
    assert film.step() is Step.COMPLETE
    assert film.ends_after(0)
    film.picture.apply(FileCaught("/volume1", "pkginstall/INFO", 1, 1))
    assert not film.ends_after(SETTLE_SECONDS - 0.1)
    film.picture.apply(LogLine("log", "line"))
    assert not film.ends_after(SETTLE_SECONDS - 0.1)
    assert film.ends_after(0.2)


def test_a_stable_file_that_is_not_whole_is_waited_for_and_looked_at_again_when_it_grew() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check(whole=False)
    assert not film.ends_after(1000)
    film.spk(20, PackageState.GROWING)
    film.spk(20, PackageState.STABLE)
    assert not film.ends_after(1000)
    film.check(whole=True)
    assert film.ends_after(0)


def test_what_cannot_be_proven_waits_longer() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check(whole=None)
    film.picture.apply(LogLine("log", "line"))
    assert not film.ends_after(SETTLE_SECONDS * UNPROVEN_FACTOR - 0.1)
    assert film.ends_after(0.2)


def test_an_encrypted_package_waits_for_the_end_of_its_installation() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check(encrypted=True)
    film.picture.apply(PhaseChanged(AgentPhase.INSTALLING, "synopkg/install.x"))
    assert not film.ends_after(1000)
    film.picture.apply(PhaseChanged(AgentPhase.WAITING, ""))
    assert not film.ends_after(1000)
    film.spk(10, PackageState.RELEASED)
    assert film.ends_after(SETTLE_SECONDS)


def test_an_older_download_that_still_lies_there_does_not_hold_the_end_back() -> None:
    film = Film(leftovers={("/volume1", "synopkg/download.old/@SYNOPKG_DOWNLOAD_Old"): 5})
    film.picture.apply(PhaseChanged(AgentPhase.DOWNLOADING, "synopkg/download.old"))
    film.spk(10, PackageState.RELEASED)
    film.check(encrypted=True)
    assert film.ends_after(SETTLE_SECONDS)


def test_the_user_can_want_the_installation_or_everything_until_stop() -> None:
    for until in (Until.INSTALLED, Until.STOPPED):
        film = Film(until)
        film.spk(10, PackageState.STABLE)
        film.check()
        assert not film.ends_after(1000)
        film.spk(10, PackageState.RELEASED)
        assert film.ends_after(1000) is (until is Until.INSTALLED)


def test_one_of_two_packages_that_grows_holds_the_other_back() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check()
    film.spk(5, PackageState.GROWING, "synopkg/download.y/@SYNOPKG_DOWNLOAD_Other")
    assert not film.ends_after(1000)


def test_a_leftover_counts_only_once_it_changes() -> None:
    for size in (20, 10):
        film = Film(leftovers={KEY: 10})
        film.spk(10, PackageState.GROWING)
        film.spk(10, PackageState.STABLE)
        assert film.picture.packages == []
        assert [package.path for package in film.picture.leftovers] == [KEY[1]]
        film.spk(size, PackageState.GROWING)
        assert [package.path for package in film.picture.packages] == [KEY[1]]
        assert film.picture.leftovers == []


def test_a_download_that_was_cancelled_does_not_hold_the_next_one_back() -> None:
    for size in (0, 5):
        film = Film()
        film.spk(size, PackageState.RELEASED, "synopkg/download.a/@SYNOPKG_DOWNLOAD_Tool")
        film.check(whole=False)
        assert film.step() is Step.WAITING
        assert not film.ends_after(1000)
        film.spk(10, PackageState.STABLE)
        film.check()
        assert film.step() is Step.COMPLETE
        assert film.ends_after(SETTLE_SECONDS)


def test_while_one_package_is_installed_the_next_of_the_queue_is_waited_for() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check()
    film.picture.apply(PhaseChanged(AgentPhase.INSTALLING, "pkginstall"))
    assert not film.ends_after(SETTLE_SECONDS * UNPROVEN_FACTOR - 0.1)
    assert film.ends_after(0.2)


def test_what_lies_there_is_taken_whole_or_not() -> None:
    film = Film(Until.FOUND)
    assert not film.ends_after(1000)
    film.picture.apply(FolderMade("/volume1", "/volume1/@tmp/spkcap-1a2b3c4d"))
    film.spk(10, PackageState.STABLE)
    film.check(whole=False)
    assert not film.ends_after(SETTLE_SECONDS - 0.1)
    assert film.ends_after(0.2)
    film.spk(20, PackageState.GROWING)
    assert not film.ends_after(1000)


def test_an_installation_that_the_log_has_begun_and_not_ended_is_waited_for() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check()
    film.picture.apply(LogLine("log", "2026/03/04 10:11:12\tinstall Tool 1.2-0003 Begin install"))
    film.picture.apply(LogLine("log", "2026/03/04 10:11:12\tinstall Other 2 Begin install"))
    assert not film.ends_after(MOST_QUIET_SECONDS / 2)
    for line in ("install Tool 1.2-0003 End install", "install Other 2 Failed to install"):
        assert not film.ends_after(SETTLE_SECONDS * UNPROVEN_FACTOR)
        film.picture.apply(LogLine("log", line))
    assert not film.ends_after(SETTLE_SECONDS - 0.1)
    assert film.ends_after(0.2)


def test_work_that_never_ends_is_waited_for_only_so_long() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check()
    film.picture.apply(LogLine("log", "install Tool 1.2-0003 Begin install"))
    assert film.ends_after(MOST_QUIET_SECONDS)


def test_while_package_center_is_busy_the_quiet_time_begins_anew() -> None:
    film = Film()
    film.spk(10, PackageState.STABLE)
    film.check()
    assert film.ends_after(SETTLE_SECONDS)
    film.picture.wait_on()
    assert not film.ends_after(SETTLE_SECONDS - 0.1)
    assert film.picture.quiet_seconds > SETTLE_SECONDS
    assert film.ends_after(0.2)
