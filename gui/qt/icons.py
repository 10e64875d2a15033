"""Line icons from resources/icons/*.svg, tinted by the theme and sharp at every scale."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from spkcore.base.reference import resources_folder


class IconSource(Protocol):
    """Who has icons: the theme."""

    def icon(self, name: str, role: str = "icon") -> QIcon:
        """The icon resources/icons/<name>.svg in the theme's colour `role`; it follows the theme."""


class ColorSource(Protocol):
    """Who has colours: the theme."""

    def color(self, role: str) -> QColor:
        """The colour of this role now."""


class TintedIconEngine(QIconEngine):
    """Paints one SVG in the colour that the theme has for `role` at the moment of painting."""

    def __init__(self, svg: bytes, role: str, colors: ColorSource) -> None:
        super().__init__()
        self._svg = svg
        self._role = role
        self._colors = colors

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = {QIcon.Mode.Disabled: "text_faint", QIcon.Mode.Selected: self._role}.get(mode, self._role)
        # A place wider than high is an icon with a gap behind it: see ICON_AND_GAP in gui/qt/forms.py.
        side = min(rect.width(), rect.height())
        place = QRectF(rect.left(), rect.top() + (rect.height() - side) / 2, side, side)
        render_tinted(painter, place, self._svg, self._colors.color(role))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return QPixmap.fromImage(image)

    def clone(self) -> QIconEngine:
        return TintedIconEngine(self._svg, self._role, self._colors)


def render_tinted(painter: QPainter, rect: QRectF, svg: bytes, color: QColor) -> None:
    """Draw `svg`, in which "currentColor" stands for the tint, into `rect`."""
    tinted = svg.replace(b"currentColor", color.name().encode())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(tinted)).render(painter, rect)


@cache
def read_icon(name: str) -> bytes:
    """The SVG text of resources/icons/<name>.svg. Raises `FileNotFoundError` for a name that is not there."""
    return (resources_folder() / "icons" / f"{name}.svg").read_bytes()
