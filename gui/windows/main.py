"""The main window: composes pages, menus and toolbar, follows the open package, and sees that closing loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter, QStackedWidget, QToolBar, QWidget

from gui.app.context import AppContext
from gui.dialogs.recovery import recovery_question
from gui.qt.forms import GRID, ElidedLabel
from gui.qt.i18n import tr
from gui.qt.state import encode, restore_splitter, restore_window
from gui.qt.tasks import Task
from gui.services.notifier import Choice, Question
from gui.services.saving import SAVE_LANE
from gui.services.settings import GEOMETRY, PANEL, PANEL_OPEN, SIDES
from gui.services.validation import Validation
from gui.services.workbench import OpenDocument, Workbench
from gui.widgets.verdictstrip import VerdictChip
from gui.windows.actionbutton import ActionButton
from gui.windows.actions import SEPARATOR, menus
from gui.windows.bottompanel import BottomPanel
from gui.windows.dropzone import DropTarget
from gui.windows.loading import LoadingPage
from gui.windows.packagepage import EditorFactory, PackagePage
from gui.windows.palette import Palette
from gui.windows.problemdesk import ProblemDesk
from gui.windows.taskchip import TaskChip
from gui.windows.toast import Toast
from gui.windows.welcome import WelcomePage
from spkcore.package.journal import Recovery

if TYPE_CHECKING:
    from gui.nas.workspace import CaptureWorkspace

NAME = "SPK Creator"
_PANEL_HEIGHT = 38 * GRID


class MainWindow(QMainWindow):
    """One window, one package."""

    closed = Signal()
    close_refused = Signal()
    """It was to be closed and stays open."""

    def __init__(self, context: AppContext, workbench: Workbench, editors: EditorFactory) -> None:
        super().__init__()
        self.context = context
        self.workbench = workbench
        self._editors = editors
        self._may_close = False
        self._panel_height = _PANEL_HEIGHT
        self._recovery: Recovery | None = None
        self.package_page: PackagePage | None = None
        self.workspace: CaptureWorkspace | None = None
        self.setMinimumSize(100 * GRID, 64 * GRID)
        self.pages = QStackedWidget()
        self.welcome = WelcomePage(context)
        self.loading = LoadingPage()
        self.loading.cancel_clicked.connect(workbench.opener.cancel)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.loading)
        self.panel = BottomPanel(context)
        self.rows = QSplitter(Qt.Orientation.Vertical)
        self.rows.addWidget(self.pages)
        self.rows.addWidget(self.panel)
        self.setCentralWidget(self.rows)
        self._set_up_rows()
        self._fill_menus()
        self._fill_toolbar()
        self._fill_status_bar()
        self.palette_box = Palette(context.theme, self)
        self.toast = Toast(self)
        self.desk = ProblemDesk(self.panel, self.verdict, self.toast, context, self)
        self.drops = DropTarget(self)
        self._connect()
        self._restore()
        self.show_welcome()

    # --- what is shown --------------------------------------------------------------------------------------------

    def show_welcome(self) -> None:
        """Show the welcome page."""
        self.pages.setCurrentWidget(self.welcome)
        self.panel.setVisible(False)
        self._show_title()

    def show_package(self) -> None:
        """Show the open package, or the welcome page when there is none."""
        if self.package_page is None:
            self.show_welcome()
            return
        self.pages.setCurrentWidget(self.package_page)
        self.panel.setVisible(True)
        self._fit_collapsed_panel()
        self._show_title()

    def show_workspace(self, workspace: CaptureWorkspace) -> None:
        """Show a page of its own, like the capture workspace; it stays alive until the window goes."""
        if self.workspace is not workspace:
            self.workspace = workspace
            self.pages.addWidget(workspace)
        self.pages.setCurrentWidget(workspace)
        self.panel.setVisible(False)

    def shut_down_workspace(self) -> None:
        """Hang up. Call it when no task runs any more: a capture cleans the NAS at its end."""
        if self.workspace is not None:
            self.workspace.shut_down()

    @Slot(bool)
    def set_panel_open(self, is_open: bool) -> None:
        """Open the panel below or collapse it to its tabs, and remember it."""
        self.context.settings.put(PANEL_OPEN, is_open)
        self.open_panel(is_open)

    def open_panel(self, is_open: bool = True) -> None:
        """Open or collapse the panel below for now; what the user chose stays remembered."""
        if self.panel.is_open:
            self._panel_height = self.panel.height()
        self.panel.set_open(is_open)
        if is_open:
            height = max(self._panel_height, self.panel.minimumHeight())
            self.rows.setSizes([max(self.rows.height() - height, 1), height])
        else:
            self._fit_collapsed_panel()

    @Slot()
    def show_problems(self) -> None:
        """Open the panel below at the list of problems."""
        self.open_panel()
        self.panel.setCurrentWidget(self.panel.problems)

    def _fit_collapsed_panel(self) -> None:
        """A splitter keeps the room that a panel had before its height was limited."""
        if not self.panel.is_open:
            self.rows.setSizes([self.rows.height(), self.panel.minimumHeight()])

    def focus_next_pane(self) -> None:
        """Move the focus from the tree to the editor to the panel below."""
        page = self.package_page
        if page is None:
            return
        panes = [page.sidebar.tree, page.editor, self.panel.currentWidget()]
        shown = [pane for pane in panes if pane is not None and pane.isVisible()]
        focused = self.focusWidget()
        current = next((at for at, pane in enumerate(shown) if _holds(pane, focused)), -1)
        _focus(shown[(current + 1) % len(shown)])

    @property
    def status_text(self) -> str:
        """What the left end of the status bar says."""
        return self._left.text()

    # --- composition ----------------------------------------------------------------------------------------------

    def _set_up_rows(self) -> None:
        self.rows.setStretchFactor(0, 1)
        self.rows.setChildrenCollapsible(False)
        self.rows.setSizes([80 * GRID, _PANEL_HEIGHT])

    def _fill_menus(self) -> None:
        for title, ids in menus():
            menu = self.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            for command_id in ids:
                if command_id == SEPARATOR:
                    menu.addSeparator()
                else:
                    menu.addAction(self.context.commands.action(command_id))

    def _fill_toolbar(self) -> None:
        bar = QToolBar(tr("Toolbar"))
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        action = self.context.commands.action
        for command_id in ("file.new", "file.open_folder", "file.save", SEPARATOR, "edit.undo", "edit.redo"):
            if command_id == SEPARATOR:
                bar.addSeparator()
            else:
                bar.addAction(action(command_id))
        spacer = QWidget()
        spacer.setSizePolicy(spacer.sizePolicy().Policy.Expanding, spacer.sizePolicy().Policy.Preferred)
        bar.addWidget(spacer)
        for command_id, look in (("go.commands", ""), ("nas.capture", ""), ("package.build", "primary")):
            bar.addWidget(self._tool(command_id, look))
        self.addToolBar(bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _tool(self, command_id: str, look: str) -> ActionButton:
        command = self.context.commands.command(command_id)
        icon = self.context.theme.icon(command.icon, "accent_text" if look else "icon")
        return ActionButton(self.context.commands.action(command_id), command.plain_text, icon, look)

    def _fill_status_bar(self) -> None:
        self._left = ElidedLabel()
        self._right = QLabel()
        self.verdict = VerdictChip(self.context.theme)
        self.verdict.hide()
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(GRID + 2, 0, GRID, 0)  # the text starts where that of the parts does
        self.task_chip = TaskChip(self.context, bar)
        bar.addWidget(self._left, 1)
        bar.addPermanentWidget(self.task_chip)
        bar.addPermanentWidget(self.verdict)
        bar.addPermanentWidget(self._right)

    def _connect(self) -> None:
        bench = self.workbench
        bench.opener.started.connect(self._on_opening)
        bench.opener.refused.connect(self._on_opening_ended)
        bench.opener.cancelled.connect(self._on_opening_ended)
        bench.opened.connect(self._on_opened)
        bench.closing.connect(self._on_package_closing)
        bench.close_refused.connect(self.close_refused)
        bench.recovery_offered.connect(self._on_recovery_offered)
        bench.open_elsewhere.connect(self._on_open_elsewhere)
        bench.remarked.connect(self._on_remarked)
        self.drops.dropped.connect(bench.open)
        self.drops.refused.connect(self._on_drop_refused)
        self.welcome.recent_chosen.connect(bench.open)
        self.panel.open_wanted.connect(self.set_panel_open)
        self.desk.changed.connect(self._show_status)
        self.desk.panel_wanted.connect(self.show_problems)
        self.context.tasks.busy_changed.connect(self._show_status)

    def _restore(self) -> None:
        settings = self.context.settings
        if not restore_window(self, settings.get(GEOMETRY)):
            screen = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(QSize(160 * GRID, 100 * GRID).boundedTo(screen * 0.9))
        restore_splitter(self.rows, settings.get(PANEL))
        self.panel.set_open(settings.get(PANEL_OPEN))

    def _remember(self) -> None:
        settings = self.context.settings
        settings.put(GEOMETRY, encode(self.saveGeometry()))
        settings.put(PANEL, encode(self.rows.saveState()))
        if self.package_page is not None:
            settings.put(SIDES, encode(self.package_page.splitter.saveState()))

    # --- the open package -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_opening(self, task: Task) -> None:
        self.loading.follow(task)
        self.pages.setCurrentWidget(self.loading)
        self.panel.setVisible(False)

    @Slot()
    def _on_opening_ended(self) -> None:
        if not self.workbench.opener.is_busy:  # else the package of before comes back
            self.show_package()

    @Slot(object)
    def _on_opened(self, current: OpenDocument) -> None:
        page = PackagePage(current, self.context, self._editors)
        restore_splitter(page.splitter, self.context.settings.get(SIDES))
        self.package_page = page
        self.pages.addWidget(page)
        page.status_changed.connect(self._right.setText)
        page.add_wanted.connect(self.context.commands.action("package.add_part").trigger)
        page.unpack_wanted.connect(self.workbench.unpack_payload)
        current.document.dirty_changed.connect(self._on_dirty_changed)
        current.document.changed.connect(self._on_document_changed)
        current.document.moved.connect(self._show_title)
        current.watching.changed_outside.connect(self._on_changed_outside)
        current.watching.lost.connect(self._on_folder_lost)
        self.desk.attach(current, page)
        self.show_package()

    @Slot()
    def _on_package_closing(self) -> None:
        page, self.package_page = self.package_page, None
        if page is not None:
            self.context.settings.put(SIDES, encode(page.splitter.saveState()))
            self.pages.removeWidget(page)
            page.deleteLater()
        self.desk.detach()
        self._right.clear()
        self.setWindowModified(False)
        self.show_welcome()

    @Slot(bool)
    def _on_dirty_changed(self, dirty: bool) -> None:
        self.setWindowModified(dirty)

    @Slot(object)
    def _on_document_changed(self, paths: frozenset[str]) -> None:
        if "INFO" in paths:
            self._show_title()

    @Slot(object)
    def _on_changed_outside(self, paths: frozenset[str]) -> None:
        if self.package_page is not None:
            self._outside = paths
            names = ", ".join(sorted(paths)[:3]) + (" …" if len(paths) > 3 else "")
            text = tr("Another program changed {names}.", names=names)
            actions = ((tr("Reload"), self._reload_outside), (tr("Keep mine"), self._keep_mine))
            self.package_page.banner.show_message("warning", text, actions)

    @Slot()
    def _on_folder_lost(self) -> None:
        if self.package_page is not None and self.workbench.document is not None:
            text = tr("The package folder {path} is gone or cannot be read.", path=self.workbench.document.folder)
            self.package_page.banner.show_message("danger", text, ((tr("Save as…"), self.workbench.save_as),))

    def _reload_outside(self) -> None:
        if self.workbench.current is not None:
            self.workbench.current.watching.reload(self._outside)

    def _keep_mine(self) -> None:
        if self.workbench.current is not None:
            self.workbench.current.watching.keep(self._outside)

    @Slot(object)
    def _on_recovery_offered(self, recovery: Recovery) -> None:
        self._recovery = recovery
        self.context.notifier.ask(recovery_question(self.workbench.title(), recovery), self._recovery_answered)

    def _recovery_answered(self, answer: str) -> None:
        recovery, self._recovery = self._recovery, None
        if answer == "recover" and recovery is not None:
            self.workbench.recover(recovery)
        elif answer == "forget":
            self.workbench.refuse_recovery()
        else:
            self.workbench.postpone_recovery()

    @Slot()
    def _on_open_elsewhere(self) -> None:
        if self.package_page is not None:
            text = tr("This package is open in another window, too. Saving here overwrites what is saved there.")
            self.package_page.banner.show_message("warning", text)

    @Slot(str)
    def _on_remarked(self, text: str) -> None:
        if self.package_page is not None:
            self.package_page.banner.show_message("info", text)

    @Slot(str)
    def _on_drop_refused(self, reason: str) -> None:
        self.context.notifier.inform(reason)

    # --- title and status -----------------------------------------------------------------------------------------

    @Slot()
    def _show_title(self) -> None:
        title = self.workbench.title()
        self.setWindowTitle(f"{title}[*] – {NAME}" if title else NAME)
        self._show_status()

    @Slot()
    def _show_status(self) -> None:
        running = self.context.tasks.running()
        if running:
            self._left.setText(tr("{title} …", title=running[-1].title))
            return
        current = self.workbench.current
        if current is None:
            self._left.setText(tr("Ready"))
            return
        problems = _count_text(current.validation)
        place = tr("not saved to a folder yet") if current.document.is_scratch else str(current.document.folder)
        self._left.setText(f"{problems}   ·   {place}")

    # --- closing --------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            self._remember()
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        self._ask_about_tasks(self._close_package)

    def _close_package(self) -> None:
        self.workbench.close(self._close_now)

    def _close_now(self) -> None:
        self._may_close = True
        # Not from inside the event that asked: the answer may have come at once.
        QTimer.singleShot(0, self.close)

    def _ask_about_tasks(self, then: Callable[[], object]) -> None:
        # A save that is on its way is waited for without a question.
        running = [task.title for task in self.context.tasks.running() if not task.lane.startswith(SAVE_LANE)]
        if self.workspace is not None and self.workspace.is_capturing:
            running.append(tr("Capture from a NAS"))
        if not running:
            then()
            return
        self._after_tasks = then
        titles = "\n".join(running[:5])
        choices = (
            Choice("wait", tr("&Keep the window open"), "primary"),
            Choice("stop", tr("&Stop them and close"), "danger"),
        )
        question = Question(tr("Something is still running"), titles, choices, cancel="wait")
        self.context.notifier.ask(question, self._tasks_answered)

    def _tasks_answered(self, answer: str) -> None:
        if answer == "stop":
            self.context.tasks.cancel_all()
            self._after_tasks()
        else:
            self.close_refused.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        document = self.workbench.document if hasattr(self, "workbench") else None
        if event.type() == QEvent.Type.ActivationChange and document is not None:
            document.break_merging()

    def open_path(self, path: Path) -> None:
        """Open a package; for the command line."""
        self.workbench.open(path)


def _count_text(validation: Validation) -> str:
    """How many problems there are; nothing is said to be clean before it was looked at."""
    if not validation.has_result:
        return tr("Looking for problems…")
    count = len(validation.problems)
    return tr("{n} problem", "{n} problems", n=count) if count else tr("No problems found")


def _holds(pane: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (pane is focused or pane.isAncestorOf(focused))


def _focus(pane: QWidget) -> None:
    """Focus the pane, or the first thing in it that takes the focus."""
    candidates = [pane, *pane.findChildren(QWidget)]
    takers = (item for item in candidates if item.isVisible() and item.focusPolicy() & Qt.FocusPolicy.TabFocus)
    target = next(takers, pane)
    target.setFocus(Qt.FocusReason.TabFocusReason)
