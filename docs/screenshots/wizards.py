"""The pictures of the wizard designer: a wizard with its preview, its languages, and one made by a script."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from docs.screenshots.sample import WIZARD, Sample
from docs.screenshots.stage import Stage
from gui.editors.wizard.dialogs import RenameKeyDialog, UseInScriptDialog
from gui.editors.wizard.view import WizardEditor

INSTALL = "WIZARD_UIFILES/install_uifile"
_PAGES: list[dict[str, Any]] = [
    {
        "step_title": "Welcome",
        "items": [{"desc": "The frame shows photos of your NAS on any screen.<br>Two questions, then it is ready."}],
    },
    {
        **WIZARD[0],
        "invalid_next_disabled_v2": True,
        "items": [
            *WIZARD[0]["items"],
            {
                "type": "textfield",
                "desc": "Under which port is the frame reached?",
                "subitems": [
                    {
                        "key": "pkgwizard_port",
                        "desc": "Port",
                        "defaultValue": "8080",
                        "validator": {
                            "allowBlank": False,
                            "regex": {"expr": "/^[0-9]{4,5}$/", "errorText": "Four or five digits."},
                        },
                    }
                ],
            },
        ],
    },
    {
        "step_title": "Account",
        "invalid_next_disabled_v2": True,
        "items": [
            {
                "type": "password",
                "desc": "Who may change the frame's settings?",
                "subitems": [
                    {
                        "key": "pkgwizard_password",
                        "desc": "Password",
                        "validator": {"allowBlank": False, "minLength": 8},
                    }
                ],
            }
        ],
    },
]
_GERMAN = [
    {
        "step_title": "Ordner der Fotos",
        "items": [
            {
                "type": "textfield",
                "desc": "Wo liegen die Fotos, die der Rahmen zeigt?",
                "subitems": [{"key": "pkgwizard_folder", "desc": "Gemeinsamer Ordner", "defaultValue": "photo"}],
            }
        ],
    }
]


def _editor(stage: Stage, part: str = INSTALL, width: int = 1280) -> WizardEditor:
    files = (
        (INSTALL, json.dumps(_PAGES, indent=2).encode()),
        (f"{INSTALL}_ger", json.dumps(_GERMAN, indent=2).encode()),
    )
    stage.window.resize(width, 800)
    return stage.open_editor(WizardEditor, Sample(files=files), part=part)


def designer(stage: Stage) -> QWidget:
    """A page with a question, its properties, and the page as DSM shows it."""
    _editor(stage).focus_pointer("/1/items/2/subitems/0/key")
    return stage.window


def designer_text(stage: Stage) -> QWidget:
    """The text instead of the preview."""
    editor = _editor(stage)
    editor.focus_pointer("/1/items/0")
    editor.show_text.setChecked(True)
    return stage.window


def language(stage: Stage) -> QWidget:
    """The German wizard, which lacks pages and fields."""
    _editor(stage, f"{INSTALL}_ger").focus_pointer("/0")
    return stage.window


def start(stage: Stage) -> QWidget:
    """A wizard that begins."""
    stage.open_sample(Sample(files=((INSTALL, b"[\n]\n"),)), part=INSTALL)
    return stage.window


def trap(stage: Stage) -> QWidget:
    """Problems at their rows."""
    editor = _editor(stage)
    text = stage.document.content(INSTALL).replace(b"pkgwizard_password", b"PATH").replace(b"[0-9]{4,5}", b"[0-9{4,5}")
    stage.edit(INSTALL, text)
    stage.wait_for_problems(5)
    editor.focus_pointer("/1/items/2/subitems/0/validator/regex/expr")
    return stage.window


def script(stage: Stage) -> QWidget:
    """A script that makes the pages, and the way to try it."""
    pages = json.dumps(_GERMAN, indent=2)
    head = "#!/bin/sh\n# Prints the pages of the wizard.\n\ncat >\"$SYNOPKG_TEMP_LOGFILE\" <<'JSON'\n"
    text = f"{head}{pages}\nJSON\nexit 0\n"
    stage.open_sample(Sample(files=((INSTALL, None), (f"{INSTALL}.sh", text.encode()))), part=f"{INSTALL}.sh")
    stage.let_run(0.5)
    return stage.window


def rename(stage: Stage) -> QWidget:
    """A variable that a script and another language use gets another name."""
    editor = _editor(stage)
    editor.focus_pointer("/1/items/0/subitems/0")
    editor.designer.key_wanted.emit("/1/items/0/subitems/0", "pkgwizard_album")
    stage.let_run(0.3)
    return _dialog(RenameKeyDialog, stage)


def use(stage: Stage) -> QWidget:
    """An answer on its way into a script."""
    editor = _editor(stage)
    editor.focus_pointer("/1/items/2/subitems/0")
    editor.designer.properties.uses.use.click()
    stage.let_run(0.3)
    return _dialog(UseInScriptDialog, stage)


def _dialog(kind: type[QDialog], stage: Stage) -> QWidget:
    (found,) = stage.window.findChildren(kind)
    return found


SHOTS = {
    "wizard-rename": rename,
    "wizard-use": use,
    "wizard-script": script,
    "wizard-designer": designer,
    "wizard-text": designer_text,
    "wizard-language": language,
    "wizard-start": start,
    "wizard-trap": trap,
}
