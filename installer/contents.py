"""What the frozen program is made of: what is put in, left out, and kept as files that a user can replace."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from installer.product import ROOT

Entry = tuple[str, str, str]
"""As PyInstaller lists files: the path inside the folder, the file it comes from, its kind."""

REPLACEABLE = dict.fromkeys(("paramiko", "PySide6", "shiboken6"), "pyc")
"""LGPL libraries: module files of their own in the folder, not packed into the programs (installer/licences.py)."""

UNUSED_MODULES = [
    *("tkinter", "_tkinter", "unittest", "doctest", "pydoc", "lib2to3", "test", "ensurepip", "venv", "pdb", "bdb"),
    *("setuptools", "pkg_resources", "pip", "distutils", "_distutils_hack", "PyInstaller", "altgraph", "pefile"),
    *("pytest", "_pytest", "pytestqt", "hypothesis", "numpy", "IPython", "defusedxml", "olefile"),
    *(
        "PIL.ImageTk",
        "PIL.ImageQt",
        "PIL._avif",
        "PIL.AvifImagePlugin",
        "PIL.SpiderImagePlugin",
        "PIL._imagingtk",
        "PIL._imagingcms",
    ),
    *("PIL._imagingft", "PIL._imagingmath", "PIL.FpxImagePlugin", "PIL.MicImagePlugin"),
    *("keyring.testing", "keyring.cli", "jsonschema.benchmarks", "jsonschema.cli", "cffi", "pycparser"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtPdf", "PySide6.QtOpenGL", "PySide6.QtSql", "PySide6.QtDesigner"),
    *("PySide6.QtDBus", "PySide6.QtTest", "PySide6.QtXml", "PySide6.QtPrintSupport", "PySide6.QtHelp"),
    *("invoke", "gssapi", "sspi", "pyasn1", "lxml", "trio", "curio"),
    *("asyncio", "multiprocessing", "xmlrpc", "ftplib", "_pydecimal", "curses", "readline", "sqlite3", "dbm"),
]
"""Modules that some library would use if they were there, or that only the build and the tests need. Without cffi,
keyring's way into Windows is ctypes; what PyNaCl needs of it is HIDDEN_MODULES."""

HIDDEN_MODULES = ["_cffi_backend"]
"""Imported by libraries that are no Python."""

GUI_MODULES = ["PySide6", "shiboken6", "keyring", "gui"]
"""What the console program must not know."""

_PICTURE_READERS = {"Bmp", "Dib", "Gif", "Ico", "Jpeg", "Mpo", "Png", "Ppm", "Tiff", "Webp"}
"""Pillow's modules for kinds of pictures that people have; it does without the others."""

_LEXERS = {"_mapping", "configs", "shell", "data"}
"""Pygments' modules that gui/widgets/lexers.py asks for, directly or not."""

_UNUSED_LIBRARIES = {"opengl32sw.dll", "d3dcompiler_47.dll", "qt6opengl.dll"}
"""Qt's software OpenGL: widgets are drawn without it."""

_WINDOWS_OWN = ("api-ms-", "ext-ms-", "ucrtbase.dll", "icu.dll", "icuuc.dll", "icuin.dll", "mscms.dll")
"""Parts of Windows 10. Under Wine, stand-ins for some of them are about; they must never be shipped."""


def resources() -> list[tuple[str, str]]:
    """The files below resources/ with their folders, for PyInstaller's `datas`."""
    return [
        (str(path), str(path.parent.relative_to(ROOT)))
        for path in sorted((ROOT / "resources").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path != ROOT / "resources" / "__init__.py"
    ]


def modules(package: str, *, without: str = "") -> list[str]:
    """All modules of our own `package`, but those below `without`: some are imported by name, which nobody can see."""
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [name for name in names if not (without and f"{name}.".startswith(f"{without}."))]


def programs() -> list[tuple[str, str]]:
    """Programs of others that ours start, for PyInstaller's `datas`. Raises `SystemExit` if one is not installed."""
    name = "shellcheck.exe" if sys.platform == "win32" else "shellcheck"
    own = Path(sysconfig.get_path("scripts")) / name
    if not own.is_file():
        raise SystemExit(f"{own} is missing: install the project's dependencies")
    return [(str(own), ".")]


def plugins(*names: str) -> list[tuple[str, str]]:
    """Qt's plugins with these names ("platforms/qwindows"), for PyInstaller's `binaries`."""
    folder = _qt_folder() / "plugins"
    return [(str(folder / f"{name}.dll"), f"PySide6/plugins/{name.partition('/')[0]}") for name in names]


def translations() -> list[tuple[str, str]]:
    """Qt's own catalogues in the languages of ours, for PyInstaller's `datas`."""
    languages = {path.name for path in (ROOT / "resources" / "translations").glob("*.qm")}
    files = sorted((_qt_folder() / "translations").glob("qtbase_*.qm"))
    return [(str(file), "PySide6/translations") for file in files if file.name.removeprefix("qtbase_") in languages]


def _qt_folder() -> Path:
    found = importlib.util.find_spec("PySide6")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def is_wanted(destination: str) -> bool:
    """Whether the file with this path inside the folder is needed."""
    path = destination.replace("\\", "/").lower()
    name = path.rpartition("/")[2]
    if name in _UNUSED_LIBRARIES or name.startswith(_WINDOWS_OWN):
        return False
    return ".dist-info/" not in path or name in {"metadata", "entry_points.txt"}


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """The needed ones of PyInstaller's binaries or data files. Raises `SystemExit` if one comes from Windows itself."""
    chosen = [entry for entry in entries if is_wanted(entry[0])]
    windows = os.environ.get("SYSTEMROOT") if sys.platform == "win32" else None
    foreign = [entry for entry in chosen if windows and _is_below(entry[1], windows)]
    if foreign:
        raise SystemExit(f"These files belong to Windows and must not be shipped: {foreign}")
    return chosen


def wanted_modules(entries: Iterable[Entry]) -> list[Entry]:
    """The needed Python modules: of pygments and Pillow only the kinds that are used."""
    return [entry for entry in entries if not _is_unused_pygments(entry[0]) and not _is_unused_picture(entry[0])]


def _is_unused_picture(module: str) -> bool:
    name = module.removeprefix("PIL.")
    return name.endswith("ImagePlugin") and name.removesuffix("ImagePlugin") not in _PICTURE_READERS


def _is_unused_pygments(module: str) -> bool:
    for package in ("pygments.styles.", "pygments.formatters."):
        if module.startswith(package):
            return True
    if module.startswith("pygments.lexers."):
        return module.removeprefix("pygments.lexers.") not in _LEXERS
    return False


def _is_below(file: str, folder: str) -> bool:
    return Path(os.path.normcase(file)).is_relative_to(os.path.normcase(folder))
