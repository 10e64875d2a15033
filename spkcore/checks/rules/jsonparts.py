"""What the rules about JSON parts share: errors, leniencies and schema findings of one file, with their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spkcore.base.errors import UnreadableError
from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit, hit
from spkcore.checks.subject import Subject
from spkcore.package import jsontext, schemas
from spkcore.package.entries import Entry, Kind
from spkcore.package.findings import Finding, Severity
from spkcore.package.jsonedit import with_missing_commas
from spkcore.package.jsontext import JsonDocument, Node


def is_known(subject: Subject, path: str) -> bool:
    """Whether the bytes of the file `path` are at hand: it is there, small enough, and was read."""
    if not subject.is_file(path):
        return False
    return bool(subject.data(path)) or _is_empty(subject, subject.entries[path])


def document(subject: Subject, path: str) -> JsonDocument:
    """The JSON of the file, with the places as an editor counts them, byte order mark included."""
    entry = subject.entries.get(path)
    return memory.get(("json with mark", path), entry, lambda: jsontext.parse(subject.text(path)))


def readable(subject: Subject, path: str) -> JsonDocument | None:
    """The JSON of the file, where DSM can read it."""
    found = document(subject, path) if is_known(subject, path) else None
    return found if found is not None and found.is_readable else None


def value_at(found: JsonDocument | None, pointer: str) -> Any:
    """The plain value at a place; None where there is none."""
    node = found.node(pointer) if found is not None else None
    return None if node is None else node.value()


def text_at(found: JsonDocument | None, pointer: str) -> str:
    """The text at a place; "" where there is none."""
    value = value_at(found, pointer)
    return value if isinstance(value, str) else ""


def items_at(found: JsonDocument, pointer: str) -> list[tuple[str, Node]]:
    """The items of the list at a place, or the members of the object, with their pointers."""
    node = found.node(pointer)
    if node is None:
        return []
    if node.kind == "object":
        return [(jsontext.join_pointer(pointer, member.name), member.node) for member in node.members]
    return [(jsontext.join_pointer(pointer, index), item) for index, item in enumerate(node.items)]


def hit_at(path: str, found: JsonDocument, pointer: str, *, of_name: bool = False, **more: Any) -> Hit:
    """A hit at a place of a JSON part."""
    line, column = found.position(pointer, of_name=of_name)
    return hit(path, line, column, field=pointer, **more)


def syntax_hits(subject: Subject, path: str, *, has_starter: bool = False) -> Iterator[Hit]:
    """What keeps DSM from reading the file, as `{what}`. A quick fix can put missing commas in, and fill an empty file
    that has a starter."""
    if not is_known(subject, path):
        return
    found = document(subject, path)
    errors = [item for item in found.problems if item.severity is Severity.ERROR]
    is_empty = has_starter and not found.text.strip()
    can_mend = is_empty or (bool(errors) and with_missing_commas(found) is not found)
    for item in errors:
        yield hit(path, item.line, item.column, variant="syntax", fixable=can_mend, what=item.message)


def lenient_hits(subject: Subject, path: str) -> Iterator[Hit]:
    """What only some readers take, as `{what}`. A quick fix can write it strictly where nothing else is wrong."""
    found = document(subject, path) if is_known(subject, path) else None
    for item in found.problems if found is not None else ():
        if item.severity is not Severity.ERROR:
            can_mend = found is not None and found.is_readable
            yield hit(path, item.line, item.column, severity=item.severity, fixable=can_mend, what=item.message)


def schema_findings(subject: Subject, path: str, name: str, definition: str = "") -> tuple[Finding, ...]:
    """What in a readable file does not follow its schema."""
    found = readable(subject, path)
    if found is None:
        return ()
    key = ("schema", path, name, definition)
    return memory.get(key, subject.entries.get(path), lambda: tuple(schemas.validate(found, name, definition)))


def _is_empty(subject: Subject, entry: Entry) -> bool:
    """Whether a file without bytes has none, instead of being too large or out of reach."""
    target = subject.entries.get(entry.target, entry) if entry.kind is Kind.HARDLINK else entry
    try:
        return target.content is not None and not target.size and not target.content.read()
    except UnreadableError:
        return False
