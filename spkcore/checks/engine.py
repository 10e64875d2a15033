"""Finds the problems of a package: parts that cannot be read, that break their schema, or that are missing.

Each file is checked by itself and its problems are remembered as long as the file stays the same, so that checking
again after a keystroke reads one file. Rule ids are stable: they appear in the command line's output.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.checks import files
from spkcore.package import privilege
from spkcore.package.entries import Entry, Kind
from spkcore.package.findings import Finding, Severity
from spkcore.package.info import Info
from spkcore.package.parts import LARGEST_TEXT, Need, Part, PartKind, json_part, list_parts, read_info, targets_dsm7

__all__ = ["Problem", "Severity", "find_problems"]

_REMEMBERED = 1000
"""Files whose problems are remembered: many times the parts of one package."""


class HasEntries(Protocol):
    """A package, as far as the checks look at it."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Paths and entries."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. Lines and columns count from 1; 0 means the file as a whole.

    `field` is the INFO key or the JSON pointer that it is about; it may be empty.
    """

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    field: str = ""


Check = Callable[[bytes], list[Finding]]


class _Memory:
    """The findings of files that were checked, the least used forgotten first; safe for several threads."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[str, str], tuple[Entry, list[Finding]]] = OrderedDict()
        self._lock = Lock()

    def get(self, path: str, role: str, entry: Entry) -> list[Finding] | None:
        with self._lock:
            row = self._rows.get((path, role))
            if row is None or row[0] is not entry:
                return None
            self._rows.move_to_end((path, role))
            return row[1]

    def put(self, path: str, role: str, entry: Entry, findings: list[Finding]) -> None:
        with self._lock:
            self._rows[path, role] = (entry, findings)
            self._rows.move_to_end((path, role))
            while len(self._rows) > _REMEMBERED:
                self._rows.popitem(last=False)


_memory = _Memory()


def find_problems(package: HasEntries, context: TaskContext) -> list[Problem]:
    """The problems of `package`, part by part in the order of the tree. Raises `Cancelled`."""
    entries = package.entries
    info = read_info(entries)
    problems: list[Problem] = []
    for part in list_parts(entries, info):
        context.check()
        problems.extend(_problems_of_part(part, entries, info))
    return problems


def _problems_of_part(part: Part, entries: Mapping[str, Entry], info: Info) -> Iterator[Problem]:
    if not part.present:
        yield _missing(part)
        return
    entry = entries.get(part.path)
    if entry is None or entry.kind is not Kind.FILE:
        return
    role, check = _check_of(part, info)
    if check is None:
        return
    findings = _memory.get(part.path, role, entry)
    if findings is None:
        findings = _run(check, entry)
        _memory.put(part.path, role, entry, findings)
    for item in findings:
        yield Problem(item.rule, item.severity, part.path, item.line, item.column, item.message, item.field)


def _missing(part: Part) -> Problem:
    if part.need is Need.MUST:
        message = f"{part.path} is missing. DSM refuses a package without it."
        return Problem("part-missing", Severity.ERROR, part.path, 0, 0, message)
    message = f"{part.path} is missing. The package should have it."
    return Problem("part-missing", Severity.WARNING, part.path, 0, 0, message)


def _check_of(part: Part, info: Info) -> tuple[str, Check | None]:
    """The check for a part and a name for what it depends on beside the file itself."""
    if part.kind is PartKind.INFO:
        return "info", files.check_info
    if part.kind in {PartKind.SCRIPT, PartKind.WIZARD_SCRIPT}:
        return "script", files.check_script
    json = json_part(part.path, info)
    if json is None:
        return "", None
    further = (privilege.DSM7_DEFINITION,) if part.path == privilege.PATH and targets_dsm7(info) else ()
    return "#".join((json.schema, json.definition, *further)), files.json_check(json, *further)


def _run(check: Check, entry: Entry) -> list[Finding]:
    if entry.size > LARGEST_TEXT:
        message = f"The file is larger than {LARGEST_TEXT // 1024**2} MB, so it was not checked."
        return [Finding("part-too-large", Severity.WARNING, message)]
    try:
        return check(entry.content.read() if entry.content is not None else b"")
    except UnreadableError as error:
        return [Finding("part-unreadable", Severity.ERROR, f"{error.what}. {error.what_to_do}")]
