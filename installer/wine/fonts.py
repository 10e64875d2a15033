"""Fonts under the names that Windows programs ask for, made from free ones. Never shipped: they stay in the prefix.

TrueType: https://learn.microsoft.com/typography/opentype/spec/otff
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

_NAMES = {"family": 1, "style": 2, "unique": 3, "full": 4, "version": 5, "postscript": 6}
_MAGIC = 0xB1B0AFBA
"""What the sum over the whole file has to be."""

ICONS = {
    **dict.fromkeys((0xE73E, 0xE8FB, 0xF78C), "✓"),
    **dict.fromkeys((0xE70D, 0xE972, 0xE96E, 0xEDDC), "▾"),
    **dict.fromkeys((0xE70E, 0xE971, 0xE96D, 0xEDDB), "▴"),
    **dict.fromkeys((0xE76B, 0xE973, 0xE96F, 0xEDD9), "◂"),
    **dict.fromkeys((0xE76C, 0xE974, 0xE970, 0xEDDA), "▸"),
    **dict.fromkeys((0xE8BB, 0xE894, 0xE711), "✕"),
    0xE629: "–",
    0xE710: "+",
    0xE712: "…",
    0xE738: "−",
    0xE897: "?",
    0xE921: "–",
    0xE922: "□",
    0xE923: "❐",
}
"""Code points of Segoe Fluent Icons that Qt's windows11 style draws with, and what looks like them in DejaVu Sans."""


def renamed(font: bytes, family: str, style: str) -> bytes:
    """The font under another name."""
    tables = read_tables(font)
    tables[b"name"] = _name_table(family, style)
    return write_font(font[:4], tables)


def icon_font(font: bytes) -> bytes:
    """A font that shows Windows' icons with glyphs of this one."""
    tables = read_tables(font)
    glyphs = dict(characters(tables[b"cmap"]))
    tables[b"cmap"] = _character_table({code: glyphs[ord(like)] for code, like in ICONS.items()})
    tables[b"name"] = _name_table("Segoe Fluent Icons", "Regular")
    for unfit in (b"GSUB", b"GPOS", b"kern"):
        tables.pop(unfit, None)
    return write_font(font[:4], tables)


def read_tables(font: bytes) -> dict[bytes, bytes]:
    """The font's tables by their tags, without its signature."""
    (count,) = struct.unpack_from(">H", font, 4)
    entries = struct.iter_unpack(">4sLLL", font[12 : 12 + 16 * count])
    return {tag: font[start : start + size] for tag, _sum, start, size in entries if tag != b"DSIG"}


def write_font(kind: bytes, tables: Mapping[bytes, bytes]) -> bytes:
    """Put a font file together from its tables; all sums are made anew."""
    power = len(tables).bit_length() - 1
    directory = kind + struct.pack(">4H", len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    body = b""
    head = 0
    for tag in sorted(tables):
        start = 12 + 16 * len(tables) + len(body)
        data = tables[tag]
        if tag == b"head":
            head = start
            data = data[:8] + bytes(4) + data[12:]
        directory += struct.pack(">4sLLL", tag, _sum(data), start, len(data))
        body += data + bytes(-len(data) % 4)
    whole = directory + body
    adjustment = struct.pack(">L", (_MAGIC - _sum(whole)) % (1 << 32))
    return whole[: head + 8] + adjustment + whole[head + 12 :]


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) % (1 << 32)


def _name_table(family: str, style: str) -> bytes:
    full = family if style == "Regular" else f"{family} {style}"
    values = {
        "family": family,
        "style": style,
        "unique": f"Stand-in for {full}",
        "full": full,
        "version": "Version 1.0",
        "postscript": f"{family}-{style}".replace(" ", ""),
    }
    records = texts = b""
    for key, number in _NAMES.items():
        text = values[key].encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(text), len(texts))  # Windows, Unicode, English
        texts += text
    return struct.pack(">3H", 0, len(_NAMES), 6 + len(records)) + records + texts


def characters(table: bytes) -> Iterator[tuple[int, int]]:
    """Code points with their glyphs, from the table's Unicode part of format 12."""
    (count,) = struct.unpack_from(">H", table, 2)
    places = [struct.unpack_from(">HHL", table, 4 + 8 * number)[2] for number in range(count)]
    place = next(place for place in places if struct.unpack_from(">H", table, place) == (12,))
    (groups,) = struct.unpack_from(">L", table, place + 12)
    for first, last, glyph in struct.iter_unpack(">LLL", table[place + 16 : place + 16 + 12 * groups]):
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _character_table(glyphs: Mapping[int, int]) -> bytes:
    """A table of format 4, one segment for each character."""
    segments = [(code, glyph) for code, glyph in sorted(glyphs.items())] + [(0xFFFF, 0)]
    power = len(segments).bit_length() - 1
    ends = [code for code, _glyph in segments]
    deltas = [(glyph - code) % 65536 if code != 0xFFFF else 1 for code, glyph in segments]
    row = f">{len(segments)}H"
    shifts = struct.pack(">3H", 2 << power, power, 2 * len(segments) - (2 << power))
    rows = struct.pack(row, *ends) + bytes(2) + struct.pack(row, *ends) + struct.pack(row, *deltas)
    body = struct.pack(">HH", 0, 2 * len(segments)) + shifts + rows + bytes(2 * len(segments))
    return struct.pack(">2H2HL", 0, 1, 3, 1, 12) + struct.pack(">HH", 4, 4 + len(body)) + body


def save(font: bytes, path: Path) -> None:
    """Write a font file, and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(font)
