"""conf/resource: what the package asks DSM to set up for it, one worker each (spk-format.md 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spkcore.base.reference import schema
from spkcore.package.jsontext import JsonDocument

PATH = "conf/resource"
SCHEMA = "resource"
STARTER = "{\n}\n"
"""The text of a new file: no worker yet."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One resource worker. `provider` is the package that has to be installed for it, or DSM; `since` its first
    version; `starter` a value to begin with."""

    name: str
    title: str
    description: str
    provider: str
    since: str
    timing: tuple[str, ...]
    is_documented: bool
    starter: Any


def workers() -> tuple[Worker, ...]:
    """All workers that the schema knows, in the order of menus."""
    properties: dict[str, dict[str, Any]] = schema(SCHEMA)["properties"]
    rows = ((name, {**_definition(row), **row}) for name, row in properties.items())
    return tuple(_worker(name, row) for name, row in rows if "x-provider" in row)


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
        row.get("x-starter", {}),
    )
