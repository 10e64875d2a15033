"""One icon in the editor: the tile, what it is, what is wrong with it, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from gui.editors.icons.presenter import IconSlot, shown
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from gui.services.pictures import Thumbnail
from gui.widgets.icontile import IconTile

REPLACE, PASTE, COPY, EXPORT, REMOVE, MEND, DRAG = "replace", "paste", "copy", "export", "remove", "mend", "drag"
"""What can be wanted of a card."""


class IconCard(QWidget):
    """Shows an `IconSlot`; what is wanted of it comes out as signals with its path."""

    wanted = Signal(str, str)
    """One of the words above, and the path."""
    dropped = Signal(str, list)
    """Path, list[PictureSource]"""

    def __init__(self, slot: IconSlot, theme: Theme) -> None:
        super().__init__()
        self.slot = slot
        self._theme = theme
        self.tile = IconTile(f"{slot.title}, {slot.name}", slot.size)
        self.tile.is_editable = slot.editable
        self.facts = make_label("", "small")
        self.note = make_label("", "error", wrap=True)
        self.without = make_label(slot.without, "small", wrap=True)
        self.mend = make_button(tr("Resize to fit"), "link")
        self.replace = make_tool(theme.icon("open"), tr("Replace {name}…", name=slot.name))
        self.paste = make_tool(theme.icon("paste"), tr("Paste as {name}", name=slot.name))
        self.copy = make_tool(theme.icon("copy"), tr("Copy {name}", name=slot.name))
        self.export = make_tool(theme.icon("download"), tr("Export {name}…", name=slot.name))
        self.remove = make_tool(theme.icon("trash"), tr("Remove {name}", name=slot.name))
        self._actions: list[tuple[str, QWidget]] = [
            (REPLACE, self.replace),
            (PASTE, self.paste),
            (COPY, self.copy),
            (EXPORT, self.export),
            (REMOVE, self.remove),
        ]
        self._lay_out()
        self._connect()

    def show_slot(self, slot: IconSlot, thumbnail: Thumbnail | None = None) -> None:
        """Show this state of the icon. Of a large picture the thumbnail comes later."""
        if thumbnail is not None:
            if thumbnail.picture is not None:
                slot = shown(slot, thumbnail.picture)
            self.tile.show_image(thumbnail.image)
        elif slot.data != self.slot.data or not self.tile.has_picture():
            self.tile.show_picture(slot.data)
        self.slot = slot
        note = slot.note or (thumbnail.problem if thumbnail else "")
        self.facts.setText(_facts(slot))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.mend.setVisible(slot.mendable and slot.editable)
        self.without.setVisible(not slot.is_present and bool(slot.without))
        for widget in (self.copy, self.export, self.remove):
            widget.setEnabled(slot.is_present)
        spoken = (self.facts.text(), note, "" if slot.is_present else slot.without)
        self.tile.setAccessibleDescription(" ".join(filter(None, spoken)))

    def _lay_out(self) -> None:
        lines = column(self, spacing=GRID // 2)
        bar = row(spacing=0)
        for word, tool in self._actions:
            tool.setVisible(self.slot.editable or word in {COPY, EXPORT})
            bar.addWidget(tool)
        bar.addStretch(1)
        lines.addWidget(self.tile, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        fill(lines, make_label(self.slot.name, "strong"), self.facts, self.note, self.mend, self.without)
        lines.addLayout(bar)
        lines.addStretch(1)
        # Texts wrap at the width of the tile: the page asks a card for its size, not for its height at a width.
        for label in (self.note, self.without):
            label.setFixedWidth(self.tile.sizeHint().width())

    def _connect(self) -> None:
        self.tile.dropped.connect(self._on_dropped)
        self.tile.menu_wanted.connect(self._on_menu)
        self.tile.drag_wanted.connect(self._on_drag)
        self.mend.clicked.connect(self._on_mend)
        for signal in (self.tile.replace_wanted, self.replace.clicked):
            signal.connect(self._on_replace)
        for signal in (self.tile.paste_wanted, self.paste.clicked):
            signal.connect(self._on_paste)
        for signal in (self.tile.copy_wanted, self.copy.clicked):
            signal.connect(self._on_copy)
        for signal in (self.tile.remove_wanted, self.remove.clicked):
            signal.connect(self._on_remove)
        self.export.clicked.connect(self._on_export)

    def _want(self, what: str) -> None:
        self.wanted.emit(what, self.slot.path)

    @Slot(list)
    def _on_dropped(self, sources: list[object]) -> None:
        self.dropped.emit(self.slot.path, sources)

    @Slot()
    def _on_replace(self) -> None:
        self._want(REPLACE)

    @Slot()
    def _on_paste(self) -> None:
        self._want(PASTE)

    @Slot()
    def _on_copy(self) -> None:
        self._want(COPY)

    @Slot()
    def _on_remove(self) -> None:
        self._want(REMOVE)

    @Slot()
    def _on_export(self) -> None:
        self._want(EXPORT)

    @Slot()
    def _on_mend(self) -> None:
        self._want(MEND)

    @Slot()
    def _on_drag(self) -> None:
        self._want(DRAG)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def menu(self) -> QMenu:
        """Everything that can be done to this icon."""
        menu = QMenu(self)
        menu.setAccessibleName(tr("Icon {name}", name=self.slot.name))
        edits: tuple[tuple[str, str, Callable[[], None], bool], ...] = (
            ("open", tr("Replace…"), self._on_replace, True),
            ("paste", tr("Paste"), self._on_paste, True),
            ("wand", tr("Resize to fit"), self._on_mend, self.slot.mendable),
            ("trash", tr("Remove"), self._on_remove, self.slot.is_present),
        )
        others = (
            ("copy", tr("Copy"), self._on_copy, self.slot.is_present),
            ("download", tr("Export…"), self._on_export, self.slot.is_present),
        )
        for icon, text, handler, enabled in (*others, *(edits if self.slot.editable else ())):
            action = menu.addAction(self._theme.icon(icon), text)
            action.setEnabled(enabled)
            action.triggered.connect(handler)
        return menu


def _facts(slot: IconSlot) -> str:
    if not slot.is_present:
        return tr("Not there; {size} wanted", size=slot.title) if slot.size else tr("Not there")
    size = size_text(slot.content.size if slot.content else 0)
    if slot.picture is None:
        return size
    return tr(
        "{width} × {height}, {format}, {size}",
        width=slot.picture.width,
        height=slot.picture.height,
        format=slot.picture.format,
        size=size,
    )
