"""Rules about start-stop-status and about the exit status of scripts (spk-format.md 3.2 and chapter 7)."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.scripts_base import arguments, at, facts, script, shell_scripts, with_helpers
from spkcore.checks.shell import Branch, Command, End, Ending, Place, Role, ShellScript
from spkcore.checks.subject import Subject
from spkcore.package import scripts

PATH = "scripts/start-stop-status"
_DEEPEST = 3
"""How many functions deep the code of status is looked for."""


@rule("S006")
def missing_branches(subject: Subject) -> Iterator[Hit]:
    """A package that is started needs an answer to start, stop and status."""
    if PATH not in shell_scripts(subject) or "no" in {subject.info.get("ctl_stop"), subject.info.get("startable")}:
        return
    read, is_all = with_helpers(subject, PATH)
    if not is_all or any(item.has_errors for item in read):
        return
    patterns = {word for item in read for word in _handled(item)}
    missing = [word for word in ("start", "stop", "status") if not _matches(word, patterns)]
    if missing:
        yield hit(PATH, missing=", ".join(missing))


@rule("S007")
def boot_without_prestart(subject: Subject) -> Iterator[Hit]:
    """DSM 7 asks for prestart while it boots; nobody knows for sure what a refusal does."""
    if PATH in shell_scripts(subject) and subject.info.get("precheckstartstop") != "no":
        yield from subject.per_file([PATH], _boot_without_prestart)


def _boot_without_prestart(subject: Subject, path: str) -> Iterator[Hit]:
    shell = script(subject, path)
    handled = {pattern for case in shell.cases for branch in case.branches for pattern in branch.patterns}
    if shell.has_errors or _matches("prestart", handled - {"*"}) or not _matches("start", handled - {"*"}):
        return
    for case in shell.cases:
        for branch in case.branches:
            failing = [item for item in shell.inside(branch.place) if _exit_code(item) not in {None, 0}]
            if "*" in branch.patterns and failing:
                yield at(path, branch.place)


@rule("S008")
def strange_status(subject: Subject) -> Iterator[Hit]:
    """DSM knows six codes, and 1 means a fault."""
    if PATH in shell_scripts(subject):
        yield from subject.per_file([PATH], _strange_status, subject.targets.dsm7)


def _strange_status(subject: Subject, path: str, is_dsm7: bool) -> Iterator[Hit]:
    shell = script(subject, path)
    if shell.has_errors:
        return
    known = {row["code"] for row in table("scripts")["status_codes"]}
    codes: dict[int, Place] = {}
    for branch in _branches(shell, "status"):
        for code, place in _codes(shell, branch.place, _DEEPEST):
            codes.setdefault(code, place)
    for code, place in codes.items():
        if code not in known:
            yield at(path, place, code=code)
    if is_dsm7 and 1 in codes and not codes.keys() & {2, 3, 4}:
        yield at(path, codes[1], variant="one", code=1)


@rule("S024")
def ends_with_any_status(subject: Subject) -> Iterator[Hit]:
    """The status of the last command is that of the script."""
    known = {row.path for row in scripts.lifecycle().values()} - {PATH}
    return subject.per_file([path for path in shell_scripts(subject) if path in known], _ends_with_any_status)


def _ends_with_any_status(subject: Subject, path: str) -> Iterator[Hit]:
    shell = script(subject, path)
    if shell.has_errors:
        return
    for ending in _open_endings(shell, shell.endings, _DEEPEST):
        program = shell.program(ending.command)
        variant = "and" if ending.kind is End.AND else ""
        yield at(path, ending.command.place, variant=variant, command=program)
        return


def _open_endings(shell: ShellScript, endings: tuple[Ending, ...], depth: int) -> Iterator[Ending]:
    """The endings whose status may well not be 0 although nothing is wrong."""
    asking = facts()["endings"]["asking"]
    for ending in endings:
        function = shell.function(ending.command.name)
        if function is not None and depth:
            yield from _open_endings(shell, function.endings, depth - 1)
        elif shell.program(ending.command) in asking:
            yield ending


def _handled(shell: ShellScript) -> Iterator[str]:
    """The words that a script tells apart: patterns of case, what [ ] compares, functions that are called by name."""
    for case in shell.cases:
        for branch in case.branches:
            yield from (pattern for pattern in branch.patterns if pattern != "*")
    for command in shell.commands:
        if command.name in {"[", "[[", "test"}:
            yield from (word.literal for word in command.words[1:] if word.literal)
        elif command.words and command.words[0].literal is None:
            yield from shell.function_names


def _matches(word: str, patterns: set[str]) -> bool:
    return any(fnmatch.fnmatchcase(word, pattern) for pattern in patterns)


def _branches(shell: ShellScript, word: str) -> Iterator[Branch]:
    """The branches for a word that the script is called with."""
    for case in shell.cases:
        for branch in case.branches:
            if word in branch.patterns and not any(item.role is not Role.SUBJECT for item in case.subject.expansions):
                yield branch


def _codes(shell: ShellScript, place: Place, depth: int) -> Iterator[tuple[int, Place]]:
    """The exit codes that a piece of the script can end with, as far as they are written down."""
    commands = list(shell.inside(place))
    for index, command in enumerate(commands):
        code = _exit_code(command)
        function = shell.function(command.name)
        if code is not None:
            yield code, command.place
        elif function is not None and depth and not (command.is_captured or command.is_piped):
            yield from _codes(shell, function.place, depth - 1)
            follower = commands[index + 1] if index + 1 < len(commands) else None
            if not command.is_condition and (follower is None or follower.words[-1].text in {"$?", "exit"}):
                yield from _returns(shell, function.place)


def _returns(shell: ShellScript, place: Place) -> Iterator[tuple[int, Place]]:
    for command in shell.inside(place):
        if command.name == "return" and (code := _number(shell, command)) is not None:
            yield code, command.place


def _exit_code(command: Command) -> int | None:
    """The number behind exit."""
    if command.name != "exit" or command.is_captured or len(command.words) != 2:
        return None
    text = command.words[1].literal or ""
    return int(text) if text.isdecimal() else None


def _number(shell: ShellScript, command: Command) -> int | None:
    values = arguments(shell, command)
    return int(values[0]) if len(values) == 1 and values[0].isdecimal() else None
