"""The SFTP service of the demo NAS: its root shows the shared folders and nothing else, as DSM's does."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from paramiko import ServerInterface, SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface
from paramiko.sftp import SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

from spkcore.nas.demo.tree import SHARES, DemoTree


class ShareService(SFTPServerInterface):
    """One SFTP client's view of the shares."""

    def __init__(self, server: ServerInterface, tree: DemoTree) -> None:
        super().__init__(server)
        self._tree = tree

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        if path == "/":
            return [_attributes(self._share(share), share) for share in SHARES]
        folder = self._tree.shared(path)
        if folder is None:
            return SFTP_NO_SUCH_FILE
        try:
            return [_attributes(entry, entry.name) for entry in sorted(folder.iterdir())]
        except OSError as error:
            return _code(error)

    def stat(self, path: str) -> SFTPAttributes | int:
        local = self._tree.root if path == "/" else self._tree.shared(path)
        if local is None:
            return SFTP_NO_SUCH_FILE
        try:
            return _attributes(local, local.name)
        except OSError as error:
            return _code(error)

    def lstat(self, path: str) -> SFTPAttributes | int:
        return self.stat(path)

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        local = self._tree.shared(path)
        if local is None:
            return SFTP_PERMISSION_DENIED
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        try:
            stream = local.open("wb" if writes else "rb")
        except OSError as error:
            return _code(error)
        handle = SFTPHandle(flags)
        # paramiko's handle reads and writes through these two attributes.
        setattr(handle, "writefile" if writes else "readfile", stream)
        return handle

    def remove(self, path: str) -> int:
        return self._change(path, Path.unlink)

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        return self._change(path, Path.mkdir)

    def rmdir(self, path: str) -> int:
        return self._change(path, Path.rmdir)

    def _change(self, path: str, action: Callable[[Path], None]) -> int:
        local = self._tree.shared(path)
        if local is None:
            return SFTP_PERMISSION_DENIED
        try:
            action(local)
        except OSError as error:
            return _code(error)
        return SFTP_OK

    def _share(self, name: str) -> Path:
        local = self._tree.shared(f"/{name}")
        assert local is not None
        return local


def _attributes(path: Path, name: str) -> SFTPAttributes:
    status = path.stat()
    attributes = SFTPAttributes.from_stat(status, name)
    attributes.st_mode = (stat.S_IFDIR | 0o755) if path.is_dir() else (stat.S_IFREG | 0o644)
    return attributes


def _code(error: OSError) -> int:
    return SFTPServer.convert_errno(error.errno or 0)
