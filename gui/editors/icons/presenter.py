"""Which icons a package has and should have, and what is done to them as changes; knows no widgets."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource
from gui.services.document import Document
from gui.services.pictures import load_picture
from spkcore.base.errors import SpkError
from spkcore.base.files import write_bytes
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import put, remove, set_content
from spkcore.package.desktop import CONFIG, desktop_entries, desktop_folders
from spkcore.package.entries import BytesContent, Content, Entry, Kind
from spkcore.package.icons import (
    Picture,
    Recipe,
    all_package_icons,
    describe,
    desktop_icon_paths,
    desktop_sizes,
    extra_desktop_sizes,
    load,
    package_icons,
)
from spkcore.package.info import Info
from spkcore.package.infoicons import as_files, info_icons
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.parts import read_info, targets_dsm7

INSIDE_INFO = "INFO#"
"""What the paths of icons start with that are no files but keys of INFO."""

_SMALL_FILE = 1024 * 1024
_SMALL_SIDE = 1024
"""Pictures up to this size are read and shown at once; larger ones in the background."""


@dataclass(frozen=True, slots=True)
class IconSlot:
    """One place for a picture. `size` is the side it should have in pixels, 0 for any; `note` says what is wrong,
    `without` what DSM does while it is missing. A picture that is large has `content` and no `data`."""

    path: str
    title: str
    size: int
    content: Content | None = None
    data: bytes = b""
    picture: Picture | None = None
    note: str = ""
    without: str = ""
    mendable: bool = False
    editable: bool = True

    @property
    def is_present(self) -> bool:
        """Whether the package has something here."""
        return self.content is not None

    @property
    def is_large(self) -> bool:
        """Whether the picture has to be read in the background."""
        is_damaged = self.picture is None and bool(self.note)
        return self.content is not None and not self.data and not is_damaged

    @property
    def name(self) -> str:
        """The name without its folder."""
        return posixpath.basename(self.path).removeprefix(INSIDE_INFO)


@dataclass(frozen=True, slots=True)
class IconGroup:
    """Icons that belong together: those of the package, of one desktop entry, or inside INFO. `id` stays the same while
    the package changes."""

    id: str
    title: str
    description: str
    slots: tuple[IconSlot, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """Path → side in pixels of the icons that can be made from one picture."""
        return {slot.path: slot.size for slot in self.slots if slot.size and slot.editable}

    @property
    def is_inside_info(self) -> bool:
        """Whether these are no files."""
        return self.id == INSIDE_INFO


@dataclass(frozen=True, slots=True)
class Target:
    """Something that icons can be made for. `extra` are those of `sizes` (path → pixels) that DSM does not ask for."""

    id: str
    title: str
    sizes: Mapping[str, int]
    extra: frozenset[str] = frozenset()


class IconsPresenter:
    """Edits push one undo step each."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def groups(self) -> list[IconGroup]:
        """All icons, those of the package first."""
        info = read_info(self.document.entries)
        inside = self._info_group(info)
        return [self._package_group(info), *([inside] if inside else []), *self._desktop_groups(info)]

    @property
    def dsm_major(self) -> int:
        """The DSM version whose sizes the package icons have: the lowest one that the package is for."""
        return 7 if targets_dsm7(read_info(self.document.entries)) else 6

    def targets(self, dsm_major: int) -> list[Target]:
        """What icons can be made for, the package itself first."""
        info = read_info(self.document.entries)
        sizes = {role.path: role.size for role in package_icons(dsm_major)}
        found = [Target("", tr("Package Center"), sizes)]
        for title, pattern in self._patterns(info):
            paths = {path: size for size, path in desktop_icon_paths(pattern).items()}
            extra = {}
            if "{0}" in pattern:
                extra = {path: size for size, path in desktop_icon_paths(pattern, extra_desktop_sizes()).items()}
            found.append(Target(pattern, title, paths | extra, frozenset(extra)))
        return found

    def has_extra_icons(self) -> bool:
        """Whether the package brings sizes already that DSM does not ask for."""
        return any(path in self.document.entries for target in self.targets(7) for path in target.extra)

    def put_icons(self, icons: object, text: str) -> None:
        """Take over icons that were made: path → bytes."""
        if not isinstance(icons, dict):
            return
        entries = self.document.entries
        new = {path: _with_content(entries.get(path), data) for path, data in icons.items()}
        self.document.push(put(entries, new), text)

    def replace_text(self, path: str) -> str:
        """What undo calls the new picture of an icon."""
        return tr("Replace {name}", name=posixpath.basename(path))

    def remove(self, path: str) -> None:
        """Take an icon out of the package."""
        self.document.push(remove(self.document.entries, [path]), tr("Remove {name}", name=posixpath.basename(path)))

    def turn_into_files(self) -> None:
        """Make files of the icons inside INFO. Raises `SpkError`."""
        change = as_files(self.document.entries)
        if change is not None:
            self.document.push(change, tr("Turn icons inside INFO into files"))

    def export(self, slot: IconSlot, place: Path) -> None:
        """Write an icon to the disk. Raises `SpkError`."""
        if slot.content is not None:
            write_bytes(place, slot.content.read())

    # ------------------------------------------------------------------------------------------ inner

    def _package_group(self, info: Info) -> IconGroup:
        major = 7 if targets_dsm7(info) else 6
        roles = package_icons(major)
        known = {role.path: role for role in all_package_icons(major)}
        slots = [self._slot(role.path, _side_text(role.size), role.size, role.without) for role in roles]
        taken = {role.path for role in roles}
        extra = [path for path in self.document.entries if path.startswith("PACKAGE_ICON") and path not in taken]
        for path in sorted(extra):
            size = known[path].size if path in known else 0
            slots.append(self._slot(path, _side_text(size) if size else path, size))
        return IconGroup("", tr("Package icons"), tr("Shown in Package Center."), tuple(slots))

    def _info_group(self, info: Info) -> IconGroup | None:
        slots = []
        for icon in info_icons(info):
            content = BytesContent(icon.data) if icon.data else None
            slot = self._described(
                IconSlot(INSIDE_INFO + icon.key, _side_text(icon.size), icon.size, content, editable=False)
            )
            slots.append(slot if content else _with_note(slot, tr("This is no picture: the text is damaged.")))
        if not slots:
            return None
        text = tr("Old DSM versions read icons from INFO. Today they are files.")
        return IconGroup(INSIDE_INFO, tr("Icons inside INFO"), text, tuple(slots))

    def _desktop_groups(self, info: Info) -> Iterator[IconGroup]:
        without = table("icons")["desktop"]["without"]
        for title, pattern in self._patterns(info):
            sizes = (*desktop_sizes(), *(size for size in extra_desktop_sizes() if self._has(pattern, size)))
            paths = desktop_icon_paths(pattern, sorted(sizes))
            slots = tuple(self._slot(path, _side_text(size), size, without) for size, path in paths.items())
            heading = tr("Desktop icons of {name}", name=title)
            yield IconGroup(pattern, heading, tr("Shown on the DSM desktop and in its main menu."), slots)

    def _has(self, pattern: str, size: int) -> bool:
        return "{0}" in pattern and pattern.replace("{0}", str(size)) in self.document.entries

    def _patterns(self, info: Info) -> Iterator[tuple[str, str]]:
        """Title of an entry, and the path of its icon in the package with {0} for the size; each pattern once."""
        seen: dict[str, str] = {}
        for folder in desktop_folders(info):
            config = self._config(f"{folder}/{CONFIG}")
            for entry in desktop_entries(config) if config else ():
                icon = _icon_pattern(config, entry.pointer)
                pattern = posixpath.normpath(f"{folder}/{icon}")
                if icon and pattern.startswith(folder + "/"):
                    name = entry.title or entry.name
                    seen[pattern] = f"{seen[pattern]}, {name}" if pattern in seen else name
        for pattern, title in seen.items():
            yield title, pattern

    def _slot(self, path: str, title: str, size: int, without: str = "") -> IconSlot:
        entries = self.document.entries
        entry = entries.get(path)
        seen = {path}
        while entry is not None and entry.kind is Kind.HARDLINK and entry.target not in seen:
            seen.add(entry.target)
            entry = entries.get(entry.target)
        content = entry.content if entry is not None else None
        return self._described(IconSlot(path, title, size, content, without=without))

    def _described(self, slot: IconSlot) -> IconSlot:
        """With its picture, where that is small enough to be looked at in the GUI thread."""
        if slot.content is None or slot.content.size > _SMALL_FILE:
            return slot
        try:
            data = slot.content.read()
            picture = describe(data)
        except SpkError as error:
            return _with_note(slot, f"{error.what}.")
        small = max(picture.width, picture.height) <= _SMALL_SIDE
        return shown(slot, picture, data if small else b"")

    def _config(self, path: str) -> JsonDocument | None:
        try:
            return parse(self.document.text(path)) if path in self.document.entries else None
        except SpkError:
            return None


def shown(slot: IconSlot, picture: Picture, data: bytes = b"") -> IconSlot:
    """The slot with what is known of its picture."""
    note = _note(picture, slot.size)
    return replace(slot, picture=picture, data=data, note=note, mendable=bool(note))


def making(source: PictureSource, sizes: Mapping[str, int], context: TaskContext) -> dict[str, bytes]:
    """Make icons from a picture: path → PNG bytes. A PNG that fits is kept as it is; 0 keeps any picture.

    Raises `SpkError` for what is no picture. Runs in the background.
    """
    art = load_picture(source, context)
    made = art.make_icons({size for size in sizes.values() if size and not art.fits(size)}, Recipe())
    return {path: made.get(size, art.data) for path, size in sizes.items()}


def fitting(content: Content, path: str, size: int, context: TaskContext) -> dict[str, bytes]:
    """The picture that is there in its right size and format. Raises `SpkError`. Runs in the background."""
    art = load(content.read())
    context.check()
    return {path: art.make_icons([size], Recipe())[size]}


def _icon_pattern(config: JsonDocument | None, pointer: str) -> str:
    node = config.node(pointer) if config else None
    member = node.find("icon") if node else None
    value = member.node.scalar if member else ""
    return value if isinstance(value, str) else ""


def _with_content(old: Entry | None, data: bytes) -> Entry:
    if old is None or old.kind is Kind.DIRECTORY:
        return Entry(Kind.FILE, content=BytesContent(data))
    changed = set_content({"icon": old}, "icon", data).edits[-1].after
    assert changed is not None
    return changed


def _with_note(slot: IconSlot, note: str) -> IconSlot:
    return replace(slot, note=note)


def _side_text(size: int) -> str:
    return tr("{n} × {n} pixels", n=size)


def _note(picture: Picture, size: int) -> str:
    if picture.format != "PNG" and size:
        return tr("This is no PNG but {format}.", format=picture.format)
    if size and (picture.width, picture.height) != (size, size):
        return tr(
            "It is {width} × {height} pixels; {size} × {size} are wanted.",
            width=picture.width,
            height=picture.height,
            size=size,
        )
    return ""
