"""Copies the bytes of a content to a file, in constant memory."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import BinaryIO

from spkcore.base.files import write_error
from spkcore.base.longpaths import long_path
from spkcore.base.tasks import TaskContext
from spkcore.package.entries import Content

_BLOCK = 1 << 20
_BIG = 4 * _BLOCK
"""Smaller files are not worth a progress report of their own."""


def copy_content(content: Content, place: Path, context: TaskContext) -> None:
    """Write the bytes of `content` to the new file `place`; nothing is left there if that fails.

    Raises `WriteError` (a full drive …), `UnreadableError` (the source is gone) and `Cancelled`.
    """
    try:
        with content.open() as source:
            try:
                _write(source, place, content.size, context)
            except OSError as error:
                raise write_error(place, error) from error
    except BaseException:
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)
        raise


def _write(source: BinaryIO, place: Path, size: int, context: TaskContext) -> None:
    done = 0
    with long_path(place).open("xb") as target:
        while block := source.read(_BLOCK):
            target.write(block)
            done += len(block)
            if size > _BIG:
                context.progress(done, size, f"Copying {place.name}")
            else:
                context.check()
