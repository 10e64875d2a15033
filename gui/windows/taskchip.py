"""What runs, at every page: a chip in the status bar while something does, and the list of tasks that it opens."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, ICON_AND_GAP, PushButton
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.windows.taskpanel import TaskPanel

_MILLISECONDS = 400
"""What is over sooner is not worth a chip that comes and goes."""
_WIDTH, _LOWEST, _HIGHEST = 64 * GRID, 20 * GRID, 44 * GRID


class TaskList(QFrame):
    """The list of tasks in a window of its own, that a click elsewhere or Esc closes. It knows all tasks of the
    program: what ended meanwhile and how is there, too."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Tasks"))
        self.panel = TaskPanel(context.theme, context.clock, has_logs=False)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2, 2, 2, 2)
        lines.addWidget(self.panel)
        context.tasks.task_started.connect(self.panel.add)

    def open_at(self, anchor: QWidget) -> None:
        """Show it above `anchor`, at its right end."""
        screen = anchor.screen().availableGeometry()
        rows = sum(row.sizeHint().height() for row in self.panel.rows) + GRID
        height = max(min(rows, _HIGHEST), _LOWEST if self.panel.rows else self.panel.sizeHint().height())
        self.resize(min(_WIDTH, screen.width()), min(height, screen.height()))
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), -self.height() - GRID // 2))
        left = max(min(corner.x(), screen.right() - self.width()), screen.left())
        self.move(left, max(corner.y(), screen.top()))
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        running = [row.cancel_button for row in self.panel.rows if not row.task.state.is_over]
        (running[0] if running else self).setFocus()


class TaskChip(PushButton):
    """Says how many tasks run and how far the newest is. Hidden while nothing runs."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._tasks = context.tasks
        self._bar = parent
        self._newest: Task | None = None
        self.setProperty("look", "chip")
        self.setAutoDefault(False)
        self.setIcon(context.theme.icon("tasks"))
        self.setIconSize(ICON_AND_GAP)
        self.list = TaskList(context, parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_MILLISECONDS)
        self._timer.timeout.connect(self._show_state)
        self._tasks.busy_changed.connect(self._on_busy_changed)
        self.clicked.connect(self.open_list)
        self.hide()

    @property
    def is_waiting(self) -> bool:
        """Whether it will show itself in a moment, if something runs then."""
        return self._timer.isActive()

    @Slot()
    def open_list(self) -> None:
        """Show the tasks: what runs, with a button that cancels it, and what ran."""
        self.list.open_at(self if self.isVisible() else self._bar)

    @Slot()
    def _on_busy_changed(self) -> None:
        if self.isVisible() or not self._tasks.running():
            self._timer.stop()
            self._show_state()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show_state(self) -> None:
        running = self._tasks.running()
        self._follow(running[-1] if running else None)
        self._say(running)
        self.setVisible(bool(running))

    @Slot()
    def _on_progressed(self) -> None:
        self._say(self._tasks.running())

    def _follow(self, task: Task | None) -> None:
        if task is self._newest:
            return
        if self._newest is not None:
            self._newest.progressed.disconnect(self._on_progressed)
        if task is not None:
            task.progressed.connect(self._on_progressed)
        self._newest = task

    def _say(self, running: list[Task]) -> None:
        fraction = self._newest.progress.fraction if self._newest is not None else None
        count = tr("{n} task runs", "{n} tasks run", n=len(running))
        text = count if fraction is None else tr("{tasks} · {n} %", tasks=count, n=int(fraction * 100))
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(text)
        titles = "\n".join(task.title for task in running)
        self.setToolTip(tr("Show and cancel what runs: {titles}", titles=f"\n{titles}"))
