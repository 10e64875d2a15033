"""Renames a package everywhere: its ID in INFO, paths, addresses, desktop entries, accounts, units, and file names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Change, apply, put, rename_all
from spkcore.package.entries import Entry, Kind
from spkcore.package.parts import read_info
from spkcore.package.search import Hit, Query, search, substitute

_PIECE = 1 << 20
"""Bytes of a program that are searched at a time."""
_MOST_PROGRAMS = 200
"""So many files with bytes instead of text are named; a library per language would fill the screen."""


class PlaceKind(StrEnum):
    """Where the ID stands: in a text, in the target of a symbolic link, or in the name of a file."""

    TEXT = "text"
    LINK = "link"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class RenamePlace:
    """One occurrence of the old ID, with the text around it. `is_sure`: it has to follow; others are for people to
    decide, and `why` says what it is, or is empty."""

    kind: PlaceKind
    hit: Hit
    is_sure: bool
    why: str


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """Where the ID `old` stands. `programs` are files that hold it in bytes, which cannot be edited."""

    old: str
    places: tuple[RenamePlace, ...]
    programs: tuple[str, ...]


def package_id(entries: Mapping[str, Entry]) -> str:
    """The ID that INFO gives the package; empty where it gives none."""
    return read_info(entries).get("package").strip()


def refusal(name: str) -> str:
    """Why no package may be called `name`, in one sentence; empty when one may."""
    rules = table("renaming")["rules"]
    if not name:
        return "Type the new ID."
    bad = sorted({letter for letter in name if letter in rules["forbidden"] or letter.isspace()})
    if bad:
        shown = " or ".join("a blank" if letter.isspace() else letter for letter in bad)
        return f"An ID cannot hold {shown}."
    if name.startswith((".", "-")):
        return "An ID starts with a letter or a digit."
    if len(name) > rules["longest"]:
        return f"The account of the package takes the same name, and that has at most {rules['longest']} characters."
    return ""


def plan_rename(entries: Mapping[str, Entry], context: TaskContext) -> RenamePlan:
    """Every place that names the package. Raises `UsageError` when INFO gives it no ID."""
    old = package_id(entries)
    if not old:
        raise UsageError("The package has no ID", "INFO: package", "Give it one in the package information.")
    query = _query(old)
    places = [_text_place(hit) for hit in search(entries, query, context)]
    pattern = query.compiled()
    for path in sorted(entries):
        places.extend(_link_places(path, entries[path], pattern))
        places.extend(_name_places(path, pattern))
    return RenamePlan(old, tuple(places), tuple(_programs(entries, old, context)))


def rename_package(entries: Mapping[str, Entry], places: Iterable[RenamePlace], name: str) -> Change:
    """The change that puts `name` in these places, of texts, links and file names at once.

    Raises `UsageError` for a name that no package may have, and when the package was edited since the plan.
    """
    problem = refusal(name)
    if problem:
        raise UsageError("The package cannot be called like this", name, problem)
    by_kind = {kind: [place for place in places if place.kind is kind] for kind in PlaceKind}
    now = dict(entries)
    change = substitute(now, [(place.hit, name) for place in by_kind[PlaceKind.TEXT]])
    apply(now, change)
    for step in (_relinked, _renamed):
        later = step(now, by_kind, name)
        apply(now, later)
        change = change.then(later)
    return replace(change, place="INFO#package")


def _query(old: str) -> Query:
    """The ID where it is a word of its own: "Photo" is not in "Photos", but in "sc-Photo" and "Photo.sc"."""
    return Query(rf"(?<![A-Za-z0-9]){re.escape(old)}(?![A-Za-z0-9])", match_case=True, is_regex=True)


def _text_place(hit: Hit) -> RenamePlace:
    row = next((row for row in _place_rows() if row.fits(hit)), None)
    return RenamePlace(PlaceKind.TEXT, hit, row.is_sure if row else False, row.why if row else "")


def _link_places(path: str, entry: Entry, pattern: re.Pattern[str]) -> Iterator[RenamePlace]:
    if entry.kind is Kind.SYMLINK:
        for match in pattern.finditer(entry.target):
            hit = _hit(path, entry.target, match)
            row = next((row for row in _place_rows() if row.fits(hit)), None)
            yield RenamePlace(PlaceKind.LINK, hit, row is not None and row.is_sure, row.why if row else "")


def _name_places(path: str, pattern: re.Pattern[str]) -> Iterator[RenamePlace]:
    """At most one for a path, in its last part: the folders above have places of their own."""
    folder, slash, name = path.rpartition("/")
    match = pattern.search(name)
    if match is not None:
        moved = pattern.search(path, len(folder + slash))
        assert moved is not None
        row = next((row for row in table("renaming")["names"] if re.fullmatch(row["path"], path)), None)
        yield RenamePlace(PlaceKind.NAME, _hit(path, path, moved), bool(row and row["sure"]), row["why"] if row else "")


def _hit(path: str, text: str, match: re.Match[str]) -> Hit:
    start, end = match.span()
    return Hit(path, 0, 0, start, end, text[:start], match.group(), text[end:])


def _programs(entries: Mapping[str, Entry], old: str, context: TaskContext) -> Iterator[str]:
    needle = old.encode("utf-8", "surrogateescape")
    pattern = re.compile(rb"(?<![A-Za-z0-9])" + re.escape(needle) + rb"(?![A-Za-z0-9])")
    left = _MOST_PROGRAMS
    for path in sorted(entries):
        context.check()
        if left and _holds(entries[path], pattern, context):
            yield path
            left -= 1


def _holds(entry: Entry, pattern: re.Pattern[bytes], context: TaskContext) -> bool:
    """Whether a file of bytes holds the ID. Pictures and archives are packed: it would be chance."""
    if entry.kind is not Kind.FILE or entry.content is None:
        return False
    try:
        with entry.content.open() as stream:
            piece = stream.read(_PIECE)
            if not piece.startswith((b"\x7fELF", b"#!", b"MZ")) or b"\0" not in piece:
                return False
            rest = b""
            while piece:
                context.check()
                if pattern.search(rest + piece):
                    return True
                rest, piece = piece[-256:], stream.read(_PIECE)
    except UnreadableError:
        return False
    return False


def _relinked(entries: Mapping[str, Entry], by_kind: Mapping[PlaceKind, list[RenamePlace]], name: str) -> Change:
    changed: dict[str, Entry] = {}
    for place in reversed(by_kind[PlaceKind.LINK]):  # from the right, so that the offsets of the left ones hold
        hit = place.hit
        entry = changed.get(hit.path) or entries.get(hit.path)
        if entry is None or entry.target[hit.start : hit.end] != hit.found:
            raise UsageError("The link was changed since the search", hit.path, "Search again.")
        changed[hit.path] = replace(entry, target=entry.target[: hit.start] + name + entry.target[hit.end :])
    return put(entries, changed) if changed else Change(())


def _renamed(entries: Mapping[str, Entry], by_kind: Mapping[PlaceKind, list[RenamePlace]], name: str) -> Change:
    """Moves, the deepest first: their paths are those from before any move."""
    now = dict(entries)
    change = Change(())
    for place in sorted(by_kind[PlaceKind.NAME], key=lambda place: -place.hit.path.count("/")):
        hit = place.hit
        if hit.path not in now:
            raise UsageError("The file was moved since the search", hit.path, "Search again.")
        step = rename_all(now, {hit.path: hit.before + name + hit.after})
        apply(now, step)
        change = change.then(step)
    return change


@dataclass(frozen=True, slots=True)
class _PlaceRow:
    fits: Callable[[Hit], bool]
    is_sure: bool
    why: str


@cache
def _place_rows() -> tuple[_PlaceRow, ...]:
    return tuple(_PlaceRow(_fitting(row), row["sure"], row["why"]) for row in table("renaming")["places"])


def _fitting(row: Mapping[str, Any]) -> Callable[[Hit], bool]:
    files = re.compile(row.get("files", ".*"))
    before = re.compile(f"(?:{row['before']})\\Z")
    after = re.compile(row.get("after", ""))

    def fits(hit: Hit) -> bool:
        return bool(files.fullmatch(hit.path) and before.search(hit.before) and after.search(hit.after))

    return fits
