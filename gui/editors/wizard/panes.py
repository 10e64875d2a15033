"""Which parts of the wizard editor are seen: two beside each other, or one at a time where there is no room for two."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QSplitter, QToolButton, QWidget

from gui.qt.forms import GRID, ToolButton, row
from gui.qt.i18n import tr
from gui.widgets.room import letters, text_lines

DESIGN, PREVIEW, TEXT = "design", "preview", "text"
_TWO_PANES = (100 * GRID, 116)
"""What designer and preview need beside each other: pixels, and letters of the font."""
_SIDE_BY_SIDE = (70 * GRID, 54)
_LOW = (58 * GRID, 25)
"""Below this height, in pixels and lines of the font, two things have no room above each other."""


class PaneSwitch(QWidget):
    """A button for each pane; the one of the designer only where one pane is seen at a time."""

    wanted = Signal(str)
    """DESIGN, PREVIEW or TEXT, when the user pressed its button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        line = row(self)
        for name, text in ((DESIGN, tr("Designer")), (PREVIEW, tr("Preview")), (TEXT, tr("Text"))):
            button = ToolButton(self)
            button.setText(text)
            button.setCheckable(True)
            button.setProperty("look", "toggle")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._on_clicked)
            group.addButton(button)
            line.addWidget(button)
            self.buttons[name] = button
        self.buttons[DESIGN].hide()

    def show_pane(self, name: str, *, is_narrow: bool) -> None:
        """Say which pane is seen, or which one beside the designer."""
        self.buttons[DESIGN].setVisible(is_narrow)
        self.buttons[name].setChecked(True)

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(next(name for name, button in self.buttons.items() if button is self.sender()))


def has_room_for_two(widget: QWidget) -> bool:
    """Whether designer and preview can stand beside each other in it."""
    return widget.width() >= letters(widget, *_TWO_PANES)


def turn(splitter: QSplitter, widget: QWidget, shares: tuple[int, int]) -> bool:
    """Put the two parts of the splitter beside each other where `widget` around it is low and wide, else above each
    other; whether that changed, then they have these shares of the room."""
    is_low = widget.height() < text_lines(widget, *_LOW)
    is_wide = widget.width() >= letters(widget, *_SIDE_BY_SIDE)
    wanted = Qt.Orientation.Horizontal if is_low and is_wide else Qt.Orientation.Vertical
    if splitter.orientation() is wanted:
        return False
    splitter.setOrientation(wanted)
    room = widget.width() if is_low else widget.height()
    splitter.setSizes([room * share // sum(shares) for share in shares])
    return True
