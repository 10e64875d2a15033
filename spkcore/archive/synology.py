"""Synology's own encrypted archives: recognised, and proven complete by their header; never decrypted.

The container (capture.md 4.1): a type byte, AD BE EF, the header's length (32 bits, little endian), a msgpack header
that lists `[length, BLAKE2b-256]` of every encrypted entry, a 64-byte Ed25519 signature, and the entries.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from spkcore.base.tasks import TaskContext

MAGIC = b"\xad\xbe\xef"
"""Bytes 1 to 3. Byte 0 is a type: 0x68 (package) and 0x70 (system update) were seen."""

_SIGNATURE_SIZE = 64
_HASH_SIZE = 32
_MAX_HEADER = 16 << 20
_CHUNK = 1 << 20

_FIXED_SIZES = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
_LENGTH_SIZES = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_COUNT_SIZES = {0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}


def is_synology_archive(head: bytes) -> bool:
    """Whether a file that starts with `head` (4 bytes or more) is one."""
    return head[1:4] == MAGIC


def expected_size(stream: BinaryIO) -> int | None:
    """Bytes that the whole file must have; None where the header cannot be understood or is itself cut off."""
    blocks = _blocks(stream)
    return blocks[0] + sum(length for length, _ in blocks[1]) if blocks else None


def is_unaltered(path: Path, context: TaskContext) -> bool | None:
    """Whether every block has the hash that the header promises; None where the header cannot be understood."""
    with path.open("rb") as stream:
        blocks = _blocks(stream)
        if blocks is None:
            return None
        total = path.stat().st_size
        stream.seek(blocks[0])
        return all(_hash(stream, length, total, context) == digest for length, digest in blocks[1])


def _hash(stream: BinaryIO, length: int, total: int, context: TaskContext) -> bytes:
    state = hashlib.blake2b(digest_size=_HASH_SIZE)
    while length and (data := stream.read(min(length, _CHUNK))):
        state.update(data)
        length -= len(data)
        context.progress(stream.tell(), total, "Checking the archive")
    return state.digest()


def _blocks(stream: BinaryIO) -> tuple[int, list[tuple[int, bytes]]] | None:
    """Where the first block starts, and the length and hash of every block."""
    head = stream.read(8)
    if len(head) < 8 or not is_synology_archive(head):
        return None
    length: int = struct.unpack("<4xI", head)[0]
    header = stream.read(min(length, _MAX_HEADER))
    if len(header) < length:
        return None
    try:
        value, _ = _decode(header, 0, 0)
    except (IndexError, struct.error, RecursionError):
        return None
    lists = [found for found in _block_lists(value) if found]
    return (8 + length + _SIGNATURE_SIZE, lists[0]) if len(lists) == 1 else None


def _block_lists(value: object) -> Iterator[list[tuple[int, bytes]]]:
    """Every list below `value` that holds nothing but pairs of a length and a hash."""
    if not isinstance(value, list):
        return
    pairs = [(item[0], item[1]) for item in value if _is_block(item)]
    if value and len(pairs) == len(value):
        yield pairs
        return
    for item in value:
        yield from _block_lists(item)


def _is_block(item: object) -> bool:
    return (
        isinstance(item, list)
        and len(item) == 2
        and isinstance(item[0], int)
        and isinstance(item[1], bytes)
        and len(item[1]) == _HASH_SIZE
    )


def _decode(data: bytes, at: int, depth: int) -> tuple[object, int]:
    """The msgpack value at `at`, and where it ends. Maps become lists, floats and nil become None."""
    if depth > 32:
        raise RecursionError
    tag = data[at]
    at += 1
    if tag < 0x80:
        return tag, at
    if tag < 0xA0:
        count = (tag & 0x0F) * (2 if tag < 0x90 else 1)
        return _decode_items(data, at, count, depth)
    if tag < 0xC0:
        return _cut(data, at, tag & 0x1F)
    if tag >= 0xE0:
        return tag - 0x100, at
    return _decode_long(data, at, tag, depth)


def _decode_long(data: bytes, at: int, tag: int, depth: int) -> tuple[object, int]:
    if tag in {0xC0, 0xC2, 0xC3}:
        return None, at
    if tag in _FIXED_SIZES:
        raw, at = _cut(data, at, _FIXED_SIZES[tag])
        return (None if tag in {0xCA, 0xCB} else int.from_bytes(raw, "big", signed=tag >= 0xD0)), at
    if tag in _LENGTH_SIZES:
        raw, at = _cut(data, at, _LENGTH_SIZES[tag])
        return _cut(data, at, int.from_bytes(raw, "big"))
    if tag in _COUNT_SIZES:
        raw, at = _cut(data, at, _COUNT_SIZES[tag])
        return _decode_items(data, at, int.from_bytes(raw, "big") * (2 if tag >= 0xDE else 1), depth)
    raise IndexError(tag)


def _decode_items(data: bytes, at: int, count: int, depth: int) -> tuple[object, int]:
    items = []
    for _ in range(count):
        item, at = _decode(data, at, depth + 1)
        items.append(item)
    return items, at


def _cut(data: bytes, at: int, length: int) -> tuple[bytes, int]:
    end = at + length
    if end > len(data):
        raise IndexError(end)
    return data[at:end], end
