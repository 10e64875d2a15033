"""Patterns as JavaScript writes them, /^[a-z]+$/i, in a form that Python and PCRE read too (spk-format.md 4.4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_LITERAL = re.compile(r"/(?P<body>.+)/(?P<flags>[a-z]*)", re.DOTALL)
_PIECES = re.compile(
    r"(?P<unicode>\\u\{[0-9a-fA-F]{1,6}\})|(?P<code>\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2})|\\k<(?P<back>\w+)>"
    r"|\\(?P<escape>[\s\S])|(?P<class>\[\^?(?:\\[\s\S]|[^\]\\])*\])|\(\?<(?P<name>[A-Za-z_]\w*)>|(?P<rest>[\s\S])"
)
_IN_CLASS = re.compile(
    r"(?P<code>\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2})|\\(?P<escape>[\s\S])|(?P<double>--)|(?P<rest>[\s\S])"
)
_WORD = "A-Za-z0-9_"
_SETS = {"d": "0-9", "w": _WORD, "s": "\\s\u00a0\ufeff"}
_EDGE = f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))"
_NO_EDGE = f"(?:(?<=[{_WORD}])(?=[{_WORD}])|(?<![{_WORD}])(?![{_WORD}]))"
_KEPT = frozenset("nrtvf123456789")
_CLASS_OPERATORS = frozenset("[&|~")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_KNOWN_FLAGS = frozenset("dgimsuvy")

Matcher = Callable[[str, str], bool]
"""Whether a pattern (with its slashes) is found in a text. Raises `UntriedError`."""


class UntriedError(ValueError):
    """The pattern cannot be tried here: it is none, or uses what Python does not have."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern without its slashes, for Python and PCRE alike; `flags` are those of i, m and s that it has."""

    text: str
    flags: str


def matches(expression: str, text: str) -> bool:
    """Whether the pattern is found in `text`, by Python's engine: a pattern that tries for ever does so here."""
    return _compiled(expression).search(text) is not None


def can_be_tried(expression: str) -> bool:
    """Whether `matches` knows an answer for this pattern."""
    try:
        _compiled(expression)
    except UntriedError:
        return False
    return True


@lru_cache(maxsize=128)
def translated(expression: str) -> Pattern:
    """The pattern for other engines. Raises `UntriedError`."""
    literal = _LITERAL.fullmatch(expression)
    if literal is None:
        raise UntriedError("the slashes are missing")
    flags = literal["flags"]
    if not set(flags) <= _KNOWN_FLAGS or len(set(flags)) < len(flags):
        raise UntriedError(f"JavaScript has no flags '{flags}'")
    pieces = _PIECES.finditer(literal["body"])
    text = "".join(_piece(match, is_multiline="m" in flags) for match in pieces)
    return Pattern(text, "".join(flag for flag in flags if flag in _FLAGS))


@lru_cache(maxsize=128)
def _compiled(expression: str) -> re.Pattern[str]:
    pattern = translated(expression)
    flags = re.NOFLAG
    for flag in pattern.flags:
        flags |= _FLAGS[flag]
    try:
        return re.compile(pattern.text, flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise UntriedError(str(error)) from error


def _piece(match: re.Match[str], *, is_multiline: bool) -> str:
    if match["unicode"]:
        return _of_code(match["unicode"][3:-1])
    if match["code"]:
        return _of_code(match["code"][2:])
    if match["back"]:
        return f"(?P={match['back']})"
    if match["escape"]:
        return _escape(match["escape"])
    if match["class"]:
        return _class(match["class"])
    if match["name"]:
        return f"(?P<{match['name']}>"
    # In JavaScript, $ without the flag m is the very end; in Python also the place before a last line break.
    return r"(?![\s\S])" if match["rest"] == "$" and not is_multiline else match["rest"]


def _of_code(digits: str) -> str:
    code = int(digits, 16)
    if code > 0x10FFFF:
        raise UntriedError("no such character")
    return re.escape(chr(code))


def _escape(letter: str) -> str:
    if letter in _SETS:
        return f"[{_SETS[letter]}]"
    if letter.lower() in _SETS:
        return f"[^{_SETS[letter.lower()]}]"
    if letter in "bB":
        return _EDGE if letter == "b" else _NO_EDGE
    if letter == "0":
        return r"\x00"
    if letter in _KEPT:
        return f"\\{letter}"
    if letter in "pPc":
        raise UntriedError(f"\\{letter} is not known here")
    return re.escape(letter)


def _class(text: str) -> str:
    is_negative = text.startswith("[^")
    inner = text[2 if is_negative else 1 : -1]
    if not inner:
        return r"[\s\S]" if is_negative else r"(?!)"
    start = "[^" if is_negative else "["
    return start + "".join(_class_piece(match) for match in _IN_CLASS.finditer(inner)) + "]"


def _class_piece(match: re.Match[str]) -> str:
    if match["code"]:
        return _of_code(match["code"][2:])
    if match["double"]:  # a range that begins, or ends, with a dash
        return r"-\-" if match.start() else r"\--"
    letter = match["escape"]
    if not letter:
        return f"\\{match['rest']}" if match["rest"] in _CLASS_OPERATORS else match["rest"]
    if letter in _SETS:
        return _SETS[letter]
    if letter in "DWS":
        return f"\\{letter}"
    if letter in "bnrtvf":
        return f"\\{letter}"
    return r"\x00" if letter == "0" else re.escape(letter)
