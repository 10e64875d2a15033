"""The screenshots of a package in their order, what is odd about them, and what is done to them; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource
from gui.qt.progress import size_text
from gui.services.document import Document
from gui.services.pictures import Thumbnail, read_picture
from spkcore.base.errors import UnreadableError
from spkcore.base.files import write_bytes
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import set_content
from spkcore.package.entries import Content, Kind
from spkcore.package.icons import Picture, load
from spkcore.package.screenshots import arrange, insert, list_screenshots

_SUFFIXES = {"PNG": ".png", "JPEG": ".jpg"}
"""Formats that are kept as they are; every other becomes a PNG."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One screenshot."""

    path: str
    content: Content


class ScreenshotsPresenter:
    """Every edit is one undo step, renaming included."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def shots(self) -> list[Shot]:
        """The screenshots in their order."""
        entries = self.document.entries
        found = []
        for path in list_screenshots(entries):
            entry = entries[path]
            if entry.kind is Kind.HARDLINK:
                entry = entries.get(entry.target, entry)
            if entry.content is not None:
                found.append(Shot(path, entry.content))
        return found

    def move(self, row: int, to: int) -> int:
        """Put the screenshot of `row` before that of row `to`, counted before the move; returns its new row."""
        order = list_screenshots(self.document.entries)
        place = min(max(to - (to > row), 0), len(order) - 1)
        order.insert(place, order.pop(row))
        self.document.push(arrange(self.document.entries, order), tr("Move a screenshot"))
        return place

    def add(self, pictures: object, row: int) -> int:
        """Put what `prepared` brought before the screenshot of `row`; returns how many there are now more."""
        if not isinstance(pictures, list) or not pictures:
            return 0
        text = tr("Add a screenshot", "Add {n} screenshots", n=len(pictures))
        self.document.push(insert(self.document.entries, pictures, row), text)
        return len(pictures)

    def remove(self, rows: Sequence[int]) -> None:
        """Remove screenshots; those behind them move up."""
        order = list_screenshots(self.document.entries)
        kept = [path for row, path in enumerate(order) if row not in rows]
        text = tr("Remove a screenshot", "Remove {n} screenshots", n=len(rows))
        self.document.push(arrange(self.document.entries, kept), text)

    def replace(self, path: str, data: bytes) -> None:
        """Give a screenshot another picture."""
        self.document.push(set_content(self.document.entries, path, data), tr("Change {name}", name=path))

    def export(self, shot: Shot, place: Path) -> None:
        """Write a screenshot to the disk. Raises `SpkError`."""
        write_bytes(place, shot.content.read())


def facts_of(shot: Shot, thumbnail: Thumbnail | None) -> str:
    """What a screenshot is: "1280 × 800, PNG, 214 kB"."""
    size = size_text(shot.content.size)
    if thumbnail is None or thumbnail.picture is None:
        return size
    picture = thumbnail.picture
    return tr(
        "{width} × {height}, {format}, {size}",
        width=picture.width,
        height=picture.height,
        format=picture.format,
        size=size,
    )


def warnings_of(shot: Shot, thumbnail: Thumbnail | None) -> list[str]:
    """What people should know before they ship it."""
    if thumbnail is None:
        return []
    if thumbnail.picture is None:
        return [thumbnail.problem]
    found = []
    facts = table("icons")["screenshots"]
    picture = thumbnail.picture
    if picture.format not in _SUFFIXES:
        found.append(tr("This is no PNG or JPEG but {format}; browsers may not show it.", format=picture.format))
    if shot.content.size > facts["heavy"]:
        size = size_text(shot.content.size)
        found.append(tr("The file is large: {size}. Everybody who looks at the package loads it.", size=size))
    if _is_larger(picture, facts["largest"]):
        width, height = facts["largest"]
        found.append(tr("Package sources show at most {width} × {height} pixels.", width=width, height=height))
    if picture.width < facts["smallest"][0] or picture.height < facts["smallest"][1]:
        found.append(tr("It is so small that nobody can see anything."))
    return found


def prepared(sources: Sequence[PictureSource], context: TaskContext) -> list[tuple[str, bytes]]:
    """Pictures as screenshots: suffix and bytes. PNG and JPEG stay byte for byte, every other becomes a PNG.

    Raises `SpkError` for what is no picture or is too large; then none is added. Runs in the background.
    """
    if not sources:
        raise UnreadableError("There is no picture in it", "", "Choose PNG or JPEG files, or copy a picture.")
    found = []
    for source in sources:
        context.check()
        art = load(read_picture(source))
        suffix = _SUFFIXES.get(art.picture.format)
        found.append((suffix, art.data) if suffix else (".png", art.edited(None, None)))
    return found


def largest_size(width: int, height: int) -> tuple[int, int]:
    """The size of a picture that package sources show whole; it never grows."""
    most = table("icons")["screenshots"]["largest"]
    scale = min(1.0, most[0] / width, most[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _is_larger(picture: Picture, largest: Sequence[int]) -> bool:
    return picture.width > largest[0] or picture.height > largest[1]
