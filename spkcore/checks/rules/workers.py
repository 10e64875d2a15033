"""What the rules about conf/resource share: the file, the places that resources/reference/workers.toml names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spkcore.base.reference import table
from spkcore.checks.rules.jsonparts import is_known, items_at, readable, text_at
from spkcore.checks.subject import Subject
from spkcore.package.jsontext import JsonDocument, join_pointer
from spkcore.package.privilege import PATH as PRIVILEGE
from spkcore.package.resource import PATH


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """One value of conf/resource: its pointer, its text ("" for other values), and the row of the table."""

    pointer: str
    text: str
    row: dict[str, Any]


def resource_file(subject: Subject) -> list[str]:
    """conf/resource, where its bytes are at hand."""
    return [PATH] if is_known(subject, PATH) else []


def resource(subject: Subject) -> JsonDocument | None:
    """conf/resource, where DSM can read it."""
    return readable(subject, PATH)


def places(found: JsonDocument, name: str) -> Iterator[WorkerPlace]:
    """The values of conf/resource at the places of the table `name`."""
    for row in table("workers")[name]:
        for pointer in matching(found, join_pointer("", row["worker"]), row["place"]):
            yield WorkerPlace(pointer, text_at(found, pointer), row)


def matching(found: JsonDocument, pointer: str, place: str) -> Iterator[str]:
    """The pointers below `pointer` that `place` ("shares/*/name") stands for, as far as they are there."""
    first, _, rest = place.partition("/")
    if found.node(pointer) is None:
        return
    below = [child for child, _ in items_at(found, pointer)] if first == "*" else [join_pointer(pointer, first)]
    for child in below:
        if found.node(child) is None:
            continue
        if rest:
            yield from matching(found, child, rest)
        else:
            yield child


def account(subject: Subject) -> str:
    """The user that the package runs as; "" where it runs as somebody else, or the privilege file cannot be read."""
    found = readable(subject, PRIVILEGE)
    if PRIVILEGE not in subject.entries:
        return subject.package if subject.targets.only_dsm7 else ""
    if text_at(found, "/defaults/run-as") != "package":
        return ""
    return text_at(found, "/username") or subject.package


def php_packages() -> dict[int, str]:
    """The packages of the PHP versions, by the number that webservice calls them."""
    return {row["backend"]: f"PHP{row['version']}" for row in table("workers")["php"]}


def providers(worker: str) -> tuple[str, ...]:
    """The packages of which one has to be installed for a worker; none for those of DSM itself."""
    php = re.fullmatch(r"php(\d)(\d)", worker)
    if php:
        return (f"PHP{php[1]}.{php[2]}",)
    return tuple(table("workers")["providers"].get(worker, ()))
