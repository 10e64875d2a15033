"""Installs and uninstalls, and looks at what that did to files and registry."""

from __future__ import annotations

import getpass
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from installer.build import FILE_LIST, Plan, file_list, run_makensis
from installer.product import CONSOLE_PROGRAM, INTERNALS, NAME, WINDOW_PROGRAM
from tests.frozen.program import Frozen, Windows, wait_until

ID = "SPKCreator"
PROGID = "SPKCreator.Package"
APPS_ENTRY = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{ID}"
NEWER_INSTALLED, STILL_RUNS = 3, 4

_EVERY_WINDOWS_HAS = (
    # keys and folders that Wine makes late and a real Windows has from the start
    r"\Software\Classes", r"\Software\Classes\Applications", r"\Software\RegisteredApplications",
    r"\Software\Microsoft\Windows\CurrentVersion\Uninstall", r"\Software\Classes\Directory\shell",
    r"\Software\Classes\Directory", r"\Software\Classes\*", r"\Software\Classes\*\shell",
    "AppData/Local/Programs",
)  # fmt: skip
_MADE_BY_WINDOWS = (
    "/Temp/",
    ".log",
    "Explorer",
    "RecentDocs",
    "MuiCache",
    "/Recent/",
    "pycache/",
    "Temporary System Parameters",
)


@dataclass(frozen=True)
class Snapshot:
    """All files on C: and everything below Software of both halves of the registry."""

    files: frozenset[str]
    registry: frozenset[str]


@dataclass(frozen=True)
class Setup:
    """One installer and the places that it fills."""

    frozen: Frozen
    program: Path

    @property
    def windows(self) -> Windows:
        return self.frozen.windows

    def __call__(self, *switches: str) -> int:
        """Run it silently; returns its exit code."""
        return self.windows.run(self.program, "/S", *switches, seconds=300).code

    @property
    def user_folder(self) -> Path:
        """Where it installs for one user."""
        return self.local_data / "Programs" / NAME

    @property
    def local_data(self) -> Path:
        """%LOCALAPPDATA%."""
        if not self.windows.is_wine:
            return Path(os.environ["LOCALAPPDATA"])
        return self.windows.drive / "users" / getpass.getuser() / "AppData" / "Local"

    @property
    def start_menu(self) -> Path:
        """The start menu's entry for one user."""
        programs = "Roaming/Microsoft/Windows/Start Menu/Programs"
        return self.local_data.parent / programs / f"{NAME}.lnk"

    def uninstall(self, folder: Path) -> None:
        """Run the uninstaller of `folder` silently, to its end: it goes on in a copy of itself."""
        assert self.windows.run(folder / "Uninstall.exe", "/S", seconds=300).code == 0
        wait_until(lambda: not (folder / "Uninstall.exe").exists(), "the uninstaller to end")

    def query(self, key: str, value: str | None = None) -> str:
        """What `reg query` prints; empty where there is nothing."""
        which = ["/ve"] if value == "" else [] if value is None else ["/v", value]
        outcome = self.windows.run("reg", "query", key, *which)
        return outcome.out if outcome.code == 0 else ""


def make_setup(frozen: Frozen, folder: Path, place: Path, version: str) -> Setup:
    """An installer of `folder` that says it is `version`."""
    place.mkdir()
    (place / FILE_LIST).write_text(file_list(folder), encoding="utf-16-le", newline="\r\n")
    program = place / f"setup-{version}.exe"
    assert run_makensis(folder, program, place, trial=True, version=version) == 0
    return Setup(frozen, program)


def make_small_folder(frozen: Frozen, place: Path) -> Path:
    """A folder with our two programs and a little beside them, which is packed and installed in a moment."""
    internals = place / INTERNALS
    (internals / "alter Ordner" / "leer").mkdir(parents=True)
    (internals / "alter Ordner" / "überholt.txt").write_text("gone in the next version", encoding="utf-8")
    for name in (WINDOW_PROGRAM, CONSOLE_PROGRAM):
        shutil.copy(frozen.folder / f"{name}.exe", place)
    return place


def take_snapshot(setup: Setup) -> Snapshot:
    """Look at everything under Wine; a real Windows changes by itself all the time, there only our places are seen."""
    return _all_of_wine(setup.windows) if setup.windows.is_wine else _our_places(setup)


def _all_of_wine(windows: Windows) -> Snapshot:
    lines: set[str] = set()
    for half in ("HKCU", "HKLM"):
        key = ""
        for line in windows.run("reg", "query", rf"{half}\Software", "/s", seconds=300).out.splitlines():
            key = line if line.startswith("HKEY") else key
            if line and not _is_noise(key):
                lines.add(line if line is key else f"{key} {line}")
    files = {str(path.relative_to(windows.drive)) for path in windows.drive.rglob("*")}
    return Snapshot(frozenset(name for name in files if not _is_noise(name)), frozenset(lines))


def _our_places(setup: Setup) -> Snapshot:
    desktop = setup.local_data.parents[1] / "Desktop" / f"{NAME}.lnk"
    files = [setup.user_folder, setup.start_menu, desktop, Path(os.environ["PROGRAMFILES"]) / NAME]
    keys = [APPS_ENTRY, rf"Software\{ID}", r"Software\Classes\.spk", rf"Software\Classes\{PROGID}"]
    found = [setup.query(rf"{half}\{key}") for half in ("HKCU", "HKLM") for key in keys]
    return Snapshot(frozenset(str(path) for path in files if path.exists()), frozenset(found))


def _is_noise(name: str) -> bool:
    return name.endswith(_EVERY_WINDOWS_HAS) or any(part in name for part in _MADE_BY_WINDOWS)


def plan_of(frozen: Frozen) -> Plan:
    """Where the built files are."""
    return Plan(frozen.output, frozen.output)
