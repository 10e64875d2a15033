"""Reads the JSON parts of a package as leniently as DSM does, and knows where everything stands.

DSM accepts raw line breaks and tabs in strings (spk-format.md 4.1). Comments, trailing commas and a byte order mark
are read too, and reported. After an error the reader goes on where it can, so that an editor still has a tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Literal

from spkcore.base.errors import UsageError
from spkcore.package.findings import Finding, Severity, undecodable

NodeKind = Literal["object", "array", "string", "number", "boolean", "null"]
MAX_DEPTH = 100
"""Nesting that no real part comes near; deeper texts are reported instead of exhausting the stack."""

MAX_PROBLEMS = 100
"""Reported problems of each severity: nobody reads more, and a file that is no JSON at all has thousands."""

_BLANK = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]+|\\.)*+("|\Z)', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,4000})(?:\.[0-9]{1,4000})?(?:[eE][+-]?[0-9]{1,9})?(?![\w.+-])")
_WORD = re.compile(r"(?:(?!//|/\*)[^ \t\r\n,:{}\[\]\"])+")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|.)", re.DOTALL)
_RAW_CONTROL = re.compile(r"[\x00-\x1f]")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


_LARGEST_REMEMBERED = 256 << 10
"""Characters of a text that is remembered with what was read in it."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value in the text: offsets of its first character and behind its last one."""

    kind: NodeKind
    start: int
    end: int
    scalar: str | float | bool | None = None
    items: tuple[Node, ...] = ()
    members: tuple[Member, ...] = ()

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where the children of an object (with their names) or array stand."""
        if self.kind == "object":
            return [(member.start, member.node.end) for member in self.members]
        return [(item.start, item.end) for item in self.items]

    def find(self, name: str) -> Member | None:
        """The member of this name that counts: the last one."""
        return next((member for member in reversed(self.members) if member.name == name), None)

    def value(self) -> Any:
        """The plain Python value; of two members with one name the last one counts."""
        if self.kind == "object":
            return {member.name: member.node.value() for member in self.members}
        if self.kind == "array":
            return [item.value() for item in self.items]
        return self.scalar


@dataclass(frozen=True, slots=True)
class Member:
    """One `"name": value` of an object; `start` and `end` enclose the name with its quotes."""

    name: str
    start: int
    end: int
    node: Node


class JsonDocument:
    """A JSON text and what was read in it. Immutable; the edits are in `spkcore.package.jsonedit`."""

    def __init__(self, text: str, root: Node | None, problems: tuple[Finding, ...]) -> None:
        self.text = text
        self.root = root
        self.problems = problems

    @property
    def is_readable(self) -> bool:
        """Whether DSM can read it: there is a value, and no problem is an error."""
        return self.root is not None and all(problem.severity is not Severity.ERROR for problem in self.problems)

    def value(self) -> Any:
        """The whole text as plain Python values; None when there is nothing."""
        return None if self.root is None else self.root.value()

    def node(self, pointer: str) -> Node | None:
        """The value at a JSON pointer ("" is the whole, "/0/items/2/desc" deeper); None when it is not there."""
        node = self.root
        for token in split_pointer(pointer):
            node = None if node is None else _child(node, token)
        return node

    def position(self, pointer: str, *, of_name: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `pointer`, or of its name; (1, 1) when it is not there."""
        node = self.node(pointer)
        if of_name and pointer:
            parent, _, token = pointer.rpartition("/")
            holder = self.node(parent)
            member = holder.find(_unescaped(token)) if holder else None
            if member is not None:
                return self.line_column(member.start)
        return (1, 1) if node is None else self.line_column(node.start)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The character offset of a line and column, both from 1."""
        return self._line_starts[min(line, len(self._line_starts)) - 1] + column - 1

    def pointer_at(self, offset: int) -> str:
        """The pointer of the innermost value, or the member whose name, encloses `offset`."""
        pointer, node = "", self.root
        while node is not None:
            token, node = _enclosing(node, offset)
            if token is not None:
                pointer = join_pointer(pointer, token)
        return pointer

    def walk(self) -> Iterator[tuple[str, Node]]:
        """Every value with its pointer, from the outside in."""
        pending = [("", self.root)] if self.root else []
        while pending:
            pointer, node = pending.pop()
            yield pointer, node
            children = [(member.name, member.node) for member in node.members]
            children.extend((str(index), item) for index, item in enumerate(node.items))
            pending.extend((join_pointer(pointer, token), child) for token, child in reversed(children))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


def parse(text: str) -> JsonDocument:
    """Read `text`. Never fails: what is wrong is in `problems`, and `root` is None only when there is no value."""
    if len(text) > _LARGEST_REMEMBERED:
        return read(text)
    found = _memory.find(text)
    if found is None:
        found = read(text)
        _memory.keep(found)
    return found


def remember(document: JsonDocument) -> JsonDocument:
    """Keep a document that was made in another way than by reading: a fix or an edit gives a document, and editors and
    rules read its text at once again. It must be what `parse` makes of its text."""
    if len(document.text) <= _LARGEST_REMEMBERED:
        _memory.keep(document)
    return document


class _Memory:
    """The last documents by their texts, for all threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._known: OrderedDict[str, JsonDocument] = OrderedDict()

    def find(self, text: str) -> JsonDocument | None:
        with self._lock:
            found = self._known.get(text)
            if found is not None:
                self._known.move_to_end(text)
            return found

    def keep(self, document: JsonDocument) -> None:
        with self._lock:
            self._known[document.text] = document
            self._known.move_to_end(document.text)
            if len(self._known) > self._size:
                self._known.popitem(last=False)


_memory = _Memory(16)


def read(text: str) -> JsonDocument:
    """Like `parse`, without looking whether the text is known."""
    reader = _Reader(text)
    root = reader.read()
    document = JsonDocument(text, root, ())
    findings = tuple(
        Finding(
            "json-lenient" if severity is not Severity.ERROR else "json-syntax",
            severity,
            message,
            *document.line_column(offset),
        )
        for offset, severity, message in reader.problems
    )
    document.problems = findings
    return document


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901)."""
    return [_unescaped(token) for token in pointer.split("/")[1:]]


def join_pointer(pointer: str, *tokens: str | int) -> str:
    """`pointer` with more tokens behind it."""
    return pointer + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def require_node(document: JsonDocument, pointer: str) -> Node:
    """The value at `pointer`. Raises `UsageError` when it is not there."""
    node = document.node(pointer)
    if node is None:
        raise UsageError("There is no such place in the file", pointer or "/", "Check the file for errors first.")
    return node


def next_significant(text: str, offset: int) -> int:
    """The offset of the first character from `offset` on that is neither blank nor comment."""
    while True:
        blank = _BLANK.match(text, offset)
        offset = blank.end() if blank else offset
        comment = _COMMENT.match(text, offset)
        if comment is None:
            return offset
        offset = comment.end()


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _child(node: Node, token: str) -> Node | None:
    if node.kind == "object":
        member = node.find(token)
        return member.node if member else None
    if node.kind == "array" and re.fullmatch("0|[1-9][0-9]{0,8}", token) and int(token) < len(node.items):
        return node.items[int(token)]
    return None


def _enclosing(node: Node, offset: int) -> tuple[str | None, Node | None]:
    """The token of the child that encloses `offset` and the child to look into next."""
    for member in node.members:
        if member.start <= offset <= member.node.end:
            return member.name, member.node if offset >= member.node.start else None
    for index, item in enumerate(node.items):
        if item.start <= offset <= item.end:
            return str(index), item
    return None, None


class _Reader:
    """Recursive descent with recovery: an error is noted, and reading goes on behind it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.problems: list[tuple[int, Severity, str]] = []

    def read(self) -> Node | None:
        bad = undecodable(self.text)
        if bad is not None:
            self.note(bad, "This is not UTF-8 text.", Severity.WARNING)
        if self.text.startswith("\ufeff"):
            self.note(0, "The file starts with a byte order mark; DSM may not read it.", Severity.WARNING)
            self.offset = 1
        self.skip()
        if self.offset == len(self.text):
            self.note(self.offset, "The file is empty.")
            return None
        root = self.value(0)
        self.skip()
        if self.offset < len(self.text):
            self.note(self.offset, "There is more text behind the end of the value.")
        return root

    def note(self, offset: int, message: str, severity: Severity = Severity.ERROR) -> None:
        if sum(known == severity for _, known, _ in self.problems) < MAX_PROBLEMS:
            self.problems.append((offset, severity, message))

    def peek(self) -> str:
        return self.text[self.offset : self.offset + 1]

    def skip(self) -> None:
        """Go behind blanks and comments."""
        start = self.offset
        blank = _BLANK.match(self.text, start)
        self.offset = blank.end() if blank else start
        if not self.text.startswith("/", self.offset):
            return
        self.offset = next_significant(self.text, start)
        comment = re.search(r"/[/*]", self.text[start : self.offset])
        if comment:
            self.note(start + comment.start(), "JSON has no comments; other tools refuse them.", Severity.WARNING)

    def value(self, depth: int) -> Node | None:
        """The value here; None, with nothing consumed, at a character that starts none."""
        char = self.peek()
        if depth > MAX_DEPTH:
            self.note(self.offset, "This is nested too deeply.")
            self.offset = len(self.text)
            return None
        if char == "{":
            return self.container(depth, "object", "}")
        if char == "[":
            return self.container(depth, "array", "]")
        if char == '"':
            return self.string()
        return self.word()

    def container(self, depth: int, kind: Literal["object", "array"], closer: str) -> Node:
        start = self.offset
        self.offset += 1
        children: list[Any] = []
        comma = -1
        while True:
            self.skip()
            char = self.peek()
            if not char:
                self.note(start, f"The '{self.text[start]}' that opens here is never closed with '{closer}'.")
                break
            if char == closer:
                self.offset += 1
                if comma >= 0:
                    self.note(comma, "There is a comma behind the last item; other tools refuse it.", Severity.WARNING)
                break
            if char in "]}":
                self.note(self.offset, f"'{closer}' is expected here, not '{char}'.")
                self.offset += 1
                break
            child = self.member(depth) if kind == "object" else self.value(depth + 1)
            if child is not None:
                children.append(child)
            comma = self.comma(closer)
        if kind == "object":
            return Node(kind, start, self.offset, members=tuple(children))
        return Node(kind, start, self.offset, items=tuple(children))

    def comma(self, closer: str) -> int:
        """Go behind the comma that follows an item; its offset, or -1 where there is none."""
        behind = self.offset
        self.skip()
        char = self.peek()
        if char == ",":
            self.offset += 1
            return self.offset - 1
        if char == ":":
            self.note(self.offset, "A ':' is not expected here.")
            self.offset += 1
        elif char and char not in "]}":
            self.note(behind, f"A ',' or '{closer}' is missing here.")
        return -1

    def member(self, depth: int) -> Member | None:
        start = self.offset
        char = self.peek()
        if char in ",:[{":
            self.note(start, "A name in double quotes is expected here.")
            if char in "[{":
                self.value(depth + 1)
            return None
        name = self.string() if char == '"' else self.bare_name()
        end = self.offset
        self.skip()
        if self.peek() == ":":
            self.offset += 1
        elif self.peek() in {"", ",", "}", "]", '"'}:
            self.note(end, "A ':' and a value are missing behind the name.")
            return Member(str(name.scalar), start, end, Node("null", end, end))
        else:
            self.note(end, "A ':' is missing behind the name.")
        behind = self.offset
        self.skip()
        node = self.value(depth + 1)
        return Member(str(name.scalar), start, end, node or Node("null", behind, behind))

    def bare_name(self) -> Node:
        start = self.offset
        match = _WORD.match(self.text, start)
        self.offset = match.end() if match else start + 1
        self.note(start, "A name must stand in double quotes.")
        return Node("string", start, self.offset, self.text[start : self.offset])

    def string(self) -> Node:
        start = self.offset
        match = _STRING.match(self.text, start)
        if match is None or match[1] != '"':
            self.note(start, "The string that starts here is never closed.")
            self.offset = len(self.text)
            return Node("string", start, self.offset, self.text[start + 1 :])
        self.offset = match.end()
        inner = self.text[start + 1 : match.end() - 1]
        raw = _RAW_CONTROL.search(inner)
        if raw:
            message = "There is a raw line break or tab in this string; DSM reads it, strict tools do not."
            self.note(start + 1 + raw.start(), message, Severity.INFO)
        return Node("string", start, self.offset, self.unescape(inner, start + 1) if "\\" in inner else inner)

    def unescape(self, inner: str, start: int) -> str:
        def plain(match: re.Match[str]) -> str:
            code = match[1]
            if code[0] == "u" and len(code) > 1:
                return _unicode(code)
            if code not in _ESCAPES:
                self.note(start + match.start(), f"'\\{code}' means nothing in JSON; write '\\\\{code}'.")
            return _ESCAPES.get(code, match[0])

        return _ESCAPE.sub(plain, inner)

    def word(self) -> Node | None:
        """A number, true, false, null, or a word that is none of them."""
        start = self.offset
        number = _NUMBER.match(self.text, start)
        if number:
            self.offset = number.end()
            return Node("number", start, self.offset, _number(number[0]))
        match = _WORD.match(self.text, start)
        if match is None:
            self.note(start, "A value is missing here.")
            return None
        self.offset = match.end()
        word = match[0]
        if word in _WORDS:
            return Node("null" if word == "null" else "boolean", start, self.offset, _WORDS[word])
        self.note(start, f"'{word[:40]}' is no value; text must stand in double quotes.")
        return Node("string", start, self.offset, word)


def _number(text: str) -> float:
    return float(text) if re.search("[.eE]", text) else int(text)


def _unicode(code: str) -> str:
    first = int(code[1:5], 16)
    if len(code) == 5:
        return chr(first)
    second = int(code[7:11], 16)
    if 0xD800 <= first < 0xDC00:
        return chr(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    return chr(first) + chr(second)
