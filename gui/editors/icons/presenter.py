"""Which icons a package has and should have, and what is done to them as changes; knows no widgets."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.base.files import write_bytes
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import put, remove, set_content
from spkcore.package.desktop import CONFIG, desktop_entries, desktop_folders
from spkcore.package.entries import BytesContent, Entry, FileContent, Kind
from spkcore.package.icons import Picture, describe, desktop_icon_paths, make_sizes, package_icons
from spkcore.package.info import Info
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.parts import read_info, targets_dsm7

_EXTRA_SUFFIXES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class IconSlot:
    """One place for a picture. `size` is the side it should have in pixels, 0 for any; `note` says what is wrong."""

    path: str
    title: str
    size: int
    data: bytes = b""
    picture: Picture | None = None
    note: str = ""

    @property
    def is_present(self) -> bool:
        """Whether the package has a picture here."""
        return bool(self.data)


@dataclass(frozen=True, slots=True)
class IconGroup:
    """Icons that belong together: those of the package, or those of one desktop entry."""

    title: str
    description: str
    slots: tuple[IconSlot, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """Path → side in pixels of the icons that can be made from one picture."""
        return {slot.path: slot.size for slot in self.slots if slot.size}


class IconsPresenter:
    """Edits push one undo step each."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def groups(self) -> list[IconGroup]:
        """All icons, those of the package first."""
        info = read_info(self.document.entries)
        return [self._package_group(info), *self._desktop_groups(info), *self._screenshots()]

    def put_icons(self, icons: object, text: str) -> None:
        """Take over what `making` made: path → bytes."""
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

    def export(self, path: str, place: Path) -> None:
        """Write an icon to the disk. Raises `SpkError`."""
        write_bytes(place, self.document.content(path))

    # ------------------------------------------------------------------------------------------ inner

    def _package_group(self, info: Info) -> IconGroup:
        roles = package_icons(7 if targets_dsm7(info) else 6)
        slots = [self._slot(role.path, _side_text(role.size), role.size) for role in roles]
        known = {role.path for role in roles}
        extra = [path for path in self.document.entries if path.startswith("PACKAGE_ICON") and path not in known]
        slots.extend(self._slot(path, path, 0) for path in sorted(extra))
        return IconGroup(tr("Package icons"), tr("Shown in Package Center."), tuple(slots))

    def _desktop_groups(self, info: Info) -> Iterator[IconGroup]:
        for folder in desktop_folders(info):
            config = self._config(f"{folder}/{CONFIG}")
            for entry in desktop_entries(config) if config else ():
                pattern = _icon_pattern(config, entry.pointer)
                if pattern:
                    paths = desktop_icon_paths(posixpath.normpath(f"{folder}/{pattern}"))
                    slots = tuple(self._slot(path, _side_text(size), size) for size, path in paths.items())
                    title = tr("Desktop icons of {name}", name=entry.title or entry.name)
                    yield IconGroup(title, tr("Shown on the DSM desktop and in its main menu."), slots)

    def _screenshots(self) -> Iterator[IconGroup]:
        paths = [
            path
            for path in sorted(self.document.entries)
            if "/" not in path and path.lower().startswith("screen_") and path.lower().endswith(_EXTRA_SUFFIXES)
        ]
        if paths:
            slots = tuple(self._slot(path, path, 0) for path in paths)
            yield IconGroup(tr("Screenshots"), tr("Shown by package servers."), slots)

    def _slot(self, path: str, title: str, size: int) -> IconSlot:
        entry = self.document.entries.get(path)
        if entry is None or entry.kind is Kind.DIRECTORY:
            return IconSlot(path, title, size)
        try:
            data = self.document.content(path)
            picture = describe(data)
        except SpkError as error:
            return IconSlot(path, title, size, note=f"{error.what}.")
        return IconSlot(path, title, size, data, picture, _note(picture, size))

    def _config(self, path: str) -> JsonDocument | None:
        try:
            return parse(self.document.text(path)) if path in self.document.entries else None
        except SpkError:
            return None


def making(source: Path, sizes: dict[str, int], context: TaskContext) -> dict[str, bytes]:
    """Make icons from a picture on disk: path → PNG bytes. A PNG that fits is kept as it is; 0 keeps any picture.

    Raises `SpkError` for what is no picture. Runs in the background.
    """
    data = FileContent.of(source).read()
    picture = describe(data)
    context.check()
    wanted = {size for size in sizes.values() if size and not _fits(picture, size)}
    made = make_sizes(data, wanted) if wanted else {}
    return {path: made.get(size, data) for path, size in sizes.items()}


def pictures_only(paths: Sequence[Path]) -> Path | None:
    """The one file of a drop; None when it is none or several."""
    return paths[0] if len(paths) == 1 else None


def _fits(picture: Picture, size: int) -> bool:
    return picture.format == "PNG" and (picture.width, picture.height) == (size, size)


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
