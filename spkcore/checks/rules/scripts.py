"""Rules about scripts/ as files: which are there, how they start, what they are called (spk-format.md chapter 7).

What the scripts do is looked at in scripts_status, scripts_commands, scripts_variables and scripts_language.
"""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import (
    rule,
    scripts_commands,
    scripts_language,
    scripts_places,
    scripts_status,
    scripts_variables,
)
from spkcore.checks.rules.scripts_base import (
    all_scripts,
    facts,
    name_of,
    payload_scripts,
    run_by_dsm,
    shell_scripts,
    with_helpers,
    wizard_scripts,
)
from spkcore.checks.shell import BOM
from spkcore.checks.subject import Subject
from spkcore.package import scripts
from spkcore.package.entries import Kind
from spkcore.package.findings import from_utf16

MODULES = (scripts_commands, scripts_language, scripts_places, scripts_status, scripts_variables)
"""Where the other rules of this area are."""

_EXECUTE = 0o100


@rule("S001")
def missing_for_dsm7(subject: Subject) -> Iterator[Hit]:
    """DSM 7 looks for three scripts."""
    for script in scripts.lifecycle().values():
        if script.needed == "dsm7" and not _is_there(subject, script.path):
            yield hit(script.path, script=script.name)


@rule("S002")
def missing_for_the_guide(subject: Subject) -> Iterator[Hit]:
    """The guide wants seven scripts; those that DSM 7 checks are S001's there."""
    for script in scripts.lifecycle().values():
        is_wanted = script.needed == "guide" or (script.needed == "dsm7" and not subject.targets.dsm7)
        if is_wanted and not _is_there(subject, script.path):
            yield hit(script.path, script=script.name)


@rule("S003")
def windows_line_ends(subject: Subject) -> Iterator[Hit]:
    """The kernel takes the carriage return for a part of the interpreter's name."""
    yield from subject.per_file(all_scripts(subject), _windows_line_ends)
    yield from subject.per_file(payload_scripts(subject), _windows_line_ends)


def _windows_line_ends(subject: Subject, path: str) -> Iterator[Hit]:
    data = subject.data(path)
    if b"\r\n" in data or (b"\r" in data and b"\n" not in data):  # inside a line it may be meant, as in tr -d
        yield hit(path, data[: max(data.find(b"\r\n"), 0)].count(b"\n") + 1, 1)


@rule("S004")
def no_interpreter(subject: Subject) -> Iterator[Hit]:
    """The first line must name the program that reads the script."""
    return subject.per_file(run_by_dsm(subject), _no_interpreter)


def _no_interpreter(subject: Subject, path: str) -> Iterator[Hit]:
    data = subject.data(path).removeprefix(BOM)
    is_unknown = not data and subject.entries[path].size > 0
    if data.startswith(b"#!") or is_unknown or from_utf16(data) is not None:
        return
    variant = "late" if data.lstrip().startswith(b"#!") else ""
    line = data[: data.index(b"#!")].count(b"\n") + 1 if variant else 1
    yield hit(path, line, 1, variant=variant)


@rule("S005")
def not_executable(subject: Subject) -> Iterator[Hit]:
    """Whether DSM sets the execute bit itself is not known. Wizards are W019's."""
    for path in subject.scripts:
        attributes = subject.entries[path].attributes
        is_run = path.removeprefix("scripts/") in scripts.lifecycle()
        if is_run and attributes is not None and not attributes.permissions & _EXECUTE:
            yield hit(path, mode=f"{attributes.permissions:04o}")


@rule("S018")
def further_files(subject: Subject) -> Iterator[Hit]:
    """DSM runs only the scripts that it knows; others may lie beside them, and those that are read in are used."""
    known = scripts.lifecycle()
    misspelt = {path for path, _meant in _misspelt(subject)} | _read_in(subject)
    for path in subject.outside:
        name = path.removeprefix("scripts/")
        if name not in {path, *known} and subject.is_file(path) and path not in misspelt:
            yield hit(path, name=name)


def _read_in(subject: Subject) -> set[str]:
    """The files beside the lifecycle scripts that these read in."""
    run = [path for path in shell_scripts(subject) if path.removeprefix("scripts/") in scripts.lifecycle()]
    helpers = (with_helpers(subject, path)[0] for path in run)
    return {f"scripts/{item.file_name(word)}" for found in helpers for item in found for word in item.sourced()}


@rule("S021")
def byte_order_mark(subject: Subject) -> Iterator[Hit]:
    """The three bytes stand in front of "#!", so the kernel does not see it."""
    yield from subject.per_file(all_scripts(subject), _byte_order_mark)
    yield from subject.per_file((path for path in subject.outside if path.startswith("scripts/")), _utf16)
    yield from subject.per_file(wizard_scripts(subject), _utf16)
    yield from subject.per_file(payload_scripts(subject), _byte_order_mark)


def _byte_order_mark(subject: Subject, path: str) -> Iterator[Hit]:
    if subject.data(path).startswith(BOM):
        yield hit(path, 1, 1)


def _utf16(subject: Subject, path: str) -> Iterator[Hit]:
    """No shell reads it; it is no text for the other rules, because every second byte is 0."""
    if from_utf16(subject.data(path)) is not None:
        yield hit(path, 1, 1, variant="utf16")


@rule("S026")
def misspelt_name(subject: Subject) -> Iterator[Hit]:
    """A lifecycle script under a name that DSM does not know is never run."""
    for path, meant in _misspelt(subject):
        yield hit(path, name=name_of(path), meant=meant)


def _misspelt(subject: Subject) -> Iterator[tuple[str, str]]:
    """Files whose name is nearly that of a lifecycle script which is not there."""
    plain = {_plain(name): name for name in scripts.lifecycle()}
    for path in subject.outside:
        name = path.removeprefix("scripts/")
        if path == name or "/" in name or not subject.is_file(path) or name in scripts.lifecycle():
            continue
        meant = plain.get(_plain(name))
        if meant is not None and not _is_there(subject, f"scripts/{meant}"):
            yield path, meant


def _plain(name: str) -> str:
    """A name without what people add to it."""
    for ending in facts()["names"]["endings"]:
        name = name.lower().removesuffix(ending)
    return "".join(char for char in name if char not in facts()["names"]["ignored"])


def _is_there(subject: Subject, path: str) -> bool:
    entry = subject.entries.get(path)
    return entry is not None and entry.kind is not Kind.DIRECTORY
