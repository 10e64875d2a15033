"""The file manager and the browser of the system: shows a file in its folder, opens a folder, opens a web page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from spkcore.base.longpaths import plain_path


def show_in_folder(path: Path) -> None:
    """Open the folder of `path`; on Windows with the file selected. What is gone opens the folder it was in."""
    path = plain_path(path)
    if sys.platform == "win32" and path.exists():
        subprocess.Popen(explorer_command(path))
        return
    folder = path if path.is_dir() else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def open_web_page(address: str) -> None:
    """Show a web page in the browser. Addresses that are no web pages are left alone."""
    url = QUrl(address)
    if url.scheme() in {"http", "https"}:
        QDesktopServices.openUrl(url)


def explorer_command(path: Path) -> str:
    """The command line that selects `path`. Explorer reads it by itself: quoting by the rules of the C library, with
    the quotes around the whole word, would break /select."""
    return f'explorer.exe /select,"{path}"'
