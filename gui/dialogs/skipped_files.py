"""Lists the files that a search left out, by the reason for it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QTreeView, QWidget

from gui.dialogs.base import BaseDialog
from gui.models.grouped import GroupedModel
from gui.models.sourcetext import shown
from gui.qt.forms import GRID, fill, make_button, make_label, plain_tip
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from spkcore.package.filetext import NoText
from spkcore.package.parts import LARGEST_TEXT

_TEXTS = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)}


class SkippedFilesDialog(BaseDialog):
    """A double click and Enter close it and lead to the file."""

    chosen = Signal(str)
    """path"""

    def __init__(self, skipped: Iterable[tuple[str, NoText]], parent: QWidget | None) -> None:
        super().__init__(tr("Files that were not searched"), parent)
        self._model = _SkippedModel(skipped, self)
        self.list = QTreeView()
        self.list.setModel(self._model)
        self.list.setAccessibleName(tr("Files that were not searched"))
        self.list.setHeaderHidden(True)
        self.list.setUniformRowHeights(True)
        self.list.setExpandsOnDoubleClick(False)
        self.list.expandAll()
        self.list.setCurrentIndex(self._model.group_index(0))
        self.list.activated.connect(self._on_activated)
        text = tr("The search looks at texts. What is in these files was neither found nor replaced.")
        fill(self.body, make_label(text, "muted", wrap=True))
        self.body.addWidget(self.list, 1)
        close = self.add_button(make_button(tr("Close")))
        close.clicked.connect(self.reject)
        self.resize_within_screen(QSize(80 * GRID, 56 * GRID))
        self.list.setFocus()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        path = self._model.path(index)
        if path:
            self.accept()
            self.chosen.emit(path)


class _SkippedModel(GroupedModel):
    """Two levels: reasons and paths."""

    def __init__(self, skipped: Iterable[tuple[str, NoText]], parent: QObject) -> None:
        super().__init__(parent)
        by_reason: dict[NoText, list[str]] = {}
        for path, reason in skipped:
            by_reason.setdefault(reason, []).append(path)
        self._groups = [(reason, by_reason[reason]) for reason in reversed(NoText) if reason in by_reason]

    def path(self, index: Index) -> str:
        """The path of a file; empty for a reason."""
        group = self.group_of(index) if index.isValid() else None
        return "" if group is None else self._groups[group][1][index.row()]

    def group_count(self) -> int:
        return len(self._groups)

    def count_in(self, group: int) -> int:
        return len(self._groups[group][1])

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role not in _TEXTS:
            return None
        path = self.path(index)
        text = shown(path) if path else _reason_text(*self._groups[index.row()])
        return plain_tip(text) if role == int(Qt.ItemDataRole.ToolTipRole) else text


def _reason_text(reason: NoText, paths: list[str]) -> str:
    texts = {
        NoText.BINARY: tr("No text: programs, pictures, archives"),
        NoText.TOO_LARGE: tr("Larger than {n} MB", n=LARGEST_TEXT >> 20),
        NoText.UNREADABLE: tr("Could not be read from the disk"),
        NoText.DAMAGED: tr("Begins like a text in UTF-16, but is damaged"),
    }
    return tr("{text}   {n} file", "{text}   {n} files", n=len(paths), text=texts[reason])
