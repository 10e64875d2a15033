"""The gallery of starter packages: a field to search in, and a list of pictures, titles and sentences."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from gui.widgets.rowground import paint_ground
from spkcore.package.templates import Template

_PICTURE = 5 * GRID
_LETTERS = 46
"""Letters of a sentence that stand in one line: the gallery wants to be that wide, whatever the size of the letters."""
_SUMMARY, _DSM = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class TemplateGallery(QWidget):
    """Typing searches titles, sentences and keywords; Down goes into the list, Enter takes what is chosen."""

    chosen = Signal(int)
    """The number of the template, in the order of `templates`."""
    accepted = Signal()
    """Enter, or a double click: on to the questions."""

    def __init__(self, templates: list[Template], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._templates = templates
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search templates"))
        self.search.setAccessibleName(tr("Search templates"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(theme.icon("search", "text_muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._on_searched)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Template"))
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for template in templates:
            self.list.addItem(_item(template))
        self.nothing = make_label("", "muted", wrap=True)
        self.nothing.hide()
        self.wanted_width = _LETTERS * QFontMetrics(self.font()).averageCharWidth() + _PICTURE
        """Pixels; it may be made smaller where the screen is."""
        fill(column(self, spacing=GRID), self.search, self.nothing, self.list)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.list.itemActivated.connect(self._on_activated)

    @property
    def row(self) -> int:
        """The number of the chosen template."""
        return self.list.currentRow()

    def choose(self, row: int) -> None:
        """Choose a template."""
        self.list.setCurrentRow(row)
        self.list.scrollToItem(self.list.currentItem())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event.key())
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        if key == Qt.Key.Key_Down:
            self.list.setFocus()
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.accepted.emit()
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        words = text.casefold().split()
        shown = [number for number, template in enumerate(self._templates) if _is_about(template, words)]
        for number in range(self.list.count()):
            self.list.item(number).setHidden(number not in shown)
        self.nothing.setText(tr('No template is about "{text}".', text=text.strip()))
        self.nothing.setVisible(not shown)
        if shown and self.row not in shown:
            self.choose(shown[0])

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        self.chosen.emit(row)

    @Slot(QListWidgetItem)
    def _on_activated(self, _item: QListWidgetItem) -> None:
        self.accepted.emit()


class _Delegate(QStyledItemDelegate):
    """Picture, title, sentence and DSM versions of a template."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        room = self._room(QRect(0, 0, self._view.viewport().width(), 0))
        title, small = QFontMetrics(_strong(option.font)), QFontMetrics(_small(option.font))
        text = small.boundingRect(QRect(0, 0, room.width(), 0), Qt.TextFlag.TextWordWrap, str(index.data(_SUMMARY)))
        return QSize(0, title.lineSpacing() + text.height() + small.lineSpacing() + 3 * GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_ground(painter, option, self._theme)
        area = option.rect.adjusted(2 * GRID, GRID, -GRID, -GRID)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QIcon):
            picture.paint(painter, QRect(area.left(), area.top() + GRID // 2, _PICTURE, _PICTURE))
        self._paint_texts(painter, option.font, self._room(option.rect), index, selected=selected)
        painter.restore()

    def _room(self, row: QRect) -> QRect:
        return row.adjusted(4 * GRID + _PICTURE, GRID, -2 * GRID, -GRID)

    def _paint_texts(self, painter: QPainter, font: QFont, room: QRect, index: Index, *, selected: bool) -> None:
        strong, small = _strong(font), _small(font)
        painter.setFont(strong)
        painter.setPen(self._theme.color("accent_soft_text" if selected else "text"))
        title = QFontMetrics(strong)
        painter.drawText(
            QRect(room.left(), room.top(), room.width(), title.lineSpacing()),
            Qt.AlignmentFlag.AlignVCenter,
            title.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width()),
        )
        painter.setFont(small)
        painter.setPen(self._theme.color("accent_soft_text" if selected else "text_muted"))
        line = QFontMetrics(small).lineSpacing()
        below = room.adjusted(0, title.lineSpacing(), 0, -line)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, str(index.data(_SUMMARY)))
        last = QRect(room.left(), room.bottom() - line + 1, room.width(), line)
        painter.drawText(last, Qt.AlignmentFlag.AlignVCenter, str(index.data(_DSM)))


def _strong(font: QFont) -> QFont:
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(max(font.pointSizeF() - 1, 7))
    return made


def _is_about(template: Template, words: list[str]) -> bool:
    text = " ".join((template.title, template.summary, template.dsm, template.id, *template.keywords)).casefold()
    return all(word in text for word in words)


def _item(template: Template) -> QListWidgetItem:
    item = QListWidgetItem(template.title)
    picture = QPixmap()
    if picture.loadFromData(template.icon):
        item.setIcon(QIcon(picture))
    dsm = tr("DSM {versions}", versions=template.dsm)
    item.setData(_SUMMARY, template.summary)
    item.setData(_DSM, dsm)
    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, f"{template.summary} {dsm}")
    item.setToolTip(template.summary)
    return item
