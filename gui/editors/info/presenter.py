"""Turns edits of the INFO form into changes of one line; knows no widgets."""

from __future__ import annotations

from gui.editors.info.fields import Field, base_name, fields_of, free_languages
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.changes import set_content
from spkcore.package.info import PATH, Info
from spkcore.package.infokeys import find_key, languages


class InfoPresenter:
    """The form's view of the file INFO. Fields are named as in the file; an empty value removes the key."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.error: SpkError | None = None
        self.info = Info()
        self._data: bytes | None = None
        self.reload()

    def reload(self) -> bool:
        """Read INFO again; True when it changed."""
        data = self._read()
        if data == self._data:
            return False
        self._data = data
        self.info = Info.parse(data or b"")
        return True

    def fields(self) -> list[Field]:
        """All fields, in the order of the form."""
        return fields_of(self.info)

    def set_value(self, name: str, value: str, *, typed: bool) -> str:
        """Give the key this value. Returns why that cannot be (one sentence), or an empty string."""
        keep_empty = self._may_be_empty(name)
        try:
            new = self.info.set(name, value) if value or keep_empty else self.info.remove(name)
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}"
        self._push(new, name, tr("Change {label}", label=self.label(name)), f"info:{name}" if typed else "")
        return ""

    def remove(self, name: str) -> None:
        """Take the key out of the file."""
        self._push(self.info.remove(name), name, tr("Remove {label}", label=self.label(name)))

    def add_language(self, name: str, code: str) -> str:
        """Add the value of `name` for a language, starting with the general text. Returns the new key."""
        key = f"{name}_{code}"
        if key not in self.info:
            new = self.info.set(key, self.info.get(name))
            self._push(new, key, tr("Add {label}", label=self.label(key)))
        return key

    def add_key(self, name: str) -> str:
        """Add a key that the form does not offer. Returns why that cannot be, or an empty string."""
        name = name.strip()
        if name in self.info:
            return tr("The file has this key already.")
        try:
            new = self.info.set(name, "")
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}"
        self._push(new, name, tr("Add {label}", label=name))
        return ""

    def languages_to_add(self, name: str) -> list[tuple[str, str]]:
        """Codes and names of languages without a value of `name`."""
        return free_languages(self.info, name)

    def label(self, name: str) -> str:
        """What the form calls a key."""
        known = find_key(name)
        if known is None:
            return name
        code = name.removeprefix(known.name).lstrip("_")
        return f"{known.label} ({languages().get(code, code)})" if code else known.label

    def count_text(self) -> str:
        """For the status bar."""
        return tr("{n} key set", "{n} keys set", n=len(self.info.as_dict()))

    def _may_be_empty(self, name: str) -> bool:
        known = find_key(name)
        return name in self.info and (known is None or name != base_name(name))

    def _push(self, new: Info, name: str, text: str, merge_key: str = "") -> None:
        data = new.to_bytes()
        self.info, self._data = new, data
        change = set_content(self.document.entries, PATH, data, merge_key, f"{PATH}#{name}")
        self.document.push(change, text)

    def _read(self) -> bytes | None:
        self.error = None
        if PATH not in self.document.entries:
            return None
        try:
            return self.document.content(PATH)
        except SpkError as error:
            self.error = error
            return None
