"""Cards to click on: an icon, a heading and a line of explanation on a raised surface."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.qt.forms import GRID, PushButton, column, fill, make_label, row
from gui.qt.theme import Theme

ICON = 28
"""Pixels of a card's picture."""


class Card(PushButton):
    """A large button with a picture, a heading and a text that wraps."""

    def __init__(
        self, theme: Theme, icon: str, heading: str, text: str, *, note: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self.setProperty("role", "card")
        self.setAccessibleName(heading)
        self.setAccessibleDescription(text)
        self.setAutoDefault(False)
        self._picture = QLabel()
        self._picture.setFixedSize(ICON, ICON)
        self._add_texts(heading, text, note)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self._paint)
        self._paint()

    def set_picture(self, pixmap: QPixmap) -> None:
        """Show this picture instead of the icon; it is scaled to fit."""
        self._icon_name = ""
        scale = self.devicePixelRatioF()
        side = int(ICON * scale)
        smooth = pixmap.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        smooth.setDevicePixelRatio(scale)
        self._picture.setPixmap(smooth)

    def _add_texts(self, heading: str, text: str, note: str) -> None:
        lines = column(spacing=GRID // 2)
        fill(lines, make_label(heading, "strong", wrap=True), make_label(text, "muted", wrap=True), None)
        if note:
            lines.addSpacing(GRID // 2)
            lines.addWidget(make_label(note, "keys"), 0, Qt.AlignmentFlag.AlignLeft)
        line = row(self, margin=2 * GRID, spacing=2 * GRID)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(lines, 1)

    @Slot()
    def _paint(self) -> None:
        if self._icon_name:
            self._picture.setPixmap(self._theme.icon(self._icon_name, "accent").pixmap(QSize(ICON, ICON)))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.totalMinimumSize() if layout is not None else super().minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # A scroll area asks its page for no height at a width: the card says itself how high its text is.
        self.setMinimumHeight(self.heightForWidth(event.size().width()))
        super().resizeEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else super().heightForWidth(width)
