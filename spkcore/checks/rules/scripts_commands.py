"""Rules about commands that need root, or another DSM version (spk-format.md chapter 7)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from spkcore.base.reference import table
from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.scripts_base import arguments, at, facts, is_aware, script, shell_scripts
from spkcore.checks.rules.scripts_places import place_kind, writes
from spkcore.checks.shell import Command, ShellScript, Word
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets
from spkcore.package.findings import Severity

_SERVICE = ".service"
_OTHER_PACKAGE = re.compile(r"/var/packages/([^/$*?]+)/(?:target|var|home|tmp|etc|conf|scripts)(?:/|\Z)")


@rule("S009")
def needs_root(subject: Subject) -> Iterator[Hit]:
    """On DSM 7 every script of a package runs as its own user."""
    return subject.per_file(shell_scripts(subject), _needs_root, subject.targets.only_dsm7)


def _needs_root(subject: Subject, path: str, is_only_dsm7: bool) -> Iterator[Hit]:
    shell = script(subject, path)
    severity = None if is_only_dsm7 else Severity.WARNING
    for command in shell.commands:
        if is_aware(shell, command):
            continue
        if (name := _root_command(shell, command)) is not None:
            yield at(path, command.place, severity=severity, command=name)
    for target, command in writes(shell):
        if place_kind(target) == "etc" and not is_aware(shell, command) and not _is_legacy_path(target):
            yield at(path, command.place, variant="etc", severity=severity, target=target)


def _root_command(shell: ShellScript, command: Command) -> str | None:
    root = facts()["root"]
    name, values = shell.program(command), arguments(shell, command)
    if name in root["commands"] and name not in shell.function_names:
        is_asking = any(value.partition("=")[0] in root["asking"] for value in values[:1])
        return None if is_asking else name
    if name == "chown" and (owner := next((value for value in values if not value.startswith("-")), "")):
        account = re.split(r"[:.]", owner)[0]
        return f"chown {owner}" if account in root["owners"] else None
    if name == "mount" and values and values[0] not in root["asking"]:
        return name
    return None


@rule("S017")
def legacy_tools(subject: Subject) -> Iterator[Hit]:
    """Tools and folders of DSM 6 and before."""
    return subject.per_file(shell_scripts(subject), _legacy_tools)


def _legacy_tools(subject: Subject, path: str) -> Iterator[Hit]:
    shell = script(subject, path)
    for command in shell.commands:
        row = None if is_aware(shell, command) else _legacy(shell, command)
        if row is not None:
            yield at(path, command.place, tool=row[0], instead=row[1])


def _legacy(shell: ShellScript, command: Command) -> tuple[str, str] | None:
    """The tool or folder of an older DSM that a command uses, and what to use instead."""
    words = [shell.program(command), *arguments(shell, command)]
    tool = posixpath.basename(words[1]) if words[0] == "sudo" and words[1:] else words[0]
    for row in _legacy_rows("names"):
        if tool in row["names"] and row.get("argument", "") in {"", *words}:
            return " ".join(filter(None, [tool, row.get("argument", "")])), row["instead"]
    targets = (item.target for item in command.redirections if item.target is not None)
    beginnings = [text for word in (*command.words, *targets) if (text := shell.beginning(word)).startswith("/")]
    for row in _legacy_rows("paths") if beginnings else ():
        for folder in row["paths"]:
            if any(text.startswith(folder) for text in beginnings):
                return folder, row["instead"]
    return None


def _legacy_rows(key: str) -> Iterator[Mapping[str, Any]]:
    return (row for row in facts()["legacy"] if key in row)


def _is_legacy_path(target: str) -> bool:
    return any(target.startswith(folder) for row in _legacy_rows("paths") for folder in row["paths"])


@rule("S025")
def services_of_another_dsm(subject: Subject) -> Iterator[Hit]:
    """Each generation of DSM has other names for its services."""
    return subject.per_file(shell_scripts(subject), _services, subject.targets)


def _services(subject: Subject, path: str, targets: Targets) -> Iterator[Hit]:
    shell = script(subject, path)
    tools = facts()["services"]["tools"]
    for command in shell.commands:
        if shell.program(command) not in tools or is_aware(shell, command):
            continue
        for value in arguments(shell, command):
            version = _other_version(value, targets)
            if version:
                yield at(path, command.place, service=value, version=version)


def _other_version(service: str, targets: Targets) -> str:
    """The DSM generation that alone knows a service, if it is none of the targets; "" otherwise."""
    name = service.removesuffix(_SERVICE)
    wanted = range(targets.low.major, targets.high.major + 1)
    found = ""
    for row in table("services")["versions"]:
        names = {item.removesuffix(_SERVICE) for item in (*row["needs"], *row["restarts"], *row.get("also_seen", ()))}
        if name in names and (row["major"] in wanted or (row["major"] == 4 and targets.low.major < 4)):
            return ""
        if name in names:
            found = found or row["name"]
    return found


@rule("S013")
def folder_of_another_package(subject: Subject) -> Iterator[Hit]:
    """A script that was copied from another package."""
    known = " ".join(subject.info.get(key) for key in facts()["packages"]["keys"])
    return subject.per_file(shell_scripts(subject), _other_folder, subject.package, known)


def _other_folder(subject: Subject, path: str, own: str, known: str) -> Iterator[Hit]:
    shell = script(subject, path)
    seen = set()
    for word in sorted(_words(shell), key=_start):
        found = _OTHER_PACKAGE.match(shell.beginning(word))
        if found is None or not own or found[1] == own or found[1] in seen:
            continue
        seen.add(found[1])
        if found[1] not in known and not found[1].startswith(tuple(facts()["packages"]["synology"])):
            yield at(path, word.place, other=found[1], own=own)


def _words(shell: ShellScript) -> Iterator[Word]:
    for command in shell.commands:
        yield from command.words
    yield from (item.value for item in shell.assignments if item.value is not None)
    yield from (item.target for item in shell.redirections if item.target is not None)


def _start(word: Word) -> int:
    return word.place.start
