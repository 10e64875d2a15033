"""What a package folder holds beside the package: the older tool's programs, stale archives, junk (folder.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from functools import cache

from spkcore.base.reference import table


class ClutterKind(StrEnum):
    """Why a file of the folder is not part of the package."""

    OLDER_TOOL = "older-tool"
    STALE_ARCHIVE = "stale-archive"
    PACKED_PAYLOAD = "packed-payload"
    """A package.tgz without a folder package beside it: somebody unpacked only the outer archive."""
    VERSION_CONTROL = "version-control"
    SYSTEM_JUNK = "system-junk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Clutter:
    """A file or folder that is left alone and never packed. `path` is relative to the package folder, as on disk."""

    path: str
    kind: ClutterKind
    is_folder: bool = False


def clutter_kind(path: str, is_folder: bool) -> ClutterKind | None:
    """Why the file or folder `path`, that attributes.json does not list, is no part of the package; None: it is one."""
    name = path.rpartition("/")[2]
    in_root = name == path
    for kind, pattern, anywhere in _clutter_patterns():
        if (in_root or anywhere) and pattern.match(name):
            return kind
    if in_root and not _member_pattern(is_folder).match(name):
        return ClutterKind.UNKNOWN
    return None


def is_system_junk(name: str) -> bool:
    """Whether an operating system made the file of this name for itself."""
    return name[:1].lower() in _junk_starts() and _junk_pattern().match(name) is not None


def is_left_out(name: str) -> bool:
    """Whether a file of this name inside a package folder is left out, unless it is asked for by name."""
    return any(anywhere and pattern.match(name) for _, pattern, anywhere in _clutter_patterns())


@cache
def _clutter_patterns() -> tuple[tuple[ClutterKind, re.Pattern[str], bool], ...]:
    return tuple(
        (ClutterKind(group["kind"]), _any_of(group["patterns"]), group["where"] == "anywhere")
        for group in table("folder")["clutter"]
    )


@cache
def _junk_names() -> list[str]:
    groups = table("folder")["clutter"]
    return [name for group in groups if group["kind"] == ClutterKind.SYSTEM_JUNK for name in group["patterns"]]


@cache
def _junk_pattern() -> re.Pattern[str]:
    return _any_of(_junk_names())


@cache
def _junk_starts() -> frozenset[str]:
    """The first letters of the names of junk: most of 50,000 names need no closer look."""
    return frozenset(name[0].lower() for name in _junk_names())


@cache
def _member_pattern(is_folder: bool) -> re.Pattern[str]:
    return _any_of(table("folder")["members"]["folders" if is_folder else "files"])


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns), re.IGNORECASE)
