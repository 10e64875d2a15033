"""Processor platforms and their families, from resources/reference/architectures.toml (spk-format.md 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from spkcore.base.reference import table

NOARCH = "noarch"


@dataclass(frozen=True, slots=True)
class Family:
    """A value that stands for several platforms; noarch has no members and stands for all."""

    name: str
    title: str
    description: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform. `dsm` holds the DSM versions that Synology builds for; it is empty where nobody knows."""

    name: str
    family: str
    cpu: str
    dsm: tuple[str, ...]
    models: tuple[str, ...]
    note: str
    is_router: bool
    is_uncertain: bool


@cache
def families() -> Mapping[str, Family]:
    """All families by name, noarch first."""
    rows = table("architectures")["families"].items()
    return {name: Family(name, row["title"], row["description"], tuple(row.get("members", ()))) for name, row in rows}


@cache
def platforms() -> Mapping[str, Platform]:
    """All platforms by name, in the order of menus."""
    return {
        name: Platform(
            name,
            row.get("family", ""),
            row.get("cpu", ""),
            tuple(row.get("dsm", ())),
            tuple(row.get("models", ())),
            row.get("note", ""),
            row.get("system", "DSM") == "SRM",
            row.get("uncertain", False),
        )
        for name, row in table("architectures")["platforms"].items()
    }


def expand(values: Iterable[str]) -> tuple[str, ...]:
    """The platforms that these arch values stand for, each once; noarch and unknown values stay as they are.

    DSM 6 on some NAS refuses family values, so builders write platforms (spk-format.md 2.6).
    """
    expanded: dict[str, None] = {}
    for value in values:
        family = families().get(value)
        expanded.update(dict.fromkeys(family.members if family and family.members else (value,)))
    return tuple(expanded)


def arch_problem(value: str) -> str:
    """Why a single arch value is wrong, as a sentence; empty when it is a platform or a family."""
    if value in families() or value in platforms():
        return ""
    meant = table("architectures")["wrong"].get(value)
    if meant:
        return f"'{value}' is a name of build tools that no NAS answers to; '{meant}' is probably meant."
    return f"'{value}' is no known platform."
