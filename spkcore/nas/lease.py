"""A hidden work folder in the user's folder that says by a lock, and a beating file, whether somebody works in it.

A program that is killed, or a computer that loses its power, leaves such a folder; the next start clears it away. The
system gives the lock back when its owner ends, whatever the clock shows meanwhile; only what nobody holds is judged by
its age.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from spkcore.base.errors import Cancelled, NasError
from spkcore.base.files import write_error
from spkcore.nas import errors

if sys.platform == "win32":
    import msvcrt

    def _lock(stream: BinaryIO) -> None:
        """Raises `OSError` where another program, or another part of this one, has it."""
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(stream: BinaryIO) -> None:
        """Raises `OSError` where another program, or another part of this one, has it."""
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


BEAT_SECONDS = 10.0
STALE_SECONDS = 60.0
"""A folder whose file has not beaten for so long is nobody's."""
_LEASE = "lease"
_LOCKLESS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a file server without locks answers."""
_NAME = re.compile(r"\.spkcap-[0-9a-f]{8}")


@contextlib.contextmanager
def work_folder(folder: Path, session: str) -> Iterator[Path]:
    """The work folder of a capture `session` below `folder`: with what an earlier try left in it, gone at the end.

    It stays after a lost connection, so that the next try goes on from there. Raises `WriteError`.
    """
    path = folder / f".spkcap-{session}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / _LEASE).touch()
        lease = (path / _LEASE).open("r+b")
    except OSError as error:
        raise write_error(path, error) from error
    try:
        with lease, beating(BEAT_SECONDS, (path / _LEASE).touch):
            with contextlib.suppress(OSError):  # a file server without locks: then its beats alone tell
                _lock(lease)
            clear_stale(folder, path)
            yield path
    except (errors.ConnectionLostError, errors.NasTimeoutError):
        raise
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    shutil.rmtree(path, ignore_errors=True)


def clear_stale(folder: Path, own: Path) -> list[Path]:
    """Remove the work folders below `folder` that nobody works in. Returns them.

    Nobody does where the lease can be locked and has not beaten for a while; the file system's own clock tells.
    """
    now = (own / _LEASE).stat().st_mtime
    removed = []
    for path in sorted(folder.iterdir()):
        if path == own or not _NAME.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        with contextlib.suppress(OSError):
            lease = path / _LEASE
            beat = (lease if lease.exists() else path).stat().st_mtime
            # A beat that lies ahead was before the clock was set back.
            if abs(now - beat) > STALE_SECONDS and not _is_held(lease):
                shutil.rmtree(path)
                removed.append(path)
    return removed


def _is_held(lease: Path) -> bool:
    """Whether somebody has this lease. A file server without locks does not know; in doubt somebody has it."""
    try:
        with lease.open("r+b") as stream:
            _lock(stream)
    except FileNotFoundError:
        return False
    except OSError as error:
        return error.errno not in _LOCKLESS
    return False


@contextlib.contextmanager
def beating(seconds: float, beat: Callable[[], object]) -> Iterator[None]:
    """Call `beat` every so many seconds in a thread of its own; it ends with the block, or when a beat fails."""
    ended = threading.Event()

    def run() -> None:
        with contextlib.suppress(OSError, NasError, Cancelled):
            while not ended.wait(seconds):
                beat()

    thread = threading.Thread(target=run, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
