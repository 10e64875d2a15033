"""A NAS of folders and real shells: installs, upgrades, starts and removes a package in the order that DSM has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spkcore.package.attributes import default_mode
from spkcore.package.entries import Entry, Kind
from spkcore.package.info import Info
from spkcore.package.jsontext import parse
from spkcore.package.lifecycle import Step, StepKind, operations
from spkcore.package.schemas import validate
from spkcore.package.scripts import variables
from spkcore.package.wizard import wizard_file
from spkcore.package.wizardrun import WizardRun

_MOVED = ("/var/packages/", "/usr/syno/", "/etc.defaults/", "/volume")
"""Places of DSM that the files of the package name; they lie below the folder of the fake NAS."""


@dataclass
class Call:
    """A script that ran."""

    step: str
    code: int
    error: str
    message: str


@dataclass
class FakeNas:
    """`shell` runs the scripts; `environment` is what the test adds; `calls` are the scripts that ran, in order."""

    root: Path
    shell: list[str]
    dsm: int = 7
    language: str = "enu"
    answers: dict[str, str] = field(default_factory=dict)
    """What the user types into wizards, by key; other fields keep their first value."""
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.info: dict[str, str] = {}
        self.old_version = ""
        self.message = self.root / "tmp" / "message"
        for name in ("tmp", "volume1/@tmp/pkginstall", "volume1/@upgrade", "usr/syno", "etc.defaults"):
            (self.root / name).mkdir(parents=True)

    @property
    def name(self) -> str:
        return self.info["package"]

    @property
    def place(self) -> Path:
        """/var/packages/NAME."""
        return self.root / "var/packages" / self.name

    @property
    def target(self) -> Path:
        return self.root / "volume1/@appstore" / self.name

    @property
    def var(self) -> Path:
        return self.root / "volume1/@appdata" / self.name

    def install(self, entries: Mapping[str, Entry]) -> None:
        """From the wizard to the start; stops at a script that fails."""
        self._take(entries)
        if self.dsm == 7:
            self.var.mkdir(parents=True)
            self.place.mkdir(parents=True)
            (self.place / "var").symlink_to(self.var)
        self._go("install", "INSTALL")

    def upgrade(self, entries: Mapping[str, Entry]) -> None:
        """To a new version; the old one runs."""
        self.old_version = self.info["version"]
        self._old = self.place / "scripts"
        self._take(entries)
        self._go("upgrade", "UPGRADE")

    def uninstall(self) -> None:
        self._go("uninstall", "UNINSTALL")
        shutil.rmtree(self.target)
        shutil.rmtree(self.place)

    def action(self, word: str, status: str = "") -> int:
        """What start-stop-status ends with."""
        return self._run(self.place / "scripts/start-stop-status", "start-stop-status", status, word).code

    def _take(self, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)
        data = entries["INFO"].content
        assert data is not None
        self.info = Info.parse(data.read()).as_dict()
        unpacked = self.root / "volume1/@tmp/pkginstall"
        shutil.rmtree(unpacked, ignore_errors=True)
        for path, entry in entries.items():
            if entry.kind is Kind.FILE and entry.content is not None:
                self._unpack(unpacked / path, path, entry.content.read())

    def _unpack(self, place: Path, path: str, data: bytes) -> None:
        if b"\0" not in data:
            for prefix in _MOVED:
                data = data.replace(prefix.encode(), f"{self.root}{prefix}".encode())
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(default_mode(path, Kind.FILE, data[:64]))

    def _go(self, operation: str, status: str) -> None:
        (wanted,) = (item for item in operations(self.dsm) if item.id == operation)
        given: dict[str, str] = {}
        for step in wanted.steps:
            if step.kind is StepKind.WIZARD:
                given = self.wizard(step.wizard)
            elif step.kind is StepKind.DSM:
                self._put_in_place()
            elif step.kind is StepKind.SCRIPT and "replaces" not in step.condition:
                call = self._run(self._script(step), step.script, status, step.argument, **given)
                assert call.code == 0, call

    def _script(self, step: Step) -> Path:
        if step.of == "old" or not (self.root / "volume1/@tmp/pkginstall").exists():
            return self.place / step.path
        return self.root / "volume1/@tmp/pkginstall" / step.path

    def _put_in_place(self) -> None:
        unpacked = self.root / "volume1/@tmp/pkginstall"
        shutil.rmtree(self.target, ignore_errors=True)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked / "package", self.target)
        for name in ("scripts", "conf", "INFO", "WIZARD_UIFILES"):
            old, new = self.place / name, unpacked / name
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
            if new.exists():
                self.place.mkdir(parents=True, exist_ok=True)
                shutil.move(new, old)
        shutil.rmtree(unpacked)
        target = self.place / "target"
        if not target.is_symlink():
            target.symlink_to(self.target)

    def wizard(self, action: str) -> dict[str, str]:
        """Go through the wizard as a user would; what the scripts get."""
        found = {path: wizard_file(path) for path in self.entries if path.startswith("WIZARD_UIFILES/")}
        mine = {file.language: path for path, file in found.items() if file and file.action == action}
        if not mine:
            return {}
        path = mine.get(self.language, mine.get(""))
        assert path is not None
        text = self._pages(path)
        json.loads(text)
        assert validate(parse(text), "wizard") == [], path
        return self._walk(text)

    def _pages(self, path: str) -> str:
        unpacked = self.root / "volume1/@tmp/pkginstall"
        file = (unpacked if unpacked.exists() else self.place) / path
        if file.suffix != ".sh":
            return file.read_text(encoding="utf-8")
        call = self._run(file, path, "")
        assert call.code == 0, call
        return call.message

    def _walk(self, text: str) -> dict[str, str]:
        run = WizardRun(parse(text), str(self.dsm))
        while not run.is_finished:
            for item in run.page.fields if run.page else ():
                if item.key in self.answers:
                    run.set_value(item.pointer, self.answers[item.key])
            assert run.next(), run.complaints()
        return dict(run.environment())

    def _run(self, script: Path, name: str, status: str, *words: str, **answers: str) -> Call:
        self.message.unlink(missing_ok=True)
        path = name if "/" in name else f"scripts/{name}"
        environment: dict[str, str] = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **answers}
        environment |= self._variables(path, status)
        command = [*self.shell, str(script), *(word for word in words if word)]
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60, cwd=script.parent
        )
        message = self.message.read_text(encoding="utf-8") if self.message.exists() else ""
        call = Call(" ".join((name, *words)).strip(), ran.returncode, ran.stderr, message)
        self.calls.append(call)
        return call

    def _variables(self, path: str, status: str) -> dict[str, str]:
        """What DSM sets for this script (resources/reference/script_env.toml), with the places of this NAS."""
        known = {row.name for row in variables(path, self.entries) if not row.wizard}
        if self.dsm == 6:
            known -= {"SYNOPKG_PKGVAR", "SYNOPKG_PKGTMP", "SYNOPKG_PKGHOME"}
        unpacked = self.root / "volume1/@tmp/pkginstall"
        values = {
            "SYNOPKG_PKGNAME": self.name,
            "SYNOPKG_PKGVER": self.info["version"],
            "SYNOPKG_OLD_PKGVER": self.old_version,
            "SYNOPKG_PKG_STATUS": status,
            "SYNOPKG_PKGDEST": str(self.target),
            "SYNOPKG_PKGDEST_VOL": str(self.root / "volume1"),
            "SYNOPKG_PKGVAR": str(self.var),
            "SYNOPKG_PKGPORT": self.info.get("adminport", ""),
            "SYNOPKG_PKGINST_TEMP_DIR": str(unpacked) if unpacked.exists() else "",
            "SYNOPKG_TEMP_LOGFILE": str(self.message),
            "SYNOPKG_TEMP_UPGRADE_FOLDER": str(self.root / "volume1/@upgrade"),
            "SYNOPKG_DSM_LANGUAGE": self.language,
            "SYNOPKG_DSM_VERSION_MAJOR": str(self.dsm),
            "SYNOPKG_DSM_VERSION_MINOR": "2",
            "SYNOPKG_DSM_VERSION_BUILD": "72806",
            "SYNOPKG_DSM_ARCH": "geminilake",
            "SYNOPKG_USERNAME": "admin",
        }
        return {name: value for name, value in values.items() if name in known}
