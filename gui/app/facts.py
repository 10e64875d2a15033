"""What a report needs to know of the computer, and what it must not tell."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

import PySide6
from PySide6.QtCore import QLocale, qVersion
from PySide6.QtGui import QGuiApplication, QScreen

from spkcore import __version__

_WINDOWS_11 = 22000
"""The first build of Windows 11; it calls itself 10.0 as well."""
_MASK = "[removed]"
_SECRETS = (
    # name = value, name: value, "name": "value"; the name may be the end of a longer one
    (re.compile(r"(?i)((?:pass(?:word|phrase|wd)?|passwort|secret|token|api[_-]?key|otp)[\"']?\s*[=:]\s*)"
                r"(\"[^\"]*\"|'[^']*'|\S+)"), rf"\1{_MASK}"),
    (re.compile(r"(?i)(authorization:\s*\w+\s+)\S+"), rf"\1{_MASK}"),
    (re.compile(r"(\w+://)[^/\s@]+@"), rf"\1{_MASK}@"),
    (re.compile(r"(\w+://[^\s?\"']+\?)[^\s\"']+"), rf"\1{_MASK}"),
    (re.compile(r"-----BEGIN [^-]*PRIVATE KEY-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL), _MASK),
)  # fmt: skip
"""Most texts of an error hold none of these; that an address or a prompt gets into one is never sure not to happen."""


def system_facts(application: QGuiApplication) -> dict[str, str]:
    """Versions, system, screens. Only for the GUI thread."""
    screens = "; ".join(_screen(screen) for screen in application.screens())
    return {
        "SPK Creator": f"{__version__}{' (portable or installed)' if getattr(sys, 'frozen', False) else ''}",
        "System": _system(),
        "Qt": f"{qVersion()}, PySide6 {PySide6.__version__}, platform {application.platformName()}",
        "Python": platform.python_version(),
        "Screens": screens or "none",
        "Language": QLocale.system().name(),
    }


def redacted(text: str) -> str:
    """`text` without passwords, keys and parameters of addresses, and with ~ for the user's folder."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    home = str(Path.home())
    for form in sorted({home, home.replace("\\", "\\\\"), home.replace("\\", "/")}, key=len, reverse=True):
        if len(form) > 3:  # not the root of a drive
            text = re.sub(re.escape(form), "~", text, flags=re.IGNORECASE if os.name == "nt" else 0)
    return text


def _system() -> str:
    if sys.platform == "win32":
        version = sys.getwindowsversion()
        name = "11" if version.build >= _WINDOWS_11 else str(version.major)
        return f"Windows {name}, build {version.build}, {platform.machine()}"
    return platform.platform()


def _screen(screen: QScreen) -> str:
    size, scale = screen.size(), screen.devicePixelRatio()
    return f"{size.width()}x{size.height()} at {scale:.0%}, {screen.logicalDotsPerInch():.0f} dpi"
