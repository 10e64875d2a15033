"""The window of package addresses: what captures, lists and logs tell of where packages can be fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.nas.addresses import AddressBook, Exporting, Reading
from gui.nas.clipboard import copy_secret
from gui.nas.downloads import Downloads, DownloadState
from gui.nas.errorbox import ErrorBox
from gui.nas.plan import capture_folder
from gui.nas.tables import ListModel, ListView
from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import GRID, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from gui.services.shell import show_in_folder
from gui.widgets.emptystate import EmptyState
from spkcore.base.errors import SpkError
from spkcore.nas.feeds import PackageUrl, as_text

PACKAGE, VERSION, ARCH, SIZE, MD5, STATE, ADDRESS = range(7)


class AddressModel(ListModel[PackageUrl]):
    """One address in a row."""

    right_aligned = frozenset({SIZE})

    def __init__(self, theme: Theme, downloads: Downloads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (
            tr("Package"), tr("Version"), tr("Platform"), tr("Size"), tr("MD5"), tr("State"), tr("Address")
        )  # fmt: skip
        self._theme = theme
        self._downloads = downloads

    def text(self, row: PackageUrl, column: int) -> str:
        if column == SIZE:
            return size_text(row.size) if row.size else ""
        if column == STATE:
            status = self._downloads.status(row)
            return status.text if status is not None else ""
        return {PACKAGE: row.package, VERSION: row.version, ARCH: row.arch, MD5: row.md5}.get(column, row.shown)

    def sort_key(self, row: PackageUrl, column: int) -> object:
        return row.size if column == SIZE else super().sort_key(row, column)

    def tip(self, row: PackageUrl, column: int) -> str:
        found = tr("found in {source}", source=row.source) if row.source else ""
        return "\n".join(part for part in (self.text(row, column) or row.shown, found) if part)

    def look(self, row: PackageUrl, column: int, role: int) -> object:
        status = self._downloads.status(row)
        if role == Qt.ItemDataRole.DecorationRole and column == PACKAGE:
            here = status is not None and status.state is DownloadState.HERE
            return self._theme.icon("success" if here else "package", "success" if here else "icon")
        if role == Qt.ItemDataRole.ForegroundRole and column == STATE and status is not None:
            role_name = {DownloadState.HERE: "success", DownloadState.FAILED: "danger"}.get(status.state, "text_muted")
            return self._theme.color(role_name)
        return None


class AddressDialog(BaseDialog):
    """Stays open beside the work. `book` and `downloads` outlive it."""

    open_wanted = Signal(object)
    """Path of a downloaded package."""

    def __init__(self, context: AppContext, book: AddressBook, downloads: Downloads, parent: QWidget | None) -> None:
        super().__init__(tr("Package addresses"), parent)
        self.setObjectName("AddressDialog")
        self.setModal(False)
        self.setAcceptDrops(True)
        self._context = context
        self._book = book
        self._downloads = downloads
        self.model = AddressModel(context.theme, downloads, self)
        self.view = ListView(self.model, tr("Package addresses"))
        self.error = ErrorBox(context.theme)
        self._make_fields()
        self._lay_out()
        self._connect_signals()
        self.resize_within_screen(QSize(132 * GRID, 76 * GRID))
        self.refresh()

    def add(self, urls: Iterable[PackageUrl]) -> None:
        """Show these, too."""
        self._book.add(urls)
        self.refresh()

    def refresh(self) -> None:
        """Show what the book holds and the filter lets through."""
        self.model.show_rows(self._book.matching(self.filter.text()))
        self._pages.setCurrentIndex(1 if self._book.urls else 0)
        self._on_selection_changed()

    def _make_fields(self) -> None:
        icon = self._context.theme.icon
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by name, version, checksum or address"))
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.paste_button = make_button(tr("&Paste"), "", icon("paste"))
        self.paste_button.setToolTip(tr("Find addresses in the text on the clipboard"))
        self.files_button = make_button(tr("Open &files…"), "", icon("open"))
        self.files_button.setToolTip(tr("Package lists, logs, or any text"))
        self.count = make_label("", "muted")
        self.copy_button = make_button(tr("&Copy"), "", icon("copy"))
        self.secret_button = make_button(tr("Copy &with password"), "", icon("key"))
        self.secret_button.setToolTip(tr("The whole address; dots stand for its password here"))
        self.export_button = make_button(tr("&Export…"), "", icon("save"))
        self.show_button = make_button(tr("Show in fol&der"), "", icon("reveal"))
        self.open_button = make_button(tr("&Open in the editor"))
        self.download_button = make_button(tr("Down&load"), "primary", icon("download", "accent_text"))
        self.close_button = make_button(tr("Close"))

    def _lay_out(self) -> None:
        head = row()
        head.addWidget(self.filter, 1)
        fill(head, self.paste_button, self.files_button)
        heading, text = tr("No addresses yet"), tr(
            "Drop package lists, DSM logs or any text here, or paste it. What captures see comes here, too."
        )  # fmt: skip
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(self._context.theme, "link", heading, text))
        self._pages.addWidget(self.view)
        self.view.set_widths(19, 15, 10, 10, 11, 38)
        fill(self.body, head, self.error)
        self.body.addWidget(self._pages, 1)
        foot = row()
        fill(foot, self.count, None, self.secret_button, self.copy_button, self.export_button)
        fill(self.body, foot)
        self.add_left(self.show_button)
        self.add_left(self.open_button)
        self.add_button(self.close_button)
        self.add_button(self.download_button, default=True)

    def _connect_signals(self) -> None:
        self.filter.textChanged.connect(self.refresh)
        self.paste_button.clicked.connect(self._on_paste)
        self.files_button.clicked.connect(self._on_files_clicked)
        self.copy_button.clicked.connect(self._on_copy)
        self.secret_button.clicked.connect(self._on_copy_secret)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.show_button.clicked.connect(self._on_show_clicked)
        self.open_button.clicked.connect(self._on_open_clicked)
        self.download_button.clicked.connect(self._on_download_clicked)
        self.close_button.clicked.connect(self.accept)
        self.view.chosen.connect(self._on_chosen)
        self.view.rows_changed.connect(self._on_selection_changed)
        self.view.copy_wanted.connect(self._on_copy)
        self.view.paste_wanted.connect(self._on_paste)
        self.view.remove_wanted.connect(self._on_remove)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self._downloads.changed.connect(self._on_download_changed)
        self._downloads.failed.connect(self._on_download_failed)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasText() or dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        self._read(Reading(paths=tuple(paths)) if paths else Reading(event.mimeData().text()))
        event.acceptProposedAction()

    def _read(self, reading: Reading) -> None:
        """Look for addresses in the background: logs can be large."""
        self.error.hide()
        task = self._context.tasks.start("addresses", tr("Look for package addresses"), reading.run, hidden=True)
        task.finished.connect(self._on_read)
        task.failed.connect(self.error.show_error)

    @Slot(object)
    def _on_read(self, found: tuple[PackageUrl, ...]) -> None:
        before = len(self._book.urls)
        self.add(found)
        came = len(self._book.urls) - before
        nothing, known = tr("There is no package address in it."), tr("All its addresses are here already.")
        text = tr("{n} address came.", "{n} addresses came.", n=came)
        self.count.setText(text if came else known if found else nothing)

    @Slot()
    def _on_paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        paths = dropped_paths(mime)
        self._read(Reading(paths=tuple(paths)) if paths else Reading(mime.text()))

    @Slot()
    def _on_files_clicked(self) -> None:
        patterns = ((tr("All files"), "*"),)
        self._context.notifier.open_files(tr("Package lists and logs"), patterns, None, self._read_files)

    def _read_files(self, files: Sequence[Path]) -> None:
        self._read(Reading(paths=tuple(files)))

    def _chosen_rows(self) -> Sequence[PackageUrl]:
        """The selected addresses; all that are shown if none is."""
        return self.view.selected() or self.model.rows

    @Slot()
    def _on_copy(self) -> None:
        rows = self._chosen_rows()
        QGuiApplication.clipboard().setText(as_text(rows, attrgetter("bare")))
        text = tr("{n} address copied.", "{n} addresses copied.", n=len(rows))
        self.count.setText(f"{text} {tr('User and password were left out.')}" if _have_passwords(rows) else text)

    @Slot()
    def _on_copy_secret(self) -> None:
        rows = self._chosen_rows()
        copy_secret(as_text(rows, attrgetter("url")))
        self.count.setText(
            tr("{n} address copied with its password.", "{n} addresses copied with passwords.", n=len(rows))
        )

    @Slot()
    def _on_export_clicked(self) -> None:
        suggested = capture_folder(self._context.settings).parent / tr("package addresses.csv")
        patterns = ((tr("Table"), "*.csv"), (tr("Text"), "*.txt"))
        self._context.notifier.save_file(tr("Export addresses"), patterns, suggested, self._export)

    def _export(self, path: Path) -> None:
        job = Exporting(self._chosen_rows(), path)
        task = self._context.tasks.start("addresses", tr("Export addresses"), job.run, hidden=True)
        task.finished.connect(self._on_exported)
        task.failed.connect(self.error.show_error)

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        text = tr("Written to {path}", path=str(path))
        left_out = tr("Passwords were left out.")
        self.count.setText(f"{text}. {left_out}" if _have_passwords(self._chosen_rows()) else text)

    @Slot()
    def _on_remove(self) -> None:
        self._book.remove(self.view.selected())
        self.refresh()

    @Slot()
    def _on_download_clicked(self) -> None:
        self.error.hide()
        rows = self.view.selected()
        running = [url for url in rows if self._downloads.is_running(url)]
        for url in running:
            self._downloads.stop(url)
        for url in rows if not running else ():
            self._downloads.start(url)

    @Slot()
    def _on_chosen(self) -> None:
        if self._path_here() is not None:
            self._on_open_clicked()
        else:
            self._on_download_clicked()

    @Slot()
    def _on_open_clicked(self) -> None:
        if (path := self._path_here()) is not None:
            self.open_wanted.emit(path)

    @Slot()
    def _on_show_clicked(self) -> None:
        if (path := self._path_here()) is not None:
            show_in_folder(path)

    def _path_here(self) -> Path | None:
        """The file of the one selected address, if it is here."""
        rows = self.view.selected()
        status = self._downloads.status(rows[0]) if len(rows) == 1 else None
        return status.path if status is not None else None

    @Slot()
    def _on_selection_changed(self) -> None:
        rows = self.view.selected()
        running = any(self._downloads.is_running(url) for url in rows)
        self.download_button.setEnabled(bool(rows))
        self.download_button.setText(tr("&Stop") if running else tr("Down&load"))
        for button in (self.open_button, self.show_button):
            button.setEnabled(self._path_here() is not None)
        for button in (self.copy_button, self.export_button):
            button.setEnabled(bool(self.model.rows))
        self.secret_button.setVisible(_have_passwords(self._chosen_rows()))
        self.count.setText(self._count_text(len(rows)))

    def _count_text(self, selected: int) -> str:
        shown, known = len(self.model.rows), len(self._book.urls)
        text = tr("{n} address", "{n} addresses", n=known)
        if shown != known:
            text = tr("{shown} of {n} addresses", shown=shown, n=known)
        return " · ".join([text, *([tr("{n} selected", n=selected)] if selected else [])]) if known else ""

    @Slot(object)
    def _on_download_changed(self, item: PackageUrl) -> None:
        for at, url in enumerate(self.model.rows):
            if url.url == item.url:
                self.model.refresh_row(at)
        self._on_selection_changed()

    @Slot(object, object)
    def _on_download_failed(self, _item: PackageUrl, error: SpkError) -> None:
        self.error.show_error(error)

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button, handler in (
            (self.download_button, self._on_download_clicked),
            (self.open_button, self._on_open_clicked),
            (self.show_button, self._on_show_clicked),
            (self.copy_button, self._on_copy),
        ):
            menu.addAction(button.text(), handler).setEnabled(button.isEnabled())
        if _have_passwords(self._chosen_rows()):
            menu.addAction(self.secret_button.text(), self._on_copy_secret)
        menu.addAction(tr("&Remove from this list"), self._on_remove)
        menu.popup(self.view.viewport().mapToGlobal(place))


def _have_passwords(rows: Iterable[PackageUrl]) -> bool:
    return any(row.has_password for row in rows)
