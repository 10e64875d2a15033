"""Makes the program's Windows icon file out of resources/icons/app.svg."""

from __future__ import annotations

import struct
from pathlib import Path

SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
"""Pixels: what Explorer, the taskbar and title bars ask for at 100 to 250 % scaling."""

_AS_PNG = 256
"""From this size the picture is PNG, as in Windows' own icons; smaller ones as bitmaps, which all tools read."""


def write_icon(drawing: Path, target: Path) -> None:
    """Draw the SVG file `drawing` in all sizes into the icon file `target`."""
    pictures = [_picture(drawing, size) for size in SIZES]
    offset = 6 + 16 * len(SIZES)
    directory = struct.pack("<HHH", 0, 1, len(SIZES))
    for size, picture in zip(SIZES, pictures, strict=True):
        edge = size % 256  # one byte: 0 stands for 256
        directory += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(directory + b"".join(pictures))


def _picture(drawing: Path, size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
    painter.end()
    if size < _AS_PNG:
        from_below = image.flipped(Qt.Orientation.Vertical)  # named, because its pixels end with it
        return _bitmap(bytes(from_below.constBits()), size)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def _bitmap(pixels: bytes, size: int) -> bytes:
    """A bitmap as icon files hold it: rows from below, double height, and an empty mask, since alpha says it all."""
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, len(pixels), 0, 0, 0, 0)
    mask_row = (size + 31) // 32 * 4
    return header + pixels + bytes(mask_row * size)
