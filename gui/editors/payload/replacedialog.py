"""Shows what changes when the content of a payload folder is replaced by that of a folder on disk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.editors.payload.planning import Plan, rebased
from gui.qt.dragdrop import dropped_paths
from gui.qt.forms import GRID, ElidedLabel, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.widgets.changeview import ChangeView
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.checks.preview import FilePreview, preview
from spkcore.package.changes import Change, Entries
from spkcore.package.replacing import Replacement, plan_replacement

_MOST_SHOWN = 5000
_PATH = Qt.ItemDataRole.UserRole


class ReplaceDialog(BaseDialog):
    """Looks at the folder in the background; `chosen` brings the plan that the user wants carried out."""

    chosen = Signal(object)
    """Plan"""

    def __init__(self, document: Document, context: AppContext, folder: str, source: Path, parent: QWidget) -> None:
        super().__init__(tr("Replace from a folder"), parent, tr("Replace the content of {folder}", folder=folder))
        self._document = document
        self._context = context
        self._folder = folder
        self._source = source
        self._task: Task | None = None
        self._previewing: Task | None = None
        self._plan: Replacement | None = None
        self.place = ElidedLabel("", "muted")
        self.counts = make_label("", "strong", wrap=True)
        self.note = make_label("", "muted", wrap=True)
        self.keep_links = QCheckBox(tr("Keep links that the folder lacks"))
        self.files = QListWidget()
        self.change = ChangeView(context.theme)
        self.replace = make_button(tr("Replace"), "primary")
        self._lay_out()
        self._look()

    # ------------------------------------------------------------------------------------------ looking

    def _look(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.place.setText(tr("with that of {folder}", folder=str(self._source)))
        self.counts.setText(tr("Looking at the files…"))
        self.replace.setEnabled(False)
        self.files.clear()
        work = partial(_plan, dict(self._document.entries), self._folder, self._source, self.keep_links.isChecked())
        self._task = self._context.tasks.start("payload-replace", tr("Compare with a folder"), work, hidden=True)
        self._task.finished.connect(self._on_planned)
        self._task.failed.connect(self._on_failed)

    @Slot(object)
    def _on_planned(self, plan: object) -> None:
        if not isinstance(plan, Replacement) or self.sender() is not self._task:
            return
        self._plan = plan
        self._show_plan(plan)

    def _show_plan(self, plan: Replacement) -> None:
        parts = (
            tr("{n} new", "{n} new", n=len(plan.added)),
            tr("{n} changed", "{n} changed", n=len(plan.changed)),
            tr("{n} removed", "{n} removed", n=len(plan.removed)),
            tr("{n} the same", "{n} the same", n=plan.same),
        )
        self.counts.setText(" · ".join(parts))
        kept = tr("{n} link is kept.", "{n} links are kept.", n=len(plan.kept_links)) if plan.kept_links else ""
        note = tr("Files that stay keep their modes and owners. One undo step takes it all back.")
        self.note.setText(f"{note} {kept}".strip())
        self._fill(plan)
        self.replace.setEnabled(not plan.change.is_empty)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError) and self.sender() is self._task:
            self.counts.setText(f"{error.what}. {error.what_to_do}")

    def _fill(self, plan: Replacement) -> None:
        icons = {"plus": plan.added, "rename": plan.changed, "minus": plan.removed}
        tones = {"plus": "success", "rename": "icon", "minus": "danger"}
        words = {"plus": tr("new"), "rename": tr("changed"), "minus": tr("removed")}
        rows = [(path, icon) for icon, paths in icons.items() for path in paths]
        for path, icon in rows[:_MOST_SHOWN]:
            name = path.removeprefix(self._folder + "/")
            item = QListWidgetItem(self._context.theme.icon(icon, tones[icon]), name)
            item.setData(_PATH, path)
            item.setToolTip(f"{name}: {words[icon]}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {words[icon]}")
            self.files.addItem(item)
        more = len(rows) - _MOST_SHOWN
        if more > 0:
            self.files.addItem(tr("… and {n} more", "… and {n} more", n=more))
        self.files.setCurrentRow(0)

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_keep_toggled(self) -> None:
        self._look()

    @Slot()
    def _on_other_folder(self) -> None:
        self._context.notifier.choose_folder(tr("Replace with the content of"), self._source, self._use)

    def _use(self, source: Path) -> None:
        self._source = source
        self._look()

    @Slot()
    def _on_row_chosen(self) -> None:
        item = self.files.currentItem()
        edits = self._plan.change.edits if self._plan is not None and item is not None else ()
        edit = next((edit for edit in edits if edit.path == item.data(_PATH)), None)
        if edit is None:
            return
        work = partial(_preview, Change((edit,)))
        self._previewing = self._context.tasks.start("preview", tr("Compare a file"), work, hidden=True)
        self._previewing.finished.connect(self._on_previewed)

    @Slot(object)
    def _on_previewed(self, found: object) -> None:
        if isinstance(found, FilePreview) and self.sender() is self._previewing:
            self.change.show_file(found)

    @Slot()
    def _on_replace(self) -> None:
        plan, document = self._plan, self._document
        if plan is None:
            return

        def make(_entries: Entries) -> Change:
            return rebased(plan.change, document)

        self.chosen.emit(Plan(tr("Replace the content of {folder}", folder=self._folder.rpartition("/")[2]), 1, make))
        self.accept()

    # ------------------------------------------------------------------------------------------ layout and Qt

    def _lay_out(self) -> None:
        self.keep_links.setChecked(True)
        self.keep_links.setToolTip(tr("Windows folders hold no links, so they would be lost."))
        self.keep_links.clicked.connect(self._on_keep_toggled)
        other = make_button(tr("Other folder…"))
        other.clicked.connect(self._on_other_folder)
        self.files.setAccessibleName(tr("Files that change"))
        self.files.setIconSize(QSize(2 * GRID, 2 * GRID))
        self.files.setUniformItemSizes(True)
        self.files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.files.currentItemChanged.connect(self._on_row_chosen)
        top = row(spacing=GRID)
        top.addWidget(self.place, 1)
        fill(top, other)
        sides = row(spacing=2 * GRID)
        sides.addWidget(self.files, 2)
        sides.addWidget(self.change, 3)
        fill(self.body, top, self.counts, self.note)
        self.body.addLayout(sides, 1)
        self.add_left(self.keep_links)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.add_button(self.replace, default=True)
        self.replace.clicked.connect(self._on_replace)
        self.setAcceptDrops(True)
        self.resize_within_screen(QSize(116 * GRID, 76 * GRID))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Another folder can be dropped."""
        paths = dropped_paths(event.mimeData())
        if len(paths) == 1 and paths[0].is_dir():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._use(dropped_paths(event.mimeData())[0])


def _plan(entries: Entries, folder: str, source: Path, keep_links: bool, context: TaskContext) -> Replacement:
    return plan_replacement(entries, folder, source, context, keep_links=keep_links)


def _preview(change: Change, _context: TaskContext) -> FilePreview | None:
    return next(iter(preview(change)), None)
