"""The port through which everything tells and asks the user; widgets never open a message box themselves.

Answers come through callbacks, so that no nested event loop is ever needed. A callback is called at most once, in
the GUI thread, and not at all when the user backs out (except for `ask`, which then gives the question's `cancel`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from spkcore.base.errors import SpkError


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its id, the text on the button, and how the button looks ("primary", "danger" or "")."""

    id: str
    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers, the main one first. `cancel` is the id given when the user presses Esc."""

    title: str
    text: str
    choices: tuple[Choice, ...]
    detail: str = ""
    cancel: str = "cancel"


class Notifier(Protocol):
    """How the program speaks with the user."""

    def inform(self, text: str, detail: str = "") -> None:
        """Show a short, passing note in the window; it never takes the focus."""

    def error(self, error: SpkError) -> None:
        """Show what happened, where, and what to do."""

    def ask(self, question: Question, on_answer: Callable[[str], None]) -> None:
        """Ask; `on_answer` gets the id of the choice."""

    def ask_text(self, title: str, label: str, initial: str, on_answer: Callable[[str], None]) -> None:
        """Ask for one line of text."""

    def choose_folder(self, title: str, start: Path | None, on_chosen: Callable[[Path], None]) -> None:
        """Let the user choose a folder; `start` is where the dialog begins."""

    def open_files(
        self,
        title: str,
        patterns: Sequence[tuple[str, str]],
        start: Path | None,
        on_chosen: Callable[[list[Path]], None],
    ) -> None:
        """Let the user choose existing files. `patterns` are pairs like ("Pictures", "*.png *.jpg")."""

    def save_file(
        self, title: str, patterns: Sequence[tuple[str, str]], suggested: Path, on_chosen: Callable[[Path], None]
    ) -> None:
        """Let the user choose the name of a file to write."""
