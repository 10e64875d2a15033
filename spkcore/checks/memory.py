"""Remembers what was found out about single files, as long as their bytes stay the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

Result = TypeVar("Result")

_REMEMBERED = 40_000
"""Facts that are kept: enough for 500 scripts under every rule that reads scripts."""


class Memory:
    """Facts by key, the least used forgotten first; safe for several threads.

    A fact is valid while `subject` is the same object: an entry, or the tuple of all payload entries.
    """

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._rows: OrderedDict[Hashable, tuple[object, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, subject: object, make: Callable[[], Result]) -> Result:
        """The fact under `key` about `subject`; made, and remembered, where it is not known."""
        with self._lock:
            row = self._rows.get(key)
            if row is not None and row[0] is subject:
                self._rows.move_to_end(key)
                return cast("Result", row[1])
        made = make()
        with self._lock:
            self._rows[key] = (subject, made)
            self._rows.move_to_end(key)
            while len(self._rows) > self._size:
                self._rows.popitem(last=False)
        return made

    def keep(self, key: Hashable, value: Result) -> Result:
        """`value`, or the equal object that was kept under `key` before: then facts about it stay valid."""
        with self._lock:
            row = self._rows.get(key)
            if row is not None and row[1] == value:
                self._rows.move_to_end(key)
                return row[1]
            self._rows[key] = (None, value)
            return value


memory = Memory()
"""The one memory of this process: the editor, the build and the command line ask about the same files."""
