"""The notifier of the real program: toasts, the message box, and the system's file dialogs. Nothing blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.dialogs.message import MessageDialog, TextDialog
from gui.qt.i18n import tr
from gui.qt.tasks import TaskCrashError
from gui.qt.theme import Theme
from gui.services.notifier import Choice, Question
from spkcore.base.errors import SpkError


class QtNotifier(QObject):
    """Speaks through `window` once it is attached."""

    toast_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._window: QWidget | None = None

    def attach(self, window: QWidget) -> None:
        """Dialogs belong to this window from now on."""
        self._window = window

    def inform(self, text: str, detail: str = "") -> None:
        self.toast_wanted.emit(f"{text}\n{detail}" if detail else text)

    def error(self, error: SpkError) -> None:
        text = "\n\n".join(part for part in (error.where, error.what_to_do) if part)
        detail = error.report if isinstance(error, TaskCrashError) else ""
        question = Question(error.what, text, (Choice("close", tr("Close"), "primary"),), detail)
        self._show(question, "error", _ignore)

    def ask(self, question: Question, on_answer: Callable[[str], None]) -> None:
        self._show(question, "help", on_answer)

    def ask_text(self, title: str, label: str, initial: str, on_answer: Callable[[str], None]) -> None:
        TextDialog(title, label, initial, on_answer, self._window).open()

    def choose_folder(self, title: str, start: Path | None, on_chosen: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, title, str(start or ""))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        _Choosing(dialog, on_chosen, None).open()

    def open_files(
        self,
        title: str,
        patterns: Sequence[tuple[str, str]],
        start: Path | None,
        on_chosen: Callable[[list[Path]], None],
    ) -> None:
        dialog = QFileDialog(self._window, title, str(start or ""))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(_filters(patterns))
        _Choosing(dialog, None, on_chosen).open()

    def save_file(
        self, title: str, patterns: Sequence[tuple[str, str]], suggested: Path, on_chosen: Callable[[Path], None]
    ) -> None:
        dialog = QFileDialog(self._window, title, str(suggested.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(_filters(patterns))
        dialog.setDefaultSuffix(suggested.suffix.lstrip("."))
        dialog.selectFile(suggested.name)
        _Choosing(dialog, on_chosen, None).open()

    def _show(self, question: Question, icon: str, on_answer: Callable[[str], None]) -> None:
        MessageDialog(question, icon, on_answer, self._theme, self._window).open()


class _Choosing(QObject):
    """Hands what a file dialog gave to the callback; lives and dies with the dialog."""

    def __init__(
        self,
        dialog: QFileDialog,
        on_one: Callable[[Path], None] | None,
        on_many: Callable[[list[Path]], None] | None,
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._on_one = on_one
        self._on_many = on_many
        dialog.filesSelected.connect(self._on_selected)
        dialog.finished.connect(dialog.deleteLater)

    def open(self) -> None:
        self._dialog.open()

    @Slot("QStringList")
    def _on_selected(self, names: list[str]) -> None:
        paths = [Path(name) for name in names]
        if self._on_many is not None:
            self._on_many(paths)
        elif self._on_one is not None and paths:
            self._on_one(paths[0])


def _filters(patterns: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{name} ({globs})" for name, globs in patterns] or [tr("All files") + " (*)"]


def _ignore(_answer: str) -> None:
    """Nothing follows from closing an error."""
