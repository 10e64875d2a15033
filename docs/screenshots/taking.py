"""Takes a picture of a widget with the popups over it, and makes the file small."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

Color = tuple[int, int, int]
LARGEST = 60_000
"""Bytes; a larger picture is reduced to 256 colours."""


def take(widget: QWidget, path: Path) -> None:
    """Write a PNG of `widget`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _with_popups(widget).save(str(path))
    _shrink(path)


def _with_popups(widget: QWidget) -> QPixmap:
    picture = widget.grab()
    origin = widget.mapToGlobal(widget.rect().topLeft())
    painter = QPainter(picture)
    for popup in QApplication.topLevelWidgets():
        is_popup = popup.windowType() in {Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.Tool}
        if popup is not widget and popup.isVisible() and is_popup:
            painter.drawPixmap(popup.mapToGlobal(popup.rect().topLeft()) - origin, popup.grab())
    painter.end()
    return picture


def _shrink(path: Path) -> None:
    """Without loss where that is small enough."""
    with Image.open(path) as picture:
        plain = picture.convert("RGB")
    plain.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        colors = [part for color in _palette(plain) for part in color]
        palette = Image.new("P", (1, 1))
        palette.putpalette(colors)
        plain.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def _palette(picture: Image.Image) -> list[Color]:
    """At most 256 colours, none far from a colour of the picture.

    The usual ways spend them on the greys of letters: the accent colour, which is in few pixels, comes out wrong.
    """
    pixels = picture.tobytes()
    counted = Counter(zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))
    distance, chosen = 3, list(counted)
    while len(chosen) > 256:
        distance += 3
        chosen = _apart([color for color, _count in counted.most_common()], distance)
    return chosen


def _apart(colors: list[Color], distance: int) -> list[Color]:
    """Those of `colors` that are so far from all before them; it gives up behind 256."""
    chosen: list[Color] = []
    for color in colors:
        if all(_distance(color, other) > distance for other in chosen):
            chosen.append(color)
        if len(chosen) > 256:
            break
    return chosen


def _distance(one: Color, other: Color) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) + abs(one[2] - other[2])
