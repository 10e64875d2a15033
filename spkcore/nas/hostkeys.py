"""The NAS host keys seen before: our own file in OpenSSH's known_hosts format, trusted on first use."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path

from spkcore.base.errors import UnreadableError
from spkcore.base.files import make_folder, write_bytes


@dataclass(frozen=True, slots=True)
class HostKeyQuestion:
    """What the user is asked at the first connection; `fingerprint` is "SHA256:…" as `ssh-keygen -l` shows it."""

    host: str
    port: int
    algorithm: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One host key: its algorithm ("ssh-ed25519") and the public key in SSH's wire format."""

    algorithm: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint, as `ssh-keygen -l` shows it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


class HostKeys:
    """The file at `path`, read on each look-up and replaced whole on each change; it need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def known(self, host: str, port: int) -> tuple[KnownKey, ...]:
        """The keys stored for this host and port. Raises `UnreadableError`."""
        name = _host_field(host, port)
        return tuple(key for names, key in map(_parse, self._read_lines()) if key is not None and name in names)

    def add(self, host: str, port: int, key: KnownKey) -> None:
        """Trust `key` from now on. Raises `WriteError`."""
        encoded = base64.b64encode(key.blob).decode("ascii")
        self._write([*self._read_lines(), f"{_host_field(host, port)} {key.algorithm} {encoded}"])

    def forget(self, host: str, port: int) -> None:
        """Drop the keys of this host and port: the user knows that DSM was installed anew. Raises `WriteError`."""
        name = _host_field(host, port)
        self._write([line for line in self._read_lines() if name not in _parse(line)[0]])

    def _read_lines(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnreadableError(
                f"The saved host keys cannot be read ({error.strerror or error})",
                str(self.path),
                "Close the program that uses the file and try again.",
            ) from error

    def _write(self, lines: list[str]) -> None:
        make_folder(self.path.parent)
        text = "".join(f"{line}\n" for line in lines)
        write_bytes(self.path, text.encode("utf-8", errors="surrogateescape"))


def _host_field(host: str, port: int) -> str:
    lower = host.lower()
    return lower if port == 22 else f"[{lower}]:{port}"


def _parse(line: str) -> tuple[frozenset[str], KnownKey | None]:
    """Host names and key of one line; comments, hashed names and damaged lines name nobody."""
    fields = line.split()
    if len(fields) < 3 or line.startswith(("#", "@", "|")):
        return frozenset(), None
    try:
        key = KnownKey(fields[1], base64.b64decode(fields[2], validate=True))
    except (binascii.Error, ValueError):
        return frozenset(), None
    return frozenset(fields[0].lower().split(",")), key
