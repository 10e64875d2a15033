"""What the preview of a wizard knows of the package around it: when it runs, and what the summary says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.package.parts import read_info
from spkcore.package.wizard import wizard_file


@dataclass(frozen=True, slots=True)
class Occasion:
    """When the wizard runs: install, upgrade or uninstall, for which package. `rows` are the lines of the summary."""

    action: str = "install"
    package: str = ""
    rows: Sequence[tuple[str, str]] = ()


def occasion_of(path: str, document: Document) -> Occasion:
    """When the wizard at `path` runs, and what DSM's summary says of the package."""
    info = read_info(document.entries)
    wizard = wizard_file(path)
    name = info.get("displayname") or info.get("package") or document.folder.name
    rows = (
        (tr("Package name"), name),
        (tr("Version"), info.get("version") or ""),
        (tr("Developer"), info.get("maintainer") or ""),
        (tr("Description"), info.get("description") or ""),
    )
    return Occasion(wizard.action if wizard else "install", name, tuple(row for row in rows if row[1]))
