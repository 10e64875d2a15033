"""The questions of a NAS connection as pages: trust a host key, type a code or a password."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui.dialogs.base import BaseDialog
from gui.nas.asking import Prompt, Request
from gui.qt.forms import GRID, column, fill, make_button, make_card, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.nas.hostkeys import HostKeyQuestion


class QuestionPage(QWidget):
    """One request with its buttons; it answers the request once, and then says `done`."""

    done = Signal()

    def __init__(self, request: Request, accept_text: str, refuse_text: str) -> None:
        super().__init__()
        self._request = request
        lines = column(self, spacing=GRID)
        self.lines: QVBoxLayout = column(spacing=GRID)
        lines.addLayout(self.lines)
        lines.addStretch(1)
        self.refuse_button = make_button(refuse_text)
        self.accept_button = make_button(accept_text, "primary")
        self.refuse_button.clicked.connect(self.refuse)
        self.accept_button.clicked.connect(self.accept)
        buttons = row()
        fill(buttons, None, self.refuse_button, self.accept_button)
        lines.addLayout(buttons)

    def answer(self) -> object:
        """What accepting means."""
        return True

    def first_field(self) -> QWidget:
        """What gets the focus."""
        return self.refuse_button

    @Slot()
    def accept(self) -> None:
        """Answer with what the page holds."""
        self._request.reply(self.answer())
        self.done.emit()

    @Slot()
    def refuse(self) -> None:
        """Give up."""
        self._request.reply(None)
        self.done.emit()


class HostKeyPage(QuestionPage):
    """The host key at the first connection. Refusing is what Enter does: trust has to be meant."""

    def __init__(self, request: Request, theme: Theme) -> None:
        super().__init__(request, tr("&Trust this NAS"), tr("&Do not connect"))
        question = request.question
        assert isinstance(question, HostKeyQuestion)
        card, inside = make_card()
        fingerprint = make_label(question.fingerprint, wrap=True)
        fingerprint.setFont(theme.fixed_font())
        fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        fingerprint.setAccessibleName(tr("Fingerprint {fingerprint}", fingerprint=question.fingerprint))
        place = question.host if question.port == 22 else f"{question.host}:{question.port}"
        fill(inside, make_label(tr("{place} · key type {kind}", place=place, kind=question.algorithm), "muted"))
        fill(inside, fingerprint)
        first = tr(
            "With its host key a NAS proves who it is. From now on this program talks to {place} only with this one.",
            place=place,
        )
        how = tr("To compare, run this on the NAS, for example in Task Scheduler with the result sent by e-mail:")
        command = make_label("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", wrap=True)
        command.setFont(theme.fixed_font())
        command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        home = tr("In your own network at home it is usual to trust it the first time.")
        fill(self.lines, make_label(tr("First connection to this NAS"), "heading"), make_label(first, wrap=True), card)
        fill(self.lines, make_label(how, "muted", wrap=True), command, make_label(home, "muted", wrap=True))


class PromptPage(QuestionPage):
    """Fields for a one-time code, a password or a passphrase."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, tr("C&ontinue"), tr("&Cancel"))
        prompt = request.question
        assert isinstance(prompt, Prompt)
        fill(self.lines, make_label(prompt.title, "heading", wrap=True), make_label(prompt.text, "muted", wrap=True))
        self.fields = [self._add_field(label, shown) for label, shown in prompt.fields]

    def answer(self) -> object:
        return [field.text() for field in self.fields]

    def first_field(self) -> QWidget:
        return self.fields[0] if self.fields else self.accept_button

    def _add_field(self, label: str, shown: bool) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        field.returnPressed.connect(self.accept)
        caption = make_label(label)
        caption.setBuddy(field)
        field.setAccessibleName(label)
        fill(self.lines, caption, field)
        return field


class QuestionDialog(BaseDialog):
    """A question that comes up later, during a capture."""

    def __init__(self, request: Request, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(tr("The NAS asks"), parent)
        self.setMinimumWidth(56 * GRID)
        self._request = request
        self._page = make_page(request, theme)
        self.body.addWidget(self._page)
        self._page.done.connect(self.accept)
        self.rejected.connect(self._page.refuse)
        self._page.first_field().setFocus()

    @Slot(object)
    def on_withdrawn(self, request: Request) -> None:
        """Nobody waits for the answer any more."""
        if request is self._request:
            self.reject()


def make_page(request: Request, theme: Theme) -> QuestionPage:
    """The page for this request."""
    if isinstance(request.question, HostKeyQuestion):
        return HostKeyPage(request, theme)
    return PromptPage(request)
