"""Which files of a package are shell scripts, their structure, and what the rules about them share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Set
from typing import Any
from weakref import WeakKeyDictionary

from spkcore.base.reference import table
from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit, Value
from spkcore.checks.shell import Command, Place, ShellScript, parse
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package import scripts
from spkcore.package.findings import Severity

_MOST_PAYLOAD_SCRIPTS = 20
"""More .sh and .cgi files than this belong to a program of others, which its packager does not change."""
_LARGEST_PAYLOAD_SCRIPT = 64 << 10
_LARGEST_SCRIPT = 128 << 10
"""Bytes of a script whose structure is read: larger ones are archives that unpack themselves, and take seconds."""
_SHELLS = frozenset({"sh", "bash"})


def facts() -> Mapping[str, Any]:
    """The table of what scripts may do."""
    return table("shell")


def name_of(path: str) -> str:
    """The name of a file."""
    return posixpath.basename(path)


def run_by_dsm(subject: Subject) -> Iterator[str]:
    """The scripts that DSM itself starts: lifecycle scripts and wizards that are scripts."""
    known = scripts.lifecycle()
    for path in subject.scripts:
        if path.removeprefix("scripts/") in known:
            yield path
    yield from wizard_scripts(subject)


def wizard_scripts(subject: Subject) -> Iterator[str]:
    """The wizards that are scripts."""
    return (wizard.path for wizard in subject.wizards if wizard.is_script)


def all_scripts(subject: Subject) -> Iterator[str]:
    """Everything in scripts/ that is run or read in by a shell or another interpreter, and wizards."""
    known = scripts.lifecycle()
    others = tuple(facts()["names"]["no_scripts"])
    for path in subject.scripts:
        is_known = path.removeprefix("scripts/") in known
        if is_known or subject.data(path).removeprefix(b"\xef\xbb\xbf")[:2] == b"#!" or not path.endswith(others):
            yield path
    yield from wizard_scripts(subject)


def shell_scripts(subject: Subject) -> tuple[str, ...]:
    """The shell scripts of the package itself: in scripts/, and wizards. Without a "#!" line sh runs them.

    Those that are too large to be read are left out; `has_unread_scripts` tells.
    """
    return tuple(path for path in _all_shell_scripts(subject) if _is_small(subject, path))


def has_unread_scripts(subject: Subject) -> bool:
    """Whether a script is too large for us to know which variables it sets."""
    return not all(_is_small(subject, path) for path in _all_shell_scripts(subject))


def _is_small(subject: Subject, path: str) -> bool:
    return len(subject.data(path)) <= _LARGEST_SCRIPT


def _all_shell_scripts(subject: Subject) -> tuple[str, ...]:
    found = _found.get(subject)
    if found is None:
        found = _found[subject] = tuple(path for path in all_scripts(subject) if _is_shell(subject.data(path)))
    return found


_found: WeakKeyDictionary[Subject, tuple[str, ...]] = WeakKeyDictionary()


def _is_shell(data: bytes) -> bool:
    first = scripts.interpreter(data)
    return first is None or first.language in _SHELLS


def payload_scripts(subject: Subject) -> tuple[str, ...]:
    """The .sh and .cgi files of the payload, where they are few and small enough to be the packager's own."""
    return subject.per_payload(_payload_scripts)


def _payload_scripts(subject: Subject) -> tuple[str, ...]:
    paths = [path for path in subject.payload.files if path.endswith((".sh", ".cgi"))]
    if len(paths) > _MOST_PAYLOAD_SCRIPTS:
        return ()
    small = (path for path in paths if subject.entries[path].size <= _LARGEST_PAYLOAD_SCRIPT)
    found = ((path, scripts.interpreter(subject.data(path))) for path in small)
    return tuple(path for path, line in found if line is not None and line.language in _SHELLS)


def is_payload(path: str) -> bool:
    """Whether the file belongs to the payload."""
    return path.startswith(PAYLOAD_PREFIX)


def script(subject: Subject, path: str) -> ShellScript:
    """The structure of a shell script; remembered. One that is too large is not understood."""
    if not _is_small(subject, path):
        return ShellScript(b"", has_errors=True)
    entry = subject.entries.get(path)
    return memory.get(("shell", path), entry, lambda: parse(subject.data(path)))


def with_helpers(subject: Subject, path: str) -> tuple[list[ShellScript], bool]:
    """A script and those in scripts/ that it reads in, and whether these are all: others lie on the NAS."""
    found, waiting, seen, is_all = [], [path], {path}, True
    while waiting:
        current = script(subject, waiting.pop())
        found.append(current)
        for word in current.sourced():
            helper = f"scripts/{current.file_name(word)}"
            if helper not in subject.scripts:
                is_all = False
            elif helper not in seen:
                seen.add(helper)
                waiting.append(helper)
    return found, is_all


def at(
    path: str,
    place: Place,
    *,
    variant: str = "",
    severity: Severity | None = None,
    field: str = "",
    fixable: bool = True,
    **arguments: Value,
) -> Hit:
    """A hit at a place of a script."""
    return Hit(path, place.line, place.column, field, variant, tuple(arguments.items()), severity, fixable)


def is_aware(shell: ShellScript, command: Command) -> bool:
    """Whether something around a command knows about DSM versions, users or missing programs.

    A condition around it, around every call of its function, or one that ends the script before.
    """
    return command.place.start in _aware(shell)


def _aware(shell: ShellScript) -> frozenset[int]:
    return memory.get(("aware", shell.data), shell, lambda: frozenset(_aware_places(shell)))


def _aware_places(shell: ShellScript) -> Iterator[int]:
    guarded = {item.place.start for item in shell.commands if _is_guarded(item)}
    called = {item.name for item in shell.commands if item.place.start not in guarded}
    left: set[str] = set()  # the functions, and "" for the script, that a condition has ended above
    for command in shell.commands:
        is_guarded = command.place.start in guarded
        if is_guarded and command.name in {"exit", "return"}:
            left.add(command.function)
        if command.function in left or "" in left or is_guarded or not _is_called(command.function, called):
            yield command.place.start


def _is_called(function: str, called: Set[str]) -> bool:
    """Whether something calls a function whatever the DSM version; one named after a script is called by that name."""
    return not function or function in called or function in scripts.lifecycle()


def _is_guarded(command: Command) -> bool:
    words = facts()["root"]["guards"]
    return any(word in guard for guard in command.guards for word in words)


def arguments(shell: ShellScript, command: Command) -> list[str]:
    """The known values of the arguments of a command, options too; "" where one is not known."""
    return [shell.value(word) or "" for word in command.words[1:]]
