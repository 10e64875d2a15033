"""Says what in a package folder is not packed, and offers the way out: unpack a packed payload, remove leftovers."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

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

    unpack_wanted = Signal()
    """The user wants package.tgz unpacked into the folder package."""

    def __init__(self, document: Document, notifier: Notifier, banner: Banner) -> None:
        super().__init__(banner)
        self._document = document
        self._notifier = notifier
        clutter = document.package.clutter
        if any(item.kind is ClutterKind.PACKED_PAYLOAD for item in clutter):
            text = tr("The payload is still packed in package.tgz. Unpack it to edit and build this package.")
            banner.show_message("warning", text, ((tr("Unpack"), self.unpack_wanted.emit),))
            return
        names = [item.path for item in clutter if item.kind in _KINDS]
        if names:
            shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
            text = tr("Left over from another tool and never packed: {names}.", names=shown)
            banner.show_message("info", text, ((tr("Remove from the folder"), self.remove),))

    @Slot()
    def remove(self) -> None:
        """Move the files into the package's own trash, which is emptied when the package is closed."""
        try:
            moved = [path for kind in _KINDS for path in remove_clutter(self._document.package, kind)]
        except SpkError as error:
            self._notifier.error(error)
            return
        text = tr(
            "{n} file removed. It stays in .spkcreator/trash until you close the package.",
            "{n} files removed. They stay in .spkcreator/trash until you close the package.",
            n=len(moved),
        )
        self._notifier.inform(text)
