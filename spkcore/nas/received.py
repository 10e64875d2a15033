"""Files as they arrive: written beside their final name, hashed on the way, renamed when they are whole."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from spkcore.base.files import windows_safe, write_error
from spkcore.nas import errors


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file to pull: its name relative to the folder on the NAS ("tree/x.spk"), its bytes, its MD5 in hex.

    An empty MD5 is not checked.
    """

    name: str
    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """One file that arrived whole: its name on the NAS, where it lies now, its bytes, its MD5 in hex."""

    name: str
    path: Path
    size: int
    md5: str


class PartFile:
    """A file on its way to `path`.

    Raises `WriteError` when the disk refuses, `TransferDamagedError` when it is not what the NAS has.
    """

    def __init__(self, path: Path, expected: RemoteFile) -> None:
        self.path = path
        self._expected = expected
        self._part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
        self._hash = hashlib.md5(usedforsecurity=False)
        self._position = 0
        self._in_order = True
        try:
            self._stream = self._opened()
        except OSError as error:
            raise write_error(path, error) from error

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Take `data`, which begins at byte `offset`."""
        try:
            if offset != self._position:
                self._in_order = False
                self._stream.seek(offset)
            self._stream.write(data)
        except OSError as error:
            raise write_error(self.path, error) from error
        self._position = offset + len(data)
        if self._in_order and self._expected.md5:
            self._hash.update(data)

    def finish(self) -> None:
        """Everything is there: check it and give it its name."""
        try:
            self._stream.close()
            size = self._position if self._in_order else self._part.stat().st_size
            if size != self._expected.size or self._md5() != self._expected.md5:
                raise errors.TransferDamagedError(self._expected.name)
            self._part.replace(self.path)
        except OSError as error:
            raise write_error(self.path, error) from error

    def _opened(self) -> BinaryIO:
        """Most files come into folders that are there already: among thousands, looking first would cost most."""
        try:
            return self._part.open("xb")
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self._part.open("xb")

    def _md5(self) -> str:
        """The sum of what arrived; read again if it came out of order, not computed if nobody knows what it must be."""
        if not self._expected.md5:
            return ""
        if not self._in_order:
            with self._part.open("rb") as stream:
                self._hash = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False))
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Remove what arrived, unless it is finished."""
        with contextlib.suppress(OSError):
            self._stream.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)


class LazyPartFile:
    """A `PartFile` that is opened with its first byte, so that thousands of waiting files cost nothing."""

    def __init__(self, path: Path, expected: RemoteFile) -> None:
        self.path = path
        self.expected = expected
        self._part: PartFile | None = None
        self.is_finished = False

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Take `data`, which begins at byte `offset`."""
        self._opened().write(offset, data)

    def finish(self) -> None:
        """Everything is there."""
        self._opened().finish()
        self.is_finished = True

    def discard(self) -> None:
        """Remove what arrived, unless it is finished."""
        if self._part is not None and not self.is_finished:
            self._part.discard()

    def pulled(self) -> Pulled:
        """What it is now that it has arrived."""
        return Pulled(self.expected.name, self.path, self.expected.size, self.expected.md5)

    def _opened(self) -> PartFile:
        if self._part is None:
            self._part = PartFile(self.path, self.expected)
        return self._part


def name_lines(files: Iterable[RemoteFile]) -> bytes:
    """The names, one per line, as `tar -T` and `xargs` on the NAS take them: none begins with a dash."""
    return b"".join(f"./{file.name}\n".encode(errors="surrogateescape") for file in files)


@contextlib.contextmanager
def arriving(folder: Path, files: Sequence[RemoteFile]) -> Iterator[list[LazyPartFile]]:
    """Each file on its way below `folder`, under its own name, changed only where Windows could not hold it.

    What is not finished at the end is removed.
    """
    taken: set[str] = set()
    local = [LazyPartFile(folder / _local_name(file.name, taken), file) for file in files]
    try:
        yield local
    finally:
        for file in local:
            file.discard()


def _local_name(name: str, taken: set[str]) -> str:
    parts = [windows_safe(part) for part in PurePosixPath(name).parts if part not in {"/", "..", "."}]
    local = "/".join(parts) or "unnamed"
    plain, number = local, 1
    while local.lower() in taken:
        number += 1
        local = f"{plain} ({number})"
    taken.add(local.lower())
    return local
