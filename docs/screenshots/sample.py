"""The sample package: a web application with a wizard, a resource file, pictures and a payload worth looking at."""

from __future__ import annotations

import io
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from spkcore.base.tasks import quiet
from spkcore.package.templates import create_package, find_template

WIZARD: list[dict[str, Any]] = [
    {
        "step_title": "Photo folder",
        "items": [
            {
                "type": "textfield",
                "desc": "Where are the photos that the frame shows?",
                "subitems": [
                    {"key": "pkgwizard_folder", "desc": "Shared folder", "defaultValue": "photo"}
                ],
            },
            {
                "type": "singleselect",
                "desc": "How fast do the pictures change?",
                "subitems": [
                    {"key": "pkgwizard_calm", "desc": "Every minute", "defaultValue": True},
                    {"key": "pkgwizard_quick", "desc": "Every ten seconds"},
                ],
            },
        ],
    }
]  # fmt: skip
RESOURCE = {
    "port-config": {"protocol-file": "etc/PhotoFrame.sc"},
    "data-share": {"shares": [{"name": "photo", "permission": {"ro": ["PhotoFrame"]}}]},
    "usr-local-linker": {"bin": ["bin/photoframe"]},
}
POSTINST = b"""#!/bin/sh
# Prepares the folder for the frame's pictures.

. "${SYNOPKG_PKGDEST}/lib/functions.sh"

CACHE="${SYNOPKG_PKGVAR}/cache"

prepare_cache() {
    mkdir -p "$CACHE" || return 1
    chmod 700 "$CACHE"
}

if [ "$SYNOPKG_PKG_STATUS" = "INSTALL" ]; then
    prepare_cache || exit 1
    echo "Photos come from ${pkgwizard_folder:-photo}."
fi

exit 0
"""
_SIZES = {
    "package/bin/photoframe": 1_874_320,
    "package/lib/functions.sh": 1_480,
    "package/lib/libexif.so.12": 312_400,
    "package/share/frames/oak.jpg": 184_233,
    "package/share/frames/walnut.jpg": 201_870,
    "package/share/frames/none.jpg": 12_004,
    "package/www/app.js": 64_800,
    "package/www/style.css": 8_400,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample package; `files` are added to it, `None` takes one away."""

    folder: str = "Photo Frame"
    name: str = "Photo Frame"
    version: str = "1.4.0-0012"
    files: tuple[tuple[str, bytes | None], ...] = ()


def make_sample(sample: Sample, folder: Path) -> None:
    """Write the sample package."""
    template = find_template("web-application")
    answers = {"package": "PhotoFrame", "display_name": sample.name, "version": sample.version}
    known = {parameter.name for parameter in template.parameters}
    create_package(template, template.complete({key: answers[key] for key in answers if key in known}), folder, quiet())
    for path, data in (*_contents(folder), *sample.files):
        _write(folder / path, data)


def _contents(folder: Path) -> list[tuple[str, bytes]]:
    info = (folder / "INFO").read_bytes()
    telling = b"Shows the photos of a shared folder on every screen of the house, one after the other."
    info = info.replace(b"Tell in one or two sentences what this package does.", telling)
    found = [
        ("INFO", info.replace(b"Your Name", b"Jane Doe")),
        ("scripts/postinst", POSTINST),
        ("WIZARD_UIFILES/install_uifile", _json(WIZARD)),
        ("conf/resource", _json(RESOURCE)),
        ("LICENSE", b"MIT License\n\nCopyright (c) Jane Doe\n"),
        ("CHANGELOG", b"1.4.0\n- Walnut frames\n- Photos turn by themselves\n\n1.3.2\n- Starts faster\n"),
        ("screen_1.png", _screenshot()),
        ("package/etc/PhotoFrame.sc", b'[photoframe]\ntitle="Photo Frame"\ndst.ports="8099/tcp"\n'),
    ]
    found += [(path, _filling(path, size)) for path, size in _SIZES.items()]
    return found


def _filling(path: str, size: int) -> bytes:
    if path.endswith((".sh", ".js", ".css")):
        return (b"# a line of text\n" * (size // 17 + 1))[:size]
    return (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * (size // 256 + 1))[:size]


def _screenshot() -> bytes:
    """A wide picture of what the photo frame would show: a landscape at dusk in a wooden frame."""
    picture = Image.new("RGB", (1280, 800), "#6b4a2f")
    draw = ImageDraw.Draw(picture)
    for line in range(40, 760):  # the sky, from blue to orange
        share = (line - 40) / 720
        draw.line((40, line, 1240, line), fill=(int(58 + 190 * share), int(84 + 92 * share), int(150 - 30 * share)))
    draw.ellipse((820, 300, 960, 440), fill="#ffe9b0")
    for base, height, color in ((560, 120, "#56607f"), (630, 90, "#3d4866"), (700, 60, "#262f49")):
        hills = [(x, base - int(height * math.sin(x / (90 + height) + base))) for x in range(40, 1241, 8)]
        draw.polygon([(40, 760), *hills, (1240, 760)], fill=color)
    draw.rectangle((34, 34, 1246, 766), outline="#3a2716", width=8)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, indent=4).encode() + b"\n"


def _write(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
