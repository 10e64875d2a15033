"""Compresses a stream in blocks on all cores; the bytes depend on the blocks' limits only, never on the machine.

gzip: every block becomes a member of its own (RFC 1952 allows any number; GNU gzip, busybox since 1.10, 7-Zip, Python
and libarchive read them). xz: every block becomes a block of one stream, as `xz -T` writes it.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

GZIP_BLOCK = 1 << 20
"""Bytes of tar in one gzip member: with less, size grows; with more, memory. Part of what makes builds repeatable."""

XZ_BLOCK = 1 << 20
"""Bytes of tar in one xz block, and of the dictionary: a larger one packs up to 4 % better, but 80 MB would not do."""

Part = bytes | bytearray

_MAX_WORKERS = 16
_MAX_XZ_WORKERS = 3


@dataclass(frozen=True, slots=True)
class Method:
    """One way to compress: `compress` makes one block's part of the file out of `block_size` bytes or fewer.

    `start` and `finish` give what stands before and behind the parts; `finish` gets all parts' trailers. `trailer`
    of a part is kept for `finish` (xz's index needs it).
    """

    name: str
    block_size: int
    workers: int
    compress: Callable[[bytearray | memoryview], tuple[Part, bytes]]
    start: bytes = b""
    finish: Callable[[list[bytes]], bytes] | None = None


def gzip_method(*, fast: bool = False) -> Method:
    """gzip: libdeflate at level 5, smaller than `gzip -6` on mixed payloads, or ISA-L at level 3 for speed.

    libdeflate gives the same bytes on every machine; ISA-L on every x86-64 processor with SSE 4.2 (others hash
    differently).
    """
    workers = min(os.cpu_count() or 1, _MAX_WORKERS)
    return Method("gzip", GZIP_BLOCK, workers, _isal_member if fast else _libdeflate_member)


def xz_method(*, fast: bool = False) -> Method:
    """xz at preset 6 with a dictionary of one block, or preset 1."""
    import lzma

    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1 if fast else 6, "dict_size": XZ_BLOCK}]

    def compress(data: bytearray | memoryview) -> tuple[Part, bytes]:
        return _cut_xz_stream(lzma.compress(data, lzma.FORMAT_XZ, lzma.CHECK_CRC64, filters=filters))

    empty = lzma.compress(b"", lzma.FORMAT_XZ, lzma.CHECK_CRC64)
    workers = min(os.cpu_count() or 1, _MAX_XZ_WORKERS)
    return Method("xz", XZ_BLOCK, workers, compress, empty[:12], _xz_index)


def plain_method() -> Method:
    """No compression at all."""
    return Method("none", GZIP_BLOCK, 1, _as_it_is)


def _as_it_is(data: bytearray | memoryview) -> tuple[Part, bytes]:
    return bytes(data), b""


def _libdeflate_member(data: bytearray | memoryview) -> tuple[Part, bytes]:
    from deflate import gzip_compress

    return gzip_compress(data, 5), b""


def _isal_member(data: bytearray | memoryview) -> tuple[Part, bytes]:
    from isal import igzip_lib

    # Small working memory means short Huffman blocks: 1.5 % smaller than the default, and no slower.
    return igzip_lib.compress(data, 3, igzip_lib.COMP_GZIP, igzip_lib.MEM_LEVEL_SMALL), b""


class BlockWriter:
    """Collects bytes into blocks, compresses them in threads, and hands the parts to `sink` in order.

    Use as a context manager: leaving it by an exception drops what is unfinished.
    """

    def __init__(self, method: Method, sink: Callable[[Part], object]) -> None:
        self._method = method
        self._sink = sink
        self._pool = ThreadPoolExecutor(method.workers, "compress")
        self._pending: deque[tuple[Future[tuple[Part, bytes]], bytearray]] = deque()
        self._free: list[bytearray] = []
        self._trailers: list[bytes] = []
        self._block = bytearray(method.block_size)
        self._view = memoryview(self._block)
        self._used = 0
        self.count = 0

    def __enter__(self) -> Self:
        self._sink(self._method.start)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def write(self, data: bytes) -> None:
        """Append `data`."""
        size = len(data)
        end = self._used + size
        if end < self._method.block_size:
            self._view[self._used : end] = data
            self._used = end
            self.count += size
            return
        at = 0
        while at < size:
            room = self.room()
            taken = min(len(room), size - at)
            room[:taken] = data[at : at + taken]
            self.advance(taken)
            at += taken

    def room(self) -> memoryview:
        """The free part of the block in work, never empty: fill it and call `advance`."""
        return self._view[self._used :]

    def advance(self, size: int) -> None:
        """`size` bytes of the room were filled."""
        self._used += size
        self.count += size
        if self._used == self._method.block_size:
            self._submit()

    def _submit(self) -> None:
        used = self._view[: self._used]
        self._pending.append((self._pool.submit(self._method.compress, used), self._block))
        if len(self._pending) > self._method.workers + 1:
            self._collect()
        self._block = self._free.pop() if self._free else bytearray(self._method.block_size)
        self._view = memoryview(self._block)
        self._used = 0

    def _collect(self) -> None:
        future, block = self._pending.popleft()
        part, trailer = future.result()
        self._free.append(block)
        if trailer:
            self._trailers.append(trailer)
        self._sink(part)

    def _finish(self) -> None:
        if self._used:
            self._submit()
        while self._pending:
            self._collect()
        if self._method.finish is not None:
            self._sink(self._method.finish(self._trailers))


def _cut_xz_stream(stream: bytes) -> tuple[Part, bytes]:
    """The one block of an xz stream, and its index record (unpadded size and uncompressed size as xz writes them)."""
    index_size = (struct.unpack("<I", stream[-8:-4])[0] + 1) * 4
    index = stream[-12 - index_size : -12]
    record = index[2:]
    end = 0
    for _ in range(2):  # two numbers of seven bits a byte
        while record[end] & 0x80:
            end += 1
        end += 1
    return stream[12 : -12 - index_size], record[:end]


def _xz_index(records: list[bytes]) -> bytes:
    """The index and the footer of an xz stream with these records (xz file format 1.1, chapters 2.1.2 and 4)."""
    index = b"\0" + _seven_bits(len(records)) + b"".join(records)
    index += bytes(-len(index) % 4)
    index += struct.pack("<I", zlib.crc32(index))
    tail = struct.pack("<I", len(index) // 4 - 1) + b"\x00\x04"  # 4: CRC64
    return index + struct.pack("<I", zlib.crc32(tail)) + tail + b"YZ"


def _seven_bits(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
