"""What the environment is made of, fetched once and kept: wheels by their hashes, Debian packages by apt."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from installer.wine.prefix import HERE, ROOT

PYTHON_FILES = HERE / "python.txt"
PACKAGES = HERE / "requirements.txt"
LIBRARY = ("libpython3.11-minimal", "libpython3.11-stdlib")
FONTS = ("fonts-open-sans", "fonts-hack", "fonts-liberation", "fonts-dejavu-core")

_FOR_WINDOWS = (
    "--platform",
    "win_amd64",
    "--implementation",
    "cp",
    "--python-version",
    "3.11",
    "--only-binary",
    ":all:",
)


def cache_folder() -> Path:
    """Where downloads are kept: SPK_WINE_CACHE, or below the user's cache folder."""
    chosen = os.environ.get("SPK_WINE_CACHE")
    common = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else common / "spk-creator" / "wine"


def wheels(requirements: Path) -> Path:
    """The folder with every wheel that the locked requirements name."""
    folder = cache_folder() / "wheels"
    lock = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = folder / f"{lock[:16]}.complete"
    if not stamp.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pip("download", "--no-deps", *_FOR_WINDOWS, "--require-hashes", "-d", str(folder), "-r", str(requirements))
        stamp.touch()
    return folder


def install_wheels(requirements: Path, target: Path) -> None:
    """Install for Windows, from the cache alone; pip compares every wheel with its hash."""
    source = wheels(requirements)
    pip(
        *("install", "--no-deps", "--no-index", "--find-links", str(source), "--require-hashes", *_FOR_WINDOWS),
        *("--no-compile", "--target", str(target), "-r", str(requirements)),
    )


def pip(*arguments: str) -> None:
    """Run pip: this Python's, or that of the project's .venv, which `dev.py install` makes."""
    with_pip = subprocess.run([sys.executable, "-c", "import pip"], check=False, capture_output=True).returncode == 0
    python = sys.executable if with_pip else str(ROOT / ".venv" / "bin" / "python")
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, check=False, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"pip {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def debian_package(name: str) -> Path:
    """The .deb of a package, as apt offers it; apt checks its signature, and the cache its digest ever after."""
    folder = cache_folder() / "debs"
    kept = sorted(folder.glob(f"{name}_*.deb"))
    if kept and _digest_file(kept[-1]).exists():
        if _digest_file(kept[-1]).read_text(encoding="ascii") == _digest(kept[-1]):
            return kept[-1]
        kept[-1].unlink()
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["apt-get", "--quiet=2", "download", name], cwd=folder, check=False, text=True, capture_output=True
    )
    fetched = sorted(folder.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
    if done.returncode or not fetched:
        raise SystemExit(f"apt-get has no {name}. The environment is made on Debian 12.\n{done.stderr}")
    _digest_file(fetched[-1]).write_text(_digest(fetched[-1]), encoding="ascii")
    return fetched[-1]


def unpack_debian_package(name: str, folder: Path) -> None:
    """Unpack a package's files below a folder."""
    subprocess.run(["dpkg-deb", "--extract", str(debian_package(name)), str(folder)], check=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest_file(package: Path) -> Path:
    return package.with_suffix(".sha256")
