"""A hidden work folder in the user's folder that says by a beating file whether somebody still works in it.

A program that is killed, or a computer that loses its power, leaves such a folder; the next start clears it away.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from spkcore.base.errors import Cancelled, NasError
from spkcore.base.files import write_error
from spkcore.nas import errors

BEAT_SECONDS = 10.0
STALE_SECONDS = 60.0
"""A folder whose file has not beaten for so long is nobody's."""
_LEASE = "lease"
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
    except OSError as error:
        raise write_error(path, error) from error
    clear_stale(folder, path)
    try:
        with beating(BEAT_SECONDS, (path / _LEASE).touch):
            yield path
    except (errors.ConnectionLostError, errors.NasTimeoutError):
        raise
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    shutil.rmtree(path, ignore_errors=True)


def clear_stale(folder: Path, own: Path) -> list[Path]:
    """Remove the work folders below `folder` that nobody works in; the file system's own clock tells. Returns them."""
    now = (own / _LEASE).stat().st_mtime
    removed = []
    for path in sorted(folder.iterdir()):
        if path == own or not _NAME.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        with contextlib.suppress(OSError):
            lease = path / _LEASE
            if now - (lease if lease.exists() else path).stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(path)
                removed.append(path)
    return removed


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
