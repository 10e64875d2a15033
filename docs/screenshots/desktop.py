"""The pictures of the editors of desktop entries and their texts."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Stage
from gui.editors.desktop.adddialog import AddEntryDialog
from gui.editors.desktop.view import DesktopEditor

_CONFIG = {
    ".url": {
        "PhotoFrame.Application": {
            "type": "url", "title": "app:title", "desc": "app:hint", "icon": "images/icon_{0}.png", "allUsers": True,
            "url": "/webman/3rdparty/PhotoFrame/index.html", "texts": "texts",
        },
        "PhotoFrame.Settings": {
            "type": "legacy", "title": "app:settings", "icon": "images/icon_{0}.png", "allUsers": False,
            "url": "/settings", "protocol": "http", "port": "8099", "width": 900, "height": 600,
        },
        "PhotoFrame.TidyUp": {
            "type": "legacy", "title": "Tidy up the cache of old photos", "icon": "images/tidy_{0}.png",
            "url": "/webman/3rdparty/PhotoFrame/tidy/index.html",
        },
    }
}  # fmt: skip
_HELP = {
    "app": "PhotoFrame.Application", "title": "app:title", "content": "index.html",
    "toc": [
        {"title": "app:title", "content": "index.html", "nodes": [{"title": "Folders", "content": "folders.html"}]},
        {"title": "app:settings", "content": "settings.html"},
    ],
}  # fmt: skip
_ENGLISH = (
    b'[app]\ntitle="Photo Frame"\nhint="Photos of a shared folder"\nsettings="Frame settings"\nnext="Next photo"\n'
)
_GERMAN = '[app]\ntitle="Bilderrahmen"\nhint="Fotos eines gemeinsamen Ordners"\nnext="Nächstes Foto"\n'.encode()
_FRENCH = '[app]\ntitle="Cadre photo"\nsettings="Réglages du cadre"\n'.encode()
SAMPLE = Sample(
    files=(
        ("package/ui/config", json.dumps(_CONFIG, indent=4).encode() + b"\n"),
        ("package/ui/helptoc.conf", json.dumps(_HELP, indent=4).encode() + b"\n"),
        ("package/ui/help/enu/index.html", b"<h1>Photo Frame</h1>\n"),
        ("package/ui/texts/enu/strings", _ENGLISH),
        ("package/ui/texts/ger/strings", _GERMAN),
        ("package/ui/texts/fre/strings", _FRENCH),
    )
)


def desktop(stage: Stage) -> QWidget:
    """The entries with DSM's main menu, and the form of one."""
    editor = stage.open_editor(DesktopEditor, SAMPLE, part="package/ui/config")
    editor.select("/.url/PhotoFrame.Settings")
    return stage.window


def desktop_narrow(stage: Stage) -> QWidget:
    """A small window: the form has the room."""
    desktop(stage)
    stage.window.resize(900, 600)
    stage.let_run(0.3)
    return stage.window


def desktop_help(stage: Stage) -> QWidget:
    """The table of contents of the help, with pages inside pages."""
    stage.open_sample(SAMPLE, part="package/ui/helptoc.conf")
    return stage.window


def desktop_add(stage: Stage) -> QWidget:
    """The ways to begin an entry."""
    editor = stage.open_editor(DesktopEditor, SAMPLE, part="package/ui/config")
    editor.open_add_dialog()
    dialog = stage.dialog("AddEntryDialog")
    assert isinstance(dialog, AddEntryDialog)
    dialog.ways["script"].setChecked(True)
    dialog.title.setText("Tidy up")
    return dialog


def strings(stage: Stage) -> QWidget:
    """The texts of all languages."""
    stage.open_sample(SAMPLE, part="package/ui/texts/ger/strings")
    return stage.window


SHOTS = {
    "desktop": desktop,
    "desktop-narrow": desktop_narrow,
    "desktop-help": desktop_help,
    "desktop-add": desktop_add,
    "strings": strings,
}
