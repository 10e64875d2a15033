"""What the wizard dialog makes of one field: its first value, the entries of its list, its check of the input.

Facts: spk-format.md 4.4 and 4.6, resources/reference/wizard_dialog.toml. JavaScript of the package is never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from spkcore.base.reference import table
from spkcore.package.jsontext import Node
from spkcore.package.jsregex import Matcher, UntriedError, can_be_tried, matches
from spkcore.package.wizard import WizardField, is_set, text_of

CHOICES = frozenset({"singleselect", "multiselect"})
"""Types of groups whose fields are switched on and off."""
TEXTS = frozenset({"textfield", "password", "combobox"})
"""Types of groups whose fields hold a text."""

Value = str | bool
_GENERIC_ENTRIES = ("Entry 1", "Entry 2")


class Wrong(StrEnum):
    """Why an input is refused."""

    BLANK = "blank"
    SHORT = "short"
    LONG = "long"
    VTYPE = "vtype"
    PATTERN = "pattern"


class Unknown(StrEnum):
    """What a preview cannot know about a field."""

    JAVASCRIPT = "javascript"
    """Its check is JavaScript, which only the browser runs."""
    PATTERN = "pattern"
    """Its pattern is not written as JavaScript, or uses what only JavaScript has."""
    VTYPE = "vtype"
    """DSM has no ready-made check of this name."""
    LIST = "list"
    """The NAS fills the list: entries are samples."""
    DISABLED = "disabled"
    """No source tells whether the value of a greyed out field reaches the scripts."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a field is refused. `text` is what the package says about it, empty where DSM uses words of its own;
    `limit` is the number of characters for SHORT and LONG, `vtype` the name of the ready-made check for VTYPE."""

    reason: Wrong
    text: str = ""
    limit: int = 0
    vtype: str = ""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a combobox: what scripts get, and what people see."""

    value: str
    text: str


def first_value(field: WizardField) -> Value:
    """What the field holds when the dialog opens. A flag given as text counts as true, as it does in JavaScript."""
    if field.type in CHOICES:
        return is_set(field.node, "defaultValue")
    member = field.node.find("defaultValue")
    default = script_text(member.node) if member else ""
    if not default and field.type == "combobox" and is_set(field.node, "autoSelect"):
        return next((entry.value for entry in list_entries(field)), "")
    return default


def list_entries(field: WizardField) -> tuple[ListEntry, ...]:
    """The entries of a combobox; samples where the NAS fills it."""
    store, api_store = field.node.find("store"), field.node.find("api_store")
    if store is not None:
        return tuple(_store_entries(field.node, store.node))
    if api_store is not None and api_store.node.kind == "object":
        return tuple(_sample_entries(field.node, api_store.node))
    return ()


def complaint(field: WizardField, value: Value, matcher: Matcher = matches) -> Complaint | None:
    """Why the dialog refuses this value, as far as that can be known; None where it takes it."""
    rules = field.validator
    if rules is None or field.type not in TEXTS or not isinstance(value, str) or is_set(field.node, "disabled"):
        return None
    if not value:
        is_refused = rules.find("allowBlank") is not None and not is_set(rules, "allowBlank")
        return Complaint(Wrong.BLANK, _words(field, "blankText")) if is_refused else None
    return _length_complaint(field, rules, value) or _form_complaint(field, rules, value, matcher)


def unknowns(field: WizardField) -> tuple[Unknown, ...]:
    """What a preview cannot show of this field, and should say."""
    rules = field.validator
    expression = _expression(rules)
    vtype = text_of(rules, "vtype") if rules else ""
    found = {
        Unknown.JAVASCRIPT: bool(rules and text_of(rules, "fn")),
        Unknown.PATTERN: bool(expression) and not can_be_tried(expression),
        Unknown.VTYPE: bool(vtype) and vtype not in table("wizard_dialog")["checks"],
        Unknown.LIST: field.type == "combobox" and is_sample_list(field),
        Unknown.DISABLED: is_set(field.node, "disabled") and bool(field.key),
    }
    return tuple(what for what, is_so in found.items() if is_so)


def is_sample_list(field: WizardField) -> bool:
    """Whether the NAS fills the list when the dialog opens."""
    return field.node.find("store") is None and field.node.find("api_store") is not None


def can_be_typed(field: WizardField) -> bool:
    """Whether people may type into a combobox."""
    member = field.node.find("editable")
    return member is None or bool(member.node.scalar)


def script_text(node: Node) -> str:
    """A plain value as JavaScript writes it: true, 5, a text; empty for null, lists and objects."""
    scalar = node.scalar
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, float) and scalar.is_integer():
        return str(int(scalar))
    return "" if scalar is None else str(scalar)


def _length_complaint(field: WizardField, rules: Node, value: str) -> Complaint | None:
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2  # as JavaScript counts
    shortest, longest = _number(rules, "minLength"), _number(rules, "maxLength")
    if shortest is not None and length < shortest:
        return Complaint(Wrong.SHORT, _words(field, "minLengthText"), shortest)
    if longest is not None and length > longest:
        return Complaint(Wrong.LONG, _words(field, "maxLengthText"), longest)
    return None


def _form_complaint(field: WizardField, rules: Node, value: str, matcher: Matcher) -> Complaint | None:
    vtype = text_of(rules, "vtype")
    pattern: str | None = table("wizard_dialog")["checks"].get(vtype)
    if pattern and re.fullmatch(pattern, value) is None:
        return Complaint(Wrong.VTYPE, vtype=vtype)
    expression = _expression(rules)
    try:
        if expression and not matcher(expression, value):
            return Complaint(Wrong.PATTERN, _pattern_words(field, rules))
    except UntriedError:
        return None
    return None


def _expression(rules: Node | None) -> str:
    member = rules.find("regex") if rules else None
    return text_of(member.node, "expr") if member and member.node.kind == "object" else ""


def _pattern_words(field: WizardField, rules: Node) -> str:
    member = rules.find("regex")
    return (text_of(member.node, "errorText") if member else "") or text_of(field.node, "invalidText")


def _words(field: WizardField, name: str) -> str:
    return text_of(field.node, name)


def _number(node: Node, name: str) -> int | None:
    """A number, also one that was written as a text."""
    member = node.find(name)
    text = script_text(member.node) if member else ""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _store_entries(box: Node, store: Node) -> Iterator[ListEntry]:
    if store.kind == "object":
        data = store.find("data")
        names = field_names(store)
        shown, sent = _columns(box, store, names)
        for row in data.node.items if data else ():
            cells = [script_text(cell) for cell in row.items] if row.kind == "array" else [script_text(row)]
            yield ListEntry(_cell(cells, sent), _cell(cells, shown))
        return
    for row in store.items:
        cells = [script_text(cell) for cell in row.items] if row.kind == "array" else [script_text(row)]
        yield ListEntry(_cell(cells, 0), _cell(cells, 1 if len(cells) > 1 else 0))


def field_names(store: Node) -> list[str]:
    """The names of the columns of a store."""
    member = store.find("fields")
    items = member.node.items if member else ()
    return [text_of(item, "name") if item.kind == "object" else script_text(item) for item in items]


def _columns(box: Node, store: Node, names: Sequence[str]) -> tuple[int, int]:
    """The positions of what is shown and of what is sent."""
    shown = _column(names, _name(box, store, "displayField"))
    sent = _column(names, _name(box, store, "valueField"))
    if shown is None:
        shown = sent if sent is not None else 0
    return shown, shown if sent is None else sent


def _name(box: Node, store: Node, member: str) -> str:
    return text_of(box, member) or text_of(store, member)


def _column(names: Sequence[str], name: str) -> int | None:
    return names.index(name) if name in names else None


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _sample_entries(box: Node, store: Node) -> Iterator[ListEntry]:
    rows: list[dict[str, str]] | None = table("wizard_dialog")["samples"].get(text_of(store, "api"))
    shown, sent = _name(box, store, "displayField"), _name(box, store, "valueField")
    for row in rows or [{"name": text} for text in _GENERIC_ENTRIES]:
        text = row.get(shown or sent, row["name"])
        yield ListEntry(row.get(sent, row["name"]) if sent else text, text)
