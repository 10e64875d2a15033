"""What is dropped on a widget: the local paths in a drag, and the answer to it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def dropped_paths(mime: QMimeData) -> list[Path]:
    """The local files and folders of a drag; empty when it carries anything else."""
    if not mime.hasUrls():
        return []
    urls = mime.urls()
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []
