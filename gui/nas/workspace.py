"""The capture workspace: choose a NAS, catch a package while Package Center installs it, open it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.nas.asking import Request
from gui.nas.capturestate import Stage
from gui.nas.caughtfiles import RowChange
from gui.nas.connect import ConnectDialog
from gui.nas.controller import CaptureController
from gui.nas.downloads import Downloads
from gui.nas.engine import Connection, NasEngine, NasLook, RealEngine
from gui.nas.filestable import CaughtFilesModel
from gui.nas.found import Earlier
from gui.nas.jobs import Looking
from gui.nas.livepanel import LivePanel
from gui.nas.logpane import LogPane
from gui.nas.offersdialog import OffersDialog
from gui.nas.pages import QuestionDialog
from gui.nas.plan import CAPTURE_AT_ONCE, CapturePlan
from gui.nas.profiles import Profiles
from gui.nas.resultpanel import ResultPanel, make_scroll_area
from gui.nas.setuppanel import SetupPanel
from gui.nas.stepper import Stepper
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.services.notifier import Choice, Question
from gui.services.shell import show_in_folder
from spkcore.base.errors import SpkError
from spkcore.nas.catalogue import NasDownloadFailedError
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.sessionlog import drop_credentials


class CaptureWorkspace(QWidget):
    """One page per stage below a row of steps; the session log folds out at the bottom."""

    package_ready = Signal(object)
    """Path of a captured package that should be opened in the editor."""
    addresses_wanted = Signal(object)
    """tuple[PackageUrl, ...]: show the window of package addresses with these."""

    def __init__(self, context: AppContext, parent: QWidget | None = None, engine: NasEngine | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.controller = CaptureController(context, engine or RealEngine(context.home), self)
        self._model = CaughtFilesModel(context.theme, self)
        self._dialog: ConnectDialog | None = None
        self._offered: PackageUrl | None = None
        self._refused: CapturePlan | None = None
        self._leaving: Earlier | None = None
        self._refused_login = ""
        self._situation: tuple[Stage, str, bool] | None = None
        self.downloads = Downloads(context, self)
        self.downloads.failed.connect(self._on_download_failed)
        self._offers: OffersDialog | None = None
        self.stepper = Stepper(context.theme, self.controller.state.step_titles)
        self.setup_panel = SetupPanel(context.theme, context.settings)
        self.live_panel = LivePanel(context.theme, self._model)
        self.result_panel = ResultPanel(context.theme)
        self._pages = QStackedWidget()
        self._setup_page = make_scroll_area(self.setup_panel)
        for page in (self._setup_page, self.live_panel, self.result_panel):
            self._pages.addWidget(page)
        self.log = LogPane(context)
        self.log.hide()
        self.log_button = self._make_log_button()
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
        self._open_connect_dialog()

    def capture_now(self) -> None:
        """One click: connect to the NAS used last and start. Nothing happens where none is known or something runs, nor
        where a result waits to be seen: call it before the page is shown."""
        controller = self.controller
        waits = controller.state.stage is not Stage.SETUP and not self.isVisible()
        wanted = self._context.settings.get(CAPTURE_AT_ONCE) and not waits
        if not wanted or controller.is_capturing or controller.is_connecting:
            return
        controller.drop_dead_connection()
        controller.reset()
        if controller.connection is not None:
            controller.start_when_ready()
        elif Profiles(self._context.settings).all():
            dialog = self._open_connect_dialog()
            if dialog is not None:
                dialog.connected.connect(controller.start_when_ready)
                if dialog.form.entered().profile.title != self._refused_login:
                    dialog.connect_at_once()

    def _open_connect_dialog(self) -> ConnectDialog | None:
        if self._dialog is not None or self.controller.connection is not None:
            return None
        dialog = ConnectDialog(self._context, self.controller.engine, self.controller.questions, self.window())
        dialog.connected.connect(self._on_connected)
        dialog.refused.connect(self._on_refused)
        dialog.logged.connect(self.log.add)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()
        return dialog

    @Slot()
    def start_demo(self) -> None:
        """Connect to the demo NAS, unless something runs already."""
        if self.controller.connection is None and not self.controller.is_capturing:
            self.controller.connect_demo()

    def shut_down(self) -> None:
        """The program ends: hang up. Call it when no task runs any more: a capture cleans the NAS at its end."""
        self.controller.shut_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._situation = None
            self._on_stage_changed()

    def _make_log_button(self) -> QPushButton:
        button = make_button(tr("Session &log"), "flat", self._context.theme.icon("log"))
        button.setCheckable(True)
        button.setToolTip(tr("What this program does on the NAS"))
        return button

    def _lay_out(self) -> None:
        lines = column(self, margin=3 * GRID, spacing=2 * GRID)
        self._place = make_label("", "muted")
        heading = row()
        title = make_label(tr("Capture a package from a NAS"), "heading")
        fill(heading, title, None, self._place, self.log_button)
        fill(lines, heading, self.stepper)
        lines.addWidget(self._pages, 2)
        lines.addWidget(self.log, 1)
        # It stands above the page, but comes behind it: what is captured matters more.
        QWidget.setTabOrder(self.log, self.log_button)

    def _connect_signals(self) -> None:
        controller, setup, live, result = self.controller, self.setup_panel, self.live_panel, self.result_panel
        controller.stage_changed.connect(self._on_stage_changed)
        controller.refreshed.connect(self._on_refreshed)
        controller.logged.connect(self.log.add)
        controller.refused.connect(self._on_refused)
        controller.package_ready.connect(self.package_ready)
        controller.questions.asked.connect(self._on_asked)
        setup.connect_clicked.connect(self.choose_nas)
        setup.demo_clicked.connect(self.start_demo)
        setup.disconnect_clicked.connect(controller.hang_up)
        setup.folder_clicked.connect(self._on_folder_clicked)
        setup.start_clicked.connect(controller.start)
        setup.list_clicked.connect(self.show_offers)
        setup.options.button.toggled.connect(self._on_options_toggled)
        setup.addresses_clicked.connect(controller.read_addresses)
        controller.addresses_found.connect(self.addresses_wanted)
        setup.found.resume_clicked.connect(controller.resume)
        setup.found.fetch_clicked.connect(controller.take_orphans)
        setup.found.remove_clicked.connect(self._on_remove_clicked)
        setup.found.take_clicked.connect(controller.take_leftovers)
        live.stop_clicked.connect(controller.stop)
        live.cancel_clicked.connect(self._on_cancel_clicked)
        result.again_clicked.connect(controller.reset)
        result.addresses_clicked.connect(self._on_addresses_clicked)
        result.open_clicked.connect(self.package_ready)
        result.show_clicked.connect(self._on_show_clicked)
        result.copied.connect(self._on_copied)
        self.log_button.toggled.connect(self.log.setVisible)

    @Slot()
    def _on_stage_changed(self) -> None:
        self._show_all()

    def _show_all(self) -> None:
        """Show the page of the stage, with what it shall say."""
        state = self.controller.state
        place = state.place if state.connected else ""
        controller = self.controller
        title = state.nas_title
        self.setup_panel.show_connection(place, title, demo=state.is_demo, busy=controller.is_connecting)
        self.setup_panel.show_reading(place if controller.is_reading else "")
        look = controller.look
        volumes = look.volumes if look is not None else ()
        self._show_found(look)
        self.setup_panel.options.show_nas(place, volumes)
        self.setup_panel.show_folder(controller.folder)
        self._place.setText(place)
        self._model.show_files(state.files)
        self._show_page(state.stage)
        self._on_refreshed([])
        self._move_focus((state.stage, place, controller.is_connecting))

    def _show_found(self, look: NasLook | None) -> None:
        """Show what lies on the NAS from before. A button that had the focus may go with its row."""
        found = self.setup_panel.found
        held: QWidget | None = self.focusWidget()  # Qt's None is missing in its types
        had_focus = held is not None and found.isAncestorOf(held)
        found.show_found(*((look.orphans, look.leftovers) if look is not None else ((), ())))
        if had_focus and held is not None and not found.isAncestorOf(held):
            self._situation = None

    def _show_page(self, stage: Stage) -> None:
        if stage is Stage.SETUP:
            self._pages.setCurrentWidget(self._setup_page)
        elif stage in {Stage.RUNNING, Stage.STOPPING}:
            self._pages.setCurrentWidget(self.live_panel)
        else:
            self.result_panel.show_state(self.controller.state)
            self._pages.setCurrentWidget(self.result_panel)
            self._offer_installing()

    def _move_focus(self, situation: tuple[Stage, str, bool]) -> None:
        """The focus follows what happens, and stays where the user has it as long as nothing happens."""
        if situation == self._situation:
            return
        self._situation = situation
        if situation[0] is Stage.SETUP:
            self.setup_panel.focus_next()
        elif situation[0] in {Stage.RUNNING, Stage.STOPPING}:
            self.live_panel.take_focus()
        else:
            self.result_panel.take_focus()

    def _offer_installing(self) -> None:
        """A NAS that refuses to download only may still install."""
        state, plan = self.controller.state, self.controller.plan
        error = state.error
        if plan is self._refused or plan is None or plan.offer is None or not isinstance(error, NasDownloadFailedError):
            return
        self._refused = plan
        self._ask_to_install(plan.offer, f"{error.what}.")

    @Slot()
    def show_offers(self) -> None:
        """Show what Package Center of the connected NAS offers."""
        controller = self.controller
        if controller.connection is None or controller.is_capturing:
            return
        looking = Looking(controller.engine, controller.questions, controller.connection)
        dialog = OffersDialog(self._context, looking, self.downloads, self.window())
        dialog.capture_wanted.connect(self.capture_offer)
        dialog.open_wanted.connect(self.package_ready)
        dialog.logged.connect(self.log.add)
        dialog.finished.connect(self._on_offers_closed)
        self._offers = dialog
        dialog.open()
        dialog.load()

    @Slot()
    def _on_offers_closed(self) -> None:
        self._offers = None

    @Slot(object, object)
    def _on_download_failed(self, _item: PackageUrl, error: SpkError) -> None:
        """The list of the NAS tells it itself while it is there."""
        if self._offers is None:
            self._context.notifier.error(error)

    @Slot(object)
    def capture_offer(self, offer: PackageUrl) -> None:
        """Let the NAS get a package of its list: without installing it where its DSM can do that, else after asking."""
        look = self.controller.look
        if look is not None and look.downloads_without_installing:
            self.controller.capture_offer(offer, installs=False)
        elif look is not None:
            text = tr("The Package Center of this DSM downloads a package only together with installing it.")
            self._ask_to_install(offer, text)

    def _ask_to_install(self, offer: PackageUrl, text: str) -> None:
        self._offered = offer
        title = tr("Install {name} on the NAS?", name=offer.package)
        choices = (Choice("install", tr("&Install and capture"), "primary"), Choice("cancel", tr("Cancel")))
        more = tr("It stays installed on the NAS; you can uninstall it in Package Center afterwards.")
        self._context.notifier.ask(Question(title, f"{text} {more}", choices), self._on_install_answered)

    def _on_install_answered(self, answer: str) -> None:
        offer, self._offered = self._offered, None
        if answer == "install" and offer is not None:
            self.controller.capture_offer(offer, installs=True)

    @Slot(object)
    def _on_remove_clicked(self, earlier: Earlier) -> None:
        if not earlier.is_running:
            self.controller.remove_orphans(earlier.orphans)
            return
        self._leaving = earlier
        choices = (Choice("remove", tr("&End and remove"), "danger"), Choice("cancel", tr("Cancel")))
        text = tr(
            "It may be one of another computer. What it caught is removed from the NAS: {what}", what=earlier.text
        )
        question = Question(tr("End the capture that still runs?"), text, choices)
        self._context.notifier.ask(question, self._on_remove_answered)

    def _on_remove_answered(self, answer: str) -> None:
        earlier, self._leaving = self._leaving, None
        if answer == "remove" and earlier is not None:
            self.controller.remove_orphans(earlier.orphans)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        """Asks only where something would be lost."""
        packages = self.controller.state.files.packages
        if not packages:
            self.controller.cancel()
            return
        n = len(packages)
        text = tr("{n} package file was caught.", "{n} package files were caught.", n=n)
        more = tr("Stop and fetch brings it here; cancelling removes it.")
        choices = (Choice("cancel", tr("&Cancel the capture"), "danger"), Choice("on", tr("&Go on")))
        question = Question(tr("Lose what was caught?"), f"{text} {more}", choices)
        self._context.notifier.ask(question, self._on_cancel_answered)

    def _on_cancel_answered(self, answer: str) -> None:
        if answer == "cancel":
            self.controller.cancel()

    @Slot()
    def _on_addresses_clicked(self) -> None:
        outcome = self.controller.state.outcome
        self.addresses_wanted.emit(outcome.urls if outcome is not None else ())

    @Slot(object)
    def _on_refreshed(self, changes: list[RowChange]) -> None:
        state = self.controller.state
        self._model.show_changes(changes)
        self.stepper.set_states(state.step_states)
        if state.stage in {Stage.RUNNING, Stage.STOPPING}:
            self.live_panel.refresh(state)

    @Slot(object)
    def _on_connected(self, connection: Connection) -> None:
        self._refused_login = ""
        self.controller.take_connection(connection)

    @Slot(str)
    def _on_refused(self, title: str) -> None:
        """A login that was refused is not tried again by a mere F9: DSM blocks who fails too often."""
        self._refused_login = title

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None

    @Slot(object)
    def _on_asked(self, request: Request) -> None:
        if self._dialog is None:
            dialog = QuestionDialog(request, self._context.theme, self.window())
            self.controller.questions.withdrawn.connect(dialog.on_withdrawn)
            dialog.open()

    @Slot(bool)
    def _on_options_toggled(self, shown: bool) -> None:
        """Bring into view what was unfolded, once it has its place."""
        if shown:
            QTimer.singleShot(0, self._show_options)

    @Slot()
    def _show_options(self) -> None:
        self._setup_page.ensureWidgetVisible(self.setup_panel.options, 0, GRID)

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
        if drop_credentials(url) == url:
            self._context.notifier.inform(tr("Download address copied"), url)
        else:
            text = tr("Download address copied, without its password")
            more = tr("With it, it can be copied from the window Package addresses.")
            self._context.notifier.inform(text, more)
