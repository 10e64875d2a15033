"""Rules about shell as a language: bash under /bin/sh, scripts that cannot be read, shellcheck's findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.checks import shellcheck
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.scripts_base import at, facts, is_payload, payload_scripts, script, shell_scripts
from spkcore.checks.rules.scripts_variables import dangerous
from spkcore.checks.shell import Place, ShellScript
from spkcore.checks.shellcheck import Remark
from spkcore.checks.subject import Subject
from spkcore.package import scripts
from spkcore.package.findings import Severity

_KEYWORDS = frozenset({"fi", "done", "esac", "then", "else", "elif", "do", "}"})
_END = re.compile(rb"^(?:exit(?:[ \t]+\S+)?|exec[ \t]+\S.*)[ \t]*$", re.MULTILINE)
_BASH = re.compile(r"bash\d*")


@rule("S015")
def bash_under_sh(subject: Subject) -> Iterator[Hit]:
    """The sh of DSM 6 and before is not always bash."""
    has_bash = not subject.targets.below(6)
    return subject.per_file(shell_scripts(subject), _bash_under_sh, has_bash)


def _bash_under_sh(subject: Subject, path: str, has_bash: bool) -> Iterator[Hit]:
    first = scripts.interpreter(subject.data(path))
    if first is None or first.language != "sh" or _BASH.search(first.arguments):
        return
    shell = script(subject, path)
    seen: set[str] = set()
    for name, place in (*_constructs(shell), *_commands(shell)):
        if name not in seen:
            seen.add(name)
            yield at(path, place, fixable=has_bash, construct=name)


def _constructs(shell: ShellScript) -> Iterator[tuple[str, Place]]:
    names = facts()["constructs"]
    return ((names[item.kind], item.place) for item in shell.constructs)


def _commands(shell: ShellScript) -> Iterator[tuple[str, Place]]:
    rows = facts()["bash_commands"]
    for command in shell.commands:
        option = command.words[1].literal if len(command.words) > 1 else None
        if command.name in rows["names"] and command.name not in shell.function_names:
            yield command.name, command.place
        elif command.name == "echo" and option in rows["echo_options"]:
            yield f"echo {option}", command.place


@rule("S016")
def syntax_error(subject: Subject) -> Iterator[Hit]:
    """Two readers must agree that it cannot be read: each of them takes some sound scripts for wrong."""
    for path, remarks in _remarks(subject):
        found = _syntax_error(remarks) if any(item.is_fatal for item in remarks) else None
        shell = script(subject, path) if found else None
        if found and shell and _is_doubtful(shell) and not _is_unreachable(shell, found.line):
            yield hit(path, found.line, found.column, message=found.message.strip(), code=f"SC{found.code}")


@rule("S020")
def shellcheck_says(subject: Subject) -> Iterator[Hit]:
    """The findings of shellcheck that matter on a NAS."""
    rows = facts()["shellcheck"]
    for path, remarks in _remarks(subject):
        if any(item.is_fatal for item in remarks):
            continue
        levels = rows["payload_levels"] if is_payload(path) else rows["levels"]
        known = {(rows["empty"], item.place.line) for item in dangerous(script(subject, path))}
        for item in remarks:
            if item.level in levels and (item.code, item.line) not in known:
                is_milder = item.is_syntax or item.code in rows["milder"]  # what cannot be read at all is S016
                severity = Severity.WARNING if is_milder else Severity(rows["levels"][item.level])
                code, message = f"SC{item.code}", item.message.strip()
                yield hit(path, item.line, item.column, severity=severity, code=code, message=message)


def is_waiting(subject: Subject) -> bool:
    """Whether shellcheck has not read all scripts yet, so that a quick look leaves its findings out."""
    return shellcheck.available() and any(not shellcheck.is_known(subject.data(path)) for path in _paths(subject))


def _paths(subject: Subject) -> list[str]:
    return [*shell_scripts(subject), *payload_scripts(subject)]


def _remarks(subject: Subject) -> Iterator[tuple[str, tuple[Remark, ...]]]:
    paths = _paths(subject)
    said = shellcheck.remarks((subject.data(path) for path in paths), subject.context, only_known=subject.quick)
    return ((path, said.get(subject.data(path), ())) for path in paths)


def _syntax_error(remarks: tuple[Remark, ...]) -> Remark | None:
    """The remark that tells most about why a script cannot be read."""
    vague = facts()["shellcheck"]["vague"]
    found = [item for item in remarks if item.is_syntax]
    return next((item for item in found if item.code not in vague), found[0] if found else None)


def _is_doubtful(shell: ShellScript) -> bool:
    """Whether tree-sitter found an error, or took the end of something that never began for a command."""
    return shell.has_errors or any(command.name in _KEYWORDS for command in shell.commands)


def _is_unreachable(shell: ShellScript, line: int) -> bool:
    """Whether the script ends before this line: behind it, data may follow that nobody reads as a script."""
    before = b"\n".join(shell.data.split(b"\n")[: line - 1])
    return _END.search(before) is not None
