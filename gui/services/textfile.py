"""Asks where a text goes, and writes it there in the background."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.qt.i18n import tr
from spkcore.base.errors import SpkError
from spkcore.base.files import write_bytes
from spkcore.base.tasks import TaskContext

if TYPE_CHECKING:
    from gui.app.context import AppContext

LANE = "texts"


def save_text(context: AppContext, title: str, suggested: Path, text: str) -> None:
    """Let the user choose a file for `text`, a Markdown text; says when it is written, or why it is not."""
    patterns = ((tr("Markdown"), "*.md"), (tr("All files"), "*"))
    context.notifier.save_file(title, patterns, suggested, partial(_start, context, text))


def _start(context: AppContext, text: str, path: Path) -> None:
    _Writing(context, text, path).start()


class _Writing(QObject):
    """One text on its way into its file; child of the task runner."""

    def __init__(self, context: AppContext, text: str, path: Path) -> None:
        super().__init__(context.tasks)
        self._context = context
        self._text = text
        self._path = path

    def start(self) -> None:
        path = self._path
        task = self._context.tasks.start(LANE, tr("Save {name}", name=path.name), partial(_write, path, self._text))
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.ended.connect(self.deleteLater)

    @Slot(object)
    def _on_finished(self, _result: object) -> None:
        self._context.notifier.inform(tr("{name} was saved.", name=self._path.name))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._context.notifier.error(error)


def _write(path: Path, text: str, _context: TaskContext) -> None:
    write_bytes(path, text.encode("utf-8"))
