"""A box that tells what went wrong and what to do about it, inside the page where it happened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from gui.qt.announce import announce
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.theme import Theme
from spkcore.base.errors import SpkError


class ErrorBox(QFrame):
    """Hidden until it has something to show. Its text can be selected and copied."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "banner")
        self.setProperty("inset", True)  # noqa: FBT003 - Qt's own signature
        self.setProperty("tone", "danger")
        self._icon = QLabel()
        self._what = make_label("", "strong", wrap=True)
        self._advice = make_label("", wrap=True)
        for label in (self._what, self._advice):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = row()
        self._buttons.addStretch(1)
        self._texts = column(spacing=GRID // 2)
        fill(self._texts, self._what, self._advice, self._buttons)
        line = row(self, spacing=GRID + GRID // 2)
        line.setContentsMargins(2 * GRID, GRID + GRID // 2, 2 * GRID, GRID + GRID // 2)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(self._texts, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else f"{self._what.text()}\n{self._advice.text()}"

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be done about it."""
        return self.findChildren(QPushButton)

    def show_error(self, error: SpkError, actions: tuple[tuple[str, Callable[[], object]], ...] = ()) -> None:
        """Show `error` with a button for each of `actions` (text, bound method); a button also hides the box."""
        self._icon.setPixmap(self._theme.icon("error", "danger").pixmap(QSize(20, 20)))
        self._what.setText(error.what)
        advice = [part for part in (error.where, error.what_to_do) if part and part != error.what]
        self._advice.setText("\n".join(advice))
        self._advice.setVisible(bool(advice))
        self._replace_buttons(actions)
        self.setAccessibleName(f"{error.what}. {error.what_to_do}")
        self.show()
        announce(self, self.accessibleName())

    def _replace_buttons(self, actions: tuple[tuple[str, Callable[[], object]], ...]) -> None:
        for button in self.buttons:
            button.setParent(None)
            self._buttons.removeWidget(button)
            button.deleteLater()
        while self._buttons.takeAt(0) is not None:
            pass  # the stretch of the last time
        for label, handler in actions:
            button = make_button(label)
            button.clicked.connect(handler)
            button.clicked.connect(self.hide)
            self._buttons.addWidget(button)
        # An empty line would have no width, and the column with it.
        self._buttons.addStretch(1)
