"""Packages for the desktop rules: for each rule one that fails and one that passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.data.recipes.spk import Bytes, Case, case, png, spk

PAGE = "/webman/3rdparty/sample/index.html"
ENTRY = {"type": "url", "title": "Sample", "icon": "icon.png", "url": PAGE, "allUsers": True}
APP = {"type": "app", "title": "Sample", "icon": "icon.png", "appWindow": "sample.Window"}
INFO = {"dsmuidir": "ui", "dsmappname": "sample.Application"}
SIZES = (16, 24, 32, 48, 64, 72, 256)
ICONS = {f"ui/icon_{size}.png": png(size) for size in SIZES}
SIZED = ENTRY | {"icon": "icon_{0}.png"}
TEXTS = ENTRY | {"title": "app:title", "texts": "texts"}
ENGLISH = '[app]\ntitle="Sample"\nstart="Start"\n'
GERMAN = '[app]\ntitle="Beispiel"\n'
CGI = '#!/bin/sh\nuser=$(/usr/syno/synoman/webman/modules/authenticate.cgi)\n[ -n "$user" ] || exit 1\n'
INDEX = '{\n    "app": "sample.Application",\n    "title": "Sample"\n}\n'
PORTS = '[sample]\ntitle="Sample"\ndesc="Sample"\nport_forward="no"\ndst.ports="8080/tcp"\n'
PORT_CONFIG = {"conf/resource": '{"port-config": {"protocol-file": "sample.sc"}}\n'}


def text(value: Any) -> str:
    """A JSON file."""
    return json.dumps(value, indent=4) + "\n"


def links(entry: Mapping[str, Any], name: str = "sample.Application") -> str:
    """A config with one entry without code."""
    return text({".url": {name: entry}})


def desktop(
    config: str | None = None,
    payload: Mapping[str, Bytes | None] | None = None,
    info: Mapping[str, str | None] | None = None,
    **more: Any,
) -> bytes:
    """A package with a desktop folder: one entry that opens a page, unless something else is given."""
    folder: dict[str, Bytes | None] = {"ui/index.html": "Sample\n", "ui/icon.png": png(64)}
    folder["ui/config"] = links(ENTRY) if config is None else config
    return spk(more.pop("dsm", 7), info=INFO | dict(info or {}), payload=folder | dict(payload or {}), **more)


def app(name: str, code: str = "// nothing\n", **more: Any) -> bytes:
    """A package with an application in JavaScript."""
    return desktop(text({name: {"sample.Application": APP}}), {f"ui/{name}": code}, **more)


def at_port(port: int) -> bytes:
    """A package whose icon opens this port, with a port file."""
    entry = ENTRY | {"url": "/", "protocol": "http", "port": port}
    return desktop(links(entry), {"sample.sc": PORTS}, files=PORT_CONFIG)


SOUND = desktop()
FOREIGN = "com.mycompany.app"

CASES: dict[str, Case] = {
    "U001": case(spk(info={"dsmuidir": "ui"}), SOUND),
    "U002": case(desktop(links(ENTRY).replace('"url",', '"url"')), SOUND),
    "U003": case(desktop(info={"dsmappname": "sample.Other"}), SOUND),
    "U004": case(spk(info={"dsmappname": "sample.Application"}), SOUND),
    "U005": case(desktop(info={"dsmappname": None}), SOUND),
    "U006": case(
        desktop(links(SIZED), ICONS | {"ui/icon_48.png": None, "ui/icon_32.png": png(33)}),
        desktop(links(SIZED), ICONS),
    ),
    "U007": case(desktop(links(ENTRY | {"url": PAGE.replace("sample", "other")})), SOUND),
    "U008": case(desktop(links(ENTRY | {"url": PAGE + "?a=b"}), {"ui/index.html": None}), SOUND),
    "U009": case(desktop(text({"sample-1.js": {"sample.Application": APP}})), app("sample-1.js")),
    "U010": case(app("sample.js"), app("sample-1.js")),
    "U011": case(
        desktop(payload={"ui/api.cgi": CGI}, modes={"package/ui/api.cgi": 0o644}), desktop(payload={"ui/api.cgi": CGI})
    ),
    "U012": case(desktop(payload={"ui/api.cgi": "#!/bin/sh\nexit 0\n"}), desktop(payload={"ui/api.cgi": CGI})),
    "U013": case(
        desktop(links(TEXTS), {"ui/texts/enu/strings": ENGLISH, "ui/texts/ger/strings": GERMAN}),
        desktop(links(TEXTS), {"ui/texts/enu/strings": ENGLISH, "ui/texts/ger/strings": GERMAN + 'start="Los"\n'}),
    ),
    "U014": case(desktop(payload={"ui/index.conf": INDEX.replace(",", "")}), desktop(payload={"ui/index.conf": INDEX})),
    "U015": case(
        desktop(payload={"ui/index.conf": INDEX.replace("sample.App", "old.App")}),
        desktop(payload={"ui/index.conf": INDEX}),
    ),
    "U016": case(app("sample-1.js", "Vue.extend({});\n"), app("sample-1.js")),
    "U017": case(desktop(links(ENTRY, FOREIGN), info={"dsmappname": FOREIGN}), SOUND),
    "U018": case(at_port(9090), at_port(8080)),
    "U019": case(desktop(links(ENTRY).replace("true", "true, // all")), SOUND),
}
