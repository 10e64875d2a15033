"""The size map of the payload: a treemap that one can click, walk with the keys, and go into folder by folder."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui.models.payloadtree import PayloadTree
from gui.models.sizemap import HEAD, Tile, lay_out, neighbour
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from gui.widgets.flow import FoldingRow
from spkcore.package.entries import PAYLOAD

_GROUNDS = {"compiled": "accent_soft", "picture": "success_soft", "text": "warning_soft", "": "hover"}
"""Colour roles by what a file is."""
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_PLACE = 20
"""Letters of the path above the map that there must be room for; where the legend leaves less, it goes below."""
_BACK = {Qt.Key.Key_Backspace, Qt.Key.Key_Escape}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_OWN_KEYS = {*_STEPS, *_BACK, *_ENTER}


class SizeMap(QWidget):
    """Draws one folder. The picture is made once and kept until the folder, the size or the look changes."""

    chosen = Signal(str)
    """The path of a tile that was clicked or reached by a key."""
    entered = Signal(str)
    """The path of a folder to go into."""
    left = Signal()
    """Go to the folder above."""
    hovered = Signal(object)
    """Tile, or None"""

    def __init__(self, theme: Theme, kind_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kind_of = kind_of
        self._tree: PayloadTree | None = None
        self._folder = PAYLOAD
        self._picture: QPixmap | None = None
        self._hovered: Tile | None = None
        self.tiles: list[Tile] = []
        self.current: Tile | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Size map of the payload"))
        self.setMinimumSize(20 * GRID, 12 * GRID)
        theme.changed.connect(self._on_theme_changed)

    def show_folder(self, tree: PayloadTree, folder: str) -> None:
        """Show what is in this folder."""
        current = self.current.path if self.current is not None else ""
        self._tree, self._folder = tree, folder
        self._lay_out()
        self.select(current)

    def select(self, path: str) -> None:
        """Mark the tile of this path, or of the folder above that has one; nothing is announced."""
        by_path = {tile.path: tile for tile in self.tiles if tile.path}
        while path and path not in by_path:
            path = path.rpartition("/")[0]
        self._set_current(by_path.get(path))

    def tile_at(self, place: QPoint) -> Tile | None:
        """The innermost tile at a place."""
        return next((tile for tile in reversed(self.tiles) if tile.holds(place.x(), place.y())), None)

    @property
    def _head(self) -> float:
        """Pixels for a name."""
        return max(HEAD, self.fontMetrics().lineSpacing() + 1.0)

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, 26 * GRID)

    # ------------------------------------------------------------------------------------------ inner

    def _lay_out(self) -> None:
        self._picture = None
        self._hovered = None
        tree = self._tree
        self.tiles = lay_out(tree, self._folder, self.width(), self.height(), self._head) if tree is not None else []
        self.update()

    def _set_current(self, tile: Tile | None) -> None:
        self.current = tile
        self.setAccessibleDescription(tile_text(tile) if tile is not None else "")
        self.update()

    def _choose(self, tile: Tile) -> None:
        self._set_current(tile)
        self.chosen.emit(tile.path or tile.folder)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._picture = None
        self.update()

    def _draw(self) -> QPixmap:
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(self._theme.color("window"))
        painter = QPainter(picture)
        painter.setFont(self.font())
        for tile in self.tiles:
            self._draw_tile(painter, tile)
        painter.end()
        return picture

    def _draw_tile(self, painter: QPainter, tile: Tile) -> None:
        rect = QRectF(tile.x + 0.5, tile.y + 0.5, tile.width - 1, tile.height - 1)
        ground = "sidebar" if tile.is_folder else _GROUNDS[self._kind_of(tile.path)]
        painter.fillRect(rect, self._theme.color(ground))
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawRect(rect)
        head = self._head
        if tile.width < 6 * GRID or tile.height < head:
            return
        room = rect.adjusted(5, 1, -3, -1)
        text = tile.name if tile.path else tr("{n} more", "{n} more", n=tile.count)
        height = head if tile.is_folder or room.height() < 2.2 * head else 2 * head
        painter.setPen(self._theme.color("text_muted" if tile.is_folder else "text"))
        metrics = painter.fontMetrics()
        lines = [metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))]
        size = size_text(tile.size)
        if height > head and metrics.horizontalAdvance(size) <= room.width():
            lines.append(size)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), "\n".join(lines))

    # ------------------------------------------------------------------------------------------ Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        for tile, role, width in ((self._hovered, "border_strong", 1), (self.current, "accent", 3)):
            if tile is not None:
                painter.setPen(QPen(self._theme.color(role), width))
                half = width / 2
                painter.drawRect(QRectF(tile.x + half, tile.y + half, tile.width - width, tile.height - width))
        if self.hasFocus() and self.current is None:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        current = self.current.path if self.current is not None else ""
        self._lay_out()
        self.select(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        tile = self.tile_at(event.position().toPoint())
        if tile is not None:
            self._choose(tile)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        tile = self.tile_at(event.position().toPoint())
        if tile is not None:
            self.entered.emit(tile.path if tile.is_folder else tile.folder)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.tile_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tile = self.tile_at(event.pos())
            QToolTip.showText(event.globalPos(), tile_text(tile) if tile is not None else "", self)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and self.tiles:
            first = next((tile for tile in self.tiles if not tile.is_folder), self.tiles[0])
            tile = neighbour(self.tiles, self.current, *_STEPS[key]) if self.current is not None else first
            if tile is not None:
                self._choose(tile)
        elif key in _ENTER and self.current is not None:
            self.entered.emit(self.current.path if self.current.is_folder else self.current.folder)
        elif key in _BACK:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _hover(self, tile: Tile | None) -> None:
        if tile is not self._hovered:
            self._hovered = tile
            self.hovered.emit(tile)
            self.update()


class SizeMapPanel(QWidget):
    """The map with the way to the folder above it, and what is under the pointer below it."""

    chosen = Signal(str)
    close_wanted = Signal()

    def __init__(
        self, tree: PayloadTree, theme: Theme, kind_of: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tree = tree
        self._shown = PAYLOAD
        self.map = SizeMap(theme, kind_of)
        self.up = make_button(tr("Folder above"), "flat", theme.icon("chevron-up"))
        self.place = ElidedLabel("", "strong")
        self.note = ElidedLabel("", "small")
        self._close = make_tool(theme.icon("close"), tr("Hide the size map"))
        bar = row(spacing=GRID)
        bar.setContentsMargins(2 * GRID, GRID // 2, GRID, 0)
        bar.addLayout(FoldingRow(self.place, *self._legend(theme), self.up, least=_PLACE, spacing=GRID), 1)
        bar.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        below = row()
        below.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID // 2)
        below.addWidget(self.note, 1)
        lines = column(self, spacing=GRID // 2)
        fill(lines, bar)
        lines.addWidget(self.map, 1)
        fill(lines, below)
        self.up.clicked.connect(self._on_up)
        self.map.left.connect(self._on_up)
        self.map.entered.connect(self.show_folder)
        self.map.chosen.connect(self.chosen)
        self.map.chosen.connect(self._on_chosen)
        self.map.hovered.connect(self._on_hovered)
        self._close.clicked.connect(self.close_wanted)

    @Slot(str)
    def show_folder(self, path: str) -> None:
        """Show this folder of the payload."""
        self._shown = path
        self.refresh()

    def refresh(self) -> None:
        """Show the payload as it is now; a folder that is gone gives way to the one above."""
        if not self.isVisible():
            return
        while self._shown not in self._tree:
            self._shown = self._shown.rpartition("/")[0]
        self.place.setText(f"{self._shown}  ·  {size_text(self._tree.size_of(self._shown))}")
        self.up.setEnabled(self._shown != PAYLOAD)
        self.map.show_folder(self._tree, self._shown)
        self._on_hovered(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def select(self, path: str) -> None:
        """Mark an entry, in the map of the folder that holds it."""
        if self.isVisible():
            self.map.select(path)
            self._on_hovered(None)

    @Slot()
    def _on_up(self) -> None:
        if self._shown != PAYLOAD:
            self.show_folder(self._shown.rpartition("/")[0])

    @Slot()
    def _on_chosen(self) -> None:
        self._on_hovered(None)

    @Slot(object)
    def _on_hovered(self, tile: object) -> None:
        shown = tile if isinstance(tile, Tile) else self.map.current
        self.note.setText(tile_text(shown) if shown is not None else tr("Double-click a folder to go into it."))

    def _legend(self, theme: Theme) -> list[QWidget]:
        texts = {"compiled": tr("compiled"), "picture": tr("pictures"), "text": tr("texts"), "": tr("other")}
        found: list[QWidget] = []
        for kind, text in texts.items():
            found += [_Swatch(theme, _GROUNDS[kind]), make_label(text, "small")]
        return found


class _Swatch(QWidget):
    """A small square in a colour of the map."""

    def __init__(self, theme: Theme, role: str) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self.setFixedSize(12, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(self._role))
        painter.setPen(self._theme.color("border_strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def tile_text(tile: Tile) -> str:
    """What a tile stands for, in words."""
    if not tile.path:
        folder = tile.folder.removeprefix(PAYLOAD).lstrip("/") or PAYLOAD
        return tr(
            "{n} small one in {folder}: {size}",
            "{n} small ones in {folder}: {size}",
            n=tile.count, folder=folder, size=size_text(tile.size),
        )  # fmt: skip
    return f"{tile.path.removeprefix(PAYLOAD + '/')}  ·  {size_text(tile.size)}"
