"""Which paths the payload has, for the rules about names in conf and in the desktop folder."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package.entries import Kind


def payload_paths(subject: Subject) -> frozenset[str]:
    """All paths of the payload, also of folders that no entry names ("package/bin")."""
    return subject.per_payload(_paths)


def is_in_payload(subject: Subject, name: str) -> bool:
    """Whether the payload has `name` (relative to it), or it cannot be told: it lies behind a symbolic link, holds a
    wizard answer, or the payload could not be read to its end."""
    if "{{" in name or (subject.spk is not None and subject.spk.payload_error):
        return True
    path = inside(name)
    if path in payload_paths(subject):
        return True
    return any(entry.kind is Kind.SYMLINK for above in _above(path) if (entry := subject.entries.get(above)))


def inside(name: str) -> str:
    """The path in the package of `name`, which is relative to the payload."""
    return PAYLOAD_PREFIX + posixpath.normpath(name.strip("/"))


def _paths(subject: Subject) -> frozenset[str]:
    found = set(subject.payload.entries)
    for path in tuple(found):
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return frozenset(found)


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
