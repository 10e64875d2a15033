"""The keys that INFO may hold, from resources/reference/info_keys.toml, and what their values may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal

from spkcore.base.reference import table
from spkcore.package.dependencies import dependencies_problem
from spkcore.package.version import MAX_VERSION_PART, DsmVersion, parse_dsm_version

ValueType = Literal["text", "bool", "int", "version", "url", "words", "deps", "base64"]
Required = Literal["no", "always", "dsm7"]
Relevance = Literal["fits", "later", "outdated"]

_URL = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:\S+$")
_BASE64 = re.compile(r"^[A-Za-z0-9+/\s]*={0,2}$")


@dataclass(frozen=True, slots=True)
class InfoKey:
    """One key of the table; the head of info_keys.toml explains the columns."""

    name: str
    group: str
    label: str
    type: ValueType
    origin: str
    description: str
    required: Required = "no"
    default: str = ""
    default_note: str = ""
    since: str = ""
    deprecated: str = ""
    replaced_by: str = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    pattern_hint: str = ""
    safe_pattern: str = ""
    item_pattern: str = ""
    item_pattern_hint: str = ""
    choices: str = ""
    needs: str = ""
    example: str = ""
    minimum: int | None = None
    maximum: int | None = None
    localised: bool = False
    generated: bool = False
    allow_empty: bool = False
    long: bool = False

    @property
    def is_computed(self) -> bool:
        """Whether our build writes it; what Synology's tool alone writes stays as it is."""
        return self.generated and self.origin != "toolkit"


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """One section of the INFO form."""

    id: str
    title: str
    description: str
    keys: tuple[InfoKey, ...]


@cache
def info_keys() -> Mapping[str, InfoKey]:
    """All keys by name, in the order of the form."""
    return {name: _info_key(name, row) for name, row in table("info_keys")["keys"].items()}


@cache
def key_groups() -> tuple[KeyGroup, ...]:
    """The sections of the form with their keys."""
    keys = info_keys().values()
    return tuple(
        KeyGroup(row["id"], row["title"], row["description"], tuple(key for key in keys if key.group == row["id"]))
        for row in table("info_keys")["groups"]
    )


@cache
def languages() -> Mapping[str, str]:
    """Language codes and their English names, in the order of menus."""
    return {code: row["name"] for code, row in table("languages")["languages"].items()}


def split_language(name: str) -> tuple[str, str]:
    """`("description", "fre")` for `description_fre`; `(name, "")` for a key that is not localised.

    The code need not be one that DSM knows: `description_xyz` is a localised description too.
    """
    base, separator, code = name.rpartition("_")
    key = info_keys().get(base) if separator else None
    if key is not None and key.localised and re.fullmatch("[a-z]{3}", code) and name not in info_keys():
        return base, code
    return name, ""


def find_key(name: str) -> InfoKey | None:
    """The table's row for a key, localised or not; None for an unknown key."""
    return info_keys().get(split_language(name)[0])


def relevance(key: InfoKey, low: DsmVersion, high: DsmVersion) -> Relevance:
    """Whether DSM versions from `low` to `high` read the key: "later" when all of them are too old for it,
    "outdated" when all of them have another key, or nothing, in its place."""
    since, deprecated = parse_dsm_version(key.since), parse_dsm_version(key.deprecated)
    if deprecated is not None and low >= deprecated:
        return "outdated"
    return "later" if since is not None and high < since else "fits"


def value_problem(key: InfoKey, value: str) -> str:
    """Why `value` does not fit `key`, as a sentence; empty when it fits. An empty value counts as not given."""
    if not value.strip():
        return ""
    return _type_problem(key, value) or _table_problem(key, value)


def _info_key(name: str, row: Mapping[str, Any]) -> InfoKey:
    known = {field.name for field in fields(InfoKey)}
    unknown = set(row) - known
    if unknown:
        raise ValueError(f"info_keys.toml: unknown columns {sorted(unknown)} of {name}")
    columns: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return InfoKey(name=name, **columns)


def _type_problem(key: InfoKey, value: str) -> str:
    match key.type:
        case "bool":
            return "" if value in {"yes", "no"} else f"'{value}' is neither yes nor no. DSM takes it for no."
        case "int":
            return _integer_problem(key, value)
        case "version":
            return _version_problem(value)
        case "url":
            return "" if _URL.match(value) else "This is no web address. Start it with https:// or http://."
        case "deps":
            return dependencies_problem(value)
        case "base64":
            return "" if _BASE64.match(value) else "This is no base64 text."
        case _:
            return ""


def _integer_problem(key: InfoKey, value: str) -> str:
    if not re.fullmatch("[0-9]{1,18}", value):
        return f"'{value}' is not a whole number."
    if key.minimum is not None and int(value) < key.minimum:
        return f"The smallest value is {key.minimum}."
    if key.maximum is not None and int(value) > key.maximum:
        return f"The largest value is {key.maximum}."
    return ""


def _version_problem(value: str) -> str:
    if any(int(number) > MAX_VERSION_PART for number in re.findall(r"[0-9]{10,300}", value)):
        return f"No number of a version may be above {MAX_VERSION_PART}."
    return ""


def _table_problem(key: InfoKey, value: str) -> str:
    if key.values and value not in key.values:
        return f"'{value}' is not one of the values {', '.join(key.values)}."
    if key.pattern and not re.search(key.pattern, value):
        return f"'{value}' does not fit. {key.pattern_hint}"
    if key.item_pattern:
        bad = [word for word in value.split() if not re.search(key.item_pattern, word)]
        if bad:
            return f"'{bad[0]}' does not fit. {key.item_pattern_hint}"
    return ""


def is_placeholder(key: str, value: str) -> bool:
    """Whether `value` is what templates and tools write for this key of INFO until somebody fills it in."""
    patterns: list[str] = table("info_keys")["placeholders"].get(key, [])
    return any(re.fullmatch(pattern, value.strip().lower()) for pattern in patterns)
