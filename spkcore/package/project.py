"""The open package and what can be done with it: the one door to opening, saving, and watching a package folder."""

from __future__ import annotations

from spkcore.package.clutter import Clutter, ClutterKind
from spkcore.package.copying import save_package_as
from spkcore.package.disk import external_changes, reload_paths
from spkcore.package.saving import save_package, unprotect
from spkcore.package.scanning import open_package
from spkcore.package.state import Package, encode_text
from spkcore.package.trash import discard_trash, remove_clutter

__all__ = [
    "Clutter",
    "ClutterKind",
    "Package",
    "discard_trash",
    "encode_text",
    "external_changes",
    "open_package",
    "reload_paths",
    "remove_clutter",
    "save_package",
    "save_package_as",
    "unprotect",
]
