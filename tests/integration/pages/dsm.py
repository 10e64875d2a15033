"""DSM 6 or 7 for the pages of packages: a bench NAS with DSM's login programs, sessions, and packages in their places.

What is known of DSM, and played here:
- /webman/3rdparty/<package> is the folder that dsmuidir names, and a .cgi there runs as the owner of its file, whoever
  calls (spk-format.md 5.5): root on DSM 6, where these packages have no user of their own, and the package's on DSM 7.
- authenticate.cgi prints whose session a cookie names. It answers GET only and wants SynoToken in the query where DSM
  protects against requests of other sites; login.cgi tells the token (packages such as AutoPilot and Duplicati do so).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.integration.nasbench.nas import BenchNas, wait_until

HERE = Path(__file__).parent
WEBMAN = "/usr/syno/synoman/webman"
SESSIONS = "/run/sessions"
PACKAGE_USER = 2000
ADMINISTRATOR, USER = "alice", "carol"
"""Accounts of the bench NAS."""
_SECONDS = 60
_BY_PACKAGES = (f"{WEBMAN}/3rdparty", "/var/packages", "/volume1/@appstore", "/volume1/@appdata", "/tmp", SESSIONS)
"""Folders whose content comes with packages and sessions."""


class Dsm:
    """One NAS; `version` is 6 or 7."""

    def __init__(self, nas: BenchNas, version: int) -> None:
        self.nas = nas
        self.version = version
        self.shown: dict[str, str] = {}
        """Folders that the web server shows, by the path of the address."""
        for place, name in ((f"{WEBMAN}/modules", "authenticate.cgi"), (WEBMAN, "login.cgi")):
            self.write(f"{place}/{name}", (HERE / "webman" / name).read_text(encoding="utf-8"), 0o755)
        for folder in _BY_PACKAGES:
            self.path(folder).mkdir(exist_ok=True)
        with self.path("/etc/passwd").open("a", encoding="utf-8") as accounts:
            accounts.write(f"sc-package:x:{PACKAGE_USER}:100::/:/sbin/nologin\n")

    @property
    def package_user(self) -> int:
        """Who owns the files of packages."""
        return PACKAGE_USER if self.version >= 7 else 0

    def path(self, inside: str) -> Path:
        """Where the tests see a place of the NAS; links that lead to places of the NAS lead astray there."""
        return self.nas.path(inside)

    def write(self, inside: str, text: str, mode: int = 0o644) -> None:
        """Make a file on the NAS."""
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def install(self, spk: Path) -> str:
        """Put a package where DSM has it, and show its desktop folder; its name."""
        unpacked = self.path("/volume1/@tmp/unpacked")
        unpacked.mkdir()
        _untar(spk, unpacked)
        fields = dict(line.split("=", 1) for line in (unpacked / "INFO").read_text(encoding="utf-8").splitlines())
        name = fields["package"].strip('"')
        target = self.path(f"/volume1/@appstore/{name}")
        target.mkdir()
        _untar(unpacked / "package.tgz", target)
        (unpacked / "package.tgz").unlink()
        (unpacked / "target").symlink_to(f"/volume1/@appstore/{name}")
        if self.version >= 7:
            data = self.path(f"/volume1/@appdata/{name}")
            data.mkdir(mode=0o700)
            (unpacked / "var").symlink_to(f"/volume1/@appdata/{name}")
            subprocess.run(["chown", "-R", f"{PACKAGE_USER}:100", target, data], check=True)
        shutil.move(unpacked, self.path(f"/var/packages/{name}"))
        if "dsmuidir" in fields:
            folder = f"/volume1/@appstore/{name}/{fields['dsmuidir'].strip(chr(34))}"
            self.path(f"{WEBMAN}/3rdparty/{name}").symlink_to(folder)
            self.shown[f"/webman/3rdparty/{name}/"] = folder
        return name

    def reset(self) -> None:
        """Take every package, its data, its processes and all sessions away."""
        self.shown.clear()
        for pid, command in self.nas.processes().items():
            if not command.startswith("sshd"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for parent in _BY_PACKAGES:
            for path in self.path(parent).iterdir():
                wait_until(partial(_is_gone, path))

    def log_in(self, user: str) -> str:
        """Begin a session; its cookie."""
        session = secrets.token_hex(8)
        self.write(f"{SESSIONS}/{session}", f"{user} {self.token(session)}\n")
        return session

    def user(self, session: str) -> str:
        """Whose session it is; nothing where there is no such session."""
        known = self.path(f"{SESSIONS}/{session}")
        return known.read_text(encoding="utf-8").split()[0] if session and known.exists() else ""

    def token(self, session: str) -> str:
        """The SynoToken of a session, with a letter that addresses have to escape."""
        return f"T/{session[::-1]}"

    def protect(self) -> None:
        """Switch on DSM's protection against requests of other sites."""
        self.write(f"{SESSIONS}/protected", "")

    @property
    def is_protected(self) -> bool:
        """Whether that is on."""
        return self.path(f"{SESSIONS}/protected").exists()

    def run(self, *command: str, user: int = 0, env: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
        """What a program prints that runs on the NAS as `user`, in its own folder."""
        variables = [f"{name}={value}" for name, value in {"PATH": "/usr/bin:/bin:/usr/sbin", **(env or {})}.items()]
        enter = ["nsenter", f"--target={self.nas.pid}", "--mount", "--pid", "--root"]
        become = ["setpriv", f"--reuid={user}", f"--regid={100 if user else 0}", "--clear-groups"]
        shell = ["env", "-i", *variables, "sh", "-c", 'cd "${1%/*}/" && exec "$@"', "sh"]
        return subprocess.run(
            [*enter, *become, *shell, *command],
            input=body,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        ).stdout


def _is_gone(path: Path) -> bool:
    """Remove it; an answer to a page that is closed by now may still write there."""
    with contextlib.suppress(OSError):
        path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)
    return not path.exists() and not path.is_symlink()


def _untar(archive: Path, folder: Path) -> None:
    subprocess.run(["tar", "--no-same-owner", "-xpf", archive, "-C", folder], check=True)
