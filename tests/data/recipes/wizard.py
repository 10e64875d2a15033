"""Packages for the wizard rules: for each rule one that fails and one that passes."""

from __future__ import annotations

import json
from typing import Any

from tests.data.recipes.spk import Case, case, script, spk

INSTALL = "WIZARD_UIFILES/install_uifile"
PAGES = """#!/bin/sh
cat >"$SYNOPKG_TEMP_LOGFILE" <<'JSON'
[{"step_title": "Folder", "items": [{"desc": "Nothing to choose."}]}]
JSON
exit 0
"""


def text(*fields: Any, kind: str = "textfield", **page: Any) -> str:
    """A wizard of one page with one group of these fields."""
    return json.dumps([{"step_title": "Folder", **page, "items": [{"type": kind, "subitems": list(fields)}]}], indent=2)


def field(**members: Any) -> dict[str, Any]:
    """A field, with the key that the scripts of `wizard` use."""
    return {"key": "wizard_a", "desc": "Name", **members}


def wizard(content: str | bytes, name: str = "install_uifile", **options: Any) -> bytes:
    """A package with this wizard, and a script that uses its answers."""
    more: dict[str, Any] = options.pop("files", {})
    asked = f"{content!r} {more}"
    used = "".join(f': "${{{key}}}"\n' for key in ("wizard_a", "wizard_b") if key in asked)
    files = {f"WIZARD_UIFILES/{name}": content, "scripts/postinst": script(f"{used}exit 0\n"), **more}
    return spk(files=files, **options)


def pattern(expression: str) -> str:
    """A text field with a pattern."""
    rule = {"expr": expression, "errorText": "Digits only."}
    return text(field(validator={"allowBlank": False, "regex": rule}), invalid_next_disabled_v2=True)


def combobox(value: str) -> str:
    """A list of two folders."""
    store = {"xtype": "arraystore", "fields": ["name", "path"], "data": [["One", "/one"], ["Two", "/two"]]}
    return text(field(mode="local", store=store, displayField="name", valueField=value), kind="combobox")


def options(first: Any, second: Any) -> str:
    """A single choice with these defaults."""
    one, two = field(defaultValue=first), {"key": "wizard_b", "desc": "B", "defaultValue": second}
    return text(one, two, kind="singleselect")


def vue(name: str) -> str:
    """A page that a bundle draws."""
    return json.dumps([{"custom_render_fn": "load({name: 'folder', render: r});", "custom_render_name": name}])


SOUND = text(field())
VUE = {"os_min_ver": "7.2-72806"}
DEFAULT = {"defaultValue": "x"}

CASES: dict[str, Case] = {
    "W001": case(wizard(SOUND.replace('"Folder",', '"Folder"')), wizard(SOUND)),
    "W002": case(wizard(SOUND.replace("Name", "Name\tof\nit")), wizard(SOUND.replace("Name", "Name\\tof\\nit"))),
    "W003": case(wizard(text(field(), kind="checkbox")), wizard(SOUND)),
    "W004": case(wizard(text({"desc": "Name"})), wizard(text({"desc": "Name", "hidden": True}))),
    "W005": case(wizard(text({"key": "2nd-a"}, {"key": "PATH"}), files={"scripts/postinst": script()}), wizard(SOUND)),
    "W006": case(wizard(text(field(), field())), wizard(text(field(), {"key": "wizard_b", "desc": "B"}))),
    "W007": case(
        wizard(text(field(), invalid_next_disabled=True)),
        wizard(text(field(), invalid_next_disabled=True, invalid_next_disabled_v2=True)),
    ),
    "W008": case(
        wizard(text(field(validator={"allowBlank": False}))),
        wizard(text(field(validator={"allowBlank": False}), invalid_next_disabled_v2=True)),
    ),
    "W009": case(
        wizard(text(field(defaultVaule="x"), activeate="{ }", activate_v2="{ }")), wizard(text(field(**DEFAULT)))
    ),
    "W010": case(wizard(options(first=False, second=False)), wizard(options(first=True, second=False))),
    "W011": case(wizard(text(field(defaultValue=8080))), wizard(text(field(defaultValue="8080")))),
    "W012": case(wizard(pattern("^[0-9/]+/?$")), wizard(pattern("/^[0-9/]+\\/?$/"))),
    "W013": case(
        wizard(text(field(validator={"vtype": "mail"}), invalid_next_disabled_v2=True)),
        wizard(text(field(validator={"vtype": "email"}), invalid_next_disabled_v2=True)),
    ),
    "W014": case(wizard(combobox("volume")), wizard(combobox("path"))),
    "W015": case(wizard(text(field(**DEFAULT), kind="password")), wizard(text(field(), kind="password"))),
    "W016": case(wizard(SOUND, "install_uifile_enu"), wizard(SOUND, "install_uifile_enu", files={INSTALL: SOUND})),
    "W017": case(
        wizard(SOUND, files={INSTALL + "_fre": text({"key": "wizard_b", "desc": "B"})}),
        wizard(SOUND, files={INSTALL + "_fre": SOUND}),
    ),
    "W018": case(wizard(text(field(), {"key": "wizard_c", "desc": "C"})), wizard(SOUND)),
    "W019": case(
        wizard(PAGES, "install_uifile.sh", modes={INSTALL + ".sh": 0o644}),
        wizard(PAGES, "install_uifile.sh", modes={INSTALL + ".sh": 0o755}),
    ),
    "W020": case(
        wizard(PAGES.replace('>"$SYNOPKG_TEMP_LOGFILE" ', ""), "install_uifile.sh", modes={INSTALL + ".sh": 0o755}),
        wizard(PAGES, "install_uifile.sh", modes={INSTALL + ".sh": 0o755}),
    ),
    "W021": case(
        wizard(SOUND, files={INSTALL + ".sh": PAGES}, modes={INSTALL + ".sh": 0o755}),
        wizard(
            SOUND,
            files={"WIZARD_UIFILES/uninstall_uifile.sh": PAGES},
            modes={"WIZARD_UIFILES/uninstall_uifile.sh": 0o755},
        ),
    ),
    "W022": case(wizard(vue("folder")), wizard(vue("folder"), info=VUE)),
    "W023": case(wizard(vue("other"), info=VUE), wizard(vue("folder"), info=VUE)),
    "W024": case(
        wizard(text(field(), activate_v2="{ arguments[0].getComponent('wizard_x').hide(); }")),
        wizard(text(field(), activate_v2="{ arguments[0].getComponent('wizard_a').hide(); }")),
    ),
    "W025": case(wizard(SOUND, files={"WIZARD_UIFILES/install_uifiles": SOUND}), wizard(SOUND)),
    "W026": case(
        wizard(json.dumps([{"items": [{"type": "textfield", "desc": "Done.", "subitems": []}]}])),
        wizard(json.dumps([{"items": [{"desc": "Done."}]}])),
    ),
    "W027": case(wizard(text(field(disabled="False", width="200"))), wizard(text(field(disabled=False, width=200)))),
    "W028": case(wizard("\ufeff" + SOUND), wizard(SOUND)),
    "W029": case(wizard(SOUND.replace("Name", "Größe").encode("cp1252")), wizard(SOUND.replace("Name", "Größe"))),
    "W030": case(wizard(text(field(), activate="{ }")), wizard(text(field(), activate="{ }", activate_v2="{ }"))),
}
