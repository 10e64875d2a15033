"""Runs the frozen programs: on Windows as they are, on Linux through Wine, with paths as Windows has them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from installer.product import CONSOLE_PROGRAM, NAME, ROOT, WINDOW_PROGRAM

OUTPUT_VARIABLE = "SPKCREATOR_DIST"
"""The folder with the frozen folder, the installer and the zip, as `installer.build` made them."""
ENVIRONMENT_VARIABLE = "SPKCREATOR_WINE"
"""On Linux: the Wine environment, with bin/wine-run and bin/winpy."""

PATIENCE = 60.0
"""Seconds for whatever a test waits for."""

_HELPER = ROOT / "tests" / "frozen" / "desktop.py"
_NOT_PASSED_ON = ("QT_", "PYTHON", "VIRTUAL_ENV", "XDG_RUNTIME_DIR")


@dataclass(frozen=True)
class Windows:
    """Where Windows programs run: this system, or a Wine environment."""

    environment: Path | None

    @property
    def is_wine(self) -> bool:
        return self.environment is not None

    @property
    def drive(self) -> Path:
        """What Windows programs see as C:."""
        return self.environment / "prefix" / "drive_c" if self.environment else Path("C:\\")

    def name(self, path: Path) -> str:
        """How Windows programs call `path`."""
        if not self.environment:
            return str(path)
        with contextlib.suppress(ValueError):
            return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(path).replace("/", "\\")

    def path(self, name: str) -> Path:
        """The inverse of `name`."""
        if not self.environment:
            return Path(name)
        drive, inside = name[:2].upper(), name[3:].replace("\\", "/")
        return {"C:": self.drive, "Z:": Path("/")}[drive] / inside

    def run(self, program: Path | str, *words: str | Path, home: Path | None = None, seconds: float = 120) -> Outcome:
        """Run a program to its end."""
        command = [*self._starter, *self._words(program, *words)]
        done = subprocess.run(command, capture_output=True, env=self.variables(home), timeout=seconds, check=False)
        return Outcome(done.returncode, _text(done.stdout), _text(done.stderr))

    def start(self, *words: str | Path, home: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a program that goes on."""
        command = [*self._starter, *self._words(*words)]
        return subprocess.Popen(
            command,
            env=self.variables(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start_listening(self, program: Path, *words: str | Path, home: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a console program with three pipes. Under Wine without its starter, which gives no input."""
        starter = ["wine"] if self.environment else []
        command = [*starter, *self._words(program, *words)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.variables(home), stdin=pipe, stdout=pipe, stderr=pipe)

    def helper(self, *words: str) -> Outcome:
        """Call desktop.py inside Windows."""
        python = [str(self.environment / "bin" / "winpy")] if self.environment else [sys.executable]
        command = [*python, *self._words(_HELPER), *words]
        done = subprocess.run(command, capture_output=True, env=self.variables(None), timeout=60, check=False)
        return Outcome(done.returncode, _text(done.stdout), _text(done.stderr))

    def titles(self) -> list[str]:
        """The titles of all windows that can be seen."""
        found: list[str] = json.loads(self.helper("titles").out)
        return found

    def wait_for_title(self, part: str) -> str:
        """Wait until a window has `part` in its title; returns the title."""
        return wait_until(lambda: next((title for title in self.titles() if part in title), ""), f"a window {part!r}")

    def variables(self, home: Path | None) -> Mapping[str, str]:
        """The environment of a program. Without a `home`, it uses the user's own folder."""
        kept = {key: text for key, text in os.environ.items() if not key.startswith(_NOT_PASSED_ON)}
        kept.pop("SPK_CREATOR_HOME", None)
        if home is not None:
            kept["SPK_CREATOR_HOME"] = self.name(home)
        if self.environment:
            kept |= {"WINEPREFIX": str(self.environment / "prefix"), "WINEARCH": "win64", "WINEDEBUG": "-all"}
            kept |= {"WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=d", "LC_ALL": "C.UTF-8"}
        return kept

    @property
    def _starter(self) -> list[str]:
        return [str(self.environment / "bin" / "wine-run")] if self.environment else []

    def _words(self, *words: str | Path) -> list[str]:
        return [self.name(word) if isinstance(word, Path) else word for word in words]


@dataclass(frozen=True)
class Outcome:
    """How a program ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, object]:
        """Its output as JSON."""
        loaded: dict[str, object] = json.loads(self.out)
        return loaded


@dataclass(frozen=True)
class Frozen:
    """The frozen folder and where it runs."""

    windows: Windows
    output: Path

    @property
    def folder(self) -> Path:
        return self.output / NAME

    @property
    def window(self) -> Path:
        """The program with the window."""
        return self.folder / f"{WINDOW_PROGRAM}.exe"

    @property
    def console(self) -> Path:
        """The console program."""
        return self.folder / f"{CONSOLE_PROGRAM}.exe"

    def spk(self, *words: str | Path, home: Path | None = None) -> Outcome:
        """Run the console program."""
        return self.windows.run(self.console, *words, home=home)

    @contextlib.contextmanager
    def running(self, *words: str | Path, home: Path) -> Iterator[subprocess.Popen[bytes]]:
        """The window program, closed at the end, or killed if it does not listen."""
        process = self.windows.start(self.window, *words, home=home)
        try:
            yield process
        finally:
            if process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.windows.run(self.window, "--quit", home=home, seconds=30)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()


T = TypeVar("T")


def wait_until(look: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Wait until `look` finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.1)
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
