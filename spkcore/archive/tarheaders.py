"""Writes tar headers: ustar where everything fits, GNU for long names and large numbers, pax for extra records only."""

from __future__ import annotations

import struct
import zlib

from spkcore.package.entries import Attributes, Kind

BLOCK = 512
END_OF_ARCHIVE = bytes(2 * BLOCK)

_LAYOUT = struct.Struct("100s8s8s8s12s12s8sc100s8s32s32s8s8s155s12x")
_TYPES = {Kind.FILE: b"0", Kind.HARDLINK: b"1", Kind.SYMLINK: b"2", Kind.DIRECTORY: b"5"}
_USTAR = b"ustar\x0000"
_GNU = b"ustar  \0"
_NO_CHECKSUM = b"        "
_NO_DEVICE = b"0000000\0"
_EXTENSION = Attributes(0o644, 0)
MAX_OWNER_NAME = 31
"""Bytes; a pax record holds longer ones."""


def tar_header(name: str, kind: Kind, size: int, attributes: Attributes, target: str = "") -> bytes:
    """All header blocks of one member, extensions first. `size` is in bytes, `name` as it shall stand in the archive.

    A missing mtime is written as 0: callers choose one before.
    """
    raw = _encode(name)
    link = _encode(target)
    extensions = _pax(raw, attributes) if attributes.pax else b""
    if len(raw) <= 100 and len(link) <= 100 and _fits(attributes, size):
        return extensions + _block(raw, _TYPES[kind], size, attributes, link=link, magic=_USTAR)
    prefix, rest = _split(raw)
    if rest and len(link) <= 100 and _fits(attributes, size):
        return extensions + _block(rest, _TYPES[kind], size, attributes, prefix=prefix, link=link, magic=_USTAR)
    if len(link) > 100:
        extensions += _long(link, b"K")
    if len(raw) > 100:
        extensions += _long(raw, b"L")
    return extensions + _block(raw[:100], _TYPES[kind], size, attributes, link=link[:100])


def padding(size: int) -> bytes:
    """The zeros that fill the last block of `size` bytes."""
    return bytes(-size % BLOCK)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _fits(attributes: Attributes, size: int) -> bool:
    return (
        0 <= attributes.uid <= 0o7777777
        and 0 <= attributes.gid <= 0o7777777
        and size <= 0o77777777777
        and 0 <= (attributes.mtime or 0) <= 0o77777777777
    )


def _split(name: bytes) -> tuple[bytes, bytes]:
    """ustar's way for names up to 255 bytes: prefix and rest, both empty where there is no fitting slash."""
    at = name.rfind(b"/", 0, 156)
    while at > 0:
        rest = name[at + 1 :]
        if len(rest) > 100:
            break
        if rest:
            return name[:at], rest
        at = name.rfind(b"/", 0, at)
    return b"", b""


def _long(text: bytes, kind: bytes) -> bytes:
    size = len(text) + 1
    return _block(b"././@LongLink", kind, size, _EXTENSION) + text + b"\0" + padding(size)


def _pax(name: bytes, attributes: Attributes) -> bytes:
    data = b"".join(_pax_record(_encode(key), _encode(value)) for key, value in attributes.pax)
    label = b"PaxHeader/" + name.rstrip(b"/").rpartition(b"/")[2][:80]
    own = Attributes(0o644, max(attributes.mtime or 0, 0))
    return _block(label, b"x", len(data), own, magic=_USTAR) + data + padding(len(data))


def _pax_record(key: bytes, value: bytes) -> bytes:
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + len(str(len(body)))
    if len(str(length)) > len(str(len(body))):
        length += 1
    return str(length).encode() + body


def _block(
    name: bytes,
    kind: bytes,
    size: int,
    attributes: Attributes,
    *,
    prefix: bytes = b"",
    link: bytes = b"",
    magic: bytes = _GNU,
) -> bytes:
    fields = (
        name,
        _octal(attributes.mode & 0o7777777, 8),
        _octal(attributes.uid, 8),
        _octal(attributes.gid, 8),
        _octal(size, 12),
        _octal(attributes.mtime or 0, 12),
        _NO_CHECKSUM,
        kind,
        link,
        magic,
        _owner(attributes.uname),
        _owner(attributes.gname),
        _NO_DEVICE,
        _NO_DEVICE,
        prefix,
    )
    block = _LAYOUT.pack(*fields)
    # For 512 ASCII bytes the low half of Adler-32 is exactly their sum plus one, and far faster than adding them here.
    total = (zlib.adler32(block) & 0xFFFF) - 1 if block.isascii() else sum(block)
    return b"%b%06o\0 %b" % (block[:148], total, block[156:])


def _octal(value: int, width: int) -> bytes:
    """The number in octal with a zero byte behind; GNU's binary form where it does not fit."""
    if 0 <= value < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, value)
    if value < 0:
        return value.to_bytes(width, "big", signed=True)
    return (value | 1 << (8 * width - 1)).to_bytes(width, "big")


def _owner(name: str) -> bytes:
    return _encode(name)[:MAX_OWNER_NAME]
