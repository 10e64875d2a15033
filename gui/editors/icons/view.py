"""The icon editor: every icon of the package at its true size, with what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal, Slot
from PySide6.QtGui import QDrag, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.editors.icons.cards import COPY, DRAG, EXPORT, MEND, PASTE, REMOVE, REPLACE, IconCard
from gui.editors.icons.dialog import MakeIconsDialog
from gui.editors.icons.presenter import IconGroup, IconSlot, IconsPresenter, fitting, making
from gui.editors.pictures import PictureEditor
from gui.qt.forms import GRID, PushButton, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.services.pictures import Thumbnails, clipboard_data
from gui.widgets.flow import FlowLayout, FoldingRow
from spkcore.base.errors import SpkError, UsageError
from spkcore.package.screenshots import FIRST

_THUMBNAIL = 256
_LETTERS = 24
"""What the explanation at the top needs; where a button leaves less, it goes below it."""


class IconsEditor(PictureEditor):
    """All icons on one page, whichever of them was opened."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = IconsPresenter(document)
        self.cards: dict[str, IconCard] = {}
        self.dialog: MakeIconsDialog | None = None
        self._groups: list[IconGroup] = []
        self._shape: list[tuple[str, str, list[str]]] = []
        self._is_stale = False
        self._drag_folder: QTemporaryDir | None = None
        self._thumbnails = Thumbnails(context.tasks, _THUMBNAIL, self)
        self._thumbnails.ready.connect(self._on_thumbnails)
        self._make = make_button(tr("Make icons from a picture…"), "primary", context.theme.icon("wand", "accent_text"))
        self._make.clicked.connect(self._on_make)
        self._screens = make_button(tr("Screenshots"), "", context.theme.icon("image"))
        self._screens.clicked.connect(self._on_screenshots)
        self._lay_out()
        self.show_state()

    def concerns(self, paths: frozenset[str]) -> bool:
        """Icons, and what says which icons there should be: INFO and the desktop config."""
        watched = {"INFO", *self.cards}
        return any(path in watched or path.startswith("PACKAGE_ICON") or path.endswith("/config") for path in paths)

    def refresh(self, paths: frozenset[str]) -> None:
        """Pictures are read when somebody looks."""
        self._is_stale = True
        if self.isVisible():
            self.show_state()

    def turn_to(self, path: str) -> None:
        card = self.cards.get(path)
        if card is not None:
            self._area.ensureWidgetVisible(card)

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        card = self.cards.get(field or self.path)
        if card is not None:
            self._area.ensureWidgetVisible(card)
            card.tile.setFocus()

    def show_state(self) -> None:
        """Show the icons as they are now."""
        self._is_stale = False
        self._groups = self.presenter.groups()
        shape = [(group.id, group.title, [slot.path for slot in group.slots]) for group in self._groups]
        if shape != self._shape:
            self._shape = shape
            self._rebuild()
        for slot in self._slots():
            content = slot.content if slot.is_large else None
            self.cards[slot.path].show_slot(slot, self._thumbnails.find(content) if content else None)
        self._tell_status()

    def open_maker(self, group: IconGroup | None = None, sources: list[PictureSource] | None = None) -> None:
        """Open the dialog that makes icons: for one group, or for all of them."""
        chosen = frozenset({group.id}) if group is not None else None
        self.dialog = MakeIconsDialog(self.presenter, self.context, self, chosen)
        self.dialog.made.connect(self._on_icons_made)
        self.dialog.finished.connect(self._on_dialog_closed)
        if sources is not None:
            self.dialog.take(sources)
        self.dialog.open()

    # ------------------------------------------------------------------------------------------ building

    def _lay_out(self) -> None:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setAccessibleName(tr("Icons of the package"))
        hint = tr("One PNG, JPEG, WebP, BMP or SVG is enough: drop it here, or paste it with Ctrl+V.")
        about = make_label(hint, "muted", wrap=True)
        top = row(spacing=GRID)
        top.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        fill(top, self._make)
        top.addLayout(FoldingRow(about, self._screens, least=_LETTERS, spacing=GRID), 1)
        lines = column(self, spacing=0)
        lines.addLayout(top)
        lines.addWidget(self._area, 1)

    def _rebuild(self) -> None:
        self.cards.clear()
        body = QWidget()
        lines = column(body, margin=2 * GRID, spacing=3 * GRID)
        for group in self._groups:
            lines.addLayout(self._section(group))
        lines.addStretch(1)
        self._area.setWidget(body)

    def _section(self, group: IconGroup) -> QVBoxLayout:
        lines = column(spacing=GRID)
        texts = column(spacing=2)
        fill(texts, make_label(group.title, "heading", wrap=True), make_label(group.description, "muted", wrap=True))
        top = row()
        top.addLayout(texts, 1)
        button = GroupButton(group)
        button.wanted.connect(self._on_group)
        top.addWidget(button)
        lines.addLayout(top)
        flow = FlowLayout(spacing=2 * GRID)
        for slot in group.slots:
            card = self._card(slot)
            flow.addWidget(card)
            flow.setAlignment(card, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(flow)
        return lines

    def _card(self, slot: IconSlot) -> IconCard:
        card = IconCard(slot, self.context.theme)
        card.dropped.connect(self._on_dropped)
        card.wanted.connect(self._on_wanted)
        self.cards[slot.path] = card
        return card

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_make(self) -> None:
        self.open_maker()

    @Slot()
    def _on_screenshots(self) -> None:
        self.place_wanted.emit(FIRST, "", 0, 0)

    @Slot(str)
    def _on_group(self, group_id: str) -> None:
        group = next(group for group in self._groups if group.id == group_id)
        if group.is_inside_info:
            self._guarded(self.presenter.turn_into_files)
        else:
            self.open_maker(group)

    @Slot(object)
    def _on_icons_made(self, icons: object) -> None:
        self.presenter.put_icons(icons, tr("Make icons from a picture"))

    @Slot()
    def _on_dialog_closed(self) -> None:
        self.dialog = None

    @Slot(str, list)
    def _on_dropped(self, path: str, sources: list[PictureSource]) -> None:
        if len(sources) != 1:
            error = UsageError("An icon takes one picture", path, "Drop or paste a single picture on it.")
            self.context.notifier.error(error)
            return
        slot = self.cards[path].slot
        text = self.presenter.replace_text(path)
        self._run(self.context.tasks.start("icons", text, partial(making, sources[0], {path: slot.size})), text)

    @Slot(str, str)
    def _on_wanted(self, what: str, path: str) -> None:
        actions = {
            REPLACE: self._choose,
            PASTE: self._paste,
            COPY: self._copy,
            EXPORT: self._export,
            REMOVE: self.presenter.remove,
            MEND: self._mend,
            DRAG: self._drag,
        }
        actions[what](path)

    @Slot()
    def _on_thumbnails(self) -> None:
        self._thumbnails.forget_others(slot.content for slot in self._slots() if slot.content is not None)
        self.show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.show_state()
        else:
            self._tell_status()

    def take_dropped(self, sources: list[PictureSource]) -> None:
        """Beside the icons: a picture for all of them."""
        self.open_maker(sources=sources)

    # ------------------------------------------------------------------------------------------ one icon

    def _choose(self, path: str) -> None:
        self.choose_pictures(tr("Choose a picture"), partial(self._on_dropped, path))

    def _paste(self, path: str) -> None:
        self.paste_pictures(partial(self._on_dropped, path))

    def _copy(self, path: str) -> None:
        card = self.cards[path]
        QGuiApplication.clipboard().setMimeData(clipboard_data(self._bytes(card.slot), card.tile.image(), "image/png"))

    def _export(self, path: str) -> None:
        suggested = Path.home() / _file_name(self.cards[path].slot)
        then = partial(self._on_export_to, path)
        self.context.notifier.save_file(tr("Export the icon"), [(tr("Pictures"), "*.png")], suggested, then)

    def _on_export_to(self, path: str, place: Path) -> None:
        self._guarded(partial(self.presenter.export, self.cards[path].slot, place))

    def _mend(self, path: str) -> None:
        slot = self.cards[path].slot
        if slot.content is not None:
            text = tr("Resize {name}", name=slot.name)
            work = partial(fitting, slot.content, path, slot.size)
            self._run(self.context.tasks.start("icons", text, work), text)

    def _drag(self, path: str) -> None:
        """Hand the icon to another window as a file. Qt runs the drag until the mouse is let go."""
        drag = self.make_drag(path)
        if drag is not None:
            drag.exec(Qt.DropAction.CopyAction)

    def make_drag(self, path: str) -> QDrag | None:
        """The drag of an icon; its file lies in a folder that goes with the editor."""
        card = self.cards[path]
        self._drag_folder = self._drag_folder or QTemporaryDir()
        place = Path(self._drag_folder.path()) / _file_name(card.slot)
        try:
            self.presenter.export(card.slot, place)
        except SpkError as error:
            self.context.notifier.error(error)
            return None
        drag = QDrag(card.tile)
        drag.setMimeData(clipboard_data(self._bytes(card.slot), card.tile.image(), "image/png", place))
        return drag

    # ------------------------------------------------------------------------------------------ inner

    def _slots(self) -> list[IconSlot]:
        return [slot for group in self._groups for slot in group.slots]

    def _bytes(self, slot: IconSlot) -> bytes:
        return slot.data if slot.picture is not None and slot.picture.format == "PNG" else b""

    def _run(self, task: Task, text: str) -> None:
        receiver = _Taker(self, self.presenter, text)
        task.finished.connect(receiver.take)
        task.ended.connect(receiver.deleteLater)
        task.failed.connect(self.tell_failure)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except SpkError as error:
            self.context.notifier.error(error)

    def _tell_status(self) -> None:
        present = sum(slot.is_present for slot in self._slots())
        missing = sum(not slot.is_present and slot.editable for slot in self._slots())
        text = tr("{n} icon", "{n} icons", n=present)
        self.status_changed.emit(text + (tr(", {n} missing", n=missing) if missing else ""))


class GroupButton(PushButton):
    """The button of a group of icons; it knows which one."""

    wanted = Signal(str)

    def __init__(self, group: IconGroup) -> None:
        super().__init__(tr("Turn into files") if group.is_inside_info else tr("Make all sizes…"))
        self._id = group.id
        self.setAutoDefault(False)
        self.setAccessibleName(f"{self.text()} {group.title}")
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(self._id)


class _Taker(QObject):
    """Takes the result of one background task with the undo text that belongs to it."""

    def __init__(self, parent: QObject, presenter: IconsPresenter, text: str) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._text = text

    @Slot(object)
    def take(self, icons: object) -> None:
        """The icons are made."""
        self._presenter.put_icons(icons, self._text)


def _file_name(slot: IconSlot) -> str:
    return slot.name if "." in slot.name else f"{slot.name}.png"
