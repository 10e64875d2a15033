"""The parts of a package: which entry is what, in the order of the tree, with those that are missing.

Called after every change, also for packages with 50,000 payload entries: one look at each path, nothing is read but
INFO.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from spkcore.base.errors import UnreadableError
from spkcore.base.reference import table
from spkcore.package import privilege, resource, screenshots
from spkcore.package.desktop import CONFIG, DEFINITIONS, desktop_folders
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.info import Info
from spkcore.package.infokeys import languages
from spkcore.package.version import parse_dsm_version
from spkcore.package.wizard import ACTIONS, FOLDER, WizardFile, wizard_file

LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes up to which a file is taken for a text part and read as a whole."""

_PAYLOAD_PREFIX = PAYLOAD + "/"


class PartKind(StrEnum):
    """What a part is, and so which editor opens it."""

    OVERVIEW = "overview"
    """The package as a whole; `list_parts` never names it, the window puts it first."""
    INFO = "info"
    SCRIPT = "script"
    WIZARD = "wizard"
    WIZARD_SCRIPT = "wizard_script"
    PRIVILEGE = "privilege"
    RESOURCE = "resource"
    DESKTOP = "desktop"
    STRINGS = "strings"
    TEXT = "text"
    ICON = "icon"
    SCREENSHOT = "screenshot"
    PAYLOAD = "payload"
    CONF = "conf"
    OTHER = "other"


class PartGroup(StrEnum):
    """The branches of the tree, in their order."""

    GENERAL = "general"
    ICONS = "icons"
    SCRIPTS = "scripts"
    WIZARDS = "wizards"
    CONF = "conf"
    DESKTOP = "desktop"
    PAYLOAD = "payload"
    OTHER = "other"

    @property
    def heading(self) -> str:
        """The name of the branch."""
        heading: str = table("parts")["groups"][self.value]
        return heading


class Need(StrEnum):
    """How much a part is needed: DSM refuses the package without it, it should be there, or it may be there."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class Part:
    """One part. A part that is not `present` is shown because the package needs it or should have it."""

    kind: PartKind
    path: str
    title: str
    group: PartGroup
    present: bool = True
    need: Need = Need.MAY


@dataclass(frozen=True, slots=True)
class JsonPart:
    """Which schema a JSON part follows: its name, and the definition inside it ("" is the root)."""

    schema: str
    definition: str = ""


def is_info_too_large(entries: Mapping[str, Entry]) -> bool:
    """Whether there is an INFO that `read_info` does not read, because nobody wrote a text of that length."""
    entry = entries.get(INFO_PATH)
    return entry is not None and entry.content is not None and entry.content.size > LARGEST_TEXT


def read_info(entries: Mapping[str, Entry]) -> Info:
    """The INFO of a package; an empty one where the file is missing, too large, or cannot be read."""
    entry = entries.get(INFO_PATH)
    if entry is None or entry.content is None or is_info_too_large(entries):
        return Info()
    try:
        return Info.parse(entry.content.read())
    except UnreadableError:
        return Info()


def info_to_edit(entries: Mapping[str, Entry]) -> Info:
    """The INFO of a package, to be written back with an edit; an empty one only where there is none.

    Raises `UnreadableError` where `read_info` would give an empty one for a file that holds something.
    """
    entry = entries.get(INFO_PATH)
    if entry is None or entry.content is None:
        return Info()
    if is_info_too_large(entries):
        raise UnreadableError(
            "INFO is too large to be edited",
            f"INFO, {entry.content.size >> 20} MB",
            "Take out what does not belong there.",
        )
    return Info.parse(entry.content.read())


def targets_dsm7(info: Info) -> bool:
    """Whether the package says that it is for DSM 7 or later; one that says nothing is taken as such."""
    lowest = info.get("os_min_ver") or info.get("firmware")
    version = parse_dsm_version(lowest)
    return version is None or version.major >= 7


def list_parts(entries: Mapping[str, Entry], info: Info | None = None) -> list[Part]:
    """The parts of a package in the order of the tree; `info` saves reading INFO where the caller has it."""
    info = read_info(entries) if info is None else info
    outside = [path for path in entries if not path.startswith(_PAYLOAD_PREFIX) and path != PAYLOAD]
    present = [path for path in outside if entries[path].kind is not Kind.DIRECTORY]
    is_dsm7 = targets_dsm7(info)
    known = [*_files(entries, is_dsm7=is_dsm7), *_scripts(entries, is_dsm7=is_dsm7), *_wizards(present)]
    taken = {part.path for part in known}
    known.extend(_unlisted(path) for path in sorted(present) if path not in taken)
    known.extend(_first_screenshot(known))
    known.extend(_desktop(entries, desktop_folders(info)))
    known.append(_payload(present=len(outside) < len(entries)))
    order = list(PartGroup)
    return sorted(known, key=lambda part: order.index(part.group))


def part_of(path: str, info: Info) -> Part:
    """Which part the path is; files of the payload that are no part of their own belong to the payload."""
    if path == PAYLOAD or path.startswith(_PAYLOAD_PREFIX):
        desktop = (part for folder in desktop_folders(info) for part in [_desktop_part(path, folder)] if part)
        return next(desktop, _payload(present=True))
    row = _rows().get(path)
    if row is not None:
        return _file(row, present=True, is_dsm7=targets_dsm7(info))
    wizard = wizard_file(path)
    if wizard is not None:
        return _wizard(wizard)
    return _unlisted(path)


def json_part(path: str, info: Info) -> JsonPart | None:
    """The schema that the file at `path` follows; None for everything that is no JSON part."""
    if path == privilege.PATH:
        return JsonPart(privilege.SCHEMA)
    if path == resource.PATH:
        return JsonPart(resource.SCHEMA)
    if path.startswith(_PAYLOAD_PREFIX):
        folder, name = posixpath.split(path)
        if name in DEFINITIONS and folder in desktop_folders(info):
            return JsonPart("ui_config", DEFINITIONS[name])
        return None
    wizard = wizard_file(path)
    return JsonPart("wizard") if wizard and not wizard.is_script else None


@cache
def _rows() -> Mapping[str, dict[str, Any]]:
    return {row["path"]: row for row in table("parts")["files"]}


def _need(required: str, *, is_dsm7: bool) -> Need:
    if required == "always" or (required == "dsm7" and is_dsm7):
        return Need.MUST
    return Need.SHOULD if required == "guide" else Need.MAY


def _file(row: Mapping[str, Any], *, present: bool, is_dsm7: bool) -> Part:
    need = _need(row["required"], is_dsm7=is_dsm7)
    return Part(PartKind(row["kind"]), row["path"], row["title"], PartGroup(row["group"]), present, need)


def _files(entries: Mapping[str, Entry], *, is_dsm7: bool) -> Iterator[Part]:
    for path, row in _rows().items():
        part = _file(row, present=path in entries, is_dsm7=is_dsm7)
        if part.present or part.need is not Need.MAY:
            yield part


def _scripts(entries: Mapping[str, Entry], *, is_dsm7: bool) -> Iterator[Part]:
    for name, row in table("scripts")["scripts"].items():
        path = f"scripts/{name}"
        required = row.get("needed", "no")
        need = _need("guide" if required == "dsm7" and not is_dsm7 else required, is_dsm7=is_dsm7)
        if path in entries or need is not Need.MAY:
            yield Part(PartKind.SCRIPT, path, name, PartGroup.SCRIPTS, path in entries, need)


def _wizards(present: Iterable[str]) -> list[Part]:
    found = [wizard for path in present if (wizard := wizard_file(path))]
    codes = ["", *languages()]
    found.sort(key=lambda item: (ACTIONS.index(item.action), item.is_script, _index(codes, item.language)))
    return [_wizard(item) for item in found]


def _first_screenshot(known: Iterable[Part]) -> Iterator[Part]:
    """The place for screenshots of a package that has none."""
    if not any(part.kind is PartKind.SCREENSHOT for part in known):
        yield Part(PartKind.SCREENSHOT, screenshots.FIRST, "Screenshots", PartGroup.ICONS, present=False)


def _index(codes: list[str], code: str) -> int:
    return codes.index(code) if code in codes else len(codes)


def _wizard(item: WizardFile) -> Part:
    title: str = table("parts")["wizards"][item.action]
    notes = [note for note in (item.language_name, "script" if item.is_script else "") if note]
    kind = PartKind.WIZARD_SCRIPT if item.is_script else PartKind.WIZARD
    return Part(kind, item.path, f"{title} ({', '.join(notes)})" if notes else title, PartGroup.WIZARDS)


def _unlisted(path: str) -> Part:
    """A file that no table names: an extra script, a file in conf, a screenshot, or something DSM does not know."""
    folder, name = posixpath.split(path)
    if folder == "scripts":
        return Part(PartKind.SCRIPT, path, name, PartGroup.SCRIPTS)
    if folder.split("/")[0] == "conf":
        return Part(PartKind.CONF, path, path.removeprefix("conf/"), PartGroup.CONF)
    if folder.split("/")[0] == FOLDER:
        return Part(PartKind.OTHER, path, path.removeprefix(FOLDER + "/"), PartGroup.WIZARDS)
    if screenshots.is_screenshot(path):
        return Part(PartKind.SCREENSHOT, path, name, PartGroup.ICONS)
    return Part(PartKind.OTHER, path, path, PartGroup.OTHER)


def _desktop(entries: Mapping[str, Entry], folders: Iterable[str]) -> Iterator[Part]:
    folders = tuple(folders)
    for folder in folders:
        candidates = [f"{folder}/{name}" for name in DEFINITIONS]
        candidates.extend(f"{folder}/texts/{code}/strings" for code in languages())
        for path in candidates:
            part = _desktop_part(path, folder, with_folder=len(folders) > 1)
            if part and (path in entries or path == f"{folder}/{CONFIG}"):
                yield Part(part.kind, path, part.title, part.group, path in entries, part.need)


def _desktop_part(path: str, folder: str, *, with_folder: bool = False) -> Part | None:
    if not path.startswith(folder + "/"):
        return None
    name = path.removeprefix(folder + "/")
    titles: Mapping[str, str] = table("parts")["desktop"]
    suffix = f" ({folder.removeprefix(_PAYLOAD_PREFIX)})" if with_folder else ""
    if name in DEFINITIONS:
        need = Need.SHOULD if name == CONFIG else Need.MAY
        return Part(PartKind.DESKTOP, path, titles[name] + suffix, PartGroup.DESKTOP, need=need)
    pieces = name.split("/")
    if len(pieces) == 3 and pieces[0] == "texts" and pieces[2] == "strings":
        language = languages().get(pieces[1], pieces[1])
        return Part(PartKind.STRINGS, path, f"{titles['strings']} ({language}){suffix}", PartGroup.DESKTOP)
    return None


def _payload(*, present: bool) -> Part:
    heading = PartGroup.PAYLOAD.heading
    return Part(PartKind.PAYLOAD, PAYLOAD, heading, PartGroup.PAYLOAD, present, Need.MUST)
