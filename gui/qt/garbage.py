"""Collects reference cycles in the GUI thread only: a widget that dies in a worker thread ends the program."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from gui.qt.application import running_application

_INTERVAL = 1000
"""Milliseconds between two looks."""
_LONG = 0.025
"""Seconds from which a look is felt."""


class GarbageCollector(QObject):
    """Python's own collector runs in whichever thread allocates next, also in workers. This one replaces it.

    The 50,000 entries of a large package would be looked at again and again, a tenth of a second each time. So what has
    outlived a long look is set aside, until the user turns to another program.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._has_aside = False
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self.look)
        running_application().applicationStateChanged.connect(self._on_state_changed)

    def start(self) -> None:
        """Take over. What exists now stays for good, so it need not be looked at again."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def look(self) -> None:
        """Collect the generations that are due, by Python's own thresholds."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > limits[generation]]
        if not due:
            return
        start = time.perf_counter()
        gc.collect(due[-1])
        if time.perf_counter() - start > _LONG:
            gc.freeze()
            self._has_aside = True

    @Slot(Qt.ApplicationState)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        """Nobody waits for a program in the background: look at everything, and set aside what is still needed."""
        if self._timer.isActive() and self._has_aside and state is not Qt.ApplicationState.ApplicationActive:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._has_aside = False
