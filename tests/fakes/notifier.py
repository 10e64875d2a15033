"""A notifier that answers at once, as the test planned, and remembers everything it was told and asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gui.services.notifier import Question
from spkcore.base.errors import SpkError


class FakeNotifier:
    """Plan answers with `answers`, `texts`, `folders`, `files`, `saves` (used up from the front). Without a plan a
    question is kept in `open_questions`, to be answered later with `answer`, and a file dialog is cancelled."""

    def __init__(self) -> None:
        self.informed: list[str] = []
        self.errors: list[SpkError] = []
        self.questions: list[Question] = []
        self.asked_texts: list[str] = []
        self.answers: list[str] = []
        self.texts: list[str] = []
        self.folders: list[Path] = []
        self.files: list[list[Path]] = []
        self.saves: list[Path] = []
        self.suggested: list[Path] = []
        self.open_questions: list[tuple[Question, Callable[[str], None]]] = []

    def inform(self, text: str, detail: str = "") -> None:
        self.informed.append(f"{text}\n{detail}" if detail else text)

    def error(self, error: SpkError) -> None:
        self.errors.append(error)

    def ask(self, question: Question, on_answer: Callable[[str], None]) -> None:
        self.questions.append(question)
        if self.answers:
            on_answer(self.answers.pop(0))
        else:
            self.open_questions.append((question, on_answer))

    def answer(self, choice: str) -> None:
        """Answer the oldest open question."""
        question, on_answer = self.open_questions.pop(0)
        assert choice in {item.id for item in question.choices} | {question.cancel}
        on_answer(choice)

    def ask_text(self, title: str, label: str, initial: str, on_answer: Callable[[str], None]) -> None:
        self.asked_texts.append(f"{title}: {label}")
        if self.texts:
            on_answer(self.texts.pop(0))

    def choose_folder(self, title: str, start: Path | None, on_chosen: Callable[[Path], None]) -> None:
        if self.folders:
            on_chosen(self.folders.pop(0))

    def open_files(
        self,
        title: str,
        patterns: Sequence[tuple[str, str]],
        start: Path | None,
        on_chosen: Callable[[list[Path]], None],
    ) -> None:
        if self.files:
            on_chosen(self.files.pop(0))

    def save_file(
        self, title: str, patterns: Sequence[tuple[str, str]], suggested: Path, on_chosen: Callable[[Path], None]
    ) -> None:
        self.suggested.append(suggested)
        if self.saves:
            on_chosen(self.saves.pop(0))
