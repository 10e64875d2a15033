"""A link that gives way: where there is no room its text ends in dots, and the tooltip has all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.qt.forms import GRID, PushButton, plain_tip

_NARROWEST = 12 * GRID
_LONGEST_TIP = 500
"""Characters."""


class ElidedLink(PushButton):
    """Asks for the room of its whole text, and gets along with little."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text[:_LONGEST_TIP], parent)
        self._whole = text[:_LONGEST_TIP]
        self.setProperty("look", "link")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        extra = super().sizeHint().width() - self._advance(self.text())
        return QSize(extra + self._advance(self._whole), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_NARROWEST, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lacking = self.sizeHint().width() - event.size().width()
        room = self._advance(self._whole) - lacking
        # Qt would shorten a text that fits: the sum of its letters may be half a pixel more than the rounded width.
        fits = lacking <= 0
        shown = self._whole if fits else self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        if shown != self.text():
            self.setText(shown)
            self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")

    def _advance(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)
