"""Puts secrets on the clipboard, so that no history of it and no cloud keeps them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_HINTS = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\x01",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': bytes(4),
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': bytes(4),
    "x-kde-passwordManagerHint": b"secret",
}
"""What Windows ("Cloud Clipboard and Clipboard History formats", a DWORD of 0 means no) and KDE's Klipper heed."""


def copy_secret(text: str) -> None:
    """Put `text` on the clipboard, to be pasted and nothing else."""
    mime = QMimeData()
    mime.setText(text)
    for kind, value in _HINTS.items():
        mime.setData(kind, value)
    QGuiApplication.clipboard().setMimeData(mime)
