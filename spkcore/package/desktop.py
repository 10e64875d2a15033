"""The desktop folder of a package (INFO dsmuidir): its entries, texts, help and search index (spk-format.md 5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from spkcore.package.entries import PAYLOAD
from spkcore.package.info import Info
from spkcore.package.jsontext import JsonDocument, Node, join_pointer

SCHEMA = "ui_config"
CONFIG = "config"
DEFINITIONS = {CONFIG: "", "helptoc.conf": "helptoc", "index.conf": "index"}
"""JSON files of a desktop folder and the part of the schema each one follows ("" is its root)."""

STARTER = '{\n    ".url": {\n    }\n}\n'
"""The text of a new config: no entry yet."""


@dataclass(frozen=True, slots=True)
class DesktopEntry:
    """One entry of a config. `file` is ".url" for plain links, else the JavaScript file that holds the application."""

    name: str
    file: str
    type: str
    title: str
    pointer: str


def desktop_links(info: Info) -> tuple[tuple[str, str], ...]:
    """Names below /webman/3rdparty/, each with the folder of the package that DSM shows there: a word of dsmuidir is
    a folder, shown under the ID of the package; pairs name:folder, from DSM 7.0-40731 on, name their own links."""
    words = (word.rpartition(":") for word in info.get("dsmuidir").split())
    pairs = (
        (link if colon else info.get("package"), folder.strip("/").removeprefix("./")) for link, colon, folder in words
    )
    return tuple((link, f"{PAYLOAD}/{name}") for link, name in pairs if name and ".." not in name.split("/"))


def desktop_folders(info: Info) -> tuple[str, ...]:
    """The desktop folders of a package, as paths such as "package/ui"."""
    return tuple(dict.fromkeys(folder for _link, folder in desktop_links(info)))


def desktop_entries(document: JsonDocument) -> list[DesktopEntry]:
    """The entries of a config file, in its order."""
    files = document.root.members if document.root else ()
    return [
        DesktopEntry(
            entry.name,
            file.name,
            _text(entry.node, "type"),
            _text(entry.node, "title"),
            join_pointer("", file.name, entry.name),
        )
        for file in files
        for entry in file.node.members
    ]


def _text(node: Node, name: str) -> str:
    member = node.find(name)
    return member.node.scalar if member is not None and isinstance(member.node.scalar, str) else ""
