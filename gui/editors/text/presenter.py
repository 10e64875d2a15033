"""Turns what is typed into a text file into changes, and shows changes of others; knows no widgets."""

from __future__ import annotations

from pathlib import PurePosixPath

from gui.models.sourcetext import SourceText, decode
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.changes import set_content
from spkcore.package.entries import Kind

EMPTY = SourceText("")


class TextPresenter:
    """One text file of the package. `source` is what the editor shows; `error` says why there is nothing to show."""

    def __init__(self, path: str, document: Document) -> None:
        self.path = path
        self.document = document
        self.source = EMPTY
        self.error: SpkError | None = None
        self._shown_data: bytes | None = None
        self.reload()

    @property
    def name(self) -> str:
        """The file's name, for titles and undo texts."""
        return PurePosixPath(self.path).name

    @property
    def exists(self) -> bool:
        """Whether the package has this file now."""
        entry = self.document.entries.get(self.path)
        return entry is not None and entry.kind is not Kind.DIRECTORY

    def reload(self) -> bool:
        """Read the file again; True when it holds other bytes than before."""
        self.error = None
        data = self._read()
        if data == self._shown_data:
            return False
        self._shown_data = data
        self.source = decode(data) if data is not None else EMPTY
        return True

    def edit(self, text: str, *, typed: bool) -> None:
        """The user made `text` of the shown text. What is `typed` may join the typing before it in one undo step."""
        source = self.source.with_text(text)
        self._push(source, self.edit_text(), f"text:{self.path}" if typed else "")

    def repair_line_ends(self) -> None:
        """End every line with LF."""
        self._push(self.source.with_lf(), tr("Repair line ends of {name}", name=self.name))

    def create(self, data: bytes = b"") -> None:
        """Make the missing file."""
        change = set_content(self.document.entries, self.path, data)
        self.document.push(change, tr("Create {name}", name=self.name))

    def edit_text(self) -> str:
        """What undo calls an edit of this file."""
        return tr("Edit {name}", name=self.name)

    def _push(self, source: SourceText, text: str, merge_key: str = "") -> None:
        data = source.encode()
        self.source = source
        self._shown_data = data
        self.document.push(set_content(self.document.entries, self.path, data, merge_key, self.path), text)

    def _read(self) -> bytes | None:
        if not self.exists:
            return None
        try:
            return self.document.content(self.path)
        except SpkError as error:
            self.error = error
            return None
