"""Shows a change before it is made: for each path what happens to it, and for texts a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from spkcore.base.errors import UnreadableError
from spkcore.package.attributes import default_mode
from spkcore.package.changes import Change, Edit
from spkcore.package.entries import Entry, Kind
from spkcore.package.findings import decode
from spkcore.package.parts import LARGEST_TEXT

_BOM = "\ufeff"


class Happens(StrEnum):
    """What happens to a path."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One path of a change. `diff` is a unified diff without its two head lines; it is empty for what is no text.

    `note` says in words what a diff cannot show: a mode, line ends, a picture.
    """

    path: str
    happens: Happens
    diff: tuple[str, ...] = ()
    note: str = ""

    def text(self) -> str:
        """As a patch shows it."""
        old = "/dev/null" if self.happens is Happens.ADDED else f"a/{self.path}"
        new = "/dev/null" if self.happens is Happens.REMOVED else f"b/{self.path}"
        head = [f"--- {old}", f"+++ {new}"]
        return "\n".join([*head, *([f"# {self.note}"] if self.note else []), *self.diff]) + "\n"


def preview(change: Change) -> list[FilePreview]:
    """What `change` does, path by path; folders that only come along are left out."""
    return [item for edit in change.edits if (item := _preview(edit)) is not None]


def _preview(edit: Edit) -> FilePreview | None:
    before, after = edit.before, edit.after
    if before == after or (before is None and after is not None and after.kind is Kind.DIRECTORY):
        return None
    if after is None:
        return FilePreview(edit.path, Happens.REMOVED, _diff(before, None), _size_note(before))
    if before is None:
        return FilePreview(edit.path, Happens.ADDED, _diff(None, after), _size_note(after))
    notes = "; ".join(_notes(edit.path, before, after))
    return FilePreview(edit.path, Happens.CHANGED, _diff(before, after), notes)


def _diff(before: Entry | None, after: Entry | None) -> tuple[str, ...]:
    old, new = _text(before), _text(after)
    if old is None or new is None or old == new:
        return ()
    if _are_line_ends_all(old, new):
        return ()  # every line would stand there twice; the note says it
    lines = difflib.unified_diff(_lines(old), _lines(new), n=2, lineterm="")
    return tuple(lines)[2:]


def _are_line_ends_all(old: str, new: str) -> bool:
    """Whether nothing changes but Windows line ends, which become LF."""
    return "\r\n" in old and old != new and old.replace("\r\n", "\n") == new


def _lines(text: str) -> list[str]:
    """The lines, with what cannot be seen made visible: carriage returns and a byte order mark."""
    shown = text.replace("\r", "␍").replace(_BOM, "<BOM>")
    return shown.removesuffix("\n").split("\n") if shown else []


def _text(entry: Entry | None) -> str | None:
    """The text of an entry; None where it is none."""
    if entry is None:
        return ""
    if entry.content is None or entry.content.size > LARGEST_TEXT:
        return None
    try:
        data = entry.content.read()
    except UnreadableError:
        return None
    return None if b"\0" in data else decode(data).encode("utf-8", "replace").decode("utf-8")


def _notes(path: str, before: Entry, after: Entry) -> Iterator[str]:
    if before.kind is not after.kind:
        yield f"{before.kind} becomes {after.kind}"
    old, new = _mode(path, before), _mode(path, after)
    if old != new:
        yield f"mode {old:04o} becomes {new:04o}"
    if _are_line_ends_all(_text(before) or "", _text(after) or ""):
        count = (_text(before) or "").count("\r\n")
        yield f"the ends of {count:,} lines become LF" if count != 1 else "the end of 1 line becomes LF"
    if before.target != after.target:
        yield f"link to {before.target} becomes link to {after.target}"
    if before.content != after.content and (_text(before) is None or _text(after) is None):
        yield f"{before.size:,} bytes become {after.size:,} bytes"


def _mode(path: str, entry: Entry) -> int:
    if entry.attributes is not None:
        return entry.attributes.permissions
    head = b""
    if entry.content is not None:
        try:
            with entry.content.open() as stream:
                head = stream.read(4)
        except UnreadableError:
            head = b""
    return default_mode(path, entry.kind, head)


def _size_note(entry: Entry | None) -> str:
    return f"{entry.size:,} bytes" if entry is not None and _text(entry) is None else ""
