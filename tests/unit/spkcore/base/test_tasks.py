"""Progress is throttled, monotonic and complete; cancelling raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import Progress, TaskContext, quiet


class Clock:
    """Time that stands still unless it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_reports_are_throttled_by_time() -> None:
    clock, seen = Clock(), list[Progress]()
    context = TaskContext(seen.append, clock=clock)
    for done in range(1000):
        clock.now += 0.001
        context.progress(done, 2000)
    assert 15 <= len(seen) <= 21


def test_the_last_report_of_a_total_always_comes() -> None:
    seen: list[Progress] = []
    context = TaskContext(seen.append, clock=Clock())
    context.progress(0, 10)
    context.progress(9, 10)
    context.progress(10, 10)
    assert [report.done for report in seen] == [0, 10]
    assert seen[-1].fraction == 1.0


def test_a_new_phase_is_reported_at_once() -> None:
    seen: list[Progress] = []
    context = TaskContext(seen.append, clock=Clock())
    context.progress(5, 10, "Copying")
    context.progress(0, 10, "Checking", unit="files")
    assert [(report.text, report.unit) for report in seen] == [("Copying", "bytes"), ("Checking", "files")]


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 0.2)), max_size=60))
def test_within_one_total_reports_never_go_back(calls: list[tuple[int, float]]) -> None:
    clock, seen = Clock(), list[int]()
    context = TaskContext(lambda report: seen.append(report.done), clock=clock)
    for done, pause in calls:
        clock.now += pause
        context.progress(done, 50)
    assert seen == sorted(seen)


def test_cancelling_raises_at_the_next_call() -> None:
    context = quiet()
    context.check()
    context.progress(1)
    context.cancel()
    assert context.cancelled.is_set()
    with pytest.raises(Cancelled):
        context.check()
    with pytest.raises(Cancelled):
        context.progress(1)


def test_no_handler_of_exceptions_swallows_a_cancellation() -> None:
    assert not issubclass(Cancelled, Exception)


def test_the_fraction_is_unknown_without_a_total_and_never_above_one() -> None:
    assert Progress(5, 0).fraction is None
    assert Progress(5, 4).fraction == 1.0
    assert Progress(1, 4).fraction == 0.25


def test_log_lines_reach_the_listener() -> None:
    lines: list[str] = []
    TaskContext(on_log=lines.append).log("one")
    quiet().log("nobody listens")
    assert lines == ["one"]
