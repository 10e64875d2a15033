"""Parts that a package could have and does not: what they are called, and what each starts with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from spkcore.base.reference import table
from spkcore.package import desktop, privilege, resource, scripts
from spkcore.package.changes import Change, apply, put, set_content
from spkcore.package.desktop import CONFIG, DEFINITIONS, desktop_folders
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.info import Info
from spkcore.package.infokeys import languages
from spkcore.package.parts import Part, PartKind, info_to_edit, part_of, read_info
from spkcore.package.wizard import ACTIONS, WizardFile

_FOLDER = f"{PAYLOAD}/ui"
"""Where the desktop entries of a package go that has none yet."""
_STARTERS = {
    PartKind.PRIVILEGE: privilege.STARTER,
    PartKind.RESOURCE: resource.STARTER,
    PartKind.WIZARD: "[\n]\n",
}
_DESKTOP_STARTERS = {CONFIG: desktop.STARTER, "helptoc.conf": "{\n}\n", "index.conf": "{\n}\n"}


def addable_parts(entries: Mapping[str, Entry]) -> list[Part]:
    """The text parts that can be added, the common ones first; icons and the payload have editors that add to them."""
    info = read_info(entries)
    paths = [*_common(), *_desktop_paths(entries, info), *_in_languages(entries, info)]
    parts = (part_of(path, _with_folder(info)) for path in dict.fromkeys(paths) if path not in entries)
    return [replace(part, present=False) for part in parts]


def add_part(entries: Mapping[str, Entry], part: Part) -> Change:
    """The change that adds `part` with what it starts with. Desktop entries also get their folder into INFO.

    Raises `UsageError` when a file stands where a folder is needed, and `UnreadableError` when INFO cannot be read.
    """
    if part.kind is PartKind.PAYLOAD:
        return put(entries, {part.path: Entry(Kind.DIRECTORY)})
    now = dict(entries)
    change = set_content(now, part.path, starting_content(part))
    info = read_info(entries)
    if part.path.startswith(_FOLDER + "/") and not desktop_folders(info) and INFO_PATH in entries:
        apply(now, change)
        named = set_content(now, INFO_PATH, info_to_edit(entries).set("dsmuidir", "ui").to_bytes())
        change = replace(change.then(named), place=part.path)
    return change


def words_for(part: Part) -> str:
    """Other words that people may look for when they want this part: "port firewall database" for the resources."""
    words: str = table("parts")["words"].get(part.kind.value, "")
    return words


def starting_content(part: Part) -> bytes:
    """What a part that is created starts with."""
    if part.kind in {PartKind.SCRIPT, PartKind.WIZARD_SCRIPT}:
        return scripts.starter(part.path)
    if part.kind is PartKind.DESKTOP:
        return _DESKTOP_STARTERS.get(part.path.rpartition("/")[2], "").encode()
    return _STARTERS.get(part.kind, "").encode()


def _common() -> Iterator[str]:
    files = table("parts")["files"]
    yield from (row["path"] for row in files if row["kind"] not in {"icon", "screenshot", "other"})
    yield from (script.path for script in scripts.lifecycle().values())
    yield from (WizardFile(action).path for action in ACTIONS)
    yield from (WizardFile(action, is_script=True).path for action in ACTIONS)


def _desktop_paths(entries: Mapping[str, Entry], info: Info) -> Iterator[str]:
    """The config first: help and search need it."""
    for folder in desktop_folders(info) or (_FOLDER,):
        yield f"{folder}/{CONFIG}"
        if f"{folder}/{CONFIG}" in entries:
            yield from (f"{folder}/{name}" for name in DEFINITIONS)


def _in_languages(entries: Mapping[str, Entry], info: Info) -> Iterator[str]:
    """Wizards that are there, and texts, for each language."""
    present = [wizard for action in ACTIONS if (wizard := WizardFile(action)).path in entries]
    folders = [folder for folder in desktop_folders(info) if f"{folder}/{CONFIG}" in entries]
    for code in languages():
        yield from (WizardFile(wizard.action, code).path for wizard in present)
        yield from (f"{folder}/texts/{code}/strings" for folder in folders)


def _with_folder(info: Info) -> Info:
    """INFO as it is once there are desktop entries."""
    return info if desktop_folders(info) else info.set("dsmuidir", "ui")
