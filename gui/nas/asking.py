"""Questions that come up while a worker thread talks to the NAS, answered in the window without blocking it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gui.qt.i18n import tr
from spkcore.base.errors import Cancelled
from spkcore.nas.hostkeys import HostKeyQuestion

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Prompt:
    """Texts that the user has to type: one field per (label, whether typing is shown)."""

    title: str
    text: str
    fields: tuple[tuple[str, bool], ...]


class Request:
    """One open question and its answer: True or False for a host key, a list of texts for a prompt, None to give up."""

    def __init__(self, question: HostKeyQuestion | Prompt) -> None:
        self.question = question
        self.answer: object = None
        self._answered = threading.Event()

    def reply(self, answer: object) -> None:
        """Answer it; the first answer counts. Safe from any thread."""
        if not self._answered.is_set():
            self.answer = answer
            self._answered.set()

    @property
    def is_answered(self) -> bool:
        """Whether `reply` was called."""
        return self._answered.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it was answered within that time."""
        return self._answered.wait(seconds)


class Questions(QObject):
    """Carries questions from worker threads to the GUI thread. It lives in the GUI thread."""

    asked = Signal(object)
    """Request, in the GUI thread."""
    withdrawn = Signal(object)
    """Request that nobody waits for any more."""

    _asked = Signal(object)
    _withdrawn = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: list[Request] = []
        self.cancelled = threading.Event()
        """Set once the task that asks is cancelled; each task that uses the NAS puts its own event here."""
        self._asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)
        self._withdrawn.connect(self._on_withdrawn, Qt.ConnectionType.QueuedConnection)

    def ask(self, question: HostKeyQuestion | Prompt) -> object:
        """Wait, in the calling worker thread, for the answer. Raises `Cancelled` once the task is cancelled."""
        request = Request(question)
        self._asked.emit(request)
        while not request.wait(_POLL_SECONDS):
            if self.cancelled.is_set():
                self._withdrawn.emit(request)
                raise Cancelled
        return request.answer

    def refuse_all(self) -> None:
        """Give up on every open question: the window goes away."""
        for request in self._open:
            request.reply(None)
            self.withdrawn.emit(request)
        self._open.clear()

    @Slot(object)
    def _on_asked(self, request: Request) -> None:
        self._open = [other for other in self._open if not other.is_answered]
        self._open.append(request)
        self.asked.emit(request)

    @Slot(object)
    def _on_withdrawn(self, request: Request) -> None:
        self.withdrawn.emit(request)


class AskingLogin:
    """The secrets of one login: what the user typed into the form, and questions for the rest (spkcore Login)."""

    def __init__(
        self, questions: Questions, key_file: Path | None, password: str, passphrase: str, agent_key: str = ""
    ) -> None:
        self._questions = questions
        self._agent_key = agent_key
        self._key_file = key_file
        self._password = password
        self._passphrase = passphrase

    @property
    def key_file(self) -> Path | None:
        return self._key_file

    @property
    def agent_key(self) -> str:
        return self._agent_key

    def password(self) -> str | None:
        if self._password:
            return self._password
        text = tr("The NAS asks for it before it lets this program work as administrator.")
        answers = self._ask(Prompt(tr("Password of the user"), text, ((tr("Password"), False),)))
        return answers[0] if answers else None

    def passphrase(self, key: Path) -> str | None:
        if self._passphrase:
            return self._passphrase
        text = tr("The private key {name} is protected.", name=key.name)
        answers = self._ask(Prompt(tr("Passphrase of the key"), text, ((tr("Passphrase"), False),)))
        return answers[0] if answers else None

    def answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str] | None:
        fields = tuple((label.strip().rstrip(":"), shown) for label, shown in prompts)
        text = instructions.strip() or tr("Type the code that your authenticator shows.")
        try:
            return self._ask(Prompt(title.strip() or tr("The NAS asks for a code"), text, fields))
        except Cancelled:
            return None

    def _ask(self, prompt: Prompt) -> list[str] | None:
        answer = self._questions.ask(prompt)
        return [str(item) for item in answer] if isinstance(answer, list) else None
