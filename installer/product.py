"""What the product is called: names, version and texts for Windows, from pyproject.toml and the licence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[1]
NAME = "SPK Creator"
IDENTITY = "SPKCreator.SPKCreator"
"""The AppUserModelID: what Windows groups taskbar buttons and jump lists by. gui/ sets the same one at its start."""

WINDOW_PROGRAM = NAME
CONSOLE_PROGRAM = "spk"
INTERNALS = "_internal"
"""The folder beside the programs that holds everything else."""

_EN_US, _UTF16 = 1033, 1200
_VERSION_RESOURCE = Template("""\
VSVersionInfo(
  ffi=FixedFileInfo(filevers=$numbers, prodvers=$numbers, mask=0x3f, flags=0, OS=0x40004, fileType=1, subtype=0),
  kids=[
    StringFileInfo([StringTable("040904B0", [$strings])]),
    VarFileInfo([VarStruct("Translation", [$language, $encoding])]),
  ],
)
""")


@dataclass(frozen=True, slots=True)
class Product:
    """What pyproject.toml and the licence say about us."""

    version: str
    summary: str
    publisher: str
    copyright: str
    dependencies: tuple[str, ...]
    """Names of the distributions that the program needs."""

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """The version as Windows counts: four numbers. Letters of a pre-release ("1.2rc1") are dropped."""
        found = [int(number) for number in re.findall(r"\d+", self.version.split("+")[0])][:4]
        first, second, third, fourth = [*found, 0, 0, 0, 0][:4]
        return first, second, third, fourth

    @property
    def dotted(self) -> str:
        """The same as text, "1.2.0.0"."""
        return ".".join(map(str, self.numbers))


def read_product(root: Path = ROOT) -> Product:
    """Read pyproject.toml and LICENSE in `root`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    licence = (root / "LICENSE").read_text(encoding="utf-8")
    line = next(line for line in licence.splitlines() if line.startswith("Copyright"))
    return Product(
        version=project["version"],
        summary=project["description"],
        publisher=project["authors"][0]["name"],
        copyright=line.replace("(c)", "©"),
        dependencies=tuple(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in project["dependencies"]),
    )


def version_resource(product: Product, program: str, description: str) -> str:
    """The version resource of `program`.exe, as PyInstaller reads it. Explorer shows it under Properties > Details."""
    strings = {
        "CompanyName": product.publisher,
        "FileDescription": description,
        "FileVersion": product.dotted,
        "InternalName": program,
        "LegalCopyright": product.copyright,
        "OriginalFilename": f"{program}.exe",
        "ProductName": NAME,
        "ProductVersion": product.version,
    }
    structs = ", ".join(f"StringStruct({key!r}, {text!r})" for key, text in strings.items())
    return _VERSION_RESOURCE.substitute(numbers=product.numbers, strings=structs, language=_EN_US, encoding=_UTF16)
