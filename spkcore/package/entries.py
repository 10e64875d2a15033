"""One file, folder or link of a package: its kind, its attributes, and where its bytes come from.

A package is a mapping of paths to entries. Paths are relative to the package folder, with forward slashes and the
true names of the archive (`INFO`, `scripts/postinst`, `package/bin/tool`); `package/` is the payload.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from spkcore.base.errors import UnreadableError
from spkcore.base.longpaths import long_path

PAYLOAD = "package"
"""The folder whose content becomes package.tgz (design chapter 3)."""

PACKED_PAYLOAD = "package.tgz"
"""The payload as a member of the .spk, always under this name (spk-format.md 1.3); clutter in a folder."""

OWN_FOLDER = ".spkcreator"
"""Our own folder inside a package folder; never packed, never an entry."""


class Kind(StrEnum):
    """What an entry is. Devices, sockets and pipes are no entries: reading an archive refuses them."""

    FILE = "file"
    DIRECTORY = "dir"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a tar header says beside name and content.

    `mode` is the raw number of the mode field: 7-Zip's file type bits (0o100777) survive. `mtime` is in seconds
    since 1970; None lets the builder choose (the content is newer than the archive). `pax` keeps the records that
    neither ustar nor GNU headers can carry (fractions of a second, xattrs), sorted by key.
    """

    mode: int
    mtime: int | None = None
    uid: int = 0
    gid: int = 0
    uname: str = ""
    gname: str = ""
    pax: tuple[tuple[str, str], ...] = ()

    @property
    def permissions(self) -> int:
        """The twelve permission bits of `mode`."""
        return self.mode & 0o7777


class Content(Protocol):
    """Where the bytes of a file are. Two contents are equal only if they are known to hold the same bytes."""

    @property
    def size(self) -> int:
        """Number of bytes."""

    def open(self) -> BinaryIO:
        """A fresh stream at the start. Raises `UnreadableError` when the bytes are gone or locked."""

    def read(self) -> bytes:
        """All bytes. Raises `UnreadableError`."""


@dataclass(frozen=True, slots=True)
class BytesContent:
    """Bytes in memory: what an editor made."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)

    def read(self) -> bytes:
        return self.data

    def __repr__(self) -> str:
        return f"BytesContent({len(self.data)} bytes, {hashlib.sha256(self.data).hexdigest()[:8]})"


class FileContent:
    """Bytes of a file on disk. Saving may move the file (`relocate`), so that undo still finds it afterwards."""

    __slots__ = ("_place", "mtime_ns", "size")

    def __init__(self, path: Path | str, size: int, mtime_ns: int = 0) -> None:
        """`path` may be text: making 50,000 path objects is a third of the time that opening a package takes."""
        self._place = path
        self.size = size
        self.mtime_ns = mtime_ns

    @property
    def path(self) -> Path:
        """Where the bytes are now."""
        if not isinstance(self._place, Path):
            self._place = Path(self._place)
        return self._place

    @property
    def place(self) -> Path | str:
        """The same as `path`, without making a path object of it: for opening many files."""
        return self._place

    @classmethod
    def of(cls, path: Path) -> FileContent:
        """The content of the existing file `path` (links are followed). Raises `UnreadableError`."""
        try:
            status = long_path(path).stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        return cls(path, status.st_size, status.st_mtime_ns)

    def relocate(self, path: Path) -> None:
        """The file now lies at `path`."""
        self._place = path

    def open(self) -> BinaryIO:
        try:
            return long_path(self.path).open("rb")
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def read(self) -> bytes:
        with self.open() as stream:
            try:
                return stream.read()
            except OSError as error:
                raise _unreadable(self.path, error) from error

    def __repr__(self) -> str:
        return f"FileContent({self.path}, {self.size} bytes)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, folder or link.

    `attributes` is None for what did not come from an archive: the builder then chooses mode by role, owner 0:0 and
    one fixed moment. `position` is the place in the archive it came from (None: new, sorted in behind). `archive_name`
    is the name as the archive wrote it where that differs from the path (`./bin/tool`, `bin/`); it is relative to
    package.tgz for payload entries. `target` is the text of a link; a hard link's target is a path of this package,
    and its bytes are those of the target: it has no content of its own.
    """

    kind: Kind
    attributes: Attributes | None = None
    content: Content | None = None
    target: str = ""
    position: int | None = None
    archive_name: str = ""

    @property
    def size(self) -> int:
        """Bytes of content; 0 for folders and links."""
        return self.content.size if self.content is not None else 0


def file_entry(data: bytes) -> Entry:
    """A new file with these bytes."""
    return Entry(Kind.FILE, content=BytesContent(data))


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    return UnreadableError(
        f"The file could not be read ({error.strerror or error})",
        str(path),
        "Check that it still exists and that no other program locks it, then try again.",
    )
