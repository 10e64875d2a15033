"""Where packages are dropped: the zone on the welcome page and the highlight over the whole window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import GRID, column, fill, make_button, make_label, restyle, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.opener import drop_answer


class DropZone(QFrame):
    """The large field on the welcome page; the window itself takes the drop."""

    def __init__(self, theme: Theme, open_folder: str, open_spk: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("DropZone")
        self._picture = QLabel()
        self.folder_button: QPushButton = make_button(open_folder, "primary")
        self.spk_button: QPushButton = make_button(open_spk)
        lines = column(self, margin=3 * GRID, spacing=GRID)
        buttons = row(spacing=GRID)
        fill(buttons, None, self.folder_button, self.spk_button, None)
        heading = make_label(tr("Drop a package folder or an .spk here"), "heading", wrap=True)
        text = make_label(tr("It opens in the background; nothing is changed until you save."), "muted", wrap=True)
        fill(lines, None, self._picture, heading, text, GRID, buttons, None)
        for label in (self._picture, heading, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        theme.changed.connect(self._paint)
        self._paint()

    def set_active(self, active: bool) -> None:
        """Whether something that can be opened hovers over the window."""
        restyle(self, "active", "true" if active else "false")

    @Slot()
    def _paint(self) -> None:
        self._picture.setPixmap(self._theme.icon("drop", "accent").pixmap(QSize(40, 40)))


class DropTarget(QObject):
    """Lets packages be dropped anywhere on `window`, with a highlight that says what will happen or why not."""

    dropped = Signal(object)
    """Path"""
    refused = Signal(str)
    """Why nothing was opened."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
            return True
        if isinstance(event, QDragLeaveEvent):
            self.overlay.hide()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._drop(event)
            return True
        return super().eventFilter(watched, event)

    def _enter(self, event: QDragEnterEvent) -> None:
        if not _is_files(event.mimeData()):
            event.ignore()
            return
        path, answer = drop_answer(dropped_paths(event.mimeData()))
        self.overlay.show_answer(answer, is_good=path is not None)
        # Taken even when it is refused, so that the sentence stays visible while the mouse is over the window.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _drop(self, event: QDropEvent) -> None:
        self.overlay.hide()
        path, answer = drop_answer(dropped_paths(event.mimeData()))
        if path is None:
            event.ignore()
            self.refused.emit(answer)
            return
        event.acceptProposedAction()
        self.dropped.emit(path)


class DropOverlay(QFrame):
    """Covers the window while something hovers over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("DropOverlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = make_label("", "heading", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column(self, margin=4 * GRID).addWidget(self._text)
        self.hide()

    @property
    def message(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_answer(self, text: str, is_good: bool) -> None:
        """Cover the window and say what a drop would do."""
        self._text.setText(text)
        restyle(self, "tone", "" if is_good else "danger")
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect().adjusted(GRID, GRID, -GRID, -GRID))
        self.show()
        self.raise_()


def _is_files(mime: QMimeData) -> bool:
    return mime.hasUrls()
