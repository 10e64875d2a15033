"""The page of a file that is no text: what it is, how large, its first bytes, and what can be done with it."""

from __future__ import annotations

import codecs
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.text.languages import head_of
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.base.files import write_bytes
from spkcore.package.payload import replace_from_disk

_LARGEST_PREVIEW = 4 * 1024 * 1024
_SIGNATURES = (
    (b"\x7fELF", "ELF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ", "xz"),
    (b"PK\x03\x04", "ZIP"),
    (b"SQLite format 3", "SQLite"),
    (b"%PDF", "PDF"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class BinaryEditor(Editor):
    """Shows a file that has no text, and exchanges it for another one."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.kind = make_label("", "heading")
        self.facts = make_label("", "muted")
        self.picture = QLabel()
        self.head = QPlainTextEdit()
        self.replace_button = make_button(tr("Replace…"))
        self.export_button = make_button(tr("Export…"))
        self._lay_out()
        self.replace_button.clicked.connect(self._on_replace)
        self.export_button.clicked.connect(self._on_export)
        self.show_state()

    def refresh(self, paths: frozenset[str]) -> None:
        self.show_state()

    def show_state(self) -> None:
        """Show the file as it is now."""
        entry = self.document.entries.get(self.path)
        if entry is None:
            return
        head = head_of(self.path, self.document)
        self.kind.setText(kind_text(head))
        size = size_text(entry.size)
        self.facts.setText(tr("{size} ({n} bytes)", size=size, n=entry.size))
        self.head.setPlainText(hex_lines(head[:256]))
        self._show_picture(entry.size)

    def _show_picture(self, size: int) -> None:
        picture = QPixmap()
        try:
            shown = size <= _LARGEST_PREVIEW and picture.loadFromData(self.document.content(self.path))
        except SpkError:
            shown = False
        if shown and max(picture.width(), picture.height()) > 512:
            picture = picture.scaled(512, 512, Qt.AspectRatioMode.KeepAspectRatio)
        self.picture.setPixmap(picture if shown else QPixmap())
        self.picture.setVisible(shown)

    @Slot()
    def _on_replace(self) -> None:
        self.context.notifier.open_files(tr("Replace"), [(tr("All files"), "*")], None, self._on_replacement)

    def _on_replacement(self, chosen: list[Path]) -> None:
        try:
            change = replace_from_disk(self.document.entries, self.path, chosen[0])
        except SpkError as error:
            self.context.notifier.error(error)
            return
        self.document.push(change, tr("Replace {name}", name=self.path.rpartition("/")[2]))

    @Slot()
    def _on_export(self) -> None:
        suggested = Path.home() / self.path.rpartition("/")[2]
        self.context.notifier.save_file(tr("Export"), [(tr("All files"), "*")], suggested, self._on_export_to)

    def _on_export_to(self, place: Path) -> None:
        try:
            write_bytes(place, self.document.content(self.path))
        except SpkError as error:
            self.context.notifier.error(error)

    def _lay_out(self) -> None:
        self.picture.setAccessibleName(tr("Picture"))
        self.head.setReadOnly(True)
        self.head.setUndoRedoEnabled(False)
        self.head.setFont(self.context.theme.fixed_font())
        self.head.setAccessibleName(tr("The first bytes"))
        self.head.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = row()
        fill(buttons, self.replace_button, self.export_button, None)
        lines = column(self, margin=2 * GRID, spacing=GRID)
        fill(lines, self.kind, self.facts, self.picture, buttons, GRID, make_label(tr("The first bytes"), "section"))
        lines.addWidget(self.head, 1)
        self.setFocusProxy(self.head)


def kind_text(head: bytes) -> str:
    """What the first bytes say about a file."""
    name = next((name for signature, name in _SIGNATURES if head.startswith(signature)), "")
    if name == "ELF":
        return tr("Program or library for Linux (ELF)")
    if name in {"PNG", "JPEG", "GIF"}:
        return tr("Picture ({format})", format=name)
    if name in {"gzip", "xz", "ZIP"}:
        return tr("Archive ({format})", format=name)
    if name == "UTF-16":
        return tr("Text in UTF-16, which most programs on a NAS cannot read")
    return tr("{format} file", format=name) if name else tr("Binary file")


def hex_lines(data: bytes) -> str:
    """Sixteen bytes a line: place, hexadecimal, and what is printable."""
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<47}  {shown}")
    return "\n".join(lines)
