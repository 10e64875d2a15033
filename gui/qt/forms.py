"""Small builders for widgets and layouts on the 8 pixel grid, so that every form looks and reads alike."""

from __future__ import annotations

import html
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

Layout = TypeVar("Layout", bound=QBoxLayout)

GRID = 8
"""Pixels; every margin and gap is a multiple or a half of it."""
ICON_AND_GAP = QSize(2 * GRID + GRID // 2, 2 * GRID)
"""The icon of a button and a gap to its text: Qt leaves 4 pixels, which looks like a slip."""


_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class PushButton(QPushButton):
    """Enter presses the button that has the focus, in pages as in dialogs, where Qt would press the default one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


class ToolButton(QToolButton):
    """Enter presses it, as it does push buttons."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


def make_label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's text roles: title, heading, strong, muted, small, section, error …"""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    if wrap:
        label.setWordWrap(True)
        label.setMinimumWidth(GRID)
    return label


def make_button(text: str, look: str = "", icon: QIcon | None = None) -> QPushButton:
    """A push button; `look` is primary, danger, flat, link or nothing."""
    button = PushButton(text)
    button.setProperty("look", look)
    button.setAutoDefault(False)
    if icon is not None:
        button.setIcon(icon)
        button.setIconSize(ICON_AND_GAP)
    return button


def make_tool(icon: QIcon, name: str) -> QToolButton:
    """A small button with an icon only; `name` is its tooltip and what a screen reader says."""
    button = ToolButton()
    dress_tool(button, icon, name)
    return button


def dress_tool(button: QToolButton, icon: QIcon, name: str) -> None:
    """Make a button one with an icon only; `name` is its tooltip and what a screen reader says."""
    button.setIcon(icon)
    button.setIconSize(QSize(2 * GRID + 2, 2 * GRID + 2))
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def make_spin_box(minimum: int, maximum: int) -> QSpinBox:
    """A field for a number. Style sheets do not reach the text inside, so its margin is set here."""
    box = QSpinBox()
    box.setRange(minimum, maximum)
    box.lineEdit().setTextMargins(GRID + 1, 0, 0, 0)
    return box


def make_line() -> QFrame:
    """A thin horizontal line."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


def make_card(margin: int = 2 * GRID) -> tuple[QFrame, QVBoxLayout]:
    """A raised surface and the column inside it."""
    card = QFrame()
    card.setProperty("role", "card")
    return card, column(card, margin=margin)


def column(parent: QWidget | None = None, margin: int = 0, spacing: int = GRID) -> QVBoxLayout:
    """A vertical layout; with a parent it becomes the parent's."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _spaced(layout, margin, spacing)


def row(parent: QWidget | None = None, margin: int = 0, spacing: int = GRID) -> QHBoxLayout:
    """A horizontal layout; with a parent it becomes the parent's."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _spaced(layout, margin, spacing)


def fill(layout: QBoxLayout, *items: QWidget | QLayout | int | None) -> None:
    """Add widgets, layouts, gaps in pixels, and None for a stretch."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def align_caption(caption: QLabel, field: QWidget) -> None:
    """Let a caption that stands beside `field` sit at the height of its first line."""
    field.ensurePolished()
    caption.setMinimumHeight(field.sizeHint().height())


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and make it count."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _spaced(layout: Layout, margin: int, spacing: int) -> Layout:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def plain_tip(text: str) -> str:
    """A tooltip that shows `text` as it is. Qt takes what looks like HTML for HTML, so a name from a NAS or a package
    could make it read a picture, on Windows also from a foreign server.
    """
    return f"<span style='white-space:pre-wrap'>{html.escape(text)}</span>" if "<" in text else text


class ElidedLabel(QLabel):
    """One line that gives way in its middle, for paths; the whole text is in the tooltip."""

    def __init__(self, text: str = "", role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__()
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * GRID, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        text = QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.contentsRect().width())
        painter.drawText(self.contentsRect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)
