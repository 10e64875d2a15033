"""Icons that INFO holds as base64 text, as packages for old DSM versions do, and how they become files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from spkcore.base.errors import UnreadableError
from spkcore.base.reference import table
from spkcore.package.changes import Change, set_content
from spkcore.package.entries import Entry
from spkcore.package.info import PATH, Info


@dataclass(frozen=True, slots=True)
class InfoIcon:
    """One of them. `path` is the file that replaces it, "" where DSM has none of this size; `data` is empty where the
    text is no base64."""

    key: str
    size: int
    path: str
    data: bytes


def info_icons(info: Info) -> list[InfoIcon]:
    """The icons that this INFO holds."""
    rows = [(row["key"], row["sizes"][0][1], row["path"]) for row in table("icons")["package"]]
    rows.extend((key, size, "") for key, size in table("icons")["info"]["sizes"].items())
    return [InfoIcon(key, size, path, _decoded(info.get(key))) for key, size, path in rows if info.get(key)]


def as_files(entries: Mapping[str, Entry]) -> Change | None:
    """Turn the icons inside INFO into files and take their keys out; a file that is there already stays.

    Keys that hold no base64, or have no file, stay. None where there is nothing to do. Raises `UnreadableError`.
    """
    if PATH not in entries:
        return None
    info = Info.parse(_content(entries[PATH]))
    change = Change(())
    after = info
    for icon in info_icons(info):
        if icon.path and icon.data:
            after = after.remove(icon.key)
            if icon.path not in entries:
                change = change.then(set_content(entries, icon.path, icon.data))
    return None if after == info else change.then(set_content(entries, PATH, after.to_bytes()))


def _content(entry: Entry) -> bytes:
    if entry.content is None:
        raise UnreadableError("INFO is no file", PATH, "Replace it by a text file.")
    return entry.content.read()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
