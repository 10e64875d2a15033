"""The DSM versions that a package is meant for: the range for which its problems and its verdict are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from spkcore.base.errors import UsageError
from spkcore.package.info import Info
from spkcore.package.version import DsmVersion, dsm_releases, parse_dsm_version

LOWEST = DsmVersion(0, 0)
HIGHEST = DsmVersion(99, 0)

_CONDITION = re.compile(r"(>=|<)(\d+\.\d+(?:-\d+)?)")


@dataclass(frozen=True, slots=True)
class Release:
    """One DSM release, as the verdict asks about it: its number as people say it ("7.2.1") and its build."""

    name: str
    version: DsmVersion


@dataclass(frozen=True, slots=True)
class Targets:
    """The DSM versions from `low` to `high`, both included; their `micro` is 0, the build tells them apart.

    `asked` is how the user named them; it is empty where they were read out of INFO.
    """

    low: DsmVersion
    high: DsmVersion
    asked: str = ""

    @property
    def dsm7(self) -> bool:
        """Whether one of them is DSM 7 or later."""
        return self.high.major >= 7

    @property
    def only_dsm7(self) -> bool:
        """Whether all of them are DSM 7 or later."""
        return self.low.major >= 7

    def overlaps(self, low: DsmVersion, high: DsmVersion) -> bool:
        """Whether one of them lies from `low` up to, but not including, `high`."""
        return self.low < high and self.high >= low

    def below(self, major: int, minor: int = 0, build: int = 0) -> bool:
        """Whether one of them is older than this version."""
        return self.low < DsmVersion(major, minor, build=build)

    def releases(self) -> tuple[Release, ...]:
        """The known releases among them, oldest first; where there is none, `low` itself."""
        inside = tuple(item for item in releases() if self.low <= item.version <= self.high)
        if self.low == self.high and self.asked:
            return (Release(self.asked, self.low),)
        return inside or (Release(str(self.low), self.low),)


@cache
def parse_range(text: str) -> tuple[DsmVersion, DsmVersion]:
    """The bounds of ">=7.0", "<6.0", ">=6.0 <7.0" or "" (all): from the first up to, not including, the second."""
    low, high = LOWEST, HIGHEST
    for condition in text.split():
        match = _CONDITION.fullmatch(condition)
        version = parse_dsm_version(match[2]) if match else None
        if match is None or version is None:
            raise ValueError(f"not a range of DSM versions: {text!r}")
        if match[1] == ">=":
            low = version
        else:
            high = version
    return low, high


def read_version(text: str) -> DsmVersion | None:
    """The DSM version in `text`, in the form that can be compared: "7.2.1" and "7.2.1-69057" are 7.2-69057."""
    version = parse_dsm_version(text)
    if version is None or not version.micro:
        return version
    same = (item.version for item in releases() if item.name == f"{version.major}.{version.minor}.{version.micro}")
    build = version.build or next(same, version).build
    return DsmVersion(version.major, version.minor, 0, build)


def targets_of(info: Info) -> Targets:
    """What INFO says: from os_min_ver (or firmware) to os_max_ver, or else to the last release of that generation.

    A package that says nothing is taken for DSM 7, as every new one is.
    """
    low = read_version(info.get("os_min_ver") or info.get("firmware")) or DsmVersion(7, 0, build=40000)
    end = _last_before(7) if low.major < 7 else releases()[-1].version
    high = highest_of(info) or end
    return Targets(low, max(low, high))


def highest_of(info: Info) -> DsmVersion | None:
    """The last DSM that INFO allows; None where it names none. Without a build it is all of that DSM: "7.1" allows
    every 7.1 with its updates."""
    high = read_version(info.get("os_max_ver"))
    return high if high is None or high.build else _with_newest_build(high)


def asked_targets(first: str, last: str = "") -> Targets:
    """The versions that the user names: one, as "7.2" or "6.2-25556", or a range. Raises `UsageError`."""
    if not last:
        version = _newest(first)
        return Targets(version, version, asked=first.strip())
    low, high = _asked(first), _newest(last)
    if high < low:
        raise UsageError("The range of DSM versions ends before it starts", f"{first} {last}", "Name the older first.")
    return Targets(low, high, asked=f"{first.strip()}-{last.strip()}")


@cache
def releases() -> tuple[Release, ...]:
    """The DSM releases of the table dsm_releases, oldest first."""
    found = []
    for row in dsm_releases():
        version = parse_dsm_version(row.os_min_ver)
        if version is not None and row.name.removeprefix("DSM ")[0].isdigit():
            found.append(Release(row.name.removeprefix("DSM "), version))
    return tuple(sorted(found, key=lambda item: item.version))


def _last_before(major: int) -> DsmVersion:
    return next(item.version for item in reversed(releases()) if item.version.major < major)


def _asked(text: str) -> DsmVersion:
    version = read_version(text.strip().removeprefix("DSM").strip())
    if version is None:
        raise UsageError("This is no DSM version", text, "Write it as 7.2 or 7.2-64570.")
    return version


def _newest(text: str) -> DsmVersion:
    """The last known build of "7.2": who asks for 7.2 means it with its updates."""
    version = _asked(text)
    return version if version.build else _with_newest_build(version)


def _with_newest_build(version: DsmVersion) -> DsmVersion:
    """The last known build of that DSM."""
    key = (version.major, version.minor)
    return max([version, *(item.version for item in releases() if (item.version.major, item.version.minor) == key)])
