"""Rules about where scripts write (spk-format.md 3.4 and chapter 7)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.scripts_base import arguments, at, facts, is_aware, script, shell_scripts
from spkcore.checks.shell import Command, ShellScript, Word
from spkcore.checks.subject import Subject


@rule("S023")
def writes_to_the_system(subject: Subject) -> Iterator[Hit]:
    """The system partition is small, belongs to DSM, and is written anew by its updates."""
    kinds = ("system", "local") if subject.targets.only_dsm7 else ("system",)
    kinds = kinds if subject.targets.dsm7 else (*kinds, "etc")
    return subject.per_file(shell_scripts(subject), _writes_to_the_system, kinds)


def _writes_to_the_system(subject: Subject, path: str, kinds: tuple[str, ...]) -> Iterator[Hit]:
    shell = script(subject, path)
    seen = set()
    for target, command in writes(shell):
        kind = place_kind(target)
        if kind in kinds and target not in seen and not is_aware(shell, command):
            seen.add(target)
            yield at(path, command.place, variant=kind if kind != "system" else "", target=target)


def writes(shell: ShellScript) -> Iterator[tuple[str, Command]]:
    """The absolute paths that a script writes to, as far as they are known, and the command that does it."""
    for command in shell.commands:
        words = [item.target for item in command.redirections if item.writes and item.target is not None]
        known = (_known_folder(shell, word) for word in (*words, *_written(shell, command)))
        yield from ((path, command) for path in dict.fromkeys(known) if path)


def place_kind(path: str) -> str:
    """What kind of place an absolute path is in: "etc", "system", "local" or "free" (table shell.places)."""
    places: dict[str, str] = facts()["places"]
    folder = posixpath.normpath(path)
    while folder not in places:
        folder = posixpath.dirname(folder)
    if folder != "/":
        return places[folder]
    is_right_below = posixpath.dirname(posixpath.normpath(path)) == "/"
    return "system" if is_right_below and not path.startswith("/volume") else "free"


def _known_folder(shell: ShellScript, word: Word) -> str:
    """The path that a word stands for; where its end is not known, the last folder that is; "" if not even that."""
    whole = shell.value(word)
    if whole is not None:
        return whole if whole.startswith("/") and not whole.startswith("//") else ""
    folder = shell.beginning(word).rpartition("/")[0]
    return f"{folder}/" if folder.startswith("/") else ""


def _written(shell: ShellScript, command: Command) -> list[Word]:
    """The words of a command that name what it writes."""
    rows = facts()["writers"]
    program = shell.program(command)
    words = [word for word in command.words[1:] if not word.text.startswith("-")]
    if program in rows["all"]:
        return words
    if program in rows["last"] and len(words) > 1:
        return words[-1:]
    if program == "sed" and any(value.startswith(("-i", "--in-place")) for value in arguments(shell, command)):
        return words[-1:]
    return []
