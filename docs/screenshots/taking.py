"""Takes a picture of a widget with the popups over it, and makes the file small."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

Color = tuple[int, int, int]
FIRST = 48
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
        _with_palette(plain).save(path, optimize=True)


def _with_palette(picture: Image.Image) -> Image.Image:
    """With 256 colours. Pillow's own search for the nearest one is rough: white comes out grey."""
    chosen = _palette(picture)
    pixels = _pixels(picture)
    nearest = {color: min(range(len(chosen)), key=lambda at: _distance(chosen[at], color)) for color in set(pixels)}
    small = Image.frombytes("P", picture.size, bytes(nearest[color] for color in pixels))
    small.putpalette([part for color in chosen for part in color])
    return small


def _pixels(picture: Image.Image) -> list[Color]:
    data = picture.tobytes()
    return list(zip(data[::3], data[1::3], data[2::3], strict=True))


def _palette(picture: Image.Image) -> list[Color]:
    """At most 256 colours, none far from a colour of the picture.

    The usual ways spend them on the greys of letters: the accent colour, which is in few pixels, comes out wrong.
    """
    counted = Counter(_pixels(picture))
    colors = [color for color, _count in counted.most_common()]
    distance, chosen = 3, colors
    while len(chosen) > 256:
        distance += 3
        chosen = _apart(colors, distance)
    return chosen


def _apart(colors: list[Color], distance: int) -> list[Color]:
    """The first of `colors`, which are the theme's own, and those that are so far from all before them.

    It gives up behind 256.
    """
    chosen = colors[:FIRST]
    for color in colors[FIRST:]:
        if all(_distance(color, other) > distance for other in chosen):
            chosen.append(color)
        if len(chosen) > 256:
            break
    return chosen


def _distance(one: Color, other: Color) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) + abs(one[2] - other[2])
