"""Rules about parts that could not be checked: unreadable ones and far too large ones."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.base.errors import UnreadableError
from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.archive_files import linked_file
from spkcore.checks.subject import Subject, Unread
from spkcore.package.desktop import DEFINITIONS
from spkcore.package.entries import Kind
from spkcore.package.parts import LARGEST_TEXT


@rule("A027")
def unreadable_part(subject: Subject) -> Iterator[Hit]:
    """A part whose bytes are gone, or a link that leads nowhere."""
    for path in subject.outside:
        if subject.entries[path].kind is Kind.SYMLINK and linked_file(subject, path) is None and _is_part(path):
            yield hit(path, variant="link", name=path, target=subject.entries[path].target)
    yield from subject.per_file([*subject.outside, *_desktop_files(subject)], _unreadable)


@rule("A028")
def part_too_large(subject: Subject) -> Iterator[Hit]:
    """A text that is longer than anybody writes is not checked."""
    for path in (*filter(_is_part, subject.outside), *_desktop_files(subject)):
        entry = subject.entries[path]
        if entry.size > LARGEST_TEXT and b"\0" not in subject.head(path):
            yield hit(path, name=path, limit=LARGEST_TEXT >> 20)


def _unreadable(subject: Subject, path: str) -> Iterator[Hit]:
    content = subject.entries[path].content
    if content is None or isinstance(content, Unread) or content.size > LARGEST_TEXT or subject.data(path):
        return
    try:
        content.read()
    except UnreadableError as error:
        yield hit(path, name=path, reason=error.what.rstrip("."))


def _is_part(path: str) -> bool:
    """Whether DSM reads this file as a text of the package."""
    folders = tuple(f"{name}/" for name in table("archive")["members"]["must_be_folders"])
    return path == "INFO" or path.startswith(folders)


def _desktop_files(subject: Subject) -> Iterator[str]:
    paths = (f"{folder}/{name}" for folder in subject.desktop_folders for name in DEFINITIONS)
    return (path for path in paths if path in subject.entries)
