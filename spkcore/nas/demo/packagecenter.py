"""A Package Center for the demo NAS: downloads, shows the wizard, installs and cleans up where DSM 7.2 does.

Places and order: capture reference, chapter 1. What it installs is a real package, made of a template by our engine.
"""

from __future__ import annotations

import secrets
import shutil
import tarfile
import tempfile
import threading
from datetime import datetime
from functools import cache
from pathlib import Path

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.nas.demo.tree import DemoTree
from spkcore.package.templates import create_package, find_template

PACKAGE = "DemoNotes"
VERSION = "1.0.0-0001"
_ANSWERS = {"package": PACKAGE, "display_name": "Demo Notes", "version": VERSION, "maintainer": "SPK Creator"}
URL = f"https://demo.invalid/{PACKAGE}-{VERSION}.spk"
_DOWNLOAD_STEPS = 12


class DemoPackageCenter:
    """Installs the demo package, once per call of `install`, at a pace a person can follow.

    `pace` is the length of one phase in seconds; `stopping` ends everything early.
    """

    def __init__(self, tree: DemoTree, stopping: threading.Event, pace: float) -> None:
        self._tree = tree
        self._stopping = stopping
        self._pace = pace

    def install(self) -> None:
        """Download, wizard, install, clean up; returns early when the demo NAS ends."""
        work = self._tree.local("/volume1/@tmp/synopkg")
        suffix = secrets.token_hex(3)
        download, wizard, target = (work / f"{name}.{suffix}" for name in ("download", "wizard", "install"))
        try:
            spk = self._download(download)
            self._unpack(spk, wizard)
            self._pause(self._pace)
            shutil.rmtree(wizard, ignore_errors=True)
            self._log(f"install {PACKAGE} {VERSION} Begin install")
            self._unpack(spk, target)
            self._pause(self._pace)
            self._log(f"install {PACKAGE} {VERSION} End install")
        finally:
            for folder in (wizard, target, download):
                shutil.rmtree(folder, ignore_errors=True)

    def download(self, folder: Path) -> Path:
        """Download, and leave it at that."""
        return self._download(folder)

    def _download(self, folder: Path) -> Path:
        """The package file grows under its final name from the first byte."""
        data = make_package()
        self._log(f"download {PACKAGE} {URL} Begin download")
        folder.mkdir(parents=True)
        path = folder / f"@SYNOPKG_DOWNLOAD_{PACKAGE}"
        step = len(data) // _DOWNLOAD_STEPS + 1
        with path.open("wb", buffering=0) as stream:
            for start in range(0, len(data), step):
                stream.write(data[start : start + step])
                self._pause(self._pace / _DOWNLOAD_STEPS)
        self._log(f"download {PACKAGE} {URL} End download")
        return path

    def _unpack(self, spk: Path, folder: Path) -> None:
        if self._stopping.is_set():
            return
        folder.mkdir(parents=True)
        with tarfile.open(spk) as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 and later
            archive.extractall(folder)  # noqa: S202 - the archive is our own

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _log(self, text: str) -> None:
        now = datetime.now().astimezone()
        with self._tree.log_path.open("ab") as stream:
            stream.write(f"{now:%Y/%m/%d %H:%M:%S}\t{text}\n".encode())


@cache
def make_package() -> bytes:
    """The demo package: a web application with a desktop icon, built from its template."""
    with tempfile.TemporaryDirectory(prefix="spk-demo-") as name:
        folder = Path(name)
        package = create_package(find_template("web-application"), _ANSWERS, folder / PACKAGE, quiet())
        return build_package(package, folder / "demo.spk", BuildOptions(), quiet()).path.read_bytes()
