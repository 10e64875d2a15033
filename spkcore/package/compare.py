"""Compares two packages path by path, and takes over from one what shall be in the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.package import changes
from spkcore.package.changes import Change, Entries
from spkcore.package.entries import Attributes, BytesContent, Content, Entry, FileContent, Kind
from spkcore.package.ownership import attributes_of

_BLOCK = 1 << 20
_MOST_LINKS = 40


class Side(StrEnum):
    """Where a path is."""

    HERE = "here"
    THERE = "there"
    BOTH = "both"


class Aspect(StrEnum):
    """What differs of a path that is on both sides."""

    KIND = "kind"
    CONTENT = "content"
    MODE = "mode"
    OWNER = "owner"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that differs. `aspects` is empty for a path that is on one side only."""

    path: str
    here: Entry | None
    there: Entry | None
    aspects: frozenset[Aspect] = frozenset()

    @property
    def side(self) -> Side:
        """Where the path is."""
        if self.here is None:
            return Side.THERE
        return Side.HERE if self.there is None else Side.BOTH


@dataclass(frozen=True, slots=True)
class Comparison:
    """The paths that differ, sorted, and how many are the same."""

    differences: tuple[Difference, ...]
    same: int


def compare(here: Entries, there: Entries, context: TaskContext, below: str = "") -> Comparison:
    """Compare two packages, or only what lies below the folder `below`. Times of files are not compared.

    Raises `UnreadableError` when the bytes of a file are gone.
    """
    found, same = [], 0
    paths = sorted(path for path in here.keys() | there.keys() if not below or path.startswith(below + "/"))
    for number, path in enumerate(paths, 1):
        context.progress(number, len(paths), "Comparing", unit="files")
        difference = compare_path(here, there, path, context)
        if difference is None:
            same += 1
        else:
            found.append(difference)
    return Comparison(tuple(found), same)


def compare_path(here: Entries, there: Entries, path: str, context: TaskContext) -> Difference | None:
    """What differs at one path; None where nothing does."""
    one, other = here.get(path), there.get(path)
    if one is None or other is None:
        return Difference(path, one, other) if one is not other else None
    aspects = frozenset(_aspects(here, there, path, context))
    return Difference(path, one, other, aspects) if aspects else None


def _aspects(here: Entries, there: Entries, path: str, context: TaskContext) -> Iterable[Aspect]:
    one, other = here[path], there[path]
    are_files = _is_file(one) and _is_file(other)
    if one.kind is not other.kind and not are_files:
        yield Aspect.KIND
        return
    if are_files and not same_bytes(content_of(here, path), content_of(there, path), context):
        yield Aspect.CONTENT
    if one.target != other.target or one.kind is not other.kind:
        yield Aspect.LINK
    if one.attributes == other.attributes and one.attributes is not None:
        return
    own, foreign = attributes_of(path, one), attributes_of(path, other)
    if own.permissions != foreign.permissions and one.kind is not Kind.SYMLINK:
        yield Aspect.MODE
    if _owner(own) != _owner(foreign):
        yield Aspect.OWNER


def same_bytes(one: Content | None, other: Content | None, context: TaskContext) -> bool:
    """Whether two contents hold the same bytes. Raises `UnreadableError`."""
    if one is other or one is None or other is None:
        return one is other
    if one.size != other.size:
        return False
    if isinstance(one, BytesContent) and isinstance(other, BytesContent):
        return one.data == other.data
    with one.open() as first, other.open() as second:
        while True:
            context.check()
            block = first.read(_BLOCK)
            if block != second.read(_BLOCK):
                return False
            if not block:
                return True


def content_of(entries: Entries, path: str) -> Content | None:
    """The bytes of a file or hard link; None where there are none."""
    for _ in range(_MOST_LINKS):
        entry = entries.get(path)
        if entry is None or entry.kind is not Kind.HARDLINK:
            return entry.content if entry is not None else None
        path = entry.target
    return None


def take_over(here: Entries, there: Entries, paths: Collection[str], context: TaskContext) -> Change:
    """The change that makes these paths `here` what they are `there`: bytes, mode, owner and link.

    A folder that is only here goes with everything in it. A hard link comes as a file of its own unless the file it
    links to is the same on both sides, or comes along. Raises `UnreadableError`, `UsageError`.
    """
    gone = [path for path in paths if path not in there and path in here]
    first = changes.remove(here, gone) if gone else Change(())
    left = dict(here)
    changes.apply(left, first)
    chosen = set(paths)
    news = {path: _taken(left, there, path, chosen, context) for path in paths if path in there}
    return first.then(changes.put(left, news)) if news else first


def _taken(here: Entries, there: Entries, path: str, chosen: Collection[str], context: TaskContext) -> Entry:
    entry, old = there[path], here.get(path)
    if entry.kind is Kind.HARDLINK and not _has_target(here, there, entry.target, chosen, context):
        content = content_of(there, path)
        if content is None:
            raise UnreadableError("This link leads to no file", path, "Take over the file that it links to, too.")
        entry = replace(entry, kind=Kind.FILE, target="", content=content)
    position = old.position if old is not None else None
    name = old.archive_name if old is not None and old.kind is entry.kind else ""
    return replace(entry, content=_kept(entry.content), position=position, archive_name=name)


def _has_target(here: Entries, there: Entries, target: str, chosen: Collection[str], context: TaskContext) -> bool:
    """Whether the file that a hard link leads to is the same here, or comes along."""
    end, other = here.get(target), there.get(target)
    if other is None or other.kind is not Kind.FILE:
        return False
    if target in chosen:
        return True
    return end is not None and end.kind is Kind.FILE and same_bytes(end.content, other.content, context)


def _kept(content: Content | None) -> Content | None:
    """A content of its own: saving may move the file that a `FileContent` names."""
    if isinstance(content, FileContent):
        return FileContent(content.path, content.size, content.mtime_ns)
    return content


def _is_file(entry: Entry) -> bool:
    return entry.kind in {Kind.FILE, Kind.HARDLINK}


def _owner(attributes: Attributes) -> tuple[object, ...]:
    return attributes.uid, attributes.gid, attributes.uname or "root", attributes.gname or "root"


def counts(differences: Iterable[Difference]) -> Mapping[Side, int]:
    """How many paths are where."""
    found = dict.fromkeys(Side, 0)
    for difference in differences:
        found[difference.side] += 1
    return found
