"""Where things stand in the Windows environment, and how programs run in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent

VARIABLES = {
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=d",  # no offers to fetch Mono and Gecko, no menu entries
}


@dataclass(frozen=True)
class WinePrefix:
    """One environment: its Wine prefix and the programs that start things in it."""

    folder: Path

    @property
    def prefix(self) -> Path:
        """What Wine calls WINEPREFIX."""
        return self.folder / "prefix"

    @property
    def drive(self) -> Path:
        """What Windows programs see as C:."""
        return self.prefix / "drive_c"

    @property
    def system(self) -> Path:
        """The folder of Windows' own DLLs."""
        return self.drive / "windows" / "system32"

    @property
    def python(self) -> Path:
        """The folder of Python: C:\\python."""
        return self.drive / "python"

    @property
    def winpy(self) -> Path:
        """Runs Windows' Python with the arguments given to it."""
        return self.folder / "bin" / "winpy"

    @property
    def wine_run(self) -> Path:
        """Runs a Windows program with the arguments given to it."""
        return self.folder / "bin" / "wine-run"

    def wine(self, *command: str) -> None:
        """Run one of Wine's own programs, unseen; used while the environment is being made."""
        environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
        environment |= VARIABLES | {"WINEPREFIX": str(self.prefix)}
        subprocess.run(["wine", *command], env=environment, stdin=subprocess.DEVNULL, check=True, capture_output=True)

    def end(self) -> None:
        """End every Windows program of this prefix, and no other."""
        environment = os.environ | VARIABLES | {"WINEPREFIX": str(self.prefix)}
        subprocess.run(["wineserver", "--kill"], env=environment, check=False, capture_output=True)
        subprocess.run(["wineserver", "--wait"], env=environment, check=False, capture_output=True)


def windows_path(path: Path) -> str:
    """A path of this machine as Windows programs see it: below drive Z:."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


@contextmanager
def screen(size: str = "1440x900") -> Iterator[str]:
    """An X server of our own; yields its DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise SystemExit("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
