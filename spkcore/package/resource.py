"""conf/resource: what the package asks DSM to set up for it, one worker each (spk-format.md 5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spkcore.base.reference import schema, table
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.jsontext import JsonDocument

PATH = "conf/resource"
SCHEMA = "resource"
STARTER = "{\n}\n"
"""The text of a new file: no worker yet."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One resource worker. `provider` is the package that has to be installed for it, or DSM; `since` its first
    version; `dsm7` why DSM 7 does not do it for everybody; `starter` a value to begin with."""

    name: str
    title: str
    description: str
    provider: str
    since: str
    timing: tuple[str, ...]
    is_documented: bool
    dsm7: str
    starter: Any


def workers() -> tuple[Worker, ...]:
    """All workers that the schema knows, in the order of menus."""
    properties: dict[str, dict[str, Any]] = schema(SCHEMA)["properties"]
    rows = ((name, {**_definition(row), **row}) for name, row in properties.items())
    return tuple(_worker(name, row) for name, row in rows if "x-provider" in row)


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a package's life: a moment at which workers act, or a script (then `script` is its name). `text`
    says when, `stage` in which operation, `failure` what DSM does when a worker fails there."""

    name: str = ""
    script: str = ""
    text: str = ""
    stage: str = ""
    failure: str = ""


def moments() -> tuple[Moment, ...]:
    """The moments and the scripts between them, in the order of a package's life."""
    return tuple(Moment(**row) for row in table("workers")["moments"])


def spans(timing: tuple[str, ...]) -> tuple[tuple[Moment, Moment], ...]:
    """From when to when a worker holds what it sets up: ("FROM_POSTINST_TO_POSTUNINST",) as pairs of moments."""
    known = {moment.name: moment for moment in moments() if moment.name}
    matches = [re.fullmatch(r"FROM_([A-Z]+)_TO_([A-Z]+)", item) for item in timing]
    return tuple((known[match[1]], known[match[2]]) for match in matches if match)


def worker_named(name: str) -> Worker | None:
    """The worker `name`, also one of the pattern phpNN; None for one that the schema does not know."""
    known = next((worker for worker in workers() if worker.name == name), None)
    if known is not None:
        return known
    patterns: dict[str, dict[str, Any]] = schema(SCHEMA)["patternProperties"]
    row = next((row for pattern, row in patterns.items() if re.search(pattern, name)), None)
    php = re.fullmatch(r"php(\d)(\d)", name)
    provider = f"PHP{php[1]}.{php[2]}" if php else ""
    return None if row is None else _worker(name, {"x-provider": provider, "x-undocumented": True, **row})


def note_of(name: str) -> str:
    """What is not certain, or easily missed, about a worker; "" where there is nothing."""
    notes: dict[str, str] = table("workers")["notes"]
    return notes.get(name, "")


def starter_for(worker: Worker, package: str, user: str, entries: Mapping[str, Entry]) -> Any:
    """The value to begin with, in the words of this package: its ID, its user, and files of the payload where some fit.

    A worker that needs no setting begins without one.
    """
    words = {"my-tool.sc": port_file_name(package, entries), "my-tool": user or package, "my-service": package}
    if worker.name == "usr-local-linker":
        programs = _files(entries, "bin/")
        return {"bin": programs[:1]} if programs else worker.starter
    if worker.name == "webservice":
        words |= {"my-site": package, "My site": package}
    return _in_words(worker.starter, words)


def port_file_name(package: str, entries: Mapping[str, Entry]) -> str:
    """The port file of the payload, relative to it; the usual name where there is none yet."""
    found = [path for path in _files(entries, "") if path.endswith(".sc")]
    own = [path for path in found if path.rpartition("/")[2] == f"{package}.sc"]
    return next(iter(own or found), f"etc/{package or 'package'}.sc")


def unit_paths(entries: Mapping[str, Entry]) -> list[str]:
    """The unit files that systemd-user-unit installs."""
    start = f"{table('workers')['unit']['folder']}/{table('workers')['unit']['start']}"
    return sorted(path for path, entry in entries.items() if path.startswith(start) and entry.kind is Kind.FILE)


def new_unit(package: str, title: str, entries: Mapping[str, Entry]) -> tuple[str, bytes]:
    """Path and bytes of a unit file that starts a program of the payload, under a name that is free."""
    row, programs = table("workers")["unit"], _files(entries, "bin/")
    names = (f"{row['start']}{package}{number or ''}.service" for number in range(len(entries) + 1))
    path = next(place for name in names if (place := f"{row['folder']}/{name}") not in entries)
    text: str = row["text"].lstrip("\n")
    words = {"title": title or package, "package": package, "program": next(iter(programs), f"bin/{package}")}
    return path, text.format(**words).encode()


def _files(entries: Mapping[str, Entry], folder: str) -> list[str]:
    """The files below a folder of the payload, relative to the payload."""
    start = f"{PAYLOAD}/"
    names = (path.removeprefix(start) for path, entry in entries.items()
             if path.startswith(start + folder) and entry.kind is not Kind.DIRECTORY)  # fmt: skip
    return sorted(names)


def _in_words(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _in_words(item, words) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_words(item, words) for item in value]
    return words.get(value, value) if isinstance(value, str) else value


def used_workers(document: JsonDocument) -> list[str]:
    """The workers that a file uses, in its order."""
    return [member.name for member in document.root.members if member.name != "_comment"] if document.root else []


def _definition(row: dict[str, Any]) -> dict[str, Any]:
    name = row.get("$ref", "").removeprefix("#/$defs/")
    definition: dict[str, Any] = schema(SCHEMA)["$defs"].get(name, {})
    return definition


def _worker(name: str, row: dict[str, Any]) -> Worker:
    return Worker(
        name,
        row["title"],
        row["description"],
        row["x-provider"],
        row.get("x-since", ""),
        tuple(row.get("x-timing", ())),
        not row.get("x-undocumented", False),
        row.get("x-dsm7", ""),
        row.get("x-starter", {}),
    )
