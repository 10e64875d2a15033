"""Paths of more than 260 characters: Windows takes them only with a prefix, which nobody wants to read."""

from __future__ import annotations

import os
from pathlib import Path

_PREFIX = "\\\\?\\"
_UNC_PREFIX = "\\\\?\\UNC\\"
_LONGEST = 239
"""Characters that every function of Windows takes: 259 for files, 247 for folders, less some for temporary names."""

WINDOWS = os.name == "nt"
"""Read it as `longpaths.WINDOWS`, so that tests can try the way of Windows anywhere."""


def long_text(text: str) -> str:
    """`text`, the absolute path of a file, as the system takes it; with the prefix only where it is needed."""
    if not WINDOWS or len(text) <= _LONGEST or text.startswith(_PREFIX):
        return text
    if text.startswith("\\\\"):
        return f"{_UNC_PREFIX}{text[2:]}"
    return f"{_PREFIX}{text}" if text[1:3] == ":\\" else text


def long_path(path: Path) -> Path:
    """`path` as the system takes it. The same path always gives the same result, so results can be compared."""
    if not WINDOWS:
        return path
    text = str(path)
    taken = long_text(text)
    return path if taken == text else Path(taken)


def plain_text(text: str) -> str:
    """`text`, a path or a sentence with paths in it, without prefixes: for people, and for the Explorer."""
    return text.replace(_UNC_PREFIX, "\\\\").replace(_PREFIX, "")


def plain_path(path: Path) -> Path:
    """`path` without the prefix."""
    text = str(path)
    return Path(plain_text(text)) if text.startswith(_PREFIX) else path
