"""The way without SFTP: one tar stream over a command's output, unpacked as it comes."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.agents import named_command
from spkcore.nas.process import RemoteProcess
from spkcore.nas.received import LazyPartFile, name_lines
from spkcore.nas.session import Session

_PIECE = 1 << 20
_TAIL = r"""tail -c "+$(($2 + 1))" -- "$1" """
_TAR = r"""cd "$1" && tr '\n' '\0' | xargs -0 tar -cf -"""
"""BusyBox's tar takes no list of names, so xargs gives them to it; many names make several archives in a row."""


class _Output(io.RawIOBase):
    """A command's output as a file that tarfile can walk: it seeks forward, and one byte back."""

    def __init__(self, process: RemoteProcess) -> None:
        self._process = process
        self._rest = b""
        self._position = 0
        self._last = b""

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if offset == self._position - 1:
            self._rest = self._last + self._rest
            self._position -= 1
        while self._position < offset and self.take(offset - self._position):
            pass
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        pieces = []
        while size > 0 and (piece := self.take(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def take(self, most: int) -> bytes:
        """Up to `most` bytes as they come; b"" at the end."""
        piece = self._rest or self._process.read(_PIECE)
        piece, self._rest = (piece, b"") if len(piece) <= most else (piece[:most], piece[most:])
        self._position += len(piece)
        self._last = piece[-1:] or self._last
        return piece


def pull_by_tar(
    session: Session, folder: str, files: Sequence[LazyPartFile], on_bytes: Callable[[int], None], context: TaskContext
) -> None:
    """Pull `files`, named relative to `folder`. Only the names that were asked for are taken from the stream, and only
    regular files. Raises `CommandFailedError`, `TransferDamagedError`, and what sessions raise."""
    process = session.root.start(named_command(_TAR, "spk-tar", [folder]), context)
    try:
        process.write(name_lines(file.expected for file in files))
        process.close_stdin()
        _unpack(process, {f"./{file.expected.name}": file for file in files}, on_bytes)
        _require_all(files, session, process)
    finally:
        process.close()


def pull_tail(
    session: Session, folder: str, file: LazyPartFile, on_bytes: Callable[[int], None], context: TaskContext
) -> None:
    """Pull what is missing of a file that an earlier transfer began. Raises what `pull_by_tar` raises."""
    path = f"{folder}/{file.expected.name}"
    process = session.root.start(named_command(_TAIL, "spk-tail", [path, str(file.start)]), context)
    try:
        process.close_stdin()
        offset = file.start
        while data := process.read(_PIECE):
            file.write(offset, data)
            offset += len(data)
            on_bytes(len(data))
        if offset < file.expected.size:
            raise errors.CommandFailedError(f"Sending {path}", session.target.place, process.stderr)
        file.finish()
    finally:
        process.close()


def _unpack(process: RemoteProcess, wanted: dict[str, LazyPartFile], on_bytes: Callable[[int], None]) -> None:
    finished: dict[str, Path] = {}
    try:
        output = _Output(process)
        with tarfile.open(
            fileobj=output, mode="r:", ignore_zeros=True, encoding="utf-8", errors="surrogateescape"
        ) as tar:
            for member in tar:
                file = wanted.get(member.name)
                if file is None:
                    continue
                if member.isreg():
                    _receive(output, member, file, on_bytes)
                elif member.islnk() and member.linkname in finished:
                    _copy(finished[member.linkname], file, on_bytes)
                finished[member.name] = file.path
    except tarfile.TarError as error:
        raise errors.TransferDamagedError("the stream of files") from error


def _receive(output: _Output, member: tarfile.TarInfo, file: LazyPartFile, on_bytes: Callable[[int], None]) -> None:
    """The stream stands at the first byte of the member."""
    offset = 0
    while offset < member.size and (data := output.take(member.size - offset)):
        file.write(offset, data)
        offset += len(data)
        on_bytes(len(data))
    file.finish()


def _copy(source: Path, file: LazyPartFile, on_bytes: Callable[[int], None]) -> None:
    """A second name of the same file comes as a link to the first."""
    with source.open("rb") as stream:
        for piece in iter(lambda: stream.read(_PIECE), b""):
            file.write(stream.tell() - len(piece), piece)
            on_bytes(len(piece))
    file.finish()


def _require_all(files: Sequence[LazyPartFile], session: Session, process: RemoteProcess) -> None:
    missing = [file.expected.name for file in files if not file.is_finished]
    if missing:
        raise errors.CommandFailedError(f"Sending {missing[0]}", session.target.place, process.stderr)
