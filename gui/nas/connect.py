"""The connect dialog: which NAS, which user, which secret; one attempt per click, and everything it may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.nas.asking import AskingLogin, Questions, Request
from gui.nas.connectform import ConnectForm, Entered
from gui.nas.connectprogress import ConnectProgress
from gui.nas.engine import Connection, NasEngine
from gui.nas.errorbox import ErrorBox
from gui.nas.logtexts import stamped
from gui.nas.pages import QuestionPage, make_page
from gui.nas.profiles import NasProfile, Profiles
from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas.errors import (
    AuthenticationFailedError,
    HostKeyChangedError,
    HostKeyRejectedError,
    KeyUnusableError,
)
from spkcore.nas.hostkeys import HostKeyQuestion
from spkcore.nas.session import Target


@dataclass(frozen=True, slots=True)
class Attempt:
    """One connection attempt, carried out in a worker thread."""

    engine: NasEngine
    questions: Questions
    login: AskingLogin
    target: Target

    def run(self, context: TaskContext) -> Connection:
        """Connect. Raises the errors of spkcore.nas and `Cancelled`; a connection that comes too late is closed."""
        self.questions.cancelled = context.cancelled

        def confirm(question: HostKeyQuestion) -> bool:
            return self.questions.ask(question) is True

        connection = self.engine.connect(self.target, self.login, confirm, context)
        if context.cancelled.is_set():
            connection.close()
            context.check()
        return connection


class ConnectDialog(BaseDialog):
    """Asks for the NAS and connects. `questions` outlives the dialog: a capture may have to ask for the password."""

    connected = Signal(object)
    """Connection; whoever receives it closes it."""
    refused = Signal(str)
    """Title of the NAS that did not accept the login."""
    logged = Signal(str)
    """A line of the session log, of an attempt that came to nothing; a connection brings its own log."""

    def __init__(self, context: AppContext, engine: NasEngine, questions: Questions, parent: QWidget | None) -> None:
        super().__init__(tr("Connect to a NAS"), parent)
        self.setObjectName("ConnectDialog")
        width = max(64 * GRID, self.fontMetrics().averageCharWidth() * 80)
        self.setMinimumWidth(min(width, self.screen().availableSize().width() - 6 * GRID))
        self._context = context
        self._engine = engine
        self._questions = questions
        self._profiles = Profiles(context.settings)
        self._task: Task | None = None
        self._profile = NasProfile()
        self.error = ErrorBox(context.theme)
        self.form = ConnectForm(context, self._profiles)
        self.progress = ConnectProgress()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.form)
        self._pages.addWidget(self.progress)
        self.body.addWidget(self.error)
        self.body.addWidget(self._pages, 1)
        self.form.submitted.connect(self._on_submitted)
        self.form.cancelled.connect(self.reject)
        self.form.fields_changed.connect(self.fit_height)
        self.progress.cancelled.connect(self._on_cancel_clicked)
        questions.asked.connect(self._on_asked)
        questions.withdrawn.connect(self._on_withdrawn)
        self.finished.connect(self._on_finished)
        self.form.focus_first_empty()

    def connect_at_once(self) -> None:
        """Connect to the NAS used last without another click: with its key, or with its password if that is kept. Where
        the password is not kept, its field has the focus. It is tried once."""
        if self.form.entered().profile.has_key:
            self.form.press_connect()
        else:
            self.form.looked_up.connect(self._on_looked_up)

    @Slot()
    def _on_looked_up(self) -> None:
        self.form.looked_up.disconnect(self._on_looked_up)
        if self._task is None and self.form.entered().password:
            self.form.press_connect()

    @Slot()
    def _on_submitted(self) -> None:
        self.error.hide()
        attempt = self._attempt(self.form.entered())
        place = attempt.target.place
        title = tr("Connect to {place}", place=place)
        self._task = self._context.tasks.start(f"nas:{attempt.target.host}", title, attempt.run, hidden=True)
        self._task.logged.connect(self.progress.show_step)
        self._task.finished.connect(self._on_connected)
        self._task.failed.connect(self._on_failed)
        self._task.cancelled.connect(self._on_cancelled)
        self.progress.begin(place)
        self._show_page(self.progress)

    def _attempt(self, entered: Entered) -> Attempt:
        profile = self._profile = entered.profile
        key = Path(profile.key_file) if profile.key_file else None
        login = AskingLogin(self._questions, key, entered.password, entered.passphrase, profile.agent_key)
        return Attempt(self._engine, self._questions, login, Target(profile.host, profile.user, profile.port))

    @Slot(object)
    def _on_connected(self, connection: Connection) -> None:
        self._task = None
        self._profiles.remember(self._profile)
        self.form.keep_password(self._profile)
        self.connected.emit(connection)
        self.accept()

    @Slot()
    def _on_cancelled(self) -> None:
        self._log(tr("Cancelled"))
        self._show_form()

    def _log(self, end: str) -> None:
        lines = self._task.log_lines if self._task is not None else []
        for line in (*lines, stamped(end)):
            self.logged.emit(line)

    @Slot(object)
    def _on_failed(self, error: SpkError) -> None:
        self._log(error.what)
        self._show_form()
        if isinstance(error, HostKeyRejectedError):
            return
        actions: tuple[tuple[str, Callable[[], object]], ...] = ()
        if isinstance(error, HostKeyChangedError):
            actions = ((tr("Forget the saved key"), self._on_forget_clicked),)
        if isinstance(error, AuthenticationFailedError):
            self.refused.emit(self._profile.title)
            self.form.focus_secret()
        if isinstance(error, KeyUnusableError):
            self.form.focus_key()
        self.error.show_error(error, actions)
        self.fit_height()

    @Slot()
    def _on_forget_clicked(self) -> None:
        try:
            self._engine.forget_host_key(self._profile.host, self._profile.port)
        except SpkError as error:
            self._context.notifier.error(error)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.progress.show_step(tr("Stopping…"))

    @Slot(object)
    def _on_asked(self, request: Request) -> None:
        if self._task is None:
            return
        page = make_page(request, self._context.theme)
        page.done.connect(self._on_answered)
        self._pages.addWidget(page)
        self._show_page(page)
        page.first_field().setFocus()

    @Slot()
    def _on_answered(self) -> None:
        self._drop_question_page()
        self._show_page(self.progress)

    @Slot(object)
    def _on_withdrawn(self, _request: Request) -> None:
        self._drop_question_page()

    @Slot()
    def _show_form(self) -> None:
        self._task = None
        self._drop_question_page()
        self._show_page(self.form)
        self.form.focus_first_empty()

    @Slot()
    def _on_finished(self) -> None:
        if self.question_page is not None:
            self.question_page.refuse()
        if self._task is not None:
            self._task.finished.connect(_close, Qt.ConnectionType.DirectConnection)
            self._task.finished.disconnect(self._on_connected)
            self._task.cancel()

    @property
    def question_page(self) -> QuestionPage | None:
        """The question that is shown just now."""
        page = self._pages.currentWidget()
        return page if isinstance(page, QuestionPage) else None

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.fit_height()

    def _drop_question_page(self) -> None:
        page = self.question_page
        if page is not None:
            self._pages.removeWidget(page)
            page.deleteLater()


def _close(connection: Connection) -> None:
    """A connection that nobody wants any more."""
    connection.close()
