"""What all dialogs share: they never block, die when closed, and close on Esc."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.qt.forms import GRID, column, fill, make_label, row


class BaseDialog(QDialog):
    """A column for the content and a line of buttons below it, the main one at the right end."""

    def __init__(self, title: str, parent: QWidget | None, heading: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._chosen_height = 0
        self._left: list[QWidget] = []
        self._outer = outer = column(self, margin=3 * GRID, spacing=2 * GRID)
        if heading:
            outer.addWidget(make_label(heading, "heading", wrap=True))
        self.body: QVBoxLayout = column(spacing=GRID)
        outer.addLayout(self.body, 1)
        self._buttons: QHBoxLayout = row(spacing=GRID)
        self._buttons.setContentsMargins(0, GRID, 0, 0)
        fill(self._buttons, None)

    def add_button(self, button: QPushButton, default: bool = False) -> QPushButton:
        """Put a button at the right end of the button line; Enter presses the default one."""
        self._place_buttons()
        self._buttons.addWidget(button)
        button.setAutoDefault(default)
        button.setDefault(default)
        return button

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():
            self.fit_height()
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        """The dialog grows with its content while it is open, but not out of the screen."""
        taken = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._give_way()
        return taken

    def fit_height(self) -> None:
        """As high as the content wants, and wider where the screen is not high enough for that; what still does not
        fit scrolls. A size that was chosen stays, where the content fits into it.

        Wrapped texts make Qt guess: ask again when the width is known.
        """
        room = self._room()
        if self.minimumWidth() > room.width() or self.minimumHeight() > room.height():
            self.setMinimumSize(self.minimumSize().boundedTo(room))
        self._outer.activate()
        width = min(max(self.width(), self._outer.totalMinimumSize().width()), room.width())
        while self._wanted_height(width) > room.height() and width < room.width():
            width = min(width + 8 * GRID, room.width())
        self.resize(width, min(self._wanted_height(width), room.height()))
        self._give_way()

    def resize_within_screen(self, wanted: QSize) -> None:
        """As large as `wanted`, or as the screen has room for: letters may be twice their size. For content that
        scrolls by itself: it takes the height that there is."""
        self.resize(wanted.boundedTo(self._room()))
        self._chosen_height = self.height()

    def _wanted_height(self, width: int) -> int:
        least = max(self._least_size(width).height(), self.minimumHeight())
        if self._chosen_height:
            return max(least, self._chosen_height)
        outer = self._outer
        wants = outer.totalHeightForWidth(width) if outer.hasHeightForWidth() else outer.totalSizeHint().height()
        return max(least, wants)

    def _least_size(self, width: int) -> QSize:
        """What the content needs at least, as wide as this."""
        least = self._outer.totalMinimumSize()
        if self._outer.hasHeightForWidth():
            least.setHeight(self._outer.totalMinimumHeightForWidth(width))
        return least

    def _room(self) -> QSize:
        """For a window with its frame, in pixels."""
        return self.screen().availableSize() - QSize(6 * GRID, 6 * GRID)

    def _give_way(self) -> None:
        """Large letters on a small screen: better a second line of buttons and a scroll bar than words cut off."""
        room = self._room()
        if self._buttons.minimumSize().width() + 6 * GRID > room.width():
            self._split_buttons()
        least = self._least_size(self.width())
        if least.width() > room.width() or least.height() > room.height():
            self._scroll()
            least = QSize(0, room.height())
        wanted = self.size().expandedTo(least).boundedTo(room)
        if wanted != self.size():
            self.resize(wanted)

    def _split_buttons(self) -> None:
        """The buttons at the left end get a line of their own."""
        upper = row(spacing=GRID)
        while self._left:
            fill(upper, self._left.pop())
        fill(upper, None)
        if upper.count() > 1:
            self._outer.insertLayout(self._outer.count() - 1, upper)

    def _scroll(self) -> None:
        """Put the content into a scroll area."""
        at = self._outer.indexOf(self.body)
        if at < 0:
            return  # it is in one
        self._outer.removeItem(self.body)
        self.body.setParent(None)
        self.body.setContentsMargins(0, 0, GRID, 0)
        page, area = QWidget(), QScrollArea()
        page.setLayout(self.body)
        area.setWidgetResizable(True)
        area.setWidget(page)
        self._outer.insertWidget(at, area, 1)
        self._chosen_height = self._room().height()
        self.setMinimumHeight(0)
        self._outer.activate()

    def add_left(self, widget: QWidget) -> None:
        """Put something at the left end of the button line."""
        self._place_buttons()
        self._buttons.insertWidget(0, widget)
        self._left.append(widget)

    def _place_buttons(self) -> None:
        """A dialog whose pages have buttons of their own gets no empty line for them."""
        if self._buttons.parent() is None:
            self._outer.addLayout(self._buttons)
