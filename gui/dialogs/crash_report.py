"""The dialog after a bug: what happened, that the work is kept, and the report to copy. Nothing is sent anywhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.shell import show_in_folder


class CrashReportDialog(BaseDialog):
    """`report` is the whole text; it lies in `path` already."""

    def __init__(self, report: str, path: Path | None, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("A bug in SPK Creator"), parent, tr("Something went wrong inside SPK Creator"))
        self._path = path
        self.setMinimumSize(84 * GRID, 54 * GRID)
        text = tr("Unsaved changes are kept and offered again. The report was not sent; read it before you share it.")
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setFont(theme.fixed_font())
        self.report.setAccessibleName(tr("Report"))
        fill(self.body, make_label(text, wrap=True), self.report)
        copy = make_button(tr("&Copy the report"), "", theme.icon("copy"))
        copy.clicked.connect(self._on_copy_clicked)
        self.add_left(copy)
        if path is not None:
            show = make_button(tr("&Show the file"), "", theme.icon("reveal"))
            show.clicked.connect(self._on_show_clicked)
            self.add_left(show)
        close = self.add_button(make_button(tr("Go on"), "primary"), default=True)
        close.clicked.connect(self.accept)
        close.setFocus()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())

    @Slot()
    def _on_show_clicked(self) -> None:
        if self._path is not None:
            show_in_folder(self._path)
