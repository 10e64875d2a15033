"""The NAS's own list of packages: search it, download a package directly, or let the NAS get it and catch it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLineEdit, QProgressBar, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.nas.downloads import Downloads, DownloadState
from gui.nas.errorbox import ErrorBox
from gui.nas.jobs import Looking
from gui.nas.tables import ListModel, ListView
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.tasks import Task
from gui.qt.theme import Theme
from spkcore.base.errors import SpkError
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.offers import Offer

NAME, VERSION, INSTALLED, SIZE, SOURCE, STATE = range(6)
_ICON = 20
_PICTURES = {b"\x89PNG": b"png", b"\xff\xd8\xff": b"jpg"}
_LARGEST_PICTURE = 1024


class OfferModel(ListModel[Offer]):
    """One package in a row."""

    right_aligned = frozenset({SIZE})

    def __init__(self, theme: Theme, downloads: Downloads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (tr("Package"), tr("Version"), tr("On the NAS"), tr("Size"), tr("Source"), tr("State"))
        self._theme = theme
        self._downloads = downloads
        self._icons: dict[str, QIcon] = {}

    def text(self, row: Offer, column: int) -> str:
        if column == SIZE:
            return size_text(row.url.size) if row.url.size else ""
        if column == STATE:
            status = self._downloads.status(row.url)
            return status.text if status is not None else ""
        return {NAME: row.name, VERSION: row.url.version, INSTALLED: row.installed}.get(column, row.source)

    def tip(self, row: Offer, column: int) -> str:
        return "\n".join(part for part in (row.url.package, row.url.shown) if part)

    def sort_key(self, row: Offer, column: int) -> object:
        return row.url.size if column == SIZE else super().sort_key(row, column)

    def look(self, row: Offer, column: int, role: int) -> object:
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return self._icon(row)
        if role == Qt.ItemDataRole.ForegroundRole and column == INSTALLED and row.is_installed:
            return self._theme.color("success")
        return None

    def _icon(self, row: Offer) -> QIcon:
        """Its own picture, drawn when the row is shown for the first time."""
        if row.url.package not in self._icons:
            image = _picture(row.icon)
            good = not image.isNull()
            self._icons[row.url.package] = QIcon(QPixmap.fromImage(image)) if good else self._theme.icon("package")
        return self._icons[row.url.package]


class OffersDialog(BaseDialog):
    """`look` reads the list in a worker thread."""

    capture_wanted = Signal(object)
    """PackageUrl that the NAS shall get."""
    open_wanted = Signal(object)
    """Path of a downloaded package."""
    logged = Signal(str)
    """A line of the session log."""

    def __init__(self, context: AppContext, looking: Looking, downloads: Downloads, parent: QWidget | None) -> None:
        super().__init__(tr("Packages of the NAS"), parent)
        self.setObjectName("OffersDialog")
        self._context = context
        self._looking = looking
        self._downloads = downloads
        self._offers: tuple[Offer, ...] = ()
        self._task: Task | None = None
        self.error = ErrorBox(context.theme)
        self.model = OfferModel(context.theme, downloads, self)
        self.view = ListView(self.model, tr("Packages of the NAS"))
        self._make_fields()
        self._lay_out()
        self._connect_signals()
        self.resize_within_screen(QSize(124 * GRID, 76 * GRID))

    @Slot()
    def load(self) -> None:
        """Ask the NAS for its list."""
        self.error.hide()
        self._pages.setCurrentIndex(0)
        place = self._looking.connection.target.host
        title = tr("Read the packages of {place}", place=place)
        self._task = self._context.tasks.start(f"nas:{place}", title, self._looking.offers, hidden=True)
        self._task.finished.connect(self._on_loaded)
        self._task.failed.connect(self._on_failed)
        self._task.logged.connect(self.logged)

    def _make_fields(self) -> None:
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Search by name, version or source"))
        self.filter.setAccessibleName(tr("Search"))
        self.filter.setClearButtonEnabled(True)
        self.count = make_label("", "muted")
        icon = self._context.theme.icon
        self.close_button = make_button(tr("Close"))
        self.open_button = make_button(tr("&Open in the editor"))
        self.capture_button = make_button(tr("&Capture this"), "", icon("capture"))
        self.capture_button.setToolTip(tr("The NAS downloads it, and the capture brings it here"))
        self.download_button = make_button(tr("&Download"), "primary", icon("download", "accent_text"))
        self.download_button.setToolTip(tr("This computer downloads it from the address in the list"))

    def _lay_out(self) -> None:
        waiting = QWidget()
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setAccessibleName(tr("Reading the list"))
        lines = column(waiting, margin=4 * GRID, spacing=GRID)
        text = tr("The NAS asks all its package sources. On a small NAS that takes up to two minutes.")
        fill(
            lines,
            None,
            make_label(tr("Reading the list of the NAS"), "strong"),
            bar,
            make_label(text, "muted", wrap=True),
            None,
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(waiting)
        self._pages.addWidget(self.view)
        self.view.setIconSize(QSize(_ICON, _ICON))
        self.view.set_widths(30, 18, 16, 11, 18)
        fill(self.body, self.filter, self.error)
        self.body.addWidget(self._pages, 1)
        foot = row()
        fill(foot, self.count, None)
        fill(self.body, foot)
        self.add_left(self.open_button)
        self.add_button(self.close_button)
        self.add_button(self.capture_button)
        self.add_button(self.download_button, default=True)

    def _connect_signals(self) -> None:
        self.filter.textChanged.connect(self._show_offers)
        self.view.rows_changed.connect(self._on_selection_changed)
        self.view.chosen.connect(self._on_download_clicked)
        self.close_button.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._on_open_clicked)
        self.capture_button.clicked.connect(self._on_capture_clicked)
        self.download_button.clicked.connect(self._on_download_clicked)
        self._downloads.changed.connect(self._on_download_changed)
        self._downloads.failed.connect(self._on_download_failed)
        self.finished.connect(self._on_finished)
        self._on_selection_changed()

    @Slot(object)
    def _on_loaded(self, offers: tuple[Offer, ...]) -> None:
        self._task = None
        self._offers = offers
        self._pages.setCurrentIndex(1)
        self._show_offers()
        self.filter.setFocus()

    @Slot(object)
    def _on_failed(self, error: SpkError) -> None:
        self._task = None
        self._pages.setCurrentIndex(1)
        self.error.show_error(error, ((tr("Try again"), self.load),))

    @Slot()
    def _show_offers(self) -> None:
        words = self.filter.text().casefold().split()
        self.model.show_rows([offer for offer in self._offers if _holds(offer, words)])
        self.view.select_first()
        shown, known = len(self.model.rows), len(self._offers)
        text = tr("{n} package", "{n} packages", n=known)
        if shown != known:
            text = tr("{shown} of {n} packages", shown=shown, n=known)
        self.count.setText(text if known else "")

    @property
    def chosen(self) -> Offer | None:
        """The selected package."""
        rows = self.view.selected()
        return rows[0] if rows else None

    @Slot()
    def _on_selection_changed(self) -> None:
        offer = self.chosen
        running = offer is not None and self._downloads.is_running(offer.url)
        self.download_button.setEnabled(offer is not None and _has_server(offer.url))
        self.download_button.setText(tr("&Stop") if running else tr("&Download"))
        self.capture_button.setEnabled(offer is not None and not running)
        self.open_button.setEnabled(self._path_here() is not None)

    def _path_here(self) -> Path | None:
        status = self._downloads.status(self.chosen.url) if self.chosen is not None else None
        return status.path if status is not None and status.state is DownloadState.HERE else None

    @Slot()
    def _on_download_clicked(self) -> None:
        self.error.hide()
        offer = self.chosen
        if offer is None or not _has_server(offer.url):
            return
        if self._downloads.is_running(offer.url):
            self._downloads.stop(offer.url)
        else:
            self._downloads.start(offer.url)

    @Slot()
    def _on_capture_clicked(self) -> None:
        offer = self.chosen
        if offer is not None:
            self.capture_wanted.emit(offer.url)
            self.accept()

    @Slot()
    def _on_open_clicked(self) -> None:
        if (path := self._path_here()) is not None:
            self.open_wanted.emit(path)
            self.accept()

    @Slot(object)
    def _on_download_changed(self, item: PackageUrl) -> None:
        for at, offer in enumerate(self.model.rows):
            if offer.url.url == item.url:
                self.model.refresh_row(at)
        self._on_selection_changed()

    @Slot(object, object)
    def _on_download_failed(self, item: PackageUrl, error: SpkError) -> None:
        if any(offer.url.url == item.url for offer in self._offers):
            self.error.show_error(error, ((tr("Let the NAS download it"), self._on_capture_clicked),))

    @Slot()
    def _on_finished(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _picture(data: bytes) -> QImage:
    """A small PNG or JPEG of the list, else an empty image: a drawing may read other files, a large picture takes
    seconds."""
    kind = next((kind for start, kind in _PICTURES.items() if data.startswith(start)), None)
    if kind is None:
        return QImage()
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    size = reader.size()
    return reader.read() if 0 < max(size.width(), size.height()) <= _LARGEST_PICTURE else QImage()


def _has_server(url: PackageUrl) -> bool:
    """Whether there can be a server of this name: there is none behind the demo NAS's (".invalid", RFC 6761)."""
    return not (urlsplit(url.url).hostname or "").endswith(".invalid")


def _holds(offer: Offer, words: list[str]) -> bool:
    text = f"{offer.name} {offer.url.package} {offer.url.version} {offer.source}".casefold()
    return all(word in text for word in words)
