"""Tests of the arithmetic of crop rectangles."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from gui.widgets import croprect

BOUNDS = QRect(0, 0, 300, 200)
points = st.builds(QPoint, st.integers(-50, 350), st.integers(-50, 250))
ratios = st.sampled_from([0.0, 1.0, 4 / 3, 16 / 9, 0.5])
handles = st.sampled_from([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y])


def fits(rect: QRect, ratio: float) -> bool:
    """Inside the picture and, within the rounding to whole pixels, of this shape."""
    in_shape = not ratio or abs(rect.width() - rect.height() * ratio) <= max(1.0, ratio) + 1
    return BOUNDS.contains(rect) and in_shape


@settings(max_examples=100)
@given(points, points, ratios)
def test_what_is_drawn_stays_in_the_picture_and_in_shape(start: QPoint, end: QPoint, ratio: float) -> None:
    assert fits(croprect.drawn(start, end, BOUNDS, ratio), ratio)


@settings(max_examples=100)
@given(points, points, handles, points, ratios)
def test_what_is_stretched_stays_in_the_picture_and_in_shape(
    start: QPoint, end: QPoint, handle: tuple[int, int], place: QPoint, ratio: float
) -> None:
    before = croprect.drawn(start, end, BOUNDS, ratio)
    assert fits(croprect.stretched(before, handle, place, BOUNDS, ratio), ratio)


@settings(max_examples=60)
@given(points, points, st.integers(-400, 400), st.integers(-400, 400))
def test_moving_keeps_the_size(start: QPoint, end: QPoint, dx: int, dy: int) -> None:
    before = croprect.drawn(start, end, BOUNDS, 0.0)
    after = croprect.moved(before, dx, dy, BOUNDS)
    assert after.size() == before.size()
    assert BOUNDS.contains(after)


def test_stretching_an_edge_leaves_the_other_edges() -> None:
    before = QRect(50, 50, 100, 80)
    assert croprect.stretched(before, (1, 0), QPoint(199, 0), BOUNDS, 0.0) == QRect(50, 50, 150, 80)
    assert croprect.stretched(before, (-1, -1), QPoint(40, 30), BOUNDS, 0.0) == QRect(40, 30, 110, 100)


def test_the_largest_of_a_shape_is_in_the_middle() -> None:
    assert croprect.largest(BOUNDS, 0.0) == BOUNDS
    assert croprect.largest(BOUNDS, 1.0) == QRect(50, 0, 200, 200)


def test_growing_by_keys() -> None:
    rect = QRect(10, 10, 50, 50)
    assert croprect.grown(rect, 5, 0, BOUNDS, 0.0) == QRect(10, 10, 55, 50)
    assert croprect.grown(rect, 0, -5, BOUNDS, 0.0) == QRect(10, 10, 50, 45)
    assert croprect.grown(rect, -5, 0, BOUNDS, 1.0) == QRect(10, 10, 45, 45)
    assert croprect.grown(QRect(0, 0, 1, 1), -5, 0, BOUNDS, 1.0) == QRect(0, 0, 1, 1)
