"""How the first tab of the payload editor is laid out: banner, filter line, tree, size map and properties."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedWidget, QToolButton, QWidget

from gui.editors.payload.filterbar import FilterBar
from gui.editors.payload.menu import PayloadMenu
from gui.qt.forms import GRID, ICON_AND_GAP, column, fill, make_button, make_tool, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.room import PaneBeside, letters, text_lines

_TWO_PANES = (84 * GRID, 96)
"""What the tree and the properties need beside each other: pixels, and letters of the font."""
_LOW = (58 * GRID, 28)
"""Below this height, in pixels and lines of the font, tree and size map have no room above each other."""


class FilesArea(QWidget):
    """`pages` holds the tree and what stands in its place while the payload is empty."""

    _is_ready = False

    def __init__(self, theme: Theme, menu: PayloadMenu, bar: FilterBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._menu = menu
        self._bar = bar
        self.pages = QStackedWidget()
        self.more = make_tool(theme.icon("more"), tr("More"))
        self.map_button = self._toggle("sizemap", tr("Size map"))
        self.properties_button = self._toggle("sidebar-right", tr("Properties"))

    def lay_out(self, banner: QWidget, size_map: QWidget, properties: QWidget) -> None:
        """Put everything in its place."""
        menu = self._menu
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add = [_button(menu.add_files, tr("Add files…")), _button(menu.add_folder, tr("Add a folder…"))]
        self._bar.add_right(*self._add, self.map_button, self.properties_button, self.more)
        bar = row()
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(self._bar)
        self._left = left = _splitter(Qt.Orientation.Vertical, self.pages, size_map)
        self.map_room = PaneBeside(self.pages, size_map, self.map_button)
        self.map_room.set_open(False)
        left.setSizes([40 * GRID, 34 * GRID])
        inner = _splitter(Qt.Orientation.Horizontal, left, properties)
        inner.setStretchFactor(0, 1)
        inner.setSizes([80 * GRID, 36 * GRID])
        lines = column(self, spacing=0)
        fill(lines, banner, bar)
        lines.addWidget(inner, 1)
        self.room = PaneBeside(left, properties, self.properties_button)
        self.room.set_open(True)
        self._is_ready = True
        self._fit()

    @Slot()
    def show_files(self) -> None:
        """Bring the tree back where something else took its place."""
        self.room.show_main()
        self.map_room.show_main()

    def _fit(self) -> None:
        """One thing at a time where there is no room for two; signs instead of words where these have none."""
        has_room = self.width() >= letters(self, *_TWO_PANES)
        self.room.fit(has_room=has_room)
        self.map_room.fit(has_room=self.height() >= text_lines(self, *_LOW))
        for button in self._add:
            button.setText(button.accessibleName() if has_room else "")
            button.setIconSize(ICON_AND_GAP if has_room else QSize(2 * GRID, 2 * GRID))
            button.setToolTip("" if has_room else button.accessibleName())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_ready:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._is_ready and event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _toggle(self, icon: str, name: str) -> QToolButton:
        button = make_tool(self._theme.icon(icon), name)
        button.setCheckable(True)
        return button


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter


def _button(action: QAction, text: str) -> QPushButton:
    button = make_button(text, "flat", action.icon())
    button.setAccessibleName(text)
    button.clicked.connect(action.trigger)
    return button
