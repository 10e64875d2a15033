"""A layout that puts widgets side by side and goes on below when the line is full."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

Line = list[tuple[QLayoutItem, QSize]]


class FlowLayout(QLayout):
    """Each widget keeps its own size, in the middle of its line."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for line in self._lines(self._items, rect.width()):
            height = max(hint.height() for _item, hint in line)
            x = rect.x()
            for item, hint in line:
                if move:
                    at_top = bool(item.alignment() & Qt.AlignmentFlag.AlignTop)
                    item.setGeometry(QRect(QPoint(x, y if at_top else y + (height - hint.height()) // 2), hint))
                x += hint.width() + self.spacing()
            y += height + self.spacing()
        return max(y - self.spacing() - rect.y(), 0)

    def _lines(self, items: Sequence[QLayoutItem], width: int) -> list[Line]:
        """The visible ones of these items line by line, with their sizes."""
        lines: list[Line] = []
        left = 0
        for item in items:
            if item.isEmpty():
                continue  # hidden
            hint = item.sizeHint()
            if not lines or left < hint.width():
                lines.append([])
                left = width
            lines[-1].append((item, hint))
            left -= hint.width() + self.spacing()
        return lines


class FoldingRow(FlowLayout):
    """A row whose first widget takes what the others leave; where that is too little, the others go on below it."""

    def __init__(self, first: QWidget, *others: QWidget, least: int, spacing: int = 8) -> None:
        """`least` is what the first widget needs, in letters of its font."""
        super().__init__(spacing=spacing)
        self._first = first
        self._least = least
        self.setContentsMargins(0, 0, 0, 0)
        for widget in (first, *others):
            self.addWidget(widget)

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        height = super().heightForWidth(width - margins.left() - margins.right())
        return height + margins.top() + margins.bottom()

    def minimumSize(self) -> QSize:
        margins = self.contentsMargins()
        return super().minimumSize().grownBy(margins)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect.marginsRemoved(self.contentsMargins()))

    def _lines(self, items: Sequence[QLayoutItem], width: int) -> list[Line]:
        head, *rest = items
        if head.isEmpty():
            return super()._lines(rest, width)
        shown = [(item, item.sizeHint()) for item in rest if not item.isEmpty()]
        left = width - sum(hint.width() + self.spacing() for _item, hint in shown)
        if left >= self._first.fontMetrics().averageCharWidth() * self._least:
            return [[(head, _at_width(head, left)), *shown]]
        return [[(head, _at_width(head, width))], *super()._lines(rest, width)]


def _at_width(item: QLayoutItem, width: int) -> QSize:
    height = item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
    return QSize(width, height)
