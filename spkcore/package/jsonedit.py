"""Edits of a JSON text that change one place and leave every other character alone.

Every function gives a new document and raises `UsageError` when the place is not there. New text follows the
indentation and the line ends of its surroundings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from spkcore.base.errors import UsageError
from spkcore.package.findings import Severity
from spkcore.package.jsonsplice import spliced
from spkcore.package.jsontext import (
    JsonDocument,
    Member,
    Node,
    join_pointer,
    next_significant,
    parse,
    require_node,
    split_pointer,
)

_LONE_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_INDENT = re.compile(r"\n([ \t]+)\S")
_PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<comment>[ \t]*(?://[^\r\n]*|/\*.*?(?:\*/|\Z)))|,|[^"/,]|/', re.DOTALL)
"""Strings, comments with the blanks before them, commas, and everything else letter by letter."""
_RAW = re.compile(r"[\x00-\x1f]")
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_MAX_COMMAS = 100


def set_value(document: JsonDocument, pointer: str, value: Any) -> JsonDocument:
    """Put `value` at `pointer`: replace what is there, or add a member, with the objects that are missing above it."""
    node = document.node(pointer)
    if node is not None:
        if node.value() == value and _same_type(node, value):
            return document
        _sound_node(document, pointer)
        return spliced(document, node.start, node.end, _replacement(document, node, value))
    if document.root is None:
        return parse(document.text + _dump(document, _nested(split_pointer(pointer), value), ""))
    tokens = split_pointer(pointer)
    known = next(count for count in range(len(tokens), -1, -1) if document.node(join_pointer("", *tokens[:count])))
    holder = join_pointer("", *tokens[:known])
    return insert_member(document, holder, tokens[known], _nested(tokens[known + 1 :], value))


def insert_member(
    document: JsonDocument, pointer: str, name: str, value: Any, index: int | None = None
) -> JsonDocument:
    """Add the member `name` to the object at `pointer`, before its member number `index` or at the end."""
    node = _sound_node(document, pointer)
    if node.kind != "object":
        raise UsageError("This place holds no object, so it cannot have members", pointer or "/", "")
    if node.find(name):
        raise UsageError("There is already a member of this name", join_pointer(pointer, name), "Choose another name.")
    return _insert(document, node, index, value, _string(name))


def insert_item(document: JsonDocument, pointer: str, value: Any, index: int | None = None) -> JsonDocument:
    """Add `value` to the array at `pointer`, before its item number `index` or at the end."""
    node = _sound_node(document, pointer)
    if node.kind != "array":
        raise UsageError("This place holds no list, so it cannot have items", pointer or "/", "")
    return _insert(document, node, index, value, "")


def remove(document: JsonDocument, pointer: str) -> JsonDocument:
    """Without the member or item at `pointer`; of a name given twice, both go."""
    if not pointer:
        raise UsageError("The whole file cannot be removed from itself", "/", "Remove the file instead.")
    require_node(document, pointer)
    parent, _, _ = pointer.rpartition("/")
    token = split_pointer(pointer)[-1]
    holder = _sound_node(document, parent)
    if holder.kind == "array":
        return _without(document, holder, int(token))
    while member := holder.find(token):
        document = _without(document, holder, holder.members.index(member))
        holder = require_node(document, parent)
    return document


def rename_member(document: JsonDocument, pointer: str, new_name: str) -> JsonDocument:
    """With the member at `pointer` called `new_name`, its value untouched."""
    parent, _, _ = pointer.rpartition("/")
    holder = _sound_node(document, parent)
    member = _member(holder, pointer)
    if member.name == new_name:
        return document
    if holder.find(new_name):
        raise UsageError("There is already a member of this name", new_name, "Choose another name.")
    return _splice(document, member.start, member.end, _string(new_name))


def move(document: JsonDocument, pointer: str, index: int, new_index: int) -> JsonDocument:
    """With child number `index` of the array or object at `pointer` moved to `new_index`; the gaps stay in place."""
    spans = _sound_node(document, pointer).spans
    if not (0 <= index < len(spans) and 0 <= new_index < len(spans)):
        raise UsageError("There is no such item to move", pointer or "/", "")
    texts = [document.text[start:end] for start, end in spans]
    texts.insert(new_index, texts.pop(index))
    low, high = min(index, new_index), max(index, new_index)
    gaps = [document.text[spans[at][1] : spans[at + 1][0]] for at in range(low, high)]
    moved = "".join(text + gap for text, gap in zip(texts[low : high + 1], [*gaps, ""], strict=True))
    return _splice(document, spans[low][0], spans[high][1], moved)


def dumps(value: Any, indent: str = "    ") -> str:
    """`value` as strict JSON text over several lines: how a new part is written."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def _sound_node(document: JsonDocument, pointer: str) -> Node:
    """The value at `pointer` of a text without errors: only there are the places of commas and brackets certain."""
    errors = [problem for problem in document.problems if problem.severity is Severity.ERROR]
    if errors:
        where = f"line {errors[0].line}, column {errors[0].column}"
        raise UsageError("The file has an error, so it cannot be edited by parts", where, "Correct the text first.")
    return require_node(document, pointer)


def _nested(tokens: list[str], value: Any) -> Any:
    for token in reversed(tokens):
        value = {token: value}
    return value


def _same_type(node: Node, value: Any) -> bool:
    """Whether the text need not change: 1 equals 1.0 and True in Python, but not in the file."""
    if isinstance(value, bool) or node.kind == "boolean":
        return isinstance(value, bool) and node.kind == "boolean"
    if node.kind == "number":
        return type(node.scalar) is type(value)
    return node.kind in {"string", "null"} or json.dumps(node.value()) == json.dumps(value)


def _member(holder: Node, pointer: str) -> Member:
    member = holder.find(split_pointer(pointer)[-1]) if pointer and holder.kind == "object" else None
    if member is None:
        raise UsageError("There is no such member in the file", pointer or "/", "Check the file for errors first.")
    return member


def _splice(document: JsonDocument, start: int, end: int, new: str) -> JsonDocument:
    return parse(document.text[:start] + new + document.text[end:])


def _escaped(text: str) -> str:
    """Half a surrogate pair cannot be written as UTF-8; undecodable bytes (U+DC80 to U+DCFF) can, and stay."""
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _string(text: str) -> str:
    return _escaped(json.dumps(text, ensure_ascii=False))


def _newline(text: str) -> str:
    """The line end of the file; empty where all stands on one line."""
    first = text.find("\n")
    if first < 0:
        return ""
    return "\r\n" if text[first - 1 : first] == "\r" else "\n"


def _unit(document: JsonDocument) -> str:
    """One step of the file's indentation: that of its first indented line."""
    match = _INDENT.search(document.text)
    return match[1] if match else "    "


def _line_indent(text: str, offset: int) -> str:
    """The blanks that start the line of `offset`."""
    start = text.rfind("\n", 0, offset) + 1
    match = re.compile(r"[ \t]*").match(text, start)
    return match[0] if match else ""


def _dump(document: JsonDocument, value: Any, indent: str) -> str:
    newline = _newline(document.text)
    if not isinstance(value, dict | list) or not value or not newline:
        return _escaped(json.dumps(value, ensure_ascii=False))
    return dumps(value, _unit(document)).replace("\n", newline + indent)


def _replacement(document: JsonDocument, node: Node, value: Any) -> str:
    """The text of `value` for the place of `node`; what stood on one line stays on one line."""
    if node.spans and "\n" not in document.text[node.start : node.end]:
        return _escaped(json.dumps(value, ensure_ascii=False))
    return _dump(document, value, _line_indent(document.text, node.start))


def _insert(document: JsonDocument, node: Node, index: int | None, value: Any, name: str) -> JsonDocument:
    spans, text = node.spans, document.text
    if not spans:
        return _insert_first(document, node, value, name)
    if index is not None and index < len(spans):
        start = spans[index][0]
        gap = _gap(text, start)
        return _splice(document, start, start, _child_text(document, value, name, gap) + "," + (gap or " "))
    start, end = spans[-1]
    gap = _gap(text, start)
    comma = next_significant(text, end)
    has_comma = text[comma : comma + 1] == ","
    place = comma + 1 if has_comma else end
    new = _child_text(document, value, name, gap)
    return _splice(document, place, place, ("" if has_comma else ",") + (gap or " ") + new)


def _gap(text: str, start: int) -> str:
    """The line break and indentation right before a child; empty where it does not start its line."""
    line = text.rfind("\n", 0, start)
    if line < 0 or text[line + 1 : start].strip(" \t"):
        return ""
    return text[line - 1 if text[:line].endswith("\r") else line : start]


def _child_text(document: JsonDocument, value: Any, name: str, gap: str) -> str:
    indent = gap.lstrip("\r\n")
    content = _dump(document, value, indent) if gap else _escaped(json.dumps(value, ensure_ascii=False))
    return f"{name}: {content}" if name else content


def _insert_first(document: JsonDocument, node: Node, value: Any, name: str) -> JsonDocument:
    text, start, end = document.text, node.start + 1, node.end - 1
    newline = _newline(text)
    outer = _line_indent(text, node.start)
    gap = newline + outer + _unit(document) if newline else ""
    new = gap + _child_text(document, value, name, gap)
    if text[start:end].strip(" \t\r\n"):
        return _splice(document, start, start, new)
    return _splice(document, start, end, new + (newline + outer if newline else ""))


def _without(document: JsonDocument, holder: Node, index: int) -> JsonDocument:
    """Without one child, the comma that it needed, and the blanks that set it apart; comments stay."""
    spans, text = holder.spans, document.text
    start, end = spans[index]
    comma = next_significant(text, end)
    has_comma = text[comma] == ","
    end = comma + 1 if has_comma else end
    if len(spans) == 1 and _is_blank(text[holder.start + 1 : start] + text[end : holder.end - 1]):
        return _splice(document, holder.start + 1, holder.end - 1, "")
    if index < len(spans) - 1:
        following = spans[index + 1][0]
        blanks = len(text[end:following]) - len(text[end:following].lstrip(" \t\r\n"))
        return _splice(document, start, end + blanks, "")
    before = spans[index - 1][1] if index else holder.start + 1
    kept = text[before:start]
    if index and not has_comma:
        at = next_significant(text, before) - before
        kept = kept[:at] + kept[at + 1 :]
    return _splice(document, before, end, kept.rstrip(" \t\r\n") if "/" not in kept else kept.rstrip(" \t"))


def _is_blank(text: str) -> bool:
    return not text.strip(" \t\r\n")


def strict(document: JsonDocument) -> JsonDocument:
    """The same values as JSON that every reader takes: no byte order mark, no comments, no comma behind the last
    item, no raw line breaks or tabs in strings, UTF-8 only.

    Bytes that are not UTF-8 are read as Windows-1252. A text with errors is given back as it is.
    """
    if any(problem.severity is Severity.ERROR for problem in document.problems):
        return document
    text = "".join(_strict_pieces(document.text.removeprefix("\ufeff")))
    return parse(_UNDECODABLE.sub(_from_windows, text))


def with_missing_commas(document: JsonDocument) -> JsonDocument:
    """With a comma where nothing else is wrong; `document` itself where more than commas is missing."""
    found = document
    for _ in range(_MAX_COMMAS):
        errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
        if not errors:
            return found
        at = found.offset(errors[0].line, errors[0].column)
        better = parse(found.text[:at] + "," + found.text[at:])
        if sum(problem.severity is Severity.ERROR for problem in better.problems) >= len(errors):
            return document
        found = better
    return document


def _strict_pieces(text: str) -> Iterator[str]:
    """The text without comments and without commas that nothing follows, blanks kept."""
    for match in _PIECES.finditer(text):
        piece = match[0]
        if piece.startswith('"'):
            yield _RAW.sub(_escaped_control, piece)
        elif piece == ",":
            following = next_significant(text, match.end())
            if text[following : following + 1] not in {"]", "}"}:
                yield piece
        elif not match["comment"]:
            yield piece


def _escaped_control(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _from_windows(match: re.Match[str]) -> str:
    byte = bytes([ord(match[0]) - 0xDC00])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")
