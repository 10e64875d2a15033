"""Tries a script-made wizard: runs the script here or on the NAS, shows what it printed, and previews its pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QTabWidget, QWidget

from gui.app.context import AppContext
from gui.editors.wizard.preview import WizardPreview
from gui.editors.wizard.running import LocalJob, NasJob, NasRun, ScriptTrial, pages_of, run_over, summary_of
from gui.editors.wizard.runningenv import EnvironmentEditor
from gui.editors.wizard.runningnas import NasDoor
from gui.nas.engine import Connection, NasEngine
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.services.notifier import Choice, Question
from gui.widgets.banner import Banner
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.shells import Shell, find_shells
from spkcore.package.wizardscript import Output

_LANE = "preview"


class ScriptPreview(QWidget):
    """Everything around one trial run. Nothing runs before the user pressed the button and agreed."""

    ran = Signal(object)
    """Output of a run that came to its end."""

    def __init__(
        self,
        path: str,
        document: Document,
        context: AppContext,
        parent: QWidget | None = None,
        *,
        engine: NasEngine | None = None,
        run_there: NasRun = run_over,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._document = document
        self._trial = ScriptTrial(path, document)
        self._run_there = run_there
        self._shells: list[Shell] = []
        self._task: Task | None = None
        self._agreed: set[str] = set()
        self._asked = ""
        self.door = NasDoor(context, engine, self)
        self.place = QComboBox()
        self.place.setAccessibleName(tr("Where the script runs"))
        self.button = make_button(tr("Run"), "primary", context.theme.icon("play", "accent_text"))
        self.stop = make_button(tr("Stop"), icon=context.theme.icon("stop"))
        self.warning = make_label(role="small", wrap=True)
        self.banner = Banner(context.theme)
        self.tabs = QTabWidget()
        self.preview = WizardPreview(context)
        self.environment = EnvironmentEditor(context.theme)
        self.log = QPlainTextEdit()
        self._lay_out()
        self._connect()
        self.environment.set_samples(self._trial.sample_values())
        self.preview.set_occasion(self._trial.occasion())
        self.preview.empty.set_texts(tr("Not run yet"), tr("Run the script to see the pages that it makes."))
        self._show_state()
        finding = context.tasks.start(_LANE, tr("Look for shells"), _look_for_shells, hidden=True)
        finding.finished.connect(self._on_shells)

    @property
    def is_running(self) -> bool:
        """Whether the script runs just now."""
        return self._task is not None

    @property
    def shells(self) -> list[Shell]:
        """The shells of this PC, once they were looked for."""
        return self._shells

    def hideEvent(self, event: QHideEvent) -> None:
        if not self.is_running:
            self.door.close()
        super().hideEvent(event)

    @Slot()
    def run(self) -> None:
        """Run the script at the chosen place; the first time at each, the user is asked."""
        if self.is_running or self.place.currentIndex() < 0:
            return
        question = self._question()
        if question.title in self._agreed:
            self.start()
            return
        self._asked = question.title
        self._context.notifier.ask(question, self._on_answer)

    @Slot()
    def cancel(self) -> None:
        """End the script."""
        if self._task is not None:
            self._task.cancel()

    # --- running -----------------------------------------------------------------------------------------------

    @property
    def _is_nas(self) -> bool:
        return self.place.currentData() is None

    def _question(self) -> Question:
        title = tr("Run a script on the NAS") if self._is_nas else tr("Run a script on this PC")
        text = tr(
            "The script runs on this PC with your rights: it can read, change and delete your files. Run only "
            "scripts that you know."
        )
        if self._is_nas:
            text = tr(
                "The script runs on the NAS as the user you log in with, not as root. It can read, change and delete "
                "what that user can. Run only scripts that you know."
            )
        choices = (Choice("run", tr("Run the script"), "primary"), Choice("cancel", tr("Cancel")))
        detail = tr("It runs in a temporary folder that is removed afterwards, and is ended after 30 seconds.")
        return Question(title, text, choices, detail=detail)

    def _on_answer(self, answer: str) -> None:
        if answer == "run":
            self._agreed.add(self._asked)
            self.start()

    def start(self) -> None:
        """Run the script at the chosen place. The user has agreed to it."""
        if self._is_nas:
            self.door.open()
            return
        shell: Shell = self.place.currentData()
        job = LocalJob(self._trial.path, self._trial.entries, self.environment.values(), shell)
        self._begin(_LANE, job.run)

    @Slot(object)
    def _on_nas_ready(self, connection: Connection) -> None:
        job = NasJob(self._trial.path, self._trial.entries, self.environment.values(), connection, self._run_there)
        self._begin(f"nas:{connection.target.host}", job.run)

    def _begin(self, lane: str, function: Callable[[TaskContext], Output]) -> None:
        self._trial.begin()
        self.banner.hide()
        self._task = self._context.tasks.start(lane, tr("Run {path}", path=self._trial.path), function)
        self._task.finished.connect(self._on_ran)
        self._task.failed.connect(self._on_failed)
        self._task.ended.connect(self._on_ended)
        self._show_state()

    @Slot(object)
    def _on_ran(self, output: Output) -> None:
        text, tone = summary_of(output)
        self.banner.show_message(tone, text)
        self.log.setPlainText(output.log or tr("The script printed nothing."))
        if tone != "danger" or output.pages.strip():
            self.preview.show_document(pages_of(output))
        self.tabs.setCurrentWidget(self.log if tone == "danger" else self.preview)
        self.ran.emit(output)

    @Slot(object)
    def _on_failed(self, error: SpkError) -> None:
        self.banner.show_message("danger", str(error))
        self.door.close()

    @Slot()
    def _on_ended(self) -> None:
        self._task = None
        self._show_state()
        if not self.isVisible():
            self.door.close()

    # --- showing -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_shells(self, shells: list[Shell]) -> None:
        self._shells = shells
        self.place.clear()
        for shell in shells:
            self.place.addItem(tr("This PC: {name}", name=shell.title), shell)
            self.place.setItemData(self.place.count() - 1, shell.program, Qt.ItemDataRole.ToolTipRole)
        self.place.addItem(tr("On the NAS…"), None)
        self.place.setCurrentIndex(self._trial.best_shell(shells))
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        has_place = self.place.count() > 0
        self.button.setEnabled(has_place and not self.is_running)
        self.place.setEnabled(has_place and not self.is_running)
        self.stop.setVisible(self.is_running)
        self.warning.setText(self._warning() if has_place else tr("Looking for shells…"))

    def _warning(self) -> str:
        if self._is_nas:
            connection = self.door.connection
            if connection is not None:
                return tr("The script runs on {place}, as that user.", place=connection.target.place)
            none = tr("No shell was found on this PC; Git for Windows brings one.") if not self._shells else ""
            return f"{none} {tr('The script runs on the NAS as the user you log in with, not as root.')}".strip()
        return tr("The script runs on this PC with your rights. Run only scripts that you know.")

    @Slot(object)
    def _on_document_changed(self, _paths: frozenset[str]) -> None:
        if self._trial.is_stale and not self.is_running:
            again = (tr("Run again"), self.run)
            self.banner.show_message("info", tr("The script was changed since this run."), (again,))
        self.preview.set_occasion(self._trial.occasion())

    def _lay_out(self) -> None:
        bar = row(spacing=GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        bar.addWidget(self.place, 1)
        fill(bar, self.button, self.stop)
        below = row()
        below.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        below.addWidget(self.warning, 1)
        self.log.setReadOnly(True)
        self.log.setAccessibleName(tr("What the script printed"))
        self.log.setFont(self._context.theme.fixed_font())
        self.log.setPlaceholderText(tr("What the script prints stands here after a run."))
        self.tabs.setAccessibleName(tr("Trial run"))
        self.tabs.tabBar().setAccessibleName(tr("Trial run"))
        self.tabs.addTab(self.preview, tr("Preview"))
        self.tabs.addTab(self.environment, tr("Variables"))
        self.tabs.addTab(self.log, tr("Output"))
        lines = column(self, spacing=0)
        lines.addLayout(bar)
        lines.addLayout(below)
        fill(lines, self.banner)
        lines.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.button.clicked.connect(self.run)
        self.stop.clicked.connect(self.cancel)
        self.place.currentIndexChanged.connect(self._show_state)
        self.door.ready.connect(self._on_nas_ready)
        self.door.changed.connect(self._show_state)
        self._document.changed.connect(self._on_document_changed)


def _look_for_shells(_context: TaskContext) -> list[Shell]:
    return find_shells()
