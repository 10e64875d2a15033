"""Makes the Windows environment look like Windows 11: fonts under Windows' names, its UI font, its accent colour."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

from installer.wine import fonts
from installer.wine.downloads import FONTS, unpack_debian_package
from installer.wine.prefix import WinePrefix
from installer.wine.registry import Keys, binary, number

_TRUETYPE = Path("usr/share/fonts/truetype")
_FAMILIES = (
    # the free font's files, their weights' names, and what Windows calls the family and the files
    ("open-sans/OpenSans-{}.ttf", "Segoe UI", "segoeui", ("Regular", "Bold", "Italic", "BoldItalic")),
    ("open-sans/OpenSans-Semibold.ttf", "Segoe UI Semibold", "seguisb", ("Regular",)),
    ("open-sans/OpenSans-Light.ttf", "Segoe UI Light", "segoeuil", ("Regular",)),
    ("hack/Hack-{}.ttf", "Consolas", "consola", ("Regular", "Bold", "Italic", "BoldItalic")),
    ("liberation/LiberationSans-{}.ttf", "Arial", "arial", ("Regular", "Bold", "Italic", "BoldItalic")),
    ("liberation/LiberationMono-{}.ttf", "Courier New", "cour", ("Regular", "Bold", "Italic", "BoldItalic")),
    ("liberation/LiberationSerif-{}.ttf", "Times New Roman", "times", ("Regular", "Bold", "Italic", "BoldItalic")),
    ("dejavu/DejaVuSans.ttf", "Segoe UI Symbol", "seguisym", ("Regular",)),
)
_WINES_OWN = {
    "tahoma": "Tahoma",
    "tahomabd": "Tahoma Bold",
    "marlett": "Marlett",
    "symbol": "Symbol",
    "webdings": "Webdings",
}
_ENDINGS = {"Regular": "", "Bold": "b", "Italic": "i", "BoldItalic": "z"}

_FONT_LIST = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Fonts"
_SUBSTITUTES = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\FontSubstitutes"
_DESKTOP = r"HKEY_CURRENT_USER\Control Panel\Desktop"
_COLORS = r"HKEY_CURRENT_USER\Control Panel\Colors"
_DWM = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\DWM"
_ACCENT = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Explorer\Accent"
_PALETTE = "99ebff00 4cc2ff00 0091f800 0078d400 0067c000 003e9200 001a6800 f7630c00"
"""Windows 11's blue, from light to dark; Qt takes black where it is missing."""


def install_fonts(place: WinePrefix, scratch: Path) -> Keys:
    """Put the fonts into the prefix; returns the registry values that announce them."""
    for package in FONTS:
        unpack_debian_package(package, scratch)
    target = place.drive / "windows" / "Fonts"
    announced = {}
    for pattern, family, name, styles in _FAMILIES:
        for style in styles:
            words = style.replace("BoldItalic", "Bold Italic")
            source = (scratch / _TRUETYPE / pattern.format(style)).read_bytes()
            file = f"{name}{_ENDINGS[style]}.ttf"
            fonts.save(fonts.renamed(source, family, words), target / file)
            announced[f"{family}{'' if style == 'Regular' else f' {words}'} (TrueType)"] = file
    symbols = (scratch / _TRUETYPE / "dejavu/DejaVuSans.ttf").read_bytes()
    fonts.save(fonts.icon_font(symbols), target / "segoeicons.ttf")
    announced["Segoe Fluent Icons (TrueType)"] = "segoeicons.ttf"
    for name, family in _WINES_OWN.items():
        source_file = Path("/usr/share/wine/fonts") / f"{name}.ttf"
        if source_file.exists():
            shutil.copy(source_file, target)
            announced[f"{family} (TrueType)"] = source_file.name
    return {_FONT_LIST: announced, _SUBSTITUTES: {"MS Shell Dlg": "Segoe UI", "MS Shell Dlg 2": "Segoe UI"}}


def appearance() -> Keys:
    """The registry values of the look."""
    texts = ("MessageFont", "MenuFont", "StatusFont", "CaptionFont", "SmCaptionFont", "IconFont")
    bars = {"ActiveTitle": "243 243 243", "GradientActiveTitle": "243 243 243", "TitleText": "0 0 0"}
    behind = {
        "InactiveTitle": "249 249 249",
        "GradientInactiveTitle": "249 249 249",
        "InactiveTitleText": "130 130 130",
    }
    return {
        rf"{_DESKTOP}\WindowMetrics": dict.fromkeys(texts, binary(_ui_font())),
        _DESKTOP: {"FontSmoothing": "2", "FontSmoothingType": number(1)},  # grey edges: pictures without colour fringes
        _COLORS: bars | behind | {"Background": "32 64 110"},
        _DWM: {"AccentColor": number(0xFFD47800), "ColorizationColor": number(0xC40078D4)},
        _ACCENT: {"AccentPalette": binary(bytes.fromhex(_PALETTE)), "AccentColorMenu": number(0xFFD47800)},
    }


def _ui_font() -> bytes:
    """Segoe UI with 9 points as a LOGFONTW: height, width, angles, weight, flags, and the name in 32 characters."""
    flags = (0, 0, 0, 1, 0, 0, 5, 0x22)  # default character set, ClearType, variable pitch
    return struct.pack("<5l8B", -12, 0, 0, 0, 400, *flags) + "Segoe UI".encode("utf-16-le").ljust(64, b"\0")
