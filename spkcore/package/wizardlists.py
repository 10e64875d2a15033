"""What a drop-down of a wizard offers: a list in the wizard itself, in any of its spellings, or an API of the NAS."""

from __future__ import annotations

from typing import Any

from spkcore.base.reference import table
from spkcore.package import jsonedit
from spkcore.package.jsontext import JsonDocument, join_pointer, parse, require_node
from spkcore.package.wizard import text_of

Choice = tuple[str, str]
"""The value for scripts, and the text for people."""

_SEPARATOR = "|"
_WIDEST = 2


def source_of(document: JsonDocument, pointer: str) -> str:
    """store, api_store, or nothing."""
    node = require_node(document, pointer)
    return next((name for name in ("api_store", "store") if node.find(name)), "")


def choices_of(document: JsonDocument, pointer: str) -> list[Choice] | None:
    """The choices of the drop-down at `pointer`; None where they are no plain list of values and texts."""
    store = document.node(join_pointer(pointer, "store"))
    value: Any = [] if store is None else store.value()
    rows = value.get("data") if isinstance(value, dict) else value
    value_at, text_at = _columns(document, pointer)
    if not isinstance(rows, list):
        return None
    found = []
    for row in rows:
        cells = row if isinstance(row, list) else [row]
        if not 1 <= len(cells) <= _WIDEST or not all(isinstance(cell, str) for cell in cells):
            return None
        last = len(cells) - 1
        found.append((cells[min(value_at, last)], cells[min(text_at, last)]))
    return found


def with_choices(document: JsonDocument, pointer: str, choices: list[Choice]) -> JsonDocument:
    """With these choices, in the spelling that the file has."""
    place = join_pointer(pointer, "store")
    store = document.node(place)
    old: Any = None if store is None else store.value()
    value_at, text_at = _columns(document, pointer)
    if isinstance(old, list) and all(isinstance(row, str) for row in old) and all(a == b for a, b in choices) and old:
        return jsonedit.set_value(document, place, [value for value, _ in choices])
    rows = [_row(value, text, value_at, text_at) for value, text in choices]
    if isinstance(old, list):
        return jsonedit.set_value(document, place, rows)
    if store is None:
        made = _fresh("combobox")
        document = jsonedit.set_value(document, place, {**made["store"], "data": rows})
        for name in ("valueField", "displayField"):
            document = jsonedit.set_value(document, join_pointer(pointer, name), made[name])
        return document
    return jsonedit.set_value(document, join_pointer(place, "data"), rows)


def as_lines(choices: list[Choice]) -> str:
    """One choice a line: its value, and behind a bar its text where that differs."""
    return "\n".join(value if value == text else f"{value} {_SEPARATOR} {text}" for value, text in choices)


def from_lines(text: str) -> list[Choice]:
    """The choices of such lines; empty lines do not count."""
    pairs = (line.partition(_SEPARATOR) for line in text.split("\n") if line.strip())
    return [(value.strip(), label.strip() or value.strip()) for value, _, label in pairs]


def with_source(document: JsonDocument, pointer: str, source: str) -> JsonDocument:
    """Filled from a `store` or an `api_store`: what the other way needs goes, what this one needs is put there."""
    old = source_of(document, pointer)
    if old == source:
        return document
    if old:
        document = jsonedit.remove(document, join_pointer(pointer, old))
    made = _fresh("combobox" if source == "store" else "combobox_api")
    for name in ("mode", "valueField", "displayField", source):
        document = jsonedit.set_value(document, join_pointer(pointer, name), made[name])
    return document


def _row(value: str, text: str, value_at: int, text_at: int) -> list[str]:
    if value_at == text_at:
        return [value]
    return [value, text] if value_at < text_at else [text, value]


def _columns(document: JsonDocument, pointer: str) -> tuple[int, int]:
    """The places of value and text in a row."""
    node = require_node(document, pointer)
    store = node.find("store")
    value: Any = store.node.value() if store else None
    fields = value.get("fields") if isinstance(value, dict) else None
    known = fields if isinstance(fields, list) else []
    names = [item.get("name") if isinstance(item, dict) else item for item in known]
    places = [names.index(wanted) if wanted in names else -1 for wanted in (text_of(node, name) for name in _MEMBERS)]
    usual = 0 if len(names) == 1 else 1
    return max(places[0], 0), places[1] if places[1] >= 0 else usual


_MEMBERS = ("valueField", "displayField")


def _fresh(kind: str) -> dict[str, Any]:
    made: dict[str, Any] = parse(table("wizard_parts")["kinds"][kind]["json"]).value()["subitems"][0]
    return made
