"""Makes what users get: the frozen folder, the portable zip and the installer. The same on Windows, Wine and Linux.

python -m installer.build [--output dist] [--work build] [--trial] [freeze] [sign] [check] [portable] [setup]

Without steps it does them all. `freeze` makes programs for the system that it runs on; the other steps take a folder
with Windows programs and run anywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installer import check_distribution, sign
from installer.licences import FOLDER as LICENCES
from installer.portable import write_portable_zip
from installer.product import CONSOLE_PROGRAM, INTERNALS, NAME, ROOT, WINDOW_PROGRAM, read_product

STEPS = ("freeze", "sign", "check", "portable", "setup")
FILE_LIST = "installed-files.txt"
_BUILD_TIME = "1577836800"
"""2020-01-01 for all files that carry a time: the same sources make the same programs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where things go. `is_trial` compresses quickly."""

    output: Path
    work: Path
    is_trial: bool = False

    @property
    def folder(self) -> Path:
        """The frozen folder."""
        return self.output / NAME

    @property
    def portable_zip(self) -> Path:
        return self.output / f"SPKCreator-{read_product().version}-portable.zip"

    @property
    def setup(self) -> Path:
        return self.output / f"SPKCreator-{read_product().version}-setup.exe"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the steps; the exit code is 0, or that of the first step that fails."""
    parser = argparse.ArgumentParser("installer.build", description=__doc__.splitlines()[0])
    parser.add_argument("steps", nargs="*", metavar="STEP", help=", ".join(STEPS))
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build")
    parser.add_argument("--trial", action="store_true", help="compress quickly instead of well")
    options = parser.parse_args(arguments)
    unknown = set(options.steps) - set(STEPS)
    if unknown:
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    plan = Plan(options.output.absolute(), options.work.absolute(), options.trial)
    plan.work.mkdir(parents=True, exist_ok=True)
    for step in options.steps or STEPS:
        code = {"freeze": freeze, "sign": sign_programs, "check": check, "portable": portable, "setup": setup}[step](
            plan
        )
        if code:
            return code
    return 0


def freeze(plan: Plan) -> int:
    """Run PyInstaller, and put the licences where people find them."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "INFO"]
    command += ["--distpath", str(plan.output), "--workpath", str(plan.work), str(ROOT / "build.spec")]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _BUILD_TIME, "PYTHONHASHSEED": "1"}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code == 0:
        shutil.move(plan.folder / INTERNALS / LICENCES, plan.folder / LICENCES)
    return code


def sign_programs(plan: Plan) -> int:
    """Sign our two programs, where a certificate is configured."""
    return sign.sign([plan.folder / f"{name}.exe" for name in (WINDOW_PROGRAM, CONSOLE_PROGRAM)])


def check(plan: Plan) -> int:
    """Refuse a folder that is not fit for users."""
    return check_distribution.main([str(plan.folder)])


def portable(plan: Plan) -> int:
    """Make the portable zip and its checksum."""
    write_portable_zip(plan.folder, plan.portable_zip)
    _write_checksum(plan.portable_zip)
    return 0


def setup(plan: Plan) -> int:
    """Make the installer and its checksum."""
    list_file = plan.work / FILE_LIST
    list_file.write_text(file_list(plan.folder), encoding="utf-16-le", newline="\r\n")
    code = run_makensis(plan.folder, plan.setup, plan.work, trial=plan.is_trial)
    if code == 0:
        code = sign.sign([plan.setup])
    if code == 0:
        _write_checksum(plan.setup)
    return code


def file_list(folder: Path) -> str:
    """What the uninstaller removes, a line each: all files, then the folders, inner ones first, with a backslash."""
    paths = sorted(folder.rglob("*"))
    files = [_windows_path(path, folder) for path in paths if path.is_file()]
    folders = [_windows_path(path, folder) + "\\" for path in reversed(paths) if path.is_dir()]
    return "".join(f"{line}\n" for line in [*files, *folders])


def run_makensis(folder: Path, target: Path, work: Path, *, trial: bool, version: str = "") -> int:
    """Call makensis. `version` is for tests, which need installers of several versions."""
    program = find_makensis()
    if program is None:
        sys.stderr.write(
            "makensis was not found: install NSIS 3 (Debian: nsis; Windows: https://nsis.sourceforge.io)\n"
        )
        return 2
    product = read_product()
    numbers = f"{version}.0" if version else product.dotted
    defines = {
        "VERSION": version or product.version,
        "NUMBERS": numbers,
        "PUBLISHER": product.publisher,
        "COPYRIGHT": product.copyright,
        "DIST": folder,
        "FILE_LIST": work / FILE_LIST,
        "LICENCE": ROOT / "LICENSE",
        "ICON": work / "app.ico",
        "SIZE_KB": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024,
        "OUT": target,
        **({"TARGET": "amd64-unicode"} if _makes_x64(program) else {}),
        **({"FAST": 1} if trial else {}),
        **({"SIGN": sign.command()} if sign.is_configured() else {}),
    }
    from installer.appicon import write_icon

    write_icon(ROOT / "resources" / "icons" / "app.svg", work / "app.ico")
    words = [f"-D{name}={value}" for name, value in defines.items()]
    script = str(ROOT / "installer" / "spk-creator.nsi")
    return subprocess.run([program, "-V2", "-INPUTCHARSET", "UTF8", *words, script], cwd=ROOT, check=False).returncode


def find_makensis() -> str | None:
    """makensis on the path, or where its own installer puts it on Windows."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    return shutil.which("makensis") or (str(usual) if usual.is_file() else None)


def _makes_x64(makensis: str) -> bool:
    """Whether this NSIS has 64-bit installers: Debian's has, the official one for Windows has not."""
    places = [Path("/usr/share/nsis"), Path(makensis).parent, Path(makensis).parent.parent]
    return any((place / "Stubs" / "zlib-amd64-unicode").is_file() for place in places)


def _windows_path(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)).replace("/", "\\")


def _write_checksum(file: Path) -> None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name(f"{file.name}.sha256").write_text(f"{digest}  {file.name}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
