"""What an empty place shows: an icon, one line, one explanation, and at most one main action."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.theme import Theme

_WIDEST = 56 * GRID


class EmptyState(QWidget):
    """Centred in the place that has nothing to show yet."""

    triggered = Signal()
    """The main action was clicked."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        heading: str,
        text: str = "",
        *,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._picture = QLabel()
        self._heading = make_label(heading, "strong")
        self._text = make_label(text, "muted", wrap=True)
        self._button = make_button(action, "primary")
        self._button.clicked.connect(self._on_clicked)
        if action:
            self.setFocusProxy(self._button)
        self._lay_out()
        # Not before they have a parent: they would flash up as windows of their own.
        self._button.setVisible(bool(action))
        self._text.setVisible(bool(text))
        theme.changed.connect(self._paint)
        self._paint()

    def set_texts(self, heading: str, text: str = "") -> None:
        """Say something else."""
        self._heading.setText(heading)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # By margins: an aligned label that wraps, or one with a widest width, is not asked for its height at a width.
        side = max((event.size().width() - _WIDEST) // 2, 0)
        self._line.setContentsMargins(side, 0, side, 0)
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        lines = column(self, margin=2 * GRID, spacing=GRID)
        self._line = row(spacing=0)
        self._line.addWidget(self._text)
        fill(lines, None, self._picture, self._heading, self._line, GRID // 2, self._button, None)
        for widget in (self._picture, self._heading, self._button):
            lines.setAlignment(widget, Qt.AlignmentFlag.AlignHCenter)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _paint(self) -> None:
        self._picture.setPixmap(self._theme.icon(self._icon_name, "text_faint").pixmap(QSize(36, 36)))

    @Slot()
    def _on_clicked(self) -> None:
        self.triggered.emit()
