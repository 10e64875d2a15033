"""Pictures in drops and in the clipboard, named but not read yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage

from gui.qt.dragdrop import dropped_paths
from gui.qt.i18n import tr

_FORMATS = ("image/png", "image/svg+xml", "image/jpeg", "image/webp", "image/gif", "image/bmp")
"""Of a clipboard that offers several, the first of these is taken: it is what the other program really has."""


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A picture that is not read yet: a file, bytes, or what the clipboard holds. `name` is for people."""

    name: str
    path: Path | None = None
    data: bytes = b""
    image: QImage = field(default_factory=QImage)


def sources_of(mime: QMimeData) -> list[PictureSource]:
    """The pictures in a drop or in the clipboard; empty where it holds none. Files are not looked into."""
    paths = dropped_paths(mime)
    if paths:
        return [PictureSource(path.name, path) for path in paths]
    name = tr("Clipboard")
    for kind in _FORMATS:
        data = bytes(mime.data(kind).data()) if mime.hasFormat(kind) else b""
        if data:
            return [PictureSource(name, data=data)]
    image = mime.imageData() if mime.hasImage() else None
    return [PictureSource(name, image=image)] if isinstance(image, QImage) and not image.isNull() else []


def may_hold_picture(mime: QMimeData) -> bool:
    """Whether it is worth asking `sources_of`: for drags, which ask all the time."""
    return bool(dropped_paths(mime)) or mime.hasImage() or any(map(mime.hasFormat, _FORMATS))


def let_picture_in(event: QDragEnterEvent) -> bool:
    """Accept a drag that may hold a picture, and tell whether; what is dropped is copied, never taken away."""
    is_picture = may_hold_picture(event.mimeData())
    if is_picture:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    return is_picture


def dropped_sources(event: QDropEvent) -> list[PictureSource]:
    """Accept a drop; the pictures in it."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
    return sources_of(event.mimeData())
