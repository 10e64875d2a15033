"""A colour as "#rrggbb" with a patch that shows it and opens the colour dialog."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QLineEdit, QWidget

from gui.qt.forms import GRID, make_tool, restyle, row
from gui.qt.i18n import tr

_COLOR = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class ColorField(QWidget):
    """Typed or chosen; what is no colour is marked, and the last good one stays."""

    color_changed = Signal(str)
    """#rrggbb"""

    def __init__(self, name: str, color: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._color = color
        self.text = QLineEdit(color)
        self.text.setAccessibleName(name)
        self.text.setMaximumWidth(13 * GRID)
        self.patch = make_tool(QIcon(), tr("Choose: {name}", name=name))
        self.patch.setIconSize(QSize(3 * GRID, 2 * GRID))
        line = row(self, spacing=GRID // 2)
        line.addWidget(self.patch)
        line.addWidget(self.text)
        self.setFocusProxy(self.text)
        self.text.textEdited.connect(self._on_typed)
        self.patch.clicked.connect(self._on_choose)
        self._show()

    @property
    def color(self) -> str:
        """The colour as #rrggbb."""
        return self._color

    def set_color(self, color: str) -> None:
        """Show this colour (#rrggbb)."""
        self.text.setText(color)
        self._on_typed(color)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        found = _COLOR.fullmatch(text.strip())
        restyle(self.text, "state", "" if found else "error")
        if found:
            self._take(QColor("#" + found.group(1)).name())

    @Slot()
    def _on_choose(self) -> None:
        dialog = QColorDialog(QColor(self._color), self)
        dialog.setWindowTitle(self._name)
        dialog.colorSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(QColor)
    def _on_chosen(self, color: QColor) -> None:
        self.set_color(color.name())

    def _take(self, color: str) -> None:
        if color != self._color:
            self._color = color
            self._show()
            self.color_changed.emit(color)

    def _show(self) -> None:
        picture = QPixmap(48, 32)
        picture.fill(self.palette().dark().color())
        painter = QPainter(picture)
        painter.fillRect(picture.rect().adjusted(2, 2, -2, -2), QColor(self._color))
        painter.end()
        self.patch.setIcon(QIcon(picture))
