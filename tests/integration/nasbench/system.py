"""Writes the root file system of a bench NAS: accounts, sshd, sudo, PAM, DSM's version files, shared folders."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.nasbench.nas import Options

HERE = Path(__file__).parent
_UIDS = {"alice": 1026, "bob": 1027, "carol": 1028, "root": 0}
_SHELLS = {"alice": "/bin/sh", "bob": "/sbin/nologin", "carol": "/bin/sh", "root": "/bin/sh"}
_VERSION = """majorversion="7"
minorversion="2"
major="7"
minor="2"
micro="1"
buildphase="GM"
buildnumber="69057"
smallfixnumber="5"
nano="5"
base="69057"
productversion="7.2.1"
os_name="DSM"
builddate="2024/04/01"
buildtime="12:34:56"
"""
_OLDER_VERSIONS = {
    5: 'majorversion="5"\nminorversion="2"\nproductversion="5.2"\nbuildnumber="5967"\nsmallfixnumber="9"\n',
    6: 'majorversion="6"\nminorversion="2"\nproductversion="6.2.4"\nbuildnumber="25556"\nsmallfixnumber="7"\n',
}
_SYNOINFO = """unique="synology_geminilake_920+"
upnpmodelname="DS920+"
support_syno_hybrid_raid="yes"
"""


def program(name: str) -> str | None:
    """The path of a program, in sbin too."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def make_root(root: Path, port: int, options: Options) -> None:
    """Everything that is not mounted."""
    for name in (
        "proc",
        "dev",
        "run",
        "tmp",
        "usr",
        "volume1",
        "var/log",
        "var/lib",
        "root",
        "etc/ssh",
        "etc.defaults",
    ):
        (root / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path(f"/usr/{name}").is_dir():
            (root / name).symlink_to(f"usr/{name}")
    (root / "var/run").symlink_to("/run")
    _write(root / "var/log" / ("synopkg.log" if options.dsm == 7 else "messages"), "")
    (root / "var/packages").mkdir()
    for number in range(2, options.volumes + 1):
        (root / f"volume{number}").mkdir()
    _write(root / "etc.defaults/VERSION", _VERSION if options.dsm == 7 else _OLDER_VERSIONS[options.dsm])
    _write(root / "etc.defaults/synoinfo.conf", _SYNOINFO)
    _copy_libraries_table(root)
    _write_accounts(root)
    _write_pam(root)
    _write_sudo(root, options)
    _write_sshd(root, port, options)
    _write_skeleton(root / "etc/skeleton", options)


def make_volumes(folder: Path, count: int) -> str:
    """The stores of the volumes: "bind" where the host's file system is one that DSM uses, else "loop"."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], check=True, capture_output=True, text=True).stdout.strip()
    is_bindable = kind in {"ext2/ext3", "btrfs"}
    for number in range(1, count + 1):
        if is_bindable:
            (folder / f"root.volume{number}").mkdir()
        else:
            _make_image(folder / f"root.volume{number}.img")
    return "bind" if is_bindable else "loop"


def _make_image(image: Path) -> None:
    with image.open("wb") as stream:
        stream.truncate(4 << 30)
    mkfs = program("mkfs.ext4")
    assert mkfs is not None
    subprocess.run([mkfs, "-q", "-F", "-E", "root_owner=0:0", image], check=True)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _copy_libraries_table(root: Path) -> None:
    for name in ("ld.so.cache", "ld.so.conf"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    if Path("/etc/alternatives").is_dir():
        shutil.copytree("/etc/alternatives", root / "etc/alternatives", symlinks=True)
    _write(root / "etc/nothing", "")


def _write_accounts(root: Path) -> None:
    from tests.integration.nasbench.nas import PASSWORDS  # the two modules need each other

    accounts = [f"{user}:x:{uid}:{100 if uid else 0}::{_home(user)}:{_SHELLS[user]}" for user, uid in _UIDS.items()]
    accounts += ["sshd:x:110:65534::/run/sshd:/usr/sbin/nologin", "nobody:x:65534:65534::/:/usr/sbin/nologin"]
    _write(root / "etc/passwd", "".join(f"{line}\n" for line in accounts))
    shadow = [f"{user}:{hashed(password)}:19000:0:99999:7:::" for user, password in PASSWORDS.items()]
    _write(root / "etc/shadow", "".join(f"{line}\n" for line in shadow), 0o600)
    _write(root / "etc/group", "root:x:0:\nusers:x:100:\nadministrators:x:101:alice\nnogroup:x:65534:\n")
    _write(root / "etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n")
    _write(root / "etc/hosts", "127.0.0.1 localhost\n")


def _home(user: str) -> str:
    return "/root" if user == "root" else f"/volume1/homes/{user}"


@functools.cache
def hashed(password: str) -> str:
    """The crypt(3) hash of a password."""
    command = ["openssl", "passwd", "-6", "-stdin"]
    return subprocess.run(command, input=f"{password}\n", text=True, check=True, capture_output=True).stdout.strip()


def _write_pam(root: Path) -> None:
    stack = "auth required pam_unix.so nodelay\naccount required pam_unix.so\npassword required pam_deny.so\n"
    for service in ("sshd", "sudo", "other"):
        _write(root / "etc/pam.d" / service, f"{stack}session required pam_permit.so\n")


def _write_sudo(root: Path, options: Options) -> None:
    tag = "NOPASSWD: ALL" if options.passwordless_sudo else "ALL"
    text = "Defaults logfile=/var/log/sudo.log, !log_year, lecture=always\n"
    text += f"root ALL=(ALL) ALL\n%administrators ALL=(ALL) {tag}\nALL ALL=(root) NOPASSWD: /etc/sftp-of-shares\n"
    _write(root / "etc/sudoers", text, 0o440)


def _write_sshd(root: Path, port: int, options: Options) -> None:
    for kind in ("ed25519", "rsa"):
        for name, data in host_key(kind).items():
            _write(root / "etc/ssh" / name, data, 0o600)
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        "HostKey /etc/ssh/ssh_host_rsa_key",
        "HostKey /etc/ssh/ssh_host_ed25519_key",
        f"PasswordAuthentication {'no' if options.keyboard_interactive else 'yes'}",
        f"KbdInteractiveAuthentication {'yes' if options.keyboard_interactive else 'no'}",
        "UsePAM yes",
        "PermitRootLogin yes",
        "PidFile none",
        "UseDNS no",
        "AllowTcpForwarding no",
        "LogLevel VERBOSE",
    ]
    lines += options.algorithms
    if options.rekey_limit:
        lines.append(f"RekeyLimit {options.rekey_limit}")
    if options.sftp:
        lines.append("Subsystem sftp /usr/bin/sudo -n /etc/sftp-of-shares")
    _write(root / "etc/ssh/sshd_config", "".join(f"{line}\n" for line in lines))
    _write(root / "etc/sftp-of-shares", (HERE / "sftp.sh").read_text(encoding="utf-8"), 0o755)
    listing = subprocess.run(["ldd", "/usr/lib/openssh/sftp-server"], check=True, capture_output=True, text=True).stdout
    loader = re.search(r"^\s*(/\S*/ld-linux\S*)", listing, re.MULTILINE)
    assert loader is not None, listing
    inside = Path(loader[1]).resolve().relative_to("/usr/lib")
    conf = f"LOADER={inside}\nLIBRARIES={inside.parent}\nSFTP_SHARES='{options.shares}'\n"
    _write(root / "etc/bench.conf", conf)


@functools.cache
def host_key(kind: str) -> dict[str, str]:
    """Private and public file of a host key; one per kind and test run, because making them takes time."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / f"ssh_host_{kind}_key"
        size = ["-b", "2048"] if kind == "rsa" else []
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key, *size], check=True)
        return {path.name: path.read_text(encoding="ascii") for path in Path(folder).iterdir()}


def _write_skeleton(skeleton: Path, options: Options) -> None:
    """What /volume1 holds at first. photo is a share that alice may read only."""
    for name, mode in (("@tmp", 0o1777), ("@appstore", 0o755), ("public", 0o777), ("photo", 0o755), ("homes", 0o755)):
        (skeleton / name).mkdir(parents=True)
        (skeleton / name).chmod(mode)
    skeleton.chmod(0o755)
    for user in ("alice", "bob", "carol"):
        home = skeleton / "homes" / user
        home.mkdir()
        os.chown(home, _UIDS[user], 100)
    if options.key_login:
        keys = skeleton / "homes/alice/.ssh/authorized_keys"
        _write(keys, options.key_login, 0o600)
        for path in (keys.parent, keys):
            os.chown(path, _UIDS["alice"], 100)
        keys.parent.chmod(0o700)
