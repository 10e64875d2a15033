"""Shows what happens to one file of a change: in words, and as a diff where there is text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.qt.forms import GRID, ElidedLabel, column, fill, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.diffview import DiffView
from spkcore.checks.preview import FilePreview, Happens


class ChangeView(QWidget):
    """The path, what happens to it, and the diff below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = ElidedLabel("", "strong")
        self._note = make_label("", "muted", wrap=True)
        self.diff = DiffView(theme)
        nothing = make_label(tr("There are no lines to compare."), "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.diff)
        self._pages.addWidget(nothing)
        lines = column(self, spacing=GRID // 2)
        fill(lines, self.path, self._note)
        lines.addWidget(self._pages, 1)

    def show_file(self, item: FilePreview) -> None:
        """Show this one."""
        self.path.setText(item.path)
        what = happens_text(item)
        self._note.setText(tr("{what}: {note}", what=what, note=item.note) if item.note else what)
        self._pages.setCurrentIndex(0 if item.diff else 1)
        self.diff.show_diff(item.diff)


def happens_text(item: FilePreview) -> str:
    """What happens to the file, in words."""
    words = {
        Happens.ADDED: tr("New file"),
        Happens.REMOVED: tr("Removed"),
        Happens.CHANGED: tr("Changed"),
    }
    return words[item.happens]
