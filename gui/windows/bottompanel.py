"""The panel below the editor: Problems, Tasks, Log."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTabWidget, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, make_tool, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.windows.problempanel import ProblemPanel
from gui.windows.taskpanel import TaskPanel

_LOG_LINES = 5000


class BottomPanel(QTabWidget):
    """Three tabs and a button that hides them."""

    hide_clicked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self.problems = ProblemPanel(theme)
        self.tasks = TaskPanel(theme, context.clock)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setProperty("role", "code")
        self.log.setFont(theme.fixed_font())
        self.log.setMaximumBlockCount(_LOG_LINES)
        self.log.setAccessibleName(tr("Log"))
        self.log.setPlaceholderText(tr("What tasks report line by line appears here."))
        self.setIconSize(QSize(2 * GRID, 2 * GRID))
        self.setDocumentMode(True)
        self.setAccessibleName(tr("Problems, tasks and log"))
        self.addTab(self.problems, theme.icon("warning"), tr("Problems"))
        self.addTab(self.tasks, theme.icon("tasks"), tr("Tasks"))
        self.addTab(self.log, theme.icon("log"), tr("Log"))
        self._add_hide_button(context)
        context.tasks.task_started.connect(self._on_task_started)
        self.tasks.log_wanted.connect(self._on_log_wanted)

    def show_problems_tab(self, count: int) -> None:
        """Tell the number of problems on the tab."""
        text = tr("Problems ({count})", count=count) if count else tr("Problems")
        self.setTabText(self.indexOf(self.problems), text)

    def _add_hide_button(self, context: AppContext) -> None:
        corner = QWidget()
        button = make_tool(context.theme.icon("chevron-down"), tr("Hide this panel"))
        button.clicked.connect(self.hide_clicked)
        line = row(corner)
        line.setContentsMargins(0, 0, GRID, 0)
        line.addWidget(button)
        self.setCornerWidget(corner)

    @Slot(object)
    def _on_task_started(self, task: Task) -> None:
        self.tasks.add(task)
        task.logged.connect(self.log.appendPlainText)
        task.failed.connect(self._on_task_failed)

    @Slot(object)
    def _on_task_failed(self, error: object) -> None:
        self.log.appendPlainText(str(error))

    @Slot(object)
    def _on_log_wanted(self, task: Task) -> None:
        self.setCurrentWidget(self.log)
        cursor = self.log.document().find(task.log_lines[0]) if task.log_lines else QTextCursor()
        if not cursor.isNull():
            self.log.setTextCursor(cursor)
