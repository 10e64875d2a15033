"""What the editors of pictures share: pictures are dropped, pasted and chosen, and what cannot be read is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource, dropped_sources, let_picture_in, sources_of
from gui.services.document import Document
from gui.services.pictures import PATTERNS
from spkcore.base.errors import SpkError

Take = Callable[[list[PictureSource]], None]


class PictureEditor(Editor):
    """A subclass says where pictures go: `take_dropped`, and `take_pasted` where that is another place."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.setAcceptDrops(True)

    def take_dropped(self, sources: list[PictureSource]) -> None:
        """Pictures were dropped somewhere on the page."""

    def take_pasted(self, sources: list[PictureSource]) -> None:
        """Pictures were pasted with the keyboard."""
        self.take_dropped(sources)

    def choose_pictures(self, title: str, take: Take) -> None:
        """Let people choose files, and give them to `take`."""

        def chosen(files: list[Path]) -> None:
            take([PictureSource(file.name, file) for file in files])

        self.context.notifier.open_files(title, [(tr("Pictures"), PATTERNS)], None, chosen)

    def paste_pictures(self, take: Take) -> None:
        """Give what the clipboard holds to `take`, or say that it holds none."""
        sources = sources_of(QGuiApplication.clipboard().mimeData())
        if sources:
            take(sources)
        else:
            self.context.notifier.inform(tr("There is no picture in the clipboard."))

    @Slot(object)
    def tell_failure(self, error: object) -> None:
        """A picture could not be read or made."""
        if isinstance(error, SpkError):
            self.context.notifier.error(error)

    # ------------------------------------------------------------------------------------------ Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_pictures(self.take_pasted)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        let_picture_in(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_dropped(dropped_sources(event))
