"""Makes small PE files that import libraries, for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_HEADER, _OPTIONAL = 0x80, 0x98
_ADDRESS, _OFFSET, _SIZE = 0x1000, 0x400, 0x1000


def make_pe(
    imports: Sequence[str] = (),
    delayed: Sequence[str] = (),
    *,
    machine: int = 0x8664,
    mark: bytes = b"",
    subsystem: tuple[int, int] = (6, 0),
) -> bytes:
    """A 64-bit file with one section that holds its import tables. `mark` stands behind the DOS header."""
    section = bytearray(_SIZE)
    names = 0x400
    tables = {}
    for directory, libraries, size, name_at, start in ((1, imports, 20, 12, 0), (13, delayed, 32, 4, 0x200)):
        for number, library in enumerate(libraries):
            struct.pack_into("<I", section, start + number * size + name_at, _ADDRESS + names)
            section[names : names + len(library) + 1] = library.encode() + b"\0"
            names += len(library) + 1
        if libraries:
            tables[directory] = (_ADDRESS + start, (len(libraries) + 1) * size)
    head = bytearray(_OFFSET)
    head[:2] = b"MZ"
    head[0x40 : 0x40 + len(mark)] = mark
    struct.pack_into("<I", head, 0x3C, _HEADER)
    struct.pack_into("<4sHHIIIHH", head, _HEADER, b"PE\0\0", machine, 1, 0, 0, 0, 240, 0x22)
    struct.pack_into("<H", head, _OPTIONAL, 0x20B)
    struct.pack_into("<HH", head, _OPTIONAL + 48, *subsystem)
    struct.pack_into("<I", head, _OPTIONAL + 108, 16)
    for directory, place in tables.items():
        struct.pack_into("<II", head, _OPTIONAL + 112 + 8 * directory, *place)
    struct.pack_into("<8sIIII", head, _OPTIONAL + 240, b".rdata", _SIZE, _ADDRESS, _SIZE, _OFFSET)
    return bytes(head + section)
