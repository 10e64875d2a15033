"""The capture workspace: choose a NAS, catch a package while Package Center installs it, open it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.nas.asking import Request
from gui.nas.capturestate import Stage
from gui.nas.caughtfiles import RowChange
from gui.nas.connect import ConnectDialog
from gui.nas.controller import CaptureController
from gui.nas.engine import NasEngine, RealEngine
from gui.nas.filestable import CaughtFilesModel
from gui.nas.livepanel import LivePanel
from gui.nas.pages import QuestionDialog
from gui.nas.resultpanel import ResultPanel, make_scroll_area
from gui.nas.setuppanel import SetupPanel
from gui.nas.stepper import Stepper
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.services.shell import show_in_folder

_MOST_LOG_LINES = 5000


class CaptureWorkspace(QWidget):
    """One page per stage below a row of steps; the session log folds out at the bottom."""

    package_ready = Signal(object)
    """Path of a captured package that should be opened in the editor."""

    def __init__(self, context: AppContext, parent: QWidget | None = None, engine: NasEngine | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.controller = CaptureController(context, engine or RealEngine(context.home), self)
        self._model = CaughtFilesModel(context.theme, self)
        self._dialog: ConnectDialog | None = None
        self.stepper = Stepper(context.theme, self.controller.state.step_titles)
        self.setup_panel = SetupPanel(context.theme)
        self.live_panel = LivePanel(context.theme, self._model)
        self.result_panel = ResultPanel(context.theme)
        self._pages = QStackedWidget()
        self._setup_page = make_scroll_area(self.setup_panel)
        for page in (self._setup_page, self.live_panel, self.result_panel):
            self._pages.addWidget(page)
        self.log = self._make_log()
        self._log_button = self._make_log_button()
        self._lay_out()
        self._connect_signals()
        self._on_stage_changed()

    @property
    def is_capturing(self) -> bool:
        """Whether a capture runs; closing the window asks then."""
        return self.controller.is_capturing

    @Slot()
    def choose_nas(self) -> None:
        """Open the connect dialog, unless a NAS is connected already."""
        if self._dialog is not None or self.controller.connection is not None:
            return
        dialog = ConnectDialog(self._context, self.controller.engine, self.controller.questions, self.window())
        dialog.connected.connect(self.controller.take_connection)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def start_demo(self) -> None:
        """Connect to the demo NAS, unless something runs already."""
        if self.controller.connection is None and not self.controller.is_capturing:
            self.controller.connect_demo()

    def shut_down(self) -> None:
        """The program ends: hang up. Call it when no task runs any more: a capture cleans the NAS at its end."""
        self.controller.shut_down()

    def _make_log(self) -> QPlainTextEdit:
        log = QPlainTextEdit()
        log.setReadOnly(True)
        log.setFont(self._context.theme.fixed_font())
        log.setMaximumBlockCount(_MOST_LOG_LINES)
        log.setAccessibleName(tr("Session log"))
        log.setFixedHeight(20 * GRID)
        log.hide()
        return log

    def _make_log_button(self) -> QPushButton:
        button = make_button(tr("Session &log"), "flat", self._context.theme.icon("log"))
        button.setCheckable(True)
        button.setToolTip(tr("What this program does on the NAS, line by line. Passwords are never in it."))
        return button

    def _lay_out(self) -> None:
        lines = column(self, margin=3 * GRID, spacing=2 * GRID)
        self._place = make_label("", "muted")
        heading = row()
        fill(heading, make_label(tr("Capture a package from a NAS"), "heading"), None, self._place)
        fill(lines, heading, self.stepper)
        lines.addWidget(self._pages, 1)
        foot = row()
        fill(foot, self._log_button, None)
        fill(lines, foot, self.log)

    def _connect_signals(self) -> None:
        controller, setup, live, result = self.controller, self.setup_panel, self.live_panel, self.result_panel
        controller.stage_changed.connect(self._on_stage_changed)
        controller.refreshed.connect(self._on_refreshed)
        controller.logged.connect(self.log.appendPlainText)
        controller.package_ready.connect(self.package_ready)
        controller.questions.asked.connect(self._on_asked)
        setup.connect_clicked.connect(self.choose_nas)
        setup.demo_clicked.connect(self.start_demo)
        setup.disconnect_clicked.connect(controller.hang_up)
        setup.folder_clicked.connect(self._on_folder_clicked)
        setup.start_clicked.connect(controller.start)
        setup.take_clicked.connect(controller.take_orphans)
        setup.remove_clicked.connect(controller.remove_orphans)
        live.stop_clicked.connect(controller.stop)
        live.cancel_clicked.connect(controller.cancel)
        result.again_clicked.connect(controller.reset)
        result.open_clicked.connect(self.package_ready)
        result.show_clicked.connect(self._on_show_clicked)
        result.copied.connect(self._on_copied)
        self._log_button.toggled.connect(self.log.setVisible)

    @Slot()
    def _on_stage_changed(self) -> None:
        state = self.controller.state
        place = state.place if state.connected else ""
        controller = self.controller
        title = state.nas_title
        self.setup_panel.show_connection(place, title, demo=state.is_demo, busy=controller.is_connecting)
        self.setup_panel.show_orphans(controller.look.orphans if controller.look is not None else ())
        self.setup_panel.show_folder(controller.folder)
        self._place.setText(place)
        self._model.show_files(state.files)
        self._show_page(state.stage)
        self._on_refreshed([])

    def _show_page(self, stage: Stage) -> None:
        if stage is Stage.SETUP:
            self._pages.setCurrentWidget(self._setup_page)
            self.setup_panel.focus_next()
        elif stage in {Stage.RUNNING, Stage.STOPPING}:
            self._pages.setCurrentWidget(self.live_panel)
            self.live_panel.stop_button.setFocus()
        else:
            self.result_panel.show_state(self.controller.state)
            self._pages.setCurrentWidget(self.result_panel)

    @Slot(object)
    def _on_refreshed(self, changes: list[RowChange]) -> None:
        state = self.controller.state
        self._model.show_changes(changes)
        self.stepper.set_states(state.step_states)
        if state.stage in {Stage.RUNNING, Stage.STOPPING}:
            self.live_panel.refresh(state)

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None

    @Slot(object)
    def _on_asked(self, request: Request) -> None:
        if self._dialog is None:
            dialog = QuestionDialog(request, self._context.theme, self.window())
            self.controller.questions.withdrawn.connect(dialog.on_withdrawn)
            dialog.open()

    @Slot()
    def _on_folder_clicked(self) -> None:
        title = tr("Folder for captured packages")
        self._context.notifier.choose_folder(title, self.controller.folder, self._on_folder_chosen)

    def _on_folder_chosen(self, folder: Path) -> None:
        self.controller.set_folder(folder)

    @Slot(object)
    def _on_show_clicked(self, path: Path) -> None:
        show_in_folder(path)

    @Slot(str)
    def _on_copied(self, url: str) -> None:
        self._context.notifier.inform(tr("Download address copied"), url)
