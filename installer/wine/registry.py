"""Registry values for the Windows environment, and how they get there."""

from __future__ import annotations

from collections.abc import Mapping

from installer.wine.prefix import WinePrefix

Keys = Mapping[str, Mapping[str, str]]
"""By key: the values by their names. A text is written as text, unless `number` or `binary` made it."""

_MADE = ("dword:", "hex:", "-")

_CURRENT_VERSION = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion"
_WINE = r"HKEY_CURRENT_USER\Software\Wine"
RUN_TIME_LIBRARIES = ("vcruntime140", "vcruntime140_1", "msvcp140", "msvcp140_1", "msvcp140_2", "concrt140")


def number(value: int) -> str:
    """A DWORD."""
    return f"dword:{value:08x}"


def binary(data: bytes) -> str:
    """Bytes."""
    return "hex:" + data.hex(",")


def behaviour(desktop: str) -> Keys:
    """What makes Wine behave as Windows 11 does, as far as our programs see."""
    own_libraries = dict.fromkeys(RUN_TIME_LIBRARIES, "native")
    return {
        _CURRENT_VERSION: {
            "ProductName": "Windows 10 Pro",  # so does Windows 11 say
            "CurrentVersion": "10.0",
            "CurrentMajorVersionNumber": number(10),
            "CurrentMinorVersionNumber": number(0),
            "CurrentBuild": "22631",
            "CurrentBuildNumber": "22631",
            "CSDVersion": "",
        },
        r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\Windows": {"CSDVersion": number(0)},
        _WINE: {"Version": "-"},
        # Microsoft's run-time DLLs only from beside the program, where one that we forgot is missing; and our mscms
        rf"{_WINE}\DllOverrides": {"mscms": "native,builtin", **own_libraries},
        rf"{_WINE}\WineDbg": {"ShowCrashDialog": number(0)},
        # without a desktop of its own Wine waits 2 seconds for a window manager whenever a window closes
        rf"{_WINE}\Explorer": {"Desktop": "Default"},
        rf"{_WINE}\Explorer\Desktops": {"Default": desktop},
    }


def write(place: WinePrefix, *parts: Keys) -> None:
    """Write the values into the prefix's registry."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    for part in parts:
        for key, values in part.items():
            lines.append(f"[{key}]")
            lines += [f'"{name}"={_written(value)}' for name, value in values.items()]
            lines.append("")
    file = place.drive / "settings.reg"
    file.write_text("".join(f"{line}\r\n" for line in lines), encoding="ascii", newline="")
    place.wine("regedit", "/S", "C:\\settings.reg")
    file.unlink()


def _written(value: str) -> str:
    if value.startswith(_MADE):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
