"""The list of tasks: what runs, how far it is, how long it takes, how it ended; cancel, log, and the result again."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QScrollArea, QStackedWidget, QWidget

from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_line, restyle, row
from gui.qt.i18n import tr
from gui.qt.progress import progress_text, seconds_text, show_progress
from gui.qt.rate import RateMeter, rate_text
from gui.qt.tasks import Task, TaskState
from gui.qt.theme import Theme
from gui.widgets.emptystate import EmptyState
from spkcore.base.tasks import Progress

_KEPT = 30
"""Rows; older ones that are over go away."""

_LOOKS = {
    TaskState.WAITING: ("recent", "text_faint"),
    TaskState.RUNNING: ("play", "accent"),
    TaskState.DONE: ("success", "success"),
    TaskState.FAILED: ("error", "danger"),
    TaskState.CANCELLED: ("stop", "text_faint"),
}


class TaskPanel(QStackedWidget):
    """The newest task on top. `has_logs`: the rows have a button for the log, where there is one to show."""

    log_wanted = Signal(object)
    """Task"""

    def __init__(
        self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None, *, has_logs: bool = True
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._has_logs = has_logs
        self.rows: list[TaskRow] = []
        page = QWidget()
        outer = column(page, spacing=0)
        self._lines = column(spacing=0)
        fill(outer, self._lines, None)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        self._empty = EmptyState(
            theme, "tasks", tr("No tasks yet"), tr("Opening, saving, building and captures appear here.")
        )
        self.addWidget(self._empty)
        self.addWidget(area)

    @Slot(object)
    def add(self, task: Task) -> None:
        """Show a task that was just started."""
        shown = TaskRow(task, self._theme, self._clock, has_log=self._has_logs)
        shown.log_wanted.connect(self.log_wanted)
        self.rows.insert(0, shown)
        self._lines.insertWidget(0, shown)
        self._forget_old()
        self.setCurrentIndex(1)

    def _forget_old(self) -> None:
        old = [shown for shown in self.rows[_KEPT:] if shown.task.state.is_over]
        for shown in old:
            self.rows.remove(shown)
            self._lines.removeWidget(shown)
            shown.deleteLater()


class TaskRow(QFrame):
    """One task."""

    log_wanted = Signal(object)

    def __init__(
        self, task: Task, theme: Theme, clock: Callable[[], float] = time.monotonic, *, has_log: bool = True
    ) -> None:
        super().__init__()
        self.task = task
        self._has_log = has_log
        self._theme = theme
        self._clock = clock
        self._began = clock()
        self._rate = RateMeter()
        self._counted: tuple[float, Progress] | None = None
        self._icon = QLabel()
        self._title = ElidedLabel(task.title, "strong")
        self._text = ElidedLabel("", "small")
        self._bar = QProgressBar()
        self._bar.setAccessibleName(task.title)
        self.cancel_button = make_button(tr("Cancel"), "flat")
        self.cancel_button.setAccessibleName(tr("Cancel {title}", title=task.title))
        self.cancel_button.clicked.connect(task.cancel)
        self.log_button = make_button(tr("Log"), "flat")
        self.log_button.setAccessibleName(tr("Log of {title}", title=task.title))
        self.log_button.clicked.connect(self._on_log_clicked)
        self._lay_out()
        task.progressed.connect(self._on_progressed)
        task.state_changed.connect(self._on_state_changed)
        task.logged.connect(self._on_logged)
        self._on_state_changed()

    @property
    def message(self) -> str:
        """What it says about the task."""
        return self._text.text()

    def _lay_out(self) -> None:
        texts = column(spacing=GRID // 2)
        fill(texts, self._title, self._bar, self._text)
        line = row(spacing=GRID + GRID // 2)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        fill(line, self._icon)
        line.addLayout(texts, 1)
        fill(line, self.log_button, self.cancel_button)
        outer = column(self, spacing=0)
        fill(outer, line, make_line())

    @Slot(object)
    def _on_progressed(self, _progress: object) -> None:
        if self.task.state.is_over:
            return
        progress = self.task.progress
        self._count(progress)
        show_progress(self._bar, progress)
        text = rate_text(self._rate) if progress.unit == "bytes" else self._time_left()
        self._text.setText(" · ".join(part for part in (progress_text(progress), text) if part))

    def _count(self, progress: Progress) -> None:
        """Time is measured from the first report of what is counted: a capture waits for long before anything moves."""
        before = self._counted[1] if self._counted is not None else None
        if before is None or (before.total, before.text) != (progress.total, progress.text):
            self._counted = self._clock(), progress
        if progress.unit == "bytes":
            self._rate.add(self._clock(), progress.done, progress.total)

    @Slot()
    def _on_state_changed(self) -> None:
        state = self.task.state
        self._icon.setPixmap(self._theme.icon(*_LOOKS[state]).pixmap(QSize(20, 20)))
        self._bar.setVisible(not state.is_over)
        self.cancel_button.setVisible(not state.is_over)
        self.log_button.setVisible(self._has_log and bool(self.task.log_lines))
        self._text.setText(self._state_text())
        restyle(self._text, "role", "error" if state is TaskState.FAILED else "small")
        if state is TaskState.RUNNING:
            self._began = self._clock()
            self._bar.setRange(0, 0)

    @Slot(str)
    def _on_logged(self, _line: str) -> None:
        self.log_button.setVisible(self._has_log)

    @Slot()
    def _on_log_clicked(self) -> None:
        self.log_wanted.emit(self.task)

    def _state_text(self) -> str:
        spent = seconds_text(self._clock() - self._began)
        texts = {
            TaskState.WAITING: tr("Waiting"),
            TaskState.RUNNING: tr("Running"),
            TaskState.DONE: tr("Done in {time}", time=spent),
            TaskState.FAILED: str(self.task.error or ""),
            TaskState.CANCELLED: tr("Cancelled"),
        }
        return texts[self.task.state]

    def _time_left(self) -> str:
        """Told once a second has shown how fast it goes, and only while there is more than a moment left."""
        if self._counted is None:
            return ""
        (began, first), now = self._counted, self.task.progress
        done, spent = now.done - first.done, self._clock() - began
        if not now.total or done <= 0 or spent < 1:
            return ""
        left = spent * (now.total - now.done) / done
        return "" if left < 1 else tr("{time} left", time=seconds_text(left))
