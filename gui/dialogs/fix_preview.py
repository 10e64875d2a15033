"""Shows what fixes would change, file by file, before they are made."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, column, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.fixing import FixPlan
from gui.widgets.changeview import ChangeView, happens_text
from spkcore.checks.preview import Happens

_ICONS = {Happens.ADDED: ("plus", "success"), Happens.REMOVED: ("minus", "danger"), Happens.CHANGED: ("rename", "icon")}


class FixPreviewDialog(BaseDialog):
    """The files on the left, what happens to the chosen one on the right."""

    chosen = Signal(object)
    """FixPlan: make these changes."""

    def __init__(self, plan: FixPlan, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(tr("Look at the fixes"), parent, heading=plan.title)
        self._plan = plan
        self._theme = theme
        self.files = QListWidget()
        self.view = ChangeView(theme)
        self._lay_out()
        self._fill_files()
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.make = self.add_button(make_button(tr("Make these changes"), "primary"), default=True)
        self.make.clicked.connect(self.accept)
        self.accepted.connect(self._on_accepted)
        self.files.setCurrentRow(0)
        self.resize_within_screen(QSize(112 * GRID, 72 * GRID))
        self.make.setFocus()

    def _lay_out(self) -> None:
        plan = self._plan
        text = tr(
            "{problems} in {files}. One undo step takes it all back.",
            problems=tr("{n} problem is fixed", "{n} problems are fixed", n=len(plan.mended.fixed)),
            files=tr("{n} file", "{n} files", n=len(plan.previews)),
        )
        self.files.setAccessibleName(tr("Files that change"))
        self.files.setProperty("role", "plain")
        self.files.setIconSize(QSize(2 * GRID, 2 * GRID))
        self.files.setUniformItemSizes(True)
        self.files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.files.setMinimumWidth(24 * GRID)
        self.files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.files.currentRowChanged.connect(self._on_file_chosen)
        right = QWidget()
        column(right).addWidget(self.view)
        right.setContentsMargins(2 * GRID, 0, 0, 0)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.files)
        splitter.addWidget(right)
        splitter.setSizes([34 * GRID, 74 * GRID])
        splitter.setStretchFactor(1, 1)
        splitter.setMinimumHeight(38 * GRID)
        fill(self.body, make_label(text, "muted", wrap=True))
        self.body.addWidget(splitter, 1)

    def _fill_files(self) -> None:
        for item in self._plan.previews:
            line = QListWidgetItem(self._theme.icon(*_ICONS[item.happens]), item.path)
            line.setToolTip(f"{item.path}\n{happens_text(item)}")
            line.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.path}, {happens_text(item)}")
            self.files.addItem(line)

    @Slot(int)
    def _on_file_chosen(self, row: int) -> None:
        self.view.show_file(self._plan.previews[row])

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self._plan)
