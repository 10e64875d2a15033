"""The shells of this PC that can try a script: those of Linux, and on Windows Git, MSYS2, Cygwin, BusyBox and WSL."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath, PureWindowsPath


class ShellKind(StrEnum):
    """How a shell is started."""

    PLAIN = "plain"
    """bash, dash, sh: `program script`."""
    BUSYBOX = "busybox"
    """`busybox sh script`."""
    WSL = "wsl"
    """Linux inside Windows: `wsl --exec`."""


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell that was found: a name for people, and its program."""

    title: str
    program: str
    kind: ShellKind = ShellKind.PLAIN

    @property
    def is_bash(self) -> bool:
        """Whether scripts for bash run in it."""
        return self.kind is ShellKind.PLAIN and PureWindowsPath(self.program).stem.lower() == "bash"

    def start_line(self, script: str, environment: Mapping[str, str]) -> list[str]:
        """The command that runs `script`, a relative path. WSL takes no variables from Windows, so they are named."""
        if self.kind is ShellKind.WSL:
            values = [f"{name}={value}" for name, value in environment.items()]
            return [self.program, "--exec", "env", *values, "sh", script]
        if self.kind is ShellKind.BUSYBOX:
            return [self.program, "sh", script]
        return [self.program, script]

    def path_for(self, path: PurePath) -> str:
        """How a script in this shell names a file of the PC."""
        text = path.as_posix()
        if self.kind is ShellKind.WSL and text[1:2] == ":":
            return f"/mnt/{text[0].lower()}{text[2:]}"
        return text


def find_shells() -> list[Shell]:
    """The shells of this PC, the best first: bash, then what is most like the sh of a NAS."""
    found = _windows_shells(os.environ) if sys.platform == "win32" else _posix_shells()
    return list({_identity(shell): shell for shell in reversed(list(found))}.values())[::-1]


def _identity(shell: Shell) -> tuple[str, ShellKind]:
    return os.path.normcase(os.path.realpath(shell.program)), shell.kind


def _posix_shells() -> Iterator[Shell]:
    for name in ("bash", "dash", "sh", "ash"):
        program = shutil.which(name)
        if program:
            yield Shell(name, program)
    program = shutil.which("busybox")
    if program:
        yield Shell("BusyBox sh", program, ShellKind.BUSYBOX)


def _windows_shells(environment: Mapping[str, str]) -> Iterator[Shell]:
    for title, place in _windows_places(environment):
        if place.is_file():
            yield Shell(title, str(place))
    system = environment.get("SYSTEMROOT", r"C:\Windows")
    on_path = shutil.which("bash")
    # The bash of the system folder is the door to WSL, which is asked below.
    if on_path and not os.path.normcase(on_path).startswith(os.path.normcase(system)):
        yield Shell("bash", on_path)
    for program in _busyboxes(environment):
        yield Shell("BusyBox sh", program, ShellKind.BUSYBOX)
    wsl = Path(system, "System32", "wsl.exe")
    if wsl.is_file() and _has_distribution():
        yield Shell("WSL", str(wsl), ShellKind.WSL)


def _windows_places(environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    git = shutil.which("git")
    if git:  # …\Git\cmd\git.exe
        yield "Git Bash", Path(git).parent.parent / "bin" / "bash.exe"
    for variable, below in (
        ("PROGRAMFILES", ""), ("PROGRAMW6432", ""), ("PROGRAMFILES(X86)", ""), ("LOCALAPPDATA", "Programs"),
        ("USERPROFILE", r"scoop\apps\git\current"),
    ):  # fmt: skip
        if environment.get(variable):
            folder = Path(environment[variable], below)
            yield "Git Bash", (folder if "scoop" in below else folder / "Git") / "bin" / "bash.exe"
    drive = environment.get("SYSTEMDRIVE", "C:") + "\\"
    for title, folder_name in (("MSYS2", "msys64"), ("MSYS2", "msys32")):
        yield title, Path(drive, folder_name, "usr", "bin", "bash.exe")
    for folder_name in ("cygwin64", "cygwin"):
        yield "Cygwin", Path(drive, folder_name, "bin", "bash.exe")


def _busyboxes(environment: Mapping[str, str]) -> Iterable[str]:
    names = ("busybox", "busybox64", "busybox64u")
    found = [shutil.which(name) for name in names]
    profile = environment.get("USERPROFILE")
    scoop = Path(profile, "scoop", "apps", "busybox", "current", "busybox.exe") if profile else None
    return [*(program for program in found if program), *([str(scoop)] if scoop and scoop.is_file() else [])]


def _has_distribution() -> bool:
    """Whether a Linux is installed for WSL: wsl.exe itself is on every Windows."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Windows\CurrentVersion\Lxss") as key:
                return bool(winreg.QueryValueEx(key, "DefaultDistribution")[0])
        except OSError:
            return False
    else:
        return False
