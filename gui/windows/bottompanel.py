"""The panel below the editor: Problems, Tasks, Log."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTabWidget, QToolButton, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, make_tool, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.windows.problempanel import ProblemPanel
from gui.windows.taskpanel import TaskPanel

_LOG_LINES = 5000
_NO_LIMIT = (1 << 24) - 1
"""Qt's own largest height, QWIDGETSIZE_MAX."""


class BottomPanel(QTabWidget):
    """Three tabs. Collapsed it is a line of their names; a click on one opens it."""

    open_wanted = Signal(bool)
    """The user wants it opened, or collapsed."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        self._is_ready = False
        super().__init__(parent)
        theme = context.theme
        self._theme = theme
        self._is_open = True
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
        self.toggle_button = self._add_toggle()
        self._is_ready = True
        self.tabBarClicked.connect(self._on_tab_clicked)
        context.tasks.task_started.connect(self._on_task_started)
        self.tasks.log_wanted.connect(self._on_log_wanted)

    @property
    def is_open(self) -> bool:
        """Whether more than the names of the tabs is shown."""
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        """Open it, or collapse it to the names of its tabs."""
        self._is_open = is_open
        pages = self.findChild(QStackedWidget)
        if pages is not None:
            pages.setVisible(is_open)  # hidden, so that the focus does not wander into what nobody sees
        self._fit_height()
        self.toggle_button.setIcon(self._theme.icon("chevron-down" if is_open else "chevron-up"))
        text = tr("Collapse this panel") if is_open else tr("Open this panel")
        self.toggle_button.setToolTip(text)
        self.toggle_button.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and self._is_ready:
            self._fit_height()

    def _fit_height(self) -> None:
        """Collapsed it is as high as the names of its tabs are in letters of any size."""
        self.setMinimumHeight(28 * GRID if self._is_open else self.tabBar().sizeHint().height())
        self.setMaximumHeight(_NO_LIMIT if self._is_open else self.minimumHeight())

    def show_problems_tab(self, count: int) -> None:
        """Tell the number of problems on the tab."""
        text = tr("Problems ({count})", count=count) if count else tr("Problems")
        self.setTabText(self.indexOf(self.problems), text)

    def drop(self, page: QWidget) -> None:
        """Take a tab away for good; Problems comes to the front in its place."""
        was_shown = self.currentWidget() is page
        self.removeTab(self.indexOf(page))
        if was_shown:
            self.setCurrentWidget(self.problems)
        page.deleteLater()

    def _add_toggle(self) -> QToolButton:
        corner = QWidget()
        button = make_tool(self._theme.icon("chevron-down"), tr("Collapse this panel"))
        button.clicked.connect(self._on_toggle_clicked)
        line = row(corner)
        line.setContentsMargins(0, 0, GRID, 0)
        line.addWidget(button)
        self.setCornerWidget(corner)
        return button

    @Slot()
    def _on_toggle_clicked(self) -> None:
        self.open_wanted.emit(not self._is_open)

    @Slot(int)
    def _on_tab_clicked(self, index: int) -> None:
        if index >= 0 and not self._is_open:
            self.open_wanted.emit(True)  # noqa: FBT003 - the value of a signal

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
