"""What the selected payload entries have in common, and the edits of their attributes; knows no widgets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, reduce
from operator import and_, or_

from gui.editors.payload.planning import Plan
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package import ownership
from spkcore.package.attributes import default_mode
from spkcore.package.changes import Change, Entries
from spkcore.package.entries import Attributes, Content, Entry, Kind
from spkcore.package.links import LinkEnd, follow, partners
from spkcore.package.parts import read_info

EXEC_BITS = 0o111
_SPECIAL = 0o7000
_BLOCK = 1 << 20
_READ = 100
"""Files whose first bytes are read to tell the mode that the build will choose."""


@dataclass(frozen=True, slots=True)
class Common:
    """One value of several entries: `text` where all have the same, else `is_mixed`."""

    text: str = ""
    is_mixed: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What the pane shows of the selected entries. `any_on` and `all_on` are permission bits."""

    paths: tuple[str, ...]
    files: int
    folders: int
    links: int
    all_on: int
    any_on: int
    user: Common
    uid: Common
    group: Common
    gid: Common
    mtime: Common
    is_by_build: bool
    target: str = ""
    end: LinkEnd | None = None
    partners: tuple[str, ...] = ()

    @property
    def has_bits(self) -> bool:
        """Whether there is anything but symbolic links, which have no mode of their own."""
        return len(self.paths) > self.links


@dataclass(frozen=True, slots=True)
class Checksums:
    """The sums of one file's content, in hexadecimal digits."""

    path: str
    content: Content
    md5: str
    sha256: str


class PropertiesPresenter:
    """Edits come as plans: one undo step each."""

    def __init__(self, document: Document) -> None:
        self.document = document

    # ------------------------------------------------------------------------------------------ what is there

    def summary(self, paths: Sequence[str]) -> Summary:
        """What these entries have in common."""
        entries = self.document.entries
        there = [(path, entries[path]) for path in paths if path in entries]
        kinds = [entry.kind for _, entry in there]
        all_attributes = _attributes_of(there)
        bits = {own.permissions for own, kind in zip(all_attributes, kinds, strict=True) if kind is not Kind.SYMLINK}
        attributes = {id(own): own for own in all_attributes}.values()  # those of the build are the same for most
        summary = Summary(
            paths=tuple([path for path, _ in there]),
            files=kinds.count(Kind.FILE) + kinds.count(Kind.HARDLINK),
            folders=kinds.count(Kind.DIRECTORY),
            links=kinds.count(Kind.SYMLINK),
            all_on=reduce(and_, bits) if bits else 0,
            any_on=reduce(or_, bits, 0),
            user=_common(own.uname for own in attributes),
            uid=_common(own.uid for own in attributes),
            group=_common(own.gname for own in attributes),
            gid=_common(own.gid for own in attributes),
            mtime=_common_time(attributes),
            is_by_build=all(entry.attributes is None for _, entry in there),
        )
        return self._with_links(summary, *there[0]) if len(there) == 1 else summary

    def _with_links(self, summary: Summary, path: str, entry: Entry) -> Summary:
        if entry.kind is Kind.SYMLINK:
            return replace(summary, target=entry.target, end=self.end_of(path))
        if entry.kind in _FILES:
            return replace(summary, partners=tuple(partners(self.document.entries, path)))
        return summary

    def end_of(self, path: str) -> LinkEnd:
        """Where a symbolic link leads."""
        return follow(self.document.entries, path, read_info(self.document.entries).get("package"))

    # ------------------------------------------------------------------------------------------ edits

    def set_bits(self, paths: Sequence[str], mask: int, bits: int, *, below: bool = False) -> Plan:
        """Set these permission bits. Below folders, files keep what is for running, and the special bits."""
        inner = self._below(paths) if below else []

        def make(entries: Entries) -> Change:
            folders = [path for path in inner if entries[path].kind is Kind.DIRECTORY]
            files = [path for path in inner if entries[path].kind in _FILES]
            plain = mask & ~(EXEC_BITS | _SPECIAL)
            change = ownership.set_bits(entries, [*paths, *folders], mask, bits)
            return change.then(ownership.set_bits(entries, files, plain, bits & plain)) if files else change

        return Plan(tr("Set the mode of {what}", what=names(paths)), len(paths) + len(inner), make)

    def set_owner(self, paths: Sequence[str], field: str, text: str, *, below: bool = False) -> Plan:
        """Set one of uname, gname, uid and gid to what was typed. Raises `UsageError`."""
        wanted = [*paths, *(self._below(paths) if below else [])]
        value = _owner_value(field, text.strip())

        def make(entries: Entries) -> Change:
            return ownership.set_owner(entries, wanted, **value)  # type: ignore[arg-type]  # one of its keywords

        return Plan(tr("Set the owner of {what}", what=names(paths)), len(wanted), make)

    def set_mtime(self, paths: Sequence[str], text: str, *, below: bool = False) -> Plan:
        """Set the time that was typed; an empty text lets the build choose. Raises `UsageError`."""
        wanted = [*paths, *(self._below(paths) if below else [])]
        seconds = parse_time(text)

        def make(entries: Entries) -> Change:
            return ownership.set_mtime(entries, wanted, seconds)

        return Plan(tr("Set the time of {what}", what=names(paths)), len(wanted), make)

    def set_target(self, path: str, target: str) -> Plan:
        """Let a symbolic link lead elsewhere."""

        def make(entries: Entries) -> Change:
            return ownership.set_target(entries, path, target)

        return Plan(tr("Change the target of {name}", name=names([path])), 1, make)

    def _below(self, paths: Iterable[str]) -> list[str]:
        """Everything below the folders among `paths`, without those."""
        entries = self.document.entries
        folders = tuple(path + "/" for path in paths if path in entries and entries[path].kind is Kind.DIRECTORY)
        own = set(paths)
        return [path for path in entries if path.startswith(folders) and path not in own] if folders else []

    # ------------------------------------------------------------------------------------------ checksums

    def content_of(self, path: str) -> Content:
        """Where the bytes of a file are; hard links are followed. Raises `UnreadableError`."""
        return self.document.package.content_of(path)


def checksums(path: str, content: Content, context: TaskContext) -> Checksums:
    """MD5 and SHA-256 of a content; runs in the background. Raises `UnreadableError`."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    done = 0
    with content.open() as stream:
        while block := stream.read(_BLOCK):
            md5.update(block)
            sha256.update(block)
            done += len(block)
            context.progress(done, content.size)
    return Checksums(path, content, md5.hexdigest(), sha256.hexdigest())


def parse_time(text: str) -> int | None:
    """Seconds since 1970 of "2024-12-31 23:59" in local time; None for an empty text. Raises `UsageError`."""
    if not text.strip():
        return None
    try:
        seconds = int(datetime.fromisoformat(text.strip()).timestamp())
    except (ValueError, OverflowError, OSError):
        seconds = -1
    if not 0 <= seconds < 1 << 33:
        raise UsageError(tr("This is no time"), text, tr("Write it like 2024-12-31 23:59, or leave it empty."))
    return seconds


def time_text(seconds: int) -> str:
    """The time as the pane shows it and `parse_time` reads it."""
    try:
        return datetime.fromtimestamp(seconds).isoformat(" ")  # noqa: DTZ006 - people read local time
    except (ValueError, OverflowError, OSError):
        return ""


def names(paths: Sequence[str]) -> str:
    """For undo texts: the name of one, or how many."""
    return paths[0].rpartition("/")[2] if len(paths) == 1 else tr("{n} item", "{n} items", n=len(paths))


_FILES = (Kind.FILE, Kind.HARDLINK)


def _attributes_of(there: Sequence[tuple[str, Entry]]) -> list[Attributes]:
    """Of many files the first bytes are not read while the window waits."""
    if len(there) <= _READ:
        return [ownership.attributes_of(path, entry) for path, entry in there]
    return [entry.attributes or _by_build(default_mode(path, entry.kind, b"")) for path, entry in there]


@cache
def _by_build(mode: int) -> Attributes:
    return Attributes(mode)


def _owner_value(field: str, text: str) -> dict[str, str | int]:
    if field in {"uname", "gname"}:
        if any(sign in text for sign in " :/"):
            raise UsageError(tr("This is no name of a user or group"), text, tr("Use letters, digits, - and _."))
        return {field: text}
    if not text.isascii() or not text.isdigit():
        raise UsageError(tr("This is no number"), text, tr("Use the number of a user or group, like 0."))
    number = int(text)
    if number > ownership.LARGEST_ID:
        raise UsageError(tr("This number is too large"), text, tr("Use 0 to {most}.", most=ownership.LARGEST_ID))
    return {field: number}


def _common(values: Iterable[object]) -> Common:
    found = set(values)
    return Common(str(found.pop())) if len(found) == 1 else Common(is_mixed=bool(found))


def _common_time(attributes: Iterable[Attributes]) -> Common:
    found = {own.mtime for own in attributes}
    if len(found) > 1:
        return Common(is_mixed=True)
    seconds = found.pop() if found else None
    return Common(time_text(seconds) if seconds is not None else "")
