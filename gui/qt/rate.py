"""How fast work goes and how long it will take, from its progress reports."""

from __future__ import annotations

from collections import deque

from gui.qt.i18n import tr
from gui.qt.progress import seconds_text, size_text

_WINDOW_SECONDS = 5.0
_SHORTEST_SECONDS = 0.5


class RateMeter:
    """Looks at the last seconds only, so that the numbers follow a change but do not jump."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, now: float, done: int, total: int) -> None:
        """Note that `done` of `total` bytes are there at `now` (seconds). A smaller number or another total starts
        anew."""
        if self._samples and (done < self._samples[-1][1] or total != self._total):
            self._samples.clear()
        self._samples.append((now, done))
        self._total = total
        while now - self._samples[0][0] > _WINDOW_SECONDS and len(self._samples) > 2:
            self._samples.popleft()

    @property
    def bytes_per_second(self) -> float | None:
        """None while there is too little to say."""
        if not self._samples:
            return None
        seconds = self._samples[-1][0] - self._samples[0][0]
        if seconds < _SHORTEST_SECONDS:
            return None
        return (self._samples[-1][1] - self._samples[0][1]) / seconds

    @property
    def seconds_left(self) -> float | None:
        """None while there is too little to say, or nothing moves."""
        rate = self.bytes_per_second
        if not rate or not self._total:
            return None
        return (self._total - self._samples[-1][1]) / rate


def rate_text(meter: RateMeter) -> str:
    """How fast and how long still: "3.1 MB per second · 12 s left"; empty while there is too little to say."""
    rate, left = meter.bytes_per_second, meter.seconds_left
    parts = [] if rate is None else [tr("{size} per second", size=size_text(int(rate)))]
    return " · ".join([*parts, *([tr("{time} left", time=seconds_text(left))] if left is not None else [])])
