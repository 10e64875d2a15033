"""What was done on the NAS, as lines that a person can read; secrets never get in."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime

_MASK = "•••"
_LONGEST_LINE = 400
_CREDENTIALS = re.compile(r"""(?<=://)[^\s/?#"'<>]*@""")
"""What stands before the last @ of the authority (RFC 3986, 3.2.1): a name, a token, a password."""


def mask_credentials(text: str) -> str:
    """The text with dots for what its addresses say of a user: "https://•••@host/x.spk"."""
    return _CREDENTIALS.sub(f"{_MASK}@", text)


def drop_credentials(text: str) -> str:
    """The text with its addresses as they are for everybody: "https://host/x.spk"; also of what was masked."""
    return _CREDENTIALS.sub("", text)


class SessionLog:
    """The lines of one session, oldest first; safe from any thread.

    `on_line` hears each line as it is added. Texts given to `hide`, and users and passwords in addresses, are replaced
    by dots wherever they appear.
    """

    def __init__(self, on_line: Callable[[str], None] | None = None) -> None:
        self._lines: list[str] = []
        self._secrets: set[str] = set()
        self._on_line = on_line
        self._lock = threading.Lock()

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines so far, each "HH:MM:SS text"."""
        with self._lock:
            return tuple(self._lines)

    def hide(self, secret: str) -> None:
        """Never show this text."""
        if secret:
            self._secrets.add(secret)

    def add(self, text: str) -> None:
        """Add one line; line breaks inside become spaces, long ones are cut."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        flat = mask_credentials(" ".join(text.split()))
        if len(flat) > _LONGEST_LINE:
            flat = f"{flat[:_LONGEST_LINE]} …"
        line = f"{datetime.now().astimezone():%H:%M:%S} {flat}"
        with self._lock:
            self._lines.append(line)
        if self._on_line is not None:
            self._on_line(line)
