"""Describes forms for JSON parts from their schemas: which members an object has, of what kind, in which words.

Beside the usual keywords the schemas say `x-label`, `x-since`, `x-path` (a path of the payload), `x-choices` (the
meanings of listed values), `x-choices-of` (a list of the table workers that they come from), `x-only` (the values of
other members with which a member counts) and `x-rare` (shown only where it is there).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from spkcore.base.reference import schema, table

Raw = dict[str, Any]
_PATHS = frozenset({"payloadPath", "relativePath"})
_CELLS = frozenset({"text", "choice", "flag", "number"})
_MOST_COLUMNS = 5
_SCALARS = frozenset({"text", "choice", "flag", "number", "words", "numbers"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at a place. `kind` is

    - text, choice, flag (true, false or a wizard answer), number (or a wizard answer): one value,
    - words: a short list of texts; numbers: one of numbers; paths: a list of payload paths,
    - object; list: objects, described by `item`; map: any names with plain values, as in `php_settings`; any: all else.
    """

    kind: str
    choices: tuple[tuple[object, str], ...] = ()
    is_path: bool = False
    item: Shape | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)
    source: str = field(default="", repr=False, compare=False)

    @property
    def is_scalar(self) -> bool:
        """Whether one input is enough for it."""
        return self.kind in _SCALARS


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object: its name, what may stand there, and the words for it. `default` is what DSM takes
    without it, as text; `since` the first version that knows it."""

    name: str
    label: str
    shape: Shape
    help: str = ""
    since: str = ""
    default: str = ""
    required: bool = False

    @property
    def add_text(self) -> str:
        """What adds an item, where it is a list."""
        texts: dict[str, str] = table("workers")["add"]
        return texts.get(self.name, "Add a line")


def shape_at(source: str, *names: str) -> Shape:
    """The shape of the member below the root of the schema `source`: `shape_at("privilege", "tool")`."""
    raw: Raw = schema(source)
    for name in names:
        raw = _resolved(source, _property(raw, name))
    return _shape(source, raw)


def shape_of(source: str, definition: str) -> Shape:
    """The shape of a definition of the schema `source`: `shape_of("ui_config", "link")`."""
    return _shape(source, {"$ref": f"#/$defs/{definition}"})


def members(shape: Shape, value: object) -> tuple[Member, ...]:
    """The members of an object that now holds `value`, which decides between variants; required ones come first."""
    raw = _resolved(shape.source, shape.raw)
    given = value if isinstance(value, dict) else {}
    required = list(raw.get("required", ()))
    properties: Raw = {name: row for name, row in raw.get("properties", {}).items() if _counts(row, name, given)}
    for variant in _variants(shape.source, raw, given):
        required += [name for name in variant.get("required", ()) if name not in required]
        more: Raw = variant.get("properties", {})
        properties |= {name: row for name, row in more.items() if name not in properties and _counts(row, name, given)}
    order = [name for name in required if name in properties]
    order += [name for name in properties if name not in order and name != "_comment"]
    return tuple(_member(shape.source, name, properties[name], name in required) for name in order)


def others(shape: Shape, value: object) -> tuple[str, ...]:
    """The members of `value` that the description of the object does not know, in their order."""
    if not isinstance(value, dict):
        return ()
    known = {member.name for member in members(shape, value)}
    return tuple(name for name in value if name not in known)


def label_of(name: str) -> str:
    """What people call a member: the words of the table workers, or its name made readable."""
    labels: dict[str, str] = table("workers")["labels"]
    return labels.get(name) or name.replace("_", " ").replace("-", " ").capitalize()


def is_table(shape: Shape) -> bool:
    """Whether the items of this list fit on one line each."""
    if shape.item is None or shape.item.kind != "object" or "allOf" in shape.item.raw:
        return False
    found = members(shape.item, {})
    return len(found) <= _MOST_COLUMNS and all(member.shape.kind in _CELLS for member in found)


def _member(source: str, name: str, row: Raw, required: bool) -> Member:
    full = _resolved(source, row)
    default = full.get("default")
    shown = {True: "yes", False: "no"}.get(default, default) if isinstance(default, bool) else default
    shape = _shape(source, row)
    meant = dict(shape.choices).get(default, shown)
    text = "" if default is None else str(meant)
    label = full.get("x-label") or label_of(name)
    return Member(
        name, label, shape, _help(full.get("description", ""), label), full.get("x-since", ""), text, required
    )


def _help(text: str, label: str) -> str:
    """An explanation that says more than the label does."""
    said = text.removesuffix(".").removeprefix("The ")
    return "" if said.casefold() == label.casefold() else text


def _shape(source: str, row: Raw) -> Shape:
    full = _resolved(source, row)
    choices = _choices(full)
    kind = full.get("type")
    if kind == "array":
        return _list(source, full)
    if kind == "object" or "properties" in full:
        is_map = isinstance(full.get("additionalProperties"), dict)
        return Shape("map" if is_map else "object", raw=full, source=source)
    if full.get("x-kind") == "flag" or kind == "boolean":
        return Shape("flag")
    if choices:
        return Shape("choice", choices)
    if full.get("x-kind") == "number" or kind in {"integer", "number"}:
        return Shape("number")
    if kind == "string":
        return Shape("text", is_path=bool(full.get("x-path")))
    return Shape("any")


def _list(source: str, full: Raw) -> Shape:
    item = _shape(source, full.get("items", {}))
    if item.kind == "object":
        return Shape("list", item=item)
    if item.kind == "text":
        return Shape("paths" if item.is_path else "words", item=item)
    return Shape("numbers", item=item) if item.kind == "number" else Shape("any")


def _choices(full: Raw) -> tuple[tuple[object, str], ...]:
    if "x-choices-of" in full:
        rows = table("workers")[full["x-choices-of"]]
        return tuple((row["backend"], row.get("title") or f"PHP {row['version']}") for row in rows)
    texts: dict[str, str] = full.get("x-choices", {})
    return tuple((value, texts.get(str(value), str(value))) for value in full.get("enum", ()) if value != "")


def _resolved(source: str, row: Raw) -> Raw:
    """`row` with what it refers to, and without the branches of anyOf for null and for wizard answers."""
    name = row.get("$ref", "").removeprefix("#/$defs/")
    if name:
        own = {key: value for key, value in row.items() if key != "$ref"}
        return {
            **_resolved(source, schema(source)["$defs"][name]),
            **({"x-path": True} if name in _PATHS else {}),
            **own,
        }
    branches = [_resolved(source, branch) for branch in row.get("anyOf", ()) if branch.get("type") != "null"]
    branches = [branch for branch in branches if set(branch) - {"required", "x-path"}]
    if not branches:
        return row
    own = {key: value for key, value in row.items() if key != "anyOf"}
    types = {branch.get("type") for branch in branches}
    if "boolean" in types:
        return {"x-kind": "flag", **own}
    if "integer" in types:
        return {"x-kind": "number", **own}
    first = next((branch for branch in branches if "enum" in branch), branches[0])
    return {**first, **own}


def _property(raw: Raw, name: str) -> Raw:
    found: Raw | None = raw.get("properties", {}).get(name)
    if found is not None:
        return found
    patterns: Raw = raw.get("patternProperties", {})
    return next((row for pattern, row in patterns.items() if re.search(pattern, name)), {})


def _variants(source: str, raw: Raw, given: dict[str, Any]) -> list[Raw]:
    """What the conditions that hold for `given` add; conditions without a constant say nothing about forms."""
    found = []
    for row in raw.get("allOf", ()):
        wanted = {
            name: item["const"] for name, item in row.get("if", {}).get("properties", {}).items() if "const" in item
        }
        if wanted and all(given.get(name) == value for name, value in wanted.items()):
            found.append(_resolved(source, row.get("then", {})))
    return found


def _counts(row: Raw, name: str, given: dict[str, Any]) -> bool:
    """Whether a member counts with the others of the object; one that is there is always shown."""
    if row.get("x-rare") and name not in given:
        return False
    only: dict[str, str] = row.get("x-only", {})
    return name in given or all(given.get(other) in {None, value} for other, value in only.items())


def fits(shape: Shape, value: object) -> bool:
    """Whether a form of this shape can show `value` whole; null and what is not there are shown as not set."""
    if value is None:
        return True
    if shape.kind in {"object", "map"}:
        return isinstance(value, dict) and (shape.kind == "object" or all(_is_plain(item) for item in value.values()))
    if shape.kind in {"words", "paths"}:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if shape.kind == "numbers":
        return isinstance(value, list) and all(_is_plain(item) for item in value)
    if shape.kind == "list":
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return shape.is_scalar and _is_plain(value)


def new_item(shape: Shape) -> dict[str, Any]:
    """What an added item of a list begins with: the members that it needs, empty or with their first choice."""
    blanks: dict[str, Any] = {"text": "", "flag": True, "object": {}}
    made: dict[str, Any] = {}
    for member in members(shape, {}):
        if not member.required:
            continue
        if member.shape.choices:
            made[member.name] = member.shape.choices[0][0]
        elif member.shape.kind in blanks:
            made[member.name] = blanks[member.shape.kind]
    return made


def _is_plain(value: object) -> bool:
    return not isinstance(value, dict | list)
