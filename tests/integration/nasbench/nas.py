"""Builds, starts and stops one bench NAS, and shows its inside to the tests."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spkcore.nas.session import Target
from tests.integration.nasbench import system

HERE = Path(__file__).parent
PASSWORDS = {"alice": "c0rrect horse & staple", "bob": "Bobs-own-secret", "carol": "Carols-own-secret", "root": "r00t!"}
"""alice is an administrator, bob has no shell, carol has a shell but may not use sudo, root is as on DSM 5."""


_OWN_NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--propagation", "private")


@dataclass(frozen=True)
class Options:
    """How this NAS differs from a plain DSM 7.2."""

    sftp: bool = True
    passwordless_sudo: bool = False
    python: bool = True
    share_elsewhere: bool = False
    busybox: bool = False
    """The shell and the file tools are BusyBox's, as on DSM 5."""
    bash: bool = False
    """sh is bash, as on DSM 6."""
    dsm: int = 7
    volumes: int = 1
    keyboard_interactive: bool = False
    shares: str = "public photo"
    rekey_limit: str = ""
    algorithms: tuple[str, ...] = ()
    """Lines of sshd_config that narrow what sshd offers."""
    key_login: str = ""
    """A public key that may log in as alice."""


class BenchNas:
    """A running bench NAS."""

    def __init__(self, folder: Path, options: Options, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.options = options
        self.port = port
        self._process = process

    def target(self, user: str = "alice") -> Target:
        """The address to connect to."""
        return Target("127.0.0.1", user, self.port)

    def path(self, inside: str) -> Path:
        """The path through which the tests see the NAS's `inside`, with all that is mounted there."""
        return Path(f"/proc/{self.pid}/root{inside}")

    @property
    def pid(self) -> int:
        """The process id of sshd."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="ascii")
        return int(children.split()[0])

    @property
    def auth_log(self) -> str:
        """What sshd logged."""
        return (self.folder / "sshd.log").read_text(encoding="utf-8", errors="replace")

    @property
    def sudo_log(self) -> str:
        """What sudo logged, with its wrapped lines joined."""
        path = self.folder / "root/var/log/sudo.log"
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return re.sub(r"\n\s+", " ", text)

    def processes(self) -> dict[int, str]:
        """The command lines of everything that runs on the NAS, by the host's process id."""
        own_space = (Path(f"/proc/{self.pid}/ns/pid")).readlink()
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if (entry / "ns/pid").readlink() == own_space:
                        found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        return found

    def cut_connections(self) -> None:
        """Kill the sshd processes that serve a connection, as a power cut would."""
        for pid, command in self.processes().items():
            if command.startswith("sshd:") and pid != self.pid and "listener" not in command:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End everything; the mounts go with their namespace."""
        self._process.kill()
        self._process.wait()


def missing_requirement() -> str:
    """Why the bench cannot run here; empty if it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "the bench NAS needs root on Linux"
    programs = ("sshd", "sudo", "unshare", "chroot", "ssh-keygen", "openssl", "sftp", "mkfs.ext4", "busybox")
    missing = [name for name in programs if system.program(name) is None]
    if missing:
        return f"the bench NAS needs {', '.join(missing)}"
    if not Path("/usr/lib/openssh/sftp-server").exists():
        return "the bench NAS needs /usr/lib/openssh/sftp-server"
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False, capture_output=True).returncode:
        return "the bench NAS needs to be allowed to unshare namespaces"
    return ""


@contextlib.contextmanager
def running_nas(folder: Path, options: Options = Options()) -> Iterator[BenchNas]:
    """A NAS below `folder`, up and listening; gone with all its processes and mounts afterwards."""
    with _reserved_port() as port:
        nas = _started(folder, options, port)
    try:
        yield nas
    finally:
        nas.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path, options: Options, port: int) -> BenchNas:
    root = folder / "root"
    system.make_root(root, port, options)
    kind = system.make_volumes(folder, options.volumes)
    switches = (not options.python, options.share_elsewhere, options.busybox, options.bash)
    flags = [*("yes" if switch else "no" for switch in switches), str(options.volumes)]
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen(
            [*_OWN_NAMESPACES, "sh", str(HERE / "start.sh"), str(root), kind, *flags],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    nas = BenchNas(folder, options, port, process)
    try:
        wait_until(lambda: "Server listening" in nas.auth_log or process.poll() is not None)
        assert process.poll() is None, nas.auth_log
    except BaseException:
        nas.stop()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return nas


def wait_until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Return as soon as `condition` holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never became true"
        time.sleep(0.01)  # looked at again, not relied on


@contextlib.contextmanager
def _reserved_port() -> Iterator[int]:
    """A port that nobody else is given; sshd, which asks for an address that may be shared, can listen there."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
