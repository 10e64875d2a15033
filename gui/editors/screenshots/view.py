"""The screenshots editor: the pictures in their order, the chosen one large, and what can be done to them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.pictures import PictureEditor
from gui.editors.screenshots.editdialog import EditPictureDialog
from gui.editors.screenshots.presenter import ScreenshotsPresenter, Shot, facts_of, prepared, warnings_of
from gui.editors.screenshots.shotlist import ShotList
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource
from gui.services.document import Document
from gui.services.pictures import PATTERNS, Thumbnail, Thumbnails, clipboard_data
from gui.widgets.emptystate import EmptyState
from gui.widgets.flow import FoldingRow
from gui.widgets.pictureview import PictureView
from spkcore.base.errors import SpkError
from spkcore.package.screenshots import is_screenshot

_THUMBNAIL = 1400
"""Pixels of the longer side of what is shown: as much as a large window has."""

_LETTERS = 28
"""What the facts about a picture need beside the button."""


class ScreenshotsEditor(PictureEditor):
    """One page for all screenshots, whichever of them was opened."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = ScreenshotsPresenter(document)
        self.dialog: EditPictureDialog | None = None
        self._shots: list[Shot] = []
        self._is_stale = False
        self._thumbnails = Thumbnails(context.tasks, _THUMBNAIL, self)
        self.list = ShotList()
        self.picture = PictureView(context.theme, tr("The screenshot in large"))
        self.facts = make_label("", "muted", wrap=True)
        self.note = make_label("", "warning", wrap=True)
        self._build_buttons()
        self._lay_out()
        self._connect()
        self.show_state()
        self.turn_to(path)

    @property
    def is_reading(self) -> bool:
        """Whether pictures are still on their way."""
        return self._thumbnails.is_busy

    def concerns(self, paths: frozenset[str]) -> bool:
        """All screenshots."""
        return any(map(is_screenshot, paths))

    def refresh(self, paths: frozenset[str]) -> None:
        """Pictures are read when somebody looks."""
        self._is_stale = True
        if self.isVisible():
            self.show_state()

    def turn_to(self, path: str) -> None:
        rows = [row for row, shot in enumerate(self._shots) if shot.path == path]
        if rows and self.list.selected_rows() != rows:
            self.list.select_rows(rows[0])

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        self.turn_to(field)
        (self.list if self._shots else self.empty).setFocus()

    def show_state(self) -> None:
        """Show the screenshots as they are now."""
        self._is_stale = False
        self._shots = self.presenter.shots()
        self._stack.setCurrentIndex(1 if self._shots else 0)
        row = max(self.list.currentRow(), 0)
        self.list.show_rows([shot.path for shot in self._shots])
        if self._shots and not self.list.selected_rows():
            self.list.select_rows(min(row, len(self._shots) - 1))
        self._show_thumbnails()
        self.status_changed.emit(tr("{n} screenshot", "{n} screenshots", n=len(self._shots)))

    def add(self, sources: list[PictureSource], row: int) -> None:
        """Read these pictures and put them before the screenshot of `row`."""
        task = self.context.tasks.start("icons", tr("Read pictures"), partial(prepared, sources))
        receiver = _Taker(self, row)
        task.finished.connect(receiver.take)
        task.ended.connect(receiver.deleteLater)
        task.failed.connect(self.tell_failure)

    def take_added(self, pictures: object, row: int) -> None:
        """The pictures were read."""
        count = self.presenter.add(pictures, row)
        if count:
            self.show_state()
            self.list.select_rows(row, count)

    # ------------------------------------------------------------------------------------------ building

    def _build_buttons(self) -> None:
        theme = self.context.theme
        self.add_button = make_button(tr("Add…"), "", theme.icon("plus"))
        self.add_button.setAccessibleName(tr("Add screenshots"))
        self.paste_tool = make_tool(theme.icon("paste"), tr("Paste (Ctrl+V)"))
        self.up_tool = make_tool(theme.icon("chevron-up"), tr("Move up (Alt+Up)"))
        self.down_tool = make_tool(theme.icon("chevron-down"), tr("Move down (Alt+Down)"))
        self.copy_tool = make_tool(theme.icon("copy"), tr("Copy (Ctrl+C)"))
        self.export_tool = make_tool(theme.icon("download"), tr("Export…"))
        self.remove_tool = make_tool(theme.icon("trash"), tr("Remove (Del)"))
        self.edit_button = make_button(tr("Crop and resize…"), "", theme.icon("crop"))
        text = tr("Package sources show them beside the package; DSM ignores them. Drop pictures here, or paste one.")
        action = tr("Choose pictures…")
        self.empty = EmptyState(theme, "image", tr("No screenshots yet"), text, action=action)

    def _lay_out(self) -> None:
        bar = row(spacing=0)
        bar.setContentsMargins(GRID, GRID, GRID, GRID)
        fill(bar, self.add_button, None, self.paste_tool, self.copy_tool, self.up_tool, self.down_tool)
        fill(bar, self.export_tool, self.remove_tool)
        left = QWidget()
        lines = column(left, spacing=0)
        lines.addLayout(bar)
        self.list.setProperty("role", "plain")
        lines.addWidget(self.list, 1)
        right = QWidget()
        large = column(right, margin=2 * GRID, spacing=GRID)
        large.addWidget(self.picture, 1)
        below = FoldingRow(self.facts, self.edit_button, least=_LETTERS)
        fill(large, self.note, below)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(left)
        halves.addWidget(right)
        halves.setStretchFactor(1, 1)
        halves.setSizes([42 * GRID, 90 * GRID])
        halves.setChildrenCollapsible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(halves)
        column(self).addWidget(self._stack)

    def _connect(self) -> None:
        self._thumbnails.ready.connect(self._on_thumbnails)
        self.list.moved.connect(self._on_moved)
        self.list.dropped.connect(self._on_dropped)
        self.list.currentRowChanged.connect(self._on_current)
        for signal in (self.list.paste_wanted, self.paste_tool.clicked):
            signal.connect(self._on_paste)
        for signal in (self.list.copy_wanted, self.copy_tool.clicked):
            signal.connect(self._on_copy)
        for signal in (self.list.remove_wanted, self.remove_tool.clicked):
            signal.connect(self._on_remove)
        for signal in (self.list.edit_wanted, self.list.itemDoubleClicked, self.edit_button.clicked):
            signal.connect(self._on_edit)
        for signal in (self.add_button.clicked, self.empty.triggered):
            signal.connect(self._on_choose)
        self.up_tool.clicked.connect(self._on_up)
        self.down_tool.clicked.connect(self._on_down)
        self.export_tool.clicked.connect(self._on_export)

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_choose(self) -> None:
        self.choose_pictures(tr("Choose screenshots"), self.take_dropped)

    @Slot()
    def _on_paste(self) -> None:
        self.paste_pictures(self.take_pasted)

    @Slot(list, int)
    def _on_dropped(self, sources: list[PictureSource], row: int) -> None:
        self.add(sources, row)

    @Slot(int, int)
    def _on_moved(self, row: int, to: int) -> None:
        place = self.presenter.move(row, to)
        self.list.select_rows(place)

    @Slot()
    def _on_up(self) -> None:
        if self.list.currentRow() > 0:
            self._on_moved(self.list.currentRow(), self.list.currentRow() - 1)

    @Slot()
    def _on_down(self) -> None:
        if 0 <= self.list.currentRow() < len(self._shots) - 1:
            self._on_moved(self.list.currentRow(), self.list.currentRow() + 2)

    @Slot()
    def _on_remove(self) -> None:
        rows = self.list.selected_rows()
        if rows:
            self.presenter.remove(rows)
            if self._shots:
                self.list.select_rows(min(rows[0], len(self._shots) - 1))

    @Slot()
    def _on_copy(self) -> None:
        shot = self._current()
        found = self._thumbnails.find(shot.content) if shot else None
        if shot and found and found.picture:
            kind = "image/jpeg" if found.picture.format == "JPEG" else "image/png"
            try:
                data = shot.content.read()
            except SpkError as error:
                self.context.notifier.error(error)
            else:
                QGuiApplication.clipboard().setMimeData(clipboard_data(data, found.image, kind))

    @Slot()
    def _on_export(self) -> None:
        shot = self._current()
        if shot is not None:
            suggested = Path.home() / shot.path
            then = partial(self._on_export_to, shot)
            self.context.notifier.save_file(tr("Export"), [(tr("Pictures"), PATTERNS)], suggested, then)

    def _on_export_to(self, shot: Shot, place: Path) -> None:
        try:
            self.presenter.export(shot, place)
        except SpkError as error:
            self.context.notifier.error(error)

    @Slot()
    def _on_edit(self) -> None:
        shot = self._current()
        if shot is not None:
            self.dialog = EditPictureDialog(shot.path, shot.content, self.context, self)
            self.dialog.edited.connect(self._on_edited)
            self.dialog.finished.connect(self._on_dialog_closed)
            self.dialog.open()

    @Slot(object)
    def _on_edited(self, data: object) -> None:
        shot = self._current()
        if shot is not None and isinstance(data, bytes):
            self.presenter.replace(shot.path, data)

    @Slot()
    def _on_dialog_closed(self) -> None:
        self.dialog = None

    @Slot(int)
    def _on_current(self, _row: int) -> None:
        self._show_large()

    @Slot()
    def _on_thumbnails(self) -> None:
        self._thumbnails.forget_others(shot.content for shot in self._shots)
        self._show_thumbnails()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.show_state()

    def take_dropped(self, sources: list[PictureSource]) -> None:
        """Beside the list: behind all others."""
        self.add(sources, len(self._shots))

    def take_pasted(self, sources: list[PictureSource]) -> None:
        """Behind the chosen one."""
        self.add(sources, self.list.currentRow() + 1 if self._shots else 0)

    # ------------------------------------------------------------------------------------------ inner

    def _current(self) -> Shot | None:
        row = self.list.currentRow()
        return self._shots[row] if 0 <= row < len(self._shots) else None

    def _show_thumbnails(self) -> None:
        for number, shot in enumerate(self._shots):
            found = self._thumbnails.find(shot.content)
            warning = " ".join(warnings_of(shot, found))
            self.list.set_row(number, facts_of(shot, found), warning, found.image if found else None)
        self._show_large()

    def _show_large(self) -> None:
        shot = self._current()
        found = (self._thumbnails.find(shot.content) if shot else None) or Thumbnail()
        self.picture.show_image(found.image)
        self.facts.setText(facts_of(shot, found) if shot else "")
        warning = "\n".join(warnings_of(shot, found)) if shot and (found.picture or found.problem) else ""
        self.note.setText(warning)
        self.note.setVisible(bool(warning))
        current = self.list.currentRow()
        self.up_tool.setEnabled(current > 0)
        self.down_tool.setEnabled(0 <= current < len(self._shots) - 1)
        self.edit_button.setEnabled(found.picture is not None)
        self.copy_tool.setEnabled(found.picture is not None)


class _Taker(QObject):
    """Takes pictures that were read to the row where they were dropped."""

    def __init__(self, editor: ScreenshotsEditor, row: int) -> None:
        super().__init__(editor)
        self._editor = editor
        self._row = row

    @Slot(object)
    def take(self, pictures: object) -> None:
        """They are read."""
        self._editor.take_added(pictures, self._row)
