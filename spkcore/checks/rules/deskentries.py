"""What the rules about the desktop share: its folders, its entries, and the applications that Web Station shows."""

from __future__ import annotations

from dataclasses import dataclass

from spkcore.checks.rules.jsonparts import is_known, items_at, readable, text_at
from spkcore.checks.subject import Subject
from spkcore.package.desktop import CONFIG, DesktopEntry, desktop_entries, desktop_links
from spkcore.package.jsontext import JsonDocument
from spkcore.package.resource import PATH as RESOURCE


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One entry of a config file: where it stands, and what it says."""

    path: str
    folder: str
    document: JsonDocument
    entry: DesktopEntry

    def text(self, name: str) -> str:
        """One of its texts; "" where there is none."""
        return text_at(self.document, f"{self.entry.pointer}/{name}")


def config_files(subject: Subject) -> list[str]:
    """The config files of the desktop folders, as far as their bytes are at hand."""
    paths = (f"{folder}/{CONFIG}" for folder in subject.desktop_folders)
    return [path for path in paths if is_known(subject, path)]


def config_entries(subject: Subject) -> list[ConfigEntry]:
    """The entries of all config files that DSM can read."""
    readables = ((path, readable(subject, path)) for path in config_files(subject))
    return [
        ConfigEntry(path, path.rpartition("/")[0], document, entry)
        for path, document in readables
        if document is not None
        for entry in desktop_entries(document)
    ]


def entry_names(subject: Subject) -> list[str]:
    """The names of all entries."""
    return [item.entry.name for item in config_entries(subject)]


def portal_apps(subject: Subject) -> list[str]:
    """The applications that portals of Web Station open."""
    found = readable(subject, RESOURCE)
    if found is None:
        return []
    apps = (text_at(found, f"{pointer}/app") for pointer, _ in items_at(found, "/webservice/portals"))
    return [app for app in apps if app]


def links(subject: Subject) -> dict[str, str]:
    """The names below /webman/3rdparty/ and the folder of the package that each one shows."""
    return dict(desktop_links(subject.info))
