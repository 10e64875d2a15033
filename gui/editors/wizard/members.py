"""Which members of a page, item or field the designer shows, as rows of a form: the table wizard_members in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gui.qt.i18n import tr
from gui.widgets.fields import FieldSpec
from spkcore.base.reference import table
from spkcore.package import wizardlists
from spkcore.package.jsontext import JsonDocument, Node, join_pointer, require_node, split_pointer
from spkcore.package.wizardedit import FIELD, ITEM, PAGE, SELECTS, TYPES, kind_of, level

SECTIONS = ("main", "key", "start", "list", "rules", "more", "old")
_INPUTS = frozenset({"textfield", "password"})
_SOURCE = "source"
"""Not a member: which of store and api_store a drop-down has."""


@dataclass(frozen=True, slots=True)
class Section:
    """One group of rows. `is_used` says that the file has some of its members."""

    name: str
    specs: tuple[FieldSpec, ...]
    is_used: bool


def scope_of(document: JsonDocument, pointer: str) -> str:
    """The scope of the table for what stands at `pointer`; empty where the designer knows no form."""
    kind = kind_of(document, pointer)
    if level(pointer) == PAGE:
        return kind
    if level(pointer) == ITEM:
        return "text" if kind == "text" else "item"
    if level(pointer) != FIELD:
        return ""
    return "select" if kind in SELECTS else "combo" if kind == "combobox" else "input"


def sections(document: JsonDocument, pointer: str) -> list[Section]:
    """The groups of rows for a page, item or field. Old members are shown only where the file has them."""
    node = require_node(document, pointer)
    scope = scope_of(document, pointer)
    found = []
    for name in SECTIONS:
        rows = [row for row in _rows(scope) if row["section"] == name and _fits(document, pointer, row)]
        if name == "old":
            rows = [row for row in rows if _below(node, row["name"]) is not None]
        specs = tuple(_spec(row, document, pointer) for row in rows)
        if name == "list" and scope == "combo":
            specs = (_source_spec(), *specs)
        if specs:
            found.append(Section(name, specs, any(_below(node, spec.name) is not None for spec in specs)))
    return found


def values(document: JsonDocument, pointer: str) -> dict[str, object]:
    """The values of all rows, by name."""
    node = require_node(document, pointer)
    found: dict[str, object] = {}
    for row in _rows(scope_of(document, pointer)):
        below = _below(node, row["name"])
        if below is not None:
            found[row["name"]] = below.value()
    if scope_of(document, pointer) == "combo":
        found |= _list_values(document, pointer)
    return found


def unknown_members(document: JsonDocument, pointer: str) -> list[str]:
    """The names of members that no row shows: they are kept, and can be edited as text."""
    node = require_node(document, pointer)
    known = {row["name"].partition("/")[0] for row in _rows(scope_of(document, pointer))}
    return [member.name for member in node.members if member.name not in known | {"items", "subitems"}]


def member_of(node_pointer: str, field: str, names: Sequence[str]) -> str:
    """The name of the row that shows the place `field`; empty where none does."""
    tokens = split_pointer(field.removeprefix(node_pointer))
    for count in range(len(tokens), 0, -1):
        name = "/".join(tokens[:count])
        if name in names:
            return name
    return next((name for name in names if tokens and name.startswith("/".join(tokens) + "/")), "")


def place(pointer: str, name: str) -> str:
    """The pointer of the member that a row is for."""
    return join_pointer(pointer, *name.split("/"))


def type_names() -> Mapping[str, str]:
    """The types of items in words."""
    return {
        "textfield": tr("Text field"),
        "password": tr("Password"),
        "singleselect": tr("Single choice"),
        "multiselect": tr("Multiple choice"),
        "combobox": tr("Drop-down list"),
        "text": tr("Text"),
        "page": tr("Page"),
        "vue": tr("Vue page"),
    }


@cache
def _rows(scope: str) -> tuple[dict[str, Any], ...]:
    return tuple(row for row in table("wizard_members")["members"] if scope in row["scope"])


def _fits(document: JsonDocument, pointer: str, row: Mapping[str, Any]) -> bool:
    """A drop-down shows the rows of the list that it has."""
    if row["section"] != "list" or scope_of(document, pointer) != "combo":
        return True
    head = row["name"].partition("/")[0]
    if head not in {"store", "api_store"}:
        return True
    return bool(head == (wizardlists.source_of(document, pointer) or "store"))


def _list_values(document: JsonDocument, pointer: str) -> dict[str, object]:
    choices = wizardlists.choices_of(document, pointer)
    source = wizardlists.source_of(document, pointer)
    found: dict[str, object] = {_SOURCE: source or None}
    if choices is not None:
        found["store"] = wizardlists.as_lines(choices)
    return found


def _source_spec() -> FieldSpec:
    choices = (("store", tr("A list in the wizard")), ("api_store", tr("The NAS, through its API")))
    return FieldSpec(_SOURCE, tr("Filled by"), "choice", placeholder=tr("Nothing yet"), choices=choices)


def _spec(row: Mapping[str, Any], document: JsonDocument, pointer: str) -> FieldSpec:
    choices = tuple((value, text) for value, text in row.get("choices", ()))
    placeholder = ""
    if row["name"] == "type":
        choices = tuple((kind, type_names()[kind]) for kind in TYPES)
        placeholder = tr("Text without an answer")
    if "suggestions" in row:
        choices = tuple((name, name) for name in row["suggestions"])
    since = tr("since DSM {version}", version=row["since"]) if _is_recent(row.get("since", "")) else ""
    note = " ".join(filter(None, (row["name"].replace("/", "."), f"({since})" if since else "")))
    kind = _kind(row, document, pointer)
    return FieldSpec(
        row["name"], row["label"], kind, row.get("help", ""), note, placeholder=placeholder, choices=choices
    )


def _kind(row: Mapping[str, Any], document: JsonDocument, pointer: str) -> str:
    """A list that is no plain list of values and texts is edited as JSON."""
    if row["kind"] == "options" and wizardlists.choices_of(document, pointer) is None:
        return "json"
    kind: str = row["kind"]
    return kind


def _is_recent(since: str) -> bool:
    """Every DSM that the program builds for is 5.2 or newer."""
    return bool(since) and tuple(map(int, since.split("."))) >= (6, 0)


def _below(node: Node, name: str) -> Node | None:
    found: Node | None = node
    for token in name.split("/"):
        member = found.find(token) if found is not None and found.kind == "object" else None
        found = member.node if member else None
    return found
