"""The session log: all that this program did on the NAS, to read, to copy and to save; no secret is ever in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.app.context import AppContext
from gui.nas.logtexts import readable
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from spkcore.base.errors import WriteError
from spkcore.base.files import write_bytes

_MOST_LINES = 5000


class LogPane(QWidget):
    """Folded away until it is wanted; lines may come all the time."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(context.theme.fixed_font())
        self.text.setMaximumBlockCount(_MOST_LINES)
        self.text.setAccessibleName(tr("Session log"))
        self.text.setPlaceholderText(tr("Nothing was done on a NAS yet."))
        self.text.setMinimumHeight(12 * GRID)
        self.copy_button = make_button(tr("Cop&y all"), "", context.theme.icon("copy"))
        self.save_button = make_button(tr("Save as te&xt…"), "", context.theme.icon("save"))
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.save_button.clicked.connect(self._on_save_clicked)
        note = tr("What this program does on the NAS, line by line. Passwords are never in it.")
        head = row()
        head.addWidget(make_label(note, "muted", wrap=True), 1)
        fill(head, self.copy_button, self.save_button)
        lines = column(self, spacing=GRID)
        fill(lines, head, self.text)

    @Slot(str)
    def add(self, line: str) -> None:
        """Show one more line."""
        self.text.appendPlainText(readable(line))

    def toPlainText(self) -> str:
        """All lines."""
        return self.text.toPlainText()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.toPlainText())
        self._context.notifier.inform(tr("Session log copied"))

    @Slot()
    def _on_save_clicked(self) -> None:
        name = f"capture {datetime.now().astimezone():%Y-%m-%d %H.%M}.log"
        patterns = ((tr("Texts"), "*.log *.txt"),)
        self._context.notifier.save_file(tr("Save the session log"), patterns, Path.home() / name, self._save)

    def _save(self, path: Path) -> None:
        try:
            write_bytes(path, (self.toPlainText() + "\n").encode("utf-8", "replace"))
        except WriteError as error:
            self._context.notifier.error(error)
