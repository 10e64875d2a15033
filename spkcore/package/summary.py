"""A package at a glance: what Package Center shows of it, how large it is, and what a complete package would have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from spkcore.base.reference import table
from spkcore.package.arch import NOARCH, expand
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.icons import package_icons
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.info import Info
from spkcore.package.infokeys import is_placeholder, languages
from spkcore.package.parts import is_info_too_large, read_info

_SCREENSHOT = re.compile(r"screen_(\d*).*\.(?:png|jpe?g)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """What Package Center shows in one language. `icon` and `screenshots` are paths; the icon is empty without one.

    Line breaks are "\\n"; `is_beta` packages get a mark.
    """

    name: str
    maintainer: str
    version: str
    description: str
    changelog: str
    icon: str
    screenshots: tuple[str, ...]
    is_beta: bool


@dataclass(frozen=True, slots=True)
class Platforms:
    """The arch values of INFO, and the platforms they stand for; `count` 0 stands for every platform."""

    words: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Size:
    """The payload: files and links, and their bytes before packing."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of the checklist: where it is edited, what it is, and what is missed without it."""

    path: str
    field: str
    title: str
    without: str
    is_there: bool


def card(entries: Mapping[str, Entry], language: str = "", dsm_major: int = 7) -> Card:
    """The card of the package for people whose DSM speaks `language` (a DSM code; "" for all others)."""
    info = read_info(entries)
    return Card(
        name=_in_language(info, "displayname", language) or info.get("package"),
        maintainer=info.get("maintainer"),
        version=info.get("version"),
        description=_plain(_in_language(info, "description", language)),
        changelog=_plain(info.get("changelog")),
        icon=_icon(entries, dsm_major),
        screenshots=screenshots(entries),
        is_beta=info.get("beta").lower() == "yes",
    )


def card_languages(entries: Mapping[str, Entry]) -> list[tuple[str, str]]:
    """Codes and names of the languages in which the package has a name or a description of its own."""
    info = read_info(entries)
    present = {*info.localised("displayname"), *info.localised("description")}
    return [(code, name) for code, name in languages().items() if code in present]


def screenshots(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The pictures for package sources, in the order of their numbers."""
    found = [(match, path) for path in entries if (match := _SCREENSHOT.fullmatch(path))]
    found.sort(key=lambda item: (int(item[0][1] or 0), item[1]))
    return tuple(path for _match, path in found)


def platforms(info: Info) -> Platforms:
    """For which NAS the package is."""
    words = tuple(info.words("arch"))
    everywhere = not words or NOARCH in words
    return Platforms(words or (NOARCH,), 0 if everywhere else len(expand(words)))


def size(entries: Mapping[str, Entry]) -> Size:
    """How much the payload holds."""
    below = PAYLOAD + "/"
    inside = [entry for path, entry in entries.items() if path.startswith(below) and entry.kind is not Kind.DIRECTORY]
    return Size(len(inside), sum(entry.size for entry in inside))


def wishes(entries: Mapping[str, Entry]) -> list[Wish]:
    """What a complete package has (resources/reference/overview.toml), and whether this one has it.

    Without what INFO says where that is too large to be read.
    """
    info, unread = read_info(entries), is_info_too_large(entries)
    return [_wish(row, entries, info) for row in table("overview")["items"] if not (unread and "key" in row)]


def _wish(row: Mapping[str, str], entries: Mapping[str, Entry], info: Info) -> Wish:
    key, prefix = row.get("key", ""), row.get("prefix", "")
    is_there = bool(info.get(key)) and not is_placeholder(key, info.get(key)) if key else row["path"] in entries
    if prefix:
        is_there = any(path.startswith(prefix) for path in entries)
    path = INFO_PATH if key else row["path"]
    return Wish(path, key, row["title"], row["without"], is_there or row.get("also") in entries)


def _icon(entries: Mapping[str, Entry], dsm_major: int) -> str:
    """The largest icon of this DSM, or any that is there."""
    roles = sorted(package_icons(dsm_major), key=lambda role: -role.size)
    wanted = [*(role.path for role in roles), "PACKAGE_ICON_256.PNG", "PACKAGE_ICON.PNG", "PACKAGE_ICON_120.PNG"]
    return next((path for path in wanted if path in entries), "")


def _in_language(info: Info, key: str, language: str) -> str:
    return (info.get(f"{key}_{language}") if language else "") or info.get(key) or info.get(f"{key}_enu")


def _plain(text: str) -> str:
    """With line breaks for the ones of HTML, which is all the HTML that every DSM knows."""
    return re.sub(r"\s*<br\s*/?>\s*", "\n", text, flags=re.IGNORECASE).strip()
