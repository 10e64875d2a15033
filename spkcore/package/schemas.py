"""Checks a JSON part against its schema and says in plain words what is wrong, and where.

The schemas under resources/reference may say it themselves: `x-message` replaces the message of the keyword beside it
or below it, `x-unknown` the one for unknown members.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from spkcore.base.reference import schema
from spkcore.package.findings import Finding, Severity
from spkcore.package.jsontext import JsonDocument, join_pointer

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

RULE = "json-schema"
UNKNOWN = "json-unknown"
"""The kind of findings about members that the schema does not know."""
_ABOUT_UNKNOWN = frozenset({"additionalProperties", "unevaluatedProperties"})
MAX_FINDINGS = 100
"""Nobody reads more; a file of the wrong kind has thousands."""

_TYPES = {
    "object": "an object { … }",
    "array": "a list [ … ]",
    "string": "a text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def validate(document: JsonDocument, name: str, definition: str = "") -> list[Finding]:
    """What in `document` does not follow the schema `name`, or a definition inside it; nothing for an empty text."""
    if document.root is None:
        return []
    findings: dict[Finding, None] = {}
    for error in _validator(name, definition).iter_errors(document.value()):
        findings.update(dict.fromkeys(_findings(document, error)))
        if len(findings) >= MAX_FINDINGS:
            break
    return sorted(findings, key=lambda finding: (finding.line, finding.column))[:MAX_FINDINGS]


@cache
def _validator(name: str, definition: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    root = schema(name)
    if not definition:
        return Draft202012Validator(root)
    return Draft202012Validator({"$defs": root["$defs"], "$ref": f"#/$defs/{definition}"})


def _findings(document: JsonDocument, error: ValidationError) -> Iterator[Finding]:
    pointer = join_pointer("", *error.absolute_path)
    if error.validator in _ABOUT_UNKNOWN:
        for name in _unknown_members(error):
            message = _unknown(error, name)
            yield _finding(document, join_pointer(pointer, name), message, error, of_name=True)
        return
    inner = _inner(error)
    for child in inner:
        yield from _findings(document, child)
    if not inner:
        yield _finding(document, pointer, _message(error), error, of_name=_is_about_presence(error))


def _finding(document: JsonDocument, pointer: str, message: str, error: ValidationError, *, of_name: bool) -> Finding:
    line, column = document.position(pointer, of_name=of_name)
    kind = UNKNOWN if error.validator in _ABOUT_UNKNOWN else RULE
    return Finding(kind, Severity.ERROR, message, line, column, pointer, str(error.validator))


def _inner(error: ValidationError) -> list[ValidationError]:
    """The errors inside the one branch of anyOf or oneOf that the value can be meant for; none where several fit."""
    if error.validator not in {"anyOf", "oneOf"} or "x-message" in _schema_of(error):
        return []
    branches: dict[Any, list[ValidationError]] = {}
    for child in error.context or ():
        branches.setdefault(child.schema_path[0], []).append(child)
    meant = [errors for errors in branches.values() if not any(_is_another_type(item) for item in errors)]
    return meant[0] if len(meant) == 1 else []


def _is_another_type(error: ValidationError) -> bool:
    return bool(error.validator == "type" and not error.path)


def _is_about_presence(error: ValidationError) -> bool:
    """Whether the member should not be there at all: then its name is the place to look at."""
    return bool(error.validator == "not" and _wanted(error) == {})


def _schema_of(error: ValidationError) -> dict[str, Any]:
    """The subschema that the keyword stands in."""
    return dict(error.schema) if isinstance(error.schema, Mapping) else {}


def _wanted(error: ValidationError) -> Any:
    """What the schema says behind the keyword."""
    return error.validator_value


def _unknown_members(error: ValidationError) -> list[str]:
    known: dict[str, Any] = _schema_of(error).get("properties", {})
    patterns: Iterable[str] = _schema_of(error).get("patternProperties", {})
    members: dict[str, Any] = error.instance if isinstance(error.instance, dict) else {}
    return [name for name in members if name not in known and not any(re.search(item, name) for item in patterns)]


def _unknown(error: ValidationError, name: str) -> str:
    known = list(_schema_of(error).get("properties", {}))
    near = difflib.get_close_matches(name, known, 1, 0.75)
    hint = f" '{near[0]}' is probably meant." if near else ""
    said = _schema_of(error).get("x-unknown")
    return f"'{name}' is not known here. {said}{hint}" if said else f"'{name}' is not known here.{hint}"


def _message(error: ValidationError) -> str:
    said = _schema_of(error).get("x-message")
    if said and error.validator not in {"required", "type", "additionalProperties"}:
        return str(said)
    if error.validator == "type" and said and not error.absolute_path:
        return str(said)
    if error.validator in {"anyOf", "oneOf"}:
        return _best_of(error)
    wording = _WORDINGS.get(str(error.validator))
    return wording(error) if wording else f"This value does not fit: {error.message}."


def _best_of(error: ValidationError) -> str:
    """The message of the branch that came furthest, or all the types that would do."""
    from jsonschema.exceptions import best_match

    branches = list(error.context or ())
    types = [str(branch.validator_value) for branch in branches if branch.validator == "type" and not branch.path]
    if len(types) == len(branches):
        return f"Write {' or '.join(_TYPES.get(name, name) for name in dict.fromkeys(types))} here."
    fitting = [branch for branch in branches if not (branch.validator == "type" and not branch.path)]
    best = best_match(fitting)
    return _message(best) if best is not None else "This value does not fit."


def _wrong_type(error: ValidationError) -> str:
    wanted = _wanted(error)
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    return f"Write {' or '.join(_TYPES.get(name, name) for name in names)} here, not {_shown(error.instance)}."


def _missing(error: ValidationError) -> str:
    missing = re.match("'(.+)' is a required property", error.message)
    name = missing[1] if missing else ", ".join(str(item) for item in _wanted(error))
    return f"The member '{name}' is missing."


def _not_listed(error: ValidationError) -> str:
    listed = [_shown(value) for value in _wanted(error)]
    near = difflib.get_close_matches(str(error.instance), [str(value) for value in _wanted(error)], 1, 0.6)
    hint = f" '{near[0]}' is probably meant." if near else ""
    return f"{_shown(error.instance)} is not possible here. Write {_joined(listed)}.{hint}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:38] + '…"'


def _joined(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]


_WORDINGS: dict[str, Callable[[ValidationError], str]] = {
    "type": _wrong_type,
    "required": _missing,
    "enum": _not_listed,
    "const": lambda error: f"Write {_shown(_wanted(error))} here, not {_shown(error.instance)}.",
    "pattern": lambda error: f"{_shown(error.instance)} is not written as DSM expects it here.",
    "minLength": lambda _error: "This text must not be empty.",
    "minimum": lambda error: f"The smallest value is {_wanted(error)}.",
    "maximum": lambda error: f"The largest value is {_wanted(error)}.",
    "minItems": lambda error: f"At least {_wanted(error)} item is needed here.",
    "maxItems": lambda error: f"At most {_wanted(error)} item is possible here.",
    "minProperties": lambda error: f"At least {_wanted(error)} member is needed here.",
    "maxProperties": lambda _error: "Nothing may stand here: write {}.",
    "dependentRequired": lambda error: f"Members that belong together are incomplete: {error.message}.",
    "not": lambda _error: "This must not be here.",
}
