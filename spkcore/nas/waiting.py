"""Blocking network calls that can still be cancelled and time out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from spkcore.base.tasks import TaskContext

T = TypeVar("T")

POLL_SECONDS = 0.1
"""How often a waiting call looks whether it was cancelled."""


class _Outcome(Generic[T]):
    """What the worker thread brought, and whether anybody still wants it."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.lock = threading.Lock()
        self.abandoned = False
        self.values: list[T] = []
        self.error: BaseException | None = None


def call(function: Callable[[], T], context: TaskContext, timeout: float, discard: Callable[[T], None]) -> T:
    """Run `function` in a thread of its own and return what it returns or raise what it raises.

    Raises `Cancelled` within a fraction of a second when the task is cancelled, `TimeoutError` after `timeout`
    seconds; a value that comes later goes to `discard`, which must close it.
    """
    outcome: _Outcome[T] = _Outcome()
    threading.Thread(target=_work, args=(function, outcome, discard), daemon=True, name="nas-call").start()
    try:
        _wait(outcome.done, context, timeout)
    finally:
        with outcome.lock:
            outcome.abandoned = not outcome.done.is_set()
    if outcome.error is not None:
        raise outcome.error
    return outcome.values[0]


def _work(function: Callable[[], T], outcome: _Outcome[T], discard: Callable[[T], None]) -> None:
    try:
        outcome.values.append(function())
    except BaseException as error:  # noqa: BLE001 - carried over to the waiting thread, which raises it
        outcome.error = error
    with outcome.lock:
        outcome.done.set()
        if not outcome.abandoned:
            return
    for value in outcome.values:
        discard(value)


def _wait(event: threading.Event, context: TaskContext, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not event.wait(POLL_SECONDS):
        context.check()
        if time.monotonic() >= deadline:
            raise TimeoutError
