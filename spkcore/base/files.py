"""Files written whole or not at all, and names that every file system can hold."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from spkcore.base.errors import Obstacle, WriteError
from spkcore.base.longpaths import long_path

POSIX = os.name == "posix"
"""Whether files on disk have execute bits and symbolic links can be made freely. Read it as `files.POSIX`, so that
tests can try the way of Windows anywhere."""

_PATIENCE = (0.02, 0.05, 0.1, 0.2)
"""Seconds to wait before trying again: virus scanners and indexers open a new file for a moment."""

_LOCKED = {32, 33}
"""ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of winerror.h."""
_ACCESS_DENIED = 5
_GONE = {3, 15, 21, 53, 55, 59, 64, 67, 433, 1005, 1006, 1167, 1231}
"""Path not found, invalid drive, drive not ready, the many ways in which a network place is gone, no such device,
volume not recognised or changed, device not connected, network unreachable."""
_FULL = {39, 112}
_OBSTACLES = {
    errno.ENOSPC: Obstacle.FULL,
    errno.EDQUOT: Obstacle.FULL,
    errno.EROFS: Obstacle.FORBIDDEN,
    errno.EACCES: Obstacle.FORBIDDEN,
    errno.EPERM: Obstacle.FORBIDDEN,
    errno.ENOENT: Obstacle.GONE,
    errno.ENODEV: Obstacle.GONE,
    errno.ENXIO: Obstacle.GONE,
    errno.ESTALE: Obstacle.GONE,
    errno.EIO: Obstacle.GONE,
    errno.EBUSY: Obstacle.LOCKED,
    errno.ETXTBSY: Obstacle.LOCKED,
}
_ADVICE = {
    Obstacle.LOCKED: "Close it there, and try again.",
    Obstacle.READ_ONLY: "Clear the mark in the properties of the file, or save to another place.",
    Obstacle.FORBIDDEN: "Close the program that uses it, or clear its read-only mark, and try again.",
    Obstacle.GONE: "The folder is gone; bring it back (is the drive connected?) or choose another one.",
    Obstacle.FULL: "Make room on the drive, or choose another one.",
    Obstacle.OTHER: "Check the drive and its free space, and try again.",
}

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
    temporary = long_path(path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part"))
    try:
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        replace_file(temporary, path)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def replace_file(source: Path, target: Path) -> None:
    """Rename `source` to `target` and replace what is there; waits a little for programs that have it open.

    Raises `OSError`.
    """
    for seconds in _PATIENCE:
        try:
            source.replace(long_path(target))
        except PermissionError as error:
            if getattr(error, "winerror", None) not in {_ACCESS_DENIED, *_LOCKED} or is_read_only(target):
                raise
            time.sleep(seconds)
        else:
            return
    source.replace(long_path(target))


def is_read_only(path: Path) -> bool:
    """Whether the file has the read-only mark of Windows. On other systems the folder decides about replacing."""
    try:
        return not POSIX and not path.stat().st_mode & stat.S_IWRITE
    except OSError:
        return False


def clear_read_only(path: Path) -> None:
    """Take the read-only mark away, if it is there. Raises `WriteError`."""
    if is_read_only(path):
        try:
            path.chmod(stat.S_IREAD | stat.S_IWRITE)
        except OSError as error:
            raise write_error(path, error) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, atomically. Raises `WriteError`."""
    with atomic_write(path) as stream:
        stream.write(data)


def make_folder(path: Path) -> None:
    """Make the folder `path` and those above it, where they are missing. Raises `WriteError`."""
    try:
        long_path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error


def remove_folder(folder: Path) -> bool:
    """Delete `folder` and all that is in it; waits a little for programs that use it. False if it is still there."""
    place = long_path(folder)
    for seconds in (0.0, *_PATIENCE):
        time.sleep(seconds)
        shutil.rmtree(place, ignore_errors=True)
        if not place.exists():
            return True
    return False


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A new folder that goes with the block; what a program holds open even then is left to the system.

    (tempfile.TemporaryDirectory calls itself again and again on Windows while a file in it is open.)
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        remove_folder(folder)


def write_error(path: Path, error: OSError) -> WriteError:
    """The `WriteError` that tells a person why `path` could not be written, and which program has it open."""
    obstacle = _obstacle(path, error)
    reason = error.strerror or str(error)
    if obstacle is Obstacle.READ_ONLY:
        reason = "it is marked read-only"
    elif obstacle in {Obstacle.LOCKED, Obstacle.FORBIDDEN}:
        from spkcore.base.blockers import programs_using

        programs = programs_using(path)
        if programs:
            obstacle = Obstacle.LOCKED
            reason = f"{' and '.join(programs)} {'has' if len(programs) == 1 else 'have'} it open"
        elif obstacle is Obstacle.LOCKED:
            reason = "another program has it open"
    return WriteError(f"The file could not be written ({reason})", str(path), _ADVICE[obstacle], obstacle)


def _obstacle(path: Path, error: OSError) -> Obstacle:
    code = getattr(error, "winerror", None)
    if code in _LOCKED:
        return Obstacle.LOCKED
    if code in _GONE:
        return Obstacle.GONE
    if code in _FULL:
        return Obstacle.FULL
    if isinstance(error, PermissionError) and is_read_only(path):
        return Obstacle.READ_ONLY
    return _OBSTACLES.get(error.errno or 0, Obstacle.OTHER)


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


def short_name(name: str, most: int = 170) -> str:
    """`windows_safe(name)` with at most so many bytes, its ending kept. It leaves room for " (2)" and ".part"."""
    safe = windows_safe(name)
    if len(safe.encode()) <= most:
        return safe
    ending = Path(safe).suffix.encode()[:20].decode(errors="ignore")
    return _cut(safe.removesuffix(ending), most - len(ending.encode())) + ending


def _cut(text: str, most: int) -> str:
    """The beginning of `text` in at most so many bytes."""
    return text.encode()[:most].decode(errors="ignore").rstrip(". ")


def _percent(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"%{code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code:02X}"


def free_path(folder: Path, name: str) -> Path:
    """A path in `folder` that nothing has yet: `name`, else with " (2)", " (3)" … before its ending."""
    return next(path for path in numbered_paths(folder, name) if not path.exists() and not path.is_symlink())


def numbered_paths(folder: Path, name: str) -> Iterator[Path]:
    """`name` in `folder`, then with " (2)", " (3)" … before its ending, without an end."""
    stem, dot, ending = name.rpartition(".")
    if not dot or " " in ending:  # "Tool-1.0 unpacked" has none
        stem, dot, ending = name, "", ""
    yield folder / name
    for number in itertools.count(2):
        yield folder / f"{stem} ({number}){dot}{ending}"
