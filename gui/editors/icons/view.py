"""The icon editor: every icon of the package at its true size, with what can be done to it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.icons.presenter import IconGroup, IconSlot, IconsPresenter, making, pictures_only
from gui.qt.forms import GRID, PushButton, column, fill, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from gui.services.document import Document
from gui.widgets.flow import FlowLayout
from gui.widgets.icontile import IconTile
from spkcore.base.errors import SpkError, UsageError

PICTURES = "*.png *.jpg *.jpeg *.gif *.bmp *.webp *.ico *.tif *.tiff"


class IconsEditor(Editor):
    """All icons on one page, whichever of them was opened."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = IconsPresenter(document)
        self.cards: dict[str, IconCard] = {}
        self._groups: list[IconGroup] = []
        self._shape: list[tuple[str, list[str]]] = []
        self._is_stale = False
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(tr("Icons of the package"))
        lines = column(self)
        lines.addWidget(self._area)
        self.show_state()

    def concerns(self, paths: frozenset[str]) -> bool:
        """Icons, and what says which icons there should be: INFO and the desktop config."""
        watched = {"INFO", *self.cards}
        return any(
            path in watched or path.startswith(("PACKAGE_ICON", "screen_")) or path.endswith("/config")
            for path in paths
        )

    def refresh(self, paths: frozenset[str]) -> None:
        """Pictures are read when somebody looks."""
        self._is_stale = True
        if self.isVisible():
            self.show_state()

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        card = self.cards.get(field or self.path)
        if card is not None:
            self._area.ensureWidgetVisible(card)
            card.tile.setFocus()

    def show_state(self) -> None:
        """Show the icons as they are now."""
        self._is_stale = False
        self._groups = self.presenter.groups()
        shape = [(group.title, [slot.path for slot in group.slots]) for group in self._groups]
        if shape != self._shape:
            self._shape = shape
            self._rebuild()
        for group in self._groups:
            for slot in group.slots:
                self.cards[slot.path].show_slot(slot)
        self._tell_status()

    def _tell_status(self) -> None:
        present = sum(slot.is_present for group in self._groups for slot in group.slots)
        self.status_changed.emit(tr("{n} icon", "{n} icons", n=present))

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str, list)
    def _on_dropped(self, path: str, sources: list[Path]) -> None:
        source = pictures_only(sources)
        if source is None:
            error = UsageError("An icon takes one picture", path, "Drop a single picture file on it.")
            self.context.notifier.error(error)
        else:
            self._make(source, {path: self.cards[path].slot.size}, self.presenter.replace_text(path))

    @Slot(str)
    def _on_replace(self, path: str) -> None:
        self._choose(partial(self._on_chosen, path))

    def _on_chosen(self, path: str, sources: list[Path]) -> None:
        self._on_dropped(path, sources)

    @Slot(str)
    def _on_remove(self, path: str) -> None:
        self.presenter.remove(path)

    @Slot(str)
    def _on_export(self, path: str) -> None:
        suggested = Path.home() / path.rpartition("/")[2]
        self.context.notifier.save_file(
            tr("Export the icon"), [(tr("Pictures"), PICTURES)], suggested, partial(self._on_export_to, path)
        )

    def _on_export_to(self, path: str, place: Path) -> None:
        try:
            self.presenter.export(path, place)
        except SpkError as error:
            self.context.notifier.error(error)

    @Slot(int)
    def _on_make_all(self, number: int) -> None:
        self._choose(partial(self._on_source_chosen, number))

    def _on_source_chosen(self, number: int, sources: list[Path]) -> None:
        group = self._groups[number]
        self._make(sources[0], group.sizes, tr("Make all sizes: {title}", title=group.title))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self.context.notifier.error(error)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.show_state()
        else:
            self._tell_status()

    # ------------------------------------------------------------------------------------------ inner

    def _choose(self, then: partial[None]) -> None:
        self.context.notifier.open_files(tr("Choose a picture"), [(tr("Pictures"), PICTURES)], None, then)

    def _make(self, source: Path, sizes: dict[str, int], text: str) -> None:
        task = self.context.tasks.start("icons", text, partial(making, source, sizes))
        receiver = _Taker(self, self.presenter, text)
        task.finished.connect(receiver.take)
        task.ended.connect(receiver.deleteLater)
        task.failed.connect(self._on_failed)

    def _rebuild(self) -> None:
        self.cards.clear()
        body = QWidget()
        lines = column(body, margin=2 * GRID, spacing=3 * GRID)
        for number, group in enumerate(self._groups):
            lines.addLayout(self._section(number, group))
        lines.addStretch(1)
        self._area.setWidget(body)

    def _section(self, number: int, group: IconGroup) -> QVBoxLayout:
        lines = column(spacing=GRID)
        texts = column(spacing=2)
        fill(texts, make_label(group.title, "heading"), make_label(group.description, "muted"))
        top = row()
        top.addLayout(texts, 1)
        if group.sizes:
            button = GroupButton(number, group.title)
            button.wanted.connect(self._on_make_all)
            top.addWidget(button)
        lines.addLayout(top)
        flow = FlowLayout(spacing=2 * GRID)
        for slot in group.slots:
            flow.addWidget(self._card(slot))
        lines.addLayout(flow)
        return lines

    def _card(self, slot: IconSlot) -> IconCard:
        card = IconCard(slot, self.context.theme)
        card.dropped.connect(self._on_dropped)
        card.replace_wanted.connect(self._on_replace)
        card.remove_wanted.connect(self._on_remove)
        card.export_wanted.connect(self._on_export)
        self.cards[slot.path] = card
        return card


class GroupButton(PushButton):
    """The button that makes all icons of a group; it knows the group's number."""

    wanted = Signal(int)

    def __init__(self, number: int, title: str) -> None:
        super().__init__(tr("Make all sizes from a picture…"))
        self._number = number
        self.setAutoDefault(False)
        self.setAccessibleName(tr("Make all sizes from a picture: {title}", title=title))
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(self._number)


class IconCard(QWidget):
    """One icon: the tile, what it is, what is wrong with it, and its buttons."""

    dropped = Signal(str, list)
    replace_wanted = Signal(str)
    remove_wanted = Signal(str)
    export_wanted = Signal(str)

    def __init__(self, slot: IconSlot, theme: Theme) -> None:
        super().__init__()
        self.slot = slot
        self.tile = IconTile(f"{slot.title}, {slot.path}", slot.size)
        self.facts = make_label("", "small")
        self.note = make_label("", "error", wrap=True)
        name = slot.path.rpartition("/")[2]
        self.replace = make_tool(theme.icon("open"), tr("Replace {name}…", name=name))
        self.export = make_tool(theme.icon("download"), tr("Export {name}…", name=name))
        self.remove = make_tool(theme.icon("trash"), tr("Remove {name}", name=name))
        self._lay_out()
        self.tile.files_dropped.connect(self._on_dropped)
        self.tile.replace_wanted.connect(self._on_replace)
        self.tile.remove_wanted.connect(self._on_remove)
        self.replace.clicked.connect(self._on_replace)
        self.export.clicked.connect(self._on_export)
        self.remove.clicked.connect(self._on_remove)

    def show_slot(self, slot: IconSlot) -> None:
        """Show this state of the icon."""
        if slot.data != self.slot.data or not self.tile.has_picture():
            self.tile.show_picture(slot.data)
        self.slot = slot
        self.facts.setText(_facts(slot))
        self.note.setText(slot.note)
        self.note.setVisible(bool(slot.note))
        self.export.setEnabled(slot.is_present)
        self.remove.setEnabled(slot.is_present)
        self.tile.setAccessibleDescription(f"{self.facts.text()} {slot.note}".strip())

    def _lay_out(self) -> None:
        lines = column(self, spacing=GRID // 2)
        bar = row(spacing=2)
        texts = column(spacing=0)
        name = self.slot.path.rpartition("/")[2]
        fill(texts, make_label(name, "strong"), self.facts)
        bar.addLayout(texts, 1)
        fill(bar, self.replace, self.export, self.remove)
        fill(lines, self.tile)
        lines.addLayout(bar)
        fill(lines, self.note, None)

    @Slot(list)
    def _on_dropped(self, sources: list[Path]) -> None:
        self.dropped.emit(self.slot.path, sources)

    @Slot()
    def _on_replace(self) -> None:
        self.replace_wanted.emit(self.slot.path)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_wanted.emit(self.slot.path)

    @Slot()
    def _on_export(self) -> None:
        self.export_wanted.emit(self.slot.path)


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


def _facts(slot: IconSlot) -> str:
    if slot.picture is None:
        return tr("Not there; {size} wanted", size=slot.title) if slot.size else tr("Not a picture")
    size = size_text(len(slot.data))
    return tr(
        "{width} × {height}, {format}, {size}",
        width=slot.picture.width,
        height=slot.picture.height,
        format=slot.picture.format,
        size=size,
    )
