"""Desktop entries as their editor sees them: titles, icons, what they open, and the edits; knows no widgets."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from gui.editors.jsonpart import JsonPart
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.changes import Change
from spkcore.package.desktop import DesktopEntry, desktop_entries
from spkcore.package.desktopedit import (
    LINKS,
    EntryKind,
    Wish,
    add_entry,
    entry_kind,
    own_folder,
    remove_entry,
    rename_entry,
)
from spkcore.package.entries import Content
from spkcore.package.formspecs import Shape, shape_of
from spkcore.package.icons import desktop_icon_paths
from spkcore.package.infokeys import languages
from spkcore.package.jsontext import join_pointer
from spkcore.package.texts import DEFAULT_LANGUAGE, FOLDER, NAME, Texts, reference

_LARGEST_ICON = 4 << 20


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry as the main menu shows it. `icon` holds the bytes of a picture, or nothing; an entry that is not
    `is_shown` has no icon on the NAS."""

    entry: DesktopEntry
    title: str
    icon: bytes
    is_shown: bool
    for_everybody: bool


class DesktopPart(JsonPart):
    """The file config of a desktop folder."""

    def __init__(self, path: str, document: Document) -> None:
        self._pictures: dict[str, tuple[Content, bytes]] = {}
        super().__init__(path, document)

    @property
    def folder(self) -> str:
        """The desktop folder, "package/ui"."""
        return self.path.rpartition("/")[0]

    def entries(self) -> list[DesktopEntry]:
        """The entries in the order of the file; of two with one name in one file only the last one, which counts."""
        found = {entry.pointer: entry for entry in desktop_entries(self.tree)}
        return list(found.values())

    def items(self, language: str = "", side: int = 64) -> list[MenuItem]:
        """The entries as the main menu shows them to people with `language`; icons of about `side` pixels."""
        texts = self._texts(language), self._texts(DEFAULT_LANGUAGE)
        return [self._item(entry, texts, side) for entry in self.entries()]

    def languages(self) -> list[tuple[str, str]]:
        """Codes and names of the languages that the folder has texts in."""
        known = self.document.entries
        return [(code, name) for code, name in languages().items() if self._strings(code) in known]

    def kind(self, entry: DesktopEntry) -> EntryKind:
        """What its type does."""
        return entry_kind(entry.type)

    def opens(self, entry: DesktopEntry) -> str:
        """What a click on it opens, in words."""
        value = self.value(entry.pointer, {})
        if not isinstance(value, dict) or not value.get("url"):
            return ""
        url, port = str(value["url"]), value.get("port")
        if "://" in url or not port:
            return url
        return f"{value.get('protocol') or 'http'}://nas:{port}{url if url.startswith('/') else '/' + url}"

    def texts(self) -> list[tuple[str, str]]:
        """The references that titles can use, "section:key", each with what it says."""
        found = self._texts(DEFAULT_LANGUAGE).texts
        return [(name, line.value) for name, line in found.items()]

    def audience(self, entry: DesktopEntry) -> str:
        """Who sees the icon, in words."""
        value = self.value(entry.pointer, {})
        members = value if isinstance(value, dict) else {}
        if is_silent(entry) or members.get("hidden") is True:
            return tr("It has no icon in the main menu.")
        if members.get("grantPrivilege"):
            return tr("Administrators see it. Control Panel > Application Privileges says who else does.")
        if members.get("allUsers") is True:
            return tr("Everybody who logs in to DSM sees it.")
        return tr("Only administrators see it.")

    def icon_pattern(self, entry: DesktopEntry) -> str:
        """The path of its icons in the package, "package/ui/images/x_{0}.png"; empty where it names none inside the
        desktop folder."""
        icon = self.value(join_pointer(entry.pointer, "icon"))
        path = posixpath.normpath(f"{self.folder}/{icon}") if isinstance(icon, str) and icon else ""
        return path if path.startswith(self.folder + "/") else ""

    def icons(self, entry: DesktopEntry) -> list[tuple[int, bytes]]:
        """Its icons by the sizes that DSM asks for, or the one of all sizes as size 0; empty bytes where one is
        missing."""
        pattern = self.icon_pattern(entry)
        if not pattern:
            return []
        places = desktop_icon_paths(pattern) if "{0}" in pattern else {0: pattern}
        return [(size, self._picture(path)) for size, path in sorted(places.items())]

    def own_folder(self, entry: DesktopEntry) -> str:
        """The folder that only this entry opens."""
        return own_folder(self.document.entries, self.path, entry)

    def add(self, wish: Wish) -> str:
        """Begin an entry. Returns why that cannot be, or nothing."""
        return self._carry_out(
            lambda: add_entry(self.document.entries, self.path, wish), tr("Add {title}", title=wish.title)
        )

    def rename_entry(self, entry: DesktopEntry, name: str) -> str:
        """Call an entry something else. Returns why that cannot be, or nothing."""
        return self._carry_out(
            lambda: rename_entry(self.document.entries, self.path, entry, name), tr("Rename {name}", name=entry.name)
        )

    def remove_entry(self, entry: DesktopEntry, *, with_files: bool) -> str:
        """Take an entry out. Returns why that cannot be, or nothing."""
        return self._carry_out(
            lambda: remove_entry(self.document.entries, self.path, entry, with_files=with_files),
            tr("Remove {name}", name=self.title(entry) or entry.name),
        )

    def move_entry(self, entry: DesktopEntry, other: DesktopEntry) -> str:
        """Move an entry to the place of another one. Returns why that cannot be, or nothing."""
        if entry.file != other.file:
            return tr("It stays in its part of the file: {file}.", file=entry.file)
        holder = join_pointer("", entry.file)
        at, new = (self._index(holder, place.pointer) for place in (entry, other))
        self.move(holder, at, new, tr("Move {name}", name=self.title(entry) or entry.name))
        return ""

    def _index(self, holder: str, pointer: str) -> int:
        """Which child of the object at `holder` stands at `pointer`."""
        node, child = self.tree.node(holder), self.tree.node(pointer)
        members = node.members if node is not None else ()
        return next(at for at, member in enumerate(members) if member.node is child)

    def title(self, entry: DesktopEntry, language: str = "") -> str:
        """What people see under the icon."""
        key = reference(entry.title)
        if not key:
            return entry.title
        return self._texts(language).get(key) or self._texts(DEFAULT_LANGUAGE).get(key) or entry.title

    def _carry_out(self, make: Callable[[], Change], text: str) -> str:
        try:
            change = make()
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}".strip()
        self.document.push(change, text)
        return ""

    def _item(self, entry: DesktopEntry, texts: tuple[Texts, Texts], side: int) -> MenuItem:
        key = reference(entry.title)
        title = next((found for known in texts if key and (found := known.get(key))), entry.title)
        value = self.value(entry.pointer, {})
        members = value if isinstance(value, dict) else {}
        is_shown = entry.type not in {"lib", ""} and members.get("hidden") is not True
        icon = self._icon(str(members.get("icon") or ""), side)
        return MenuItem(entry, title or entry.name, icon, is_shown, bool(members.get("allUsers")))

    def _icon(self, pattern: str, side: int) -> bytes:
        """The smallest picture that is large enough, or the largest that is there."""
        places = desktop_icon_paths(pattern) if "{0}" in pattern else {side: pattern}
        known = self.document.entries
        there = {size: f"{self.folder}/{path}" for size, path in places.items() if f"{self.folder}/{path}" in known}
        wanted = min((size for size in there if size >= side), default=max(there, default=0))
        return self._picture(there.get(wanted, ""))

    def _picture(self, path: str) -> bytes:
        """A picture of the package; nothing where it is missing or too large. Read once: typing shows it again."""
        entry = self.document.entries.get(path)
        content = entry.content if entry is not None else None
        if content is None or content.size > _LARGEST_ICON:
            return b""
        known = self._pictures.get(path)
        if known is None or known[0] is not content:
            try:
                known = (content, content.read())
            except SpkError:
                return b""
            self._pictures[path] = known
        return known[1]

    def _texts(self, language: str) -> Texts:
        path = self._strings(language or DEFAULT_LANGUAGE)
        if path not in self.document.entries:
            return Texts()
        try:
            return Texts.parse(self.document.content(path))
        except SpkError:
            return Texts()

    def _strings(self, language: str) -> str:
        return f"{self.folder}/{FOLDER}/{language}/{NAME}"


def is_silent(entry: DesktopEntry) -> bool:
    """Whether it is a part of a program, which nobody opens and which needs no icon."""
    return entry.type == "lib" or (entry.file != LINKS and not entry.type)


def shape_for(entry: DesktopEntry) -> Shape:
    """The description of an entry's form."""
    return shape_of("ui_config", "link" if entry.file == LINKS else "application")
