"""Quick fixes for the rules about scripts/ and other shell scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.rules.scripts_base import script
from spkcore.checks.rules.scripts_variables import dangerous, in_backticks, mendable
from spkcore.checks.shell import BOM, Expansion, ShellScript, Word, as_read
from spkcore.checks.subject import Subject
from spkcore.package.changes import Change, rename, set_content, set_mode
from spkcore.package.findings import from_utf16
from spkcore.package.scripts import LineEnd, line_end, starter

_INTERPRETER = re.compile(rb"#![ \t]*(\S+)")
_PLAIN_WORD = re.compile(r"[\w./:@%+,={}$-]+")
_SHELL = b"#!/bin/sh"

Edit = tuple[int, int, bytes]


@fix("S001", "S002")
def create_script(subject: Subject, problem: Problem) -> Change | None:
    """Add the script that does nothing."""
    if problem.path in subject.entries:
        return None
    return set_content(subject.entries, problem.path, starter(problem.path))


@fix("S003")
def use_unix_line_ends(subject: Subject, problem: Problem) -> Change | None:
    """Write every line end as LF. A carriage return inside a line stays: it is a part of a text there."""
    data = subject.data(problem.path)
    ends = rb"\r+\n" if b"\n" in data else rb"\r"
    return set_content(subject.entries, problem.path, re.sub(ends, b"\n", data))


@fix("S004")
def name_the_shell(subject: Subject, problem: Problem) -> Change | None:
    """Begin with "#!": with the line that comes too late, or else with that of sh."""
    data = subject.data(problem.path)
    mark = BOM if data.startswith(BOM) else b""
    text = data.removeprefix(BOM)
    if text.startswith(b"#!"):
        return None
    if not text.lstrip().startswith(b"#!"):
        end = b"\r\n" if line_end(text) is LineEnd.CRLF else b"\n"
        text = _SHELL + end + text
    return set_content(subject.entries, problem.path, mark + text.lstrip())


@fix("S005")
def allow_to_run(subject: Subject, problem: Problem) -> Change | None:
    """Let everybody run it who may read it, and its owner."""
    attributes = subject.entries[problem.path].attributes
    if attributes is None:
        return None
    mode = attributes.permissions
    return set_mode(subject.entries, [problem.path], mode | 0o100 | (mode & 0o444) >> 2)


@fix("S012")
def stop_where_empty(subject: Subject, problem: Problem) -> Change | None:
    """Write "${NAME:?}": the shell ends the script where there is no value."""
    shell = script(subject, problem.path)
    found = (item for item in dangerous(shell) if not in_backticks(shell, item))
    return _edited(subject, problem.path, [_guarded(shell, item) for item in found])


@fix("S015")
def run_with_bash(subject: Subject, problem: Problem) -> Change | None:
    """Name bash in the first line; its arguments stay."""
    data = subject.data(problem.path)
    found = _INTERPRETER.match(data)
    if found is None:
        return None
    end = data.find(b"\n") if found[1].endswith(b"/env") else found.end()
    return set_content(subject.entries, problem.path, b"#!/bin/bash" + data[max(end, found.end()) :])


@fix("S021")
def remove_byte_order_mark(subject: Subject, problem: Problem) -> Change | None:
    """Take away the bytes, and write UTF-16 as UTF-8."""
    data = subject.data(problem.path)
    text = from_utf16(data)
    return set_content(subject.entries, problem.path, data.removeprefix(BOM) if text is None else text)


@fix("S022")
def put_in_quotes(subject: Subject, problem: Problem) -> Change | None:
    """Quote the variable wherever it stands in this script; the whole word where that reads better."""
    shell = script(subject, problem.path)
    found = [item for item in mendable(shell) if item.name == problem.field]
    places = dict.fromkeys(_quotable(shell, item) for item in found)
    return _edited(subject, problem.path, [_quoted(shell, start, end) for start, end in places])


@fix("S026")
def rename_script(subject: Subject, problem: Problem) -> Change | None:
    """Give it the name that DSM knows."""
    new = f"scripts/{problem.argument('meant')}"
    if problem.path not in subject.entries or new in subject.entries:
        return None
    return rename(subject.entries, problem.path, new)


def _guarded(shell: ShellScript, item: Expansion) -> Edit:
    place = item.place
    if item.operator:
        return _quoted(shell, place.start, place.end)
    return place.start, place.end, f'"${{{item.name}:?}}"'.encode()


def _quoted(shell: ShellScript, start: int, end: int) -> Edit:
    return start, end, b'"' + shell.data[start:end] + b'"'


def _quotable(shell: ShellScript, item: Expansion) -> tuple[int, int]:
    """What gets quotes: the word around the variable if nothing in it minds, else the variable alone."""
    inside = item.place
    around = (
        word
        for command in shell.commands
        for word in command.words
        if word.place.start <= inside.start and inside.end <= word.place.end and _is_plain(shell, word)
    )
    place = next((word.place for word in around), inside)
    return place.start, place.end


def _is_plain(shell: ShellScript, word: Word) -> bool:
    ours = {item.place.start for item in mendable(shell)}
    is_known = all(part is not None for part in word.parts) and all(
        item.place.start in ours for item in word.expansions
    )
    return is_known and _PLAIN_WORD.fullmatch(word.text) is not None


def _edited(subject: Subject, path: str, edits: Iterable[Edit]) -> Change | None:
    """The script with these pieces replaced; None where its bytes are not those that were read."""
    data = subject.data(path)
    if as_read(data) != data:
        return None
    new = data
    for start, end, text in sorted(edits, reverse=True):
        new = new[:start] + text + new[end:]
    return set_content(subject.entries, path, new) if new != data else None
