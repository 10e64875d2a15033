"""Where the key of a wizard field is used in a package, and renaming it there: scripts, conf/resource, wizards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from spkcore.checks import shell
from spkcore.checks.rules.wizard_code import scripts_of
from spkcore.package import jsonedit
from spkcore.package.changes import Change, Entries, set_content
from spkcore.package.entries import Entry, Kind
from spkcore.package.findings import encode
from spkcore.package.jsontext import JsonDocument, join_pointer, parse
from spkcore.package.wizard import FOLDER, wizard_file, wizard_pages
from spkcore.package.wizardedit import all_fields

_LARGEST = 1 << 20
_BY_NAME = re.compile(
    rb"(?:^|[;&|({]|\b(?:then|do|else)[ \t])[ \t]*"
    rb"(?:unset|export|printenv|readonly|local|declare|typeset|let)[ \t][^;&|#]*$"
    rb"|(?:\[|\btest)[ \t][^\]]*-v[ \t]+$"
)
"""What stands before the name of a variable in commands that take it as a word."""
_CALCULATED = re.compile(rb"\(\((?:(?!\)\)).)*$")
_READ = re.compile(rb"\$\{?[#!]?$")


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One place: line and column from 1, and the text of the line. `is_wizard`: another wizard file asks for it."""

    path: str
    line: int
    column: int
    text: str
    is_wizard: bool = False


def key_uses(entries: Entries, key: str, without: str = "") -> list[KeyUse]:
    """Every place that uses `key`, but for those in the file `without`."""
    if not key:
        return []
    return [use for path in _candidates(entries, without) for use in _uses_in(path, _data(entries[path]), key)]


def near(entries: Entries) -> Entries:
    """The few entries that can use a key, for looking in the background."""
    return {path: entries[path] for path in _candidates(entries, "")}


def renamed_uses(entries: Entries, key: str, new: str, paths: Collection[str]) -> Change:
    """The change that calls `key` `new` in these files."""
    change = Change(())
    for path in paths:
        data = _data(entries[path])
        change = change.then(set_content(entries, path, _renamed_in(path, data, key, new)))
    return change


def renamed_key(document: JsonDocument, key: str, new: str) -> JsonDocument:
    """A wizard with all its fields of this key called `new`, and with it the JavaScript that asks for them."""
    for field in list(all_fields(document)):
        if field.key == key:
            document = jsonedit.set_value(document, join_pointer(field.pointer, "key"), new)
    for pointer, code in list(scripts_of(wizard_pages(document))):
        better = _word(key).sub(new, code)
        if better != code:
            document = jsonedit.set_value(document, pointer, better)
    return document


def _candidates(entries: Entries, without: str) -> Iterator[str]:
    for path, entry in entries.items():
        is_near = path.startswith(("scripts/", "conf/", FOLDER + "/"))
        if is_near and path != without and entry.kind is Kind.FILE:
            yield path


def _data(entry: Entry) -> bytes:
    content = entry.content
    return content.read() if content is not None and content.size <= _LARGEST else b""


def _uses_in(path: str, data: bytes, key: str) -> Iterator[KeyUse]:
    if key.encode() not in data:
        return
    text = shell.as_read(data)
    is_wizard = _is_json_wizard(path)
    lines = text.split(b"\n")
    for start, _end in _spans(path, text, key):
        line = text.count(b"\n", 0, start)
        column = start - (text.rfind(b"\n", 0, start) + 1)
        shown = lines[line].decode("utf-8", "replace").strip()
        yield KeyUse(path, line + 1, column + 1, shown, is_wizard)


def _renamed_in(path: str, data: bytes, key: str, new: str) -> bytes:
    """Byte by byte the same but for the name; lines keep their ends."""
    if _is_json_wizard(path):
        document = parse(data.decode("utf-8", "surrogateescape"))
        return encode(renamed_key(document, key, new).text) if document.is_readable else data
    text = shell.as_read(data)
    for start, end in reversed(_spans(path, text, key)):
        text = text[:start] + new.encode() + text[end:]
    old_lines = data.removeprefix(shell.BOM).split(b"\n")
    lines = text.split(b"\n")
    ended = (
        line + (b"\r" if old.endswith(b"\r") and at < len(lines) - 1 else b"")
        for at, (line, old) in enumerate(zip(lines, old_lines, strict=True))
    )
    return (shell.BOM if data.startswith(shell.BOM) else b"") + b"\n".join(ended)


def _is_json_wizard(path: str) -> bool:
    wizard = wizard_file(path)
    return wizard is not None and not wizard.is_script


def _spans(path: str, text: bytes, key: str) -> list[tuple[int, int]]:
    """Where the name stands, in bytes."""
    if _is_json_wizard(path):
        return _in_wizard(text, key)
    if path.startswith("conf/"):
        return [match.span(1) for match in re.finditer(rb"\{\{\s*(" + re.escape(key.encode()) + rb")\s*\}\}", text)]
    return sorted(set(_in_script(text, key)) | set(_in_printed_pages(path, text, key)))


def _in_wizard(text: bytes, key: str) -> list[tuple[int, int]]:
    document = parse(text.decode("utf-8", "surrogateescape"))
    fields = (join_pointer(field.pointer, "key") for field in all_fields(document) if field.key == key)
    code = (pointer for pointer, value in scripts_of(wizard_pages(document)) if _word(key).search(value))
    found = []
    for pointer in [*fields, *code]:
        node = document.node(pointer)
        if node is not None:
            start = len(encode(document.text[: node.start]))
            found.append((start, start + len(encode(document.text[node.start : node.end]))))
    return sorted(found)


def _in_printed_pages(path: str, text: bytes, key: str) -> list[tuple[int, int]]:
    """The key of a page that a script prints."""
    if not path.startswith(FOLDER + "/"):
        return []
    name = re.escape(key.encode())
    return [match.span(1) for match in re.finditer(rb'"key\\?"\s*:\s*\\?"(' + name + rb')\\?"', text)]


def _in_script(text: bytes, key: str) -> list[tuple[int, int]]:
    script = _parsed(text)
    places = [item.place for item in script.expansions if item.name == key]
    places += [item.place for item in script.assignments if item.name == key]
    name = re.compile(rb"(?<![A-Za-z0-9_])" + re.escape(key.encode()) + rb"(?![A-Za-z0-9_])")
    matches = (name.search(text, place.start, max(place.end, place.start + 1)) for place in places)
    return [*(match.span() for match in matches if match), *_by_look(text, name, is_broken=script.has_errors)]


def _by_look(text: bytes, name: re.Pattern[bytes], *, is_broken: bool) -> Iterator[tuple[int, int]]:
    """Names that the reader of scripts does not see: in calculations, as words of unset and its like, in arrays, and
    everywhere in a script that it does not understand. Comments and single quotes hide."""
    pieces = re.compile(
        rb"""\\.|(?P<quote>")|(?P<hidden>'[^'\n]*'|(?<![^\s;|&()])\#[^\n]*)|(?P<name>""" + name.pattern + rb")",
        re.DOTALL,
    )
    is_quoted, position = False, 0
    while match := pieces.search(text, position):
        position = match.end()
        if match["quote"]:
            is_quoted = not is_quoted
        elif match["hidden"] and is_quoted:
            position = match.start() + 1
        elif match["name"] and _is_variable(text, match, is_quoted=is_quoted, is_broken=is_broken):
            yield match.span()


def _is_variable(text: bytes, match: re.Match[bytes], *, is_quoted: bool, is_broken: bool) -> bool:
    before = text[text.rfind(b"\n", 0, match.start()) + 1 : match.start()]
    if _READ.search(before):
        return is_broken or text[match.end() : match.end() + 1] == b"["
    return bool(_CALCULATED.search(before) or (not is_quoted and _BY_NAME.search(before)))


@lru_cache(maxsize=64)
def _parsed(text: bytes) -> shell.ShellScript:
    return shell.parse(text)


def _word(key: str) -> re.Pattern[str]:
    """The key as a whole text in quotes: what getComponent("…") asks for."""
    return re.compile(rf"""(?<=['"]){re.escape(key)}(?=['"])""")
