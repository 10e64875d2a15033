"""Versions of packages and of DSM: reading, comparing, counting up. Grammar: spk-format.md 2.3 and 2.5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from spkcore.base.reference import table

MAX_VERSION_PART = 2**31 - 1
"""The guide's limit for each number of a version; DSM reads them as 32-bit integers."""
VersionPart = Literal["build", "patch", "minor", "major"]

_PARTS: tuple[VersionPart, ...] = ("major", "minor", "patch")
_VERSION = re.compile(r"[0-9]+(?:[._-][0-9]+)*")
_DSM = re.compile(
    r"(?P<major>[0-9]{1,3})\.(?P<minor>[0-9]{1,3})(?:\.(?P<micro>[0-9]{1,3}))?(?:-(?P<build>[0-9]{1,9}))?"
)


def version_parts(version: str) -> tuple[int, ...]:
    """The numbers of a version, in order; letters and separators are passed over, as DSM cannot compare them."""
    return tuple(int(number[:18]) for number in re.findall("[0-9]+", version))


def is_version(version: str) -> bool:
    """Whether it is numbers joined by dots, dashes or underscores."""
    return _VERSION.fullmatch(version) is not None


def compare_versions(first: str, second: str) -> int:
    """-1, 0 or 1: number by number; a missing number counts as 0, so 1.2 equals 1.2.0."""
    left, right = version_parts(first), version_parts(second)
    length = max(len(left), len(right))
    left, right = left + (0,) * (length - len(left)), right + (0,) * (length - len(right))
    return (left > right) - (left < right)


def bump_version(version: str) -> str:
    """The next build: the last number counted up, leading zeros kept (1.2-0009 to 1.2-0010).

    A version without a dash gets its first build number, as the guide wants one; one without numbers stays.
    """
    match = re.search(r"([0-9]+)([^0-9]*)\Z", version)
    if match is None:
        return version
    if "-" not in version and is_version(version):
        return f"{version}-0001"
    number = str(int(match[1]) + 1).zfill(len(match[1]))
    return version[: match.start()] + number + match[2]


@dataclass(frozen=True, slots=True)
class NextVersion:
    """A version that could come next, and which of its numbers is counted up."""

    part: VersionPart
    version: str


def next_versions(version: str) -> tuple[NextVersion, ...]:
    """What could come after `version` in its own form: the same separators, leading zeros and number of parts.

    The build number goes on counting when another number is raised: package sources sort by what is behind the last
    dash (spk-format.md 2.3). A version without a dash gets its first build number as "build"; one with letters only
    has a next build, where it ends in one.
    """
    feature, dash, build = version.rpartition("-")
    if (dash and not is_version(build)) or re.search("[0-9]{11}", version):
        return ()
    next_build = dash + _counted(build) if dash else ""
    found = [NextVersion("build", feature + next_build if dash else f"{version}-0001")]
    if is_version(version):
        raised = _raised_features(feature if dash else version)
        found += [NextVersion(part, text + next_build) for part, text in raised]
    elif not dash:
        return ()
    return tuple(item for item in found if max(version_parts(item.version)) <= MAX_VERSION_PART)


def _raised_features(feature: str) -> list[tuple[VersionPart, str]]:
    """`feature` with one of its first three numbers counted up and those behind it at zero, the last one first."""
    numbers = list(re.finditer("[0-9]+", feature))
    raised: list[tuple[VersionPart, str]] = []
    for part, match in zip(_PARTS, numbers, strict=False):
        rest = re.sub("[0-9]+", _zero, feature[match.end() :])
        raised.append((part, feature[: match.start()] + _counted(match[0]) + rest))
    return raised[::-1]


def _zero(number: re.Match[str]) -> str:
    """Zero in the same form: 09 becomes 00, 17 becomes 0."""
    return "0" * len(number[0]) if number[0].startswith("0") else "0"


def _counted(number: str) -> str:
    return str(int(number) + 1).zfill(len(number))


@dataclass(frozen=True, slots=True, order=True)
class DsmVersion:
    """A DSM version as INFO writes it: 7.2-64570 or 6.0.1-7445. `build` is 0 where none is given."""

    major: int
    minor: int
    micro: int = 0
    build: int = 0

    def __str__(self) -> str:
        micro = f".{self.micro}" if self.micro else ""
        build = f"-{self.build}" if self.build else ""
        return f"{self.major}.{self.minor}{micro}{build}"


@dataclass(frozen=True, slots=True)
class DsmRelease:
    """One DSM version of the table dsm_releases: its name, what os_min_ver says for it, whether it is current."""

    name: str
    os_min_ver: str
    is_current: bool


def parse_dsm_version(text: str) -> DsmVersion | None:
    """The DSM version in `text`; None when there is none."""
    match = _DSM.fullmatch(text.strip())
    if match is None:
        return None
    return DsmVersion(int(match["major"]), int(match["minor"]), int(match["micro"] or 0), int(match["build"] or 0))


def dsm_releases() -> tuple[DsmRelease, ...]:
    """The DSM versions to choose from, newest first."""
    rows = table("dsm_releases")["releases"]
    return tuple(DsmRelease(row["name"], row["os_min_ver"], row.get("current", False)) for row in rows)
