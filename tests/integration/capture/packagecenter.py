"""A Package Center for tests: writes, renames and deletes below @tmp as DSM 6 and 7 do, and remembers what it wrote.

Paths and order of steps: capture reference, chapter 1. Run as a program it works beside the test, in its own process.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import io
import json
import os
import random
import shutil
import sys
import tarfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

URL = "https://packages.example.com/spk/{name}-{version}.spk"
INFO = """package="{name}"
version="{version}"
arch="noarch"
description="For tests"
maintainer="Nobody"
os_min_ver="{minimum}"
checksum="{checksum}"
"""


@dataclass(frozen=True)
class Install:
    """One installation. Sizes in bytes, lives and pauses in seconds.

    By default lives are such that a poll every 20 ms misses none on a busy machine; the benchmark takes harsh ones.
    """

    dsm: int = 7
    name: str = "Sample"
    version: str = "1.2-0003"
    files: int = 100
    group: int = 10
    filler: int = 2_000_000
    rate: float = 20e6
    shortest: float = 0.3
    longest: float = 0.5
    metadata_life: float = 0.25
    lists_life: float = 0.3
    wizard: float = 0.25
    gap: float = 0.05
    spread: float = 0.0
    pause: float = 0.0
    """Nothing happens for so long after this package: the next one of the queue is thought about."""
    download_volume: int = 1
    install_volume: int = 1
    seed: int = 1
    keep_download: bool = False
    download_only: bool = False
    encrypted: bool = False
    renamed: bool = False
    """The download has another name until it is there."""
    cancelled: bool = False
    """The user closes the wizard: nothing is installed, the download is deleted."""
    upload: bool = False
    """The user gives Package Center a file: nothing is downloaded or logged."""
    edit_after: float = 0.0
    """Seconds after the move in which every tenth installed file is edited in place; 0: never."""


@dataclass(frozen=True)
class Written:
    """MD5 → path of what was written, by how long it lived."""

    spk: str
    short: dict[str, str]
    metadata: dict[str, str]


def make_payload(install: Install) -> dict[str, bytes]:
    """The small files of the payload: all different, 128 bytes to 64 KB."""
    chance = random.Random(install.seed)
    return {
        f"g{number // install.group:04}/file{number:05}": f"{install.name} {number}\n".encode()
        + chance.randbytes(chance.randrange(128, 65536))
        for number in range(install.files)
    }


def make_outer(install: Install, payload: dict[str, bytes]) -> dict[str, bytes]:
    """The members of the package."""
    block = random.Random(install.seed + 1).randbytes(1 << 20)
    filler = (block * (install.filler // len(block) + 1))[: install.filler]
    package = tar({"bin/filler": filler, **payload}, "w:gz")
    minimum = "7.0-40000" if install.dsm == 7 else "6.0"
    info = INFO.format(name=install.name, version=install.version, minimum=minimum, checksum=md5(package))
    scripts = {
        f"scripts/{name}": f"#!/bin/sh\n# {install.name} {name}\nexit 0\n".encode()
        for name in ("preinst", "postinst", "preuninst", "postuninst", "start-stop-status")
    }
    return {
        "INFO": info.encode(),
        "package.tgz": package,
        **scripts,
        "conf/privilege": f'{{"defaults": {{"run-as": "package"}}, "for": "{install.name}"}}\n'.encode(),
        "WIZARD_UIFILES/install_uifile": f'[{{"step_title": "{install.name}"}}]\n'.encode(),
        "PACKAGE_ICON.PNG": b"\x89PNG\r\n\x1a\n" + install.name.encode(),
    }


def tar(files: dict[str, bytes], mode: str) -> bytes:
    """A tar of these files."""
    stream = io.BytesIO()
    options = {"compresslevel": 0} if mode == "w:gz" else {}
    with tarfile.open(fileobj=stream, mode=mode, format=tarfile.USTAR_FORMAT, **options) as archive:  # type: ignore[call-overload] # the mode is one of two
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def synology_archive(data: bytes) -> bytes:
    """A container that looks like Synology's: magic, header with the blocks' lengths and hashes, signature, blocks."""
    secret = bytes(byte ^ 0xA5 for byte in data)
    blocks = [secret[start : start + 1_000_000] for start in range(0, len(secret), 1_000_000)]
    pairs = [
        b"\x92\xce" + len(block).to_bytes(4, "big") + b"\xc4\x20" + hashlib.blake2b(block, digest_size=32).digest()
        for block in blocks
    ]
    header = b"\x91\xdc" + len(pairs).to_bytes(2, "big") + b"".join(pairs)
    return b"\x68\xad\xbe\xef" + len(header).to_bytes(4, "little") + header + bytes(64) + secret


class PackageCenter:
    """Carries out one installation below `root`."""

    def __init__(self, root: Path, install: Install) -> None:
        self._root = root
        self._install = install
        self._payload = make_payload(install)
        self._outer = make_outer(install, self._payload)
        self._spk = synology_archive(tar(self._outer, "w:")) if install.encrypted else tar(self._outer, "w:")
        self._written = Written(md5(self._spk), {}, {})
        self._download = root / f"volume{install.download_volume}/@tmp"
        self._scratch = root / f"volume{install.install_volume}/@tmp"
        self._apps = root / f"volume{install.install_volume}/@appstore"
        self._due: list[tuple[float, int, Callable[[], None]]] = []

    def run(self) -> Written:
        """From the feed list to the installed package."""
        self._apps.mkdir(exist_ok=True)
        (self._root / "var/log").mkdir(parents=True, exist_ok=True)
        if self._install.dsm == 7:
            self._run_dsm_7()
        else:
            self._run_dsm_6()
        time.sleep(self._install.pause)
        return self._written

    def _run_dsm_6(self) -> None:
        install = self._install
        lists = self._scratch / "pkglist.tmp"
        self._put(lists, {"synoserver.enu": self._feed()}, self._written.metadata)
        time.sleep(install.lists_life)
        shutil.rmtree(lists)
        place = self._download / "@synopkg/@download" / install.name
        self._fetch(place)
        if install.download_only:
            return
        for number in (1, 2):
            time.sleep(install.gap)
            self._show_metadata(self._scratch / f"57F509C1C3E6921{number}", number)
        if install.cancelled:
            self._delete_download(place)
            return
        time.sleep(install.gap)
        self._unpack(self._scratch / "pkginstall")
        shutil.rmtree(self._scratch / "pkginstall")
        if not install.keep_download:
            self._delete_download(place)

    def _run_dsm_7(self) -> None:
        install = self._install
        suffix = "".join(random.Random(install.seed + 2).choices("abcdefXYZ019", k=6))
        home = self._scratch / "synopkg"
        (home / "lfs/image").mkdir(parents=True, exist_ok=True)
        place = self._download / f"synopkg/download.{suffix}"
        self._fetch(place)
        if install.download_only:
            return
        time.sleep(install.gap)
        self._show_metadata(home / f"info.{suffix}", 1)
        wizard = home / f"wizard.{suffix}"
        self._put(wizard, self._outer, {})
        time.sleep(install.wizard)
        shutil.rmtree(wizard)
        if install.cancelled:
            self._delete_download(place)
            return
        time.sleep(install.gap)
        self._unpack(home / f"install.{suffix}")
        shutil.rmtree(home / f"install.{suffix}")
        if not install.keep_download:
            self._delete_download(place)

    def _fetch(self, place: Path) -> None:
        """The package file grows under its final name from the first byte."""
        install = self._install
        url = URL.format(name=install.name, version=install.version)
        if install.upload:
            self._write_slowly(self._upload())
            return
        self._log(f"download {install.name} {url} Begin download")
        place.mkdir(parents=True)
        target = place / f"@SYNOPKG_DOWNLOAD_{install.name}"
        first = target.with_name(f"{target.name}.part") if install.renamed else target
        self._write_slowly(first)
        first.rename(target)
        self._log(f"download {install.name} {url} End download")

    def _write_slowly(self, path: Path) -> None:
        step = max(int(self._install.rate / 50), 1)
        with path.open("wb", buffering=0) as stream:
            for start in range(0, len(self._spk), step):
                stream.write(self._spk[start : start + step])
                time.sleep(step / self._install.rate)

    def _upload(self) -> Path:
        return self._download / f"upload_tmp.{1000 + self._install.seed}"

    def _delete_download(self, place: Path) -> None:
        if self._install.upload:
            self._upload().unlink()
        else:
            shutil.rmtree(place)

    def _show_metadata(self, folder: Path, number: int) -> None:
        script = self._outer["scripts/preinst"] + f"# look {number}\n".encode()
        self._put(folder, {"scripts/preinst": script}, self._written.metadata)
        time.sleep(self._install.metadata_life)
        shutil.rmtree(folder)

    def _unpack(self, folder: Path) -> None:
        """The outer archive, then the payload in groups of which half are moved and half removed again."""
        install = self._install
        self._log(f"install {install.name} {install.version} Begin install")
        self._put(folder, self._outer, {})
        target = self._apps / install.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        chance = random.Random(install.seed + 3)
        names = sorted(self._payload)
        for start in range(0, len(names), install.group):
            group = names[start : start + install.group]
            self._put(folder / "package", {name: self._payload[name] for name in group}, self._written.short)
            inside = folder / "package" / group[0].partition("/")[0]
            life = chance.uniform(install.shortest, install.longest)
            moves = (start // install.group) % 2 == 0
            self._later(life, self._mover(inside, target / inside.name) if moves else self._remover(inside))
            self._wait(time.monotonic() + install.spread)
        self._wait(None)
        (folder / "package").rename(target / "package")
        self._log(f"install {install.name} {install.version} End install")

    def _mover(self, source: Path, target: Path) -> Callable[[], None]:
        def move() -> None:
            source.rename(target)
            if self._install.edit_after:
                self._later(self._install.edit_after, edit)

        def edit() -> None:
            for path in sorted(target.iterdir())[::10]:
                with path.open("ab") as stream:
                    stream.write(b"edited in place\n")

        return move

    @staticmethod
    def _remover(folder: Path) -> Callable[[], None]:
        return lambda: shutil.rmtree(folder)

    def _later(self, delay: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (time.monotonic() + delay, len(self._due) + id(action), action))

    def _wait(self, until: float | None) -> None:
        """Carry out what is due until the moment, or everything."""
        while self._due and (until is None or self._due[0][0] <= until):
            moment, _, action = heapq.heappop(self._due)
            time.sleep(max(moment - time.monotonic(), 0))
            action()
        if until is not None:
            time.sleep(max(until - time.monotonic(), 0))

    @staticmethod
    def _put(folder: Path, files: dict[str, bytes], known: dict[str, str]) -> None:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            known[md5(data)] = name

    def _feed(self) -> bytes:
        entry = {
            "package": self._install.name,
            "version": self._install.version,
            "link": URL.format(name=self._install.name, version=self._install.version),
            "md5": self._written.spk,
            "size": len(self._spk),
        }
        return json.dumps({"packages": [entry]}).encode()

    def _log(self, text: str) -> None:
        name = "synopkg.log" if self._install.dsm == 7 else "messages"
        prefix = "2026/03/04 10:11:12\t" if self._install.dsm == 7 else "Mar  4 10:11:12 nas synopkg[123]: pkg "
        with (self._root / "var/log" / name).open("a", encoding="utf-8") as stream:
            stream.write(f"{prefix}{text}\n")


def md5(data: bytes) -> str:
    """The MD5 of these bytes, in hex."""
    return hashlib.md5(data).hexdigest()


def make_volumes(root: Path, count: int = 1) -> None:
    """A bare tree with volumes, as the agents' ROOT."""
    for number in range(1, count + 1):
        folder = root / f"volume{number}/@tmp"
        folder.mkdir(parents=True)
        folder.chmod(0o1777)


def main() -> None:
    """`packagecenter.py ROOT JSON`: carry out the install, or the list of them, of the JSON; print what was written."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("install")
    arguments = parser.parse_args()
    os.umask(0o022)
    wanted = json.loads(arguments.install)
    if isinstance(wanted, list):
        queue = [asdict(PackageCenter(arguments.root, Install(**one)).run()) for one in wanted]
        json.dump(queue, sys.stdout)
    else:
        json.dump(asdict(PackageCenter(arguments.root, Install(**wanted)).run()), sys.stdout)


if __name__ == "__main__":
    main()
