"""The demo NAS's files: a small DSM 7.2-like tree in a temporary folder of this computer."""

from __future__ import annotations

import errno
import os
import posixpath
import shutil
import tempfile
from pathlib import Path

from spkcore.base.files import windows_safe

SHARES = ("home", "public")
"""What SFTP shows; home is the user's own folder in homes."""
USER = "demo"
_FOLDERS = ("volume1/@tmp", "volume1/@appstore", "volume1/public", f"volume1/homes/{USER}", "var/log", "var/packages")
_FREE_BYTES = 1 << 40

FACTS = """\
== version
majorversion="7"
minorversion="2"
productversion="7.2.1"
buildnumber="69057"
smallfixnumber="5"
== model
unique="synology_geminilake_920+"
upnpmodelname="Demo NAS"
== machine
x86_64
== mounts
/dev/mapper/cachedev_0 /volume1 btrfs rw,relatime 0 0
== space
/volume1 /dev/mapper/cachedev_0 2147483648 1073741824 1073741824 50% /volume1
== python
== tools
cp-backup
md5sum
== shares
r /volume1/homes
w /volume1/public
== end
"""
"""What the facts command of `spkcore.nas.facts` answers here."""


class DemoTree:
    """The tree; `close` removes it. Paths of the NAS are absolute, with forward slashes."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="spk-demo-nas-")).resolve()
        for name in _FOLDERS:
            (self.root / name).mkdir(parents=True)
        self.log_path.write_bytes(b"")

    @property
    def log_path(self) -> Path:
        """Package Center's log on this computer."""
        return self.root / "var/log/synopkg.log"

    def local(self, path: str) -> Path:
        """Where the NAS's `path` lies on this computer; never outside the tree, nor through a link out of it.

        Raises `FileNotFoundError` for what would be outside.
        """
        local = self.root.joinpath(*_parts(path))
        if not local.resolve().is_relative_to(self.root):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return local

    def remote(self, path: Path) -> str:
        """The NAS's path of a file of this computer."""
        return "/" + path.relative_to(self.root).as_posix()

    def shared(self, path: str) -> Path | None:
        """Where the SFTP path `path` lies; None for the root and for what is no share."""
        share, *rest = _parts(path) or [""]
        if share not in SHARES:
            return None
        base = f"/volume1/homes/{USER}" if share == "home" else f"/volume1/{share}"
        try:
            return self.local("/".join([base, *rest]))
        except FileNotFoundError:
            return None

    def free_bytes(self) -> int:
        """Free bytes of the volume, as the facts say."""
        return _FREE_BYTES

    def close(self) -> None:
        """Remove everything. What Windows still holds open stays for its own clean-up."""
        shutil.rmtree(self.root, ignore_errors=True)


def link_or_copy(source: Path, target: Path) -> bool:
    """Make a hard link, or a copy where the disk knows no links. Whether it is a link. Raises `OSError`."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)
        return False
    return True


def _parts(path: str) -> list[str]:
    """The components of an absolute path, without "." and "..".

    To Windows a component like "C:\\Users" would be a path of its own: such names are changed as the program does
    everywhere.
    """
    return [windows_safe(part) for part in posixpath.normpath("/" + path.lstrip("/")).split("/") if part]
