"""Rules about the variables of scripts: those of DSM, the answers of wizards, secrets (spk-format.md 3.6, 4.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.scripts_base import (
    arguments,
    at,
    facts,
    has_unread_scripts,
    is_aware,
    script,
    shell_scripts,
    with_helpers,
    wizard_scripts,
)
from spkcore.checks.shell import Command, Expansion, Role, ShellScript, Word, as_read
from spkcore.checks.subject import Subject
from spkcore.checks.targets import read_version
from spkcore.package import answers
from spkcore.package.findings import Severity
from spkcore.package.version import DsmVersion
from spkcore.package.wizard import wizard_keys

_WIZARD_VARIABLE = re.compile(r"(?:pkg)?wizard_\w+")
_DSM_VARIABLE = re.compile(r"SYNOPKG_\w+")
_STATUS = "SYNOPKG_PKG_STATUS"
_SPLITTING = frozenset({Role.ARGUMENT, Role.TEST, Role.LIST})
_DEFAULTS = (":-", "-", ":=", "=", ":+", "+", ":?", "?")
_SAVERS = ("preinst", "postinst", "preuninst", "postuninst")
_PACKAGE_FOLDER = re.compile(r"/var/packages/[^/]*/([^/]+)")


@rule("S010")
def unknown_answer(subject: Subject) -> Iterator[Hit]:
    """A variable that looks like the answer of a wizard, and that no wizard asks for."""
    if any(wizard_scripts(subject)) or has_unread_scripts(subject):
        return  # the pages of such a wizard, and so its keys, are only known when it runs
    paths = shell_scripts(subject)
    asked = {key.name for wizard in subject.wizards for key in wizard_keys(subject.json(wizard.path))}
    asked |= {key for wizard in subject.wizards for key in answers.wizard_keys(subject.text(wizard.path))}
    if any("custom_render" in subject.text(wizard.path) for wizard in subject.wizards):
        return  # a page of DSM 7.2.2 hands over what its JavaScript says
    given = {name for path in paths for name in script(subject, path).given}
    known = frozenset(name for name in asked | given if _WIZARD_VARIABLE.fullmatch(name))
    yield from subject.per_file(paths, _unknown_answer, known)


def _unknown_answer(subject: Subject, path: str, known: frozenset[str]) -> Iterator[Hit]:
    seen = set(known)
    for item in script(subject, path).expansions:
        if _WIZARD_VARIABLE.fullmatch(item.name) and item.name not in seen and item.operator not in _DEFAULTS:
            seen.add(item.name)
            yield at(path, item.place, field=item.name, name=item.name)


@rule("S011")
def deletes_data_in_upgrades(subject: Subject) -> Iterator[Hit]:
    """An upgrade runs these four scripts, too."""
    for name in _SAVERS:
        path = f"scripts/{name}"
        if path not in shell_scripts(subject):
            continue
        read, is_all = with_helpers(subject, path)
        if is_all and not any(_STATUS in item.used or item.has_errors for item in read):
            shell = script(subject, path)
            for command in shell.commands:
                folder = _deleted_data(shell, command)
                if folder and not any("wizard_" in guard for guard in command.guards):
                    yield at(path, command.place, folder=folder)


def _deleted_data(shell: ShellScript, command: Command) -> str:
    """The folder with data of the user that a command deletes; "" if it does not."""
    words = _removed(shell, command)
    return next((word.text.strip("\"'") for word in words if _is_data(shell, word)), "")


def _removed(shell: ShellScript, command: Command) -> list[Word]:
    """What rm -r or find -delete take away."""
    values = arguments(shell, command)
    program = shell.program(command)
    if not command.words:
        return []
    options = [value for value in (shell.value(command.words[0]) or "").split(" ")[1:] + values if value[:1] == "-"]
    is_deep = (
        any("r" in option.lower() for option in options if not option.startswith("--")) or "--recursive" in options
    )
    if program == "rm" and is_deep:
        return [word for word in command.words[1:] if not word.text.startswith("-")]
    return list(command.words[1:2]) if program == "find" and "-delete" in values else []


def _is_data(shell: ShellScript, word: Word) -> bool:
    parts = shell.parts(word)
    first = parts[0] if parts else None
    if isinstance(first, Expansion):
        return first.name in facts()["data"]["folders"]
    text = shell.beginning(word)
    found = _PACKAGE_FOLDER.match(text)
    if text == "/var/packages/" and len(parts) > 2 and isinstance(parts[2], str):
        found = _PACKAGE_FOLDER.match(text + "x" + parts[2])
    if found is not None:
        return found[1] in facts()["data"]["package_folders"]
    is_volume = text.startswith(tuple(facts()["data"]["roots"])) and text.count("/") > 1
    return is_volume and not any(name in text for name in facts()["data"]["passing"])


@rule("S012")
def deletes_unquoted(subject: Subject) -> Iterator[Hit]:
    """Without its value, `rm -rf $FOLDER/x` deletes /x."""
    return subject.per_file(shell_scripts(subject), _deletes_unquoted)


def _deletes_unquoted(subject: Subject, path: str) -> Iterator[Hit]:
    shell = script(subject, path)
    for item in dangerous(shell):
        yield at(path, item.place, fixable=can_mend(subject, path, item), name=item.name)


def dangerous(shell: ShellScript) -> Iterator[Expansion]:
    """The unquoted variables of DSM behind rm -r."""
    for command in shell.commands:
        for word in _removed(shell, command) if shell.program(command) == "rm" else ():
            for item in word.expansions:
                if _DSM_VARIABLE.fullmatch(item.name) and not item.is_quoted and item.operator not in {":?", "?"}:
                    yield item


@rule("S014")
def variables_of_later_dsm(subject: Subject) -> Iterator[Hit]:
    """DSM 6 does not set the variables that came with DSM 7."""
    paths = shell_scripts(subject) if not has_unread_scripts(subject) else ()
    given = {name for path in paths for name in script(subject, path).given}
    ours = frozenset(name for name in given if _DSM_VARIABLE.fullmatch(name))
    return subject.per_file(paths, _variables_of_later_dsm, subject.targets.low, ours)


def _variables_of_later_dsm(subject: Subject, path: str, low: DsmVersion, given: frozenset[str]) -> Iterator[Hit]:
    shell = script(subject, path)
    since = table("script_env")["variables"]
    aware = [item.place for item in shell.commands if is_aware(shell, item)]
    seen = set(given)
    for item in shell.expansions:
        version = read_version(since.get(item.name, {}).get("since", ""))
        if version is None or version <= low or item.name in seen or item.operator in _DEFAULTS:
            continue
        inside = any(place.start <= item.place.start < place.end for place in aware)
        if not inside and not _asks_for(shell, item):
            seen.add(item.name)
            yield at(path, item.place, name=item.name, since=f"{version.major}.{version.minor}")


def _asks_for(shell: ShellScript, item: Expansion) -> bool:
    """Whether a variable is read to see if it is set, or where that was seen."""
    around = [command for command in shell.commands if command.place.start <= item.place.start < command.place.end]
    tests = any(command.name in {"[", "[[", "test"} for command in around)
    return tests or any(item.name in guard for command in around for guard in command.guards)


@rule("S019")
def prints_secrets(subject: Subject) -> Iterator[Hit]:
    """What a script prints, others can read: in a log, or in Package Center."""
    asked = frozenset(
        key.name
        for wizard in subject.wizards
        if not wizard.is_script
        for key in wizard_keys(subject.json(wizard.path))
        if key.type == "password"
    )
    return subject.per_file(shell_scripts(subject), _prints_secrets, asked)


def _prints_secrets(subject: Subject, path: str, asked: frozenset[str]) -> Iterator[Hit]:
    shell = script(subject, path)
    secrets = {name for name in shell.used if name in asked or _sounds_secret(name)}
    rows = facts()["secrets"]
    for command in shell.commands:
        words = [item for word in command.words[1:] for item in word.expansions]
        if command.name in rows["printers"]:
            printed = words
        elif command.name in {"cat", "tee"}:
            printed = list(command.heredoc)
        else:
            printed = []
        name = next(
            (item.name for item in printed if item.name in secrets and item.operator not in {"#", ":+", "+"}), ""
        )
        if name and _is_public(shell, command):
            yield at(path, command.place, name=name)
        elif command.name == "set" and secrets and "x" in _flags(command):
            yield at(path, command.place, variant="trace", name=min(secrets))
        elif asked and _dumps(command) and _is_public(shell, command):
            yield at(path, command.place, variant="dump", command=command.name)


def _sounds_secret(name: str) -> bool:
    rows, small = facts()["secrets"], name.lower()
    return any(word in small for word in rows["names"]) and not any(word in small for word in rows["not_names"])


def _flags(command: Command) -> str:
    return "".join(word.text for word in command.words[1:] if re.fullmatch(r"-[a-zA-Z]+", word.text))


def _dumps(command: Command) -> bool:
    """Whether a command lists all variables with their values."""
    is_bare = len(command.words) == 1 or (command.name == "export" and command.words[1].text == "-p")
    return command.name in facts()["secrets"]["dumpers"] and is_bare


def _is_public(shell: ShellScript, command: Command) -> bool:
    """Whether the output of a command goes to the user, or into a log."""
    if command.is_piped or command.is_captured:
        return False
    if command.name in {"logger", "synologset1", "wall"}:
        return True
    outputs = [item for item in command.redirections if item.writes and item.descriptor in {"", "1"}]
    target = outputs[-1].target if outputs else None
    if target is None:
        return not any(item.operator == ">&" and item.descriptor == "3" for item in command.redirections)
    names = " ".join(item.name for item in target.expansions) + " " + (shell.value(target) or target.text)
    return any(word in names.lower() for word in facts()["secrets"]["logs"])


@rule("S022")
def unquoted(subject: Subject) -> Iterator[Hit]:
    """An unquoted value is split at blanks, and is gone where it is empty."""
    return subject.per_file(shell_scripts(subject), _unquoted)


def _unquoted(subject: Subject, path: str) -> Iterator[Hit]:
    shell = script(subject, path)
    taken = {item.place.start for item in dangerous(shell)}
    good, shell_data = set(mendable(shell)), subject.data(path)
    found: dict[str, list[Expansion]] = {}
    for item in splittable(shell):
        if item.place.start not in taken:
            found.setdefault(item.name, []).append(item)
    for name, items in found.items():
        tests = [item for item in items if item.role is Role.TEST]
        is_answer = _WIZARD_VARIABLE.fullmatch(name) is not None
        severity = Severity.WARNING if tests or is_answer else None
        variant = "test" if tests else "answer" if is_answer else ""
        first = (tests or items)[0]
        can_be_mended = all(item in good for item in items) and as_read(shell_data) == shell_data
        yield at(path, first.place, variant=variant, severity=severity, field=name, fixable=can_be_mended, name=name)


def splittable(shell: ShellScript) -> Iterator[Expansion]:
    """The variables of DSM and answers of wizards that the shell splits into words."""
    for item in shell.expansions:
        roles = _SPLITTING if _DSM_VARIABLE.fullmatch(item.name) else _SPLITTING - {Role.LIST}
        is_ours = _DSM_VARIABLE.fullmatch(item.name) or _WIZARD_VARIABLE.fullmatch(item.name)
        if is_ours and not item.is_quoted and item.role in roles and item.operator not in {"#", ":+", "+"}:
            yield item


def mendable(shell: ShellScript) -> Iterator[Expansion]:
    """Those of them that quotes cannot harm: DSM's values are no lists, and a test takes one word only."""
    for item in splittable(shell):
        is_single = _DSM_VARIABLE.fullmatch(item.name) is not None or item.role is Role.TEST
        if is_single and not in_backticks(shell, item):
            yield item


def in_backticks(shell: ShellScript, item: Expansion) -> bool:
    """Whether there are backticks in the line: quotes inside them are read in different ways."""
    start = shell.data.rfind(b"\n", 0, item.place.start) + 1
    return b"`" in shell.data[start : item.place.start]


def can_mend(subject: Subject, path: str, item: Expansion) -> bool:
    """Whether quotes can be put into the file: its bytes are those that were read, and there are no backticks."""
    data = subject.data(path)
    return as_read(data) == data and not in_backticks(script(subject, path), item)
