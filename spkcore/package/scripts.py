"""Scripts of a package: when DSM runs them, which variables they see, their line ends and interpreter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from spkcore.base.reference import table
from spkcore.package.answers import Answer, answers
from spkcore.package.changes import Entries

_WIZARD_FILE = re.compile(r"WIZARD_UIFILES/(install|upgrade|uninstall)_uifile(_[a-z]{3})?(\.sh)?")
_INTERPRETER = re.compile(rb"(?:\xef\xbb\xbf)?#![ \t]*(\S+)[ \t]*([^\r\n]*)")
_PIECES = re.compile(
    r"""\\.|(?P<quote>")|(?P<single>'[^']*')|(?P<comment>(?<![^\s;|&()])\#[^\n]*)"""
    r"""|\$\{?(?P<used>[A-Za-z_][A-Za-z0-9_]*)|(?<![\w$])(?P<set>[A-Za-z_][A-Za-z0-9_]*)=""",
    re.VERBOSE | re.DOTALL,
)
_LANGUAGES = {
    "sh": "sh",
    "ash": "sh",
    "dash": "sh",
    "bash": "bash",
    "python": "python",
    "php": "php",
    "perl": "perl",
    "node": "javascript",
}


class LineEnd(StrEnum):
    """How lines of a text end."""

    LF = "lf"
    CRLF = "crlf"
    MIXED = "mixed"
    """Both, or lone carriage returns."""
    NONE = "none"
    """A text of one unended line."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable. `since` is a DSM version or "" (not stated); `wizard` names the wizard file that
    asks for it, "" for the variables of DSM itself, and `answer` tells its page and field. `values` are all that it
    can have, where that is known; `certainty` is "seen" or "inferred" where Synology does not document it."""

    name: str
    meaning: str
    sample: str = ""
    since: str = ""
    wizard: str = ""
    answer: Answer | None = None
    values: tuple[str, ...] = ()
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """One script that DSM runs. `when` is a sentence, `failure` says what an exit code other than 0 does; `needed` is
    "dsm7" (DSM 7 refuses a package without it), "guide" (the guide asks for it) or "" (optional); `runs` are the
    operations that call it."""

    name: str
    title: str
    runs: tuple[str, ...]
    when: str
    user: str
    failure: str
    needed: str
    starter: str

    @property
    def path(self) -> str:
        """Where it is in a package."""
        return f"scripts/{self.name}"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The first line of a script: the program ("/bin/sh"), its arguments, and the language for highlighting ("" if
    unknown). `runnable` is False where a byte order mark or a carriage return keeps Linux from finding the program."""

    program: str
    arguments: str
    language: str
    runnable: bool


@cache
def lifecycle() -> Mapping[str, Script]:
    """Name → script, for all the scripts that DSM knows (resources/reference/scripts.toml)."""
    rows: dict[str, dict[str, Any]] = table("scripts")["scripts"]
    return {name: _script(name, row) for name, row in rows.items()}


def starter(path: str) -> bytes:
    """The text for a script that is missing: it runs, and does nothing. That of a helper does not end the script that
    reads it in."""
    known = lifecycle().get(path.removeprefix("scripts/"))
    if known is not None and path == known.path:
        return known.starter.encode("utf-8")
    wizard = _WIZARD_FILE.fullmatch(path)
    if wizard and wizard[3]:
        return b"#!/bin/sh\n\ncat >\"$SYNOPKG_TEMP_LOGFILE\" <<'JSON'\n[]\nJSON\nexit 0\n"
    helper: str = table("scripts")["helper"]["starter"]
    return helper.lstrip("\n").encode("utf-8")


def variables(path: str, entries: Entries) -> list[Variable]:
    """What the script `path` finds in its environment: DSM's variables, then the answers to the package's wizards.

    A file in scripts/ that DSM does not run itself may be called by any script, so it gets everything.
    """
    group = _group(path)
    rows: dict[str, dict[str, Any]] = table("script_env")["variables"]
    found = [_variable(name, row) for name, row in rows.items() if not group or group in row["scripts"]]
    return [*found, *_wizard_variables(path, entries)]


def used_variables(text: str) -> list[str]:
    """The variables that shell text reads, each once, in order. Comments and single quotes hide; the text of a script
    that is run by eval is not seen."""
    return list(dict.fromkeys(name for kind, name in _variables_in(text) if kind == "used"))


def used_wizard_variables(text: str, entries: Entries) -> list[str]:
    """Those of the package's wizard keys that shell text reads."""
    asked = {answer.name for answer in answers(entries)}
    return [name for name in used_variables(text) if name in asked]


def assigned_variables(text: str) -> list[str]:
    """The variables that shell text gives a value with NAME=…, each once, in order."""
    return list(dict.fromkeys(name for kind, name in _variables_in(text) if kind == "set"))


def line_end(data: bytes) -> LineEnd:
    """How the lines of `data` end."""
    windows = data.count(b"\r\n")
    returns, feeds = data.count(b"\r"), data.count(b"\n")
    if returns > windows or (windows and feeds > windows):
        return LineEnd.MIXED
    if windows:
        return LineEnd.CRLF
    return LineEnd.LF if feeds else LineEnd.NONE


def with_line_end(data: bytes, wanted: LineEnd) -> bytes:
    """`data` with all lines ended the wanted way (LF or CRLF); lone carriage returns count as line ends."""
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.replace(b"\n", b"\r\n") if wanted is LineEnd.CRLF else text


def interpreter(data: bytes) -> Interpreter | None:
    """What the first line of `data` says about who runs it; None without a "#!" line."""
    match = _INTERPRETER.match(data)
    if match is None:
        return None
    program = match[1].decode("utf-8", "surrogateescape")
    arguments = match[2].decode("utf-8", "surrogateescape").strip()
    first_line = data.split(b"\n", 1)[0]
    runnable = not data.startswith(b"\xef\xbb\xbf") and b"\r" not in first_line
    return Interpreter(program, arguments, _language(program, arguments), runnable)


def _script(name: str, row: Mapping[str, Any]) -> Script:
    return Script(
        name=name,
        title=row["title"],
        runs=tuple(row["runs"]),
        when=row["when"],
        user=row.get("user", ""),
        failure=row.get("failure", ""),
        needed=row.get("needed", ""),
        starter=row["starter"],
    )


def _variable(name: str, row: Mapping[str, Any]) -> Variable:
    since = row.get("since", "")
    return Variable(
        name,
        row["description"],
        row.get("sample", ""),
        "" if since == "not stated" else since,
        values=tuple(row.get("values", ())),
        certainty=row.get("certainty", ""),
    )


def _group(path: str) -> str:
    """The name that script_env.toml has for the script `path`; empty for helper files."""
    if _WIZARD_FILE.fullmatch(path):
        return "wizard"
    name = path.removeprefix("scripts/")
    return name if name in lifecycle() else ""


def _wizard_variables(path: str, entries: Entries) -> Iterator[Variable]:
    seen_by: dict[str, list[str]] = table("script_env")["wizard_values"]
    name = path.removeprefix("scripts/")
    helper = not _group(path)
    done: set[str] = set()
    for answer in answers(entries):
        match = _WIZARD_FILE.fullmatch(answer.path)
        assert match is not None
        if answer.name not in done and (helper or name in seen_by[f"{match[1]}_uifile"]):
            done.add(answer.name)
            yield Variable(answer.name, _answer_meaning(answer), wizard=answer.path, answer=answer)


def _answer_meaning(answer: Answer) -> str:
    kinds: dict[str, str] = table("script_env")["wizard_types"]
    return " ".join(text for text in ("The user's answer in the wizard.", kinds.get(answer.kind, "")) if text)


def _variables_in(text: str) -> Iterator[tuple[str, str]]:
    quoted, position = False, 0
    while match := _PIECES.search(text, position):
        position = match.end()
        if match["quote"]:
            quoted = not quoted
        elif match["used"]:
            yield "used", match["used"]
        elif quoted and (match["single"] or match["comment"]):
            position = match.start() + 1
        elif match["set"] and not quoted:
            yield "set", match["set"]


def _language(program: str, arguments: str) -> str:
    name = program.rsplit("/", 1)[-1]
    if name == "env":
        words = [word for word in arguments.split() if "=" not in word and not word.startswith("-")]
        name = words[0].rsplit("/", 1)[-1] if words else ""
    return _LANGUAGES.get(re.sub(r"[\d.]+$", "", name), "")
