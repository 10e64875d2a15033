"""Reads, draws and decodes pictures in the background, and makes what goes to the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, QRectF, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource
from gui.qt.tasks import TaskRunner
from spkcore.base.errors import SpkError, UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.package.drawings import require_harmless
from spkcore.package.entries import Content, FileContent
from spkcore.package.icons import Artwork, Picture, Pixels, load, looks_like_svg

PATTERNS = "*.png *.jpg *.jpeg *.gif *.bmp *.webp *.ico *.tif *.tiff *.svg"
"""What the file dialog offers."""

_LARGEST_FILE = 64 * 1024 * 1024
_LARGEST_SVG = 8 * 1024 * 1024
_SVG_SIDE = 1024
"""Pixels of the longer side of a drawing that is turned into a picture: four times the largest icon."""


def read_picture(source: PictureSource) -> bytes:
    """The bytes of a picture file; drawings and the clipboard's images as PNG. Runs in the background.

    Raises `SpkError` for what cannot be read or is far too large.
    """
    data = source.data
    if source.path is not None:
        content = FileContent.of(source.path)
        if content.size > _LARGEST_FILE:
            raise UnreadableError("The picture file is too large", str(source.path), "Choose one below 64 MB.")
        data = content.read()
    elif not source.image.isNull():
        return _as_png(source.image)
    return draw_svg(data, source.name) if looks_like_svg(data) else data


def load_picture(source: PictureSource, context: TaskContext) -> Artwork:
    """Read and decode it. Runs in the background. Raises `SpkError`."""
    data = read_picture(source)
    context.check()
    return load(data)


def read_all(sources: Iterable[PictureSource], context: TaskContext) -> list[bytes]:
    """The bytes of several pictures, of which each can be decoded. Runs in the background. Raises `SpkError`."""
    found = []
    for source in sources:
        data = read_picture(source)
        context.check()
        load(data)
        found.append(data)
    return found


def draw_svg(data: bytes, name: str = "") -> bytes:
    """A drawing as PNG, as large as all icons need it. Raises `UnreadableError`."""
    if len(data) > _LARGEST_SVG:
        raise UnreadableError("This drawing is too large", name, "Choose one below 8 MB, or export it as PNG.")
    require_harmless(data, name)
    renderer = QSvgRenderer(QByteArray(data))
    if not renderer.isValid():
        raise UnreadableError("This drawing cannot be read", name, "Export it as plain SVG or as PNG and try again.")
    natural = renderer.defaultSize()
    if natural.isEmpty():
        natural = QSize(_SVG_SIDE, _SVG_SIDE)
    size = natural.scaled(_SVG_SIDE, _SVG_SIDE, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return _as_png(image)


def image_of(pixels: Pixels) -> QImage:
    """Pixels of the engine as an image that owns its bytes."""
    line = 4 * pixels.width
    return QImage(pixels.data, pixels.width, pixels.height, line, QImage.Format.Format_RGBA8888).copy()


def clipboard_data(data: bytes, image: QImage, kind: str, path: Path | None = None) -> QMimeData:
    """A picture for the clipboard and for drags: its bytes as they are, an image for programs that know no other, and
    the file at `path` for those that take files."""
    mime = QMimeData()
    mime.setData(kind, QByteArray(data))
    if not image.isNull():
        mime.setImageData(image)
    if path is not None:
        mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def _as_png(image: QImage) -> bytes:
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(store.data())


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """What is known of a picture: what it is, and how it looks when small; or why it cannot be shown."""

    picture: Picture | None = None
    image: QImage = field(default_factory=QImage)
    problem: str = ""


class Thumbnails(QObject):
    """Decodes pictures in the background, each content once; `ready` comes when some more are known."""

    ready = Signal()

    def __init__(self, tasks: TaskRunner, largest: int, parent: QObject) -> None:
        """`largest` is the longer side of a thumbnail in pixels."""
        super().__init__(parent)
        self._tasks = tasks
        self._largest = largest
        self._known: dict[Content, Thumbnail] = {}
        self._wanted: dict[Content, None] = {}
        self._busy = False

    @property
    def is_busy(self) -> bool:
        """Whether some are on their way."""
        return self._busy

    def find(self, content: Content) -> Thumbnail | None:
        """The thumbnail, or None while it is being made."""
        known = self._known.get(content)
        if known is None:
            self._wanted[content] = None
            self._start()
        return known

    def forget_others(self, used: Iterable[Content]) -> None:
        """Drop the thumbnails of contents that are not among these."""
        kept = set(used)
        self._known = {content: found for content, found in self._known.items() if content in kept}

    def _start(self) -> None:
        if self._busy or not self._wanted:
            return
        self._busy = True
        work = partial(_thumbnails, list(self._wanted), self._largest)
        self._wanted.clear()
        task = self._tasks.start("preview", tr("Read pictures"), work, hidden=True)
        task.finished.connect(self._on_made)
        task.ended.connect(self._on_ended)

    @Slot(object)
    def _on_made(self, found: object) -> None:
        if isinstance(found, dict):
            self._known.update(found)

    @Slot()
    def _on_ended(self) -> None:
        self._busy = False
        self.ready.emit()
        self._start()


def _thumbnails(contents: list[Content], largest: int, context: TaskContext) -> dict[Content, Thumbnail]:
    found = {}
    for content in contents:
        context.check()
        found[content] = _thumbnail(content, largest)
    return found


def _thumbnail(content: Content, largest: int) -> Thumbnail:
    try:
        if content.size > _LARGEST_FILE:
            return Thumbnail(problem=tr("The file is too large to be shown."))
        art = load(content.read())
    except SpkError as error:
        return Thumbnail(problem=f"{error.what}.")
    return Thumbnail(art.picture, image_of(art.pixels(largest)))


class Latest(QObject):
    """Runs the newest of many jobs: while one runs, only the last of those that come is kept."""

    finished = Signal(object)
    failed = Signal(object)
    """SpkError"""

    def __init__(self, tasks: TaskRunner, lane: str, title: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._lane = lane
        self._title = title
        self._next: Callable[[TaskContext], object] | None = None
        self._busy = False

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._busy

    def start(self, work: Callable[[TaskContext], object]) -> None:
        """Carry it out, unless a newer one comes before its turn."""
        if self._busy:
            self._next = work
            return
        self._busy = True
        task = self._tasks.start(self._lane, self._title, work, hidden=True)
        task.finished.connect(self._on_finished)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._go_on)

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        if not self._go_on():
            self.finished.emit(result)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if not self._go_on():
            self.failed.emit(error)

    @Slot()
    def _go_on(self) -> bool:
        """Start the one that waits. Whether there is one: then the result that came is out of date."""
        self._busy = False
        waiting, self._next = self._next, None
        if waiting is not None:
            self.start(waiting)
        return waiting is not None
