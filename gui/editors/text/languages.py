"""Which colours a file of the package gets: by its name, or by its first line."""

from __future__ import annotations

from pathlib import PurePosixPath

from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.scripts import interpreter

_BY_SUFFIX = {
    ".sh": "shell",
    ".bash": "shell",
    ".json": "json",
    ".sc": "ini",
    ".ini": "ini",
    ".conf": "ini",
    ".cfg": "ini",
    ".desktop": "ini",
    ".toml": "ini",
}
_BY_NAME = {
    "INFO": "ini",
    "strings": "ini",
    "PKG_DEPS": "ini",
    "PKG_CONX": "ini",
    "privilege": "json",
    "resource": "json",
}
HEAD = 512


def language_of(path: str, document: Document) -> str:
    """ "shell", "json", "ini" or "plain"."""
    name = PurePosixPath(path).name
    known = _BY_NAME.get(name) or _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())
    if known:
        return known
    head = head_of(path, document)
    if head.lstrip().startswith((b"{", b"[{")):
        return "json"
    found = interpreter(head)
    return "shell" if found is not None and found.language in {"sh", "bash"} else "plain"


def head_of(path: str, document: Document) -> bytes:
    """The first bytes of a file; empty when it is not there or cannot be read."""
    entry = document.entries.get(path)
    if entry is None or entry.content is None:
        return b""
    try:
        with entry.content.open() as stream:
            return stream.read(HEAD)
    except SpkError:
        return b""
