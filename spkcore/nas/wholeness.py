"""Tells from the first and the last bytes of a package file whether its container is whole."""

from __future__ import annotations

import io
import tarfile

from spkcore.archive.streams import compression_of
from spkcore.archive.synology import expected_size, is_synology_archive

HEAD_BYTES = 1 << 20
TAIL_BYTES = 1024


def is_whole(head: bytes, tail: bytes, size: int) -> tuple[bool | None, bool]:
    """Whether a package of `size` bytes with these first and last bytes is whole, and whether it is encrypted.

    The first is None where only reading everything could tell, and where a tar stops exactly behind a member: then
    either its maker wrote no end mark, or more will come. A tar ends with at least 1024 zero bytes behind its last
    member; a Synology archive says in its header how long it is.
    """
    if is_synology_archive(head):
        expected = expected_size(io.BytesIO(head))
        return (None if expected is None else expected == size), True
    if compression_of(head[:6]) != "none":
        return None, False
    if head[257:262] == b"ustar" or (len(head) >= 512 and head[:100].rstrip(b"\0").isascii()):
        behind = size - _end_of_members(head)
        if size % 512 == 0 and len(tail) == TAIL_BYTES and not any(tail) and behind >= TAIL_BYTES:
            return True, False
        stops_behind_one = 0 <= behind < TAIL_BYTES and not any(tail[len(tail) - behind :])
        return (None if stops_behind_one else False), False
    return None, False


def _end_of_members(head: bytes) -> int:
    """Where the last tar member ends of which `head` holds the header: zeros before that are part of a file."""
    position = 0
    while len(block := head[position : position + tarfile.BLOCKSIZE]) == tarfile.BLOCKSIZE:
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            break
        position += tarfile.BLOCKSIZE * (1 - -member.size // tarfile.BLOCKSIZE)
    return position
