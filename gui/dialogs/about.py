"""About the program: version, what it stands on, licence."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore import __version__

_LOGO = 64


def version_text() -> str:
    """What a bug report needs to know about the program and the computer, on one line."""
    parts = (f"SPK Creator {__version__}", f"Python {platform.python_version()}", f"PySide6 {PySide6.__version__}")
    return ", ".join((*parts, platform.platform()))


class AboutDialog(BaseDialog):
    """Esc or Enter closes it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("About SPK Creator"), parent)
        self.setMinimumWidth(60 * GRID)
        logo = QLabel()
        logo.setPixmap(theme.app_icon().pixmap(_LOGO, _LOGO))
        texts = column(spacing=GRID // 2)
        purpose = tr("Makes, checks, builds and captures Synology packages. Not made or endorsed by Synology.")
        licence = tr("Free software under the MIT licence. Qt and PySide6 are used under the LGPL, version 3.")
        self.versions = make_label(version_text(), "small", wrap=True)
        self.versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        fill(texts, make_label(tr("SPK Creator {version}", version=__version__), "heading"))
        fill(texts, make_label(purpose, wrap=True), GRID, make_label(licence, "muted", wrap=True), self.versions)
        line = row(spacing=3 * GRID)
        line.addWidget(logo, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        fill(self.body, line, None)
        copy = make_button(tr("Copy &versions"))
        copy.clicked.connect(self._on_copy_clicked)
        self.add_left(copy)
        close = self.add_button(make_button(tr("Close"), "primary"), default=True)
        close.clicked.connect(self.accept)
        close.setFocus()

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(version_text())
