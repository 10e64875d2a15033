"""Byte streams under an archive: counting progress, and decompressing gzip and xz in constant memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext

CHUNK = 1 << 18
"""Bytes read or decompressed at a time: large enough to be fast, small enough to stay in the cache."""

XZ_MEMORY_LIMIT = 256 << 20
"""Bytes an xz stream may ask for; `xz -9` needs 65 MB, a hostile header asks for gigabytes."""

MAGICS = (("gzip", b"\x1f\x8b"), ("xz", b"\xfd7zXZ\x00"), ("bzip2", b"BZh"))
"""What the compressed forms start with."""


class Readable(Protocol):
    """All that a stream needs here: reading forward."""

    def read(self, size: int, /) -> bytes:
        """Between one byte and `size` bytes; none only at the end."""


class _Decompressor(Protocol):
    """What igzip's and lzma's decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def compression_of(head: bytes) -> str:
    """ "gzip", "xz" or "bzip2" by the first six bytes, else "none"."""
    return next((name for name, magic in MAGICS if head.startswith(magic)), "none")


class ProgressReader:
    """A file read forward that reports its position as progress and notices a cancelled task.

    Raises `UnreadableError` when the drive fails.
    """

    def __init__(self, stream: BinaryIO, total: int, context: TaskContext, text: str = "") -> None:
        self._stream = stream
        self._total = total
        self._context = context
        self._text = text
        self.count = 0

    def read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except OSError as error:
            raise unreadable(self._stream.name, error) from error
        self.count += len(data)
        self._context.progress(min(self.count, self._total), self._total, self._text)
        return data


def unreadable(place: object, error: OSError) -> UnreadableError:
    """The error that tells a person why the file at `place` could not be read."""
    return UnreadableError(
        f"The file could not be read ({error.strerror or error})",
        str(place),
        "Check that it still exists and that no other program locks it.",
    )


class Peekable:
    """A stream whose first bytes can be looked at before they are read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._head = b""

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        while len(self._head) < size and (more := self._stream.read(size - len(self._head))):
            self._head += more
        return self._head[:size]

    def read(self, size: int) -> bytes:
        if not self._head:
            return self._stream.read(size)
        data, self._head = self._head[:size], self._head[size:]
        return data


class Decompressed:
    """The decompressed bytes of a gzip or xz stream, with all its members one after the other.

    Padding zeros and foreign bytes behind the last member are tolerated, as GNU tar does; `has_trailing_bytes` tells.
    Damage and a missing end raise `UnreadableError` that names `where`.
    """

    def __init__(self, source: Readable, compression: str, where: str) -> None:
        self._make, self._errors = _factory(compression)
        self._magic = dict(MAGICS)[compression]
        self._source = source
        self._where = where
        self._decompressor = self._make()
        self._buffer = b""
        self._ended = False
        self.count = 0
        self.has_trailing_bytes = False

    def read(self, size: int) -> bytes:
        piece = self._buffer or self._next_piece()
        if len(piece) <= size:
            self._buffer = b""
            return piece
        self._buffer = piece[size:]
        return piece[:size]

    def _next_piece(self) -> bytes:
        while not self._ended:
            if self._decompressor.eof:
                self._next_member(self._decompressor.unused_data)
                continue
            piece = self._decompress(self._source.read(CHUNK) if self._decompressor.needs_input else b"")
            if piece:
                return piece
        return b""

    def _decompress(self, data: bytes) -> bytes:
        if not data and self._decompressor.needs_input:
            raise UnreadableError(
                "The compressed data is cut off", self._where, "Download or copy the file again, the end is missing."
            )
        try:
            piece = self._decompressor.decompress(data, CHUNK)
        except self._errors as error:
            raise UnreadableError(
                f"The compressed data is damaged ({error})", self._where, "Download or copy the file again."
            ) from error
        self.count += len(piece)
        return piece

    def _next_member(self, rest: bytes) -> None:
        while len(rest := rest.lstrip(b"\0")) < len(self._magic):
            more = self._source.read(CHUNK)
            if not more:
                break
            rest += more
        self.has_trailing_bytes = bool(rest) and not rest.startswith(self._magic)
        if not rest or self.has_trailing_bytes:
            self._ended = True
            return
        self._decompressor = self._make()
        self._buffer = b""
        self._source = _Prefixed(rest, self._source)


class _Prefixed:
    """Bytes already taken from a stream, put back in front of it."""

    def __init__(self, head: bytes, stream: Readable) -> None:
        self._head = head
        self._stream = stream.stream_behind() if isinstance(stream, _Prefixed) else stream

    def stream_behind(self) -> Readable:
        """The stream without the bytes in front, once those are read."""
        return self if self._head else self._stream

    def read(self, size: int) -> bytes:
        if not self._head:
            return self._stream.read(size)
        data, self._head = self._head, b""
        return data


def _factory(compression: str) -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    if compression == "gzip":
        from isal import igzip_lib

        damaged = cast("type[Exception]", igzip_lib.IsalError)  # its stub says: an instance
        return _gzip_decompressor, (damaged, EOFError)
    import lzma

    return _xz_decompressor, (lzma.LZMAError, EOFError)


def _gzip_decompressor() -> _Decompressor:
    from isal import igzip_lib

    decompressor: _Decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return decompressor


def _xz_decompressor() -> _Decompressor:
    import lzma

    return lzma.LZMADecompressor(memlimit=XZ_MEMORY_LIMIT)
