"""Looks whether a frozen folder is fit for users: nothing of Windows, Wine or the build in it, nothing missing.

python -m installer.check_distribution FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from installer.peformat import X64, NoPeFileError, PeFile, read_pe
from installer.product import CONSOLE_PROGRAM, INTERNALS, WINDOW_PROGRAM

_LIST = Path(__file__).with_name("windows_libraries.txt")
_API_SETS = ("api-ms-win-", "ext-ms-win-", "ext-ms-")
_PROGRAM_FILES = {".dll", ".exe", ".pyd"}
_WINDOWS_10 = (10, 0)
_NEEDED = (
    f"{WINDOW_PROGRAM}.exe",
    f"{CONSOLE_PROGRAM}.exe",
    f"{INTERNALS}/libcrypto-3.dll",
    f"{INTERNALS}/libssl-3.dll",
    f"{INTERNALS}/PySide6/Qt6Core.dll",
    f"{INTERNALS}/PySide6/plugins/platforms/qwindows.dll",
    f"{INTERNALS}/PySide6/plugins/styles/qmodernwindowsstyle.dll",
    f"{INTERNALS}/paramiko/__init__.pyc",
    f"{INTERNALS}/resources/icons/app.svg",
    f"{INTERNALS}/shellcheck.exe",
    "licenses/README.txt",
)
"""Files without which the product would not start, not look native, or break a licence."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome: what is wrong, and which program files carry no signature (for the eye; none of ours does)."""

    files: int
    bytes: int
    faults: tuple[str, ...]
    unsigned: tuple[str, ...]


def check(folder: Path) -> Report:
    """Look at every file below `folder`."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    faults = [f"{name}: missing" for name in _NEEDED if name not in files]
    programs: dict[str, PeFile] = {}
    for name, path in files.items():
        if path.suffix.lower() in _PROGRAM_FILES:
            try:
                programs[name] = read_pe(path)
            except NoPeFileError as error:
                faults.append(str(error))
    faults += _faults(programs)
    return Report(
        files=len(files),
        bytes=sum(path.stat().st_size for path in files.values()),
        faults=tuple(faults),
        unsigned=tuple(name for name, program in programs.items() if not program.is_signed),
    )


def windows_libraries() -> frozenset[str]:
    """Lower-case names of what Windows 10 brings along."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _faults(programs: Mapping[str, PeFile]) -> Iterator[str]:
    windows = windows_libraries()
    ours = {_base(name) for name in programs}
    for name, program in programs.items():
        if program.is_from_wine:
            yield f"{name}: a file of Wine"
        if _base(name) in windows or _base(name).startswith(_API_SETS):
            yield f"{name}: a part of Windows, or a stand-in for one; it must not be shipped"
        if program.machine != X64:
            yield f"{name}: not for x64 processors"
        if program.subsystem_version > _WINDOWS_10:
            yield f"{name}: wants a Windows after 10.0"
        for library in sorted(program.imports - ours - windows):
            if not library.startswith(_API_SETS):
                yield f"{name}: loads {library}, which is neither in the folder nor a part of Windows 10"


def _base(name: str) -> str:
    return name.rpartition("/")[2].lower()


def main(arguments: list[str]) -> int:
    """Print the report; 0 if nothing is wrong."""
    report = check(Path(arguments[0]))
    write = sys.stdout.write
    write(f"{report.files} files, {report.bytes / 1e6:.1f} MB; without a signature: {', '.join(report.unsigned)}\n")
    for fault in report.faults:
        write(f"WRONG  {fault}\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
