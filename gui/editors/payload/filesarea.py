"""How the first tab of the payload editor is laid out: banner, filter line, tree, size map and properties."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedWidget, QToolButton, QWidget

from gui.editors.payload.filterbar import FilterBar
from gui.editors.payload.menu import PayloadMenu
from gui.qt.forms import GRID, column, fill, make_button, make_tool, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme


class FilesArea(QWidget):
    """`pages` holds the tree and what stands in its place while the payload is empty."""

    def __init__(self, theme: Theme, menu: PayloadMenu, bar: FilterBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._menu = menu
        self._bar = bar
        self.pages = QStackedWidget()
        self.more = make_tool(theme.icon("more"), tr("More"))
        self.map_button = self._toggle("sizemap", tr("Size map"))
        self.properties_button = self._toggle("sidebar-right", tr("Properties"))
        self.properties_button.setChecked(True)

    def lay_out(self, banner: QWidget, size_map: QWidget, properties: QWidget) -> None:
        """Put everything in its place."""
        menu = self._menu
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        add = [_button(menu.add_files, tr("Add files…")), _button(menu.add_folder, tr("Add a folder…"))]
        self._bar.add_right(*add, self.map_button, self.properties_button, self.more)
        bar = row()
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.addWidget(self._bar)
        size_map.hide()
        left = _splitter(Qt.Orientation.Vertical, self.pages, size_map)
        left.setSizes([40 * GRID, 34 * GRID])
        inner = _splitter(Qt.Orientation.Horizontal, left, properties)
        inner.setStretchFactor(0, 1)
        inner.setSizes([80 * GRID, 36 * GRID])
        lines = column(self, spacing=0)
        fill(lines, banner, bar)
        lines.addWidget(inner, 1)
        self.properties_button.toggled.connect(properties.setVisible)

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
    button.clicked.connect(action.trigger)
    return button
