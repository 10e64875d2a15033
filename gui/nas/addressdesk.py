"""Keeps the package addresses and their downloads while the program runs, and shows the window of them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.nas.addressdialog import AddressDialog
from gui.nas.addresses import AddressBook
from gui.nas.downloads import Downloads
from spkcore.base.errors import SpkError
from spkcore.nas.feeds import PackageUrl


class AddressDesk(QObject):
    """One per program; the window may be closed and shown again."""

    open_wanted = Signal(object)
    """Path of a downloaded package."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._book = AddressBook()
        self._dialog: AddressDialog | None = None
        self.downloads = Downloads(context, self)
        self.downloads.failed.connect(self._on_download_failed)

    @Slot(object)
    def show_addresses(self, urls: Iterable[PackageUrl] = ()) -> AddressDialog:
        """Show the window, with these in it, too."""
        if self._dialog is None:
            self._dialog = AddressDialog(self._context, self._book, self.downloads, self._window)
            self._dialog.open_wanted.connect(self.open_wanted)
            self._dialog.finished.connect(self._on_finished)
        self._dialog.add(urls)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    @Slot(object, object)
    def _on_download_failed(self, _item: PackageUrl, error: SpkError) -> None:
        """The window tells it itself while it is there."""
        if self._dialog is None:
            self._context.notifier.error(error)

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
