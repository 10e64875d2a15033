"""Rules about the fields of wizards: their keys, defaults, types and choices (spk-format.md 4.3 and 4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from spkcore.base.reference import schema
from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.jsonparts import document, hit_at
from spkcore.checks.rules.wizard_reading import below, fields, pages, per_wizard
from spkcore.checks.subject import Subject
from spkcore.package.jsontext import Node, join_pointer
from spkcore.package.wizard import SCHEMA, WizardField, WizardGroup, WizardPage, text_of
from spkcore.package.wizardkeys import is_identifier, is_reserved

SELECTS = frozenset({"singleselect", "multiselect"})

_DEFINITIONS = {
    "singleselect": "choice",
    "multiselect": "choice",
    "textfield": "textField",
    "password": "textField",
    "combobox": "comboBox",
}
_REFERENCES = {"#/$defs/flag": "flag", "#/$defs/number": "number"}
_WORDED_FLAGS = frozenset({"true", "false"})
_CHOICE_NUMBERS = frozenset({0, 1})


@rule("W004")
def no_key(subject: Subject) -> Iterator[Hit]:
    """An answer without a name reaches no script."""
    return per_wizard(subject, _no_key)


def _no_key(subject: Subject, path: str) -> Iterator[Hit]:
    for field in fields(subject, path):
        if field.type and field.node.find("key") is None and not field.is_hidden:
            yield hit_at(path, document(subject, path), field.pointer)


@rule("W005")
def unusable_key(subject: Subject) -> Iterator[Hit]:
    """The key is the name of a variable of the scripts."""
    return per_wizard(subject, _unusable_key)


def _unusable_key(subject: Subject, path: str) -> Iterator[Hit]:
    for field in fields(subject, path):
        member = field.node.find("key")
        if member is None or not isinstance(member.node.scalar, str):
            continue
        place = (path, document(subject, path), below(field, "key"))
        if not is_identifier(field.key):
            yield hit_at(*place, key=field.key)
        elif is_reserved(field.key):
            yield hit_at(*place, variant="reserved", key=field.key)


def is_usable(key: str) -> bool:
    """Whether a script can get an answer under this name."""
    return is_identifier(key) and not is_reserved(key)


@rule("W006")
def same_key_twice(subject: Subject) -> Iterator[Hit]:
    """Of two answers with one name, one is lost."""
    return per_wizard(subject, _same_key_twice)


def _same_key_twice(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    seen: dict[str, int] = {}
    for field in fields(subject, path):
        if not field.key:
            continue
        pointer = below(field, "key")
        if field.key in seen:
            yield hit_at(path, found, pointer, key=field.key, first=seen[field.key])
        seen.setdefault(field.key, found.position(pointer)[0])


@rule("W010")
def not_one_default(subject: Subject) -> Iterator[Hit]:
    """Of a round-button group, one is chosen."""
    return per_wizard(subject, _not_one_default)


def _not_one_default(subject: Subject, path: str) -> Iterator[Hit]:
    for page in pages(subject, path):
        for group in page.groups:
            count = _defaults(page, group)
            if count is not None and count != 1:
                yield hit_at(
                    path, document(subject, path), group.pointer, variant="several" if count else "", count=count
                )


def _defaults(page: WizardPage, group: WizardGroup) -> int | None:
    """How many options are preselected; None for a group that needs no choice, or whose choice a script makes."""
    if group.type != "singleselect" or len(group.fields) < 2:
        return None
    code = "".join(text_of(page.node, name) for name in ("activate", "activeate", "activate_v2"))
    is_open = any(field.is_hidden or (field.key and field.key in code) for field in group.fields)
    return None if is_open else sum(is_preselected(field.node) for field in group.fields)


def is_preselected(node: Node) -> bool:
    """Whether a select field is meant to be chosen at first."""
    member = node.find("defaultValue")
    return member is not None and (member.node.scalar is True or str(member.node.scalar).lower() == "true")


@rule("W011")
def default_of_wrong_type(subject: Subject) -> Iterator[Hit]:
    """Select fields start with true or false, the others with a text."""
    return per_wizard(subject, _default_of_wrong_type)


def _default_of_wrong_type(subject: Subject, path: str) -> Iterator[Hit]:
    for field in fields(subject, path):
        member = field.node.find("defaultValue")
        if member is None or not field.type:
            continue
        is_select = field.type in SELECTS
        if _is_flag(member.node) if is_select else member.node.kind == "string":
            continue
        variant = "select" if is_select else ""
        fixable = right_default(member.node, is_select=is_select) is not None
        yield hit_at(path, document(subject, path), below(field, "defaultValue"), variant=variant, fixable=fixable)


def right_default(node: Node, *, is_select: bool) -> str | bool | None:
    """What a default of the wrong type means in the right one; None where only a person can know."""
    if is_select:
        is_number = node.kind == "number" and node.scalar in _CHOICE_NUMBERS
        return bool(node.scalar) if is_number else None
    if node.kind == "boolean":
        return "true" if node.scalar else "false"
    return str(node.scalar) if node.kind == "number" else None


@rule("W013")
def unknown_vtype(subject: Subject) -> Iterator[Hit]:
    """The dialog has four ready-made rules."""
    return per_wizard(subject, _unknown_vtype)


def _unknown_vtype(subject: Subject, path: str) -> Iterator[Hit]:
    known: list[str] = schema(SCHEMA)["$defs"]["validator"]["properties"]["vtype"]["enum"]
    for field in fields(subject, path):
        member = field.validator.find("vtype") if field.validator else None
        if member is not None and member.node.value() not in known:
            pointer = below(field, "validator", "vtype")
            yield hit_at(path, document(subject, path), pointer, vtype=str(member.node.value()), known=", ".join(known))


@rule("W014")
def choices_do_not_fit(subject: Subject) -> Iterator[Hit]:
    """A list whose parts do not fit stays empty."""
    return per_wizard(subject, _choices_do_not_fit)


def _choices_do_not_fit(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    for field in fields(subject, path):
        if field.type != "combobox":
            continue
        if field.node.find("store") and field.node.find("api_store"):
            yield hit_at(path, found, below(field, "api_store"), of_name=True, variant="both")
            continue
        known = _store_fields(field)
        for pointer, name in _named_fields(field) if known else ():
            if name not in known:
                yield hit_at(path, found, pointer, name=name, known=", ".join(known))


def _store_fields(field: WizardField) -> tuple[str, ...]:
    """The fields that a choice has; none where the store does not say."""
    member = field.node.find("store") or field.node.find("api_store")
    listed = member.node.find("fields") if member else None
    names = [text_of(item, "name") if item.kind == "object" else item.scalar for item in _items(listed)]
    return tuple(name for name in names if isinstance(name, str) and name)


def _items(member: Any) -> tuple[Node, ...]:
    return member.node.items if member else ()


def _named_fields(field: WizardField) -> Iterator[tuple[str, str]]:
    """The pointers and values of displayField and valueField, of the box and of its store."""
    for store in ("", "store", "api_store"):
        member = field.node.find(store) if store else None
        node = member.node if member else field.node
        for name in ("displayField", "valueField") if member or not store else ():
            if text_of(node, name):
                yield below(field, *filter(None, (store, name))), text_of(node, name)


@rule("W015")
def password_with_default(subject: Subject) -> Iterator[Hit]:
    """Everybody who has the package has the password."""
    return per_wizard(subject, _password_with_default)


def _password_with_default(subject: Subject, path: str) -> Iterator[Hit]:
    for field in fields(subject, path):
        if field.type == "password" and text_of(field.node, "defaultValue"):
            yield hit_at(path, document(subject, path), below(field, "defaultValue"))


@rule("W026")
def empty_group(subject: Subject) -> Iterator[Hit]:
    """A typed entry without fields leaves a gap on the page."""
    return per_wizard(subject, _empty_group)


def _empty_group(subject: Subject, path: str) -> Iterator[Hit]:
    for page in pages(subject, path):
        for group in page.groups:
            member = group.node.find("subitems")
            if group.type and member and member.node.kind == "array" and not member.node.items:
                pointer = join_pointer(group.pointer, "subitems")
                is_text = bool(text_of(group.node, "desc"))
                yield hit_at(path, document(subject, path), pointer, type=group.type, fixable=is_text)


@rule("W027")
def text_for_flag_or_number(subject: Subject) -> Iterator[Hit]:
    """In JavaScript, every text but the empty one counts as true."""
    return per_wizard(subject, _text_for_flag_or_number)


def _text_for_flag_or_number(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    for pointer, node, definition in _typed_objects(subject, path):
        for name, kind in _typed_members(definition).items():
            text = text_of(node, name)
            if (kind == "flag" and text.lower() in _WORDED_FLAGS) or (kind == "number" and text.isdecimal()):
                variant = "number" if kind == "number" else ""
                yield hit_at(path, found, join_pointer(pointer, name), variant=variant, name=name, text=text)


def _typed_objects(subject: Subject, path: str) -> Iterator[tuple[str, Node, str]]:
    """The objects of a wizard with the definition of the schema that they follow."""
    for page in pages(subject, path):
        if not page.is_vue:
            yield page.pointer, page.node, "page"
        for field in page.fields:
            if field.type in _DEFINITIONS:
                yield field.pointer, field.node, _DEFINITIONS[field.type]
            if field.validator:
                yield below(field, "validator"), field.validator, "validator"


@cache
def _typed_members(definition: str) -> dict[str, str]:
    """The members that are flags or numbers."""
    members: dict[str, dict[str, Any]] = schema(SCHEMA)["$defs"][definition]["properties"]
    known = {name: _REFERENCES.get(str(row.get("$ref")), "") for name, row in members.items()}
    return {name: kind for name, kind in known.items() if kind and name != "defaultVaule"}


def _is_flag(node: Node) -> bool:
    """Whether it is true or false, or one of them as a text (another rule's matter)."""
    return node.kind == "boolean" or (isinstance(node.scalar, str) and node.scalar.lower() in _WORDED_FLAGS)
