"""Lays out a folder as a squarified treemap: areas by size, what is too small to see gathered; knows no Qt.

The way of squarifying is that of Bruls, Huizing and van Wijk (2000): rows are filled as long as their tiles get closer
to squares.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from gui.models.payloadtree import PayloadTree
from spkcore.package.entries import Entry, Kind

SMALLEST_AREA = 140.0
"""Square pixels; smaller tiles cannot be hit or told apart."""
_SMALLEST_FOLDER = 44.0
"""Pixels of the shorter side of a folder whose inside is shown."""
HEAD = 18.0
"""Pixels for the name of a folder, in letters of usual size."""
_GAP = 2.0
_MOST = 4000
_MOST_CHILDREN = 600


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the map in pixels. `path` is empty for the tile that gathers `count` small entries of `folder`."""

    x: float
    y: float
    width: float
    height: float
    depth: int
    path: str
    folder: str
    name: str
    size: int
    is_folder: bool
    count: int = 1

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class _Area:
    x: float
    y: float
    width: float
    height: float


def lay_out(tree: PayloadTree, folder: str, width: float, height: float, head: float = HEAD) -> list[Tile]:
    """The tiles of a folder in an area of this size; folders come before what is in them. `head` has their names."""
    tiles: list[Tile] = []
    pending = deque([(folder, _Area(0, 0, width, height), 0)])
    while pending and len(tiles) < _MOST:
        path, area, depth = pending.popleft()  # the outer ones first: they are larger
        for tile in _inside(tree, path, area, depth):
            tiles.append(tile)
            if tile.is_folder and min(tile.width, tile.height) >= _SMALLEST_FOLDER:
                inner = _Area(tile.x + _GAP, tile.y + head, tile.width - 2 * _GAP, tile.height - head - _GAP)
                pending.append((tile.path, inner, depth + 1))
    return tiles


def _inside(tree: PayloadTree, folder: str, area: _Area, depth: int) -> list[Tile]:
    """The tiles of what is directly in a folder; what is too small to see is one tile."""
    children = tree.sizes_in(folder)
    total = sum(size for size, _, _ in children)
    if total <= 0 or area.width <= 0 or area.height <= 0:
        return []
    scale = area.width * area.height / total
    largest = heapq.nlargest(_MOST_CHILDREN, children, key=_size)
    shown = [child for child in largest if child[0] * scale >= SMALLEST_AREA]
    rest = total - sum(size for size, _, _ in shown)
    sizes = [float(size) for size, _, _ in shown]
    if rest * scale >= SMALLEST_AREA:
        sizes.append(float(rest))
    areas = squarify(sizes, area)
    tiles = [
        Tile(place.x, place.y, place.width, place.height, depth, path, folder, path.rpartition("/")[2], size,
             is_folder=entry.kind is Kind.DIRECTORY)
        for (size, path, entry), place in zip(shown, areas, strict=False)
    ]  # fmt: skip
    if len(areas) > len(shown):
        last, hidden = areas[-1], len(children) - len(shown)
        tiles.append(
            Tile(last.x, last.y, last.width, last.height, depth, "", folder, "", rest, is_folder=False, count=hidden)
        )
    return tiles


def _size(child: tuple[int, str, Entry]) -> int:
    return child[0]


def squarify(sizes: Sequence[float], area: _Area) -> list[_Area]:
    """Areas in the proportions of `sizes`, which are positive and best come largest first; they fill `area`."""
    total = sum(sizes)
    if not sizes or total <= 0:
        return []
    scale = area.width * area.height / total
    wanted = [size * scale for size in sizes]
    found: list[_Area] = []
    start, free = 0, area
    while start < len(wanted):
        side = min(free.width, free.height)
        if side <= 0:
            found.extend(_Area(free.x, free.y, 0, 0) for _ in wanted[start:])
            break
        end = _row_end(wanted, start, side)
        free = _place_row(wanted[start:end], free, found)
        start = end
    return found


def _row_end(areas: Sequence[float], start: int, side: float) -> int:
    """How far the row that begins at `start` goes before its worst tile gets longer."""
    total = smallest = largest = areas[start]
    worst = _worst(total, smallest, largest, side)
    end = start + 1
    while end < len(areas):
        area = areas[end]
        next_worst = _worst(total + area, min(smallest, area), max(largest, area), side)
        if next_worst > worst:
            break
        total, smallest, largest, worst = total + area, min(smallest, area), max(largest, area), next_worst
        end += 1
    return end


def _worst(total: float, smallest: float, largest: float, side: float) -> float:
    """The largest ratio of sides in a row."""
    square = side * side
    return max(square * largest / (total * total), total * total / (square * max(smallest, 1e-9)))


def _place_row(areas: Sequence[float], free: _Area, found: list[_Area]) -> _Area:
    """Put a row along the shorter side of `free`; returns what is left."""
    total = sum(areas)
    if free.width >= free.height:
        width, y = total / free.height, free.y
        for area in areas:
            height = area / width
            found.append(_Area(free.x, y, width, height))
            y += height
        return _Area(free.x + width, free.y, max(free.width - width, 0), free.height)
    height, x = total / free.width, free.x
    for area in areas:
        width = area / height
        found.append(_Area(x, free.y, width, height))
        x += width
    return _Area(free.x, free.y + height, free.width, max(free.height - height, 0))


def neighbour(tiles: Sequence[Tile], current: Tile, dx: int, dy: int) -> Tile | None:
    """The nearest tile of the same depth or deeper in a direction; None at the edge."""
    x, y = current.x + current.width / 2, current.y + current.height / 2
    best, nearest = None, 0.0
    for tile in tiles:
        if tile is current or (tile.is_folder and tile.depth < current.depth):
            continue
        ahead = (tile.x + tile.width / 2 - x) * dx + (tile.y + tile.height / 2 - y) * dy
        if ahead <= 1 or tile.holds(x, y):
            continue
        aside = abs((tile.x + tile.width / 2 - x) * dy) + abs((tile.y + tile.height / 2 - y) * dx)
        distance = ahead + 2 * aside
        if best is None or distance < nearest:
            best, nearest = tile, distance
    return best
