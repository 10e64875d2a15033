"""Writes requirements.txt anew, the packages of the Windows environment with their hashes; needs uv (`pip install uv`).

    python -m installer.wine.lock_requirements [--upgrade]

uv, because pip would evaluate the markers of the system that it runs on.
"""

from __future__ import annotations

import subprocess
import sys

from installer.wine.downloads import PACKAGES
from installer.wine.prefix import ROOT

COMMAND = (
    *("uv", "pip", "compile", "pyproject.toml", "installer/wine/tools.in"),
    *("--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.11"),
    *("--only-binary", ":all:", "--generate-hashes", "--quiet"),
    *("--custom-compile-command", "python -m installer.wine.lock_requirements"),
    *("--output-file", str(PACKAGES.relative_to(ROOT))),
)


def main() -> int:
    """Resolve and write; what is locked stays unless --upgrade is given."""
    return subprocess.run([*COMMAND, *sys.argv[1:]], cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
