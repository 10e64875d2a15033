"""What a reader noticed in one text: a message with its place, before a check makes a problem of it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum

_UNDECODABLE = re.compile("[\udc80-\udcff]")


class Severity(StrEnum):
    """ERROR: DSM refuses it or the package is broken. WARNING: trouble is likely. INFO: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed. Lines and columns count characters from 1; 0 means the file as a whole.

    `field` names what the finding is about: an INFO key or a JSON pointer; it may be empty. `keyword` is the keyword of
    the JSON schema that does not hold ("required", "enum"); it is empty for findings of other readers.
    """

    rule: str
    severity: Severity
    message: str
    line: int = 0
    column: int = 0
    field: str = ""
    keyword: str = ""


def decode(data: bytes) -> str:
    """The text of a part. Bytes that are not UTF-8 survive as surrogates, so that `encode` gives them back."""
    return data.decode("utf-8", errors="surrogateescape")


def encode(text: str) -> bytes:
    """The bytes of a text that `decode` made, edited or not."""
    return text.encode("utf-8", errors="surrogateescape")


def from_utf16(data: bytes) -> bytes | None:
    """The text in UTF-8 where `data` is UTF-16 with a byte order mark, as Notepad ("Unicode") and PowerShell write it;
    None for everything else."""
    if data[:2] not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return None
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeError:
        return None


def undecodable(text: str) -> int | None:
    """The offset of the first character that stands for a byte that is not UTF-8."""
    if text.isascii():
        return None
    match = _UNDECODABLE.search(text)
    return match.start() if match else None
