"""Runs a wizard that a script makes (`install_uifile.sh`) on this PC, and reads the pages that it writes.

DSM runs such a script before the dialog and reads the pages from $SYNOPKG_TEMP_LOGFILE (spk-format.md 4.1). Here a
copy runs in a temporary folder, never in the package folder, with sample values for DSM's variables. It runs with the
rights of whoever uses the program, so callers ask first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from spkcore.base.errors import UsageError
from spkcore.base.files import temporary_folder
from spkcore.base.processtree import ProcessTree
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Entries
from spkcore.package.entries import Entry, Kind
from spkcore.package.scripts import Variable, interpreter, variables
from spkcore.package.shells import Shell
from spkcore.package.wizard import FOLDER, wizard_file

PAGES_VARIABLE = "SYNOPKG_TEMP_LOGFILE"
"""Where the script writes its pages; always set by the run."""
SECONDS = 30.0
LARGEST_OUTPUT = 4 << 20
"""Bytes of pages or of output that are read; a script that writes more is ended."""

_COPIED = (f"{FOLDER}/", "scripts/", "conf/")
"""What the script finds beside itself on a NAS, without the payload, which DSM has not unpacked as files yet."""
_MOST_COPIED = 32 << 20
_GLANCE = 0.05
_SAMPLE_PACKAGE = "my-tool"
_KEPT_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "WINDIR")


@dataclass(frozen=True, slots=True)
class Output:
    """What a run gave: the text of the pages (empty where it wrote none, which DSM takes as no wizard), everything it
    printed, its exit code (-1: ended by us or by a signal), and why it was ended."""

    pages: str
    log: str
    exit_code: int
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be run: the script, the files of the package that it may read (`files_for`), its variables."""

    path: str
    files: Mapping[str, bytes]
    environment: Mapping[str, str]


def sample_environment(path: str, entries: Entries, info: Mapping[str, str]) -> list[Variable]:
    """The variables that DSM sets for this script, with sample values that fit the package; `info` is its INFO."""
    known = [variable for variable in variables(path, entries) if variable.name != PAGES_VARIABLE]
    return [
        Variable(row.name, row.meaning, _sample(row, path, info), row.since, row.wizard)
        for row in known
        if not row.wizard
    ]


def _sample(row: Variable, path: str, info: Mapping[str, str]) -> str:
    wizard = wizard_file(path)
    values = {
        "SYNOPKG_PKGVER": info.get("version", row.sample),
        "SYNOPKG_PKGPORT": info.get("adminport", ""),
        "SYNOPKG_DSM_LANGUAGE": (wizard.language if wizard else "") or row.sample,
        "SYNOPKG_OLD_PKGVER": row.sample if wizard and wizard.action == "upgrade" else "",
    }
    return values.get(row.name, row.sample.replace(_SAMPLE_PACKAGE, info.get("package") or _SAMPLE_PACKAGE))


def settable(environment: Mapping[str, str]) -> dict[str, str]:
    """Those variables that a shell can have, without the one that the run sets itself."""
    return {
        name: value.partition("\0")[0]
        for name, value in environment.items()
        if name.isidentifier() and name.isascii() and name != PAGES_VARIABLE
    }


def files_for(path: str, entries: Entries) -> dict[str, bytes]:
    """The files that a run needs, by their paths: the script, and what lies beside it in the package.

    Raises `UsageError` where the script is missing or its neighbours are too large, and what reading raises.
    """
    if path not in entries or entries[path].kind is not Kind.FILE:
        raise UsageError("There is no such script", path)
    wanted = {name: entry for name, entry in entries.items() if _is_copied(name, entry)}
    if sum(entry.size for entry in wanted.values()) > _MOST_COPIED:
        raise UsageError("The files beside the wizard are too large to be copied for a trial", path)
    return {name: entry.content.read() for name, entry in wanted.items() if entry.content is not None}


def _is_copied(name: str, entry: Entry) -> bool:
    return entry.kind is Kind.FILE and (name.startswith(_COPIED) or name == "INFO")


def require_shell(path: str, data: bytes) -> str:
    """The program that the first line of the script asks for. Raises `UsageError` where that is no shell."""
    found = interpreter(data)
    if found is not None and found.language not in {"sh", "bash"}:
        raise UsageError(
            f"This script asks for {found.program}, which is no shell", path, "Run it on the NAS, which has it."
        )
    return found.program if found is not None else "/bin/sh"


def run(trial: Trial, shell: Shell, context: TaskContext, seconds: float = SECONDS) -> Output:
    """Run the script and read what it wrote. Nothing of the run stays on disk, and its processes end with it.

    Raises `UsageError` where the shell does not start, and `Cancelled`.
    """
    with temporary_folder("spk-wizard-") as folder:
        place = _Place(folder.resolve())
        _write(place.package, trial.files, trial.path)
        place.home.mkdir()
        process = _start(trial, shell, place)
        tree = ProcessTree(process, str(place.root))
        try:
            code, ended = _wait(process, context, monotonic() + seconds, (place.pages, place.log))
        finally:
            tree.end()
        return Output(_read(place.pages), _read(place.log), code, ended)


@dataclass(frozen=True, slots=True)
class _Place:
    """The temporary folder of a run."""

    root: Path

    @property
    def package(self) -> Path:
        return self.root / "package"

    @property
    def pages(self) -> Path:
        return self.root / "pages"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def home(self) -> Path:
        return self.root / "home"


def _write(root: Path, files: Mapping[str, bytes], script: str) -> None:
    """Lay the files out; of the script's neighbours, those that this PC cannot name are left out."""
    for name, data in files.items():
        target = root / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            target.chmod(0o700)
        except OSError as error:
            if name == script:
                raise UsageError("The script cannot be copied for a trial", str(target), str(error)) from error


def _start(trial: Trial, shell: Shell, place: _Place) -> subprocess.Popen[bytes]:
    values = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), shell.path_for(place.home))
    values |= {**settable(trial.environment), PAGES_VARIABLE: shell.path_for(place.pages)}
    command = shell.start_line(f"./{trial.path}", values)
    with place.log.open("wb") as log:
        try:
            return subprocess.Popen(
                command, cwd=place.package, env={**_surroundings(shell), **values}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"The shell does not start ({reason})", shell.program, "Choose another shell.") from error


def _surroundings(shell: Shell) -> dict[str, str]:
    """Little of this PC's environment, so that scripts do not lean on it; the tools of the shell come first."""
    path = os.environ.get("PATH", os.defpath)
    if sys.platform == "win32":
        path = os.pathsep.join((str(Path(shell.program).parent), path))
    own = {name: os.environ[name] for name in _KEPT_ON_WINDOWS if name in os.environ}
    return {**own, "PATH": path}


def _wait(
    process: subprocess.Popen[bytes], context: TaskContext, end: float, watched: Sequence[Path]
) -> tuple[int, str]:
    while monotonic() < end:
        context.check()
        if any(_size(path) > LARGEST_OUTPUT for path in watched):
            return -1, "too much"
        try:
            code = process.wait(_GLANCE)
        except subprocess.TimeoutExpired:
            continue
        return max(code, -1), ""
    return -1, "time"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the script may remove it at any moment
        return 0


def _read(path: Path) -> str:
    """What a file holds; nothing where the script made something else of it, like a pipe that never ends."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return stream.read(LARGEST_OUTPUT).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
