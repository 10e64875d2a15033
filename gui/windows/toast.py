"""A short note at the bottom of the window that goes away by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QFrame, QWidget

from gui.qt.forms import GRID, fill, make_button, make_label, row
from gui.qt.i18n import tr

_SECONDS = 6


class Toast(QFrame):
    """One at a time; it never takes the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._text = make_label()
        self._act: Callable[[], object] | None = None
        self.action_button = make_button("")
        self.action_button.clicked.connect(self._on_action_clicked)
        close = make_button(tr("Close"))
        close.clicked.connect(self.hide)
        line = row(self, spacing=GRID)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        fill(line, self._text, self.action_button, close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SECONDS * 1000)
        self._timer.timeout.connect(self._on_timeout)
        parent.installEventFilter(self)
        self.hide()

    @property
    def message(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    @Slot(str)
    def show_message(self, text: str) -> None:
        """Say `text` for a few seconds."""
        self._say(text)

    def show_action(self, text: str, label: str, act: Callable[[], object]) -> None:
        """Say `text` with a button `label` that calls `act`, as "Undo"."""
        self._say(text, label, act)

    def _say(self, text: str, label: str = "", act: Callable[[], object] | None = None) -> None:
        self._act = act
        self.action_button.setText(label)
        self.action_button.setVisible(act is not None)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        self.raise_()
        self._place()
        self._timer.start()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        self._text.setWordWrap(False)
        width = min(self.sizeHint().width(), parent.width() - 4 * GRID)
        self._text.setWordWrap(self.sizeHint().width() > width)
        self.resize(width, self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height())
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - 6 * GRID)

    @Slot()
    def _on_action_clicked(self) -> None:
        self.hide()
        act, self._act = self._act, None
        if act is not None:
            act()

    @Slot()
    def _on_timeout(self) -> None:
        if self.underMouse():
            self._timer.start()
        else:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)
