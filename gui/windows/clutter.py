"""Offers to remove what the older tool left in a package folder: its programs and stale archives."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.notifier import Notifier
from gui.widgets.banner import Banner
from spkcore.base.errors import SpkError
from spkcore.package.project import ClutterKind, remove_clutter

_KINDS = (ClutterKind.OLDER_TOOL, ClutterKind.STALE_ARCHIVE)
_SHOWN = 4


class ClutterOffer(QObject):
    """Lives with the banner that it speaks through."""

    def __init__(self, document: Document, notifier: Notifier, banner: Banner) -> None:
        super().__init__(banner)
        self._document = document
        self._notifier = notifier
        names = [item.path for item in document.package.clutter if item.kind in _KINDS]
        if names:
            shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
            text = tr("Left over from another tool and never packed: {names}.", names=shown)
            banner.show_message("info", text, ((tr("Remove from the folder"), self.remove),))

    @Slot()
    def remove(self) -> None:
        """Move the files into the package's own trash."""
        try:
            moved = [path for kind in _KINDS for path in remove_clutter(self._document.package, kind)]
        except SpkError as error:
            self._notifier.error(error)
            return
        text = tr("{n} file moved to .spkcreator/trash.", "{n} files moved to .spkcreator/trash.", n=len(moved))
        self._notifier.inform(text)
