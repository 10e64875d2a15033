"""The pictures of the wizard preview: DSM 6 and 7, refused input, the summary, and a trial run of a script."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Stage
from gui.editors.wizard.preview import WizardPreview
from gui.editors.wizard.runningview import ScriptPreview
from gui.editors.wizard.view import WizardEditor

INSTALL = "WIZARD_UIFILES/install_uifile"
_FOLDER = {
    "key": "wizard_share",
    "desc": "Shared folder",
    "defaultValue": "photo",
    "validator": {
        "allowBlank": False,
        "regex": {"expr": "/^[\\w-]+$/", "errorText": "Letters, numbers, _ and - only."},
    },
}
_VOLUME = {
    "key": "wizard_volume",
    "desc": "Volume",
    "editable": False,
    "autoSelect": True,
    "displayField": "display_name",
    "valueField": "volume_path",
    "api_store": {"api": "SYNO.Core.Storage.Volume", "method": "list", "version": 1},
}
_PAGES: list[dict[str, Any]] = [
    {
        "step_title": "Where the photos are",
        "items": [
            {
                "desc": "The frame shows the pictures of <b>one shared folder</b>. "
                'Read <a href="https://example.com/share">how to make one</a> first.'
            },
            {"type": "textfield", "desc": "Which pictures should it show?", "subitems": [_FOLDER]},
            {"type": "combobox", "subitems": [_VOLUME]},
            {
                "type": "singleselect",
                "desc": "How often does the picture change?",
                "subitems": [
                    {"key": "wizard_calm", "desc": "Every ten minutes", "defaultValue": True},
                    {"key": "wizard_quick", "desc": "Every minute"},
                ],
            },
            {
                "type": "multiselect",
                "subitems": [{"key": "wizard_deep", "desc": "Look into the folders below too", "defaultValue": True}],
            },
        ],
    },
    {
        "step_title": "Who may change the settings",
        "invalid_next_disabled_v2": True,
        "items": [
            {
                "type": "password",
                "subitems": [
                    {"key": "wizard_password", "desc": "Password", "validator": {"allowBlank": False, "minLength": 8}}
                ],
            }
        ],
    },
]


def _preview(stage: Stage) -> WizardPreview:
    """The preview of an open wizard, as wide as the window lets it be."""
    files = ((INSTALL, json.dumps(_PAGES, indent=2).encode()),)
    stage.window.resize(1280, 900)
    editor = stage.open_editor(WizardEditor, Sample(files=files), part=INSTALL)
    editor.splitter.setSizes([300, 700])
    editor.preview.show_page(0)
    return editor.preview


def dsm7(stage: Stage) -> QWidget:
    """The look of DSM 7."""
    return _preview(stage)


def dsm6(stage: Stage) -> QWidget:
    """The look of DSM 6."""
    preview = _preview(stage)
    preview.set_look("dsm6")
    return preview


def refused(stage: Stage) -> QWidget:
    """Input that the dialog refuses."""
    preview = _preview(stage)
    preview.show_page(1)
    view = preview.dialog.page_view
    assert view is not None
    for pointer, line in view.rows.items():
        line.edited.emit(pointer, "short")
    return preview


def summary(stage: Stage) -> QWidget:
    """The last page."""
    preview = _preview(stage)
    preview.show_page(2)
    return preview


def trial(stage: Stage) -> QWidget:
    """A script that was tried."""
    pages = json.dumps(_PAGES, indent=2)
    text = f"#!/bin/sh\n\ncat >\"$SYNOPKG_TEMP_LOGFILE\" <<'JSON'\n{pages}\nJSON\nexit 0\n"
    stage.window.resize(1280, 900)
    editor = stage.open_sample(Sample(files=((INSTALL, None), (f"{INSTALL}.sh", text.encode()))), part=f"{INSTALL}.sh")
    assert editor is not None
    widget = editor.findChild(ScriptPreview)
    assert isinstance(widget, ScriptPreview)
    stage.wait(lambda: bool(widget.shells))
    widget.start()
    stage.wait(lambda: not widget.is_running)
    return stage.window


SHOTS = {
    "wizard-preview-dsm7": dsm7,
    "wizard-preview-dsm6": dsm6,
    "wizard-preview-refused": refused,
    "wizard-preview-summary": summary,
    "wizard-trial": trial,
}
