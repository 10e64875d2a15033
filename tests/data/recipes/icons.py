"""Packages for the icons rules: for each rule one that fails and one that passes."""

from __future__ import annotations

import struct

from tests.data.recipes.spk import Case, case, png, spk

_BMP = struct.pack("<2sIIIIiiHHIIiiII", b"BM", 70, 0, 54, 40, 2, 2, 1, 24, 0, 16, 2835, 2835, 0, 0) + bytes(16)
"""A black picture of two by two pixels."""

CASES: dict[str, Case] = {
    "G001": case(spk(files={"PACKAGE_ICON.PNG": None})),
    "G002": case(spk(files={"PACKAGE_ICON_256.PNG": None})),
    "G003": case(spk(files={"PACKAGE_ICON.PNG": png(72)})),
    "G004": case(spk(files={"PACKAGE_ICON.PNG": _BMP})),
    "G005": case(
        spk(files={"LICENSE": "Free.\nFür alle.\n".encode("cp1252")}),
        spk(files={"LICENSE": "Free.\nFür alle.\n"}),
    ),
}
