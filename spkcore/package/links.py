"""Follows the links of a package: where a symbolic link leads, and which hard links are one file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from spkcore.base.reference import table
from spkcore.package.changes import Entries
from spkcore.package.entries import PAYLOAD, Kind

_MOST_LINKS = 40
"""Linux gives up behind as many."""


class Leads(StrEnum):
    """Where a symbolic link leads."""

    INSIDE = "inside"
    MISSING = "missing"
    """Inside the package, where nothing is."""
    OUTSIDE = "outside"
    """To another place of the NAS."""
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """Where a link leads, and the path of the entry there, or of the one that is missing."""

    leads: Leads
    path: str = ""


def follow(entries: Entries, path: str, package: str = "") -> LinkEnd:
    """Where the symbolic link `path` leads once the package `package` is installed.

    Absolute links into the folder of the package on the NAS lead inside (resources/reference/archive.toml).
    """
    pending = [*reversed(entries[path].target.split("/"))]
    place = _start(entries[path].target, path, package, pending)
    for _ in range(_MOST_LINKS):
        while pending:
            if place is None:
                return LinkEnd(Leads.OUTSIDE)
            place = _step(place, pending.pop())
            here = "/".join(place) if place is not None else ""
            entry = entries.get(here)
            if place is not None and entry is not None and entry.kind is Kind.SYMLINK:
                pending.extend(reversed(entry.target.split("/")))
                place = _start(entry.target, here, package, pending)
                break
        else:
            return _end(entries, place)
    return LinkEnd(Leads.CIRCLE)


def partners(entries: Entries, path: str) -> list[str]:
    """The other paths of the file that `path` is: hard links to it, and what it links to, in the order of entries."""
    final = _final(entries, path)
    links = [other for other, entry in entries.items() if entry.kind is Kind.HARDLINK]
    same = {other for other in links if _final(entries, other) == final} | {final}
    return [other for other in (final, *links) if other in same and other != path] if len(same) > 1 else []


def all_names(entries: Entries, paths: Iterable[str]) -> list[str]:
    """`paths` with the other names of the same files: hard links share mode, owner and time with what they link to."""
    names: dict[str, list[str]] = {}
    for link, entry in entries.items():
        if entry.kind is Kind.HARDLINK:
            names.setdefault(_final(entries, link), []).append(link)
    found: dict[str, None] = {}
    for path in paths:
        found[path] = None
        if names and (final := _final(entries, path)) in names:
            found.update(dict.fromkeys(name for name in (final, *names[final]) if name in entries))
    return list(found)


def inner_target(target: str, package: str) -> str | None:
    """The path in the payload to which an absolute target leads on the NAS ("" is its root); None for other places."""
    if not package:
        return None
    match = _installed(package).match(posixpath.normpath(target))
    return match[1].lstrip("/") if match else None


def _end(entries: Entries, place: list[str] | None) -> LinkEnd:
    if place is None:
        return LinkEnd(Leads.OUTSIDE)
    path = "/".join(place)
    return LinkEnd(Leads.INSIDE if path in entries else Leads.MISSING, path)


def _start(target: str, path: str, package: str, pending: list[str]) -> list[str] | None:
    """Where following `target` of the link `path` begins; None outside. `pending` loses what was gone already."""
    if not target.startswith("/"):
        return path.split("/")[:-1]
    inner = inner_target(target, package)
    if inner is None:
        return None
    del pending[-len(target.split("/")) :]
    pending.extend(reversed(inner.split("/")))
    return [PAYLOAD]


def _step(place: list[str], name: str) -> list[str] | None:
    if name in {"", "."}:
        return place
    if name != "..":
        return [*place, name]
    is_top = len(place) <= 1  # above package/ is another place of the NAS
    return None if is_top else place[:-1]


def _final(entries: Entries, path: str) -> str:
    for _ in range(_MOST_LINKS):
        entry = entries.get(path)
        if entry is None or entry.kind is not Kind.HARDLINK:
            break
        path = entry.target
    return path


@cache
def _installed(package: str) -> re.Pattern[str]:
    places = (place.replace("{package}", package) for place in table("archive")["links"]["installed"])
    patterns = ("[^/]*".join(map(re.escape, place.split("*"))) for place in places)
    return re.compile(f"(?:{'|'.join(patterns)})(/.*|)\\Z")
