"""The arithmetic of crop rectangles: drawing, moving and stretching within a picture, free or with a fixed shape.

Rectangles are in pixels of the picture. `ratio` is width by height, 0.0 for any.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize


def largest(bounds: QRect, ratio: float) -> QRect:
    """The largest rectangle of this shape in the middle of the picture."""
    if not ratio:
        return QRect(bounds)
    size = _within(QSize(bounds.width(), max(1, round(bounds.width() / ratio))), bounds.size(), ratio)
    place = QRect(QPoint(0, 0), size)
    place.moveCenter(bounds.center())
    return moved(place, 0, 0, bounds)


def moved(rect: QRect, dx: int, dy: int, bounds: QRect) -> QRect:
    """The rectangle elsewhere, as far as the picture goes."""
    left = min(max(rect.left() + dx, bounds.left()), bounds.right() + 1 - rect.width())
    top = min(max(rect.top() + dy, bounds.top()), bounds.bottom() + 1 - rect.height())
    return QRect(QPoint(left, top), rect.size())


def drawn(start: QPoint, end: QPoint, bounds: QRect, ratio: float) -> QRect:
    """The rectangle from one corner to where the mouse is."""
    corner = (1 if end.x() >= start.x() else -1, 1 if end.y() >= start.y() else -1)
    seed = QRect(_inside(start, bounds), QSize(1, 1))
    return stretched(seed, corner, end, bounds, ratio)


def stretched(rect: QRect, handle: tuple[int, int], point: QPoint, bounds: QRect, ratio: float) -> QRect:
    """The rectangle with the edges of `handle` (-1 left or top, 1 right or bottom, 0 neither) moved to `point`; the
    other edges stay. With a ratio an edge takes the two beside it along, evenly."""
    point = _inside(point, bounds)
    width = _length(handle[0], rect.left(), rect.right(), point.x())
    height = _length(handle[1], rect.top(), rect.bottom(), point.y())
    if ratio:
        if not handle[0]:
            width = max(1, round(height * ratio))
        elif not handle[1] or width >= height * ratio:
            height = max(1, round(width / ratio))
        else:
            width = max(1, round(height * ratio))
    room = QSize(
        _room(handle[0], rect.left(), rect.right(), bounds.left(), bounds.right()),
        _room(handle[1], rect.top(), rect.bottom(), bounds.top(), bounds.bottom()),
    )
    size = _within(QSize(width, height), room, ratio)
    left = _start(handle[0], rect.left(), rect.right(), size.width())
    top = _start(handle[1], rect.top(), rect.bottom(), size.height())
    return moved(QRect(QPoint(left, top), size), 0, 0, bounds)


def grown(rect: QRect, dx: int, dy: int, bounds: QRect, ratio: float) -> QRect:
    """The rectangle with its right and lower edge moved, by the keyboard."""
    handle = (1, 1) if ratio else (1 if dx else 0, 1 if dy else 0)
    step = dx or dy
    target = QPoint(rect.right() + (step if ratio else dx), rect.bottom() + (round(step / ratio) if ratio else dy))
    least = QPoint(max(target.x(), rect.left()), max(target.y(), rect.top()))
    return stretched(rect, handle, least, bounds, ratio)


def _inside(point: QPoint, bounds: QRect) -> QPoint:
    x = min(max(point.x(), bounds.left()), bounds.right())
    return QPoint(x, min(max(point.y(), bounds.top()), bounds.bottom()))


def _length(side: int, first: int, last: int, place: int) -> int:
    if not side:
        return last - first + 1
    return max(1, (place - first if side > 0 else last - place) + 1)


def _room(side: int, first: int, last: int, lowest: int, highest: int) -> int:
    if not side:
        return highest - lowest + 1
    return highest - first + 1 if side > 0 else last - lowest + 1


def _start(side: int, first: int, last: int, length: int) -> int:
    if side > 0:
        return first
    return last - length + 1 if side else (first + last + 1 - length) // 2


def _within(size: QSize, room: QSize, ratio: float) -> QSize:
    """The size, made smaller until it fits, in its shape if it has to have one."""
    width, height = min(size.width(), room.width()), min(size.height(), room.height())
    if ratio:
        width = min(width, max(1, round(height * ratio)))
        height = min(height, max(1, round(width / ratio)))
    return QSize(width, height)
