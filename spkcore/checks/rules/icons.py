"""Rules about package icons and LICENSE (spk-format.md chapter 7)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.subject import HEAD, Subject
from spkcore.package.entries import Kind
from spkcore.package.findings import decode, undecodable
from spkcore.package.icons import looks_like_picture, png_size

SMALL = "PACKAGE_ICON.PNG"
LARGE = "PACKAGE_ICON_256.PNG"
LICENSE = "LICENSE"

_FIXED_SIZES = {"PACKAGE_ICON_120.PNG": 120, LARGE: 256}
_ICONS = (SMALL, *_FIXED_SIZES)
_MOST_PICTURES = 200
"""Pictures of a desktop folder among which the best one is looked for."""


@rule("G001")
def no_icon(subject: Subject) -> Iterator[Hit]:
    """Package Center shows a blank square; old DSM takes the icon out of INFO as well."""
    if _is_missing(SMALL, subject) and not subject.info.get("package_icon"):
        yield hit(SMALL, fixable=best_picture(subject, size_of(SMALL, subject)) != "")


@rule("G002")
def no_large_icon(subject: Subject) -> Iterator[Hit]:
    """The icon for large views and sharp screens."""
    if _is_missing(LARGE, subject) and not subject.info.get("package_icon_256"):
        yield hit(LARGE, fixable=best_picture(subject, size_of(LARGE, subject)) != "")


def _is_missing(icon: str, subject: Subject) -> bool:
    """Whether there is no file of this name; one that differs in capital letters is what A014 is about."""
    return all(path.upper() != icon for path in subject.outside)


@rule("G003")
def icon_of_wrong_size(subject: Subject) -> Iterator[Hit]:
    """Icons that are not as large as DSM shows them."""
    for path in filter(subject.is_file, _ICONS):
        found = png_size(head_of(path, subject))
        wanted = _sizes_of(path, subject)
        if found is not None and found not in {(size, size) for size in wanted}:
            text = " or ".join(f"{size} × {size}" for size in sorted(wanted))
            yield hit(path, name=path, width=found[0], height=found[1], wanted=text)


@rule("G004")
def icon_is_no_png(subject: Subject) -> Iterator[Hit]:
    """Whatever its name says, only PNG is shown."""
    for path in filter(subject.is_file, _ICONS):
        head = head_of(path, subject)
        is_known = bool(head) or not subject.entries[path].size
        if is_known and png_size(head) is None:
            yield hit(path, fixable=best_picture(subject, size_of(path, subject), path) != "", name=path)


@rule("G005")
def license_text(subject: Subject) -> Iterator[Hit]:
    """LICENSE is shown as it is, in UTF-8."""
    if subject.is_file(LICENSE):
        yield from subject.per_file([LICENSE], _license_text)


def _license_text(subject: Subject, path: str) -> Iterator[Hit]:
    limit = table("archive")["license"]["limit"]
    if subject.entries[path].size >= limit:
        yield hit(path, variant="large", fixable=False, size=subject.entries[path].size, limit=limit >> 20)
    text = decode(subject.data(path))
    place = undecodable(text)
    if place is not None:
        line = text.count("\n", 0, place) + 1
        column = place - text.rfind("\n", 0, place)
        yield hit(path, line, column, fixable=as_utf8(subject.data(path)) is not None)


def as_utf8(data: bytes) -> bytes | None:
    """A text of Windows (UTF-16, or Windows-1252 as in Western Europe) in UTF-8; None where it is neither."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252"
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        return None


def head_of(path: str, subject: Subject) -> bytes:
    """The first bytes of an icon, also where it is a hard link to another one."""
    is_link = subject.entries[path].kind is Kind.HARDLINK
    return subject.data(path)[:HEAD] if is_link else subject.head(path)


def size_of(path: str, subject: Subject) -> int:
    """The size in pixels that an icon should have for the targets; the small one of the newest of them."""
    return _FIXED_SIZES.get(path) or (64 if subject.targets.dsm7 else 72)


def _sizes_of(path: str, subject: Subject) -> set[int]:
    """The sizes that are right: one file for DSM 6 and 7 can have either."""
    if path in _FIXED_SIZES:
        return {_FIXED_SIZES[path]}
    return ({64} if subject.targets.dsm7 else set()) | ({72} if not subject.targets.only_dsm7 else set())


def best_picture(subject: Subject, size: int, own: str = "") -> str:
    """The path of the picture from which an icon of `size` pixels is made best; "" where there is none.

    `own` is the icon itself, where it is there and can be read; else a package icon that is large enough, else the
    largest picture of the desktop folders or the package.
    """
    if own and looks_like_picture(head_of(own, subject)):
        return own
    icons = {path: _side(subject, path) for path in _ICONS if path != own and subject.is_file(path)}
    large = [path for path, side in icons.items() if side >= size]
    if large:
        return max(large, key=icons.__getitem__)
    pictures = filter(subject.is_file, _desktop_pictures(subject))
    found = icons | {path: _side(subject, path) for path in pictures}
    best = max(found, key=found.__getitem__, default="")
    return best if best and found[best] else ""


def _side(subject: Subject, path: str) -> int:
    """The shorter side of a PNG; 0 for everything else."""
    return min(png_size(head_of(path, subject)) or (0, 0))


def _desktop_pictures(subject: Subject) -> tuple[str, ...]:
    folders = tuple(f"{folder}/" for folder in subject.desktop_folders)
    return subject.per_payload(_pictures_below, folders) if folders else ()


def _pictures_below(subject: Subject, folders: tuple[str, ...]) -> tuple[str, ...]:
    found = (path for path in subject.payload.entries if path.startswith(folders) and path.endswith(".png"))
    return tuple(islice(found, _MOST_PICTURES))
