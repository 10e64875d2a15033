"""Turns edits of the INFO form into changes of one line; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence

from gui.editors.info.choices import Choice, choices
from gui.editors.info.fields import Field, base_name, fields_of, is_shown
from gui.editors.info.ranges import PACKAGE, DsmRange, package_range, range_choices
from gui.editors.info.relations import RelationPlan
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.buildtargets import BuildTarget
from spkcore.package.changes import set_content
from spkcore.package.dependencyfile import CONFLICTS, NEEDS, DependencyFile
from spkcore.package.desktop import CONFIG, desktop_entries, desktop_folders
from spkcore.package.findings import decode
from spkcore.package.info import PATH, Info
from spkcore.package.infokeys import find_key, languages
from spkcore.package.jsontext import parse


class InfoPresenter:
    """The form's view of the file INFO. Fields are named as in the file; an empty value removes the key."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.error: SpkError | None = None
        self.info = Info()
        self.targets: tuple[BuildTarget, ...] = ()
        """The build targets of the package folder, for the range of DSM versions."""
        self._data: bytes | None = None
        self._range_id = PACKAGE
        self.reload()

    def reload(self) -> bool:
        """Read INFO again; True when it changed."""
        data = self._read()
        if data == self._data:
            return False
        self._data = data
        self.info = Info.parse(data or b"")
        return True

    @property
    def dsm(self) -> DsmRange:
        """The DSM versions whose keys are shown."""
        if self._range_id != PACKAGE:
            found = next((item for item in self.ranges() if item.id == self._range_id), None)
            if found is not None:
                return found
        return package_range(self.info, self.targets)

    def ranges(self) -> list[DsmRange]:
        """The ranges of DSM versions to choose from."""
        return range_choices(self.info, self.targets)

    def choose_range(self, range_id: str) -> None:
        """Show the keys of these DSM versions from now on."""
        self._range_id = range_id

    def fields(self) -> list[Field]:
        """All fields, in the order of the form."""
        return fields_of(self.info, self.dsm)

    def left_out(self) -> int:
        """How many keys the chosen DSM versions do not read, so that even the list of all keys leaves them out."""
        fields = self.fields()
        return sum(not item.is_variant and not is_shown(item, "", show_all=True) for item in fields)

    def choices(self, name: str) -> list[Choice]:
        """What is suggested for a key."""
        words = self.info.get(name).split()
        if name in {"dsmappname", "dsmapplaunchname"}:
            return self._entry_choices(words)
        return choices(name, self.dsm, words)

    def link(self) -> str:
        """The link that Package Center shows, with "nas" for the name of the NAS; empty where there is none."""
        if not self.info.get("adminport") and not self.info.get("adminurl"):
            return ""
        protocol, port = self.info.value("adminprotocol"), self.info.value("adminport").strip()
        usual = {"http": "80", "https": "443"}.get(protocol)
        place = "" if port == usual else f":{port}"
        return f"{protocol}://nas{place}/{self.info.get('adminurl').lstrip('/')}"

    def relation_plan(self) -> RelationPlan:
        """What the package says about other packages, to be edited in a dialog."""
        files = {path: self._bytes(path) for path in (NEEDS, CONFLICTS) if path in self.document.entries}
        return RelationPlan(self.info, files, self.dsm)

    def dependency_files(self) -> dict[str, int]:
        """The files conf/PKG_DEPS and conf/PKG_CONX that are there, and how many packages each one names."""
        found = {}
        for path in (NEEDS, CONFLICTS):
            if path in self.document.entries:
                found[path] = len(DependencyFile.parse(self._bytes(path)).packages())
        return found

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

    def rename_key(self, name: str, new: str) -> str:
        """Call a key otherwise; its value and place stay. Returns why that cannot be, or an empty string."""
        new = new.strip()
        if new == name:
            return ""
        try:
            renamed = self.info.rename(name, new)
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}"
        self._push(renamed, new, tr("Rename {label}", label=name))
        return ""

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
        if data == self._data:
            return
        self.info, self._data = new, data
        change = set_content(self.document.entries, PATH, data, merge_key, f"{PATH}#{name}")
        self.document.push(change, text)

    def _entry_choices(self, words: Sequence[str]) -> list[Choice]:
        """The entries of the package's desktop files."""
        found: list[Choice] = []
        for folder in desktop_folders(self.info):
            path = f"{folder}/{CONFIG}"
            if path in self.document.entries:
                document = parse(decode(self._bytes(path)))
                found += [Choice(item.name, item.title) for item in desktop_entries(document)]
        known = {choice.value for choice in found}
        strange = [Choice(word, tr("no entry of this name")) for word in words if word not in known]
        return [*strange, *found] if found else []

    def _bytes(self, path: str) -> bytes:
        try:
            return self.document.content(path)
        except SpkError:
            return b""  # shown by the part's own editor

    def _read(self) -> bytes | None:
        self.error = None
        if PATH not in self.document.entries:
            return None
        try:
            return self.document.content(PATH)
        except SpkError as error:
            self.error = error
            return None
