"""The file manager of the system: shows a file in its folder, opens a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(path: Path) -> None:
    """Open the folder of `path`; on Windows with the file selected."""
    if sys.platform == "win32" and path.exists():
        # Explorer reads its own command line: quoting by the rules of the C library would break /select.
        subprocess.Popen(f'explorer.exe /select,"{path}"')
        return
    folder = path if path.is_dir() else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
