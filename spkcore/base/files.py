"""Files written whole or not at all, and names that every file system can hold."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from spkcore.base.errors import WriteError

POSIX = os.name == "posix"
"""Whether files on disk have execute bits and symbolic links can be made freely. Read it as `files.POSIX`, so that
tests can try the way of Windows anywhere."""

_RESERVED_WINDOWS_NAMES = re.compile(
    r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?$", re.IGNORECASE
)
_FORBIDDEN_ON_WINDOWS = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
"""The last range holds bytes that are no UTF-8 (surrogateescape): a Linux file system takes them, NTFS does not."""


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; replace `path` with it when the block ends well, else remove it.

    Raises `WriteError` when the folder cannot be written or the file cannot be replaced (read-only, locked by
    another program); the old file is then still whole.
    """
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, atomically. Raises `WriteError`."""
    with atomic_write(path) as stream:
        stream.write(data)


def make_folder(path: Path) -> None:
    """Make the folder `path` and those above it, where they are missing. Raises `WriteError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error


def write_error(path: Path, error: OSError) -> WriteError:
    """The `WriteError` that tells a person why `path` could not be written."""
    if isinstance(error, PermissionError):
        advice = "Close the program that uses it, or clear its read-only mark, and try again."
    elif isinstance(error, FileNotFoundError):
        advice = "The folder is gone; bring it back or choose another one."
    else:
        advice = "Check the drive and its free space, and try again."
    return WriteError(f"The file could not be written ({error.strerror or error})", str(path), advice)


def is_windows_safe(name: str) -> bool:
    """Whether Windows can hold a file of this one-component `name` as it is."""
    return (
        bool(name)
        and not _FORBIDDEN_ON_WINDOWS.search(name)
        and not _RESERVED_WINDOWS_NAMES.match(name)
        and name[-1] not in ". "
    )


def windows_safe(name: str) -> str:
    """`name` with everything that Windows forbids written as %XX, so that two names never become one.

    A percent sign is escaped only in names that need escaping at all; callers keep the original in attributes.json.
    """
    if is_windows_safe(name):
        return name
    escaped = _FORBIDDEN_ON_WINDOWS.sub(_percent, name.replace("%", "%25"))
    if escaped and escaped[-1] in ". ":
        escaped = escaped[:-1] + f"%{ord(escaped[-1]):02X}"
    if _RESERVED_WINDOWS_NAMES.match(escaped):
        escaped = f"%{ord(escaped[0]):02X}{escaped[1:]}"
    return escaped or "%00"


def _percent(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"%{code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code:02X}"


def free_path(folder: Path, name: str) -> Path:
    """A path in `folder` that nothing has yet: `name`, else with " (2)", " (3)" … before its ending."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    path = folder / name
    number = 2
    while path.exists() or path.is_symlink():
        path = folder / f"{stem} ({number}){dot}{ending}"
        number += 1
    return path
